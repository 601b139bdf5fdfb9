/* Where this thread's stack ends, and the alternate stack on which that is noticed. */
#ifndef WASMELT_RUNTIME_STACK_H
#define WASMELT_RUNTIME_STACK_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the stack's end and sets up an alternate signal stack, which lives until the thread ends. */
bool stack_prepare_thread(void);

/* Whether a fault at `address` means that this thread's stack is full. Safe in a signal handler. */
bool stack_is_exhausted_at(uintptr_t address);

#endif
