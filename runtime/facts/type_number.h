/* Type numbers: equal function types have the same number in all modules of a process.
 *
 * The number of a simple function type describes the type completely, so that the translator can emit it as a constant. A function type is
 * simple if it is final, has no supertype, is alone in its recursion group, and has at most nine parameters and results in all, each of a
 * type that has a digit. The number consists of a 1 bit, three bits for each parameter, three zero bits, and three bits for each result:
 * (i32, i64) -> f32 is 1 001 010 000 011. Every other type gets a number with the top bit set when its module is first instantiated
 * (types.c). */
#ifndef WASMELT_RUNTIME_FACTS_TYPE_NUMBER_H
#define WASMELT_RUNTIME_FACTS_TYPE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/func.h>

#define TYPE_NUMBER_DYNAMIC UINT32_C(0x80000000)
#define TYPE_NUMBER_NONE 0u

/* The digit of a value type, from 1 to 7; 0 for a type that has none. */
static inline uint32_t type_number_digit(wasmelt_valtype t) {
    switch (t) {
    case WASMELT_I32:
        return 1;
    case WASMELT_I64:
        return 2;
    case WASMELT_F32:
        return 3;
    case WASMELT_F64:
        return 4;
    case WASMELT_V128:
        return 5;
    case WASMELT_FUNCREF:
        return 6;
    case WASMELT_EXTERNREF:
        return 7;
    default:
        return 0;
    }
}

static inline bool type_number_append(uint32_t *number, const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        uint32_t digit = type_number_digit(types[k]);
        if (!digit)
            return false;
        *number = *number << 3 | digit;
    }
    return true;
}

/* The number of a simple type; TYPE_NUMBER_NONE for another. */
static inline uint32_t type_number_simple(const wasmelt_type *t) {
    uint32_t number = 1;
    if (t->kind != WASMELT_TYPE_FUNC || !t->is_final || t->supertype != WASMELT_NO_TYPE || t->group_size > 1 ||
        t->param_count + t->result_count > 9 || !type_number_append(&number, t->params, t->param_count))
        return TYPE_NUMBER_NONE;
    number <<= 3;
    return type_number_append(&number, t->results, t->result_count) ? number : TYPE_NUMBER_NONE;
}

#endif
