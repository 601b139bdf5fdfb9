/* What emitted code that can be stopped (--interrupt) uses in addition to core.h. Only emitted code and the runtime include this.
 *
 * Functions that are STOPPABLE are in a section of their own. A signal that interrupts a thread there may end the run between any two
 * instructions: this code holds nothing that would be lost. Other functions check at the beginning of loops, and at their own beginning if
 * they call anything. */
#ifndef WASMELT_CODE_INTERRUPT_H
#define WASMELT_CODE_INTERRUPT_H

#include <wasmelt/target.h>

#include <stdint.h>

#include <wasmelt/code/support.h>

/* Not 0: perhaps a run of this thread has been asked to end. Atomic. */
extern WASMELT_OF_THREAD(WASMELT_TLS_MODEL) uint32_t wasmelt_asked;

/* Ends the run if it has been asked to end. */
__attribute__((cold, noinline)) void wasmelt_interrupt_asked(void);

#define STOPPABLE __attribute__((section("wasmelt_guest")))

/* For functions that must not be inlined into stoppable code. */
#define APART WASMELT_APART

/* The bounds of the section in this object. */
extern const char __start_wasmelt_guest[] __attribute__((visibility("hidden"), weak));
extern const char __stop_wasmelt_guest[] __attribute__((visibility("hidden"), weak));

static inline __attribute__((always_inline, unused)) void stop_if_asked(void) {
    if (__builtin_expect(__atomic_load_n(&wasmelt_asked, __ATOMIC_RELAXED) != 0, 0))
        wasmelt_interrupt_asked();
}

#endif
