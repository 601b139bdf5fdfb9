#include "component/ctype.h"

#include "base/sort.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_TYPES = 300000,  /* in a file */
    MOST_WORK = 20000000, /* steps of all walks over types of a file: a component of 10 MB from real tools takes less than 100,000 */
    MOST_BYTES = 1 << 28, /* of a value (Binary.md) */
    ADDRESS_BYTES = 8     /* in a memory with 64-bit addresses */
};

bool ctype_invalid(ctype_pool *p, size_t offset, const char *format, ...) {
    char message[sizeof p->diag->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    p->is_invalid |= !p->diag->failed;
    return diag_fail(p->diag, offset, "%s", message);
}

bool ctype_work(ctype_pool *p, uint64_t steps, size_t offset) {
    p->work += steps;
    return p->work <= MOST_WORK || diag_unsupported(p->diag, offset, "types of this size", NULL);
}

/* ---- Primitive types ---- */

#define PRIMITIVE(byte, size, letter)                                                                                                      \
    {                                                                                                                                      \
        .kind = CTYPE_PRIMITIVE, .code = byte, .depth = 1, .free_low = 1, .all_low = 1, .bytes = size, .alignment = size, .flat = {        \
            1,                                                                                                                             \
            letter                                                                                                                         \
        }                                                                                                                                  \
    }

static const ctype primitives[] = {
    PRIMITIVE(0x7F, 1, "i"),
    PRIMITIVE(0x7E, 1, "i"),
    PRIMITIVE(0x7D, 1, "i"),
    PRIMITIVE(0x7C, 2, "i"),
    PRIMITIVE(0x7B, 2, "i"),
    PRIMITIVE(0x7A, 4, "i"),
    PRIMITIVE(0x79, 4, "i"),
    PRIMITIVE(0x78, 8, "I"),
    PRIMITIVE(0x77, 8, "I"),
    PRIMITIVE(0x76, 4, "f"),
    PRIMITIVE(0x75, 8, "F"),
    PRIMITIVE(0x74, 4, "i"),
    PRIMITIVE(0x64, 4, "i"),
    {.kind = CTYPE_PRIMITIVE,
     .code = 0x73,
     .depth = 1,
     .free_low = 1,
     .all_low = 1,
     .has_pointer = true,
     .bytes = 2 * ADDRESS_BYTES,
     .alignment = ADDRESS_BYTES,
     .flat = {2, "pp"}},
};

const ctype *ctype_primitive(uint8_t code) {
    for (size_t k = 0; k < sizeof primitives / sizeof *primitives; k++)
        if (primitives[k].code == code)
            return &primitives[k];
    return NULL;
}

/* ---- Flat types (CanonicalABI.md, flattening) ---- */

void flat_append(flat *to, const flat *more) {
    if (to->count + more->count > CTYPE_MOST_FLAT) {
        to->count = CTYPE_MOST_FLAT + 1;
        return;
    }
    memcpy(to->types + to->count, more->types, more->count);
    to->count = (uint8_t)(to->count + more->count);
}

static void flat_set(flat *f, const char *types) {
    f->count = (uint8_t)strlen(types);
    memcpy(f->types, types, f->count);
}

/* The type that can hold values of both. An address is an i32 or an i64. */
static char flat_join(char a, char b) {
    if (a == b)
        return a;
    bool small_a = a == 'i' || a == 'f', small_b = b == 'i' || b == 'f';
    if (small_a && small_b)
        return 'i';
    if ((a == 'p' && small_b) || (b == 'p' && small_a))
        return 'p';
    return 'I';
}

/* ---- Sizes in memory (CanonicalABI.md, element size) ---- */

static uint64_t align_to(uint64_t bytes, uint32_t alignment) {
    return (bytes + alignment - 1) / alignment * alignment;
}

static uint32_t discriminant_bytes(uint32_t cases) {
    return cases <= 1 << 8 ? 1 : cases <= 1 << 16 ? 2 : 4;
}

static void place_field(ctype *t, const ctype *field) {
    t->bytes = align_to(t->bytes, field->alignment) + field->bytes;
    t->alignment = field->alignment > t->alignment ? field->alignment : t->alignment;
}

/* What the payloads of a variant have in common: room for any of them. */
typedef struct payloads {
    flat flat;
    uint64_t bytes;
    uint32_t alignment;
} payloads;

static void payload_add(payloads *p, const ctype *payload) {
    if (!payload)
        return;
    p->bytes = payload->bytes > p->bytes ? payload->bytes : p->bytes;
    p->alignment = payload->alignment > p->alignment ? payload->alignment : p->alignment;
    const flat *one = &payload->flat;
    if (one->count > CTYPE_MOST_FLAT || p->flat.count > CTYPE_MOST_FLAT) {
        p->flat.count = CTYPE_MOST_FLAT + 1;
        return;
    }
    for (uint8_t n = 0; n < one->count; n++)
        p->flat.types[n] = n < p->flat.count ? flat_join(p->flat.types[n], one->types[n]) : one->types[n];
    p->flat.count = one->count > p->flat.count ? one->count : p->flat.count;
}

/* The discriminant, and behind it room for any payload. */
static void place_variant(ctype *t, const payloads *p, uint32_t cases) {
    uint32_t discriminant = discriminant_bytes(cases), alignment = p->alignment ? p->alignment : 1;
    t->alignment = discriminant > alignment ? discriminant : alignment;
    t->bytes = align_to(align_to(discriminant, alignment) + p->bytes, t->alignment);
    flat_set(&t->flat, "i");
    flat_append(&t->flat, &p->flat);
}

static void place_labels(ctype *t) {
    uint32_t count = t->members.count;
    if (t->kind == CTYPE_FLAGS)
        t->bytes = t->alignment = count <= 8 ? 1 : count <= 16 ? 2 : 4;
    else
        t->bytes = t->alignment = discriminant_bytes(count);
}

/* ---- Completing a node ---- */

static void combine(ctype *t, const ctype *child) {
    if (!child)
        return;
    t->depth = child->depth >= t->depth ? child->depth + 1 : t->depth;
    t->has_borrow |= child->has_borrow;
    t->has_pointer |= child->has_pointer;
    if (child->free_low < child->free_high) {
        t->free_low = t->free_low < t->free_high && t->free_low < child->free_low ? t->free_low : child->free_low;
        t->free_high = t->free_high > child->free_high ? t->free_high : child->free_high;
    }
    if (child->all_low < child->all_high) {
        t->all_low = t->all_low < t->all_high && t->all_low < child->all_low ? t->all_low : child->all_low;
        t->all_high = t->all_high > child->all_high ? t->all_high : child->all_high;
    }
}

static void combine_members(ctype *t, const member_list *list) {
    for (uint32_t k = 0; k < list->count; k++)
        combine(t, list->data[k].type);
}

/* Takes the resources inside an instance or component out of those that it refers to outside. */
static void unbind(ctype *t) {
    if (t->free_low >= t->low && t->free_high <= t->high)
        t->free_low = 1, t->free_high = 0;
    else if (t->free_low >= t->low && t->free_low < t->high)
        t->free_low = t->high;
    else if (t->free_high > t->low && t->free_high <= t->high)
        t->free_high = t->low;
}

static void place_list(ctype *t) {
    if (t->length == 0) {
        t->has_pointer = true;
        t->bytes = 2 * ADDRESS_BYTES;
        t->alignment = ADDRESS_BYTES;
        flat_set(&t->flat, "pp");
        return;
    }
    t->bytes = t->first->bytes * t->length;
    t->alignment = t->first->alignment;
    for (uint32_t k = 0; k < t->length && t->flat.count <= CTYPE_MOST_FLAT && t->first->flat.count > 0; k++)
        flat_append(&t->flat, &t->first->flat);
}

static void place_fields(ctype *t) {
    t->alignment = 1;
    for (uint32_t k = 0; k < t->members.count; k++) {
        place_field(t, t->members.data[k].type);
        flat_append(&t->flat, &t->members.data[k].type->flat);
    }
    t->bytes = align_to(t->bytes, t->alignment);
}

static void place_scalar(ctype *t) {
    t->bytes = t->alignment = 4;
    flat_set(&t->flat, "i");
}

/* Finds how values of the type are stored and passed. Sizes cannot overflow: those of the children are below MOST_BYTES. */
static void place(ctype *t) {
    payloads p = {0};
    const ctype *primitive;
    switch (t->kind) {
    case CTYPE_PRIMITIVE: /* with a name, else it would not be made */
        primitive = ctype_primitive(t->code);
        t->bytes = primitive->bytes;
        t->alignment = primitive->alignment;
        t->has_pointer = primitive->has_pointer;
        t->flat = primitive->flat;
        break;
    case CTYPE_RECORD:
    case CTYPE_TUPLE:
        place_fields(t);
        break;
    case CTYPE_VARIANT:
        for (uint32_t k = 0; k < t->members.count; k++)
            payload_add(&p, t->members.data[k].type);
        place_variant(t, &p, t->members.count);
        break;
    case CTYPE_OPTION:
    case CTYPE_RESULT:
        payload_add(&p, t->first);
        payload_add(&p, t->second);
        place_variant(t, &p, 2);
        break;
    case CTYPE_LIST:
    case CTYPE_MAP:
        place_list(t);
        break;
    case CTYPE_FLAGS:
    case CTYPE_ENUM:
        place_labels(t);
        flat_set(&t->flat, "i");
        break;
    case CTYPE_OWN:
    case CTYPE_BORROW:
    case CTYPE_STREAM:
    case CTYPE_FUTURE:
        place_scalar(t);
        break;
    default:
        break;
    }
}

const ctype *ctype_make(ctype_pool *p, const ctype *node, size_t offset) {
    if (++p->types > MOST_TYPES) {
        diag_unsupported(p->diag, offset, "this many types", NULL);
        return NULL;
    }
    ctype *t = arena_alloc(p->arena, sizeof *t);
    *t = *node;
    t->depth = 1;
    t->free_low = t->all_low = 1, t->free_high = t->all_high = 0;
    t->has_borrow = t->kind == CTYPE_BORROW;
    t->has_pointer = false;
    t->bytes = t->alignment = 0;
    t->flat = (flat){0};
    if (t->kind == CTYPE_RESOURCE) {
        t->free_low = t->all_low = t->resource;
        t->free_high = t->all_high = t->resource + 1;
    }
    combine(t, t->first);
    combine(t, t->second);
    combine_members(t, &t->members);
    combine_members(t, &t->imports);
    if (t->kind == CTYPE_INSTANCE || t->kind == CTYPE_COMPONENT)
        unbind(t);
    if (t->kind == CTYPE_STREAM || t->kind == CTYPE_FUTURE)
        t->has_pointer = false; /* a value is a handle, whatever it is for */
    if (t->kind >= CTYPE_FUNC)
        t->has_borrow = t->has_pointer = false;
    place(t);
    if (t->depth > CTYPE_MOST_DEPTH) {
        diag_unsupported(p->diag, offset, "types nested this deep", NULL);
        return NULL;
    }
    if (t->bytes >= MOST_BYTES) {
        ctype_invalid(p, offset, "a value of the type exceeds maximum byte size");
        return NULL;
    }
    return t;
}

/* ---- Imports and exports by name ---- */

static int compare_spans(span a, span b) {
    size_t shared = a.length < b.length ? a.length : b.length;
    int order = shared > 0 ? memcmp(a.bytes, b.bytes, shared) : 0;
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_names(span module_a, span name_a, span module_b, span name_b) {
    int order = compare_spans(module_a, module_b);
    return order != 0 ? order : compare_spans(name_a, name_b);
}

static int compare_members(const void *a, const void *b) {
    const member *left = *(const member *const *)a, *right = *(const member *const *)b;
    int order = compare_names(left->module, left->name, right->module, right->name);
    return order != 0 ? order : (left > right) - (left < right);
}

/* Duplicates are next to each other in the order of names. The first in the file is reported. */
static bool check_duplicates(ctype_pool *p, const member_list *list, const char *what) {
    const member *found = NULL;
    for (uint32_t k = 1; k < list->count; k++) {
        const member *a = &list->data[list->sorted[k - 1]], *b = &list->data[list->sorted[k]];
        if (compare_names(a->module, a->name, b->module, b->name) == 0 && (!found || b < found))
            found = b;
    }
    if (!found)
        return true;
    return ctype_invalid(p, found->offset, "duplicate %s name `%.*s`", what, (int)(found->name.length < 100 ? found->name.length : 100),
                         (const char *)found->name.bytes);
}

bool ctype_members(ctype_pool *p, const member *data, size_t count, const char *what, member_list *list) {
    member *copy = arena_array(p->arena, count, sizeof *copy);
    if (count > 0)
        memcpy(copy, data, count * sizeof *copy);
    *list = (member_list){.data = copy, .count = (uint32_t)count};
    if (!what)
        return true;
    const member **order = memory_alloc(count, sizeof *order);
    for (uint32_t k = 0; k < count; k++)
        order[k] = &copy[k];
    if (count > 1)
        sort_stable(order, count, sizeof *order, compare_members);
    uint32_t *sorted = arena_array(p->arena, count, sizeof *sorted);
    for (uint32_t k = 0; k < count; k++)
        sorted[k] = (uint32_t)(order[k] - copy);
    free(order);
    list->sorted = sorted;
    return check_duplicates(p, list, what);
}

const member *ctype_find(const member_list *list, span module, span name) {
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const member *m = &list->data[list->sorted[middle]];
        int order = compare_names(m->module, m->name, module, name);
        if (order == 0)
            return m;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
