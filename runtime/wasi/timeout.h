/* Ending a program that takes too long (--timeout). */
#ifndef WASMELT_RUNTIME_WASI_TIMEOUT_H
#define WASMELT_RUNTIME_WASI_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

enum { STATUS_TIMEOUT = 124 };

/* Ends the process in this many nanoseconds, with exit status STATUS_TIMEOUT, after a message. Nothing has to cooperate, so nothing is
 * released or waited for. False if the system refuses. */
bool wasmelt_rt_timeout_begin(uint64_t nanoseconds);

#pragma GCC visibility pop

#endif
