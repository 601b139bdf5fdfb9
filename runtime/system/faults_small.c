/* What small systems do not have: faults as traps, and runs that are ended from outside. */
#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <wasmelt/process.h>

#include "../fault.h"
#include "../interrupt.h"
#include "../stoppable.h"

bool wasmelt_rt_fault_install(void) {
    return true;
}

void wasmelt_rt_fault_check(void) {
}

uint64_t wasmelt_rt_fault_begin_run(void) {
    return 0;
}

void wasmelt_rt_fault_end_run(uint64_t blocked) {
    (void)blocked;
}

void wasmelt_install_handlers(bool install) {
    (void)install;
}

void wasmelt_promise_unblocked(bool promise) {
    (void)promise;
}

bool wasmelt_remove_handlers(void) {
    return true;
}

bool wasmelt_handle_fault(int signal, const void *info, void *context) {
    (void)signal, (void)info, (void)context;
    return false;
}

uint32_t wasmelt_asked;

bool wasmelt_rt_interruption_is_due(const interruption *i, int32_t *why) {
    (void)i, (void)why;
    return false;
}

void wasmelt_rt_interrupt_forget(struct run_stack *s) {
    (void)s;
}

bool wasmelt_rt_stoppable_add(const void *from, const void *to) {
    (void)to;
    return !from;
}

void wasmelt_rt_stoppable_remove(const void *from) {
    (void)from;
}

#endif
