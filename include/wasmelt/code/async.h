/* What the code of components with something async stands on (component-model, CanonicalABI.md, from "Concurrency" on): tasks and their
 * threads, calls that return later, waitable sets, streams, futures, error contexts. Only generated code includes this.
 *
 * Each call of a lifted function is a task, and runs on a thread of it: not one of the system's, but what can wait while others run. A
 * thread that waits between two calls of its callback has no stack; one that waits in the middle of code has a fiber (runtime/component/
 * fiber.h), which calls of a part get if code there may do that. Values never wait: they are lifted and lowered in one go, when a task
 * starts, returns, or copies.
 *
 * Who owns what: all objects are in the component's list, and freed with it at the latest; before, a task when its last thread ends, a
 * subtask and an end of a stream when its handle is dropped, what both ends share with the second of them. */
#ifndef WASMELT_CODE_ASYNC_H
#define WASMELT_CODE_ASYNC_H

#include <wasmelt/code/component.h>

/* What handles of other things than resources have in the place of a resource's number. */
enum {
    WASMELT_CANON_SET = 0xFFFFFF00,
    WASMELT_CANON_SUBTASK,
    WASMELT_CANON_STREAM_READ, /* the readable end of a stream */
    WASMELT_CANON_STREAM_WRITE,
    WASMELT_CANON_FUTURE_READ,
    WASMELT_CANON_FUTURE_WRITE,
    WASMELT_CANON_ERROR
};

/* First member of all objects. */
typedef struct wasmelt_canon_object {
    struct wasmelt_canon_object *next, *previous;
} wasmelt_canon_object;

typedef struct wasmelt_canon_set wasmelt_canon_set;
typedef struct wasmelt_canon_error wasmelt_canon_error, *wasmelt_canon_error_context;
typedef struct wasmelt_canon_fiber wasmelt_canon_fiber;
typedef struct wasmelt_canon_task wasmelt_canon_task;
typedef struct wasmelt_canon_thread wasmelt_canon_thread;
typedef struct wasmelt_canon_subtask wasmelt_canon_subtask;

/* What can have an event: a subtask, or an end of a stream or future. */
typedef struct wasmelt_canon_waitable {
    wasmelt_canon_object object;
    u32 kind, handle; /* WASMELT_CANON_...; its index */
    bool has_event, has_waiter;
    wasmelt_canon_set *set;                         /* null: in none */
    struct wasmelt_canon_waitable *next, *previous; /* in the set */
} wasmelt_canon_waitable;

typedef enum wasmelt_canon_subtask_state {
    WASMELT_CANON_STARTING,
    WASMELT_CANON_STARTED,
    WASMELT_CANON_RETURNED,
    WASMELT_CANON_CANCELLED_BEFORE_STARTED,
    WASMELT_CANON_CANCELLED_BEFORE_RETURNED
} wasmelt_canon_subtask_state;

/* A call, as its caller sees it. */
struct wasmelt_canon_subtask {
    wasmelt_canon_waitable waitable;
    wasmelt_canon_subtask_state state;
    bool is_cancelled; /* the caller has asked for that */
    bool is_delivered; /* the caller knows how it ended */
    bool is_started_by_host;
    wasmelt_canon_call call;
    wasmelt_canon_task *task;  /* until it is resolved; null: the callee is the host */
    void (*cancel)(void *own); /* of a call of the host that has not returned */
    void *own;
    void (*start)(wasmelt_canon_subtask *s, void *params);         /* lifts the parameters, a struct of the function */
    void (*resolve)(wasmelt_canon_subtask *s, const void *result); /* lowers the result */
    u64 flat[17];                                                  /* what the lowered function was called with */
    u64 core[1];                                                   /* the core value of the result, of a call that waits */
    const void *host_params;                                       /* of a call by the host, */
    void *host_result;
    size_t params_bytes, result_bytes;
};

