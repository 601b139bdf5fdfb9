/* A host that ends runs of guest.wat from outside, each case in a process of its own: `host CASE ROUNDS`. test_interrupt.py finds the cases
 * by their CASE lines. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <wasmelt/process.h>
#include <wasmelt/wasi.h>

#include "guest.h"
#include "host.h"
#include "start.h"

_Noreturn void failed(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    _exit(1);
}

static test_case *cases;
int rounds = 100;

void add_case(test_case *c) {
    c->next = cases;
    cases = c;
}

uint64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void sleep_for(long nanoseconds) {
    struct timespec t = {0, nanoseconds};
    nanosleep(&t, NULL);
}

/* ---- What the guest imports ---- */

static pthread_mutex_t work_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local uint32_t works_begun, works_ended;
static _Thread_local void (*inside)(void); /* called in it */

/* Allocates, frees and holds a lock: what must not be left half done. */
uint32_t WASMELT_IMPORT(guest, env, work)(void *context, uint32_t amount) {
    (void)context;
    works_begun++;
    pthread_mutex_lock(&work_lock);
    unsigned char *bytes = malloc(amount);
    for (uint32_t k = 0; k < amount; k++)
        ((volatile unsigned char *)bytes)[k] = (unsigned char)k;
    free(bytes);
    pthread_mutex_unlock(&work_lock);
    if (inside)
        inside();
    works_ended++;
    return amount;
}

/* ---- A guest ---- */

typedef void (*entry)(guest *);

typedef struct player {
    guest *guest;
    wasmelt_wasi *wasi;
    wasmelt_interrupter *interrupter;
    entry entry;
    uint32_t result;
    int pipe[2];
} player;

static player make_player(void) {
    player p = {.interrupter = wasmelt_interrupter_new(), .wasi = wasmelt_wasi_new()};
    CHECK(p.interrupter && p.wasi && pipe(p.pipe) == 0 && wasmelt_wasi_set_stdio(p.wasi, 0, p.pipe[0]) == 0);
    guest_imports imports = {.context_wasi_snapshot_preview1 = p.wasi};
    CHECK(guest_instantiate(&imports, &p.guest, NULL) == WASMELT_OK);
    return p;
}

static void free_player(player *p) {
    wasmelt_interrupter_free(p->interrupter);
    guest_instance_free(p->guest);
    wasmelt_wasi_free(p->wasi);
    close(p->pipe[0]);
    close(p->pipe[1]);
}

static void play(void *argument) {
    player *p = argument;
    p->entry(p->guest);
}

static void sum(void *argument) {
    player *p = argument;
    p->result = guest_sum(p->guest);
    uint32_t last = guest_last(p->guest);
    CHECK(last == 11 || last == 30);
}

static void outside(void *argument) {
    player *p = argument;
    p->result = guest_outside(p->guest);
}

