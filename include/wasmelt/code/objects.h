/* Structs, arrays and i31 in emitted code, in addition to heap.h: null and bounds checks, type tests, casts, and instructions on several
 * elements (WebAssembly 3.0, section 4.6.5).
 *
 * A struct type of the module is a C struct that begins with an `object`; an array type is one that begins with an `array` and ends with
 * the elements `e`: ((type5 *)p0)->f1, ((type7 *)p0)->e[at(p0, p1)]. */
#ifndef WASMELT_CODE_OBJECTS_H
#define WASMELT_CODE_OBJECTS_H

#include <wasmelt/target.h>

#include <wasmelt/code/heap.h>
#include <wasmelt/code/support.h>

/* A vector in a struct or array, where it is aligned to 8. */
typedef wasmelt_v128 v128_field __attribute__((aligned(8)));

WASMELT_COLD void wasmelt_trap_cast(void);  /* cast failure */
WASMELT_COLD void wasmelt_trap_array(void); /* out of bounds array access */

/* The bytes of a struct type's objects, and the layout of an array type: the size of an element, and the offset of the first. */
#define object_size(type) ((u32)(sizeof(type) + 7) & ~(u32)7)
#define elements_of(type) (u32)sizeof(*((type *)NULL)->e), (u32)offsetof(type, e)

/* ---- Elements ---- */

/* The index, after checking that the array has the element. */
INLINE u32 at(const object *a, u32 index) {
    if (unlikely(index >= ((const array *)a)->length))
        wasmelt_trap_array();
    return index;
}

/* The same for an array that may be null, which is checked, too. */
INLINE u32 at_nullable(const object *a, u32 index) {
    if (unlikely(!a))
        wasmelt_trap_null();
    return at(a, index);
}

INLINE u32 array_length(const object *a) {
    return ((const array *)a)->length;
}

/* The index at which a loop that counts to `end`, exclusive or inclusive, leaves the array; 0 if the array is null. */
INLINE u32 within(u32 end, const object *a) {
    u32 length = a ? ((const array *)a)->length : 0;
    return end < length ? end : length;
}

INLINE u32 up_to(u32 end, const object *a) {
    u32 length = a ? ((const array *)a)->length : 0;
    return end < length ? end + 1 : length;
}

/* The same for a loop that compares as signed numbers. */
INLINE u32 within_signed(u32 end, const object *a) {
    return (s32)end < 0 ? 0 : within(end, a);
}

INLINE u32 up_to_signed(u32 end, const object *a) {
    return (s32)end < 0 ? 0 : up_to(end, a);
}

/* Arrays of references to objects: the collector has to be told of stores. */
typedef struct array_of_references {
    array head;
    void *e[];
} array_of_references;

/* Stores a reference; the element exists. */
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

/* ---- Type tests. `o` is neither null nor an i31. ---- */

INLINE bool ref_eq(const object *a, const object *b) {
    return a == b;
}

/* Whether the object's type has this number. */
INLINE bool is_exactly(const object *o, u32 number) {
    return o->type == number;
}

/* Whether the number of the object's type is from `first` to `last`: those of a type and its subtypes. */
INLINE bool is_among(const object *o, u32 first, u32 last) {
    return o->type - first <= last - first;
}

/* Whether the object is a struct or an array, and not a box for a host's reference that any.convert_extern has converted. */
INLINE bool is_struct_or_array(const object *o) {
    return o->type >= WASMELT_FIRST_HEAP_TYPE;
}

/* Whether the function, which is not null, is of the type with this number. */
bool wasmelt_func_is_of_type(const wasmelt_func *func, u32 type_id);

/* ref.cast: the reference if the test succeeds; otherwise traps. */
INLINE void *cast(const void *ref, bool succeeds) {
    if (unlikely(!succeeds))
        wasmelt_trap_cast();
    return (void *)ref;
}

/* ---- Several elements. Arrays may be null, and ranges out of bounds: both are checked first, then the range of the segment. ---- */

/* The size of an element, and the offset of the first one in the array. */
typedef struct element_layout {
    u32 bytes, from;
} element_layout;

/* array.fill, with the bytes of a value, or with a reference. */
void wasmelt_array_fill(object *a, u32 index, const void *value, u32 count, element_layout layout);
void wasmelt_array_fill_references(wasmelt_heap *heap, object *a, u32 index, void *value, u32 count);
/* array.copy. Elements may overlap. */
void wasmelt_array_copy(object *to, u32 to_index, const object *from, u32 from_index, u32 count, element_layout layout);
void wasmelt_array_copy_references(wasmelt_heap *heap, object *to, u32 to_index, const object *from, u32 from_index, u32 count);

/* The bytes of a data segment. `length` is 0 once the segment has been dropped. */
typedef struct data_bytes {
    const u8 *bytes;        /* null if the segment consists of parts: */
    const u8 *const *parts; /* each of WASMELT_DATA_PART bytes, except the last */
    u64 length;
} data_bytes;

/* array.new_data and array.init_data. */
object *wasmelt_array_new_data(wasmelt_heap *heap, u32 number, data_bytes data, u32 from, u32 count, element_layout layout);
void wasmelt_array_init_data(object *a, u32 index, data_bytes data, u32 from, u32 count, element_layout layout);

/* array.new_elem and array.init_elem; `length`: that of the segment, 0 once it has been dropped. */
object *wasmelt_array_new_elem(wasmelt_heap *heap, u32 number, const void *const *elements, u64 length, u32 from, u32 count);
void wasmelt_array_init_elem(wasmelt_heap *heap, object *a, u32 index, const void *const *elements, u64 length, u32 from, u32 count);

#endif