typedef enum wasmelt_canon_task_state {
    WASMELT_CANON_TASK_INITIAL,
    WASMELT_CANON_TASK_STARTED,
    WASMELT_CANON_TASK_PENDING_CANCEL,
    WASMELT_CANON_TASK_CANCEL_DELIVERED,
    WASMELT_CANON_TASK_RESOLVED
} wasmelt_canon_task_state;

/* A call of a lifted function. */
struct wasmelt_canon_task {
    wasmelt_canon_object object;
    wasmelt_canon_call call; /* its `canon` is that of the lifted function */
    wasmelt_canon_task_state state;
    wasmelt_canon_subtask *subtask; /* until it is resolved */
    wasmelt_canon_thread *implicit; /* the first thread, until that ends */
    wasmelt_canon_thread *threads;  /* those that have a place in the part's table */
    u32 packed;                     /* what the core function returned, of one with a callback */
    wasmelt_canon_scratch mark;     /* what was in use before its parameters or result were lifted */
};

/* What a thread waits for. */
typedef enum wasmelt_canon_until {
    WASMELT_CANON_UNTIL_RESUMED,  /* nothing: another thread resumes it */
    WASMELT_CANON_UNTIL_TURN,     /* nothing: it lets others run */
    WASMELT_CANON_UNTIL_ENTRY,    /* that it may begin: backpressure is gone */
    WASMELT_CANON_UNTIL_FREE,     /* that no other thread has the part for itself */
    WASMELT_CANON_UNTIL_SET_FREE, /* that, and an event of a set */
    WASMELT_CANON_UNTIL_SET,
    WASMELT_CANON_UNTIL_EVENT,   /* of a waitable */
    WASMELT_CANON_UNTIL_RESOLVED /* a subtask is resolved */
} wasmelt_canon_until;

/* What it does when it is resumed, if it has no fiber. */
typedef enum wasmelt_canon_stage {
    WASMELT_CANON_STAGE_BEGIN,
    WASMELT_CANON_STAGE_ENTER, /* it has waited for entry */
    WASMELT_CANON_STAGE_CALLBACK,
    WASMELT_CANON_STAGE_FUNC /* one that a task has made: calls `func` */
} wasmelt_canon_stage;

struct wasmelt_canon_thread {
    wasmelt_canon_object object;
    wasmelt_canon_task *task;
    wasmelt_canon_thread *next_of_task, *previous_of_task;
    wasmelt_canon_thread *next, *previous; /* of those that wait */
    u32 index;                             /* in the part's table; 0: none */
    bool is_running, is_waiting, is_cancellable;
    bool is_cancelled; /* the answer that it is resumed with */
    wasmelt_canon_until until;
    const void *on; /* the set, waitable or subtask that it waits for */
    wasmelt_canon_stage stage;
    wasmelt_canon_fiber *fiber; /* null: it is on none */
    const wasmelt_func *func;   /* STAGE_FUNC */
    u64 argument;
    u64 storage[2]; /* context.get and context.set */
};

typedef struct wasmelt_canon_thread_slot {
    wasmelt_canon_thread *thread; /* null: free, and `next` is the next free one */
    u32 next;
} wasmelt_canon_thread_slot;

/* What a part has if the component is async. */
typedef struct wasmelt_canon_part_async {
    u32 backpressure, entering;         /* `entering`: how many threads wait for entry */
    wasmelt_canon_thread *exclusive;    /* the one that has the part for itself: of a task whose code is not reentrant */
    wasmelt_canon_thread_slot *threads; /* the first is never used */
    u32 thread_count, thread_room, free_thread;
} wasmelt_canon_part_async;

