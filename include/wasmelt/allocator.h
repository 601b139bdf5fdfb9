/* Where the runtime's own data come from: instances, tables, handles, WASI contexts, exceptions, descriptions of types and threads. Without
 * a word of the host, from malloc. Linear memories and the objects of heaps are not part of it: they have address space of their own
 * (wasmelt_memory_space in memory.h, wasmelt_heap_options in heap.h). Nor is what the C library allocates for itself, for example for a
 * thread. */
#ifndef WASMELT_ALLOCATOR_H
#define WASMELT_ALLOCATOR_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Functions of the host, all of which must be given. They are like malloc, calloc, realloc and free: what they return is aligned for every
 * type, and null says that memory is short. Numbers of bytes are never 0, and `old` is never null. They are called on any thread, several
 * at a time, also when a thread ends and when a copy of the runtime is unloaded, and while the runtime holds locks: they must not call the
 * runtime or modules, nor raise traps, nor throw, nor leave by longjmp. They are not called in signal handlers. */
typedef struct wasmelt_allocator {
    void *(*allocate)(void *context, size_t bytes);
    void *(*allocate_zeroed)(void *context, size_t bytes);
    void *(*reallocate)(void *context, void *old, size_t bytes); /* null: `old` is as it was */
    void (*release)(void *context, void *old);
    void *context;
} wasmelt_allocator;

/* From now on the runtime allocates with these functions, which must go on working as long as the runtime is in the process: until the
 * program ends, or until the shared object with this copy of the runtime has been unloaded. False, and nothing changes, if the runtime has
 * allocated before, or one of the functions is missing. Call it before anything else, and before other threads use the runtime. When the
 * allocator fails, the function for which memory is needed fails as it says. */
bool wasmelt_set_allocator(const wasmelt_allocator *allocator);

#ifdef __cplusplus
}
#endif
#endif
