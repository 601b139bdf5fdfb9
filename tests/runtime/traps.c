/* Traps as values, and faults that are none. */
#include "case.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <wasmelt/code/support.h>

static void raise_given(void *code) {
    wasmelt_trap_raise(*(wasmelt_trap_code *)code);
}

static void do_nothing(void *unused) {
    (void)unused;
}

static void fault_at(void *address) {
    *(volatile char *)address = 1;
}

static wasmelt_memory *small_memory(void) {
    wasmelt_memory *m = wasmelt_memory_new(&(wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16});
    CHECK(m);
    return m;
}

/* An address that belongs to nobody. */
static void *wild(void) {
    void *p = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    return p;
}

CASE(every_code_comes_back) {
    for (int code = 1; code < WASMELT_TRAP_COUNT; code++) {
        wasmelt_trap_code given = (wasmelt_trap_code)code;
        wasmelt_trap trap;
        CHECK(wasmelt_run(raise_given, &given, &trap) == given);
        CHECK(trap.code == given && trap.exit_status == 0);
        CHECK(strlen(wasmelt_trap_message(given)) > 0);
    }
    CHECK(strcmp(wasmelt_trap_message(WASMELT_TRAP_MEMORY_BOUNDS), "out of bounds memory access") == 0);
    CHECK(strcmp(wasmelt_trap_message((wasmelt_trap_code)1000), "unknown trap") == 0);
}

CASE(no_trap_is_none) {
    wasmelt_trap trap = {.code = WASMELT_TRAP_HOST};
    CHECK(wasmelt_run(do_nothing, NULL, &trap) == WASMELT_TRAP_NONE && trap.code == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(do_nothing, NULL, NULL) == WASMELT_TRAP_NONE);
}

CASE(raising_no_trap_is_still_a_trap) {
    wasmelt_trap_code none = WASMELT_TRAP_NONE, beyond = WASMELT_TRAP_COUNT;
    CHECK(wasmelt_run(raise_given, &none, NULL) == WASMELT_TRAP_HOST);
    CHECK(wasmelt_run(raise_given, &beyond, NULL) == WASMELT_TRAP_HOST);
}

static void exit_with_42(void *unused) {
    (void)unused;
    wasmelt_trap_exit(42);
}

CASE(exit_carries_its_status) {
    wasmelt_trap trap;
    CHECK(wasmelt_run(exit_with_42, NULL, &trap) == WASMELT_TRAP_EXIT && trap.exit_status == 42);
}

