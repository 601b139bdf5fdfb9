/* Copies of the runtime in the process, each in an object that can be loaded and unloaded. Their signal handlers call each other, so they
 * have to know of each other. */
#ifndef WASMELT_RUNTIME_COPIES_H
#define WASMELT_RUNTIME_COPIES_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#pragma GCC visibility push(hidden)

enum { HANDLED_SEGV, HANDLED_BUS, HANDLED_SIGNALS };

/* What each copy tells the others. Copies may be of different versions of the runtime: this struct only changes together with
 * COPY_VERSION. */
#define COPY_VERSION 1
typedef struct runtime_copy {
    void (*handler)(int, siginfo_t *, void *);
    /* For each signal the action that was installed before the handler; null: the handler is not installed. It points to allocated memory
     * that is not changed any more. */
    struct sigaction *_Atomic before[HANDLED_SIGNALS];
} runtime_copy;

/* That of this copy. An ELF note in the object says where it is. */
extern runtime_copy wasmelt_rt_copy;

/* The copy whose handler the action is; null if it is no copy's. */
runtime_copy *wasmelt_rt_copy_of(const struct sigaction *action);

/* Whether this object cannot be unloaded: it is the program itself, or wasmelt_rt_copy_stay was called. */
bool wasmelt_rt_copy_stays(void);
/* Keeps this object loaded until the process ends. */
void wasmelt_rt_copy_stay(void);

#pragma GCC visibility pop

#endif
