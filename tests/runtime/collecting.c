/* Collections: a graph of objects is changed at random, and the same graph is kept in C beside it. After every few changes both are
 * compared, object by object. */
#include "case.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/code/objects.h>

#include "heap/object_layout.h"
#include "heap/heap.h"

/* ---- The module ---- */

#define ANYREF WASMELT_REF_NULL(WASMELT_HEAP_ANY)

/* What an object is: a number, by which the graph in C knows it, and references. */
enum { SMALL, WIDE, LIST, BYTES, KINDS };
enum { SMALL_CHILDREN = 3, WIDE_CHILDREN = 100 };

/* struct { any, any, any, i64 } */
typedef struct small {
    object head;
    object *child[SMALL_CHILDREN];
    uint64_t number;
} small;

/* struct { i64, 100 times any }: more than a word of bits can tell */
typedef struct broad {
    object head;
    uint64_t number;
    object *child[WIDE_CHILDREN];
} broad;

/* array of any; the number is the first element, as an i31 */
typedef struct list {
    array head;
    object *e[];
} list;

/* array of i32: the number, as often as it fits */
typedef struct bytes {
    array head;
    uint32_t e[];
} bytes;

enum { ROOTS = 8, ENTRIES = 40, SEGMENT = 5 };

typedef struct app {
    wasmelt_instance base;
    uint32_t type_ids[KINDS];
    object *global[ROOTS];
    wasmelt_table *table;
    void *segment[SEGMENT];
    uint64_t segment_count;
} app;

static wasmelt_valtype small_fields[SMALL_CHILDREN + 1], wide_fields[WIDE_CHILDREN + 1];
static const wasmelt_valtype any = ANYREF, i32 = WASMELT_I32;
static uint8_t all_mutable[WIDE_CHILDREN + 1];
static wasmelt_type types[KINDS];
static const uint32_t heap_types[KINDS] = {SMALL, WIDE, LIST, BYTES};
static wasmelt_root_desc roots[ROOTS + 1];

static const wasmelt_module module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "app",
    .instance_size = sizeof(app),
    .types = types,
    .type_count = KINDS,
    .type_ids_offset = offsetof(app, type_ids),
    .tables = (const wasmelt_table_desc[]){{{.minimum = ENTRIES, .element = ANYREF}, offsetof(app, table)}},
    .table_count = 1,
    .heap_types = heap_types,
    .heap_type_count = KINDS,
    .roots = roots,
    .root_count = ROOTS + 1,
    .type_groups = wasmelt_type_groups,
    .collector = wasmelt_collector,
    .heap_is_closed = true,
};

static app *self;
static wasmelt_heap *h;

static wasmelt_type type_of(wasmelt_type_kind kind, uint32_t index, const wasmelt_valtype *fields, uint32_t count) {
    return (wasmelt_type){.kind = kind,
                          .supertype = WASMELT_NO_TYPE,
                          .group = index,
                          .group_size = 1,
                          .params = fields,
                          .mutability = all_mutable,
                          .param_count = count};
}

static void begin(const wasmelt_options *options) {
    for (int k = 0; k < SMALL_CHILDREN; k++)
        small_fields[k] = ANYREF;
    small_fields[SMALL_CHILDREN] = WASMELT_I64;
    wide_fields[0] = WASMELT_I64;
    for (int k = 1; k <= WIDE_CHILDREN; k++)
        wide_fields[k] = ANYREF;
    types[SMALL] = type_of(WASMELT_TYPE_STRUCT, SMALL, small_fields, SMALL_CHILDREN + 1);
    types[WIDE] = type_of(WASMELT_TYPE_STRUCT, WIDE, wide_fields, WIDE_CHILDREN + 1);
    types[LIST] = type_of(WASMELT_TYPE_ARRAY, LIST, &any, 1);
    types[BYTES] = type_of(WASMELT_TYPE_ARRAY, BYTES, &i32, 1);
    for (uint32_t k = 0; k < ROOTS; k++)
        roots[k] = (wasmelt_root_desc){.offset = offsetof(app, global) + k * sizeof(object *)};
    roots[ROOTS] = (wasmelt_root_desc){offsetof(app, segment), WASMELT_ROOT_ELEMENTS, offsetof(app, segment_count)};
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate_with(&module, NULL, 0, options, &i, NULL) == WASMELT_OK);
    self = (app *)i;
    h = i->heap;
    self->segment_count = SEGMENT;
}

