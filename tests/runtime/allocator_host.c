/* The runtime on an allocator of the host that fails once, at a request given by its number. Whatever is made then ends with an error;
 * after it has been taken down, everything that was requested has been released; and then all of it works. test_allocator.py runs this.
 *
 * allocator_host FIRST REQUEST: with FIRST "cold", nothing has been allocated before; with "warm", all has been made and taken down once.
 * Prints "failed" if the request failed and with it what it was for, "managed" if that was done without, "done" if no request failed; then
 * the numbers of requests, and of allocations that stay. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/ffi.h>
#include <wasmelt/wasi.h>
#include <wasmelt/wasmelt.h>

#include "app.h"
#include "objects.h"

#define CHECK(condition) ((condition) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #condition), exit(1)))
#define NEED(condition)                                                                                                                    \
    if (!(condition))                                                                                                                      \
    return false

typedef struct counts {
    long requests, live, fail_at;
    bool failed;
} counts;

static bool fails(counts *c) {
    bool now = ++c->requests == c->fail_at;
    c->failed |= now;
    return now;
}

static void *count(counts *c, void *made) {
    c->live += made != NULL;
    return made;
}

static void *allocate(void *c, size_t bytes) {
    CHECK(bytes > 0);
    return fails(c) ? NULL : count(c, malloc(bytes));
}

static void *allocate_zeroed(void *c, size_t bytes) {
    CHECK(bytes > 0);
    return fails(c) ? NULL : count(c, calloc(1, bytes));
}

static void *reallocate(void *c, void *old, size_t bytes) {
    CHECK(old && bytes > 0);
    return fails(c) ? NULL : realloc(old, bytes);
}

static void release(void *c, void *old) {
    CHECK(old);
    ((counts *)c)->live--;
    free(old);
}

/* Everything that may have been made. */
typedef struct all {
    wasmelt_wasi *wasi;
    wasmelt_interrupter *interrupter;
    wasmelt_store *store;
    app *app;
    objects *objects;
    wasmelt_ref *ref;
    wasmelt_ffi *ffi;
    wasmelt_memory *memory;
    wasmelt_table *table;
    wasmelt_exception *exception;
} all;

/* Calls an export whose result, if there is one, is i32; false if it traps. */
static bool call(wasmelt_instance *i, const char *name, int32_t argument, int32_t *result) {
    wasmelt_extern e;
    wasmelt_value values[1] = {{.i32 = (uint32_t)argument}};
    CHECK(wasmelt_export(i, name, &e) && e.kind == WASMELT_EXTERN_FUNC);
    NEED(wasmelt_call(e.func, values, values, NULL) == WASMELT_TRAP_NONE);
    *result = (int32_t)values[0].i32;
    return true;
}

static bool make_wasi(all *a) {
    NEED(a->wasi = wasmelt_wasi_new());
    NEED(wasmelt_wasi_add_arg(a->wasi, "app") && wasmelt_wasi_add_arg(a->wasi, "x") && wasmelt_wasi_add_env(a->wasi, "A=1"));
    int error = wasmelt_wasi_preopen(a->wasi, ".", "/", WASMELT_WASI_READ);
    CHECK(error == 0 || error == ENOMEM);
    NEED(error == 0);
    size_t n;
    NEED(wasmelt_wasi_imports(a->wasi, &n));
    return true;
}

static bool instantiated(wasmelt_status status) {
    CHECK(status == WASMELT_OK || status == WASMELT_OUT_OF_MEMORY || status == WASMELT_TRAPPED);
    return status == WASMELT_OK;
}

