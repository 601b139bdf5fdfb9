/* A host that ends a module that would never end: at a time, because another thread says so, and by a handler of a signal. The instance is
 * used on.
 *
 *     wasmelt endless.wat --emit=lib --interrupt=signal
 *     cc host.c libendless.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "endless.h"

typedef struct search {
    endless *instance;
    uint64_t end, found;
} search;

static void look(void *argument) {
    search *s = argument;
    s->found = endless_search(s->instance, s->end);
}

static void report(const search *s, wasmelt_trap trap) {
    if (trap.code == WASMELT_TRAP_NONE)
        printf("%u: the square of %u\n", (unsigned)s->end, (unsigned)s->found);
    else
        printf("%u: %s, %d\n", (unsigned)s->end, wasmelt_trap_message(trap.code), (int)trap.exit_status);
}

static void look_for_20_ms(search *s, uint64_t end) {
    wasmelt_trap trap;
    s->end = end;
    wasmelt_run_until(wasmelt_deadline_in(20 * 1000000), look, s, &trap);
    report(s, trap);
}

static void *lose_patience(void *interrupter) {
    wasmelt_interrupt(interrupter, 7);
    return NULL;
}

static bool look_until_told(search *s, uint64_t end) {
    wasmelt_trap trap;
    pthread_t thread;
    wasmelt_interrupter *interrupter = wasmelt_interrupter_new();
    if (!interrupter || pthread_create(&thread, NULL, lose_patience, interrupter) != 0)
        return false;
    s->end = end;
    wasmelt_run_interruptible(interrupter, look, s, &trap);
    report(s, trap);
    pthread_join(thread, NULL);
    wasmelt_interrupter_free(interrupter);
    return true;
}

static wasmelt_interrupter *for_alarm;

static void on_alarm(int number) {
    (void)number;
    wasmelt_interrupt(for_alarm, 8);
}

static bool look_until_the_alarm(search *s, uint64_t end) {
    wasmelt_trap trap;
    for_alarm = wasmelt_interrupter_new();
    if (!for_alarm || sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL) != 0)
        return false;
    alarm(1);
    s->end = end;
    wasmelt_run_interruptible(for_alarm, look, s, &trap);
    report(s, trap);
    wasmelt_interrupter_free(for_alarm);
    return true;
}

int main(void) {
    search s = {0};
    if (endless_instantiate(&s.instance, NULL) != WASMELT_OK)
        return EXIT_FAILURE;
    look_for_20_ms(&s, 444);
    look_for_20_ms(&s, 555); /* no square ends in 55 */
    bool ok = look_until_told(&s, 555) && look_until_the_alarm(&s, 555);
    look_for_20_ms(&s, 889);
    endless_instance_free(s.instance);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
