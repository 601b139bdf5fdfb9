/* What emitted code that has structs and arrays is written in, beside core.h. Only emitted code and the runtime include this.
 *
 * An allocation may collect: it may free what is referred to neither from the stack nor from a root (an instance's globals,
 * tables and element segments, and objects that are reached from these), and move what the stack does not refer to. Between
 * an allocation and the next, or a call, emitted code gives all fields and elements of the new object a value. */
#ifndef WASMELT_CODE_HEAP_H
#define WASMELT_CODE_HEAP_H

#include <wasmelt/target.h>

#include <string.h>

#include <wasmelt/code/core.h>
#include <wasmelt/heap.h>

typedef wasmelt_object object;

/* Whether a reference is an i31, no pointer. */
INLINE bool is_i31(const void *ref) {
    return (uintptr_t)ref & 1;
}

/* What all arrays begin with. */
typedef struct array {
    object head;
    u32 length;
} array;

/* ---- The heap, as far as code looks into it ---- */

/* Type numbers from here on are of modules' types; in a closed heap the module's k-th type has WASMELT_FIRST_HEAP_TYPE + k. */
#define WASMELT_FIRST_HEAP_TYPE 8u

/* A type's supertypes: above[d] is the number of the one that has d supertypes itself, its own at its own depth, 0 further on.
 * Deeper ones are looked up by wasmelt_heap_is_below. */
#define WASMELT_ROW_DEPTHS 8u
typedef struct wasmelt_heap_row {
    u32 above[WASMELT_ROW_DEPTHS];
} wasmelt_heap_row;

typedef enum wasmelt_object_kind { WASMELT_OBJECT_OTHER, WASMELT_OBJECT_STRUCT, WASMELT_OBJECT_ARRAY } wasmelt_object_kind;

/* The beginning of a heap. */
struct wasmelt_heap {
    u8 *top, *end;                 /* where the next small object goes; all from `top` to `end` is free */
    const wasmelt_heap_row *types; /* by type number; moves when an instance joins the heap */
    const u8 *kinds;               /* by type number: wasmelt_object_kind; moves, too */
};

/* Larger objects are made out of line. */
#define WASMELT_SMALL_OBJECT 8192u

/* In `gc`: the object has survived a collection, so stores of references into it are noted. */
#define WASMELT_OBJECT_IS_OLD 1u

/* ---- Out of line ---- */

#define WASMELT_RARE __attribute__((cold))

/* Room for an object of `size` bytes, a multiple of 8 and at most WASMELT_SMALL_OBJECT. Traps if there is none. */
WASMELT_RARE void *wasmelt_heap_find_room(wasmelt_heap *heap, u32 size);
/* The same for a larger one. */
WASMELT_RARE void *wasmelt_heap_find_large_room(wasmelt_heap *heap, u64 size);
/* The same, of bytes that are 0. */
WASMELT_RARE void *wasmelt_heap_find_large_zeros(wasmelt_heap *heap, u64 size);

/* Notes that references are stored into an old object; of an array at `element`, or `count` of them from element `first` on. */
WASMELT_RARE void wasmelt_heap_note(wasmelt_heap *heap, object *o);
WASMELT_RARE void wasmelt_heap_note_at(wasmelt_heap *heap, object *array, void *element);
void wasmelt_heap_note_range(wasmelt_heap *heap, object *array, u32 first, u32 count);

/* any.convert_extern and extern.convert_any, not of null. May allocate. */
object *wasmelt_heap_any_from_extern(wasmelt_heap *heap, void *value);
void *wasmelt_heap_extern_from_any(wasmelt_heap *heap, object *value);

/* Whether `o`, not null and no i31, is of the type, which has `depth` supertypes. */
bool wasmelt_heap_is_below(const wasmelt_heap *heap, const object *o, u32 number, u32 depth);

/* ---- Allocation ---- */

/* An object of `size` bytes, a multiple of 8. Its fields are not set. */
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

/* An array. Its elements are not set. */
INLINE object *heap_new_array(wasmelt_heap *heap, u32 number, u32 length, u32 element_bytes, u32 elements_at) {
    u64 size = (elements_at + (u64)length * element_bytes + 7) & ~(u64)7;
    u8 *place = heap->top;
    if (unlikely(size > WASMELT_SMALL_OBJECT))
        place = wasmelt_heap_find_large_room(heap, size);
    else if (unlikely(place + size > heap->end))
        place = wasmelt_heap_find_room(heap, (u32)size);
    else
        heap->top = place + size;
    array *a = (array *)place;
    *a = (array){{number, 0}, length};
    return &a->head;
}

/* An array of zeros, or nulls. */
INLINE object *heap_new_array_zeroed(wasmelt_heap *heap, u32 number, u32 length, u32 element_bytes, u32 elements_at) {
    u64 size = (elements_at + (u64)length * element_bytes + 7) & ~(u64)7;
    u8 *place = heap->top;
    if (unlikely(size > WASMELT_SMALL_OBJECT)) {
        place = wasmelt_heap_find_large_zeros(heap, size);
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

/* ---- Stores of references. Before the store; not needed for what is new, and for i31 and null. ---- */

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

/* ---- Type tests where numbers are the heap's to give. `o` is not null and no i31. ---- */

/* `depth`: how many supertypes the type numbered `number` has. */
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