static void end(void) {
    wasmelt_instance_free(&self->base);
}

/* ---- The graph in C ---- */

typedef struct node {
    uint32_t kind, count; /* children; of BYTES: elements */
    uint32_t *child;      /* numbers of nodes; 0: null; the highest bit: an i31 */
    object *seen;         /* in the comparison going on */
    uint32_t round;
} node;

#define IS_I31 UINT32_C(0x80000000)

static node *nodes;
static uint32_t node_count = 1, node_room;
static uint32_t root[ROOTS + ENTRIES + SEGMENT];

static void **root_place(uint32_t r) {
    if (r < ROOTS)
        return (void **)&self->global[r];
    return r < ROOTS + ENTRIES ? &self->table->refs[r - ROOTS] : &self->segment[r - ROOTS - ENTRIES];
}

static uint32_t random_number;

static uint32_t below(uint32_t n) {
    random_number = random_number * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)random_number * n >> 32);
}

static uint32_t new_node(uint32_t kind, uint32_t count) {
    if (node_count >= node_room) {
        node_room = node_room ? 2 * node_room : 1024;
        nodes = realloc(nodes, node_room * sizeof *nodes);
        CHECK(nodes != NULL);
    }
    nodes[node_count] = (node){.kind = kind, .count = count, .child = kind == BYTES ? NULL : calloc(count + 1, sizeof(uint32_t))};
    return node_count++;
}

static void end_graph(void) {
    for (uint32_t n = 0; n < node_count; n++)
        free(nodes && n ? nodes[n].child : NULL);
    free(nodes);
}

/* ---- Both ---- */

static object **children(object *o, uint32_t kind) {
    return kind == SMALL ? ((small *)o)->child : kind == WIDE ? ((broad *)o)->child : ((list *)o)->e + 1;
}

static object *i31(uint32_t value) {
    return (object *)(uintptr_t)((uint64_t)value << 1 | 1);
}

static uint32_t size_of_new(uint32_t kind) {
    static const uint32_t lengths[] = {0, 1, 7, 40, 300, 1000, 5000};
    uint32_t n = below(100);
    uint32_t length = lengths[n < 40 ? 1 : n < 70 ? 2 : n < 90 ? 3 : n < 96 ? 4 : n < 98 ? 5 : n < 99 ? 6 : 0];
    return kind == SMALL ? SMALL_CHILDREN : kind == WIDE ? WIDE_CHILDREN : length;
}

static object *make(uint32_t kind, uint32_t count, uint32_t number) {
    u32 type = WASMELT_FIRST_HEAP_TYPE + kind;
    if (kind == SMALL) {
        small *s = (small *)heap_new(h, type, object_size(small));
        s->child[0] = s->child[1] = s->child[2] = NULL;
        s->number = number;
        return &s->head;
    }
    if (kind == WIDE) {
        broad *w = (broad *)heap_new(h, type, object_size(broad));
        memset(w->child, 0, sizeof w->child);
        w->number = number;
        return &w->head;
    }
    if (kind == LIST) {
        list *l = (list *)heap_new_array_zeroed(h, type, count + 1, elements_of(list));
        for (uint32_t k = 0; k <= count; k++)
            CHECK(l->e[k] == NULL);
        l->e[0] = i31(number);
        return &l->head.head;
    }
    bytes *b = (bytes *)heap_new_array(h, type, count, elements_of(bytes));
    for (uint32_t k = 0; k < count; k++)
        b->e[k] = number + k;
    return &b->head.head;
}

/* A walk from a root; *number is where it ends: 0 for null. */
static object *walk(uint32_t *number) {
    uint32_t r = below(ROOTS + ENTRIES + SEGMENT);
    object *o = *root_place(r);
    *number = root[r];
    for (uint32_t steps = below(12); steps > 0 && *number; steps--) {
        const node *n = &nodes[*number];
        if (n->kind == BYTES || n->count == 0)
            break;
        uint32_t k = below(n->count);
        if (n->child[k] == 0 || n->child[k] & IS_I31)
            break;
        o = children(o, n->kind)[k];
        *number = n->child[k];
    }
    return o;
}

