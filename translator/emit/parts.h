/* Printing a C function with any number of statements that work on an instance. C compilers take more than linear time for long functions,
 * so one of more than MOST_WHOLE statements is printed as a function that calls parts, each of at most MOST_IN_PART statements, or of one
 * constant expression that is longer, such as one that makes an array of thousands of objects. Parts are not optimised, as they run once.
 */
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
    uint32_t begun; /* number of parts begun, if there are several */
    uint64_t room;  /* statements for which there is room in the last part */
} parts;

/* Begins `static void NAME(void *instance)`. Its statements use `self` for the instance; there will be `count` of them. */
parts parts_begin(const generator *g, out *o, const char *name, uint64_t count);
/* Called before each statement, or block of statements, at the outermost level. */
void parts_next(parts *p);
/* Called before a statement that evaluates a constant expression, which counts as constant_statements(code). */
void parts_next_constant(parts *p, const const_expr *code);
/* An estimate of the number of statements in C that evaluate the expression. */
uint64_t constant_statements(const const_expr *code);
void parts_end(parts *p);

#endif
