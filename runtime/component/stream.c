/* Streams and futures (CanonicalABI.md, Stream State, Future State). Both have two ends, each with a handle, that share what is known of
 * the other one: which end has begun to copy and waits. Values are copied from memory to memory when the second end begins. */
#include "async.h"

#include "../allocator.h"
#include "scratch.h"

/* How a copy ends (CopyResult). */
enum { COPY_COMPLETED, COPY_DROPPED, COPY_CANCELLED, COPY_BITS = 4 };

enum { MOST_ELEMENTS = (1 << 28) - 1 };

typedef enum end_state { END_IDLE, END_COPYING, END_CANCELLING, END_DONE } end_state;

typedef struct end {
    wasmelt_canon_waitable waitable;
    wasmelt_canon_shared *shared;
    end_state state;
    u32 result;    /* of the event that it has */
    bool reclaims; /* with the event its buffer is its own again: until then the other end may go on */
    /* The buffer, while it copies. */
    const wasmelt_canon *canon;
    u32 at, progress, length;
} end;

struct wasmelt_canon_shared {
    wasmelt_canon_object object;
    const wasmelt_canon_element *element;
    bool is_future, is_dropped;
    u32 ends;     /* how many there still are; a readable one between two tables is one */
    end *pending; /* the end that waits for the other one; null: none */
    /* If one of the ends is the host's: what is called when the other one begins to copy, or is gone. */
    void (*changed)(void *own);
    void *own;
};

/* ---- Buffers ---- */

static u32 remaining(const end *e) {
    return e->length - e->progress;
}

static u8 *place_of(const end *e, wasmelt_canon_call *c, u32 count) {
    const wasmelt_canon_element *const t = e->shared->element;
    return wasmelt_canon_range(c, e->at + (u64)e->progress * t->bytes, count, t->bytes, t->alignment);
}

static void copy(end *to, end *from, u32 count) {
    const wasmelt_canon_element *const t = to->shared->element;
    if (t->copy) {
        wasmelt_canon_component *const self = to->canon->component;
        const wasmelt_canon_scratch mark = self->scratch;
        wasmelt_canon_call reader = {.canon = to->canon, .is_async = true}, writer = {.canon = from->canon, .is_async = true};
        const u8 *const source = place_of(from, &writer, count);
        t->copy(&reader, place_of(to, &reader, count), &writer, source, count);
        wasmelt_rt_scratch_rewind(self, &self->scratch, &mark);
    }
    from->progress += count;
    to->progress += count;
}

/* ---- Events ---- */

static void tell(end *e, u32 result, bool reclaims) {
    e->result = result;
    e->reclaims = reclaims;
    wasmelt_rt_waitable_set_event(&e->waitable);
}

/* The end that waits need not any more. */
static void tell_pending(wasmelt_canon_shared *s, u32 result) {
    end *const e = s->pending;
    s->pending = NULL;
    tell(e, result, false);
}

event wasmelt_rt_end_event(wasmelt_canon_waitable *w) {
    end *const e = (end *)w;
    const bool is_future = e->shared->is_future;
    if (e->reclaims)
        e->shared->pending = NULL;
    e->state = e->result == COPY_DROPPED || (is_future && e->result == COPY_COMPLETED) ? END_DONE : END_IDLE;
    return (event){(event_code)(EVENT_STREAM_READ + (w->kind - WASMELT_CANON_STREAM_READ)), w->handle,
                   is_future ? e->result : e->result | e->progress << COPY_BITS};
}

/* ---- Copying ---- */

static bool is_writer(const end *e) {
    return e->waitable.kind == WASMELT_CANON_STREAM_WRITE || e->waitable.kind == WASMELT_CANON_FUTURE_WRITE;
}

static void copy_between(end *e, end *other, u32 count) {
    if (is_writer(e))
        copy(other, e, count);
    else
        copy(e, other, count);
}

static void copy_stream(end *e) {
    wasmelt_canon_shared *const s = e->shared;
    end *const other = s->pending;
    if (remaining(other) > 0) {
        const u32 count = remaining(e) < remaining(other) ? remaining(e) : remaining(other);
        if (count > 0) {
            copy_between(e, other, count);
            tell(other, COPY_COMPLETED, true);
        }
        tell(e, COPY_COMPLETED, false);
    } else if (is_writer(e) && e->length == 0 && other->length == 0) {
        tell(e, COPY_COMPLETED, false);
    } else {
        tell_pending(s, COPY_COMPLETED);
        s->pending = e;
    }
}

static void begin_copy(end *e) {
    wasmelt_canon_shared *const s = e->shared;
    if (s->is_dropped) {
        tell(e, COPY_DROPPED, false);
        return;
    }
    if (!s->pending) {
        s->pending = e;
        if (s->changed)
            s->changed(s->own);
        return;
    }
    if (s->pending->canon->part == e->canon->part && s->element->bytes > 0 && !s->element->is_number)
        wasmelt_trap_raise(WASMELT_TRAP_SAME_INSTANCE_COPY);
    if (!s->is_future) {
        copy_stream(e);
        return;
    }
    copy_between(e, s->pending, 1);
    tell_pending(s, COPY_COMPLETED);
    tell(e, COPY_COMPLETED, false);
}

