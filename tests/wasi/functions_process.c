/* Arguments, clocks, chance, ends, binding: what needs no file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

/* ---- Arguments, environment ---- */

static void args_are_laid_out_one_after_the_other(int unused) {
    (void)unused;
    CHECK(wasmelt_wasi_add_arg(wasi, "prog") && wasmelt_wasi_add_arg(wasi, "") && wasmelt_wasi_add_arg(wasi, "a b"));
    SAME(WASI_SUCCESS, wasmelt_wasi_args_sizes_get(wasi, OUT, OUT2));
    SAME(3, get32(OUT));
    SAME(10, get32(OUT2));
    SAME(WASI_SUCCESS, wasmelt_wasi_args_get(wasi, OUT, BUFFER));
    CHECK(memcmp(memory.base + BUFFER, "prog\0\0a b", 10) == 0);
    SAME(BUFFER, get32(OUT));
    SAME(BUFFER + 5, get32(OUT + 4));
    SAME(BUFFER + 6, get32(OUT + 8));
}

static void environment_is_empty_until_given(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, wasmelt_wasi_environ_sizes_get(wasi, OUT, OUT2));
    SAME(0, get32(OUT));
    SAME(0, get32(OUT2));
    CHECK(wasmelt_wasi_add_env(wasi, "A=1"));
    SAME(WASI_SUCCESS, wasmelt_wasi_environ_sizes_get(wasi, OUT, OUT2));
    SAME(1, get32(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_environ_get(wasi, OUT, BUFFER));
    CHECK(memcmp(memory.base + BUFFER, "A=1", 4) == 0);
}

/* ---- Clocks, randomness, scheduling ---- */

static void clocks_have_a_resolution_and_go_forward(int unused) {
    (void)unused;
    for (uint32_t id = 0; id < 4; id++) {
        SAME(WASI_SUCCESS, wasmelt_wasi_clock_res_get(wasi, id, OUT));
        CHECK(get64(OUT) > 0);
        uint64_t before = now(id);
        CHECK(now(id) >= before);
    }
    uint64_t begin = (uint64_t)time(NULL), found = now(CLOCK_ID_REALTIME) / SECOND, end = (uint64_t)time(NULL);
    CHECK(found >= begin && found <= end + 1); /* time() may be behind by a tick */
    SAME(WASI_INVAL, wasmelt_wasi_clock_time_get(wasi, 4, 0, OUT));
    SAME(WASI_INVAL, wasmelt_wasi_clock_res_get(wasi, UINT32_MAX, OUT));
}

static bool clock_of_tests(void *context, uint32_t clock, uint64_t *nanoseconds) {
    (void)context;
    *nanoseconds = 1000 + clock;
    return true;
}

static int random_of_tests(void *context, void *bytes, size_t length) {
    memset(bytes, *(int *)context, length);
    return 0;
}

static void embedder_sets_clocks_and_randomness(int unused) {
    (void)unused;
    static const wasmelt_wasi_hooks hooks = {clock_of_tests, random_of_tests};
    int seven = 7;
    wasmelt_wasi_set_hooks(wasi, &hooks, &seven);
    SAME(1001, now(CLOCK_ID_MONOTONIC));
    SAME(WASI_SUCCESS, wasmelt_wasi_random_get(wasi, BUFFER, 4));
    SAME(0x07070707, get32(BUFFER));
}

static void random_get_fills_any_size(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, wasmelt_wasi_random_get(wasi, BUFFER, 0));
    SAME(0, get32(BUFFER));
    SAME(WASI_SUCCESS, wasmelt_wasi_random_get(wasi, PATH, 2 << 20));
    uint64_t any = 0;
    for (uint32_t at = PATH + (2 << 20) - 64; at < PATH + (2 << 20); at += 8)
        any |= get64(at);
    CHECK(any != 0);
}

static void call_without_a_context(void *unused) {
    (void)unused;
    wasmelt_wasi_fd_write(NULL, 1, IOVS, 0, OUT);
}

static void a_null_context_is_called_what_it_is(int unused) {
    (void)unused;
    SAME(WASMELT_TRAP_NO_WASI, wasmelt_run(call_without_a_context, NULL, NULL));
    CHECK(strstr(wasmelt_trap_message(WASMELT_TRAP_NO_WASI), "no context"));
}

