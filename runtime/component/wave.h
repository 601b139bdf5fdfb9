/* A call that is being read from text. */
#ifndef WASMELT_COMPONENT_WAVE_H
#define WASMELT_COMPONENT_WAVE_H

#include <wasmelt/code/wave.h>

#pragma GCC visibility push(hidden)

struct wasmelt_wave {
    const char *start, *at;            /* UTF-8, with a zero byte at the end; after an error `at` is there */
    const wasmelt_wave_export *callee; /* or null */
    struct wave_block *blocks;         /* memory of the values */
    bool is_first;                     /* what is read next is the first thing in its brackets */
    bool only_checks, failed;
};

/* Reports an error at a place of the text, unless there has been one. */
void wasmelt_rt_wave_fail(wasmelt_wave *w, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes the character as UTF-8, which has at most 4 bytes. Returns how many. */
static inline size_t wave_put_utf8(u8 *to, u32 code) {
    const unsigned more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    to[0] = (u8)(more == 0 ? code : (0xFF00u >> (more + 1) & 0xFF) | code >> 6 * more);
    for (unsigned k = 1; k <= more; k++)
        to[k] = (u8)(0x80 | (code >> 6 * (more - k) & 0x3F));
    return more + 1;
}

/* Frees the values. */
void wasmelt_rt_wave_free(wasmelt_wave *w);

#pragma GCC visibility pop

#endif
