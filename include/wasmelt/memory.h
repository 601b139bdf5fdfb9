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

/* Inaccessible address space after the last index of a memory with guard pages. If the static offset of an access plus its width exceeds
 * this, the generated code checks the access explicitly. */
#define WASMELT_GUARD_BYTES UINT64_C(0x80000000)

/* The type of a memory: as a module declares it, or as a host asks for one. */
typedef struct wasmelt_memory_type {
    uint64_t minimum; /* pages */
    uint64_t maximum; /* pages; only if has_maximum */
    bool has_maximum;
    bool is64; /* 64-bit indices */
    bool shared;
    uint8_t page_size_log2; /* 16, or 0 with the custom-page-sizes proposal */
    bool checked;           /* all code that uses the memory compares addresses with its size (--bounds=explicit), so that it has
                               no guard pages, and other code cannot import it */
} wasmelt_memory_type;

typedef struct wasmelt_memory wasmelt_memory;

/* Functions of the host that are called before and after every growth by at least one page, whether memory.grow of the module or
 * wasmelt_memory_grow asks for it. Sizes are in bytes. Either may be null. They run on the thread that grows the memory, while the runtime
 * holds no lock, and may raise traps. */
typedef struct wasmelt_memory_hooks {
    /* The memory has `from` bytes and would have `to`, which its type and the host's limit allow. False: it does not grow, and memory.grow
     * returns -1. */
    bool (*before)(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to);
    /* Called after each `before` that returned true. `grown`: false if the system had no memory left, or if another thread has grown a
     * shared memory in between; then `before` is called again. */
    void (*after)(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to, bool grown);
} wasmelt_memory_hooks;

/* Functions of the host that give memories their address space. They run on the thread that makes or frees the memory, while the runtime
 * holds no lock, and must neither raise traps nor call modules. */
typedef struct wasmelt_memory_space {
    /* Returns `bytes` bytes, whole pages, at a multiple of `alignment` (a power of 2, at least a page), or null. They are inaccessible,
     * private to the memory until they are released, and zero once the runtime makes them accessible by mprotect. Those of a memory
     * without guard pages may be readable and writable from the start: then memories side by side are one mapping. The runtime may also map
     * parts of the program's file there. If null is returned, less may be asked for, unless the memory has guard pages. */
    void *(*reserve)(void *context, uint64_t bytes, uint64_t alignment);
    /* Takes all of them back, as the module has left them. */
    void (*release)(void *context, void *base, uint64_t bytes);
} wasmelt_memory_space;

/* What a host decides about a memory; all zero means no limits in addition to those of its type, and address space from the system. */
typedef struct wasmelt_memory_options {
    uint64_t maximum_bytes;            /* rounded down to pages; 0: only the type's maximum */
    const wasmelt_memory_hooks *hooks; /* or null; must outlive the memory, and so must the context */
    void *hooks_context;
    uint64_t alignment;                /* of the first byte: a power of 2, such as 4 GiB; 0: that of pages */
    const wasmelt_memory_space *space; /* or null; must outlive the memory, and so must the context */
    void *space_context;
} wasmelt_memory_options;

/* A linear memory. Address space for its whole index range (for 64-bit indices, for as much as it may grow to) is reserved when it is made,
 * so `base` never moves: a pointer into the memory remains valid until the memory is freed, also when it grows. Generated code reads `base`
 * and `size`. Hosts may read all members, and write only to the contents of the memory. */
struct wasmelt_memory {
    uint8_t *base; /* first byte; constant for the life of the memory */
    /* number of bytes that are accessible now; never decreases (atomic when shared, thus aligned where a pointer is shorter) */
    WASMELT_ALIGNED_8 uint64_t size;
    uint64_t pages;    /* size in pages (atomic when shared) */
    uint64_t maximum;  /* number of pages to which it may grow, by its type and the host's limit */
    uint64_t reserved; /* bytes of address space from `base` on, including the guard */
    wasmelt_memory_type type;
    uint64_t room;                     /* number of pages that fit into the reservation and the type's maximum */
    const wasmelt_memory_hooks *hooks; /* or null */
    void *hooks_context;
    uint64_t growths, refusals;        /* for wasmelt_memory_statistics; atomic when shared */
    const wasmelt_memory_space *space; /* or null */
    void *space_context;
    struct reservation_slot *slot; /* the runtime's record of the reservation */
};

