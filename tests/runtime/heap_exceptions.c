/* Exceptions as objects of a heap: what counts them, what moves, and what outlives what. */
#include "case.h"

#include <stddef.h>
#include <string.h>

#include <wasmelt/code/heap.h>
#include <wasmelt/code/unwind.h>

#include "heap/heap.h"

/* ---- A module: a struct of an i64, a tag (any, exn, i64), two roots ---- */

#define ANYREF WASMELT_REF_NULL(WASMELT_HEAP_ANY)

static const wasmelt_valtype number = WASMELT_I64, payload[] = {ANYREF, WASMELT_EXNREF, WASMELT_I64};
static const uint8_t is_mutable[] = {1};
enum { BOX, THROWN, TYPES };
static const wasmelt_type types[TYPES] = {
    [BOX] = {.kind = WASMELT_TYPE_STRUCT,
             .supertype = WASMELT_NO_TYPE,
             .group_size = 1,
             .params = &number,
             .mutability = is_mutable,
             .param_count = 1},
    [THROWN] = {.kind = WASMELT_TYPE_FUNC, .supertype = WASMELT_NO_TYPE, .group = 1, .group_size = 1, .params = payload, .param_count = 3},
};

typedef struct app {
    wasmelt_instance base;
    uint32_t type_ids[TYPES];
    const wasmelt_tag *tag;
    exnref root[2];
} app;

static const uint32_t heap_types[] = {BOX};
static const wasmelt_root_desc roots[] = {{.offset = offsetof(app, root)}, {.offset = offsetof(app, root) + sizeof(exnref)}};
static const wasmelt_module module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "app",
    .instance_size = sizeof(app),
    .types = types,
    .type_count = TYPES,
    .type_ids_offset = offsetof(app, type_ids),
    .tags = (const wasmelt_tag_desc[]){{THROWN, offsetof(app, tag)}},
    .tag_count = 1,
    .heap_types = heap_types,
    .heap_type_count = 1,
    .roots = roots,
    .root_count = 2,
    .type_groups = wasmelt_type_groups,
    .collector = wasmelt_collector,
    .heap_is_closed = true,
};

static app *self;
static wasmelt_heap *h;

static void begin(void) {
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, NULL) == WASMELT_OK);
    self = (app *)i;
    h = i->heap;
}

static object *box(uint64_t value) {
    object *o = heap_new(h, WASMELT_FIRST_HEAP_TYPE + BOX, 16);
    ((uint64_t *)o)[1] = value;
    return o;
}

static uint64_t value_of(const object *o) {
    CHECK(o->type == WASMELT_FIRST_HEAP_TYPE + BOX);
    return ((const uint64_t *)o)[1];
}

static void throw_it(uint64_t value, exnref inner) {
    object *o = box(value);
    wasmelt_throw_new(&self->base, self->tag);
    wasmelt_pending->values[0].anyref = o;
    wasmelt_pending->values[1].exnref = inner;
    wasmelt_pending->values[2].i64 = value;
}

static exnref catch_it(void) {
    return exn_receive(h, take_pending());
}

static void check_it(const wasmelt_exception *e, uint64_t value) {
    CHECK(e && e->tag == self->tag && e->values[2].i64 == value && value_of(e->values[0].anyref) == value);
}

static __attribute__((noinline)) void churn(uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        box(k);
}

/* Collections of all kinds, moving too, with nothing of the caller's on the stack but what it holds. */
static __attribute__((noinline)) void collect(void) {
    for (int k = 0; k < 3; k++) {
        churn(600000 / (TORTURE ? 100 : 1));
        wasmelt_rt_heap_collect(heap_of(h), k == 2);
    }
}

static uint32_t exception_count(void) {
    uint32_t count = 0;
    for (const wasmelt_exception *e = heap_of(h)->young_exceptions; e; e = e->next)
        count++;
    for (const wasmelt_exception *e = heap_of(h)->old_exceptions; e; e = e->next)
        count++;
    return count;
}

static void run(void (*body)(void *)) {
    CHECK(wasmelt_run(body, NULL, NULL) == WASMELT_TRAP_NONE);
}

/* ---- Cases ---- */

