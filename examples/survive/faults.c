/* A module that goes wrong in every way it can. */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))

EXPORT("divide") int32_t divide(int32_t a, int32_t b) {
    return a / b;
}

EXPORT("peek") uint8_t peek(const volatile uint8_t *place) {
    return *place;
}

EXPORT("call") void call(void (*function)(void)) {
    function();
}

EXPORT("give_up") void give_up(void) {
    __builtin_trap();
}

static volatile uint32_t no_end = 1;

/* Calls itself `depth` times. */
EXPORT("recurse") uint32_t recurse(uint32_t depth) {
    return depth == 0 ? 0 : recurse(depth - no_end) + no_end;
}

/* Takes memory, a page of 64 KiB after the other, until there is no more; how many it has in the end. */
EXPORT("hoard") uint32_t hoard(void) {
    while (__builtin_wasm_memory_grow(0, 1) != SIZE_MAX)
        *(volatile uint8_t *)(__builtin_wasm_memory_size(0) * 65536 - 1) = 1;
    return __builtin_wasm_memory_size(0);
}