/* What a component has if something in it is async. */
typedef struct wasmelt_canon_async {
    void (*free)(wasmelt_canon_component *self);
    const struct wasmelt_canon_worker *worker; /* null: the host does nothing for it meanwhile */
    wasmelt_canon_object *objects;
    u32 object_count;
    size_t error_bytes;                           /* of the messages of error contexts */
    wasmelt_canon_thread *waiting, *last_waiting; /* in the order in which they began to */
    wasmelt_canon_thread *current;                /* that runs */
    wasmelt_canon_thread *switch_to;              /* what the thread that blocks now wants to run next; or null */
    wasmelt_canon_thread idle;                    /* runs when none else does: start functions, realloc */
    wasmelt_canon_task idle_task;
    wasmelt_canon idle_canon;
    wasmelt_canon_part_async *parts;
    wasmelt_canon_fiber *fibers, *free_fibers; /* all of them; those without a thread */
    u32 fiber_count;
    wasmelt_started_call *calls;   /* that the host has started */
    u32 ended_calls;               /* of these, those that it wants to be told of */
    u32 asked;                     /* the function of the host that is called, which may return later: its number and one; 0: none */
    wasmelt_pending_call *pending; /* what that function has asked for, to return later; or null */
} wasmelt_canon_async;

/* What a host does for components while they run: it copies to and from its ends of streams, and functions of it have not returned. */
typedef struct wasmelt_canon_worker {
    void *host;
    /* Does what can be done, and, if that is nothing and `waits`, waits for it. False: nothing is to be done, nor will be. */
    bool (*work)(void *host, wasmelt_canon_component *component, bool waits);
    /* The component is about to be freed. */
    void (*leave)(void *host, wasmelt_canon_component *component);
} wasmelt_canon_worker;

/* What streams and futures of one type carry. Types are the same if this is. */
typedef struct wasmelt_canon_element {
    u32 bytes, alignment; /* 0: nothing */
    bool is_number;
    /* Loads `count` values and stores them; null: there is nothing to copy. */
    void (*copy)(wasmelt_canon_call *reader, u8 *to, wasmelt_canon_call *writer, const u8 *from, u32 count);
    /* If hosts have such streams: the size of a value in C, and how values get there and back; null: there are none. */
    size_t host_bytes;
    void (*load)(wasmelt_canon_call *writer, void *to, const u8 *from, u32 count);
    void (*store)(wasmelt_canon_call *reader, u8 *to, const void *from, u32 count);
} wasmelt_canon_element;

/* ---- Components (runtime/component/task.c) ---- */

/* Prepares a component that has its parts. False if memory is short, with the error set. */
bool wasmelt_canon_async_init(wasmelt_canon_component *self, wasmelt_error *error);

/* ---- Calls ---- */

/* A call by the host, which waits until it has returned: other threads run meanwhile. */
void wasmelt_canon_call_host(const wasmelt_canon *lift, const void *params, size_t params_bytes, void *result, size_t result_bytes);
/* A call by a component that waits; the core value of the result. */
u64 wasmelt_canon_call_wait(const wasmelt_canon *lower, const wasmelt_canon *lift, wasmelt_canon_subtask *s);
/* One that does not wait: its state and handle. `s` is copied. */
u32 wasmelt_canon_call_async(const wasmelt_canon *lower, const wasmelt_canon *lift, const wasmelt_canon_subtask *s);
/* A call of a destructor, by the part `caller`; null: the host. */
void wasmelt_canon_call_destructor(const wasmelt_canon *lift, const wasmelt_canon_part *caller, u32 representation);

/* Within the `run` of a lifted function: gets the parameters; says that they have been lowered. */
void wasmelt_canon_task_start(wasmelt_canon_task *t, void *params);
void wasmelt_canon_task_started(wasmelt_canon_task *t);
/* Before the result is lifted, and after that. */
void wasmelt_canon_task_returning(wasmelt_canon_task *t);
void wasmelt_canon_task_return(wasmelt_canon_task *t, const void *result);
/* The task that calls task.return; traps if it may not. */
wasmelt_canon_task *wasmelt_canon_task_of(const wasmelt_canon *canon);

/* ---- Ends of streams that hosts have (runtime/component/host_end.c) ---- */