static void nest(void *depth) {
    int left = *(int *)depth;
    if (left == 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
    left--;
    CHECK(wasmelt_run(nest, &left, NULL) == (left == 0 ? WASMELT_TRAP_UNREACHABLE : WASMELT_TRAP_DIVIDE_BY_ZERO));
    wasmelt_trap_raise(WASMELT_TRAP_DIVIDE_BY_ZERO);
}

CASE(the_innermost_run_gets_the_trap) {
    int depth = 50;
    CHECK(wasmelt_run(nest, &depth, NULL) == WASMELT_TRAP_DIVIDE_BY_ZERO);
}

CASE(a_fault_in_a_memory_is_a_trap_again_and_again) {
    wasmelt_memory *m = small_memory();
    for (int k = 0; k < 1000; k++)
        CHECK(wasmelt_run(fault_at, m->base + 65536 + k, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    sigset_t mask;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0 && !sigismember(&mask, SIGSEGV));
    CHECK(wasmelt_run(fault_at, m->base + 65535, NULL) == WASMELT_TRAP_NONE);
    wasmelt_memory_free(m);
}

CASE(all_that_an_index_and_offset_reach_is_guarded) {
    wasmelt_memory *m = small_memory();
    uint64_t last = (UINT64_C(1) << 32) - 1 + WASMELT_GUARD_BYTES;
    for (uint64_t at = 65536; at < last; at = at * 2 + 1)
        CHECK(wasmelt_run(fault_at, m->base + at, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(wasmelt_run(fault_at, m->base + last, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    wasmelt_memory_free(m);
}

/* ---- What must not become a trap ---- */

static void host_bug_inside_run(void) {
    wasmelt_memory *m = small_memory();
    wasmelt_run(fault_at, wild(), NULL);
    wasmelt_memory_free(m);
}

CASE(a_bug_of_the_host_inside_a_run_kills) {
    CHECK(died_of(signal_of_child(host_bug_inside_run), SIGSEGV));
}

static void null_inside_run(void) {
    wasmelt_run(fault_at, NULL, NULL);
}

CASE(a_null_pointer_inside_a_run_kills) {
    CHECK(died_of(signal_of_child(null_inside_run), SIGSEGV));
}

static void fault_outside_run(void) {
    wasmelt_memory *m = small_memory();
    wasmelt_run(do_nothing, NULL, NULL);
    fault_at(m->base + 65536);
}

CASE(a_fault_in_a_memory_outside_of_runs_kills) {
    CHECK(died_of(signal_of_child(fault_outside_run), SIGSEGV));
}

static void fault_in_freed_memory(void) {
    wasmelt_memory *m = small_memory();
    void *address = m->base + 65536;
    wasmelt_memory_free(m);
    wasmelt_run(fault_at, address, NULL);
}

CASE(a_fault_in_a_freed_memory_kills) {
    CHECK(died_of(signal_of_child(fault_in_freed_memory), SIGSEGV));
}

static void sent_inside_run(void *unused) {
    (void)unused;
    raise(SIGSEGV);
}

static void sent_signal(void) {
    wasmelt_run(sent_inside_run, NULL, NULL);
}

CASE(a_signal_that_is_sent_kills) {
    CHECK(died_of(signal_of_child(sent_signal), SIGSEGV));
}

static void trap_outside_run(void) {
    wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
}

CASE(a_trap_outside_of_runs_aborts) {
    CHECK(died_of(signal_of_child(trap_outside_run), SIGABRT));
}

/* ---- Handlers that were there before ---- */

static volatile sig_atomic_t handled, was_masked, had_address;
static void *page;

static void note_mask(void) {
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    was_masked = sigismember(&mask, SIGUSR1) && sigismember(&mask, SIGSEGV);
}

static void with_info(int number, siginfo_t *info, void *context) {
    (void)context;
    handled++;
    had_address = number == SIGSEGV && info->si_addr == page;
    note_mask();
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void without_info(int number) {
    (void)number;
    handled++;
    note_mask();
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

CASE(an_earlier_handler_gets_what_is_not_ours) {
    struct sigaction before = {.sa_sigaction = with_info, .sa_flags = SA_SIGINFO};
    sigaddset(&before.sa_mask, SIGUSR1);
    CHECK(sigaction(SIGSEGV, &before, NULL) == 0);
    page = wild();
    CHECK(wasmelt_run(fault_at, page, NULL) == WASMELT_TRAP_NONE);
    CHECK(handled == 1 && had_address && was_masked && *(char *)page == 1);
    mprotect(page, 4096, PROT_NONE);
    fault_at(page); /* outside of a run, too */
    CHECK(handled == 2);
    sigset_t mask;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &mask) == 0 && !sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGSEGV));
    wasmelt_memory *m = small_memory();
    CHECK(wasmelt_run(fault_at, m->base + 65536, NULL) == WASMELT_TRAP_MEMORY_BOUNDS && handled == 2);
    wasmelt_memory_free(m);
}

CASE(an_earlier_handler_without_siginfo_works) {
    struct sigaction before = {.sa_handler = without_info};
    sigaddset(&before.sa_mask, SIGUSR1);
    CHECK(sigaction(SIGSEGV, &before, NULL) == 0);
    page = wild();
    CHECK(wasmelt_run(fault_at, page, NULL) == WASMELT_TRAP_NONE && handled == 1 && was_masked);
}

static void fault_twice_with_reset_handler(void) {
    struct sigaction before = {.sa_handler = without_info, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGSEGV, &before, NULL);
    page = wild();
    wasmelt_run(fault_at, page, NULL);
    if (handled != 1)
        _exit(2);
    mprotect(page, 4096, PROT_NONE);
    wasmelt_run(fault_at, page, NULL);
}

CASE(a_handler_for_one_time_is_used_once) {
    CHECK(signal_of_child(fault_twice_with_reset_handler) == SIGSEGV);
}

static void ignored_and_sent(void) {
    signal(SIGSEGV, SIG_IGN);
    wasmelt_run(sent_inside_run, NULL, NULL);
}

static void ignored_and_faulting(void) {
    signal(SIGSEGV, SIG_IGN);
    wasmelt_run(fault_at, wild(), NULL);
}

CASE(ignored_signals_stay_ignored_but_faults_do_not) {
    CHECK(signal_of_child(ignored_and_sent) == 0);
    CHECK(died_of(signal_of_child(ignored_and_faulting), SIGSEGV));
}

/* ---- Threads ---- */

static void *trap_many_times(void *unused) {
    (void)unused;
    for (int k = 0; k < 50; k++) {
        wasmelt_memory *m = small_memory();
        memset(m->base, k, 65536);
        CHECK(wasmelt_run(fault_at, m->base + 65536, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(m->base[65535] == k);
        wasmelt_memory_free(m);
    }
    return NULL;
}

CASE(a_hundred_threads_each_with_its_own_memory) {
    enum { THREADS = 100 };
    pthread_t threads[THREADS];
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_create(&threads[k], NULL, trap_many_times, NULL) == 0);
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
}

#ifndef __SANITIZE_THREAD__ /* it keeps mappings of its own */
CASE(threads_leave_nothing_behind) {
    pthread_t thread;
    trap_many_times(NULL);
    for (int k = 0; k < 3; k++) { /* what threads themselves keep */
        CHECK(pthread_create(&thread, NULL, trap_many_times, NULL) == 0);
        pthread_join(thread, NULL);
    }
    int before = mapping_count();
    for (int k = 0; k < 20; k++) {
        CHECK(pthread_create(&thread, NULL, trap_many_times, NULL) == 0);
        pthread_join(thread, NULL);
    }
    CHECK(mapping_count() <= before + 2);
}
#endif