static bool use_app(all *a) {
    wasmelt_instance *i = (wasmelt_instance *)a->app;
    int32_t result;
    wasmelt_extern e;
    wasmelt_trap trap;
    NEED(call(i, "catches", 0, &result));
    CHECK(result == 7);
    NEED(call(i, "tail", 1000, &result) && call(i, "memory_grows", 0, &result));
    CHECK(result == 1);
    NEED(call(i, "grows", 0, &result) && result == 2);
    NEED(call(i, "files", 0, &result) && result == 0);
    CHECK(wasmelt_export(i, "throws", &e));
    NEED(wasmelt_call(e.func, NULL, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    a->exception = wasmelt_exception_retain(trap.exception);
    return true;
}

/* Of an externref of the heap. */
static void finalize(void *data) {
    CHECK(!data);
}

static bool use_objects(all *a) {
    wasmelt_instance *i = (wasmelt_instance *)a->objects;
    wasmelt_extern e;
    wasmelt_value made;
    int32_t result;
    CHECK(wasmelt_export(i, "make", &e));
    NEED(wasmelt_call(e.func, NULL, &made, NULL) == WASMELT_TRAP_NONE);
    NEED(a->ref = wasmelt_ref_new(i->heap, made.anyref));
    NEED(wasmelt_extern_new(i->heap, NULL, finalize));
    NEED(call(i, "bytes", 100000, &result));
    CHECK(result == 100000);
    return true;
}

static bool use_ffi(all *a) {
    NEED(a->ffi = wasmelt_ffi_new(&objects_module));
    NEED(wasmelt_ffi_start(a->ffi) == 0);
    wasmelt_value values[1] = {{.i32 = 3}};
    NEED(wasmelt_ffi_call(a->ffi, "bytes", values) == 0 && wasmelt_ffi_signature(a->ffi, "bytes"));
    return true;
}

static bool make_all(all *a) {
    NEED(make_wasi(a));
    NEED(a->interrupter = wasmelt_interrupter_new());
    NEED(a->store = wasmelt_store_new(NULL));
    wasmelt_error error;
    NEED(instantiated(app_instantiate_with(&(app_imports){.context_wasi_snapshot_preview1 = a->wasi}, &(wasmelt_options){.store = a->store},
                                           &a->app, &error)));
    NEED(use_app(a));
    NEED(instantiated(objects_instantiate(&a->objects, &error)));
    NEED(use_objects(a));
    NEED(use_ffi(a));
    NEED(a->memory = wasmelt_memory_new(&(wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16}));
    NEED(a->table = wasmelt_table_new(&(wasmelt_table_type){.element = WASMELT_EXTERNREF, .minimum = 10}));
    return true;
}

static void take_down(all *a) {
    wasmelt_exception_release(a->exception);
    wasmelt_ref_release(a->ref);
    wasmelt_ffi_free(a->ffi);
    wasmelt_table_free(a->table);
    wasmelt_memory_free(a->memory);
    objects_instance_free(a->objects);
    app_instance_free(a->app);
    wasmelt_store_free(a->store);
    wasmelt_interrupter_free(a->interrupter);
    wasmelt_wasi_free(a->wasi);
    wasmelt_thread_leave();
}

static bool life(void) {
    all a = {0};
    bool made = make_all(&a);
    take_down(&a);
    return made;
}

int main(int argc, char **argv) {
    static counts c;
    wasmelt_allocator ours = {allocate, allocate_zeroed, reallocate, release, &c}, missing = {allocate, NULL, reallocate, release, &c};
    CHECK(argc == 3 && !wasmelt_set_allocator(&missing) && wasmelt_set_allocator(&ours));
    if (strcmp(argv[1], "warm") == 0)
        CHECK(life());
    long live = c.live;
    CHECK(c.requests == 0 || !wasmelt_set_allocator(&ours));
    c.fail_at = c.requests + atol(argv[2]);
    bool made = life();
    c.fail_at = 0;
    CHECK(made || c.failed);
    CHECK(c.live == live || strcmp(argv[1], "cold") == 0);
    long left = c.live;
    CHECK(life() && c.live >= left);
    left = c.live;
    CHECK(life() && c.live == left); /* what stays is there once */
    printf("%s %ld %ld\n", !c.failed ? "done" : made ? "managed" : "failed", c.requests, left);
}
