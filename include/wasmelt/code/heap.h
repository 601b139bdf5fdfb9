/* What emitted code with structs and arrays uses in addition to core.h. Only emitted code and the runtime include this.
 *
 * An allocation may collect garbage. It may free objects that are reachable neither from the stack nor from a root (globals, tables and
 * element segments of instances, and objects that these reach), and may move objects to which the stack does not refer. Between an
 * allocation and the next one, or a call, emitted code assigns all fields and elements of the new object. */
#ifndef WASMELT_CODE_HEAP_H
#define WASMELT_CODE_HEAP_H

#include <wasmelt/target.h>

#include <string.h>

#include <wasmelt/code/core.h>
#include <wasmelt/heap.h>

typedef wasmelt_object object;

/* Whether a reference is an i31, which is not a pointer. */
INLINE bool is_i31(const void *ref) {
    return (uintptr_t)ref & 1;
}

/* The beginning of all arrays. */
typedef struct array {
    object head;
    u32 length;
} array;

/* ---- The part of the heap that emitted code uses ---- */

/* The collector, for descriptors of modules (wasmelt_module). */
const struct wasmelt_rt_collector *wasmelt_collector(void);

/* The first type number for types of modules. In a closed heap, the k-th type of the module has WASMELT_FIRST_HEAP_TYPE + k. */
#define WASMELT_FIRST_HEAP_TYPE 8u

/* The supertypes of a type: above[d] is the number of the supertype of depth d, that is, which has d supertypes itself. At the type's own
 * depth it is the type's own number; after that, 0. For deeper types, wasmelt_heap_is_below is called. */
#define WASMELT_ROW_DEPTHS 8u
typedef struct wasmelt_heap_row {
    u32 above[WASMELT_ROW_DEPTHS];
} wasmelt_heap_row;

typedef enum wasmelt_object_kind { WASMELT_OBJECT_OTHER, WASMELT_OBJECT_STRUCT, WASMELT_OBJECT_ARRAY } wasmelt_object_kind;

/* The beginning of a heap. */
struct wasmelt_heap {
    u8 *top, *end;                 /* the next small object goes to `top`; everything up to `end` is free */
    const wasmelt_heap_row *types; /* by type number; the array moves when an instance joins the heap */
    const u8 *kinds;               /* by type number: a wasmelt_object_kind; this array moves, too */
};

/* Functions of the runtime allocate larger objects. */
#define WASMELT_SMALL_OBJECT 8192u

/* Arrays have at most so many elements: as an index, every negative number is out of bounds. */
#define WASMELT_MOST_ELEMENTS 0x7FFFFFFFu

/* A bit of `gc`: the object has survived a collection, so that stores of references into it have to be noted. */
#define WASMELT_OBJECT_IS_OLD 1u

/* ---- Functions of the runtime ---- */

#define WASMELT_RARE __attribute__((cold))

/* Allocates an object of `size` bytes, a multiple of 8 and at most WASMELT_SMALL_OBJECT. Traps if there is no room. */
WASMELT_RARE void *wasmelt_heap_find_room(wasmelt_heap *heap, u32 size);
/* The same for a larger object. */
WASMELT_RARE void *wasmelt_heap_find_large_room(wasmelt_heap *heap, u64 size);
/* The same for an array of `length` elements; with all bytes 0. */
WASMELT_RARE void *wasmelt_heap_find_array_room(wasmelt_heap *heap, u64 size, u32 length);
WASMELT_RARE void *wasmelt_heap_find_array_zeros(wasmelt_heap *heap, u64 size, u32 length);

/* Note that references will be stored into an old object: anywhere; at `element` of an array; or into `count` elements from `first` on. */
WASMELT_RARE void wasmelt_heap_note(wasmelt_heap *heap, object *o);
WASMELT_RARE void wasmelt_heap_note_at(wasmelt_heap *heap, object *array, void *element);
void wasmelt_heap_note_range(wasmelt_heap *heap, object *array, u32 first, u32 count);

/* any.convert_extern and extern.convert_any of references that are not null. May allocate. */
object *wasmelt_heap_any_from_extern(wasmelt_heap *heap, void *value);
void *wasmelt_heap_extern_from_any(wasmelt_heap *heap, object *value);

