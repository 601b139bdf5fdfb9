#include "component/shape.h"

enum {
    MOST_SHAPES = 100000,
    MOST_MEMBERS = 65536,
    MOST_HOST_BYTES = 1 << 16 /* of a value in C, which is passed by value: what it points at does not count */
};

void shapes_init(shape_list *l, graph *g) {
    *l = (shape_list){.graph = g, .bucket_count = 1 << 12};
    l->buckets = arena_array(g->arena, l->bucket_count, sizeof *l->buckets);
    for (uint32_t k = 0; k < l->bucket_count; k++)
        l->buckets[k] = NO_INDEX;
}

void shapes_free(shape_list *l) {
    vec_free(&l->all);
}

bool shape_has_cases(const shape *s) {
    return s->kind == CTYPE_VARIANT || s->kind == CTYPE_OPTION || s->kind == CTYPE_RESULT;
}

/* ---- Layout ---- */

static uint32_t align(uint32_t at, uint32_t alignment) {
    return (at + alignment - 1) / alignment * alignment;
}

static uint32_t larger(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

static void add_flat(shape *s, const char *flat, uint32_t count) {
    if (s->flat_count + count > CTYPE_MOST_FLAT) {
        s->flat_count = CTYPE_MOST_FLAT + 1;
        return;
    }
    memcpy(s->flat + s->flat_count, flat, count);
    s->flat_count += count;
}

static char join(char a, char b) {
    if (a == b)
        return a;
    return (a == 'i' && b == 'f') || (a == 'f' && b == 'i') ? 'i' : 'I';
}

/* The element or field at the end of what has been placed. */
static void place(shape *s, const shape *part, shape_member *m) {
    s->bytes = align(s->bytes, part->alignment);
    if (m)
        m->offset = s->bytes;
    s->bytes += part->bytes;
    s->alignment = larger(s->alignment, part->alignment);
    add_flat(s, part->flat, part->flat_count);
}

static void lay_fields(const shape_list *l, shape *s) {
    s->alignment = 1;
    for (uint32_t k = 0; k < s->member_count; k++)
        place(s, &l->all.data[s->members[k].shape], &s->members[k]);
    s->bytes = align(s->bytes, s->alignment);
}

/* The discriminant, and behind it one of the payloads. */
static void lay_cases(const shape_list *l, shape *s) {
    uint32_t cases = s->kind == CTYPE_VARIANT ? s->member_count : 2, alignment = 1, bytes = 0, flat = 0;
    char joined[CTYPE_MOST_FLAT] = {0};
    s->discriminant_bytes = cases <= 1 << 8 ? 1 : cases <= 1 << 16 ? 2 : 4;
    for (uint32_t k = 0; k < s->member_count; k++) {
        if (s->members[k].shape == NO_INDEX)
            continue;
        const shape *payload = &l->all.data[s->members[k].shape];
        alignment = larger(alignment, payload->alignment);
        bytes = larger(bytes, payload->bytes);
        for (uint32_t n = 0; n < payload->flat_count && payload->flat_count <= CTYPE_MOST_FLAT; n++)
            joined[n] = n < flat ? join(joined[n], payload->flat[n]) : payload->flat[n];
        flat = larger(flat, payload->flat_count);
    }
    uint32_t place = align(s->discriminant_bytes, alignment);
    for (uint32_t k = 0; k < s->member_count; k++)
        s->members[k].offset = place;
    s->alignment = larger(alignment, s->discriminant_bytes);
    s->bytes = align(place + bytes, s->alignment);
    add_flat(s, "i", 1);
    add_flat(s, joined, flat);
}

static void lay_primitive(shape *s) {
    static const struct {
        uint8_t bytes;
        char flat;
    } rows[] = {{4, 'i'}, {8, 'F'}, {4, 'f'}, {8, 'I'}, {8, 'I'}, {4, 'i'}, {4, 'i'}, {2, 'i'}, {2, 'i'}, {1, 'i'}, {1, 'i'}, {1, 'i'}};
    if (s->code == 0x64) { /* an error context */
        s->bytes = s->alignment = 4;
        add_flat(s, "i", 1);
        return;
    }
    if (s->code == 0x73) { /* a string */
        s->bytes = 8;
        s->alignment = 4;
        add_flat(s, "ii", 2);
        return;
    }
    s->bytes = s->alignment = rows[s->code - 0x74].bytes;
    add_flat(s, &rows[s->code - 0x74].flat, 1);
}

static void lay_out(const shape_list *l, shape *s) {
    uint32_t count = s->member_count;
    switch (s->kind) {
    case CTYPE_PRIMITIVE:
        lay_primitive(s);
        break;
    case CTYPE_RECORD:
    case CTYPE_TUPLE:
        lay_fields(l, s);
        break;
    case CTYPE_VARIANT:
    case CTYPE_OPTION:
    case CTYPE_RESULT:
        lay_cases(l, s);
        break;
    case CTYPE_FLAGS:
        s->discriminant_bytes = s->bytes = s->alignment = count <= 8 ? 1 : count <= 16 ? 2 : 4;
        add_flat(s, "i", 1);
        break;
    case CTYPE_ENUM:
        s->discriminant_bytes = s->bytes = s->alignment = count <= 1 << 8 ? 1 : count <= 1 << 16 ? 2 : 4;
        add_flat(s, "i", 1);
        break;
    case CTYPE_LIST:
        s->alignment = 4;
        s->bytes = 8;
        if (s->length == 0) {
            add_flat(s, "ii", 2);
            break;
        }
        s->alignment = l->all.data[s->members[0].shape].alignment;
        s->bytes = s->length * l->all.data[s->members[0].shape].bytes;
        for (uint32_t k = 0; k < s->length && s->flat_count <= CTYPE_MOST_FLAT; k++)
            add_flat(s, l->all.data[s->members[0].shape].flat, l->all.data[s->members[0].shape].flat_count);
        break;
    default: /* handles */
        s->bytes = s->alignment = 4;
        add_flat(s, "i", 1);
    }
}

/* How large a value is in C: an upper bound. */
static uint64_t host_bytes(const shape_list *l, const shape *s) {
    uint64_t bytes = 16;
    if (s->kind == CTYPE_LIST)
        return s->length == 0 ? bytes : s->length * l->all.data[s->members[0].shape].host_bytes;
    for (uint32_t k = 0; k < s->member_count; k++)
        if (s->members[k].shape != NO_INDEX)
            bytes += l->all.data[s->members[k].shape].host_bytes + 8;
    return bytes;
}

/* ---- Equal types ---- */

static uint64_t mix(uint64_t hash, uint64_t value) {
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15) >> 1 ^ hash << 7;
}

