/* What a run needs of signals, and what becomes of those that are the host's. */
#include "case.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

static wasmelt_memory *memory;

static void set_up(void) {
    static const wasmelt_memory_type type = {.minimum = 1, .page_size_log2 = 16};
    memory = wasmelt_memory_new(&type);
    CHECK(memory);
}

static void fault(void *unused) {
    (void)unused;
    ((volatile uint8_t *)memory->base)[70000] = 1;
}

/* ---- Blocked ---- */

static void block_all(void) {
    sigset_t all;
    sigfillset(&all);
    CHECK(pthread_sigmask(SIG_BLOCK, &all, NULL) == 0);
}

static bool all_are_blocked(void) {
    static const int some[] = {SIGSEGV, SIGBUS, SIGINT, SIGUSR1, SIGALRM};
    sigset_t now;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0);
    for (size_t k = 0; k < sizeof some / sizeof *some; k++)
        if (sigismember(&now, some[k]) != 1)
            return false;
    return true;
}

static void only_what_is_needed_is_unblocked(void *unused) {
    (void)unused;
    sigset_t now;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &now) == 0);
    CHECK(sigismember(&now, SIGSEGV) == 0 && sigismember(&now, SIGBUS) == 0);
    CHECK(sigismember(&now, SIGINT) == 1 && sigismember(&now, SIGALRM) == 1);
}

static void run_all_ways(void) {
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS && all_are_blocked());
    CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED && all_are_blocked());
    CHECK(wasmelt_run(only_what_is_needed_is_unblocked, NULL, NULL) == WASMELT_TRAP_NONE && all_are_blocked());
    CHECK(wasmelt_run_limited(65536, recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED && all_are_blocked());
    CHECK(wasmelt_run_limited(65536, nothing, NULL, NULL) == WASMELT_TRAP_NONE && all_are_blocked());
}

CASE(blocked_in_the_calling_thread) {
    set_up();
    block_all();
    run_all_ways();
}

static void *run_in_thread(void *unused) {
    (void)unused;
    CHECK(all_are_blocked()); /* as threads get it from those that make them */
    run_all_ways();
    return NULL;
}

CASE(blocked_by_who_made_the_thread) {
    pthread_t thread;
    set_up();
    block_all();
    CHECK(pthread_create(&thread, NULL, run_in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

CASE(blocked_after_a_run_that_found_nothing_blocked) {
    set_up();
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    block_all();
    run_all_ways();
}

/* A function of the host's that blocks all signals and calls the module again. */
static void block_and_run(void *unused) {
    (void)unused;
    block_all();
    run_all_ways();
}

CASE(blocked_inside_of_a_run) {
    sigset_t none;
    set_up();
    CHECK(wasmelt_run(block_and_run, NULL, NULL) == WASMELT_TRAP_NONE);
    sigemptyset(&none);
    CHECK(pthread_sigmask(SIG_SETMASK, &none, NULL) == 0);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
}

static void run_fault_in_child(void) {
    run_all_ways();
}

CASE(blocked_in_a_child_process) {
    set_up();
    block_all();
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(signal_of_child(run_fault_in_child) == 0);
}

CASE(a_promise_spares_the_look) {
    set_up();
    wasmelt_promise_unblocked(true);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    wasmelt_promise_unblocked(false);
    block_all();
    run_all_ways();
}

/* ---- Handlers ---- */

static volatile int *volatile nowhere = (int *)8;

static bool host_gets_its_fault(void) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        *nowhere = 1;
        _exit(1);
    }
    int status;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 42;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they have handlers of their own */
static void mark(int number) {
    (void)number;
    _exit(42);
}

static void ignored(void) {
    signal(SIGSEGV, SIG_IGN);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    raise(SIGSEGV); /* is ignored, as it was */
    *nowhere = 1;
}

CASE(ignored_before) {
    set_up();
    CHECK(signal_of_child(ignored) == SIGSEGV);
}

/* As a library may, or a handler that is called once only. */
CASE(reset_after) {
    set_up();
    signal(SIGSEGV, mark);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_IGN);
    wasmelt_rt_fault_check(); /* as instantiating does */
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
}

/* Whoever takes the place of the handler gets all faults. */
static void replaced(void) {
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    signal(SIGSEGV, mark);
    wasmelt_rt_fault_check();
    CHECK(host_gets_its_fault());
    wasmelt_run(fault, NULL, NULL);
}

CASE(replaced_after) {
    set_up();
    CHECK(signal_of_child(replaced) == -1);
}
#endif

static struct sigaction below;

static void hand_on(int number, siginfo_t *info, void *context) {
    if ((uintptr_t)info->si_addr == 8)
        _exit(42);
    below.sa_sigaction(number, info, context);
}

CASE(a_later_handler_that_hands_on) {
    struct sigaction action = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    set_up();
    CHECK(wasmelt_run(nothing, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(sigaction(SIGSEGV, &action, &below) == 0);
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    }
    CHECK(host_gets_its_fault());
}

static void host_handler(int number, siginfo_t *info, void *context) {
    if (!wasmelt_handle_fault(number, info, context))
        _exit(42);
}

CASE(a_host_with_handlers_of_its_own) {
    struct sigaction action = {.sa_sigaction = host_handler, .sa_flags = SA_SIGINFO | SA_ONSTACK}, now;
    wasmelt_install_handlers(false);
    set_up();
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0 && sigaction(SIGBUS, &action, NULL) == 0);
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    }
    CHECK(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_sigaction == host_handler);
    CHECK(wasmelt_remove_handlers()); /* the host may change its mind, and again */
    wasmelt_install_handlers(true);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_sigaction != host_handler);
    CHECK(wasmelt_remove_handlers());
    wasmelt_install_handlers(false);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_sigaction == host_handler);
    CHECK(host_gets_its_fault());
}