/* Held by a root only, each holding the one before. */
static void hold_by_roots(void *unused) {
    (void)unused;
    for (uint64_t k = 0; k < 100; k++) {
        throw_it(k, self->root[0]);
        CHECK(wasmelt_pending->references == 2);
        self->root[0] = catch_it();
        CHECK(self->root[0]->references == 1);
        if (k % 10 == 0)
            churn(20000 / (TORTURE ? 100 : 1));
    }
    collect();
    exnref e = self->root[0];
    for (uint64_t k = 100; k-- > 0; e = e->values[1].exnref)
        check_it(e, k);
    CHECK(e == NULL && exception_count() == 100);
}

static void drop_roots(void *unused) {
    (void)unused;
    collect();
    CHECK(exception_count() < 100); /* but for what words of the stack happen to mean */
}

CASE(held_by_roots) {
    begin();
    run(hold_by_roots);
    self->root[0] = NULL;
    run(drop_roots);
    wasmelt_instance_free(&self->base);
}

/* While it is pending, in a run inside of a host function for instance. */
static void pending(void *unused) {
    (void)unused;
    throw_it(7, NULL);
    exnref before = wasmelt_pending;
    collect();
    CHECK(wasmelt_pending == before);
    check_it(wasmelt_pending, 7);
    self->root[1] = catch_it();
    check_it(self->root[1], 7);
    wasmelt_throw_ref(self->root[1]);
    exn_lose(take_pending());
    CHECK(self->root[1]->references == 1);
}

CASE(while_it_is_pending) {
    begin();
    run(pending);
    wasmelt_instance_free(&self->base);
}

static void throw_7(void *unused) {
    (void)unused;
    throw_it(7, NULL);
    exnref inner = catch_it();
    throw_it(8, inner);
}

/* The store keeps it, then the host, beyond the end of the heap. */
CASE(uncaught_and_retained) {
    begin();
    wasmelt_trap trap;
    CHECK(wasmelt_run(throw_7, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    wasmelt_exception *e = trap.exception;
    run(drop_roots);
    check_it(e, 8);
    check_it(wasmelt_exception_payload(e)[1].exnref, 7);
    wasmelt_exception_retain(e);
    wasmelt_instance_free(&self->base);
    const wasmelt_exception *inner = wasmelt_exception_payload(e)[1].exnref;
    CHECK(wasmelt_exception_payload(e)[2].i64 == 8 && wasmelt_exception_payload(inner)[2].i64 == 7);
    CHECK(wasmelt_exception_tag(inner) == wasmelt_exception_tag(e) && inner->tag->type->param_count == 3);
    wasmelt_exception_release(e);
}

/* Of a host: copied, and what its payload refers to when that is read. */
static wasmelt_exception *foreign;

static void catch_foreign(void *unused) {
    (void)unused;
    wasmelt_throw(foreign);
    self->root[0] = catch_it();
    CHECK(self->root[0] != foreign && self->root[0]->tag == foreign->tag && self->root[0]->values[1].i64 == 5);
    collect();
    exnref inner = exn_adopt(h, self->root[0]->values[0].exnref);
    CHECK(inner != foreign->values[0].exnref && inner->values[1].i64 == 4 && inner->values[0].exnref == NULL);
    CHECK(exn_adopt(h, inner) == inner && exn_adopt(h, NULL) == NULL);
    self->root[0] = NULL;
}

CASE(foreign_ones) {
    static const wasmelt_valtype params[] = {WASMELT_EXNREF, WASMELT_I64};
    static const wasmelt_type type = {
        .kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1, .params = params, .param_count = 2};
    static wasmelt_tag tag;
    CHECK(wasmelt_tag_init(&tag, &type));
    begin();
    wasmelt_exception *inner = wasmelt_exception_new(&tag, (wasmelt_value[]){{.exnref = NULL}, {.i64 = 4}});
    foreign = wasmelt_exception_new(&tag, (wasmelt_value[]){{.exnref = inner}, {.i64 = 5}});
    CHECK(inner->references == 2);
    run(catch_foreign);
    run(drop_roots);
    wasmelt_instance_free(&self->base);
    CHECK(foreign->references == 1 && inner->references == 2);
    wasmelt_exception_release(foreign);
    CHECK(inner->references == 1);
    wasmelt_exception_release(inner);
}