static uint64_t hash_of(const shape *s) {
    uint64_t h = mix(mix(mix(s->kind, s->code), s->length), mix(s->resource, s->member_count));
    for (uint32_t k = 0; k < s->member_count; k++) {
        h = mix(h, s->members[k].shape);
        for (size_t n = 0; n < s->members[k].name.length; n++)
            h = mix(h, s->members[k].name.bytes[n]);
    }
    return h;
}

static bool same(const shape *a, const shape *b) {
    if (a->kind != b->kind || a->code != b->code || a->length != b->length || a->resource != b->resource ||
        a->member_count != b->member_count)
        return false;
    for (uint32_t k = 0; k < a->member_count; k++) {
        span x = a->members[k].name, y = b->members[k].name; /* NOLINT(clang-analyzer-core.NullDereference): both have as many */
        if (a->members[k].shape != b->members[k].shape || x.length != y.length || (x.length > 0 && memcmp(x.bytes, y.bytes, x.length) != 0))
            return false;
    }
    return true;
}

/* The number of the shape, which is added if it is new. */
static uint32_t intern(shape_list *l, shape *s) {
    uint32_t *bucket = &l->buckets[hash_of(s) % l->bucket_count];
    for (uint32_t k = *bucket; k != NO_INDEX; k = l->all.data[k].next) {
        shape *there = &l->all.data[k];
        l->graph->work++;
        if (!same(there, s))
            continue;
        if (!there->name.bytes && s->name.bytes) {
            there->name = s->name;
            there->interface = s->interface;
        }
        return k;
    }
    lay_out(l, s);
    s->host_bytes = host_bytes(l, s);
    if (l->all.count >= MOST_SHAPES || s->host_bytes > MOST_HOST_BYTES || s->member_count > MOST_MEMBERS) {
        diag_unsupported(l->graph->diag, s->offset, "values of this size", NULL);
        return NO_INDEX;
    }
    s->next = *bucket;
    *bucket = (uint32_t)l->all.count;
    *vec_push(&l->all) = *s;
    return *bucket;
}

/* ---- From types ---- */

static bool fill_members(shape_list *l, const graph_scope *scope, const ctype *type, size_t offset, shape *s) {
    s->member_count = type->members.count;
    s->members = arena_array(l->graph->arena, s->member_count, sizeof *s->members);
    for (uint32_t k = 0; k < s->member_count; k++) {
        const member *m = &type->members.data[k];
        s->members[k] = (shape_member){.name = m->name, .shape = NO_INDEX};
        if (m->type && (s->members[k].shape = shape_of(l, scope, m->type, offset)) == NO_INDEX)
            return false;
    }
    return true;
}

