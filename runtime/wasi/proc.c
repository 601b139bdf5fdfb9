/* Ending, signals, yielding. */
#include "context.h"

void wasmelt_wasi_proc_exit(void *wasi, uint32_t code) {
    (void)wasi;
    wasmelt_trap_exit((int32_t)code);
}

/* Not supported: a guest has no process that could get a signal. */
uint32_t wasmelt_wasi_proc_raise(void *wasi, uint32_t signal) {
    (void)wasi, (void)signal;
    return WASI_NOTSUP;
}

uint32_t wasmelt_wasi_sched_yield(void *wasi) {
    (void)wasi;
    sched_yield();
    return WASI_SUCCESS;
}
