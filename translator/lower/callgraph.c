/* The call graph. One additional node stands for all code outside of the module: a function that calls an import, or calls through a table
 * or a reference, has an edge to that node, and that node has edges to every function that is exported or referred to. Strongly connected
 * components are found by Tarjan's algorithm, on an explicit stack. */
#include "lower/callgraph.h"

#include <string.h>

#include "base/vec.h"
#include "lower/duplicates.h"
#include "wasm/opcodes.h"
#include "wasm/wasi.h"
#include "wasm/representation.h"

typedef struct edges {
    VEC(uint32_t) to;
    VEC(bool) caught; /* for each edge: a try around the call catches everything */
    uint32_t *first;  /* index of the first edge of each node, and the end of the last node's edges */
} edges;

static bool uses(const module *m, feature f) {
    return m->body_features >> f & 1;
}

static void add_edge(edges *e, uint32_t to, bool caught) {
    *vec_push(&e->to) = to;
    *vec_push(&e->caught) = caught;
}

/* Adds the only edge of a duplicate, to the function whose code is emitted for it. A duplicate itself never runs. */
static void lead_to(callgraph *g, edges *e, uint32_t code) {
    add_edge(e, code, false);
    g->copies[code]++;
}

/* Collects the edges and properties that validation has noted (body_notes). */
static void collect(callgraph *g, edges *e, const module *m, arena *a) {
    const uint32_t *call = m->calls;
    e->first = arena_array(a, (size_t)m->func_count + 2, sizeof *e->first);
    for (uint32_t k = 0; k < m->func_count; k++) {
        const func *f = &m->funcs[k];
        e->first[k] = (uint32_t)e->to.count;
        if (g->code[k] != k)
            lead_to(g, e, g->code[k]);
        for (uint32_t c = 0; g->code[k] == k && c < f->notes.call_count; c++) {
            uint32_t to = g->code[call[c] & ~CALL_CAUGHT];
            add_edge(e, to, call[c] & CALL_CAUGHT);
            g->is_called[to] = true;
        }
        call += f->notes.call_count;
        if (f->import != NO_INDEX || (g->code[k] == k && f->notes.calls_outside))
            add_edge(e, m->func_count, !f->notes.throws_outside);
        g->tail_calls[k] = m->funcs[g->code[k]].notes.tail_calls;
        g->throws[k] = f->notes.throws;
        g->reads_pending[k] = f->import != NO_INDEX || f->notes.calls_outside || f->notes.reads_pending;
    }
    e->first[m->func_count] = (uint32_t)e->to.count;
    for (uint32_t f = 0; f < m->func_count; f++)
        if (m->funcs[f].is_referenced)
            add_edge(e, g->code[f], false);
    e->first[m->func_count + 1] = (uint32_t)e->to.count;
}

static void mark_reachable(callgraph *g, const edges *e, const module *m) {
    VEC(uint32_t) work = {0};
    for (uint32_t f = 0; f < m->func_count; f++)
        if ((m->funcs[f].is_referenced || f == m->start) && !g->reachable[g->code[f]]) {
            g->reachable[g->code[f]] = true;
            *vec_push(&work) = g->code[f];
        }
    while (work.count > 0) {
        uint32_t f = vec_pop(&work);
        for (uint32_t k = e->first[f]; k < e->first[f + 1]; k++) {
            uint32_t to = e->to.data[k]; /* NOLINT(clang-analyzer-core.NullDereference): `first` counts what is in `to` */
            if (to == m->func_count || g->reachable[to])
                continue;
            g->reachable[to] = true;
            *vec_push(&work) = to;
        }
    }
    vec_free(&work);
}

typedef struct visit {
    uint32_t node, next_edge;
} visit;

/* Components, and heads of recursions: where a direct call leads to a function on the path of the search. A cycle of direct calls has at
 * least one such call, since a search that goes deep first meets each cycle's last edge while the function that it leads to is on the path.
 * The last node, which stands for the code outside, is no function that calls directly. */
static void find_components(callgraph *g, const edges *e, uint32_t nodes, arena *a) {
    uint32_t *order = arena_array(a, nodes, sizeof *order); /* the order in which nodes are visited; 0: not visited yet */
    uint32_t *low = arena_array(a, nodes, sizeof *low);
    bool *open = arena_array(a, nodes, sizeof *open);
    bool *on_path = arena_array(a, nodes, sizeof *on_path);
    VEC(visit) path = {0};
    VEC(uint32_t) pending = {0};
    uint32_t visited = 0, left = 0;
    for (uint32_t root = 0; root < nodes; root++) {
        if (order[root])
            continue;
        *vec_push(&path) = (visit){root, e->first[root]};
        while (path.count > 0) {
            visit *v = &vec_last(&path);
            uint32_t n = v->node;
            if (!order[n]) {
                order[n] = low[n] = ++visited;
                open[n] = on_path[n] = true;
                *vec_push(&pending) = n;
            }
            if (v->next_edge < e->first[n + 1]) {
                uint32_t to = e->to.data[v->next_edge++]; /* NOLINT(clang-analyzer-core.NullDereference): `first` counts what is in `to` */
                g->heads[to] |= on_path[to] && n + 1 < nodes;
                if (!order[to])
                    *vec_push(&path) = (visit){to, e->first[to]};
                else if (open[to] && order[to] < low[n])
                    low[n] = order[to];
                continue;
            }
            (void)vec_pop(&path);
            on_path[n] = false;
            if (path.count > 0 && low[n] < low[vec_last(&path).node])
                low[vec_last(&path).node] = low[n];
            if (low[n] != order[n])
                continue;
            uint32_t member;
            do {
                member = vec_pop(&pending);
                open[member] = false;
                g->component[member] = n;
                g->callees_first[left++] = member;
            } while (member != n);
        }
    }
    vec_free(&path);
    vec_free(&pending);
}

