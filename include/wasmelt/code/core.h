/* The language of generated code: short names of types, memory access, and the operations that C does not have with WebAssembly's meaning.
 * Only generated code includes this.
 *
 * WebAssembly's integers are unsigned integers of C, which wrap; signed operations cast their operands. */
#ifndef WASMELT_CODE_CORE_H
#define WASMELT_CODE_CORE_H

#include <wasmelt/target.h>

#include <stddef.h>
#include <string.h>

/* What the C compiler has: that of GCC and Clang, unless C for any compiler has included plain.h. */
#ifndef WASMELT_CODE_PLAIN_H
#include <wasmelt/code/gnu.h>
#endif

/* A statement that `break` leaves and through which `continue` passes. Its body is not indented, because blocks nest much deeper than in
 * code written by hand. */
#define BLOCK                                                                                                                              \
    switch (0)                                                                                                                             \
    default:

/* The number of the case that a switch goes to for an index; 0, which means the default, for an index beyond the array. */
INLINE u32 case_at(const u16 *cases, u32 count, u32 index) {
    return index < count ? cases[index] : 0;
}

/* ---- Memory access ---- */

/* The explicit bounds check: returns index + offset if the `width` bytes there are within the memory; otherwise traps. That a difference
 * is negative is not written as the comparison that it means: clang makes one operation of a comparison and a difference of the same
 * numbers, and begins anew with the function after each. A memory has less than 2^63 bytes. */
INLINE uintptr_t checked(const wasmelt_memory *m, u64 index, u64 offset, u64 width) {
    u64 size = WASMELT_LOAD_RELAXED(&m->size), need = offset + width;
    if (unlikely(need < offset || (s64)need < 0 || (s64)(size - need) < 0 || index > size - need))
        wasmelt_trap_memory();
    return (uintptr_t)(index + offset);
}

/* The same if the memory always has offset + width bytes, because it begins with as many: memories do not shrink. */
INLINE uintptr_t checked_low(const wasmelt_memory *m, u64 index, u64 offset, u64 width) {
    u64 size = WASMELT_LOAD_RELAXED(&m->size);
    if (unlikely(index > size - (offset + width)))
        wasmelt_trap_memory();
    return (uintptr_t)(index + offset);
}

/* ---- Integers ---- */

INLINE u32 i32_div_u(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a / b;
}

INLINE u32 i32_rem_u(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a % b;
}

INLINE u32 i32_div_s(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    if (unlikely(a == 0x80000000u && b == 0xffffffffu))
        wasmelt_trap_overflow();
    return (u32)((s32)a / (s32)b);
}

INLINE u32 i32_rem_s(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return b == 0xffffffffu ? 0 : (u32)((s32)a % (s32)b);
}

INLINE u64 i64_div_u(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a / b;
}

INLINE u64 i64_rem_u(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a % b;
}

INLINE u64 i64_div_s(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    if (unlikely(a == 0x8000000000000000u && b == 0xffffffffffffffffu))
        wasmelt_trap_overflow();
    return (u64)((s64)a / (s64)b);
}

INLINE u64 i64_rem_s(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return b == 0xffffffffffffffffu ? 0 : (u64)((s64)a % (s64)b);
}

INLINE u32 rotl32(u32 a, u32 n) {
    return a << (n & 31) | a >> (-n & 31);
}

INLINE u32 rotr32(u32 a, u32 n) {
    return a >> (n & 31) | a << (-n & 31);
}

INLINE u64 rotl64(u64 a, u64 n) {
    return a << (n & 63) | a >> (-n & 63);
}

INLINE u64 rotr64(u64 a, u64 n) {
    return a >> (n & 63) | a << (-n & 63);
}

/* ---- Floats ---- */

INLINE u32 bits_f32(f32 a) {
    u32 r;
    memcpy(&r, &a, sizeof r);
    return r;
}

INLINE u64 bits_f64(f64 a) {
    u64 r;
    memcpy(&r, &a, sizeof r);
    return r;
}

/* Arithmetic makes NaNs quiet (section 4.3.3). Compilers assume that no NaN signals: they fold x - 0.0, x * 1.0, x / -1.0 and the like to x
 * or -x, and clang folds an operation on a known signalling NaN to that NaN. So such constants are hidden from them: an empty asm statement
 * returns the value in a register, of which compilers then know nothing, and the machine's own instruction does the rest. The translator
 * hides zeros and ones that are operands, and vectors with signalling lanes. Numbers made from bits are hidden here if the bits are known
 * to be those of a signalling NaN: if the compiler does not know them (is_known), nothing remains of the test. */
INLINE bool f32_is_signalling(u32 bits) {
    return (bits & 0x7fffffff) > 0x7f800000 && (bits & 0x7fffffff) < 0x7fc00000;
}

INLINE bool f64_is_signalling(u64 bits) {
    return (bits & 0x7fffffffffffffff) > 0x7ff0000000000000 && (bits & 0x7fffffffffffffff) < 0x7ff8000000000000;
}