static void set_child(object *o, uint32_t number, uint32_t k, object *value, uint32_t value_number) {
    object **place = &children(o, nodes[number].kind)[k];
    if (nodes[number].kind == LIST)
        note_store_at(h, o, place);
    else
        note_store(h, o);
    *place = value;
    nodes[number].child[k] = value_number;
}

static void store_somewhere(object *value, uint32_t value_number) {
    if (below(30) == 0) {
        uint32_t r = below(ROOTS + ENTRIES + SEGMENT);
        *root_place(r) = value;
        root[r] = value_number;
        return;
    }
    uint32_t number;
    object *o = walk(&number);
    if (!number || nodes[number].kind == BYTES || nodes[number].count == 0)
        return;
    set_child(o, number, below(nodes[number].count), value, value_number);
}

static void change(void) {
    switch (below(20)) {
    case 0: {
        uint32_t number;
        object *o = walk(&number);
        store_somewhere(o, number);
        return;
    }
    case 1:
        store_somewhere(NULL, 0);
        return;
    case 2: {
        uint32_t value = below(1000000);
        store_somewhere(i31(value), 0);
        return;
    }
    case 3: { /* part of an array copied */
        uint32_t number, from_number;
        object *o = walk(&number), *from = walk(&from_number);
        if (!number || !from_number || nodes[number].kind != LIST || nodes[from_number].kind != LIST)
            return;
        uint32_t count = nodes[number].count < nodes[from_number].count ? nodes[number].count : nodes[from_number].count;
        note_range(h, o, 1, count);
        memmove(children(o, LIST), children(from, LIST), count * sizeof(object *));
        memmove(nodes[number].child, nodes[from_number].child, count * sizeof(uint32_t));
        return;
    }
    default: {
        uint32_t kind = below(40), number, other;
        kind = kind < 25 ? SMALL : kind < 27 ? WIDE : kind < 34 ? LIST : BYTES;
        uint32_t count = size_of_new(kind);
        object *child = walk(&other); /* on this frame while the new one is made */
        uint32_t made = new_node(kind, count);
        object *o = make(kind, count, made);
        if (kind != BYTES && count > 0)
            set_child(o, made, below(count), child, other);
        number = made;
        store_somewhere(o, number);
    }
    }
}

/* ---- Comparing ---- */

static uint32_t *queue, queue_count, compare_round;

static void expect(object *o, uint32_t number) {
    if (number == 0) {
        CHECK(!o || (uintptr_t)o & 1);
        return;
    }
    CHECK(o && ((uintptr_t)o & 7) == 0);
    node *n = &nodes[number];
    if (n->round == compare_round) {
        CHECK(n->seen == o);
        return;
    }
    n->round = compare_round;
    n->seen = o;
    queue[queue_count++] = number;
}

static void compare_one(uint32_t number) {
    const node *n = &nodes[number];
    object *o = n->seen;
    CHECK(o->type == WASMELT_FIRST_HEAP_TYPE + n->kind);
    if (n->kind == BYTES) {
        const bytes *b = (bytes *)o;
        CHECK(b->head.length == n->count);
        for (uint32_t k = 0; k < n->count; k++)
            CHECK(b->e[k] == number + k);
        return;
    }
    if (n->kind == SMALL)
        CHECK(((small *)o)->number == number);
    else if (n->kind == WIDE)
        CHECK(((broad *)o)->number == number);
    else
        CHECK(((list *)o)->head.length == n->count + 1 && ((list *)o)->e[0] == i31(number));
    for (uint32_t k = 0; k < n->count; k++)
        expect(children(o, n->kind)[k], n->child[k]);
}

/* Returns how many objects can be reached. */
static uint32_t compare(void) {
    queue = malloc(node_count * sizeof *queue);
    queue_count = 0;
    compare_round++;
    for (uint32_t r = 0; r < ROOTS + ENTRIES + SEGMENT; r++)
        expect(*root_place(r), root[r]);
    for (uint32_t k = 0; k < queue_count; k++)
        compare_one(queue[k]);
    uint32_t count = queue_count;
    free(queue);
    return count;
}

