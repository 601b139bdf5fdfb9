/* Which C file each function stands in. Functions stay in their order, and all files get about the same amount of
 * code. An edit of the module moves hardly any function to another file. */
#ifndef WASMELT_EMIT_SPLIT_H
#define WASMELT_EMIT_SPLIT_H

#include "emit/generator.h"

/* Bytes of wasm code of the functions that are emitted. */
uint64_t split_code_size(const generator *g);

typedef VEC(uint32_t) file_starts;

/* The function that each of the `files` C files begins with; fewer than those where functions are too few. */
void split_plan(const generator *g, uint32_t files, file_starts *starts);

#endif
