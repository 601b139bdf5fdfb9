/* Long chains of calls between small functions. GCC inlines small functions into each other from the last one on. What is inlined keeps a
 * scope for each function that it came through, so time and memory grow with the square of the chain's length: a chain of 7,000 functions,
 * 100 KB, takes GCC 12 6 s and 2 GB. So in such a chain one function in MOST_IN_CHAIN is not inlined. If that one is part of a recursion,
 * no function of the recursion is: clang finds out anew after each call that it inlines which functions call each other, and takes 26 s and
 * 3 GB for a circle of 4,000 functions, 92 KB. */
#include "emit/chains.h"

/* Bytes of WebAssembly. Longer chains with larger functions take megabytes. */
#define SMALL_BODY 256
#define MOST_IN_CHAIN 64

/* For each function where its calls begin in `m->calls`. */
static const uint32_t **find_calls(const module *m, arena *scratch) {
    const uint32_t **calls = arena_array(scratch, m->func_count, sizeof *calls), *next = m->calls;
    for (uint32_t k = 0; k < m->func_count; k++) {
        calls[k] = next;
        next += m->funcs[k].notes.call_count;
    }
    return calls;
}

/* The length of the longest chain that begins with the function, from the lengths for its callees. In a recursion only those in the same
 * recursion count, as programs have recursions of thousands of functions, below which any others may be. */
static uint32_t chain_length(const generator *g, uint32_t f, const uint32_t *calls, const uint32_t *lengths, bool is_recursive) {
    const uint32_t *component = g->calls.component;
    uint32_t longest = 0;
    for (uint32_t c = 0; c < g->m->funcs[f].notes.call_count; c++) {
        uint32_t callee = g->calls.code[calls[c] & ~CALL_CAUGHT];
        if (lengths[callee] > longest && (!is_recursive || component[callee] == component[f]))
            longest = lengths[callee];
    }
    return longest + 1;
}

const bool *chains_find_ends(const generator *g) {
    const module *m = g->m;
    arena scratch = {0};
    const uint32_t **calls = find_calls(m, &scratch), *component = g->calls.component;
    size_t nodes = (size_t)m->func_count + 1;
    uint32_t *lengths = arena_array(&scratch, nodes, sizeof *lengths), *members = arena_array(&scratch, nodes, sizeof *members);
    bool *is_apart = arena_array(&scratch, nodes, sizeof *is_apart); /* by component, as `members` */
    bool *ends = arena_array(g->arena, nodes, sizeof *ends);
    for (uint32_t f = 0; f < m->func_count; f++)
        members[component[f]]++;
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t f = g->calls.callees_first[i];
        if (f < m->imported_funcs || f == m->func_count || m->funcs[f].body.length > SMALL_BODY)
            continue;
        lengths[f] = chain_length(g, f, calls[f], lengths, members[component[f]] > 1);
        if (lengths[f] > MOST_IN_CHAIN) {
            is_apart[component[f]] = true;
            lengths[f] = 0;
        }
    }
    for (uint32_t f = m->imported_funcs; f < m->func_count; f++)
        ends[f] = is_apart[component[f]];
    arena_free(&scratch);
    return ends;
}
