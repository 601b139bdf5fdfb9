/* Functions emitted by several threads, their text handed over in order. */
#ifndef WASMELT_EMIT_PARALLEL_H
#define WASMELT_EMIT_PARALLEL_H

#include "emit/generator.h"

/* Where text goes. */
typedef struct text_sink {
    void *context;
    /* Whether a new C file begins with the function at this position of the list. Called for each function, in order. */
    bool (*begins_file)(void *context, size_t position);
    /* Before and after a run of functions, all of one file, of which the first is at `first`: opens the file, and takes
     * the text. Called in order, by the calling thread. False, with the reason in the diag that the sink knows, ends
     * it all. */
    bool (*begin)(void *context, size_t first);
    bool (*take)(void *context, out *o);
} text_sink;

/* Emits the functions of the list, with `jobs` threads beside the calling one. The text is the same for any
 * number of them; lines are marked one function after the other, so that with `marks` there are no threads. False if a
 * function cannot be lowered, with the reason for the first that cannot in `d`, or if the sink says so. */
bool emit_functions(const generator *g, const uint32_t *functions, size_t count, uint32_t jobs, struct line_marks *marks,
                    const text_sink *sink, diag *d);

#endif