/* It can be used as if nothing had been, and nothing is held. */
static void check_player(player *p) {
    CHECK(works_begun == works_ended);
    CHECK(pthread_mutex_lock(&work_lock) == 0 && pthread_mutex_unlock(&work_lock) == 0);
    CHECK(wasmelt_run(sum, p, NULL) == WASMELT_TRAP_NONE && p->result == 2500 + 50 + 7500 - 50);
    CHECK(wasmelt_run(outside, p, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    wasmelt_store_statistics s = {0};
    if (((wasmelt_instance *)p->guest)->store)
        wasmelt_store_get_statistics(((wasmelt_instance *)p->guest)->store, &s);
    CHECK(s.exception_bytes == 0);
}

static const struct {
    const char *name;
    entry entry;
} endless[] = {
#define ENDLESS(name)                                                                                                                      \
    { #name, guest_##name }
    /* loops and calls */
    ENDLESS(spin),
    ENDLESS(count),
    ENDLESS(store),
    ENDLESS(calls),
    ENDLESS(indirect),
    ENDLESS(tails),
    /* which call the host or the runtime again and again */
    ENDLESS(works),
    ENDLESS(grows),
    ENDLESS(fills),
    ENDLESS(sets),
    ENDLESS(throws),
    /* which wait */
    ENDLESS(sleeps),
    ENDLESS(reads),
    ENDLESS(waits),
};
enum { ENDLESS_COUNT = sizeof endless / sizeof *endless };

#if defined(POLLS_ONLY) /* what waits needs a signal to wake it */
enum { FIRST = 0, END = ENDLESS_COUNT - 3 };
#elif defined(DELAYED_SIGNALS) /* ThreadSanitizer calls handlers when the thread calls a function of the C library */
enum { FIRST = 6, END = ENDLESS_COUNT };
#else
enum { FIRST = 0, END = ENDLESS_COUNT };
#endif

/* ---- Somebody who asks for the end of a run, some time after it began ---- */

static void *ask(void *argument) {
    asker *a = argument;
    for (int k = 0;;) {
        while (a->round == k)
            sleep_for(5000);
        k = a->round;
        if (k < 0)
            return NULL;
        sleep_for(rand_r(&a->seed) % 100000);
        a->at_cpu = now(a->clock);
        a->at = now(CLOCK_MONOTONIC);
        wasmelt_interrupt(a->interrupter, k);
#ifdef DELAYED_SIGNALS /* ThreadSanitizer does not call the handler of a signal that came just before a wait: another has to end the wait  \
                        */
        while (a->ended != k) {
            sleep_for(1000000);
            wasmelt_interrupt(a->interrupter, k);
        }
        a->last_asked = k;
#endif
    }
}

void begin_asker(asker *a, wasmelt_interrupter *interrupter, unsigned seed) {
    *a = (asker){.interrupter = interrupter, .seed = seed};
    CHECK(pthread_getcpuclockid(pthread_self(), &a->clock) == 0 && pthread_create(&a->thread, NULL, ask, a) == 0);
}

/* The run of this round has ended: when this returns, nobody asks for that any more. */
static void be_ended(asker *a, int round) {
    a->ended = round;
#ifdef DELAYED_SIGNALS
    while (a->last_asked != round)
        sleep_for(5000);
#endif
}

void end_asker(asker *a) {
    a->round = -1;
    CHECK(pthread_join(a->thread, NULL) == 0);
}

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void print_delays(const char *name, const char *what, uint64_t *delays) {
    qsort(delays, (size_t)rounds, sizeof *delays, by_size);
    printf("%-9s %s: median %.1f us, 99 %% %.1f, 99.9 %% %.1f, all %.1f\n", name, what, (double)delays[rounds / 2] / 1e3,
           (double)delays[(size_t)rounds * 99 / 100] / 1e3, (double)delays[(size_t)((double)rounds * 0.999)] / 1e3,
           (double)delays[rounds - 1] / 1e3);
}

static void play_all(player *p, unsigned seed, bool prints) {
    asker a;
    uint64_t *delays = malloc((size_t)rounds * sizeof *delays), *cpu = malloc((size_t)rounds * sizeof *cpu);
    begin_asker(&a, p->interrupter, seed);
    int next = 0;
    for (int e = FIRST; e < END; e++) {
        p->entry = endless[e].entry;
        for (int k = 0; k < rounds; k++) {
            wasmelt_trap trap;
            a.round = ++next;
            CHECK(wasmelt_run_interruptible(p->interrupter, play, p, &trap) == WASMELT_TRAP_INTERRUPTED);
            delays[k] = now(CLOCK_MONOTONIC) - a.at;
            cpu[k] = now(a.clock) - a.at_cpu;
            be_ended(&a, next);
            CHECK(trap.code == WASMELT_TRAP_INTERRUPTED && trap.exit_status == next);
            wasmelt_interrupter_reset(p->interrupter);
            check_player(p);
        }
        if (prints) {
            print_delays(endless[e].name, "time     ", delays);
            print_delays(endless[e].name, "processor", cpu);
        }
    }
    end_asker(&a);
    free(delays);
    free(cpu);
}

CASE(any_endless_function_ends_at_any_time) {
    player p = make_player();
    play_all(&p, 1, true);
    free_player(&p);
}

/* ---- Several threads ---- */

static void *play_in_thread(void *seed) {
    player p = make_player();
    play_all(&p, (unsigned)(uintptr_t)seed, false);
    free_player(&p);
    return NULL;
}

CASE(threads_are_ended_apart) {
    pthread_t threads[3];
    rounds = rounds / 5 + 1;
    for (uintptr_t k = 0; k < 3; k++)
        CHECK(pthread_create(&threads[k], NULL, play_in_thread, (void *)(k + 2)) == 0);
    for (int k = 0; k < 3; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
}

/* ---- When ---- */

static bool was_called;

static void call_nothing(void *unused) {
    (void)unused;
    was_called = true;
}

CASE(who_was_asked_before_does_not_begin) {
    wasmelt_interrupter *i = wasmelt_interrupter_new();
    wasmelt_trap trap;
    wasmelt_interrupt(i, -5);
    wasmelt_interrupt(i, 6); /* the first says why */
    for (int k = 0; k < 2; k++)
        CHECK(wasmelt_run_interruptible(i, call_nothing, NULL, &trap) == WASMELT_TRAP_INTERRUPTED && trap.exit_status == -5 && !was_called);
    wasmelt_interrupter_reset(i);
    CHECK(wasmelt_run_interruptible(i, call_nothing, NULL, &trap) == WASMELT_TRAP_NONE && was_called);
    wasmelt_interrupter_free(i);
}

CASE(a_run_that_is_over_is_not_asked) {
    player p = make_player();
    CHECK(wasmelt_run_interruptible(p.interrupter, sum, &p, NULL) == WASMELT_TRAP_NONE);
    check_player(&p);
    CHECK(wasmelt_run_interruptible(p.interrupter, outside, &p, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
    check_player(&p);
    free_player(&p);
}

static wasmelt_interrupter *used;

static void use_again(void *unused) {
    (void)unused;
    wasmelt_trap trap;
    was_called = false;
    CHECK(wasmelt_run_interruptible(used, call_nothing, NULL, &trap) == WASMELT_TRAP_OUT_OF_RESOURCES && !was_called);
    CHECK(trap.code == WASMELT_TRAP_OUT_OF_RESOURCES);
    CHECK(wasmelt_run(call_nothing, NULL, NULL) == WASMELT_TRAP_NONE && was_called);
}

CASE(an_interrupter_is_for_one_run_at_a_time) {
    used = wasmelt_interrupter_new();
    CHECK(wasmelt_run_interruptible(used, use_again, NULL, NULL) == WASMELT_TRAP_NONE);
    wasmelt_interrupter_free(used);
}

#ifndef POLLS_ONLY
CASE(a_deadline_ends_any_endless_function) {
    player p = make_player();
    for (int e = FIRST; e < END; e++) {
        p.entry = endless[e].entry;
        for (int k = 0; k < rounds / 10 + 1; k++) {
            wasmelt_trap trap = {.exit_status = 1};
            uint64_t deadline = wasmelt_deadline_in((uint64_t)(k % 7) * 100000);
            CHECK(wasmelt_run_until(deadline, play, &p, &trap) == WASMELT_TRAP_INTERRUPTED);
            CHECK(trap.exit_status == 0 && now(CLOCK_MONOTONIC) >= deadline);
            check_player(&p);
        }
    }
    free_player(&p);
}

CASE(a_deadline_that_is_far_ends_nothing) {
    player p = make_player();
    CHECK(wasmelt_deadline_in(UINT64_MAX) == UINT64_MAX);
    CHECK(wasmelt_run_until(UINT64_MAX, sum, &p, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run_until(wasmelt_deadline_in(UINT64_C(1000000000000)), sum, &p, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run_until(0, sum, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    check_player(&p);
    free_player(&p);
}

static void instantiate(void *unused) {
    (void)unused;
    for (int k = 0; k < 2; k++) { /* the second is ended as it begins */
        start *s;
        wasmelt_error error;
        CHECK(start_instantiate(&s, &error) == WASMELT_TRAPPED);
        CHECK(error.trap.code == WASMELT_TRAP_INTERRUPTED);
        start_instance_free(s);
    }
}

CASE(a_start_function_ends) {
    for (int k = 0; k < rounds / 10 + 1; k++) {
        uint64_t deadline = wasmelt_deadline_in((uint64_t)(k % 5 + 1) * 500000);
        wasmelt_trap_code code = wasmelt_run_until(deadline, instantiate, NULL, NULL);
        CHECK(code == WASMELT_TRAP_NONE || code == WASMELT_TRAP_INTERRUPTED); /* the second: it was late before it began */
    }
}

/* ---- Runs in runs ---- */

static player *inner_player;
static wasmelt_trap_code inner_code;
static int inner_runs;

static wasmelt_interrupter *outer_interrupter;

static void ask_outer(void) {
    wasmelt_interrupt(outer_interrupter, 3);
}

static void run_inside(void) {
    inner_runs++;
    inside = ask_outer; /* in what the inner run calls */
    inner_code = wasmelt_run(play, inner_player, NULL);
}

CASE(runs_inside_end_first) {
    player outer = make_player(), inner = make_player();
    wasmelt_trap trap;
    inner.entry = guest_works;
    outer.entry = guest_works;
    inner_player = &inner;
    outer_interrupter = outer.interrupter;
    inside = run_inside;
    CHECK(wasmelt_run_interruptible(outer.interrupter, play, &outer, &trap) == WASMELT_TRAP_INTERRUPTED && trap.exit_status == 3);
    CHECK(inner_runs == 1 && inner_code == WASMELT_TRAP_INTERRUPTED);
    inside = NULL;
    check_player(&outer);
    check_player(&inner);
    free_player(&outer);
    free_player(&inner);
}

static wasmelt_trap_code limited_code;

static void run_limited_inside(void) {
    limited_code = wasmelt_run_until(wasmelt_deadline_in(1000000), play, inner_player, NULL);
}

static void play_far(void *player_) {
    player *p = player_;
    p->entry(p->guest);
    CHECK(!"it ends by the outer deadline");
}

CASE(an_inner_deadline_leaves_the_outer_run_alone) {
    player outer = make_player(), inner = make_player();
    uint64_t begin = now(CLOCK_MONOTONIC);
    inner.entry = guest_count;
    outer.entry = guest_works;
    inner_player = &inner;
    inside = run_limited_inside;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(2000000000), play_far, &outer, NULL) == WASMELT_TRAP_INTERRUPTED);
    CHECK(limited_code == WASMELT_TRAP_INTERRUPTED && works_ended > 1 && now(CLOCK_MONOTONIC) - begin >= 2000000000);
    inside = NULL;
    free_player(&outer);
    free_player(&inner);
}

/* ---- Functions of the host's ---- */

static void take_long(void) {
    uint64_t until = now(CLOCK_MONOTONIC) + 30000000;
    while (now(CLOCK_MONOTONIC) < until)
        continue;
    struct timespec t = {0, 10000000}, left;
    while (nanosleep(&t, &left) != 0 && errno == EINTR)
        t = left;
}

CASE(a_function_of_the_host_comes_to_its_end) {
    player p = make_player();
    p.entry = guest_works;
    inside = take_long;
    while (works_begun == 0) /* on a machine that is busy the time may be over before the function begins */
        CHECK(wasmelt_run_until(wasmelt_deadline_in(5000000), play, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    CHECK(works_begun == 1 && works_ended == 1);
    inside = NULL;
    check_player(&p);
    free_player(&p);
}

static void look_for_ever(void) {
    works_ended++; /* it does not come to its end */
    for (;;)
        wasmelt_interrupt_here();
}

CASE(a_function_of_the_host_may_look_itself) {
    player p = make_player();
    p.entry = guest_works;
    inside = look_for_ever;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(5000000), play, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    inside = NULL;
    check_player(&p);
    wasmelt_interrupt_here(); /* nothing */
    free_player(&p);
}

/* ---- Fibers ---- */

static ucontext_t main_context, fiber_context;
static player fiber_player, other_player;
static wasmelt_trap_code fiber_code;
static int switches;

static void switch_away(void) {
    if (switches++ == 0)
        swapcontext(&fiber_context, &main_context);
}

static void be_fiber(void) {
    fiber_code = wasmelt_run_interruptible(fiber_player.interrupter, play, &fiber_player, NULL);
}

static void sum_often(void *argument) {
    uint64_t until = now(CLOCK_MONOTONIC) + 30000000;
    while (now(CLOCK_MONOTONIC) < until)
        sum(argument);
}

CASE(what_a_fiber_is_asked_ends_no_other_run) {
    size_t size = 1 << 20;
    char *stack = malloc(size);
    CHECK(stack && wasmelt_stack_name(stack, size, 0) == 0);
    fiber_player = make_player();
    other_player = make_player();
    fiber_player.entry = guest_works;
    inside = switch_away;
    getcontext(&fiber_context);
    fiber_context.uc_stack = (stack_t){.ss_sp = stack, .ss_size = size};
    fiber_context.uc_link = &main_context;
    makecontext(&fiber_context, be_fiber, 0);
    swapcontext(&main_context, &fiber_context);
    CHECK(switches == 1);
    wasmelt_interrupt(fiber_player.interrupter, 1);
    CHECK(wasmelt_run(sum_often, &other_player, NULL) == WASMELT_TRAP_NONE);
    other_player.entry = guest_spin;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(3000000), play, &other_player, NULL) == WASMELT_TRAP_INTERRUPTED);
    swapcontext(&main_context, &fiber_context);
    CHECK(fiber_code == WASMELT_TRAP_INTERRUPTED && works_begun == works_ended);
    CHECK(wasmelt_stack_forget(stack));
    free(stack);
    inside = NULL;
    check_player(&other_player);
    check_player(&fiber_player);
    free_player(&fiber_player);
    free_player(&other_player);
}

/* ---- Signals ---- */

static void *be_blocked(void *unused) {
    (void)unused;
    sigset_t all, after;
    player p = make_player();
    sigfillset(&all);
    CHECK(pthread_sigmask(SIG_BLOCK, &all, NULL) == 0);
    p.entry = guest_spin;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(1000000), play, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &after) == 0);
    for (int n = 1; n < SIGRTMAX; n++)
        CHECK(sigismember(&after, n) == sigismember(&all, n) || n == SIGKILL || n == SIGSTOP);
    check_player(&p);
    free_player(&p);
    return NULL;
}

CASE(a_thread_that_blocks_all_signals) {
    pthread_t t;
    CHECK(pthread_create(&t, NULL, be_blocked, NULL) == 0 && pthread_join(t, NULL) == 0);
}

static wasmelt_interrupter *by_handler;

static void on_alarm(int n) {
    wasmelt_interrupt(by_handler, n);
}

CASE(a_signal_handler_asks) {
    player p = make_player();
    wasmelt_trap trap;
    struct itimerval every = {{0, 700}, {0, 700}}, never = {0};
    by_handler = p.interrupter;
    signal(SIGALRM, on_alarm);
    p.entry = guest_works;
    for (int k = 0; k < rounds; k++) {
        setitimer(ITIMER_REAL, &every, NULL);
        CHECK(wasmelt_run_interruptible(p.interrupter, play, &p, &trap) == WASMELT_TRAP_INTERRUPTED && trap.exit_status == SIGALRM);
        setitimer(ITIMER_REAL, &never, NULL);
        wasmelt_interrupter_reset(p.interrupter);
        check_player(&p);
    }
    free_player(&p);
}

static ucontext_t context_in_loop;

static void keep_context(int n, siginfo_t *info, void *context) {
    (void)n, (void)info;
    context_in_loop = *(ucontext_t *)context;
}

/* Calls the handler that the runtime has installed, in a function of the host, with the context of a loop. */
static void call_handler_late(void) {
    struct sigaction ours;
    wasmelt_interrupt(by_handler, 1);
    CHECK(sigaction(SIGUSR2, NULL, &ours) == 0 && (ours.sa_flags & SA_SIGINFO));
    ours.sa_sigaction(SIGUSR2, &(siginfo_t){.si_signo = SIGUSR2}, &context_in_loop);
}

/* As ThreadSanitizer calls handlers. */
CASE(a_handler_that_is_called_late_leaves_functions_of_the_host_alone) {
    CHECK(wasmelt_interrupt_by(SIGUSR2));
    player p = make_player();
    struct sigaction keep = {.sa_sigaction = keep_context, .sa_flags = SA_SIGINFO};
    struct itimerval once = {{0, 0}, {0, 500}};
    wasmelt_trap trap;
    sigaction(SIGALRM, &keep, NULL);
    setitimer(ITIMER_REAL, &once, NULL);
    p.entry = guest_count;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(20000000), play, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    p.entry = guest_works;
    by_handler = p.interrupter;
    inside = call_handler_late;
    CHECK(wasmelt_run_interruptible(p.interrupter, play, &p, &trap) == WASMELT_TRAP_INTERRUPTED && trap.exit_status == 1);
    inside = NULL;
    CHECK(works_begun == 1 && works_ended == 1);
    check_player(&p);
    free_player(&p);
}

static volatile sig_atomic_t signals_seen;

static void count_signal(int n) {
    (void)n;
    signals_seen++;
}

static void send_both(void *unused) {
    (void)unused;
    raise(SIGUSR1);
    raise(SIGUSR2); /* ours, sent by somebody else: nothing to do */
}

CASE(the_host_says_which_signal) {
    signal(SIGUSR1, count_signal);
    CHECK(!wasmelt_interrupt_by(SIGUSR1)); /* somebody's */
    CHECK(!wasmelt_interrupt_by(-1) && !wasmelt_interrupt_by(1000) && !wasmelt_interrupt_by(SIGKILL));
    CHECK(wasmelt_interrupt_by(SIGUSR2) && !wasmelt_interrupt_by(SIGHUP));
    player p = make_player();
    p.entry = guest_store;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(1000000), play, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    CHECK(wasmelt_run_until(UINT64_MAX, send_both, NULL, NULL) == WASMELT_TRAP_NONE && signals_seen == 1);
    free_player(&p);
}

CASE(a_signal_that_somebody_has_is_left_to_them) {
    signal(SIGRTMAX, count_signal);
    player p = make_player();
    p.entry = guest_store;
    CHECK(wasmelt_run_until(wasmelt_deadline_in(1000000), play, &p, NULL) == WASMELT_TRAP_INTERRUPTED);
    struct sigaction now_is;
    CHECK(sigaction(SIGRTMAX, NULL, &now_is) == 0 && now_is.sa_handler == count_signal && signals_seen == 0);
    free_player(&p);
}

CASE(nothing_is_taken_before_it_is_needed) {
    player p = make_player();
    check_player(&p);
    wasmelt_interrupt(p.interrupter, 1);
    for (int n = SIGRTMIN; n <= SIGRTMAX; n++) {
        struct sigaction is;
        CHECK(sigaction(n, NULL, &is) == 0 && is.sa_handler == SIG_DFL);
    }
    free_player(&p);
}
#endif

CASE(without_signals_code_that_looks_ends) {
    CHECK(wasmelt_interrupt_by(0));
    player p = make_player();
    CHECK(wasmelt_run_until(wasmelt_deadline_in(1000000), play, &p, NULL) == WASMELT_TRAP_OUT_OF_RESOURCES);
#ifdef POLLS_ONLY
    play_all(&p, 3, false);
#endif
    free_player(&p);
}

int main(int argc, char **argv) {
    if (argc > 2)
        rounds = atoi(argv[2]);
    for (test_case *c = cases; c; c = c->next) {
        if (argc < 2 || strcmp(c->name, argv[1]) != 0)
            continue;
        c->run();
        wasmelt_usage left;
        wasmelt_get_usage(&left);
        CHECK(left.instances == 0 && left.memories == 0 && left.memory_bytes == 0 && left.reserved_bytes == 0);
        return 0;
    }
    fprintf(stderr, "usage: host CASE [ROUNDS]\n");
    return 2;
}
