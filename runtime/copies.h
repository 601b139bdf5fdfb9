/* Other copies of the runtime in the process, each in an object of its own that can be loaded and unloaded: how their
 * handlers of signals, which call each other, are told of each other. */
#ifndef WASMELT_RUNTIME_COPIES_H
#define WASMELT_RUNTIME_COPIES_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#pragma GCC visibility push(hidden)

enum { HANDLED_SEGV, HANDLED_BUS, HANDLED_SIGNALS };

/* What each copy tells the others, which may be of other versions: this does not change unless COPY_VERSION does. */
#define COPY_VERSION 1
typedef struct runtime_copy {
    void (*handler)(int, siginfo_t *, void *);
    /* The action that was there before the handler, for each signal; null: the handler is not installed. What it points to
     * is the heap's, and is not changed any more. */
    struct sigaction *_Atomic before[HANDLED_SIGNALS];
} runtime_copy;

/* This copy's. An ELF note in the object says where it is. */
extern runtime_copy wasmelt_rt_copy;

/* The copy whose handler that is; null if it is none's. */
runtime_copy *wasmelt_rt_copy_of(const struct sigaction *action);

/* Whether this object cannot be unloaded: it is the program itself, or was told to stay. */
bool wasmelt_rt_copy_stays(void);
/* Tells it to stay. */
void wasmelt_rt_copy_stay(void);

#pragma GCC visibility pop

#endif