INLINE f32 f32_bits(u32 a) {
    f32 r;
    memcpy(&r, &a, sizeof r);
    return is_known(a) && f32_is_signalling(a) ? f32_opaque(r) : r;
}

INLINE f64 f64_bits(u64 a) {
    f64 r;
    memcpy(&r, &a, sizeof r);
    return is_known(a) && f64_is_signalling(a) ? f64_opaque(r) : r;
}

/* The number, with --deterministic and where components exchange it: the positive canonical NaN in place of any. */
INLINE f32 f32_canonical(f32 a) {
    return a == a ? a : f32_bits(0x7fc00000);
}

INLINE f64 f64_canonical(f64 a) {
    return a == a ? a : f64_bits(0x7ff8000000000000);
}

INLINE f32 f32_demote(f64 a) {
    return (f32)a;
}

/* PowerPC's registers hold numbers of both widths in the wider format, so that its compilers do nothing to promote one, and a signalling
 * NaN stays one. */
INLINE f64 f64_promote(f32 a) {
#if defined __powerpc__
    if (unlikely(a != a))
        return (f64)(a + a);
#endif
    return (f64)a;
}

/* The NaN that results if one or both operands are NaNs. A zero is hidden: with a known one, compilers would take the other operand as it
 * is. */
INLINE f32 f32_nan_of(f32 a, f32 b) {
    return (is_known(a) ? f32_opaque(a) : a) + (is_known(b) ? f32_opaque(b) : b);
}

INLINE f64 f64_nan_of(f64 a, f64 b) {
    return (is_known(a) ? f64_opaque(a) : a) + (is_known(b) ? f64_opaque(b) : b);
}

/* min and max: the result is NaN if an operand is, and -0 is less than +0 (section 4.3.3). */
INLINE f32 f32_min(f32 a, f32 b) {
    if (unlikely(a != a || b != b))
        return f32_nan_of(a, b);
    if (unlikely(a == b))
        return f32_bits(bits_f32(a) | bits_f32(b));
    return a < b ? a : b;
}

INLINE f32 f32_max(f32 a, f32 b) {
    if (unlikely(a != a || b != b))
        return f32_nan_of(a, b);
    if (unlikely(a == b))
        return f32_bits(bits_f32(a) & bits_f32(b));
    return a > b ? a : b;
}

INLINE f64 f64_min(f64 a, f64 b) {
    if (unlikely(a != a || b != b))
        return f64_nan_of(a, b);
    if (unlikely(a == b))
        return f64_bits(bits_f64(a) | bits_f64(b));
    return a < b ? a : b;
}

INLINE f64 f64_max(f64 a, f64 b) {
    if (unlikely(a != a || b != b))
        return f64_nan_of(a, b);
    if (unlikely(a == b))
        return f64_bits(bits_f64(a) & bits_f64(b));
    return a > b ? a : b;
}

INLINE f32 f32_abs(f32 a) {
    return C_ABS32(a);
}

INLINE f64 f64_abs(f64 a) {
    return C_ABS64(a);
}

INLINE f32 f32_neg(f32 a) {
    return C_NEG32(a);
}

INLINE f64 f64_neg(f64 a) {
    return C_NEG64(a);
}

INLINE f32 f32_copysign(f32 a, f32 b) {
    return C_COPYSIGN32(a, b);
}

INLINE f64 f64_copysign(f64 a, f64 b) {
    return C_COPYSIGN64(a, b);
}

INLINE f32 f32_sqrt(f32 a) {
    return C_SQRT32(a);
}

INLINE f64 f64_sqrt(f64 a) {
    return C_SQRT64(a);
}

/* Conversions, for functions that are not optimised: the machine's code has branches for them. */
INLINE f32 f32_of_u64(u64 a) {
    return (f32)a;
}

INLINE f64 f64_of_u64(u64 a) {
    return (f64)a;
}

/* Rounding. The result is a quiet NaN for a NaN: the C library returns x + x for it, but a compiler's own expansion may not. */
#define ROUNDING(name, function32, function64)                                                                                             \
    INLINE f32 f32_##name(f32 a) {                                                                                                         \
        return unlikely(a != a) ? a + a : function32(a);                                                                                   \
    }                                                                                                                                      \
    INLINE f64 f64_##name(f64 a) {                                                                                                         \
        return unlikely(a != a) ? a + a : function64(a);                                                                                   \
    }
ROUNDING(ceil, C_CEIL32, C_CEIL64)
ROUNDING(floor, C_FLOOR32, C_FLOOR64)
ROUNDING(trunc, C_TRUNC32, C_TRUNC64)
ROUNDING(nearest, C_NEAREST32, C_NEAREST64)
#undef ROUNDING

/* Float to integer, by truncation. A number out of range, or NaN, traps or saturates. The bounds are exact in the floating-point type. */
#define TRUNCATE(name, result, exact, from, low_test, high, minimum, maximum)                                                              \
    INLINE result name(from a) {                                                                                                           \
        if (unlikely(!(low_test && a < high))) {                                                                                           \
            if (a != a)                                                                                                                    \
                wasmelt_trap_convert();                                                                                                    \
            wasmelt_trap_overflow();                                                                                                       \
        }                                                                                                                                  \
        return (result)(exact)a;                                                                                                           \
    }
