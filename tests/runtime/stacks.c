/* Stack exhaustion on every kind of stack. */
#include "case.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void exhaust(void) {
    for (int k = 0; k < 3; k++)
        CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
}

CASE(main_thread) {
    exhaust();
}

static void *exhaust_in_thread(void *unused) {
    (void)unused;
    exhaust();
    return NULL;
}

static void run_thread(const pthread_attr_t *attributes) {
    pthread_t thread;
    CHECK(pthread_create(&thread, attributes, exhaust_in_thread, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

CASE(a_thread) {
    run_thread(NULL);
}

CASE(a_thread_with_a_small_stack) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, (size_t)128 * 1024) == 0);
    run_thread(&attributes);
}

#ifndef __SANITIZE_THREAD__ /* it follows only so many calls */
CASE(a_thread_with_a_large_stack_and_guard) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, (size_t)64 << 20) == 0);
    CHECK(pthread_attr_setguardsize(&attributes, (size_t)1 << 20) == 0);
    run_thread(&attributes);
}
#endif

CASE(threads_at_the_same_time) {
    enum { THREADS = 16 };
    pthread_t threads[THREADS];
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_create(&threads[k], NULL, exhaust_in_thread, NULL) == 0);
    exhaust();
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
}

static void nested(void *unused) {
    (void)unused;
    exhaust();
    wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
}

CASE(in_a_nested_run) {
    CHECK(wasmelt_run(nested, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    exhaust();
}

/* Runs a case again as a new program, with limits set. */
static void run_again(const char *name, rlim_t stack, rlim_t files) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        struct rlimit limit;
        getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = stack < limit.rlim_max ? stack : limit.rlim_max;
        CHECK(setrlimit(RLIMIT_STACK, &limit) == 0);
        if (files)
            CHECK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){files, files}) == 0);
        execl("/proc/self/exe", "again", name, NULL);
        _exit(3);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

CASE(main_thread_with_a_small_limit) {
    run_again("main_thread", (rlim_t)256 * 1024, 0);
}

#ifndef __SANITIZE_THREAD__ /* as above */
CASE(main_thread_with_a_large_limit) {
    run_again("main_thread", (rlim_t)100 << 20, 0);
}

CASE(main_thread_without_limit) {
    run_again("main_thread", RLIM_INFINITY, 0);
}
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they open files themselves */
CASE(main_thread_where_nothing_can_be_opened) {
    CHECK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0}) == 0);
    exhaust();
}
#endif

#ifndef __SANITIZE_THREAD__ /* as above */
static void compare_forever(void *unused);

static int compare(const void *a, const void *b) {
    (void)a, (void)b;
    compare_forever(NULL);
    return 0;
}

static void compare_forever(void *unused) {
    int numbers[] = {3, 1, 2};
    (void)unused;
    qsort(numbers, 3, sizeof *numbers, compare);
}

CASE(through_the_c_library) {
    for (int k = 0; k < 3; k++)
        CHECK(wasmelt_run(compare_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
}
#endif

static void recurse_outside_run(void) {
    if (wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED)
        recurse_forever(NULL);
}

CASE(outside_of_runs_it_kills) {
    CHECK(died_of(signal_of_child(recurse_outside_run), SIGSEGV));
}

static void *exhaust_in_fork(void *unused) {
    (void)unused;
    CHECK(signal_of_child(exhaust) == 0);
    return NULL;
}

CASE(in_the_child_that_a_thread_forks) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, exhaust_in_fork, NULL) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

/* ---- Limits of the host's ---- */

CASE(a_limited_run_ends_and_can_be_made_again) {
    for (int k = 0; k < 100; k++) {
        CHECK(wasmelt_run_limited((size_t)64 * 1024, nothing, NULL, NULL) == WASMELT_TRAP_NONE);
        CHECK(wasmelt_run_limited((size_t)64 * 1024, recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    }
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) /* those change the sizes of frames and stacks */
static bool used_about(size_t bytes) {
    return stack_used > bytes - 16 * 1024 && stack_used < bytes + 16 * 1024;
}

static void measure_limits(void) {
    char here;
    stack_start = &here;
    wasmelt_run_limited(0, nothing, NULL, NULL); /* the alternate stack is there, and what mapping_count maps */
    mapping_count();
    int mappings = mapping_count();
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_run_limited((size_t)200 * 1024, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
        CHECK(used_about((size_t)200 * 1024));
        CHECK(wasmelt_run_limited(1, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
        CHECK(used_about(WASMELT_LEAST_STACK));
    }
    CHECK(mapping_count() == mappings);
    wasmelt_trap trap;
    CHECK(wasmelt_run(measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED && stack_used > (size_t)300 * 1024);
    size_t all = stack_used; /* a limit beyond the end changes nothing */
    CHECK(wasmelt_run_limited((size_t)1 << 40, measure_forever, NULL, &trap) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(trap.code == WASMELT_TRAP_STACK_EXHAUSTED && used_about(all));
    /* Now that the stack has been stack_used whole. */
    CHECK(wasmelt_run_limited((size_t)100 * 1024, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(used_about((size_t)100 * 1024));
    CHECK(wasmelt_run(measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED && used_about(all));
}

static void *measure_in_thread(void *unused) {
    (void)unused;
    measure_limits();
    return NULL;
}

static void limit_more(void *unused) {
    (void)unused;
    CHECK(wasmelt_run_limited((size_t)500 * 1024, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(used_about((size_t)200 * 1024)); /* the outer limit holds */
    CHECK(wasmelt_run_limited((size_t)50 * 1024, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(used_about((size_t)50 * 1024));
    measure_forever(NULL); /* the outer one holds again */
}

CASE(a_limit_on_the_main_thread) {
    measure_limits();
}

CASE(a_limit_on_the_main_thread_with_any_limit_of_its_own) {
    run_again("a_limit_on_the_main_thread", (rlim_t)1 << 20, 0);
    run_again("a_limit_on_the_main_thread", (rlim_t)100 << 20, 0);
    run_again("a_limit_on_the_main_thread", RLIM_INFINITY, 0);
}

CASE(a_limit_in_a_thread) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, measure_in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

static void *limit_most_of_it(void *unused) {
    char here;
    (void)unused;
    stack_start = &here;
    CHECK(wasmelt_run_limited((size_t)150 * 1024, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(used_about((size_t)150 * 1024));
    CHECK(wasmelt_run_limited((size_t)200 * 1024, measure_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(used_about((size_t)200 * 1024));
    return NULL;
}

CASE(a_limit_near_the_end_of_a_small_stack) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, (size_t)256 * 1024) == 0);
    CHECK(pthread_create(&thread, &attributes, limit_most_of_it, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

CASE(limits_in_limits) {
    char here;
    stack_start = &here;
    CHECK(wasmelt_run_limited((size_t)200 * 1024, limit_more, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(used_about((size_t)200 * 1024));
    CHECK(wasmelt_run_limited((size_t)200 * 1024, nothing, NULL, NULL) == WASMELT_TRAP_NONE);
}
#endif