/* Makes a memory of its minimum size, all zero. `options` may be null. Returns null if there is not enough address space or memory (errno
 * is ENOMEM), if the type or the alignment is not valid (EINVAL), or if its minimum is more than the host allows (ERANGE). Any thread. */
wasmelt_memory *wasmelt_memory_new(const wasmelt_memory_type *type);
wasmelt_memory *wasmelt_memory_new_with(const wasmelt_memory_type *type, const wasmelt_memory_options *options);

/* Frees a memory made by wasmelt_memory_new; null is allowed. No instance may use it afterwards. */
void wasmelt_memory_free(wasmelt_memory *memory);

/* memory.grow: adds `delta` pages of zeros and returns the old size in pages. Returns UINT64_MAX and changes nothing if the maximum, the
 * host's limit, its hook or the system's resources do not allow it. A shared memory may be grown by any thread; another one only while no
 * other thread uses it. */
uint64_t wasmelt_memory_grow(wasmelt_memory *memory, uint64_t delta);

/* Limits how far the memory may grow, in bytes, rounded down to pages. A limit below its present size does not shrink it. A limit above its
 * type's maximum, or above the address space reserved for it, is lowered to that. Returns the limit that is now in effect. Any thread for a
 * shared memory; for another one only while no other thread uses it. */
uint64_t wasmelt_memory_set_maximum(wasmelt_memory *memory, uint64_t bytes);

/* From now on these hooks are called at every growth; null: none. Not while another thread uses the memory. */
void wasmelt_memory_set_hooks(wasmelt_memory *memory, const wasmelt_memory_hooks *hooks, void *context);

/* How much a memory uses. Memories never shrink, so `bytes` is also the most that it has ever had. */
typedef struct wasmelt_memory_statistics {
    uint64_t bytes;          /* that are accessible to the module */
    uint64_t maximum_bytes;  /* to which it may grow */
    uint64_t resident_bytes; /* for which the system has provided physical memory: pages that have been touched; pages of data
                                that came with the program only once they have been written to */
    uint64_t reserved_bytes; /* of address space, including the guard: only addresses, no memory */
    uint64_t growths;        /* how often it has grown, by at least a page */
    uint64_t refusals;       /* how often it could not grow, or was not allowed to */
} wasmelt_memory_statistics;

/* Takes time in proportion to the memory's size (it asks the system about every page). Any thread. */
void wasmelt_memory_get_statistics(const wasmelt_memory *memory, wasmelt_memory_statistics *statistics);

/* ---- Access to the contents. Addresses are those of the module; 32-bit addresses are zero-extended. ---- */

/* Whether `length` bytes at `address` are within the present size of the memory. Cannot overflow. */
static inline bool wasmelt_memory_in_bounds(const wasmelt_memory *memory, uint64_t address, uint64_t length) {
    uint64_t size = WASMELT_LOAD_RELAXED(&memory->size);
    return length <= size && address <= size - length;
}

/* A pointer to `length` bytes at `address`, or null if they are not all within the memory. The pointer remains valid until the memory is
 * freed. */
static inline void *wasmelt_memory_at(const wasmelt_memory *memory, uint64_t address, uint64_t length) {
    return wasmelt_memory_in_bounds(memory, address, length) ? memory->base + address : NULL;
}

/* The same for functions that modules import: never returns null. If the bytes are not within the memory, the call ends with the trap that
 * an access by the module would raise (WASMELT_TRAP_MEMORY_BOUNDS). */
void *wasmelt_memory_need(const wasmelt_memory *memory, uint64_t address, uint64_t length);

/* Copy `length` bytes into or out of the memory. False, and nothing is copied, if they are not all within it. */
bool wasmelt_memory_write(wasmelt_memory *memory, uint64_t address, const void *from, uint64_t length);
bool wasmelt_memory_read(const wasmelt_memory *memory, uint64_t address, void *to, uint64_t length);

/* The zero-terminated string at `address`; null if it does not end within the memory. Stores its length, without the zero, in *length
 * unless that is null. */
const char *wasmelt_memory_string(const wasmelt_memory *memory, uint64_t address, uint64_t *length);

/* The address for the module of what `pointer` points to; UINT64_MAX if that is not within the memory. */
uint64_t wasmelt_memory_address(const wasmelt_memory *memory, const void *pointer);

#ifdef __cplusplus
}
#endif
#endif
