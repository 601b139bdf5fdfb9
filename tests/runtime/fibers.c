/* Runs on stacks that are not the thread's own. */
#include "case.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they want to be told of each change of stacks */

enum { PAGE = 4096, STACK = 256 * 1024, VICTIM = 64 * 1024 };

/* A stack, below it memory that nobody may write to. */
typedef struct fiber {
    char *victim, *stack;
    ucontext_t context;
} fiber;

static ucontext_t scheduler;
static fiber *running;

static void make(fiber *f, void (*body)(void)) {
    f->victim = mmap(NULL, VICTIM + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(f->victim != MAP_FAILED);
    memset(f->victim, 0x55, VICTIM);
    f->stack = f->victim + VICTIM;
    CHECK(getcontext(&f->context) == 0);
    f->context.uc_stack.ss_sp = f->stack;
    f->context.uc_stack.ss_size = STACK;
    f->context.uc_link = &scheduler;
    makecontext(&f->context, body, 0);
}

static void resume(fiber *f) {
    fiber *before = running;
    running = f;
    CHECK(swapcontext(&scheduler, &f->context) == 0);
    running = before;
}

static void yield(void) {
    CHECK(swapcontext(&running->context, &scheduler) == 0);
}

static bool victim_is_whole(const fiber *f) {
    for (int k = 0; k < VICTIM; k++)
        if (f->victim[k] != 0x55)
            return false;
    return true;
}

static void end(fiber *f) {
    CHECK(victim_is_whole(f));
    CHECK(munmap(f->victim, VICTIM + STACK) == 0);
}

static wasmelt_trap_code result, limited_result;

static void run_in_all_ways(void) {
    stack_start = __builtin_frame_address(0);
    for (int k = 0; k < 3; k++) {
        limited_result = wasmelt_run_limited(64 * 1024, measure_forever, NULL, NULL);
        CHECK(limited_result != WASMELT_TRAP_STACK_EXHAUSTED || (stack_used > 50 * 1024 && stack_used < 80 * 1024));
        result = wasmelt_run(measure_forever, NULL, NULL);
        CHECK(result != WASMELT_TRAP_STACK_EXHAUSTED || stack_used > STACK / 2);
    }
}

CASE(a_stack_that_is_not_named_is_refused) {
    fiber f;
    make(&f, run_in_all_ways);
    resume(&f);
    CHECK(result == WASMELT_TRAP_UNKNOWN_STACK && limited_result == WASMELT_TRAP_UNKNOWN_STACK);
    end(&f);
    CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
}

CASE(a_named_stack_without_a_guard_gets_one) {
    fiber f;
    for (int k = 0; k < 3; k++) {
        make(&f, run_in_all_ways);
        CHECK(wasmelt_stack_name(f.stack, STACK, 0) == 0);
        resume(&f);
        CHECK(result == WASMELT_TRAP_STACK_EXHAUSTED && limited_result == WASMELT_TRAP_STACK_EXHAUSTED);
        CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
        CHECK(wasmelt_stack_forget(f.stack) && !wasmelt_stack_forget(f.stack));
        memset(f.stack, 0, STACK); /* all of it is the host's again */
        end(&f);
    }
}

CASE(a_named_stack_with_a_guard_of_the_hosts) {
    fiber f;
    make(&f, run_in_all_ways);
    CHECK(mprotect(f.stack, 2 * PAGE, PROT_NONE) == 0);
    mapping_count();
    int mappings = mapping_count();
    CHECK(wasmelt_stack_name(f.stack, STACK, 2 * PAGE) == 0);
    CHECK(mapping_count() == mappings);
    resume(&f);
    CHECK(result == WASMELT_TRAP_STACK_EXHAUSTED && limited_result == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(wasmelt_stack_forget(f.stack));
    end(&f);
}

CASE(a_forgotten_stack_is_refused) {
    fiber f;
    make(&f, run_in_all_ways);
    CHECK(wasmelt_stack_name(f.stack, STACK, 0) == 0 && wasmelt_stack_forget(f.stack));
    resume(&f);
    CHECK(result == WASMELT_TRAP_UNKNOWN_STACK);
    end(&f);
}

CASE(a_stack_in_unaligned_memory) {
    fiber f;
    make(&f, run_in_all_ways);
    CHECK(wasmelt_stack_name(f.stack + 100, STACK - 100, 0) == 0);
    resume(&f);
    CHECK(result == WASMELT_TRAP_STACK_EXHAUSTED && limited_result == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(wasmelt_stack_forget(f.stack + 100));
    end(&f);
}

/* ---- Runs that take turns ---- */

static void yield_and_fault(void *memory) {
    yield();
    ((volatile uint8_t *)memory)[70000] = 1;
}

static void yield_and_raise(void *unused) {
    (void)unused;
    yield();
    wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
}

static void yield_and_exhaust(void *unused) {
    (void)unused;
    yield();
    recurse_forever(NULL);
}

static wasmelt_memory *memory;
static wasmelt_trap_code results[3];

static void fault_there(void) {
    results[0] = wasmelt_run(yield_and_fault, memory->base, NULL);
}

static void raise_there(void) {
    results[1] = wasmelt_run(yield_and_raise, NULL, NULL);
}

static void exhaust_there(void) {
    results[2] = wasmelt_run(yield_and_exhaust, NULL, NULL);
}

/* All have begun before the first ends, and they end in the order of `order`, each with its own trap. */
static void take_turns(const int *order) {
    static void (*const bodies[])(void) = {fault_there, raise_there, exhaust_there};
    fiber fibers[3];
    memset(results, 0, sizeof results);
    for (int k = 0; k < 3; k++) {
        make(&fibers[k], bodies[k]);
        CHECK(wasmelt_stack_name(fibers[k].stack, STACK, 0) == 0);
        resume(&fibers[k]);
        CHECK(wasmelt_run(recurse_forever, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    }
    for (int k = 0; k < 3; k++)
        resume(&fibers[order[k]]);
    CHECK(results[0] == WASMELT_TRAP_MEMORY_BOUNDS && results[1] == WASMELT_TRAP_UNREACHABLE);
    CHECK(results[2] == WASMELT_TRAP_STACK_EXHAUSTED);
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_stack_forget(fibers[k].stack));
        end(&fibers[k]);
    }
}

static void take_turns_inside(void *unused) {
    (void)unused;
    take_turns((const int[]){2, 0, 1});
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

CASE(runs_on_several_stacks_take_turns) {
    static const wasmelt_memory_type type = {.minimum = 1, .page_size_log2 = 16};
    memory = wasmelt_memory_new(&type);
    CHECK(memory);
    take_turns((const int[]){0, 1, 2});
    take_turns((const int[]){2, 1, 0});
    take_turns((const int[]){1, 2, 0});
    CHECK(wasmelt_run(take_turns_inside, NULL, NULL) == WASMELT_TRAP_HOST);
}

/* A fiber stays in the midst of a run, and another one takes its place. */
static void take_the_place(bool is_told) {
    fiber f;
    make(&f, raise_there);
    CHECK(wasmelt_stack_name(f.stack, STACK, 0) == 0);
    resume(&f);
    if (is_told)
        CHECK(wasmelt_stack_forget(f.stack) && wasmelt_stack_name(f.stack, STACK, 0) == 0);
    makecontext(&f.context, run_in_all_ways, 0);
    resume(&f);
    CHECK(result == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(wasmelt_stack_forget(f.stack));
    end(&f);
}

CASE(a_fiber_that_never_ends_is_forgotten_with_its_run) {
    take_the_place(false);
    take_the_place(true);
    take_the_place(false);
}

static void *resume_in_thread(void *f) {
    resume(f);
    return NULL;
}

static void run_yield_run(void) {
    results[0] = wasmelt_run(recurse_forever, NULL, NULL);
    yield();
    results[1] = wasmelt_run(recurse_forever, NULL, NULL);
}

CASE(a_fiber_moves_to_another_thread_between_runs) {
    fiber f;
    pthread_t thread;
    make(&f, run_yield_run);
    CHECK(wasmelt_stack_name(f.stack, STACK, 0) == 0);
    resume(&f);
    CHECK(pthread_create(&thread, NULL, resume_in_thread, &f) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(results[0] == WASMELT_TRAP_STACK_EXHAUSTED && results[1] == WASMELT_TRAP_STACK_EXHAUSTED);
    CHECK(wasmelt_stack_forget(f.stack));
    end(&f);
}

/* ---- What cannot be named ---- */

CASE(wrong_names_are_refused) {
    char *at = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char own[2 * PAGE + 64 * 1024];
    CHECK(wasmelt_run(nothing, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_stack_name(at, 100, 0) != 0 && wasmelt_stack_name(at, WASMELT_LEAST_STACK, 0) != 0);
    CHECK(wasmelt_stack_name(at, STACK, 100) != 0 && wasmelt_stack_name(at, STACK, STACK) != 0);
    CHECK(wasmelt_stack_name(at, SIZE_MAX, 0) != 0 && wasmelt_stack_name(NULL, 0, 0) != 0);
    CHECK(wasmelt_stack_name(own, sizeof own, 0) != 0);
    CHECK(wasmelt_stack_name(at, STACK, 0) == 0);
    CHECK(wasmelt_stack_name(at + PAGE, STACK - PAGE, 0) != 0 && wasmelt_stack_name(at, STACK, 0) != 0);
    CHECK(!wasmelt_stack_forget(at + PAGE) && wasmelt_stack_forget(at));
    CHECK(munmap(at, STACK) == 0);
    CHECK(wasmelt_stack_name(at, STACK, 0) != 0); /* there is nothing */
}

static wasmelt_trap_code in_handler;

static void run_in_handler(int number) {
    (void)number;
    in_handler = wasmelt_run(recurse_forever, NULL, NULL);
}

CASE(an_alternate_signal_stack_is_refused) {
    struct sigaction action = {.sa_handler = run_in_handler, .sa_flags = SA_ONSTACK};
    stack_t alternate = {.ss_sp = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), .ss_size = STACK};
    CHECK(sigaltstack(&alternate, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(raise(SIGUSR1) == 0 && in_handler == WASMELT_TRAP_UNKNOWN_STACK);
    in_handler = WASMELT_TRAP_NONE;
    CHECK(wasmelt_stack_name(alternate.ss_sp, STACK, 0) == 0);
    CHECK(raise(SIGUSR1) == 0 && in_handler == WASMELT_TRAP_UNKNOWN_STACK);
}

/* ---- Threads with stacks that somebody else made ---- */

static void *exhaust_in_thread(void *unused) {
    (void)unused;
    run_in_all_ways();
    return NULL;
}

static void run_on(char *stack) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstack(&attributes, stack, STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, exhaust_in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(result == WASMELT_TRAP_STACK_EXHAUSTED && limited_result == WASMELT_TRAP_STACK_EXHAUSTED);
}

CASE(a_thread_on_a_stack_without_guard) {
    fiber f;
    make(&f, NULL);
    for (int k = 0; k < 3; k++) {
        run_on(f.stack);
        memset(f.stack, 0, STACK);
    }
    end(&f);
}

CASE(a_thread_on_a_stack_with_a_guard_in_it) {
    fiber f;
    make(&f, NULL);
    CHECK(mprotect(f.stack, PAGE, PROT_NONE) == 0);
    run_on(f.stack);
    end(&f);
}

CASE(a_thread_that_wants_no_guard) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, STACK) == 0 && pthread_attr_setguardsize(&attributes, 0) == 0);
    for (int k = 0; k < 3; k++) {
        CHECK(pthread_create(&thread, &attributes, exhaust_in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
        CHECK(result == WASMELT_TRAP_STACK_EXHAUSTED && limited_result == WASMELT_TRAP_STACK_EXHAUSTED);
    }
}

#endif