/* ---- Cases ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { ROUNDS = TORTURE ? 20 : 100 };
#else
enum { ROUNDS = TORTURE ? 60 : 400 };
#endif

static void churn(void *rounds) {
    for (uint32_t round = 0; round < *(uint32_t *)rounds; round++) {
        for (int k = 0; k < 300; k++)
            change();
        compare();
    }
}

static void run_churn(uint32_t seed, uint32_t rounds, const wasmelt_options *options) {
    random_number = seed;
    begin(options);
    CHECK(wasmelt_run(churn, &rounds, NULL) == WASMELT_TRAP_NONE);
    CHECK(compare() > 0);
    end_graph();
    end();
}

CASE(a_random_graph) {
    run_churn(1, ROUNDS, NULL);
}

CASE(another_in_a_small_heap) {
    run_churn(2, ROUNDS, &(wasmelt_options){.heap = {.maximum_bytes = 64 << 20}});
}

CASE(a_third) {
    run_churn(3, ROUNDS, NULL);
}

/* Garbage is found: much more is made than there is room for. */
static void make_garbage(void *unused) {
    (void)unused;
    for (uint32_t k = 0; k < 3000000 / (TORTURE ? 300 : 1); k++)
        make(k % 100 ? SMALL : LIST, k % 300, 1);
}

CASE(garbage) {
    begin(&(wasmelt_options){.heap = {.maximum_bytes = 4 << 20}});
    CHECK(wasmelt_run(make_garbage, NULL, NULL) == WASMELT_TRAP_NONE);
    end();
}

/* A list as long as memory allows, then once more: what a trap leaves is garbage. */
static void make_list(void *unused) {
    (void)unused;
    for (;;) {
        small *s = (small *)make(SMALL, 0, 1);
        s->child[0] = self->global[0];
        self->global[0] = &s->head;
    }
}

static uint32_t list_length(void) {
    uint32_t length = 0;
    for (const small *s = (small *)self->global[0]; s; s = (small *)s->child[0])
        length++;
    return length;
}

CASE(a_full_heap) {
    begin(&(wasmelt_options){.heap = {.maximum_bytes = TORTURE ? 1 << 19 : 32 << 20}});
    uint32_t first = 0;
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_run(make_list, NULL, NULL) == WASMELT_TRAP_OUT_OF_RESOURCES);
        uint32_t length = list_length();
        if (k == 0)
            first = length;
        CHECK(length > first - first / 10 && length * sizeof(small) <= 32 << 20);
        self->global[0] = NULL;
    }
    CHECK(TORTURE > 0 || first * sizeof(small) > 24 << 20);
    end();
}

/* More marks than the stack has room for: a wide tree of wide objects. */
static object *wide_tree(uint32_t depth) {
    broad *w = (broad *)make(WIDE, WIDE_CHILDREN, depth);
    self->global[depth] = &w->head;
    for (uint32_t k = 0; k < WIDE_CHILDREN; k++) {
        object *child = depth ? wide_tree(depth - 1) : make(SMALL, 0, k);
        w = (broad *)self->global[depth];
        note_store(h, &w->head);
        w->child[k] = child;
    }
    return &w->head;
}

static uint64_t sum_of(const object *o, uint32_t depth) {
    uint64_t sum = 0;
    for (uint32_t k = 0; k < WIDE_CHILDREN; k++) {
        const object *child = ((const broad *)o)->child[k];
        sum += depth ? sum_of(child, depth - 1) : ((const small *)child)->number;
    }
    return sum;
}

static void build_wide(void *unused) {
    (void)unused;
    self->global[7] = wide_tree(TORTURE > 0 ? 1 : 2);
    for (int k = 0; k < 3; k++) {
        heap_of(h)->mark_room_for_tests = 150;
        CHECK(wasmelt_rt_heap_collect(heap_of(h), true));
        CHECK(sum_of(self->global[7], TORTURE ? 1 : 2) == (TORTURE ? 100 : 10000) * UINT64_C(4950));
        heap_of(h)->mark_room_for_tests = 0;
        make_garbage(NULL);
    }
}

CASE(a_full_stack_of_marks) {
    begin(NULL);
    CHECK(wasmelt_run(build_wide, NULL, NULL) == WASMELT_TRAP_NONE);
    end();
}

/* ---- What is left of many objects ---- */

enum { MANY = TORTURE ? 2000 : 500000, ONE_IN = 64 };