#define TRUNCATE_SAT(name, result, exact, from, low_test, high, minimum, maximum)                                                          \
    INLINE result name(from a) {                                                                                                           \
        if (a != a)                                                                                                                        \
            return 0;                                                                                                                      \
        if (!(low_test))                                                                                                                   \
            return minimum;                                                                                                                \
        if (!(a < high))                                                                                                                   \
            return maximum;                                                                                                                \
        return (result)(exact)a;                                                                                                           \
    }
#define TRUNCATIONS(M, sat)                                                                                                                \
    M(i32_trunc##sat##_f32_s, u32, s32, f32, a >= -2147483648.0f, 2147483648.0f, 0x80000000u, 0x7fffffffu)                                 \
    M(i32_trunc##sat##_f32_u, u32, u32, f32, a > -1.0f, 4294967296.0f, 0, 0xffffffffu)                                                     \
    M(i32_trunc##sat##_f64_s, u32, s32, f64, a > -2147483649.0, 2147483648.0, 0x80000000u, 0x7fffffffu)                                    \
    M(i32_trunc##sat##_f64_u, u32, u32, f64, a > -1.0, 4294967296.0, 0, 0xffffffffu)                                                       \
    M(i64_trunc##sat##_f32_s, u64, s64, f32, a >= -9223372036854775808.0f, 9223372036854775808.0f, 0x8000000000000000u,                    \
      0x7fffffffffffffffu)                                                                                                                 \
    M(i64_trunc##sat##_f32_u, u64, u64, f32, a > -1.0f, 18446744073709551616.0f, 0, 0xffffffffffffffffu)                                   \
    M(i64_trunc##sat##_f64_s, u64, s64, f64, a >= -9223372036854775808.0, 9223372036854775808.0, 0x8000000000000000u, 0x7fffffffffffffffu) \
    M(i64_trunc##sat##_f64_u, u64, u64, f64, a > -1.0, 18446744073709551616.0, 0, 0xffffffffffffffffu)
TRUNCATIONS(TRUNCATE, )
TRUNCATIONS(TRUNCATE_SAT, _sat)
#undef TRUNCATIONS
#undef TRUNCATE_SAT
#undef TRUNCATE

/* ---- The descriptor ---- */

/* Short forms of rows of which there are many: of wasmelt_func_desc, for a function that the module defines; and of wasmelt_export_desc. */
#define FUNC(f, type)                                                                                                                      \
    { (wasmelt_code) f, NULL, type, 0, 0 }
#define EXPORT_FUNC(name, type, record)                                                                                                    \
    { {name, sizeof name - 1}, WASMELT_EXTERN_FUNC, type, {0, false}, false, record }
#define EXPORT_GLOBAL(name, type, is_mutable, imported, place)                                                                             \
    { {name, sizeof name - 1}, WASMELT_EXTERN_GLOBAL, 0, {type, is_mutable}, imported, place }

/* ---- Calls ---- */

/* The table entry for an indirect call, after checking bounds, null and the type (section 4.6.13). */
INLINE const wasmelt_table_entry *entry(const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index >= t->size || t->entries[index].type_id != type_id))
        return wasmelt_call_indirect_slow(t, index, type_id);
    return &t->entries[index];
}

/* An element of a fixed table: one that never changes and contains only functions of this instance. */
typedef struct fixed_element {
    wasmelt_code code;
    u32 type_id; /* 0 for null, and for types without a constant number: no call expects 0 */
} fixed_element;

/* The same as entry(), for a fixed table of `size` elements. */
INLINE wasmelt_code fixed_entry(const fixed_element *elements, u64 size, const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index >= size || elements[index].type_id != type_id))
        return wasmelt_call_indirect_slow(t, index, type_id)->code;
    return elements[index].code;
}

/* The same, for the elements of a fixed table that have the expected type: `count` elements from `first` on, with null for elements of
 * other types between them. No other element has the type. */
INLINE wasmelt_code typed_entry(const wasmelt_code *elements, u64 first, u64 count, const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index - first >= count || !elements[index - first]))
        return wasmelt_call_indirect_slow(t, index, type_id)->code;
    return elements[index - first];
}

/* Only the check, if one element alone has the type. */
INLINE void only_entry(u64 only, const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index != only))
        wasmelt_call_indirect_slow(t, index, type_id);
}

/* A reference, after checking that it is not null. */
INLINE void *non_null(const void *ref) {
    if (unlikely(!ref))
        wasmelt_trap_null();
    return (void *)ref;
}

/* Runs a function that makes tail calls by its second entry, and then the functions to which its tail calls lead. */
INLINE void run_tail_calls(wasmelt_tail *t) {
    do {
        void (*next)(wasmelt_tail *) = t->next;
        next(t);
    } while (t->next);
}

#endif