/* A stream or future with an end for the host; the other one is for the component that it is passed to. */
wasmelt_canon_shared *wasmelt_canon_host_new(wasmelt_canon_component *self, const wasmelt_canon_element *element, bool is_future);
/* Copies between the host's values and the component's, while the component goes on: all of them, or when reading as many as there are; how
 * many. Fewer if the other end is gone, or nothing goes on. */
size_t wasmelt_canon_host_read(wasmelt_canon_component *self, wasmelt_canon_shared *s, void *to, size_t count);
size_t wasmelt_canon_host_write(wasmelt_canon_component *self, wasmelt_canon_shared *s, const void *from, size_t count);
bool wasmelt_canon_host_is_open(const wasmelt_canon_shared *s);
void wasmelt_canon_host_drop(wasmelt_canon_component *self, wasmelt_canon_shared *s);

/* ---- Calls that do not keep the host waiting (runtime/component/host_call.c) ---- */

/* Everything that can goes on; and the host is told of calls that have ended. */
void wasmelt_canon_host_go_on(wasmelt_canon_component *self);
/* Starts a call, of which the parameters are copied; its result, if it has one by now; ends it. */
wasmelt_started_call *wasmelt_canon_host_start(const wasmelt_canon *lift, const void *params, size_t params_bytes, size_t result_bytes,
                                               void (*done)(void *own), void *own);
bool wasmelt_canon_host_result(const wasmelt_started_call *call, void *result);
void wasmelt_canon_host_drop_call(wasmelt_canon_component *self, wasmelt_started_call *call);

/* Around a call of the function of the host with this number: says that it is called; and what it has asked for, or null. */
void wasmelt_canon_ask(const wasmelt_canon_call *c, u32 func);
wasmelt_pending_call *wasmelt_canon_answer(const wasmelt_canon_call *c);
/* It has returned; or it will later, the result then being lowered by `resolve`, for which `value` is what the core function was called
 * with as its parameter `param`. What the core function returns. */
void wasmelt_canon_returned(wasmelt_canon_call *c);
u32 wasmelt_canon_pend(wasmelt_canon_call *c, wasmelt_pending_call *p, void (*resolve)(wasmelt_canon_subtask *s, const void *result),
                       u32 param, u64 value);
u64 wasmelt_canon_pend_waiting(wasmelt_canon_call *c, wasmelt_pending_call *p,
                               void (*resolve)(wasmelt_canon_subtask *s, const void *result), u32 param, u64 value);
/* Called by the host: null if it is not in this function, or has asked before; false if the caller has given up. */
wasmelt_pending_call *wasmelt_canon_host_later(wasmelt_canon_component *self, u32 func, void (*given_up)(void *own), void *own);
bool wasmelt_canon_host_return(wasmelt_canon_component *self, wasmelt_pending_call *p, const void *result);

/* ---- Values (runtime/component/stream.c, error_context.c) ---- */

wasmelt_canon_shared *wasmelt_canon_lift_end(wasmelt_canon_call *c, u32 kind, const wasmelt_canon_element *e, u32 handle);
u32 wasmelt_canon_lower_end(wasmelt_canon_call *c, u32 kind, wasmelt_canon_shared *shared);
wasmelt_canon_error *wasmelt_canon_lift_error(wasmelt_canon_call *c, u32 handle);
u32 wasmelt_canon_lower_error(wasmelt_canon_call *c, wasmelt_canon_error *error);

INLINE wasmelt_canon_error *load_error_context(wasmelt_canon_call *c, const u8 *at) {
    return wasmelt_canon_lift_error(c, load_u32(c, at));
}
INLINE void store_error_context(wasmelt_canon_call *c, wasmelt_canon_error *v, u8 *at) {
    store_u32(c, wasmelt_canon_lower_error(c, v), at);
}
INLINE wasmelt_canon_error *lift_error_context(wasmelt_canon_call *c, const u64 *flat) {
    return wasmelt_canon_lift_error(c, (u32)flat[0]);
}
INLINE void lower_error_context(wasmelt_canon_call *c, wasmelt_canon_error *v, u64 *flat) {
    flat[0] = wasmelt_canon_lower_error(c, v);
}

