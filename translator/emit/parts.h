/* A function of the instance's with any number of statements. C compilers take more than linear time for a function of many, so
 * one of more than MOST_WHOLE becomes a function that calls parts, each of MOST_IN_PART at most. */
#ifndef WASMELT_EMIT_PARTS_H
#define WASMELT_EMIT_PARTS_H

#include "emit/generator.h"

#define MOST_WHOLE 1000
#define MOST_IN_PART 250

typedef struct parts {
    const generator *g;
    out *o;
    const char *name;
    bool several;
    uint32_t begun; /* parts, if there are several */
    uint64_t room;  /* statements that the last of them may still have */
} parts;

/* Begins `static void NAME(void *instance)`, whose statements call the instance `self`; `count` of them will come. */
parts parts_begin(const generator *g, out *o, const char *name, uint64_t count);
/* Before each statement, or block of them, that stands outside of all blocks. */
void parts_next(parts *p);
void parts_end(parts *p);

#endif
