/* What is known of all functions before any is lowered: who calls whom. */
#ifndef WASMELT_LOWER_CALLGRAPH_H
#define WASMELT_LOWER_CALLGRAPH_H

#include "base/diag.h"
#include "lower/throwers.h"
#include "wasm/module.h"

typedef struct callgraph {
    bool *reachable;        /* from exports, references and the start function: the rest is not emitted */
    bool *tail_calls;       /* makes tail calls to others: has a second entry (wasmelt/code/support.h) */
    bool has_atomics;       /* some instruction is of the threads proposal */
    bool *throws;           /* may end with an exception; the last member: so may a call through a table or reference */
    bool *reads_pending;    /* may look whether an exception is pending, or run code that does: throws or catches, or calls
                       what does, an import, or through a table or reference; or grows a memory or table, of
                       which hosts may be asked */
    bool has_exceptions;    /* there are tags, or code that throws or catches */
    bool counts_references; /* some value may be a reference that is counted */
    bool any_throws;        /* some function or import may end with an exception */
    bool has_vectors;       /* some instruction is of SIMD or relaxed SIMD */
    uint32_t *component;    /* strongly connected component; two functions in the same one may be on the
                               stack repeatedly. The last member is that of all code outside. */
    uint32_t *code;         /* the function whose code is emitted for each: an earlier one that is the same, or itself */
    uint32_t *copies;       /* how many others have its code */
} callgraph;

/* From what validation noted of the bodies. Arrays live in `a`; members per function of `m`. `merge`: of functions that are the
 * same (lower/duplicates.h) one is emitted, which all calls and references lead to; the others are not reachable. */
void callgraph_build(callgraph *g, const module *m, throwers who, bool merge, arena *a);

/* Whether a call from `from` to `to` may be part of a recursion; `to` == m->func_count is a call that
 * leaves the module's direct calls: to an import, or through a table or reference. */
bool callgraph_recursive(const callgraph *g, uint32_t from, uint32_t to);

#endif