/* ---- Built-ins: named as in canons.def ---- */

void wasmelt_canon_task_cancel(const wasmelt_canon *canon);
u32 wasmelt_canon_subtask_cancel(const wasmelt_canon *canon, u32 handle);
void wasmelt_canon_subtask_drop(const wasmelt_canon *canon, u32 handle);
void wasmelt_canon_backpressure_set(const wasmelt_canon *canon, u32 on);
void wasmelt_canon_backpressure_inc(const wasmelt_canon *canon);
void wasmelt_canon_backpressure_dec(const wasmelt_canon *canon);
u64 wasmelt_canon_context_get(const wasmelt_canon *canon, u32 slot);
void wasmelt_canon_context_set(const wasmelt_canon *canon, u32 slot, u64 value);

u32 wasmelt_canon_waitable_set_new(const wasmelt_canon *canon);
u32 wasmelt_canon_waitable_set_wait(const wasmelt_canon *canon, u32 set, u32 at);
u32 wasmelt_canon_waitable_set_poll(const wasmelt_canon *canon, u32 set, u32 at);
void wasmelt_canon_waitable_set_drop(const wasmelt_canon *canon, u32 set);
void wasmelt_canon_waitable_join(const wasmelt_canon *canon, u32 waitable, u32 set);

u64 wasmelt_canon_stream_new(const wasmelt_canon *canon);
u32 wasmelt_canon_stream_read(const wasmelt_canon *canon, u32 end, u32 at, u32 count);
u32 wasmelt_canon_stream_write(const wasmelt_canon *canon, u32 end, u32 at, u32 count);
u32 wasmelt_canon_stream_cancel_read(const wasmelt_canon *canon, u32 end);
u32 wasmelt_canon_stream_cancel_write(const wasmelt_canon *canon, u32 end);
void wasmelt_canon_stream_drop_readable(const wasmelt_canon *canon, u32 end);
void wasmelt_canon_stream_drop_writable(const wasmelt_canon *canon, u32 end);
u64 wasmelt_canon_future_new(const wasmelt_canon *canon);
u32 wasmelt_canon_future_read(const wasmelt_canon *canon, u32 end, u32 at);
u32 wasmelt_canon_future_write(const wasmelt_canon *canon, u32 end, u32 at);
u32 wasmelt_canon_future_cancel_read(const wasmelt_canon *canon, u32 end);
u32 wasmelt_canon_future_cancel_write(const wasmelt_canon *canon, u32 end);
void wasmelt_canon_future_drop_readable(const wasmelt_canon *canon, u32 end);
void wasmelt_canon_future_drop_writable(const wasmelt_canon *canon, u32 end);

u32 wasmelt_canon_error_context_new(const wasmelt_canon *canon, u32 at, u32 length);
void wasmelt_canon_error_context_debug_message(const wasmelt_canon *canon, u32 error, u32 at);
void wasmelt_canon_error_context_drop(const wasmelt_canon *canon, u32 error);

u32 wasmelt_canon_thread_index(const wasmelt_canon *canon);
u32 wasmelt_canon_thread_new_indirect(const wasmelt_canon *canon, u32 func, u64 argument);
u32 wasmelt_canon_thread_yield(const wasmelt_canon *canon);
void wasmelt_canon_thread_resume_later(const wasmelt_canon *canon, u32 thread);
u32 wasmelt_canon_thread_suspend(const wasmelt_canon *canon);
u32 wasmelt_canon_thread_suspend_then_resume(const wasmelt_canon *canon, u32 thread);
u32 wasmelt_canon_thread_yield_then_resume(const wasmelt_canon *canon, u32 thread);
u32 wasmelt_canon_thread_suspend_then_promote(const wasmelt_canon *canon, u32 thread);
u32 wasmelt_canon_thread_yield_then_promote(const wasmelt_canon *canon, u32 thread);

#endif
