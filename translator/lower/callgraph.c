/* The call graph, with one node more for everything that is not a direct call: a function that calls an
 * import or through a table leads there, and from there every function that is exported or referred to
 * can be called. Components by Tarjan's algorithm, on an explicit stack. */
#include "lower/callgraph.h"

#include <string.h>

#include "base/vec.h"
#include "read/instr.h"
#include "read/types.h"

typedef struct edges {
    VEC(uint32_t) to;
    uint32_t *first; /* of each node; one member more at the end */
} edges;

static bool skip_locals(cursor *c, const module *m) {
    uint32_t groups, count;
    wasmelt_valtype type;
    if (!cursor_u32(c, &groups))
        return false;
    while (groups-- > 0)
        if (!cursor_u32(c, &count) || !cursor_valtype(c, m, &type))
            return false;
    return true;
}

/* Either index of the instruction may be that of a table it writes: of table.init the other is a segment's. */
static void note_table(callgraph *g, const module *m, const instr *i) {
    if (i->index < m->table_count)
        g->table_written[i->index] = true;
    if (i->index2 < m->table_count)
        g->table_written[i->index2] = true;
}

/* The edges of one function. */
static bool scan(callgraph *g, edges *e, const module *m, uint32_t index, diag *d) {
    span body = m->funcs[index].body;
    cursor c = {body.bytes, body.bytes + body.length, m->input.bytes, d};
    bool outside = false;
    uint32_t features = 0; /* a bit for each */
    _Static_assert(FEATURE_COUNT <= 32, "a bit for each feature");
    if (!skip_locals(&c, m))
        return false;
    while (!cursor_done(&c)) {
        instr i;
        if (!instr_read(&c, m, &i))
            return false;
        features |= UINT32_C(1) << opcode_table[i.op].feature;
        switch (i.op) {
        case OP_RETURN_CALL:
            g->tail_calls[index] |= i.index != index;
            *vec_push(&e->to) = i.index;
            break;
        case OP_CALL:
            *vec_push(&e->to) = i.index;
            break;
        case OP_RETURN_CALL_INDIRECT:
        case OP_RETURN_CALL_REF:
            g->tail_calls[index] = true;
            outside = true;
            break;
        case OP_CALL_INDIRECT:
        case OP_CALL_REF:
            outside = true;
            break;
        case OP_TABLE_SET:
        case OP_TABLE_GROW:
        case OP_TABLE_FILL:
        case OP_TABLE_INIT:
        case OP_TABLE_COPY:
            note_table(g, m, &i);
            break;
        case OP_THROW:
        case OP_THROW_REF:
        case OP_RETHROW:
            g->throws[index] = true;
            break;
        default:
            break;
        }
    }
    if (outside)
        *vec_push(&e->to) = m->func_count;
    g->has_atomics |= features >> FEATURE_THREADS & 1;
    g->has_exceptions |= (features >> FEATURE_EXCEPTIONS | features >> FEATURE_LEGACY_EXCEPTIONS) & 1;
    g->has_vectors |= (features >> FEATURE_SIMD | features >> FEATURE_RELAXED_SIMD) & 1;
    return true;
}

static bool collect(callgraph *g, edges *e, const module *m, arena *a, diag *d) {
    e->first = arena_array(a, (size_t)m->func_count + 2, sizeof *e->first);
    for (uint32_t f = 0; f < m->func_count; f++) {
        e->first[f] = (uint32_t)e->to.count;
        d->func = f;
        if (m->funcs[f].import != NO_INDEX)
            *vec_push(&e->to) = m->func_count;
        else if (!scan(g, e, m, f, d))
            return false;
    }
    d->func = DIAG_NO_FUNC;
    e->first[m->func_count] = (uint32_t)e->to.count;
    for (uint32_t f = 0; f < m->func_count; f++)
        if (m->funcs[f].is_referenced)
            *vec_push(&e->to) = f;
    e->first[m->func_count + 1] = (uint32_t)e->to.count;
    return true;
}

