/* A library in WebAssembly: run-length coding of bytes, with no import at all. The host writes into the module's
 * memory, at places it gets from `allocate`. */
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))

extern uint8_t __heap_base; /* the first byte that the linker leaves free */
static uint32_t allocated;

/* A place for `size` bytes; 0 when memory is short. */
EXPORT("allocate") uint32_t allocate(uint32_t size) {
    uint64_t start = (uintptr_t)&__heap_base + (uint64_t)allocated, end = start + size;
    uint64_t pages = (end + 65535) / 65536, now = __builtin_wasm_memory_size(0);
    if (pages > now && __builtin_wasm_memory_grow(0, pages - now) == SIZE_MAX)
        return 0;
    allocated += size;
    return (uint32_t)start;
}

/* Frees everything that was allocated. */
EXPORT("reset") void reset(void) {
    allocated = 0;
}

/* Writes pairs of a count and a byte to `to`, which must have room for twice `size`; returns how many bytes. */
EXPORT("encode") uint32_t encode(const uint8_t *from, uint32_t size, uint8_t *to) {
    uint8_t *out = to;
    for (uint32_t k = 0; k < size;) {
        uint32_t run = 1;
        while (run < 255 && k + run < size && from[k + run] == from[k])
            run++;
        *out++ = (uint8_t)run;
        *out++ = from[k];
        k += run;
    }
    return (uint32_t)(out - to);
}

EXPORT("decode") uint32_t decode(const uint8_t *from, uint32_t size, uint8_t *to) {
    uint8_t *out = to;
    for (uint32_t k = 0; k + 1 < size; k += 2)
        for (uint32_t n = from[k]; n; n--)
            *out++ = from[k + 1];
    return (uint32_t)(out - to);
}
