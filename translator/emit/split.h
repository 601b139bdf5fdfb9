/* Which C file each function stands in. Functions stay in their order, and all files get about the same amount of code. An edit of the
 * module moves hardly any function to another file. Very large functions stand in files of their own, after the others. */
#ifndef WASMELT_EMIT_SPLIT_H
#define WASMELT_EMIT_SPLIT_H

#include "emit/generator.h"

/* How much code is emitted. */
typedef struct code_size {
    uint64_t usual;                  /* bytes of WebAssembly in functions that are neither large nor huge */
    uint64_t huge;                   /* bytes in functions of FILE_HUGE */
    uint32_t count[SPECIAL_FILES];   /* number of functions of each special kind */
    uint32_t largest[SPECIAL_FILES]; /* index of the largest function of each special kind */
} code_size;

/* Returns for each function the special_kind of its file. Called before the other functions. */
const uint8_t *split_find_kinds(const generator *g);

code_size split_measure(const generator *g);

/* The functions that are emitted, file by file. */
typedef struct split_order {
    VEC(uint32_t) functions;
    VEC(size_t) starts;            /* where in `functions` each C file begins; fewer files than asked for if there are too few functions */
    size_t special[SPECIAL_FILES]; /* where in `functions` those of each special file begin; these come last */
} split_order;

/* Puts all functions into one file. */
void split_none(const generator *g, split_order *order);
/* Distributes the functions to `files` C files and the special ones. */
void split_plan(const generator *g, uint32_t files, split_order *order);
void split_free(split_order *order);

/* Returns for each function whether nothing outside its file mentions it, so that it can be static there. Then the C compiler knows all
 * callers, and need not keep a function that it has inlined everywhere. */
const bool *split_find_local(const generator *g, const split_order *order);

#endif
