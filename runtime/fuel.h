/* Fuel of threads that modules start. */
#ifndef WASMELT_RUNTIME_FUEL_H
#define WASMELT_RUNTIME_FUEL_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Takes half of the calling thread's fuel away, for a thread that it starts, and returns how much that is: so what a program can use does
 * not grow with its threads. */
uint64_t wasmelt_rt_fuel_halve(void);

#pragma GCC visibility pop

#endif
