/* Value types as 32-bit numbers (WebAssembly 3.0, sections 2.3 and 5.3).
 *
 * The translator and the runtime share this encoding. Two types of one module are equal exactly if their numbers are, provided that
 * concrete heap types have been made canonical.
 *
 *   bits 0..7    the type's code in the binary format; for every reference 0x63 (nullable) or 0x64
 *   bits 8..31   references only: the heap type, either a type index or
 *                WASMELT_HEAP_ABSTRACT | code for the abstract ones */
#ifndef WASMELT_VALTYPE_H
#define WASMELT_VALTYPE_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t wasmelt_valtype;

/* Number, vector and packed types. */
#define WASMELT_I32 0x7Fu
#define WASMELT_I64 0x7Eu
#define WASMELT_F32 0x7Du
#define WASMELT_F64 0x7Cu
#define WASMELT_V128 0x7Bu
#define WASMELT_I8 0x78u  /* storage type of a field only */
#define WASMELT_I16 0x77u /* storage type of a field only */

/* Heap types. */
#define WASMELT_HEAP_ABSTRACT 0xFFFF00u
#define WASMELT_HEAP_NOEXN (WASMELT_HEAP_ABSTRACT | 0x74u)
#define WASMELT_HEAP_NOFUNC (WASMELT_HEAP_ABSTRACT | 0x73u)
#define WASMELT_HEAP_NOEXTERN (WASMELT_HEAP_ABSTRACT | 0x72u)
#define WASMELT_HEAP_NONE (WASMELT_HEAP_ABSTRACT | 0x71u)
#define WASMELT_HEAP_FUNC (WASMELT_HEAP_ABSTRACT | 0x70u)
#define WASMELT_HEAP_EXTERN (WASMELT_HEAP_ABSTRACT | 0x6Fu)
#define WASMELT_HEAP_ANY (WASMELT_HEAP_ABSTRACT | 0x6Eu)
#define WASMELT_HEAP_EQ (WASMELT_HEAP_ABSTRACT | 0x6Du)
#define WASMELT_HEAP_I31 (WASMELT_HEAP_ABSTRACT | 0x6Cu)
#define WASMELT_HEAP_STRUCT (WASMELT_HEAP_ABSTRACT | 0x6Bu)
#define WASMELT_HEAP_ARRAY (WASMELT_HEAP_ABSTRACT | 0x6Au)
#define WASMELT_HEAP_EXN (WASMELT_HEAP_ABSTRACT | 0x69u)

#define WASMELT_REF_NULLABLE 0x63u
#define WASMELT_REF_NON_NULL 0x64u

/* A reference to `heap`: nullable, and non-null. */
#define WASMELT_REF_NULL(heap) (((uint32_t)(heap) << 8) | WASMELT_REF_NULLABLE)
#define WASMELT_REF(heap) (((uint32_t)(heap) << 8) | WASMELT_REF_NON_NULL)

#define WASMELT_FUNCREF WASMELT_REF_NULL(WASMELT_HEAP_FUNC)
#define WASMELT_EXTERNREF WASMELT_REF_NULL(WASMELT_HEAP_EXTERN)
#define WASMELT_EXNREF WASMELT_REF_NULL(WASMELT_HEAP_EXN)
#define WASMELT_ANYREF WASMELT_REF_NULL(WASMELT_HEAP_ANY)

static inline bool wasmelt_is_ref(wasmelt_valtype t) {
    uint32_t code = t & 0xFFu;
    return code == WASMELT_REF_NULLABLE || code == WASMELT_REF_NON_NULL;
}

static inline bool wasmelt_is_nullable(wasmelt_valtype t) {
    return (t & 0xFFu) == WASMELT_REF_NULLABLE;
}

/* The heap type of a reference: a type index, or one of WASMELT_HEAP_*. */
static inline uint32_t wasmelt_heap_type(wasmelt_valtype t) {
    return t >> 8;
}

static inline bool wasmelt_heap_is_concrete(uint32_t heap) {
    return heap < WASMELT_HEAP_ABSTRACT;
}

/* Whether values of the type are references to exceptions. */
static inline bool wasmelt_is_exnref(wasmelt_valtype t) {
    return wasmelt_is_ref(t) && (wasmelt_heap_type(t) == WASMELT_HEAP_EXN || wasmelt_heap_type(t) == WASMELT_HEAP_NOEXN);
}

#ifdef __cplusplus
}
#endif
#endif
