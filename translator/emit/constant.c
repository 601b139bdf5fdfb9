/* Constants as C literals. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/body.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

/* What printing numbers of a type takes. Numbers of at most `distinct` digits are values that all differ, if normal; `enough`
 * digits give any value again. */
typedef struct float_type {
    int distinct, enough;
    double least_normal;
    const char *suffix;
    bool (*same)(double value, const char *printed);
} float_type;

#define NUMBER_BUFFER 320 /* GCC, with sanitizers, counts the digits of the largest value with any precision */

/* How many of the digits in 0.0250 or 1.5e+300 count: those that are left without zeros at either end. */
static int significant_digits(const char *printed) {
    int count = 0, zeros = 0;
    for (; *printed && *printed != 'e'; printed++) {
        if (*printed < '0' || *printed > '9' || (count == 0 && *printed == '0'))
            continue;
        zeros = *printed == '0' ? zeros + 1 : 0;
        count++;
    }
    return count > zeros ? count - zeros : 1;
}

/* The fewest digits that give the value again. Where `distinct` digits do, the shortest number is the one that they end in zeros
 * for, as no other of so many digits is that value. */
static int fewest_digits(double value, const float_type *t, char *buffer) {
    bool is_normal = fabs(value) >= t->least_normal || value == 0;
    if (is_normal) {
        snprintf(buffer, NUMBER_BUFFER, "%.*g", t->distinct, value);
        if (t->same(value, buffer))
            return significant_digits(buffer);
    }
    for (int digits = is_normal ? t->distinct + 1 : 1; digits < t->enough; digits++) {
        snprintf(buffer, NUMBER_BUFFER, "%.*g", digits, value);
        if (t->same(value, buffer))
            return digits;
    }
    return t->enough;
}

static void put_float(body *b, double value, const float_type *t) {
    char buffer[NUMBER_BUFFER];
    int digits = fewest_digits(value, t, buffer);
    snprintf(buffer, sizeof buffer, "%.*g", digits, value);
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

/* Of 32 bits: from here on a number reads better as what it is below zero, -1u. */
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
    case WASMELT_V128: /* a local at its beginning, which is zero; others are operations */
        strbuf_puts(s, "(v128){0}");
        break;
    default:
        strbuf_puts(s, "NULL");
    }
}

/* The least number is no literal of C. */
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
