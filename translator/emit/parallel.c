/* Emits a list of functions in several threads; their text comes out in order. A chunk is a sequence of functions of one file with a
 * certain amount of code. Threads take the chunks in order and put the text of each into a slot of a ring; the calling thread takes the
 * texts out in order. No thread can be further ahead of the calling thread than the length of the ring. So memory holds the texts of at
 * most that many chunks, each of which is small or consists of one large function. */
#include "emit/parallel.h"

#include <pthread.h>

#include "base/threads.h"
#include "emit/func.h"

#define CHUNK_BYTES ((size_t)16 * 1024) /* of WebAssembly code */
/* The memory that a thread keeps for its next function. What a rare large function needs beyond that is freed after it. */
#define KEPT_BYTES ((size_t)1 << 20)

typedef struct chunk {
    size_t first, end; /* positions in the list */
} chunk;

/* The result of a thread for one chunk. */
typedef struct slot {
    out o;
    diag d;
    bool filled;
} slot;

typedef struct crew {
    const generator *g;
    const uint32_t *functions;
    VEC(chunk) chunks;
    slot *slots;
    size_t slot_count;
    pthread_mutex_t lock; /* protects the members that follow */
    pthread_cond_t changed;
    size_t next;  /* the first chunk that no thread has begun */
    size_t taken; /* number of chunks whose text has been taken out */
    bool stopped;
} crew;

static void cut(crew *c, size_t count, const text_sink *sink) {
    size_t size = 0;
    for (size_t k = 0; k < count; k++) {
        bool begins = sink->begins_file(sink->context, k);
        if (c->chunks.count == 0 || begins || size >= CHUNK_BYTES) {
            *vec_push(&c->chunks) = (chunk){k, k};
            size = 0;
        }
        vec_last(&c->chunks).end = k + 1;
        size += c->g->m->funcs[c->functions[k]].body.length;
    }
}

static void emit_chunk(const crew *c, const chunk *part, slot *s, lowered *l, arena *scratch) {
    bool ok = true;
    diag_init(&s->d);
    for (size_t k = part->first; ok && k < part->end; k++) {
        arena_reset(scratch);
        ok = lower_func(l, &c->g->plan, scratch, c->functions[k], &s->d);
        if (ok)
            emit_func(c->g, &s->o, l);
    }
    if (l->f.stmts.capacity * sizeof *l->f.stmts.data > KEPT_BYTES)
        lowered_free(l);
}

/* Waits until there is a chunk to work on; false if there are no more. */
static bool begin_chunk(crew *c, size_t *index) {
    pthread_mutex_lock(&c->lock);
    while (!c->stopped && c->next < c->chunks.count && c->next >= c->taken + c->slot_count)
        pthread_cond_wait(&c->changed, &c->lock);
    bool found = !c->stopped && c->next < c->chunks.count;
    if (found)
        *index = c->next++;
    pthread_mutex_unlock(&c->lock);
    return found;
}

static void finish_chunk(crew *c, slot *s) {
    pthread_mutex_lock(&c->lock);
    s->filled = true;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

static void *work(void *argument) {
    crew *c = argument;
    lowered l = {0};
    arena scratch = {0};
    size_t index;
    while (begin_chunk(c, &index)) {
        slot *s = &c->slots[index % c->slot_count];
        emit_chunk(c, &c->chunks.data[index], s, &l, &scratch);
        finish_chunk(c, s);
    }
    lowered_free(&l);
    arena_free(&scratch);
    return NULL;
}

static void wait_for(crew *c, const slot *s) {
    pthread_mutex_lock(&c->lock);
    while (!s->filled)
        pthread_cond_wait(&c->changed, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

static void release(crew *c, slot *s, bool ok) {
    if (s->o.text.capacity > KEPT_BYTES)
        strbuf_free(&s->o.text);
    pthread_mutex_lock(&c->lock);
    s->filled = false;
    c->taken++;
    c->stopped |= !ok;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->lock);
}

static bool is_interrupted(const generator *g) {
    return g->options->stop && *g->options->stop;
}

/* Passes the text of a chunk on to the sink; if the chunk has failed, stores the reason. */
static bool take(crew *c, slot *s, const text_sink *sink, diag *d) {
    if (is_interrupted(c->g))
        return diag_fail(d, DIAG_NO_OFFSET, "interrupted");
    if (s->d.failed) {
        *d = s->d;
        return false;
    }
    return sink->take(sink->context, &s->o);
}

static bool take_all(crew *c, const text_sink *sink, diag *d) {
    bool ok = true;
    for (size_t k = 0; ok && k < c->chunks.count; k++) {
        slot *s = &c->slots[k % c->slot_count];
        wait_for(c, s);
        ok = sink->begin(sink->context, c->chunks.data[k].first) && take(c, s, sink, d);
        release(c, s, ok);
    }
    return ok;
}

/* Emits all functions in the calling thread. */
static bool work_alone(crew *c, struct line_marks *marks, const text_sink *sink, diag *d) {
    slot *s = &c->slots[0];
    lowered l = {0};
    arena scratch = {0};
    bool ok = true;
    s->o.marks = marks;
    for (size_t k = 0; ok && k < c->chunks.count; k++) {
        ok = sink->begin(sink->context, c->chunks.data[k].first);
        if (ok)
            emit_chunk(c, &c->chunks.data[k], s, &l, &scratch);
        ok = ok && take(c, s, sink, d);
    }
    lowered_free(&l);
    arena_free(&scratch);
    return ok;
}

bool emit_functions(const generator *g, const uint32_t *functions, size_t count, uint32_t jobs, struct line_marks *marks,
                    const text_sink *sink, diag *d) {
    crew c = {.g = g, .functions = functions, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    helpers workers;
    cut(&c, count, sink);
    size_t wanted = jobs < c.chunks.count ? jobs : c.chunks.count;
    if (wanted > MAX_THREADS)
        wanted = MAX_THREADS;
    c.slot_count = 2 * wanted + 1;
    c.slots = memory_alloc(c.slot_count, sizeof *c.slots);
    helpers_start(&workers, wanted > 1 && !marks ? wanted : 0, work, &c);
    bool ok = workers.count > 0 ? take_all(&c, sink, d) : work_alone(&c, marks, sink, d);
    helpers_join(&workers);
    for (size_t k = 0; k < c.slot_count; k++)
        strbuf_free(&c.slots[k].o.text), vec_free(&c.slots[k].o.mentions);
    memory_release(c.slots);
    vec_free(&c.chunks);
    return ok;
}
