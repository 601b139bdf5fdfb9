/* Long chains of calls between small functions. GCC inlines small functions into each other from the last one on. What is inlined keeps a
 * scope for each function that it came through, so time and memory grow with the square of the chain's length: a chain of 7,000 functions,
 * 100 KB, takes GCC 12 6 s and 2 GB. So in such a chain one function in MOST_IN_CHAIN is not inlined. */
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

const bool *chains_find_ends(const generator *g) {
    const module *m = g->m;
    arena scratch = {0};
    const uint32_t **calls = find_calls(m, &scratch);
    uint32_t *length = arena_array(&scratch, m->func_count, sizeof *length); /* of the longest chain that begins with the function */
    bool *ends = arena_array(g->arena, m->func_count, sizeof *ends);
    for (uint32_t i = 0; i <= m->func_count; i++) {
        uint32_t f = g->calls.callees_first[i];
        if (f < m->imported_funcs || f == m->func_count || m->funcs[f].body.length > SMALL_BODY)
            continue;
        length[f] = 1;
        for (uint32_t c = 0; c < m->funcs[f].notes.call_count; c++) {
            uint32_t callee = g->calls.code[calls[f][c] & ~CALL_CAUGHT];
            if (length[callee] >= length[f])
                length[f] = length[callee] + 1;
        }
        ends[f] = length[f] > MOST_IN_CHAIN;
        if (ends[f])
            length[f] = 0;
    }
    arena_free(&scratch);
    return ends;
}
