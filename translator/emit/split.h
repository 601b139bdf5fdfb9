/* Which C file each function stands in. Functions stay in their order, and all files get about the same amount of
 * code. An edit of the module moves hardly any function to another file. Very large functions stand in files of their own
 * behind the others. */
#ifndef WASMELT_EMIT_SPLIT_H
#define WASMELT_EMIT_SPLIT_H

#include "emit/generator.h"

/* How much code is emitted. */
typedef struct code_size {
    uint64_t usual;                /* bytes of wasm of the functions that are not large */
    uint64_t huge;                 /* of those of FILE_HUGE */
    uint32_t count[SPECIAL_FILES]; /* functions that are large */
    uint32_t largest[SPECIAL_FILES];
} code_size;

/* For each function the special_kind of its file, which is found before anything else here. */
const uint8_t *split_find_kinds(const generator *g);

code_size split_measure(const generator *g);

/* The functions that are emitted, file by file. */
typedef struct split_order {
    VEC(uint32_t) functions;
    VEC(size_t) starts;            /* where in them each C file begins; fewer than were asked for where functions are too few */
    size_t special[SPECIAL_FILES]; /* and where those begin that stand in these files, which are the last */
} split_order;

/* All functions in one file. */
void split_none(const generator *g, split_order *order);
/* In `files` C files, and the special ones. */
void split_plan(const generator *g, uint32_t files, split_order *order);
void split_free(split_order *order);

/* For each function whether nothing outside its file mentions it, so that it can be static there: the C compiler then need
 * not keep what it has inlined, and knows all callers. */
const bool *split_find_local(const generator *g, const split_order *order);

#endif
