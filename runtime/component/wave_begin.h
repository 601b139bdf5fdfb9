/* A call of a component's function as text, from its beginning. The runtime and the translator share this: the translator refuses a call
 * of a function that is not there before anything is compiled. */
#ifndef WASMELT_COMPONENT_WAVE_BEGIN_H
#define WASMELT_COMPONENT_WAVE_BEGIN_H

#include <stdbool.h>
#include <stddef.h>

#include <wasmelt/code/wave_export.h>

#pragma GCC visibility push(hidden)

/* A call that is being read. */
typedef struct wasmelt_wave {
    const char *start, *at;            /* UTF-8, with a zero byte at the end; after an error `at` is there */
    const wasmelt_wave_export *callee; /* or null */
    struct wave_block *blocks;         /* memory of the values */
    bool is_first;                     /* what is read next is the first thing in its brackets */
    bool only_checks, failed;
} wasmelt_wave;

/* Reports an error at a place of the text, unless there has been one. */
void wasmelt_rt_wave_fail(wasmelt_wave *w, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The function that the text calls, with the text being at its arguments; or null after a message. */
const wasmelt_wave_export *wasmelt_rt_wave_begin(wasmelt_wave *w, const wasmelt_wave_export *exports, size_t count);

#pragma GCC visibility pop

#endif
