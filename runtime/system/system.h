/* What the runtime asks of the system that it runs on. Each concern has a file for each system: CONCERN_posix.c for whatever has mmap,
 * CONCERN_linux.c for what Linux does in another way, and CONCERN_windows.c. All files are compiled everywhere; those for other systems
 * are empty. Functions may be called by any thread unless they say otherwise. */
#ifndef WASMELT_RUNTIME_SYSTEM_SYSTEM_H
#define WASMELT_RUNTIME_SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* ---- Address space and memory (memory_*.c). Addresses and sizes are multiples of the page size. ---- */

uint64_t wasmelt_rt_host_page_size(void);

/* Reserves `size` bytes of address space that cannot be accessed, at a multiple of `alignment`, a power of 2 (what is less than a page is
 * taken for a page). Null if there is none. */
void *wasmelt_rt_system_reserve(size_t size, size_t alignment);
/* The same at `wish`, or somewhere else if that is taken. */
void *wasmelt_rt_system_reserve_at(void *wish, size_t size);
/* Gives back all that was reserved at once. */
void wasmelt_rt_system_release(void *base, size_t size);

/* Makes part of what was reserved readable and writable; it is zero unless it was so before. False with errno set. */
bool wasmelt_rt_system_commit(void *from, size_t size);
/* Gives memory back that remains readable and writable, and becomes zero. False if the system does not: nothing has changed. */
bool wasmelt_rt_system_discard(void *from, size_t size);

/* The lowest address, not below `low`, from which on everything up to `high` is memory. */
uintptr_t wasmelt_rt_system_memory_below(uintptr_t low, uintptr_t high);

/* ---- The machine and the process (machine_*.c) ---- */

/* How many bytes of [base, base + size) have physical memory of their own. */
uint64_t wasmelt_rt_system_resident(const void *base, uint64_t size);

/* The memory of the machine, in bytes; UINT64_MAX if it is not known. */
uint64_t wasmelt_rt_system_memory_bytes(void);

/* A number that nobody outside the process can foresee, the same at each call; 0 if the system has none. */
uint64_t wasmelt_rt_system_seed(void);

/* Why there may be no address space. Nothing is allocated. */
typedef struct system_limits {
    uint64_t space;         /* bytes that the process may have; UINT64_MAX: not limited */
    unsigned long mappings; /* the number of mappings that the process may have, if it is that short of them; 0: it is not */
} system_limits;
/* `mappings`: how many are needed. */
system_limits wasmelt_rt_system_limits(unsigned long mappings);

#pragma GCC visibility pop

#endif