enum { NOTED = 3 };
static struct sigaction noted[NOTED];

static int noted_number(int k) {
    return k == 0 ? SIGSEGV : k == 1 ? SIGBUS : SIGRTMAX;
}

static void note_handlers(void) {
    for (int k = 0; k < NOTED; k++)
        CHECK(sigaction(noted_number(k), NULL, &noted[k]) == 0);
}

/* Whether the handlers are those that were noted: a sanitizer has its own. */
static bool handlers_are_as_noted(void) {
    struct sigaction now;
    bool same = true;
    for (int k = 0; k < NOTED; k++)
        same &= sigaction(noted_number(k), NULL, &now) == 0 && now.sa_sigaction == noted[k].sa_sigaction;
    return same;
}

CASE(handlers_are_taken_off_and_put_on_again) {
    struct sigaction action = {.sa_sigaction = hand_on, .sa_flags = SA_SIGINFO | SA_ONSTACK}, now;
    note_handlers();
    CHECK(wasmelt_remove_handlers()); /* there are none */
    set_up();
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS && !handlers_are_as_noted());
        CHECK(wasmelt_remove_handlers() && handlers_are_as_noted());
    }
    CHECK(wasmelt_run_until(wasmelt_deadline_in(1), nothing, NULL, NULL) == WASMELT_TRAP_INTERRUPTED && !handlers_are_as_noted());
    CHECK(wasmelt_remove_handlers() && handlers_are_as_noted());
    CHECK(signal(SIGRTMAX, SIG_IGN) == SIG_DFL); /* so the next signal that interrupts is another */
    CHECK(wasmelt_run_until(wasmelt_deadline_in(1), nothing, NULL, NULL) == WASMELT_TRAP_INTERRUPTED);
    CHECK(sigaction(SIGRTMAX - 1, NULL, &now) == 0 && now.sa_handler != SIG_DFL);
    CHECK(sigaction(SIGSEGV, &action, &below) == 0);
    CHECK(!wasmelt_remove_handlers()); /* the later one may call ours */
    CHECK(sigaction(SIGSEGV, &below, NULL) == 0 && wasmelt_remove_handlers());
    below = noted[0];
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0 && wasmelt_thread_prepare());
    CHECK(sigaction(SIGSEGV, NULL, &now) == 0 && now.sa_sigaction != hand_on); /* now ours is the last */
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(host_gets_its_fault()); /* by its own handler, which ours calls */
}

static void remove_inside(void *unused) {
    (void)unused;
    CHECK(!wasmelt_remove_handlers());
}

CASE(no_handlers_are_taken_off_inside_of_a_run) {
    set_up();
    CHECK(wasmelt_run(remove_inside, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
}

/* ---- What a thread has ---- */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they map memory as they like */
CASE(a_thread_that_leaves_has_nothing_left) {
    stack_t before, after;
    set_up();
    CHECK(sigaltstack(NULL, &before) == 0);
    mapping_count(); /* maps what it needs */
    int mappings = mapping_count();
    CHECK(wasmelt_run(fault, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(wasmelt_thread_leave());
    CHECK(sigaltstack(NULL, &after) == 0 && after.ss_flags == before.ss_flags && after.ss_sp == before.ss_sp);
    CHECK(mapping_count() <= mappings);
    CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
}
#endif

static void leave_inside(void *unused) {
    (void)unused;
    CHECK(!wasmelt_thread_leave());
}

CASE(no_thread_leaves_inside_of_a_run) {
    CHECK(wasmelt_run(leave_inside, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
}
