/* Linear memories (WebAssembly 3.0, section 4.2.8). */
#ifndef WASMELT_MEMORY_H
#define WASMELT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Address space that lies inaccessible after the last index of a memory with guard pages. An access
 * whose static offset plus width exceeds this is checked explicitly by the generated code. */
#define WASMELT_GUARD_BYTES UINT64_C(0x80000000)

/* What a memory may be: the type in a module, or what the host asks for. */
typedef struct wasmelt_memory_type {
    uint64_t minimum;        /* pages */
    uint64_t maximum;        /* pages; only if has_maximum */
    bool has_maximum;
    bool is64;               /* 64-bit indices */
    bool shared;
    uint8_t page_size_log2;  /* 16, or 0 with the custom-page-sizes proposal */
} wasmelt_memory_type;

/* One linear memory. The address space for its whole index range (or as much as it may ever grow to,
 * for 64-bit indices) is reserved when it is made, so `base` never moves: a pointer into the memory
 * stays valid until the memory is freed, growth included. Generated code reads `base` and `size`. */
typedef struct wasmelt_memory {
    uint8_t *base;     /* first byte; constant for the life of the memory */
    uint64_t size;     /* bytes that are accessible now; grows only (atomically when shared) */
    uint64_t pages;    /* size in pages (atomic when shared) */
    uint64_t maximum;  /* pages it may grow to, by its type and the host's limit */
    uint64_t reserved; /* bytes of address space from `base`, guard included */
    wasmelt_memory_type type;
} wasmelt_memory;

/* Makes a memory with its minimum size, zeroed. Returns null if the address space or the pages cannot
 * be had (errno is set). Any thread. */
wasmelt_memory *wasmelt_memory_new(const wasmelt_memory_type *type);

/* Frees a memory made by wasmelt_memory_new; null is allowed. No instance may use it afterwards. */
void wasmelt_memory_free(wasmelt_memory *memory);

/* memory.grow: adds `delta` pages of zeros and returns the old size in pages, or UINT64_MAX with
 * nothing changed when the maximum or the host's resources do not allow it. A shared memory may be
 * grown from any thread; another only while no other thread uses it. */
uint64_t wasmelt_memory_grow(wasmelt_memory *memory, uint64_t delta);

/* Whether `length` bytes at `address` lie within the memory now. Never overflows. */
static inline bool wasmelt_memory_in_bounds(const wasmelt_memory *memory, uint64_t address,
                                            uint64_t length) {
    uint64_t size = __atomic_load_n(&memory->size, __ATOMIC_RELAXED);
    return length <= size && address <= size - length;
}

/* A pointer to `length` bytes at `address`, or null if they do not all lie within the memory. The
 * pointer stays valid until the memory is freed. */
static inline void *wasmelt_memory_at(const wasmelt_memory *memory, uint64_t address,
                                      uint64_t length) {
    return wasmelt_memory_in_bounds(memory, address, length) ? memory->base + address : NULL;
}

#ifdef __cplusplus
}
#endif
#endif