/* A list of all objects, of which every 64th is in a second list, too: they are the last ones of their blocks when the first list goes. */
static void make_many(void *unused) {
    (void)unused;
    for (uint32_t k = 0; k < MANY; k++) {
        small *s = (small *)make(SMALL, 0, k);
        s->child[0] = self->global[0];
        if (k % ONE_IN == 0) {
            s->child[1] = self->global[1];
            self->global[1] = &s->head;
        }
        self->global[0] = &s->head;
    }
}

/* The lists are cut at those that stay. */
static void drop_most(void *unused) {
    (void)unused;
    for (small *s = (small *)self->global[1]; s; s = (small *)s->child[1])
        s->child[0] = NULL;
    self->global[0] = NULL;
}

static void check_rest(void *unused) {
    (void)unused;
    uint32_t k = (MANY - 1) / ONE_IN;
    for (const small *s = (small *)self->global[1]; s; s = (small *)s->child[1], k--)
        CHECK(s->number == (uint64_t)k * ONE_IN && !s->child[0] && !s->child[2]);
    CHECK(k == UINT32_MAX);
}

static void collect_all(void *unused) {
    (void)unused;
    CHECK(wasmelt_rt_heap_collect(heap_of(h), true));
}

static void make_larger(void *unused) {
    (void)unused;
    for (uint32_t k = 0; k < 2000; k++)
        make(BYTES, 1000, k);
}

/* Memory that few objects hold is had again: in a full collection they move. */
CASE(the_last_objects_of_blocks) {
    begin(NULL);
    CHECK(wasmelt_run(make_many, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(collect_all, NULL, NULL) == WASMELT_TRAP_NONE);
    wasmelt_heap_statistics full, rest;
    wasmelt_heap_get_statistics(h, &full);
    CHECK(wasmelt_run(drop_most, NULL, NULL) == WASMELT_TRAP_NONE);
    for (int k = 0; k < 2; k++) { /* the first finds out which blocks have few objects */
        CHECK(wasmelt_run(collect_all, NULL, NULL) == WASMELT_TRAP_NONE);
        CHECK(wasmelt_run(check_rest, NULL, NULL) == WASMELT_TRAP_NONE);
    }
    wasmelt_heap_get_statistics(h, &rest);
    CHECK(TORTURE > 0 || (rest.used_bytes < full.used_bytes / 16 && rest.alive_bytes < full.alive_bytes / 32));
    CHECK(wasmelt_run(make_larger, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(check_rest, NULL, NULL) == WASMELT_TRAP_NONE);
    end();
}

/* In a full heap too, as far as free blocks allow it: a large array fits where objects were. */
static void fill_and_thin(void *unused) {
    make_many(unused);
    drop_most(unused);
    make(BYTES, (TORTURE ? 100 << 10 : 12 << 20) / 4, 5);
}

CASE(a_large_object_where_few_are_left) {
    begin(&(wasmelt_options){.heap = {.maximum_bytes = TORTURE ? 400 << 10 : 28 << 20}});
    CHECK(wasmelt_run(fill_and_thin, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(check_rest, NULL, NULL) == WASMELT_TRAP_NONE);
    end();
}

/* Objects that survive are moved where few do. If all do at once, most stay: each knows where it was made, in a way that is no reference.
 */
enum { BURST = 50000 / (TORTURE ? 100 : 1) };

static void make_burst(void *unused) {
    (void)unused;
    make_garbage(NULL);
    CHECK(wasmelt_rt_heap_collect(heap_of(h), false));
    for (uint32_t k = 0; k < BURST; k++) {
        small *s = (small *)make(SMALL, 0, 1);
        s->child[0] = self->global[0];
        s->number = ~(uint64_t)(uintptr_t)s;
        self->global[0] = &s->head;
    }
    uint64_t full = heap_of(h)->statistics.full_collections;
    CHECK(wasmelt_rt_heap_collect(heap_of(h), false));
    uint32_t moved = 0;
    for (const small *s = (small *)self->global[0]; s; s = (small *)s->child[0])
        moved += s->number != ~(uint64_t)(uintptr_t)s;
    CHECK(list_length() == BURST);
    CHECK(TORTURE > 0 || (heap_of(h)->statistics.full_collections == full && moved > BURST / 10 && moved < BURST / 2));
}

CASE(a_burst_of_survivors) {
    begin(NULL);
    CHECK(wasmelt_run(make_burst, NULL, NULL) == WASMELT_TRAP_NONE);
    end();
}
