/* The bodies of all functions. In comes a module that is valid but for them; out goes whether they are, and with them
 * what each does that concerns other functions, which must be known of all before one is lowered: whom they call, what
 * they write, which features they use (wasm/module.h).
 *
 * Bodies are independent of each other, so runs of them are checked by several threads. Runs begin in order and each
 * ends at its first error, so the error in the first run that has one is the first in the module. */
#include <stdatomic.h>
#include <string.h>

#include "base/threads.h"
#include "validate/validator.h"

#define RUN_BYTES ((size_t)128 * 1024) /* of code */

typedef struct run {
    uint32_t first, end; /* functions */
    call_list calls;
    uint32_t features;
    diag d;
} run;

typedef struct bodies {
    const module *m;
    VEC(run) runs;
    atomic_bool failed; /* some run: those that have not begun need not */
} bodies;

/* ---- What a body does ---- */

/* Either index of the instruction may be that of a table it writes: of table.init the other is a segment's. */
static void note_table(const module *m, uint32_t index) {
    if (index < m->table_count)
        __atomic_store_n(&m->tables[index].is_written, true, __ATOMIC_RELAXED); /* by any of the threads */
}

void note_instr(validator *v, const instr *i) {
    switch (i->op) {
    case OP_RETURN_CALL:
        v->func->tail_calls |= i->index != v->d->func;
        *vec_push(&v->calls) = i->index;
        break;
    case OP_CALL:
        *vec_push(&v->calls) = i->index;
        break;
    case OP_RETURN_CALL_INDIRECT:
    case OP_RETURN_CALL_REF:
        v->func->tail_calls = true;
        v->func->calls_outside = true;
        break;
    case OP_CALL_INDIRECT:
    case OP_CALL_REF:
        v->func->calls_outside = true;
        break;
    case OP_TABLE_GROW:
        v->func->looks = true;
        note_table(v->m, i->index);
        break;
    case OP_TABLE_SET:
    case OP_TABLE_FILL:
    case OP_TABLE_INIT:
    case OP_TABLE_COPY:
        note_table(v->m, i->index);
        note_table(v->m, i->index2);
        break;
    case OP_THROW:
    case OP_THROW_REF:
    case OP_RETHROW:
        v->func->throws = true;
        v->func->looks = true;
        break;
    case OP_TRY:
    case OP_TRY_TABLE:
    case OP_MEMORY_GROW:
        v->func->looks = true;
        break;
    default:
        break;
    }
}

/* ---- Runs ---- */

static void cut(bodies *b) {
    const module *m = b->m;
    size_t size = RUN_BYTES;
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        if (size >= RUN_BYTES) {
            *vec_push(&b->runs) = (run){.first = k};
            size = 0;
        }
        vec_last(&b->runs).end = k + 1;
        size += m->funcs[k].body.length;
    }
}

static void check_run(void *context, size_t k) {
    bodies *b = context;
    run *r = &b->runs.data[k];
    diag_init(&r->d);
    if (atomic_load(&b->failed))
        return;
    validator v = {.m = b->m, .d = &r->d};
    for (uint32_t f = r->first; f < r->end && !r->d.failed; f++) {
        size_t before = v.calls.count;
        if (!validate_body(&v, f))
            atomic_store(&b->failed, true);
        b->m->funcs[f].call_count = (uint32_t)(v.calls.count - before);
    }
    r->calls = v.calls;
    r->features = v.features;
    validator_free(&v);
}

/* Puts together what the runs have noted, and frees it. */
static void gather(bodies *b, module *m) {
    size_t count = 0;
    for (size_t k = 0; k < b->runs.count; k++)
        count += b->runs.data[k].calls.count;
    m->calls = arena_array(m->arena, count, sizeof *m->calls);
    m->call_count = count;
    count = 0;
    for (size_t k = 0; k < b->runs.count; k++) {
        run *r = &b->runs.data[k];
        if (r->calls.count > 0)
            memcpy(m->calls + count, r->calls.data, r->calls.count * sizeof *m->calls);
        count += r->calls.count;
        vec_free(&r->calls);
        m->body_features |= r->features;
    }
}

bool validate_bodies(module *m, uint32_t threads, diag *d) {
    bodies b = {.m = m};
    _Static_assert(FEATURE_COUNT <= 32, "a bit for each feature");
    cut(&b);
    threads_run(threads, b.runs.count, check_run, &b);
    gather(&b, m);
    for (size_t k = 0; k < b.runs.count && !d->failed; k++)
        *d = b.runs.data[k].d;
    vec_free(&b.runs);
    return !d->failed;
}
