/* Where threads are not interrupted, runs that are to end do so where they check: there are no timers either, so none has a deadline. */
#if !defined(__linux__)

#include <sched.h>

#include <wasmelt/interrupt.h>

#include "system.h"

bool wasmelt_interrupt_by(int signal) {
    return signal == 0;
}

bool wasmelt_rt_system_calls_prepare(system_calls *c, int *thread, bool needs_timer) {
    *c = (system_calls){0};
    *thread = 0;
    return !needs_timer;
}

bool wasmelt_rt_system_calls_open(void) {
    return false;
}

void wasmelt_rt_system_calls_close(void) {
}

void wasmelt_rt_system_call(int thread) {
    (void)thread;
}

void wasmelt_rt_system_set_timer(system_calls *c, uint64_t time) {
    (void)c, (void)time;
}

void wasmelt_rt_system_stop_timer(system_calls *c) {
    (void)c;
}

void wasmelt_rt_system_yield(void) {
    sched_yield();
}

#endif
