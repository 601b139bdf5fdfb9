/* The layout of structs and arrays (section 2.3.11) as objects of the heap: where the C compiler puts the members of the structs that
 * emitted code declares.
 *
 *   struct   8 bytes of header, then the fields in order, each at a multiple of its alignment. A subtype's fields begin with
 *            its supertype's, so those lie where the supertype has them.
 *   array    8 bytes of header, a u32 of length, then the elements, from 12 or, if they are aligned to 8, from 16.
 *
 * Both are rounded up to 8. */
#ifndef WASMELT_RUNTIME_HEAP_OBJECT_LAYOUT_H
#define WASMELT_RUNTIME_HEAP_OBJECT_LAYOUT_H

#include <stddef.h>

#include <wasmelt/func.h>

#define OBJECT_HEADER_BYTES 8u
#define OBJECT_ALIGNMENT 8u

/* The size in bytes of a field or an element. Every reference is a pointer. */
static inline uint32_t object_storage_bytes(wasmelt_valtype t) {
    switch (t) {
    case WASMELT_I8:
        return 1;
    case WASMELT_I16:
        return 2;
    case WASMELT_I32:
    case WASMELT_F32:
        return 4;
    case WASMELT_I64:
    case WASMELT_F64:
        return 8;
    case WASMELT_V128:
        return 16;
    default:
        return sizeof(void *);
    }
}

/* What the offset of a field or an element is a multiple of. In C for i686, members of 8 bytes are aligned to 4. */
static inline uint32_t object_storage_alignment(wasmelt_valtype t) {
    struct wide {
        char before;
        uint64_t number;
    };
    switch (t) {
    case WASMELT_I64:
    case WASMELT_F64:
        return offsetof(struct wide, number);
    case WASMELT_V128:
        return 8;
    default:
        return object_storage_bytes(t);
    }
}

/* `bytes` rounded up to a multiple of `alignment`, a power of two. */
static inline uint64_t object_aligned(uint64_t bytes, uint32_t alignment) {
    return (bytes + alignment - 1) & ~(uint64_t)(alignment - 1);
}

/* The offset of a field of the type in a struct whose fields so far end at *end. Moves *end to the end of the field. For the first field,
 * *end is OBJECT_HEADER_BYTES. */
static inline uint32_t object_place_field(uint32_t *end, wasmelt_valtype t) {
    uint32_t at = (uint32_t)object_aligned(*end, object_storage_alignment(t));
    *end = at + object_storage_bytes(t);
    return at;
}

/* The size in bytes of a struct. */
static inline uint32_t object_struct_bytes(const wasmelt_valtype *fields, uint32_t count) {
    uint32_t end = OBJECT_HEADER_BYTES;
    for (uint32_t k = 0; k < count; k++)
        object_place_field(&end, fields[k]);
    return (uint32_t)object_aligned(end, OBJECT_ALIGNMENT);
}

/* The offset at which the elements of an array begin. */
static inline uint32_t object_elements_at(wasmelt_valtype element) {
    return (uint32_t)object_aligned(12, object_storage_alignment(element));
}

/* The size in bytes of an array. */
static inline uint64_t object_array_bytes(uint32_t elements_at, uint32_t element_bytes, uint32_t length) {
    return object_aligned(elements_at + (uint64_t)length * element_bytes, OBJECT_ALIGNMENT);
}

#endif
