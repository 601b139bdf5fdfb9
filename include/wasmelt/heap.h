/* Heaps: where structs and arrays of the module live (WebAssembly 3.0, section 4.2.12), for hosts.
 *
 * An instance whose module makes or uses such objects has a heap (wasmelt_instance.heap). Where nothing that the module imports or
 * exports can refer to an object, the heap is the instance's own and ends with it; else it is its store's
 * (wasmelt/store.h), ends with that, and all instances of the store share it.
 *
 * Objects that nobody refers to are freed, which happens only where one is made, and objects that are not in use by C code
 * may move then. A reference in a variable of a C function is valid as long as that is on the stack of the thread, or, in a
 * wasmelt_run, on one that the host has named (wasmelt/process.h), if what switches stacks keeps registers there, too; what is to stay
 * longer, or is in memory of another kind, needs a handle (wasmelt_ref). One thread at a time uses a heap; only handles can be given back
 * on any.
 *
 * A reference to an object of another heap, which can only have come as an externref, is a pointer like any other of the host's:
 * who passes it on has a handle for it. */
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
    uint32_t type; /* the number that its type has in its heap (wasmelt_heap_type_number); small ones are the runtime's */
    uint32_t gc;   /* the collector's */
};

typedef struct wasmelt_heap wasmelt_heap;
struct wasmelt_instance;

/* Functions of the host's around each time that the heap gets more memory from the system. Sizes are in bytes. Either may be
 * null. They run on the thread that uses the heap and must not use it themselves; `before` may raise traps. */
typedef struct wasmelt_heap_hooks {
    /* The heap has `from` bytes and would have `to`. False: it does not grow, and what is to be made may end in
     * WASMELT_TRAP_OUT_OF_RESOURCES. */
    bool (*before)(void *context, wasmelt_heap *heap, uint64_t from, uint64_t to);
    /* Follows each `before` that returned true. `grown`: false when the system had nothing left. */
    void (*after)(void *context, wasmelt_heap *heap, uint64_t from, uint64_t to, bool grown);
} wasmelt_heap_hooks;

/* What the host allows a heap; all zero is no restriction. */
typedef struct wasmelt_heap_options {
    uint64_t maximum_bytes;          /* objects, and what the collector needs to find them; 0: as much as the machine has */
    uint64_t round_bytes;            /* of new objects between two collections: more take less time, and longer pauses; 0: 4 MiB */
    const wasmelt_heap_hooks *hooks; /* or null; must outlive the heap, as must the context */
    void *hooks_context;
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
    uint64_t nanoseconds;   /* of the processor's time in collections */
    uint64_t longest_minor; /* the longest of either kind, in nanoseconds */
    uint64_t longest_full;
} wasmelt_heap_statistics;

void wasmelt_heap_get_statistics(const wasmelt_heap *heap, wasmelt_heap_statistics *statistics);

/* Frees all that nobody refers to. False, and nothing done, on a stack that is not known. */
bool wasmelt_collect(wasmelt_heap *heap);

/* ---- Handles: references that last. They keep an object alive, not the heap. ---- */

typedef struct wasmelt_ref wasmelt_ref;

/* A handle for an object, an i31 or null, counted once for the caller. Null when memory is short. */
wasmelt_ref *wasmelt_ref_new(wasmelt_heap *heap, wasmelt_object *object);
/* What it is for, wherever that is now; null when the heap has ended. */
wasmelt_object *wasmelt_ref_get(const wasmelt_ref *ref);
/* Counts it once more; once less, and frees it with the last. Null is allowed. Any thread. */
wasmelt_ref *wasmelt_ref_retain(wasmelt_ref *ref);
void wasmelt_ref_release(wasmelt_ref *ref);

/* ---- What a reference is ---- */

typedef enum wasmelt_reference_kind {
    WASMELT_REFERENCE_NULL,
    WASMELT_REFERENCE_I31,
    WASMELT_REFERENCE_STRUCT,
    WASMELT_REFERENCE_ARRAY,
    WASMELT_REFERENCE_EXTERN /* a pointer of the host's, converted: wasmelt_extern_from_any gives it back */
} wasmelt_reference_kind;

wasmelt_reference_kind wasmelt_reference_kind_of(const wasmelt_heap *heap, const wasmelt_object *object);

static inline wasmelt_object *wasmelt_i31_new(uint32_t value) {
    return (wasmelt_object *)(uintptr_t)(value << 1 | 1);
}

static inline uint32_t wasmelt_i31_get_u(const wasmelt_object *i31) {
    return (uint32_t)((uintptr_t)i31 >> 1);
}

static inline int32_t wasmelt_i31_get_s(const wasmelt_object *i31) {
    return (int32_t)(uint32_t)(uintptr_t)i31 >> 1;
}

/* The number in its heap of a struct or array type of the instance's module, by its index there; 0: it is none. */
uint32_t wasmelt_heap_type_number(const struct wasmelt_instance *instance, uint32_t type);

/* Whether an object has the type of that number, or one below it; false for null and i31. */
bool wasmelt_object_is(const wasmelt_heap *heap, const wasmelt_object *object, uint32_t type);

/* any.convert_extern and extern.convert_any. Any pointer can be an externref. Either may allocate: null, of what is not, when
 * memory is short. */
wasmelt_object *wasmelt_any_from_extern(wasmelt_heap *heap, void *value);
void *wasmelt_extern_from_any(wasmelt_heap *heap, wasmelt_object *value);

/* ---- Reading and writing. What does not fit, be it an index, a length or a type, is refused: false, and nothing done. ---- */

/* A field of a struct, or an element of an array; i8 and i16 are zero-extended in `i32`. An exnref is not counted for the caller. */
bool wasmelt_object_get(const wasmelt_heap *heap, const wasmelt_object *object, uint32_t index, wasmelt_value *value);
/* The same the other way: if it is mutable; references have to be of its type; references to exceptions, and to functions of a concrete
 * type, are refused. */
bool wasmelt_object_set(wasmelt_heap *heap, wasmelt_object *object, uint32_t index, const wasmelt_value *value);

/* 0 for what is no array. */
uint32_t wasmelt_array_length(const wasmelt_heap *heap, const wasmelt_object *array);
/* `count` elements from `first` on, as many bytes each as they have in the array (an i16: 2); not of references. */
bool wasmelt_array_read(const wasmelt_heap *heap, const wasmelt_object *array, uint32_t first, uint32_t count, void *to);
/* Also where they are immutable: meant for arrays that nobody else has yet. */
bool wasmelt_array_write(wasmelt_heap *heap, wasmelt_object *array, uint32_t first, uint32_t count, const void *from);

/* ---- Making. Null if a value does not fit, or memory is short. ---- */

/* A struct of the type, with a value for each field; of zeros and nulls, if they may be, where `fields` is null. */
wasmelt_object *wasmelt_struct_new(wasmelt_heap *heap, uint32_t type, const wasmelt_value *fields);
/* An array of zeros, or nulls if they may be. */
wasmelt_object *wasmelt_array_new(wasmelt_heap *heap, uint32_t type, uint32_t length);

/* ---- Externrefs that the heap keeps ---- */

/* An externref for `data`. When nobody refers to it any more, or the heap ends, `finalize(data)` is called, on the thread that uses the
 * heap then. It must not use the heap, nor call its instances, nor raise a trap. Null, and nothing called, when memory is short. */
void *wasmelt_extern_new(wasmelt_heap *heap, void *data, void (*finalize)(void *data));
/* The data of such a one; null of any other pointer. */
void *wasmelt_extern_data(const wasmelt_heap *heap, const void *externref);

#ifdef __cplusplus
}
#endif
#endif
