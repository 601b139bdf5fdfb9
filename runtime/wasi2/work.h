/* What the host does for components while they run, in WASI 0.3: a work copies between a stream and a descriptor, and says in a future how
 * that has ended, or is a call that has not returned. */
#ifndef WASMELT_RUNTIME_WASI2_WORK_H
#define WASMELT_RUNTIME_WASI2_WORK_H

#include "../component/async.h"
#include "../component/scratch.h"
#include "host.h"

#pragma GCC visibility push(hidden)

/* The most bytes that a result in a future has. */
enum { OUTCOME_BYTES = 20 };

/* Packages whose error codes differ. */
typedef enum wasmelt_wasi3_errors { ERRORS_CLI, ERRORS_FILE, ERRORS_NETWORK } wasmelt_wasi3_errors;

typedef struct wasmelt_wasi3_work work;

struct wasmelt_wasi3_work {
    work *next, *previous; /* of the host's */
    wasmelt_wasi2 *host;
    wasmelt_canon_component *component;
    void (*go)(work *w); /* does what can be done now; called whenever something may have changed. Says in `waits` and `on` for what else */
    bool is_busy;        /* `go` is running */
    bool is_due;         /* what it waits for has happened */
    bool waits;          /* for `on`, a pollable, whose descriptor is not a reference of its own */
    object on;
    object o;                     /* what it copies from or to */
    wasmelt_canon_shared *stream; /* the host's end; null: none any more */
    wasmelt_canon_shared *future; /* the same */
    bool has_outcome;             /* what the future is to be is known */
    u8 outcome[OUTCOME_BYTES];
    wasmelt_wasi3_errors errors;    /* whose codes an error in it has */
    bool shuts;                     /* what it writes to is a connection, of which this half ends with the stream */
    work *from;                     /* of what writes: the work that reads what it writes, if both are the host's; or null */
    bool is_source;                 /* it is such a `from` */
    wasmelt_canon_subtask *subtask; /* of a call: until it returns */
    u32 to;                         /* where its result goes */
    u32 number;                     /* of the resource type in the stream; or of a resource of the host's that the call has borrowed */
};

/* Makes one, which does nothing yet; traps if there are too many. */
work *wasmelt_rt_work_new(const wasmelt_wasi2_call *c, void (*go)(work *w));
/* Lets it do what it can. It may be gone afterwards. */
void wasmelt_rt_work_run(work *w);
/* Waits, in `go`, for an event of what it copies, or for a time. */
void wasmelt_rt_work_wait(work *w, pollable_event event, uint64_t time);
/* A work for a call that has borrowed this socket, which it waits for: it stays until the call has returned. */
void wasmelt_rt_work_for_socket(wasmelt_wasi2_call *c, const object *o, void (*go)(work *w), pollable_event event, u32 to);
/* The stream is at its end: the host's end of it leaves. */
void wasmelt_rt_work_leave(work *w);
/* Sets what the future is to be: a result without a value, with the code of an error if it is one. */
void wasmelt_rt_work_outcome(work *w, bool is_error, u8 code);

/* Gives the component the readable end of the work's stream, or future, whose type is number `k` in the function's; the handle. */
u32 wasmelt_rt_work_give_stream(const wasmelt_wasi2_call *c, work *w, unsigned k);
u32 wasmelt_rt_work_give_future(const wasmelt_wasi2_call *c, work *w, unsigned k);
/* Takes the readable end of a stream from the component. The work at the other end, or null if that is a component's. */
work *wasmelt_rt_work_take_stream(const wasmelt_wasi2_call *c, work *w, unsigned k, u32 handle);

/* A call of a function by which a result of the call gets into memory. In `go`, until the call has returned. */
wasmelt_wasi2_call wasmelt_rt_work_call(const work *w);
/* The call has returned, and its result is in memory. In `go`. */
void wasmelt_rt_work_return(work *w);

/* ---- via.c: between a stream of bytes and the descriptor of `w->o`, of which it is the work's own reference, or null ---- */

/* Makes a work that reads or writes, as the object's kind says. */
work *wasmelt_rt_via_new(const wasmelt_wasi2_call *c, wasmelt_wasi3_errors errors, object o);
/* Begins to read, unless there is an error, and stores the stream and the future at `to`. */
void wasmelt_rt_via_give(const wasmelt_wasi2_call *c, work *w, bool is_error, u8 code, u32 to);
/* Begins to write the stream, unless there is an error; the handle of the future. */
u32 wasmelt_rt_via_take(const wasmelt_wasi2_call *c, work *w, u32 data, bool is_error, u8 code);

#pragma GCC visibility pop

#endif
