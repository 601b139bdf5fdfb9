/* What emitted code that counts fuel (--fuel) uses in addition to core.h. Only emitted code and the runtime include this. */
#ifndef WASMELT_CODE_FUEL_H
#define WASMELT_CODE_FUEL_H

#include <wasmelt/target.h>

#include <stdint.h>

#include <wasmelt/code/support.h>

/* What the thread has left. */
extern WASMELT_OF_THREAD(WASMELT_TLS_MODEL) uint64_t wasmelt_fuel;

WASMELT_COLD void wasmelt_trap_fuel(void);

/* Pays for the code that follows, and returns what is left. `has`: what the thread has. The store is volatile: an access to memory may end
 * the run by a fault, which compilers do not know; they would store the number after a loop. */
static inline __attribute__((always_inline, unused)) uint64_t use_fuel(uint64_t has, uint64_t units) {
    uint64_t left;
    if (__builtin_expect(__builtin_sub_overflow(has, units, &left), 0))
        wasmelt_trap_fuel();
    *(volatile uint64_t *)&wasmelt_fuel = left;
    return left;
}

#endif
