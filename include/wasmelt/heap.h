/* Heaps, for hosts: where structs and arrays of modules live (WebAssembly 3.0, section 4.2.12).
 *
 * An instance whose module makes or uses such objects has a heap (wasmelt_instance.heap). If no import or export of the module can refer to
 * an object, the heap is the instance's own and ends with it. Otherwise it belongs to the instance's store (wasmelt/store.h), ends with the
 * store, and all instances of the store share it.
 *
 * Objects to which nothing refers are freed. This only happens when an object is made; then objects that C code is not using may also move.
 * A reference in a variable of a C function is valid as long as the variable is on the stack of the thread or, in a wasmelt_run, on a stack
 * that the host has named (wasmelt/process.h); code that switches stacks has to keep registers there, too. A reference that is needed for
 * longer, or that is in other memory, needs a handle (wasmelt_ref). One thread at a time may use a heap; only handles can be released by
 * any thread.
 *
 * A reference to an object of another heap can only arrive as an externref. It is then a pointer like any other of the host's; whoever
 * passes it on must have a handle for the object. */
#ifndef WASMELT_HEAP_H
#define WASMELT_HEAP_H

#include <wasmelt/target.h>

#include <wasmelt/func.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A struct or an array: what a reference to any, eq, struct, array or a subtype of these points to. A reference to an i31 is not a pointer
 * but an odd number: value << 1 | 1. */
struct wasmelt_object {
    uint32_t type; /* the number of its type in its heap (wasmelt_heap_type_number); small numbers are types of the runtime */
    uint32_t gc;   /* for the collector */
};

typedef struct wasmelt_heap wasmelt_heap;
struct wasmelt_instance;

/* Functions of the host that are called before and after the heap gets more memory from the system. Sizes are in bytes. Either may be null.
 * They run on the thread that uses the heap, and must not use the heap themselves; `before` may raise traps. */
typedef struct wasmelt_heap_hooks {
    /* The heap has `from` bytes and would have `to`. False: it does not grow, and the allocation may end in
     * WASMELT_TRAP_OUT_OF_RESOURCES. */
    bool (*before)(void *context, wasmelt_heap *heap, uint64_t from, uint64_t to);
    /* Called after each `before` that returned true. `grown`: false if the system had no memory left. */
    void (*after)(void *context, wasmelt_heap *heap, uint64_t from, uint64_t to, bool grown);
} wasmelt_heap_hooks;

/* Limits of a heap; all zero means no limits. */
typedef struct wasmelt_heap_options {
    uint64_t maximum_bytes; /* for objects and what the collector needs to find them; 0: as much as the machine has */
    uint64_t round_bytes;   /* bytes of new objects between two collections: more take less time, but make pauses longer; 0: 4 MiB */
    const wasmelt_heap_hooks *hooks; /* or null; must outlive the heap, and so must the context */
    void *hooks_context;
} wasmelt_heap_options;

/* What a heap uses, and what it has done. */
typedef struct wasmelt_heap_statistics {
    uint64_t alive_bytes;        /* of objects that the last collection found alive, and of all objects made since */
    uint64_t used_bytes;         /* of memory: for these, for holes between them, and for the collector */
    uint64_t peak_bytes;         /* the highest value that `used_bytes` has had */
    uint64_t maximum_bytes;      /* to which the heap may grow */
    uint64_t minor_collections;  /* collections of new objects only */
    uint64_t moving_collections; /* those of them that moved surviving objects */
    uint64_t full_collections;
    uint64_t nanoseconds;   /* of processor time spent in collections */
    uint64_t longest_minor; /* the longest collection of each kind, in nanoseconds */
    uint64_t longest_full;
} wasmelt_heap_statistics;

void wasmelt_heap_get_statistics(const wasmelt_heap *heap, wasmelt_heap_statistics *statistics);

/* Frees all objects to which nothing refers. False, and nothing is done, if the caller's stack is not known. */
bool wasmelt_collect(wasmelt_heap *heap);

/* ---- Handles: lasting references. They keep an object alive, but not its heap. ---- */

typedef struct wasmelt_ref wasmelt_ref;

/* Makes a handle for an object of the heap, an i31 or null; the caller owns one count. Null when memory is short, or if the object is of
 * another heap. */
