/* A call that is being read from text. */
#ifndef WASMELT_COMPONENT_WAVE_H
#define WASMELT_COMPONENT_WAVE_H

#include <wasmelt/code/wave.h>

#include "wave_begin.h"

#pragma GCC visibility push(hidden)

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
