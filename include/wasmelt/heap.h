/* Heaps: where structs and arrays of the module live (WebAssembly 3.0, section 4.2.12), for hosts.
 *
 * An instance whose module makes or uses such objects has a heap (wasmelt_instance.heap). Where nothing that the module imports or
 * exports can refer to an object, the heap is the instance's own and ends with it; else it is its store's
 * (wasmelt/store.h), ends with that, and all instances of the store share it.
 *
 * Objects that nobody refers to are freed, which happens only where one is made, and objects that are not in use by C code
 * may then move. A reference in a variable of a C function is valid as long as that is on the stack of a thread, or on one
 * that the host has named (wasmelt/process.h). One thread at a time uses a heap. */
#ifndef WASMELT_HEAP_H
#define WASMELT_HEAP_H

#include <wasmelt/target.h>

#include <wasmelt/func.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A struct or an array: what a reference to any, eq, struct, array or a type of these points to. A reference to an i31 is
 * no pointer but an odd number: value << 1 | 1. */
struct wasmelt_object {
    uint32_t type; /* the number that its type has in its heap; others are the runtime's */
    uint32_t gc;   /* the collector's */
};

typedef struct wasmelt_heap wasmelt_heap;

/* What the host allows a heap; all zero is no restriction. */
typedef struct wasmelt_heap_options {
    uint64_t maximum_bytes; /* objects, and what the collector needs to find them; 0: as much as the system gives */
} wasmelt_heap_options;

/* What a heap uses and has done. */
typedef struct wasmelt_heap_statistics {
    uint64_t alive_bytes;        /* of objects that the last collection has left, and of all that were made since */
    uint64_t used_bytes;         /* of memory: those, holes between them, what the collector needs */
    uint64_t peak_bytes;         /* the most that `used_bytes` ever was */
    uint64_t maximum_bytes;      /* that the heap may grow to */
    uint64_t minor_collections;  /* of what is new */
    uint64_t moving_collections; /* those among them that have moved what survived */
    uint64_t full_collections;
    uint64_t nanoseconds;   /* in collections */
    uint64_t longest_minor; /* the longest of either kind, in nanoseconds */
    uint64_t longest_full;
} wasmelt_heap_statistics;

/* On the thread that uses the heap. */
void wasmelt_heap_get_statistics(const wasmelt_heap *heap, wasmelt_heap_statistics *statistics);

#ifdef __cplusplus
}
#endif
#endif