/* Payloads without names: `second` may be null, and with `two` there are two members even so. */
static bool fill_payloads(shape_list *l, const graph_scope *scope, const ctype *first, const ctype *second, bool two, size_t offset,
                          shape *s) {
    s->member_count = two ? 2 : 1;
    s->members = arena_array(l->graph->arena, s->member_count, sizeof *s->members);
    for (uint32_t k = 0; k < s->member_count; k++) {
        const ctype *t = k == 0 ? first : second;
        s->members[k] = (shape_member){.shape = NO_INDEX};
        if (t && (s->members[k].shape = shape_of(l, scope, t, offset)) == NO_INDEX)
            return false;
    }
    return true;
}

static bool fill_map(shape_list *l, const graph_scope *scope, const ctype *type, size_t offset, shape *s) {
    shape pair = {.kind = CTYPE_TUPLE, .offset = offset};
    if (!fill_payloads(l, scope, type->first, type->second, true, offset, &pair))
        return false;
    s->kind = CTYPE_LIST;
    s->member_count = 1;
    s->members = arena_array(l->graph->arena, 1, sizeof *s->members);
    s->members[0].shape = intern(l, &pair);
    return s->members[0].shape != NO_INDEX;
}

static bool fill(shape_list *l, const graph_scope *scope, const ctype *type, size_t offset, shape *s) {
    switch (type->kind) {
    case CTYPE_PRIMITIVE:
        return true;
    case CTYPE_RECORD:
    case CTYPE_TUPLE:
    case CTYPE_VARIANT:
    case CTYPE_FLAGS:
    case CTYPE_ENUM:
        return fill_members(l, scope, type, offset, s);
    case CTYPE_LIST:
        s->length = type->length;
        return fill_payloads(l, scope, type->first, NULL, false, offset, s);
    case CTYPE_OPTION:
        return fill_payloads(l, scope, type->first, NULL, false, offset, s);
    case CTYPE_RESULT:
        return fill_payloads(l, scope, type->first, type->second, true, offset, s);
    case CTYPE_MAP:
        return fill_map(l, scope, type, offset, s);
    case CTYPE_OWN:
    case CTYPE_BORROW:
        s->resource = graph_resource_of(l->graph, scope, type->first);
        return s->resource != NO_INDEX || diag_unsupported(l->graph->diag, offset, "a resource that nothing provides", NULL);
    default: /* streams and futures */
        return fill_payloads(l, scope, type->first, NULL, false, offset, s);
    }
}

/* ---- Types that were met before ---- */

static known_shape *place_of(const shape_list *l, const graph_scope *scope, const ctype *type) {
    size_t k = (size_t)(mix(mix(1, (uintptr_t)type), (uintptr_t)scope) >> 8) % l->known_room;
    while (l->known[k].type && (l->known[k].type != type || l->known[k].scope != scope))
        k = (k + 1) % l->known_room;
    return &l->known[k];
}

static void know(shape_list *l, known_shape found) {
    if (l->known_count++ * 2 >= l->known_room) {
        const known_shape *old = l->known;
        size_t room = l->known_room;
        l->known_room = room ? room * 2 : 256;
        l->known = arena_array(l->graph->arena, l->known_room, sizeof *l->known);
        for (size_t k = 0; k < room; k++)
            if (old[k].type)
                *place_of(l, old[k].scope, old[k].type) = old[k];
    }
    *place_of(l, found.scope, found.type) = found;
}

/* As deep as the type, which CTYPE_MOST_DEPTH bounds. A type that was met before takes no time, but as many steps: other walks go through
 * all of its tree. */
uint32_t shape_of(shape_list *l, const graph_scope *scope, const ctype *type, size_t offset) {
    shape s = {.kind = type->kind, .code = type->code, .name = type->name, .interface = type->interface, .offset = offset};
    uint64_t before = l->graph->work;
    const known_shape *there = l->known_room ? place_of(l, scope, type) : NULL;
    l->graph->work += there && there->type ? there->steps : 1;
    if (l->graph->work > (uint64_t)20000000) {
        diag_unsupported(l->graph->diag, offset, "components of this size", NULL);
        return NO_INDEX;
    }
    if (there && there->type)
        return there->shape;
    uint32_t found = fill(l, scope, type, offset, &s) ? intern(l, &s) : NO_INDEX;
    if (found != NO_INDEX)
        know(l, (known_shape){type, scope, found, l->graph->work - before});
    return found;
}

uint32_t shape_of_params(shape_list *l, const graph_scope *scope, const ctype *func, size_t offset) {
    shape s = {.kind = CTYPE_TUPLE, .offset = offset};
    if (!fill_members(l, scope, func, offset, &s))
        return NO_INDEX;
    for (uint32_t k = 0; k < s.member_count; k++)
        s.members[k].name = (span){NULL, 0};
    return intern(l, &s);
}
