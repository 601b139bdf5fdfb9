/* Prints constants as C literals. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/body.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

/* What is needed to print numbers of a floating-point type. Any decimal number of at most `distinct` digits is got back from the value of
 * the type that is nearest to it, unless that is subnormal. `enough` digits are enough to get any value back. */
typedef struct float_type {
    int distinct, enough;
    double least_normal;
    const char *suffix;
    bool (*same)(double value, const char *printed);
} float_type;

#define NUMBER_BUFFER 320 /* GCC with sanitizers warns unless the digits of the largest value fit */

/* Prints the number with as few digits as get the value back: 0.1, 100, 1e+20. `distinct` digits are tried first, as %g leaves out zeros at
 * the end, and no other number of at most so many digits is the same value. */
static void print_shortest(double value, const float_type *t, char *buffer) {
    bool is_normal = fabs(value) >= t->least_normal || value == 0;
    for (int digits = is_normal ? t->distinct : 1; digits <= t->enough; digits++) {
        snprintf(buffer, NUMBER_BUFFER, "%.*g", digits, value);
        if (digits == t->enough || t->same(value, buffer))
            return;
    }
}

static void put_float(body *b, double value, const float_type *t) {
    char buffer[NUMBER_BUFFER];
    print_shortest(value, t, buffer);
    strbuf_puts(text(b), buffer);
    if (!strpbrk(buffer, ".e"))
        strbuf_puts(text(b), ".0");
    strbuf_puts(text(b), t->suffix);
}

static bool same_f32(double value, const char *printed) {
    return strtof(printed, NULL) == (float)value;
}

static bool same_f64(double value, const char *printed) {
    return strtod(printed, NULL) == value;
}

static const float_type f32_type = {FLT_DIG, FLT_DECIMAL_DIG, FLT_MIN, "f", same_f32};
static const float_type f64_type = {DBL_DIG, DBL_DECIMAL_DIG, DBL_MIN, "", same_f64};

static void put_f32(body *b, uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        put_float(b, value, &f32_type);
    else
        strbuf_printf(text(b), "f32_bits(0x%xu)", (unsigned)bits);
}

static void put_f64(body *b, uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        put_float(b, value, &f64_type);
    else
        strbuf_printf(text(b), "f64_bits(0x%llxull)", (unsigned long long)bits);
}

/* From this 32-bit number on, the negative form is easier to read: -1u. */
#define SMALL_NEGATIVE 0xffff0000u

void put_constant(body *b, const expr *e, bool plain) {
    strbuf *s = text(b);
    switch (e->type) {
    case WASMELT_I32: {
        uint32_t v = (uint32_t)e->value;
        if (v >= SMALL_NEGATIVE)
            strbuf_put(s, '-'), strbuf_unsigned(s, (uint32_t)(0 - v));
        else if (v <= 0x7fffffff)
            strbuf_unsigned(s, v);
        else
            strbuf_puts(s, "0x"), strbuf_hex(s, v);
        if (!plain || v > 0x7fffffff)
            strbuf_put(s, 'u');
        break;
    }
    case WASMELT_I64:
        if (e->value >= UINT64_MAX - UINT32_MAX + SMALL_NEGATIVE)
            strbuf_put(s, '-'), strbuf_unsigned(s, 0 - e->value);
        else if (e->value <= 0xffffffff)
            strbuf_unsigned(s, e->value);
        else
            strbuf_puts(s, "0x"), strbuf_hex(s, e->value);
        if (!plain || e->value > 0x7fffffff)
            strbuf_puts(s, "ull");
        break;
    case WASMELT_F32:
        put_f32(b, (uint32_t)e->value);
        break;
    case WASMELT_F64:
        put_f64(b, e->value);
        break;
    case WASMELT_V128: /* only zero, the first value of a local; other vectors are operators */
        strbuf_puts(s, "(v128){0}");
        break;
    default:
        strbuf_puts(s, "NULL");
    }
}

/* The smallest number is printed as a difference, because C has no literal for it. */
void put_signed_constant(body *b, const expr *e) {
    strbuf *s = text(b);
    int64_t v = e->type == WASMELT_I32 ? (int32_t)(uint32_t)e->value : (int64_t)e->value;
    int64_t least = e->type == WASMELT_I32 ? INT32_MIN : INT64_MIN;
    uint64_t magnitude = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    strbuf_puts(s, v == least ? "(-" : v < 0 ? "-" : "");
    strbuf_unsigned(s, v == least ? magnitude - 1 : magnitude);
    strbuf_puts(s, e->type == WASMELT_I32 ? "" : "ll");
    strbuf_puts(s, v == least ? " - 1)" : "");
}