/* ---- Built-ins ---- */

static end *find(const wasmelt_canon *canon, u32 kind, u32 handle) {
    wasmelt_canon_may_leave(canon->part);
    end *const e = handle_object(canon->part, kind, handle);
    if (e->shared->element != canon->element)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_TYPE);
    return e;
}

static u32 add_end(wasmelt_canon_component *self, wasmelt_canon_part *part, u32 kind, wasmelt_canon_shared *shared) {
    end *const e = wasmelt_rt_object_new(self, sizeof *e);
    e->shared = shared;
    e->waitable.kind = kind;
    return e->waitable.handle = wasmelt_rt_handle_add(part, (wasmelt_canon_handle){.resource = kind, .object = e});
}

static wasmelt_canon_shared *new_shared(wasmelt_canon_component *self, const wasmelt_canon_element *element, bool is_future) {
    wasmelt_canon_shared *const s = wasmelt_rt_object_new(self, sizeof *s);
    s->element = element;
    s->is_future = is_future;
    s->ends = 2;
    return s;
}

static u64 make(const wasmelt_canon *canon, u32 read, u32 write) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_shared *const s = new_shared(canon->component, canon->element, read == WASMELT_CANON_FUTURE_READ);
    const u32 reader = add_end(canon->component, canon->part, read, s), writer = add_end(canon->component, canon->part, write, s);
    return reader | (u64)writer << 32;
}

static u32 transfer(const wasmelt_canon *canon, u32 kind, u32 handle, u32 at, u32 count) {
    end *const e = find(canon, kind, handle);
    const wasmelt_canon_element *const t = canon->element;
    if (e->state != END_IDLE)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_STATE);
    if (!canon->is_async)
        wasmelt_rt_waitable_not_in_set(&e->waitable);
    if (count > MOST_ELEMENTS)
        wasmelt_trap_raise(WASMELT_TRAP_POINTER_BOUNDS);
    if (t->bytes > 0 && count > 0)
        wasmelt_canon_range(&(wasmelt_canon_call){.canon = canon}, at, count, t->bytes, t->alignment);
    e->canon = canon;
    e->at = at;
    e->length = count;
    e->progress = 0;
    e->state = END_COPYING;
    begin_copy(e);
    if (!e->waitable.has_event) {
        if (canon->is_async)
            return BLOCKED;
        wasmelt_rt_waitable_wait(canon->component, &e->waitable);
    }
    return wasmelt_rt_waitable_take_event(&e->waitable).payload;
}

static u32 cancel(const wasmelt_canon *canon, u32 kind, u32 handle) {
    end *const e = find(canon, kind, handle);
    if (e->state != END_COPYING || e->waitable.has_waiter)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_STATE);
    if (!canon->flag)
        wasmelt_rt_waitable_not_in_set(&e->waitable);
    e->state = END_CANCELLING;
    if (!e->waitable.has_event)
        tell_pending(e->shared, COPY_CANCELLED);
    else if (e->reclaims) /* definitions.py has COMPLETED here; the scripts, and wasmtime, say that it was cancelled */
        e->result = COPY_CANCELLED;
    return wasmelt_rt_waitable_take_event(&e->waitable).payload;
}

/* One end is gone. */
static void leave(wasmelt_canon_component *self, wasmelt_canon_shared *s) {
    if (!s->is_dropped) {
        s->is_dropped = true;
        if (s->pending)
            tell_pending(s, COPY_DROPPED);
    }
    if (--s->ends == 0)
        wasmelt_rt_object_free(self, s);
    else if (s->changed)
        s->changed(s->own);
}

static void drop(const wasmelt_canon *canon, u32 kind, u32 handle) {
    end *const e = find(canon, kind, handle);
    if (e->state == END_COPYING || e->state == END_CANCELLING)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_STATE);
    if (kind == WASMELT_CANON_FUTURE_WRITE && e->state != END_DONE)
        wasmelt_trap_raise(WASMELT_TRAP_FUTURE_UNWRITTEN);
    wasmelt_rt_waitable_join(&e->waitable, NULL);
    wasmelt_rt_handle_remove(canon->part, handle);
    leave(canon->component, e->shared);
    wasmelt_rt_object_free(canon->component, e);
}

u64 wasmelt_canon_stream_new(const wasmelt_canon *canon) {
    return make(canon, WASMELT_CANON_STREAM_READ, WASMELT_CANON_STREAM_WRITE);
}

u32 wasmelt_canon_stream_read(const wasmelt_canon *canon, u32 handle, u32 at, u32 count) {
    return transfer(canon, WASMELT_CANON_STREAM_READ, handle, at, count);
}