/* Whether `o`, neither null nor an i31, is of the type `number`, which has `depth` supertypes. */
bool wasmelt_heap_is_below(const wasmelt_heap *heap, const object *o, u32 number, u32 depth);

/* ---- Allocation ---- */

/* Allocates an object of `size` bytes, a multiple of 8. Its fields are not set. */
INLINE object *heap_new(wasmelt_heap *heap, u32 number, u32 size) {
    u8 *place = heap->top;
    if (size > WASMELT_SMALL_OBJECT)
        place = wasmelt_heap_find_large_room(heap, size);
    else if (unlikely(place + size > heap->end))
        place = wasmelt_heap_find_room(heap, size);
    else
        heap->top = place + size;
    object *o = (object *)place;
    *o = (object){number, 0};
    return o;
}

/* Allocates an array. Its elements are not set. */
INLINE object *heap_new_array(wasmelt_heap *heap, u32 number, u32 length, u32 element_bytes, u32 elements_at) {
    u64 size = (elements_at + (u64)length * element_bytes + 7) & ~(u64)7;
    u8 *place = heap->top;
    if (unlikely(size > WASMELT_SMALL_OBJECT))
        place = wasmelt_heap_find_array_room(heap, size, length);
    else if (unlikely(place + size > heap->end))
        place = wasmelt_heap_find_room(heap, (u32)size);
    else
        heap->top = place + size;
    array *a = (array *)place;
    *a = (array){{number, 0}, length};
    return &a->head;
}

/* Allocates an array of zeros or nulls. */
INLINE object *heap_new_array_zeroed(wasmelt_heap *heap, u32 number, u32 length, u32 element_bytes, u32 elements_at) {
    u64 size = (elements_at + (u64)length * element_bytes + 7) & ~(u64)7;
    u8 *place = heap->top;
    if (unlikely(size > WASMELT_SMALL_OBJECT)) {
        place = wasmelt_heap_find_array_zeros(heap, size, length);
    } else {
        if (unlikely(place + size > heap->end))
            place = wasmelt_heap_find_room(heap, (u32)size);
        else
            heap->top = place + size;
        memset(place + elements_at, 0, (size_t)length * element_bytes);
    }
    array *a = (array *)place;
    *a = (array){{number, 0}, length};
    return &a->head;
}

/* ---- Stores of references. Called before the store; not needed for a new object, or if the value is an i31 or null. ---- */

INLINE void note_store(wasmelt_heap *heap, object *o) {
    if (unlikely(o->gc & WASMELT_OBJECT_IS_OLD))
        wasmelt_heap_note(heap, o);
}

INLINE void note_store_at(wasmelt_heap *heap, object *array, void *element) {
    if (unlikely(array->gc & WASMELT_OBJECT_IS_OLD))
        wasmelt_heap_note_at(heap, array, element);
}

INLINE void note_range(wasmelt_heap *heap, object *array, u32 first, u32 count) {
    if (unlikely(array->gc & WASMELT_OBJECT_IS_OLD))
        wasmelt_heap_note_range(heap, array, first, count);
}

/* ---- Type tests in a shared heap, which gives the numbers. `o` is neither null nor an i31. ---- */

/* `depth`: the number of supertypes that the type `number` has. */
INLINE bool heap_type_is(const wasmelt_heap *heap, const object *o, u32 number, u32 depth) {
    if (depth >= WASMELT_ROW_DEPTHS)
        return wasmelt_heap_is_below(heap, o, number, depth);
    return heap->types[o->type].above[depth] == number;
}

INLINE bool heap_kind_is(const wasmelt_heap *heap, const object *o, wasmelt_object_kind kind) {
    return heap->kinds[o->type] == kind;
}

/* ---- Conversions ---- */

INLINE object *any_from_extern(wasmelt_heap *heap, void *value) {
    return value ? wasmelt_heap_any_from_extern(heap, value) : NULL;
}

INLINE void *extern_from_any(wasmelt_heap *heap, object *value) {
    return value ? wasmelt_heap_extern_from_any(heap, value) : NULL;
}

#endif