static void sched_yield_works_and_signals_do_not(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, wasmelt_wasi_sched_yield(wasi));
    SAME(WASI_NOTSUP, wasmelt_wasi_proc_raise(wasi, 9));
}

static void exit_with(void *status) {
    wasmelt_wasi_proc_exit(wasi, *(uint32_t *)status);
}

static int call_at_depth(volatile int depth) {
    volatile char frame[700];
    frame[0] = (char)depth;
    if (stat_path(BOX, 0, "none/none") == WASI_SUCCESS)
        return 0;
    return call_at_depth(depth + 1) + frame[0];
}

static void recurse_and_call(void *unused) {
    (void)unused;
    call_at_depth(0);
}

static void a_full_stack_is_a_trap_that_leaves_nothing_open(int unused) {
    (void)unused;
    int free_before = dup(1);
    close(free_before);
    SAME(WASMELT_TRAP_STACK_EXHAUSTED, wasmelt_run(recurse_and_call, NULL, NULL));
    SAME(free_before, dup(1));
    SAME(WASI_NOENT, stat_path(BOX, 0, "none"));
}

static void proc_exit_ends_the_call_with_its_status(int unused) {
    (void)unused;
    uint32_t status = 77;
    wasmelt_trap trap;
    SAME(WASMELT_TRAP_EXIT, wasmelt_run(exit_with, &status, &trap));
    SAME(77, trap.exit_status);
}

/* ---- Binding by name ---- */

static void every_function_can_be_bound_by_name(int unused) {
    (void)unused;
    size_t count, newer = 0;
    const wasmelt_import *imports = wasmelt_wasi_imports(wasi, &count);
    CHECK(imports);
    for (size_t k = 0; k < count; k++) {
        SAME(WASMELT_EXTERN_FUNC, imports[k].value.kind);
        newer += strcmp(imports[k].module, "wasi_snapshot_preview1") == 0;
        if (strcmp(imports[k].name, "path_open") == 0) {
            SAME(9, imports[k].value.func->type->param_count);
            SAME(1, imports[k].value.func->type->result_count);
        }
    }
    SAME(46, newer);
    SAME(46 + 45 + 1, count); /* and thread-spawn */
    CHECK(wasmelt_wasi_imports(wasi, &count) == imports);
}

static void confinement_leaves_the_guest_its_directories(int unused) {
    (void)unused;
    uint32_t fd;
    host_file("box/f", "in");
    host_file("outside", "out");
    int error = wasmelt_wasi_confine(wasi);
    if (error == ENOSYS || error == EOPNOTSUPP)
        return;
    SAME(0, error);
    CHECK(open("outside", O_RDONLY) < 0 && errno == EACCES);
    CHECK(open("ro/new", O_WRONLY | O_CREAT, 0666) < 0 && errno == EACCES);
    open_file(BOX, "f", 0, READ_WRITE);
    new_file("new");
    SAME(WASI_SUCCESS, make_dir(BOX, "d"));
    SAME(WASI_SUCCESS, rename_file(BOX, "f", BOX, "d/f"));
    SAME(WASI_SUCCESS, symlink_to("d", BOX, "l"));
    SAME(WASI_SUCCESS, open_with(BOX, "l/f", 0, OFLAG_TRUNC, READ_WRITE, 0, 0, &fd));
    SAME(WASI_SUCCESS, unlink_file(BOX, "d/f"));
    SAME(WASI_SUCCESS, remove_dir(BOX, "d"));
    _exit(0); /* no search for leaks: that reads /proc */
}

const test_case process_cases[] = {
    CASE(args_are_laid_out_one_after_the_other, 0),
    CASE(environment_is_empty_until_given, 0),
    CASE(clocks_have_a_resolution_and_go_forward, 0),
    CASE(embedder_sets_clocks_and_randomness, 0),
    CASE(random_get_fills_any_size, 0),
    CASE(a_null_context_is_called_what_it_is, 0),
    CASE(sched_yield_works_and_signals_do_not, 0),
    CASE(proc_exit_ends_the_call_with_its_status, 0),
    CASE(a_full_stack_is_a_trap_that_leaves_nothing_open, 0),
    CASE(every_function_can_be_bound_by_name, 0),
    CASE(confinement_leaves_the_guest_its_directories, 0),
    {NULL, NULL, 0},
};
