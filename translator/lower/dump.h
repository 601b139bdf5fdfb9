/* The IR as text, for --dump and for messages of lower/check.c. The text is the same on each run and machine. */
#ifndef WASMELT_LOWER_DUMP_H
#define WASMELT_LOWER_DUMP_H

#include "base/strbuf.h"
#include "lower/lower.h"

/* A function: its variables, then its statements in order, or the nodes if it has any. */
void dump_func(strbuf *s, const lowered *l, ir_form form);
/* A tree: i32.add(p0, 8). */
void dump_expr(strbuf *s, const ir_func *f, const expr *e);
/* A statement that is not control, on one line without its end: t2 = call 7(p0). */
void dump_stmt(strbuf *s, const ir_func *f, const stmt *st);

#endif