static void mark_reachable(callgraph *g, const edges *e, const module *m) {
    VEC(uint32_t) work = {0};
    for (uint32_t f = 0; f < m->func_count; f++)
        if (m->funcs[f].is_referenced || f == m->start) {
            g->reachable[f] = true;
            *vec_push(&work) = f;
        }
    while (work.count > 0) {
        uint32_t f = vec_pop(&work);
        for (uint32_t k = e->first[f]; k < e->first[f + 1]; k++) {
            uint32_t to = e->to.data[k];
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

static void find_components(callgraph *g, const edges *e, uint32_t nodes, arena *a) {
    uint32_t *order = arena_array(a, nodes, sizeof *order); /* 0: not visited */
    uint32_t *low = arena_array(a, nodes, sizeof *low);
    bool *open = arena_array(a, nodes, sizeof *open);
    VEC(visit) path = {0};
    VEC(uint32_t) pending = {0};
    uint32_t visited = 0;
    for (uint32_t root = 0; root < nodes; root++) {
        if (order[root])
            continue;
        *vec_push(&path) = (visit){root, e->first[root]};
        while (path.count > 0) {
            visit *v = &vec_last(&path);
            uint32_t n = v->node;
            if (!order[n]) {
                order[n] = low[n] = ++visited;
                open[n] = true;
                *vec_push(&pending) = n;
            }
            if (v->next_edge < e->first[n + 1]) {
                uint32_t to = e->to.data[v->next_edge++];
                if (!order[to])
                    *vec_push(&path) = (visit){to, e->first[to]};
                else if (open[to] && order[to] < low[n])
                    low[n] = order[to];
                continue;
            }
            (void)vec_pop(&path);
            if (path.count > 0 && low[n] < low[vec_last(&path).node])
                low[vec_last(&path).node] = low[n];
            if (low[n] != order[n])
                continue;
            uint32_t member;
            do {
                member = vec_pop(&pending);
                open[member] = false;
                g->component[member] = n;
            } while (member != n);
        }
    }
    vec_free(&path);
    vec_free(&pending);
}

/* ---- Who throws ---- */

static bool is_wasi(span module_name) {
    return span_is(module_name, "wasi_snapshot_preview1") || span_is(module_name, "wasi_unstable");
}

/* The first throwers: imports, and what a table or a reference of another module's may lead to. */
static void mark_foreign(callgraph *g, const module *m, bool imports_throw) {
    if (!imports_throw && !g->has_exceptions)
        return;
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == EXTERN_FUNC && (imports_throw || !is_wasi(m->imports[k].module)))
            g->throws[m->imports[k].index] = true;
    g->throws[m->func_count] = true;
}

/* Whoever calls a function that throws may throw. An import leads to code outside only as far as recursion goes:
 * whether it throws itself has been said. */
static void spread_throws(callgraph *g, const edges *e, const module *m, arena *a) {
    uint32_t nodes = m->func_count + 1;
    uint32_t *first = arena_array(a, (size_t)nodes + 1, sizeof *first); /* of the callers of each */
    uint32_t *callers = arena_array(a, e->to.count ? e->to.count : 1, sizeof *callers);
    for (size_t k = 0; k < e->to.count; k++)
        first[e->to.data[k]]++;
    uint32_t total = 0;
    for (uint32_t n = 0; n < nodes; n++) {
        total += first[n];
        first[n] = total; /* counts down to where they begin */
    }
    first[nodes] = total;
    for (uint32_t n = 0; n < nodes; n++)
        for (uint32_t k = e->first[n]; k < e->first[n + 1]; k++)
            callers[--first[e->to.data[k]]] = n;
    VEC(uint32_t) work = {0};
    for (uint32_t n = 0; n < nodes; n++)
        if (g->throws[n])
            *vec_push(&work) = n;
    while (work.count > 0) {
        uint32_t n = vec_pop(&work);
        for (uint32_t k = first[n]; k < first[n + 1]; k++) {
            uint32_t caller = callers[k];
            bool is_import = caller < m->func_count && m->funcs[caller].import != NO_INDEX;
            if (g->throws[caller] || is_import)
                continue;
            g->throws[caller] = true;
            *vec_push(&work) = caller;
        }
    }
    vec_free(&work);
}

bool callgraph_build(callgraph *g, const module *m, bool imports_throw, arena *a, diag *d) {
    edges e = {0};
    size_t nodes = (size_t)m->func_count + 1;
    g->reachable = arena_array(a, nodes, sizeof *g->reachable);
    g->tail_calls = arena_array(a, nodes, sizeof *g->tail_calls);
    g->throws = arena_array(a, nodes, sizeof *g->throws);
    g->component = arena_array(a, nodes, sizeof *g->component);
    g->table_written = arena_array(a, m->table_count, sizeof *g->table_written);
    g->has_exceptions = m->tag_count > 0;
    bool ok = collect(g, &e, m, a, d);
    if (ok) {
        mark_reachable(g, &e, m);
        find_components(g, &e, (uint32_t)nodes, a);
        mark_foreign(g, m, imports_throw);
        spread_throws(g, &e, m, a);
    }
    vec_free(&e.to);
    return ok;
}

bool callgraph_recursive(const callgraph *g, uint32_t from, uint32_t to) {
    return g->component[from] == g->component[to];
}
