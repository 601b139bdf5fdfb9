/* Counts what the process has at the moment. Only functions that make, grow and free things count; generated code never does. */
#include "usage.h"

#include <stdatomic.h>

#include <wasmelt/usage.h>

static _Atomic uint64_t instances, memories, memory_bytes, reserved_bytes;

static void add(_Atomic uint64_t *counter, uint64_t amount) {
    if (amount) /* avoid that several threads contend for cache lines that they do not change */
        atomic_fetch_add_explicit(counter, amount, memory_order_relaxed);
}

void wasmelt_rt_usage_memory(uint64_t more, uint64_t bytes, uint64_t reserved) {
    add(&memories, more);
    add(&memory_bytes, bytes);
    add(&reserved_bytes, reserved);
}

void wasmelt_rt_usage_instances(uint64_t more) {
    add(&instances, more);
}

void wasmelt_get_usage(wasmelt_usage *usage) {
    *usage = (wasmelt_usage){
        .instances = atomic_load_explicit(&instances, memory_order_relaxed),
        .memories = atomic_load_explicit(&memories, memory_order_relaxed),
        .memory_bytes = atomic_load_explicit(&memory_bytes, memory_order_relaxed),
        .reserved_bytes = atomic_load_explicit(&reserved_bytes, memory_order_relaxed),
    };
}