wasmelt_ref *wasmelt_ref_new(wasmelt_heap *heap, wasmelt_object *object);
/* The present reference to what the handle is for; null once the heap has ended. */
wasmelt_object *wasmelt_ref_get(const wasmelt_ref *ref);
/* Increase and decrease the count; the handle is freed when it reaches 0. Null is allowed. Any thread. */
wasmelt_ref *wasmelt_ref_retain(wasmelt_ref *ref);
void wasmelt_ref_release(wasmelt_ref *ref);

/* ---- Kinds of references ---- */

typedef enum wasmelt_reference_kind {
    WASMELT_REFERENCE_NULL,
    WASMELT_REFERENCE_I31,
    WASMELT_REFERENCE_STRUCT,
    WASMELT_REFERENCE_ARRAY,
    WASMELT_REFERENCE_EXTERN, /* a host's pointer that was converted; wasmelt_extern_from_any returns it */
    WASMELT_REFERENCE_FOREIGN /* no reference of this heap: that of another, to which no instance of this one may refer */
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

/* The number in the instance's heap of a struct or array type of its module. `type` is the index in the module. 0 if it is not such a
 * type. */
uint32_t wasmelt_heap_type_number(const struct wasmelt_instance *instance, uint32_t type);

/* Whether an object is of the type with this number, or of a subtype; false for null, i31, and objects of other heaps. */
bool wasmelt_object_is(const wasmelt_heap *heap, const wasmelt_object *object, uint32_t type);

/* any.convert_extern and extern.convert_any. Any pointer can be an externref. Both may allocate; if memory is short, they return null for a
 * reference that is not null. */
wasmelt_object *wasmelt_any_from_extern(wasmelt_heap *heap, void *value);
void *wasmelt_extern_from_any(wasmelt_heap *heap, wasmelt_object *value);

/* ---- Reading and writing. If an index, a length, a type or the heap does not fit, these return false and do nothing. ---- */

/* Reads a field of a struct, or an element of an array. i8 and i16 are zero-extended to `i32`. An exnref is not counted for the caller. */
bool wasmelt_object_get(const wasmelt_heap *heap, const wasmelt_object *object, uint32_t index, wasmelt_value *value);
/* Writes a field or element if it is mutable. A reference has to be of its type. References to exceptions, and to functions where the type
 * is concrete, are refused. */
bool wasmelt_object_set(wasmelt_heap *heap, wasmelt_object *object, uint32_t index, const wasmelt_value *value);

/* The number of elements; 0 if it is not an array. */
uint32_t wasmelt_array_length(const wasmelt_heap *heap, const wasmelt_object *array);
/* Reads `count` elements from `first` on, each with as many bytes as in the array (an i16 has 2). Not for references. */
bool wasmelt_array_read(const wasmelt_heap *heap, const wasmelt_object *array, uint32_t first, uint32_t count, void *to);
/* Writes elements, even immutable ones: meant for arrays that the host has just made. */
bool wasmelt_array_write(wasmelt_heap *heap, wasmelt_object *array, uint32_t first, uint32_t count, const void *from);

/* ---- Making objects. Null if a value does not fit, or if memory is short. ---- */

/* Makes a struct of the type with a value for each field. If `fields` is null, the fields are zero or null, which their types must
 * allow. */
wasmelt_object *wasmelt_struct_new(wasmelt_heap *heap, uint32_t type, const wasmelt_value *fields);
/* Makes an array of zeros, or of nulls, which its type must allow. It has at most 2^31 - 1 elements. */
wasmelt_object *wasmelt_array_new(wasmelt_heap *heap, uint32_t type, uint32_t length);

/* ---- Externrefs with a finalizer ---- */

/* Makes an externref for `data`. When nothing refers to it any more, or when the heap ends, `finalize(data)` is called, on the thread that
 * is using the heap then. It must not use the heap, call its instances, or raise a trap. Null when memory is short; then `finalize` is not
 * called. */
void *wasmelt_extern_new(wasmelt_heap *heap, void *data, void (*finalize)(void *data));
/* The data of such an externref; null for any other pointer. */
void *wasmelt_extern_data(const wasmelt_heap *heap, const void *externref);

#ifdef __cplusplus
}
#endif
#endif
