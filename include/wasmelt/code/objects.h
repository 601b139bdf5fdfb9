/* Structs, arrays and i31 in emitted code, beside heap.h: null and bounds checks, type tests, casts, and instructions that move
 * several elements (WebAssembly 3.0, section 4.6.5).
 *
 * A struct type of the module is a C struct that begins with an `object`, an array type one that begins with an `array` and ends
 * with the elements `e`: ((type5 *)p0)->f1, ((type7 *)p0)->e[at(p0, p1)]. */
#ifndef WASMELT_CODE_OBJECTS_H
#define WASMELT_CODE_OBJECTS_H

#include <wasmelt/target.h>

#include <wasmelt/code/heap.h>
#include <wasmelt/code/support.h>

/* A vector in a struct or array, which lies at a multiple of 8. */
typedef wasmelt_v128 v128_field __attribute__((aligned(8)));

WASMELT_COLD void wasmelt_trap_cast(void);  /* cast failure */
WASMELT_COLD void wasmelt_trap_array(void); /* out of bounds array access */

/* ---- Elements ---- */

/* The index, of an element that the array has. */
INLINE u32 at(const object *a, u32 index) {
    if (unlikely(index >= ((const array *)a)->length))
        wasmelt_trap_array();
    return index;
}

/* The same if the array may be null. */
INLINE u32 at_nullable(const object *a, u32 index) {
    if (unlikely(!a))
        wasmelt_trap_null();
    return at(a, index);
}

INLINE u32 array_length(const object *a) {
    return ((const array *)a)->length;
}

/* Arrays of references to objects, which the collector has to know of. */
typedef struct array_of_references {
    array head;
    void *e[];
} array_of_references;

/* `a` has the element. */
INLINE void put_element(wasmelt_heap *heap, object *a, u32 index, void *value) {
    void **element = &((array_of_references *)a)->e[index];
    note_store_at(heap, a, element);
    *element = value;
}

/* ---- i31 ---- */

INLINE object *i31_new(u32 value) {
    return wasmelt_i31_new(value);
}

INLINE u32 i31_get_s(const object *o) {
    return (u32)wasmelt_i31_get_s(o);
}

INLINE u32 i31_get_u(const object *o) {
    return wasmelt_i31_get_u(o);
}

/* ---- Type tests. `o` is not null and no i31. ---- */

INLINE bool ref_eq(const object *a, const object *b) {
    return a == b;
}

/* Whether the type is numbered so. */
INLINE bool is_exactly(const object *o, u32 number) {
    return o->type == number;
}

/* Whether it is one of those from `first` to `last`: a type and what is below it. */
INLINE bool is_among(const object *o, u32 first, u32 last) {
    return o->type - first <= last - first;
}

/* Whether it is a struct or an array, and not a host's reference that any.convert_extern has made one to any. */
INLINE bool is_struct_or_array(const object *o) {
    return o->type >= WASMELT_FIRST_HEAP_TYPE;
}

/* Whether the function, not null, is of the type with this number. */
bool wasmelt_func_is_of_type(const wasmelt_func *func, u32 type_id);

/* ref.cast, given the test. */
INLINE void *cast(const void *ref, bool succeeds) {
    if (unlikely(!succeeds))
        wasmelt_trap_cast();
    return (void *)ref;
}

/* ---- Several elements. Arrays may be null, and ranges out of bounds: both are checked first, then the segment. ---- */

/* The bytes of an element, and where in the array the first is. */
typedef struct element_layout {
    u32 bytes, from;
} element_layout;

/* array.fill, with the bytes of a value, or with a reference. */
void wasmelt_array_fill(object *a, u32 index, const void *value, u32 count, element_layout layout);
void wasmelt_array_fill_references(wasmelt_heap *heap, object *a, u32 index, void *value, u32 count);
/* array.copy. Elements may overlap. */
void wasmelt_array_copy(object *to, u32 to_index, const object *from, u32 from_index, u32 count, element_layout layout);
void wasmelt_array_copy_references(wasmelt_heap *heap, object *to, u32 to_index, const object *from, u32 from_index, u32 count);

/* The bytes of a data segment: `length` is 0 once it is dropped. */
typedef struct data_bytes {
    const u8 *bytes;        /* or null, and then */
    const u8 *const *parts; /* each of WASMELT_DATA_PART bytes but for the last */
    u64 length;
} data_bytes;

/* array.new_data and array.init_data. */
object *wasmelt_array_new_data(wasmelt_heap *heap, u32 number, data_bytes data, u32 from, u32 count, element_layout layout);
void wasmelt_array_init_data(object *a, u32 index, data_bytes data, u32 from, u32 count, element_layout layout);

/* array.new_elem and array.init_elem; `length`: of the segment, 0 once it is dropped. */
object *wasmelt_array_new_elem(wasmelt_heap *heap, u32 number, const void *const *elements, u64 length, u32 from, u32 count);
void wasmelt_array_init_elem(wasmelt_heap *heap, object *a, u32 index, const void *const *elements, u64 length, u32 from, u32 count);

#endif
