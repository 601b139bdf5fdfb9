/* Linear memories (WebAssembly 3.0, section 4.2.8). */
#ifndef WASMELT_MEMORY_H
#define WASMELT_MEMORY_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Address space that lies inaccessible after the last index of a memory with guard pages. An access
 * whose static offset plus width exceeds this is checked explicitly by the generated code. */
#define WASMELT_GUARD_BYTES UINT64_C(0x80000000)

/* The type of a memory: as a module declares it, or as a host asks for one. */
typedef struct wasmelt_memory_type {
    uint64_t minimum; /* pages */
    uint64_t maximum; /* pages; only if has_maximum */
    bool has_maximum;
    bool is64; /* 64-bit indices */
    bool shared;
    uint8_t page_size_log2; /* 16, or 0 with the custom-page-sizes proposal */
    bool checked;           /* all code that uses it compares addresses with the size (--bounds=explicit), so it has
                               no guard and can be imported by no other code */
} wasmelt_memory_type;

typedef struct wasmelt_memory wasmelt_memory;

/* Functions of the host's around every growth by at least one page, whoever asks for it: the module's memory.grow or
 * wasmelt_memory_grow. Sizes are in bytes. Either may be null. They run on the thread that grows, outside of any lock of
 * the runtime's, and may raise traps. */
typedef struct wasmelt_memory_hooks {
    /* The memory has `from` bytes and shall have `to`, which its type and the host's limit allow. False: it does not
     * grow, and memory.grow returns -1. */
    bool (*before)(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to);
    /* Follows each `before` that returned true. `grown`: false when the system had nothing left, or when another
     * thread has grown a shared memory in between, and `before` is then asked again. */
    void (*after)(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to, bool grown);
} wasmelt_memory_hooks;

/* Limits that a host sets on a memory, beside those of its type; all zero: none. */
typedef struct wasmelt_memory_options {
    uint64_t maximum_bytes;            /* it never grows beyond; rounded down to pages; 0: the type's maximum only */
    const wasmelt_memory_hooks *hooks; /* or null; must outlive the memory, as must the context */
    void *hooks_context;
} wasmelt_memory_options;

/* One linear memory. The address space for its whole index range (or as much as it may ever grow to,
 * for 64-bit indices) is reserved when it is made, so `base` never moves: a pointer into the memory
 * stays valid until the memory is freed, growth included. Generated code reads `base` and `size`;
 * hosts may read everything and write only what lies in the memory. */
struct wasmelt_memory {
    uint8_t *base;     /* first byte; constant for the life of the memory */
    uint64_t size;     /* bytes that are accessible now; grows only (atomically when shared) */
    uint64_t pages;    /* size in pages (atomic when shared) */
    uint64_t maximum;  /* pages it may grow to, by its type and the host's limit */
    uint64_t reserved; /* bytes of address space from `base`, guard included */
    wasmelt_memory_type type;
    uint64_t room;                     /* pages that fit into the reservation and the type's maximum */
    const wasmelt_memory_hooks *hooks; /* or null */
    void *hooks_context;
    uint64_t growths, refusals; /* for wasmelt_memory_statistics; atomic when shared */
};

/* Makes a memory with its minimum size, zeroed. `options` may be null. Returns null if the address space or the
 * pages cannot be had (errno is ENOMEM), if the type makes no sense (EINVAL), or if its minimum is more than the host
 * allows (ERANGE). Any thread. */
wasmelt_memory *wasmelt_memory_new(const wasmelt_memory_type *type);
wasmelt_memory *wasmelt_memory_new_with(const wasmelt_memory_type *type, const wasmelt_memory_options *options);

/* Frees a memory made by wasmelt_memory_new; null is allowed. No instance may use it afterwards. */
void wasmelt_memory_free(wasmelt_memory *memory);

/* memory.grow: adds `delta` pages of zeros and returns the old size in pages, or UINT64_MAX with
 * nothing changed when the maximum, the host's limit, its hook or the system's resources do not allow it. A shared
 * memory may be grown from any thread; another only while no other thread uses it. */
uint64_t wasmelt_memory_grow(wasmelt_memory *memory, uint64_t delta);

/* Limits how far the memory may grow, to so many bytes, rounded down to pages. A limit below its present size takes nothing away;
 * one above its type's maximum, or above the address space reserved for it, is lowered to that. Returns the limit that now holds.
 * Any thread for a shared memory; another only while no other thread uses it. */
uint64_t wasmelt_memory_set_maximum(wasmelt_memory *memory, uint64_t bytes);

/* Calls these hooks at every growth from now on; null ends that. Not while another thread uses the memory. */
void wasmelt_memory_set_hooks(wasmelt_memory *memory, const wasmelt_memory_hooks *hooks, void *context);

/* How much a memory uses. Memories never shrink, so `bytes` is also the most that it has ever had. */
typedef struct wasmelt_memory_statistics {
    uint64_t bytes;          /* accessible to the module */
    uint64_t maximum_bytes;  /* that it may grow to */
    uint64_t resident_bytes; /* for which the system has given pages of physical memory: those touched, but those of
                                data that came with the program only once they are written to */
    uint64_t reserved_bytes; /* of address space, guard included: no memory, only addresses */
    uint64_t growths;        /* how often it has grown, by at least a page */
    uint64_t refusals;       /* how often it should have and could or might not */
} wasmelt_memory_statistics;

/* Takes time in proportion to the memory's size (it asks the system about every page). Any thread. */
void wasmelt_memory_get_statistics(const wasmelt_memory *memory, wasmelt_memory_statistics *statistics);

/* ---- Looking into a memory. Addresses are the module's: a 32-bit one is zero-extended. ---- */

/* Whether `length` bytes at `address` lie within the memory now. Never overflows. */
static inline bool wasmelt_memory_in_bounds(const wasmelt_memory *memory, uint64_t address, uint64_t length) {
    uint64_t size = __atomic_load_n(&memory->size, __ATOMIC_RELAXED);
    return length <= size && address <= size - length;
}

/* A pointer to `length` bytes at `address`, or null if they do not all lie within the memory. The
 * pointer stays valid until the memory is freed. */
static inline void *wasmelt_memory_at(const wasmelt_memory *memory, uint64_t address, uint64_t length) {
    return wasmelt_memory_in_bounds(memory, address, length) ? memory->base + address : NULL;
}

/* The same for functions that modules import: what does not lie within the memory ends the call with the trap that
 * an access by the module would raise (WASMELT_TRAP_MEMORY_BOUNDS), so that it never returns null. */
void *wasmelt_memory_need(const wasmelt_memory *memory, uint64_t address, uint64_t length);

/* Copies `length` bytes into or out of the memory; false with nothing copied if they do not all lie within it. */
bool wasmelt_memory_write(wasmelt_memory *memory, uint64_t address, const void *from, uint64_t length);
bool wasmelt_memory_read(const wasmelt_memory *memory, uint64_t address, void *to, uint64_t length);

/* The zero-terminated string at `address`: null if it does not end within the memory. Its length without the zero is
 * stored in *length, unless that is null. */
const char *wasmelt_memory_string(const wasmelt_memory *memory, uint64_t address, uint64_t *length);

/* The module's address of a pointer into the memory; UINT64_MAX if it does not point there. */
uint64_t wasmelt_memory_address(const wasmelt_memory *memory, const void *pointer);

#ifdef __cplusplus
}
#endif
#endif