u32 wasmelt_canon_stream_write(const wasmelt_canon *canon, u32 handle, u32 at, u32 count) {
    return transfer(canon, WASMELT_CANON_STREAM_WRITE, handle, at, count);
}

u32 wasmelt_canon_stream_cancel_read(const wasmelt_canon *canon, u32 handle) {
    return cancel(canon, WASMELT_CANON_STREAM_READ, handle);
}

u32 wasmelt_canon_stream_cancel_write(const wasmelt_canon *canon, u32 handle) {
    return cancel(canon, WASMELT_CANON_STREAM_WRITE, handle);
}

void wasmelt_canon_stream_drop_readable(const wasmelt_canon *canon, u32 handle) {
    drop(canon, WASMELT_CANON_STREAM_READ, handle);
}

void wasmelt_canon_stream_drop_writable(const wasmelt_canon *canon, u32 handle) {
    drop(canon, WASMELT_CANON_STREAM_WRITE, handle);
}

u64 wasmelt_canon_future_new(const wasmelt_canon *canon) {
    return make(canon, WASMELT_CANON_FUTURE_READ, WASMELT_CANON_FUTURE_WRITE);
}

u32 wasmelt_canon_future_read(const wasmelt_canon *canon, u32 handle, u32 at) {
    return transfer(canon, WASMELT_CANON_FUTURE_READ, handle, at, 1);
}

u32 wasmelt_canon_future_write(const wasmelt_canon *canon, u32 handle, u32 at) {
    return transfer(canon, WASMELT_CANON_FUTURE_WRITE, handle, at, 1);
}

u32 wasmelt_canon_future_cancel_read(const wasmelt_canon *canon, u32 handle) {
    return cancel(canon, WASMELT_CANON_FUTURE_READ, handle);
}

u32 wasmelt_canon_future_cancel_write(const wasmelt_canon *canon, u32 handle) {
    return cancel(canon, WASMELT_CANON_FUTURE_WRITE, handle);
}

void wasmelt_canon_future_drop_readable(const wasmelt_canon *canon, u32 handle) {
    drop(canon, WASMELT_CANON_FUTURE_READ, handle);
}

void wasmelt_canon_future_drop_writable(const wasmelt_canon *canon, u32 handle) {
    drop(canon, WASMELT_CANON_FUTURE_WRITE, handle);
}

/* ---- Ends of the host ---- */

wasmelt_canon_shared *wasmelt_rt_host_end_new(wasmelt_canon_component *self, const wasmelt_canon_element *element, bool is_future,
                                              void (*changed)(void *own), void *own) {
    wasmelt_canon_shared *const s = new_shared(self, element, is_future);
    s->changed = changed;
    s->own = own;
    return s;
}

void *wasmelt_rt_host_end_take(wasmelt_canon_shared *s, void (*changed)(void *own), void *own) {
    void *const other = s->own;
    s->changed = changed;
    s->own = own;
    return other;
}

bool wasmelt_rt_host_end_is_wanted(const wasmelt_canon_shared *s, u32 *count) {
    *count = s->pending ? remaining(s->pending) : 0;
    return s->pending;
}

const wasmelt_canon_element *wasmelt_rt_host_end_element(const wasmelt_canon_shared *s) {
    return s->element;
}

bool wasmelt_rt_host_end_writes(const wasmelt_canon_shared *s) {
    return is_writer(s->pending);
}

bool wasmelt_rt_host_end_is_alone(const wasmelt_canon_shared *s) {
    return s->is_dropped;
}

u8 *wasmelt_rt_host_end_place(const wasmelt_canon_shared *s, wasmelt_canon_call *c, u32 count) {
    *c = (wasmelt_canon_call){.canon = s->pending->canon, .is_async = true};
    return place_of(s->pending, c, count);
}

void wasmelt_rt_host_end_copied(wasmelt_canon_shared *s, u32 count) {
    s->pending->progress += count;
    tell_pending(s, COPY_COMPLETED);
}

void wasmelt_rt_host_end_leave(wasmelt_canon_component *self, wasmelt_canon_shared *s) {
    s->changed = NULL;
    leave(self, s);
}

/* ---- Values ---- */

wasmelt_canon_shared *wasmelt_canon_lift_end(wasmelt_canon_call *c, u32 kind, const wasmelt_canon_element *element, u32 handle) {
    end *const e = handle_object(c->canon->part, kind, handle);
    if (e->shared->element != element)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_TYPE);
    if (e->state != END_IDLE || e->waitable.set)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_STATE);
    wasmelt_canon_shared *const s = e->shared;
    wasmelt_rt_handle_remove(c->canon->part, handle);
    wasmelt_rt_object_free(c->canon->component, e);
    return s;
}

u32 wasmelt_canon_lower_end(wasmelt_canon_call *c, u32 kind, wasmelt_canon_shared *shared) {
    return add_end(c->canon->component, c->canon->part, kind, shared);
}
