/* Properties of functions that depend on which functions they call; known before any function is lowered. */
#ifndef WASMELT_LOWER_CALLGRAPH_H
#define WASMELT_LOWER_CALLGRAPH_H

#include "base/diag.h"
#include "lower/throwers.h"
#include "wasm/module.h"

typedef struct callgraph {
    bool *reachable;         /* can be called: from exports, references or the start function. The others are not emitted */
    bool *is_called;         /* by a function of the module, directly */
    bool *tail_calls;        /* makes tail calls to other functions, so that it has a second entry (wasmelt/code/support.h) */
    bool has_atomics;        /* some instruction belongs to the threads proposal */
    bool *throws;            /* may end with an exception. The last member: a call through a table or reference may */
    bool *reads_pending;     /* may read whether an exception is pending: it throws, catches, grows a memory or table (the host may be
                                asked), calls a function that may read it, calls an import, or calls through a table or reference */
    bool has_exceptions;     /* the module has tags, or code that throws or catches */
    bool counts_references;  /* some value may be a reference that is counted */
    bool any_throws;         /* some function or import may end with an exception */
    bool has_vectors;        /* some instruction belongs to SIMD or relaxed SIMD */
    uint32_t *component;     /* number of the strongly connected component. Functions of the same component may call each other in a
                                recursion. The last member is the component of the code outside. */
    bool *heads;             /* of recursions by direct calls: each of these recursions passes through one of them at least */
    uint32_t *callees_first; /* all functions and, as a number of its own, the code outside: callees before their callers, unless they may
                                call each other in a recursion */
    uint32_t *code;          /* the function whose code is emitted for this one: itself, or an earlier one with the same code */
    uint32_t *copies;        /* how many other functions share its code */
} callgraph;

/* Builds the graph from what validation noted about the bodies. Its arrays live in `a`; each has a member for every function of `m`, and
 * those with a "last member" one more. `merge`: of functions with the same code (lower/duplicates.h) only one is emitted; all calls and
 * references lead to that one, and the others are not reachable. */
void callgraph_build(callgraph *g, const module *m, throwers who, bool merge, arena *a);

/* Whether a call from `from` to `to` may be part of a recursion. `to` == m->func_count stands for a call of an import, or a call through a
 * table or reference. */
bool callgraph_recursive(const callgraph *g, uint32_t from, uint32_t to);

#endif
