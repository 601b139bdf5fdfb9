/* Emitting functions in several threads. */
#ifndef WASMELT_EMIT_PARALLEL_H
#define WASMELT_EMIT_PARALLEL_H

#include "emit/generator.h"

/* Receives the text of functions. */
typedef struct text_sink {
    void *context;
    /* Whether a new C file begins with the function at this position of the list. Called for each function, in order. */
    bool (*begins_file)(void *context, size_t position);
    /* Called in order, by the calling thread, before and after a run of functions of one file; the first of them is at position `first`.
     * They open the file and take the text. If one returns false, everything ends; the reason is in a diag that the sink knows. */
    bool (*begin)(void *context, size_t first);
    bool (*take)(void *context, out *o);
} text_sink;

/* Emits the functions of the list, in up to `jobs` threads beside the calling one, which takes their texts. The text does not depend on the
 * number of threads. Lines are marked function after function, so with `marks` the calling thread does everything. False if a function
 * cannot be lowered, with the reason for the first one in `d`, or if the sink returns false. */
bool emit_functions(const generator *g, const uint32_t *functions, size_t count, uint32_t jobs, struct line_marks *marks,
                    const text_sink *sink, diag *d);

#endif
