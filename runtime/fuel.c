/* Fuel: each thread's number of units, and the trap. Emitted code changes the number itself (wasmelt/code/fuel.h). */
#include <wasmelt/fuel.h>

#include <wasmelt/code/fuel.h>

#include "fuel.h"

WASMELT_OF_THREAD("initial-exec") uint64_t wasmelt_fuel = WASMELT_FUEL_WITHOUT_LIMIT;

void wasmelt_trap_fuel(void) {
    wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_FUEL);
}

void wasmelt_fuel_set(uint64_t units) {
    wasmelt_fuel = units;
}

uint64_t wasmelt_fuel_left(void) {
    return wasmelt_fuel;
}

void wasmelt_fuel_use(uint64_t units) {
    use_fuel(wasmelt_fuel, units);
}

uint64_t wasmelt_rt_fuel_halve(void) {
    uint64_t half = wasmelt_fuel / 2;
    wasmelt_fuel -= half;
    return half;
}
