/* Prints values as text, on standard output, as the crate wasm-wave does. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../plain.h"
#include "wave.h"

void wasmelt_wave_put(const char *text) {
    fputs(text, stdout);
}

void wasmelt_wave_put_comma(size_t k) {
    if (k > 0)
        fputs(", ", stdout);
}

/* ---- Labels ---- */

void wasmelt_wave_put_case(const wasmelt_wave_label *labels, u32 k) {
    static const char *const words[] = {"true", "false", "some", "none", "ok", "err", "inf", "nan"};
    for (size_t n = 0; n < sizeof words / sizeof *words; n++)
        if (strcmp(labels[k].name, words[n]) == 0)
            putchar('%');
    fputs(labels[k].name, stdout);
}

void wasmelt_wave_put_field(const wasmelt_wave_label *labels, u32 k, bool *is_first) {
    fputs(*is_first ? "{" : ", ", stdout);
    fputs(labels[k].name, stdout);
    fputs(": ", stdout);
    *is_first = false;
}

void wasmelt_wave_put_end(bool is_first) {
    fputs(is_first ? "{:}" : "}", stdout);
}

void wasmelt_wave_put_flags(const wasmelt_wave_label *labels, u32 count, u32 mask) {
    bool any = false;
    putchar('{');
    for (u32 k = 0; k < count; k++)
        if (mask >> k & 1) {
            wasmelt_wave_put_comma(any);
            fputs(labels[k].name, stdout);
            any = true;
        }
    putchar('}');
}

/* ---- Numbers ---- */

void wasmelt_wave_put_unsigned(u64 v) {
    printf("%" PRIu64, v);
}

void wasmelt_wave_put_signed(s64 v) {
    printf("%" PRId64, v);
}

void wasmelt_wave_put_bool(bool v) {
    fputs(v ? "true" : "false", stdout);
}

static void put_zeros(int count) {
    for (; count > 0; count--)
        putchar('0');
}

/* Prints the fewest digits that stand for the number, without an exponent, however large it is. */
static void put_float(f64 v, bool is_single) {
    enum { MOST_DIGITS = 17 };
    char text[40], digits[MOST_DIGITS + 1];
    if (!isfinite(v)) {
        fputs(isnan(v) ? "nan" : v < 0 ? "-inf" : "inf", stdout);
        return;
    }
    for (int n = 0; n < MOST_DIGITS; n++) { /* d.ddde-xx, with n digits behind the point */
        snprintf(text, sizeof text, "%.*e", n, fabs(v));
        if (is_single ? strtof(text, NULL) == (f32)fabs(v) : strtod(text, NULL) == fabs(v))
            break;
    }
    int count = 0;
    for (const char *p = text; *p && *p != 'e'; p++)
        if (*p != '.')
            digits[count++] = *p;
    const int point = atoi(strchr(text, 'e') + 1) + 1; /* so many digits are before it */
    if (signbit(v))
        putchar('-');
    if (point <= 0) {
        fputs("0.", stdout);
        put_zeros(-point);
        printf("%.*s", count, digits);
    } else if (point >= count) {
        printf("%.*s", count, digits);
        put_zeros(point - count);
    } else {
        printf("%.*s.%.*s", point, digits, count - point, digits + point);
    }
}

void wasmelt_wave_put_f32(f32 v) {
    put_float((f64)v, true);
}

void wasmelt_wave_put_f64(f64 v) {
    put_float(v, false);
}

/* ---- Characters ---- */

static void put_character(u32 code, const u8 *bytes, size_t length) {
    const char *const special = "\\\\\"\"''t\tr\rn\n"; /* a letter, and what it stands for */
    for (const char *p = special; *p; p += 2)
        if (code == (u32)p[1]) {
            printf("\\%c", *p);
            return;
        }
    if (wasmelt_rt_plain_shows(code))
        fwrite(bytes, 1, length, stdout);
    else
        printf("\\u{%x}", (unsigned)code);
}

/* What is shown of a text that is UTF-8. */
static void put_characters(const u8 *bytes, size_t length) {
    while (length > 0) {
        uint32_t code;
        const size_t taken = wasmelt_rt_plain_next(bytes, length, &code);
        put_character(code, bytes, taken);
        bytes += taken;
        length -= taken;
    }
}

void wasmelt_wave_put_string(wasmelt_string v) {
    putchar('"');
    put_characters(v.ptr, v.len);
    putchar('"');
}

void wasmelt_wave_put_char(u32 v) {
    u8 bytes[4];
    const size_t length = wave_put_utf8(bytes, v);
    putchar('\'');
    put_characters(bytes, length);
    putchar('\'');
}