/* ---- Who throws ---- */

/* Marks the code outside of the module that may throw: imported functions and, as the last node, functions of others to which the module
 * may get references. spread() then marks the functions that call these. */
static void mark_foreign(callgraph *g, const module *m, throwers who) {
    if (who == THROWERS_NEVER)
        return;
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == EXTERN_FUNC && (who == THROWERS_NAMED || !is_wasi_module(m->imports[k].module)))
            g->throws[m->imports[k].index] = true;
    g->throws[m->func_count] = throwers_come_in(m);
}

/* The graph with its edges reversed: from each node to its callers. */
static edges reversed(const edges *e, uint32_t nodes, arena *a) {
    edges callers = {.first = arena_array(a, (size_t)nodes + 1, sizeof *callers.first)};
    callers.to.data = arena_array(a, e->to.count ? e->to.count : 1, sizeof *callers.to.data);
    callers.to.count = e->to.count;
    callers.caught.data = arena_array(a, e->to.count ? e->to.count : 1, sizeof *callers.caught.data);
    for (size_t k = 0; k < e->to.count; k++)
        callers.first[e->to.data[k]]++;
    uint32_t total = 0;
    for (uint32_t n = 0; n < nodes; n++) {
        total += callers.first[n];
        callers.first[n] = total; /* the end of their edges; counted down to the beginning below */
    }
    callers.first[nodes] = total;
    for (uint32_t n = 0; n < nodes; n++)
        for (uint32_t k = e->first[n]; k < e->first[n + 1]; k++) {
            uint32_t at = --callers.first[e->to.data[k]]; /* NOLINT(clang-analyzer-core.NullDereference): `first` counts what is in `to` */
            callers.to.data[at] = n;
            callers.caught.data[at] = e->caught.data[k];
        }
    return callers;
}

/* Passes a property on from functions that have it to all their callers, and to the callers of those. For example, a function may throw if
 * it calls one that may throw, outside of a try that catches everything. With `even_caught` such a try makes no difference: a function
 * reads whether an exception is pending if it calls one that does. Imports are skipped, because mark_foreign() and collect() have decided
 * about them; each has an edge to the code outside, which only serves to find recursion. */
static void spread(bool *property, const edges *callers, bool even_caught, const module *m) {
    VEC(uint32_t) work = {0};
    for (uint32_t n = 0; n < m->func_count + 1; n++)
        if (property[n])
            *vec_push(&work) = n;
    while (work.count > 0) {
        uint32_t n = vec_pop(&work);
        for (uint32_t k = callers->first[n]; k < callers->first[n + 1]; k++) {
            uint32_t caller = callers->to.data[k];
            bool is_import = caller < m->func_count && m->funcs[caller].import != NO_INDEX;
            if (property[caller] || is_import || (callers->caught.data[k] && !even_caught))
                continue;
            property[caller] = true;
            *vec_push(&work) = caller;
        }
    }
    vec_free(&work);
}

static uint32_t *no_duplicates(const module *m, arena *a) {
    uint32_t *code = arena_array(a, m->func_count, sizeof *code);
    for (uint32_t f = 0; f < m->func_count; f++)
        code[f] = f;
    return code;
}

void callgraph_build(callgraph *g, const module *m, throwers who, bool merge, arena *a) {
    edges e = {0};
    size_t nodes = (size_t)m->func_count + 1;
    g->reachable = arena_array(a, nodes, sizeof *g->reachable);
    g->is_called = arena_array(a, nodes, sizeof *g->is_called);
    g->tail_calls = arena_array(a, nodes, sizeof *g->tail_calls);
    g->throws = arena_array(a, nodes, sizeof *g->throws);
    g->reads_pending = arena_array(a, nodes, sizeof *g->reads_pending);
    g->component = arena_array(a, nodes, sizeof *g->component);
    g->heads = arena_array(a, nodes, sizeof *g->heads);
    g->callees_first = arena_array(a, nodes, sizeof *g->callees_first);
    g->has_atomics = uses(m, FEATURE_THREADS);
    g->has_vectors = uses(m, FEATURE_SIMD) || uses(m, FEATURE_RELAXED_SIMD);
    g->has_exceptions = m->tag_count > 0 || uses(m, FEATURE_EXCEPTIONS) || uses(m, FEATURE_LEGACY_EXCEPTIONS);
    g->counts_references = g->has_exceptions || has_values(m, WASMELT_EXNREF);
    g->copies = arena_array(a, nodes, sizeof *g->copies);
    g->code = merge ? duplicates_find(m, a) : no_duplicates(m, a);
    collect(g, &e, m, a);
    mark_reachable(g, &e, m);
    find_components(g, &e, (uint32_t)nodes, a);
    mark_foreign(g, m, who);
    edges callers = reversed(&e, (uint32_t)nodes, a);
    spread(g->throws, &callers, false, m);
    for (size_t k = 0; k < nodes; k++)
        g->any_throws |= g->throws[k];
    if (g->has_exceptions)
        spread(g->reads_pending, &callers, true, m);
    vec_free(&e.to);
    vec_free(&e.caught);
}

bool callgraph_recursive(const callgraph *g, uint32_t from, uint32_t to) {
    return g->component[from] == g->component[to];
}
