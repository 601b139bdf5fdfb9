/* Validates the bodies of all functions. The rest of the module has been validated. Beside the verdict it notes what each body does
 * that the lowering of other functions depends on: which functions it calls, which tables it writes, which features it uses
 * (body_notes, and the "noted" fields in wasm/module.h). All of this is known before the first function is lowered.
 *
 * The module's functions are cut into runs of consecutive functions, which several threads check: bodies are independent of each
 * other. Threads begin the runs in order, and a run ends at its first error. So the error reported, that of the first run that has
 * one, is the first error in the module, whatever the number of threads. */
#include <stdatomic.h>
#include <string.h>

#include "base/threads.h"
#include "validate/validator.h"

#define RUN_BYTES ((size_t)128 * 1024) /* of code */

typedef struct run {
    uint32_t first, end; /* indices of its functions: first <= index < end */
    body_notes *notes;   /* one for each function */
    index_list calls, makes, writes;
    uint32_t features;
    diag d;
} run;

typedef struct bodies {
    const module *m;
    VEC(run) runs;
    atomic_bool failed; /* a run has found an error: runs that have not begun yet are skipped */
} bodies;

/* ---- Exceptions that are caught ----
 *
 * A throw inside the body of a try that catches everything and rethrows nothing does not leave the function. To know which throws
 * and calls are inside, `throws` and `throws_outside` in the validator's notes cover, while a try's body is read, that body only.
 * The values for the code before the try are kept in its open_try. At the end of the try they are restored, and the values of its
 * body are added to them unless the try catches everything. */

static void note_try(validator *v, const instr *i) {
    body_notes *f = &v->notes;
    open_try t = {.depth = v->controls.count, .first_call = v->calls.count, .in_body = true};
    t.around_throws = f->throws;
    t.around_throws_outside = f->throws_outside;
    f->throws = f->throws_outside = false;
    if (i->op == OP_TRY_TABLE) {
        cursor clauses = i->list;
        for (uint32_t k = 0; k < i->count; k++)
            t.catches_all |= instr_next_catch(&clauses).kind >= 2;
    }
    *vec_push(&v->tries) = t;
}

/* Called at the end of the try or at its first catch, whichever comes first. */
static void note_try_body_end(validator *v, open_try *t) {
    body_notes *f = &v->notes;
    t->in_body = false;
    t->calls = v->calls.count - t->first_call;
    t->throws = f->throws;
    t->throws_outside = f->throws_outside;
    f->throws = t->around_throws;
    f->throws_outside = t->around_throws_outside;
}

/* A try at a greater depth than this is treated as if it caught nothing. Each try that catches everything marks all calls in its body,
 * including those inside inner tries: without the limit, the time would grow with the square of the depth. */
#define MOST_TRIES 16

static void note_try_end(validator *v) {
    open_try t = vec_pop(&v->tries);
    if (t.in_body)
        note_try_body_end(v, &t);
    if (!t.catches_all || t.rethrows || v->escapes || v->tries.count >= MOST_TRIES) {
        v->notes.throws |= t.throws;
        v->notes.throws_outside |= t.throws_outside;
        return;
    }
    for (size_t k = 0; k < t.calls; k++)
        v->calls.data[t.first_call + k] |= CALL_CAUGHT;
}

/* The open try that the label of a rethrow names. */
static open_try *of_label(validator *v, uint32_t label) {
    size_t depth = v->controls.count - label, low = 0, high = v->tries.count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->tries.data[middle].depth < depth)
            low = middle + 1;
        else
            high = middle;
    }
    return &v->tries.data[low];
}

static void note_catch(validator *v, const instr *i) {
    open_try *t = &vec_last(&v->tries);
    if (t->in_body)
        note_try_body_end(v, t);
    t->catches_all |= i->op == OP_CATCH_ALL;
}

/* ---- Notes on one body ---- */

static void note_write(validator *v, uint32_t table) {
    if (v->writes.count == 0 || vec_last(&v->writes) != table)
        *vec_push(&v->writes) = table;
}

bool note_instr(validator *v, const instr *i) {
    switch (i->op) {
    case OP_RETURN_CALL:
        v->notes.tail_calls |= i->index != v->d->func;
        v->escapes = true;
        *vec_push(&v->calls) = i->index;
        break;
    case OP_CALL:
        *vec_push(&v->calls) = i->index;
        break;
    case OP_RETURN_CALL_INDIRECT:
    case OP_RETURN_CALL_REF:
        v->notes.tail_calls = true;
        v->notes.calls_outside = v->notes.throws_outside = true;
        v->escapes = true;
        break;
    case OP_CALL_INDIRECT:
    case OP_CALL_REF:
        v->notes.calls_outside = v->notes.throws_outside = true;
        break;
    case OP_TABLE_GROW:
        v->notes.reads_pending = true;
        note_write(v, i->index);
        break;
    case OP_TABLE_SET:
    case OP_TABLE_FILL:
    case OP_TABLE_COPY: /* index is the destination; the second table is only read */
        note_write(v, i->index);
        break;
    case OP_TABLE_INIT: /* index is the segment, index2 the table */
        note_write(v, i->index2);
        break;
    case OP_THROW:
    case OP_THROW_REF:
        v->notes.throws = true;
        v->notes.reads_pending = true;
        v->notes.handles = true;
        break;
    case OP_TRY:
    case OP_TRY_TABLE:
        v->notes.reads_pending = true;
        note_try(v, i);
        v->notes.handles = true;
        break;
    case OP_CATCH:
    case OP_CATCH_ALL:
        note_catch(v, i);
        break;
    case OP_RETHROW:
        of_label(v, i->index)->rethrows = true;
        break;
    case OP_DELEGATE:
        v->escapes = true;
        note_try_end(v);
        break;
    case OP_END:
        if (v->tries.count > 0 && vec_last(&v->tries).depth > v->controls.count)
            note_try_end(v);
        break;
    case OP_MEMORY_GROW:
        v->notes.reads_pending = true;
        break;
    default:
        break;
    }
    return true;
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
    r->notes = memory_alloc(r->end - r->first, sizeof *r->notes);
    validator v = {.m = b->m, .d = &r->d};
    for (uint32_t f = r->first; f < r->end && !r->d.failed; f++) {
        size_t before = v.calls.count;
        if (!validate_body(&v, f))
            atomic_store(&b->failed, true);
        v.notes.call_count = (uint32_t)(v.calls.count - before);
        r->notes[f - r->first] = v.notes;
    }
    r->calls = v.calls;
    r->makes = v.makes;
    r->writes = v.writes;
    r->features = v.features;
    validator_free(&v);
}

void take_makers(module *m, index_list *makes) {
    for (size_t k = 0; k < makes->count; k++)
        m->types[makes->data[k] >> 2].makers |= (uint8_t)(1u << (makes->data[k] & 3));
    vec_free(makes);
}

/* Moves the notes of one run on functions, types and tables into the module. */
static void take_notes(module *m, run *r) {
    for (uint32_t f = r->first; r->notes && f < r->end; f++)
        m->funcs[f].notes = r->notes[f - r->first];
    for (size_t k = 0; k < r->writes.count; k++)
        m->tables[r->writes.data[k]].is_written = true;
    take_makers(m, &r->makes);
    memory_release(r->notes);
    vec_free(&r->writes);
}

/* Merges the notes of all runs into the module and frees them. */
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
        take_notes(m, r);
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
