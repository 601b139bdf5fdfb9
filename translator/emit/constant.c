/* Constants as C literals. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/body.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

/* By as few digits as give the value again, mostly few or all; where some number of them does, each greater one does. */
static void put_float(body *b, double value, int digits, const char *suffix, bool (*same)(double, const char *)) {
    char buffer[320]; /* GCC, with sanitizers, counts the digits of the largest value with any precision */
    int least = 1, enough = digits;
    while (least < enough) {
        int precision = least <= 3 ? least : (least + enough) / 2;
        snprintf(buffer, sizeof buffer, "%.*g", precision, value);
        if (same(value, buffer))
            enough = precision;
        else
            least = precision + 1;
    }
    snprintf(buffer, sizeof buffer, "%.*g", enough, value);
    strbuf_puts(text(b), buffer);
    if (!strpbrk(buffer, ".e"))
        strbuf_puts(text(b), ".0");
    strbuf_puts(text(b), suffix);
}

static bool same_f32(double value, const char *printed) {
    return strtof(printed, NULL) == (float)value;
}

static bool same_f64(double value, const char *printed) {
    return strtod(printed, NULL) == value;
}

static void put_f32(body *b, uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        put_float(b, value, 9, "f", same_f32);
    else
        strbuf_printf(text(b), "f32_bits(0x%xu)", (unsigned)bits);
}

static void put_f64(body *b, uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        put_float(b, value, 17, "", same_f64);
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
