/* Calls the built-ins of async components in an order that a seed decides, mostly as they may be called: it notes which handles it has, and
 * what they are. Compiled twice: with OUTER it also calls the functions of the component that it is without. */
typedef unsigned u32;
typedef unsigned long long u64;

#define BUILT_IN(name, result, ...) __attribute__((import_module("c"), import_name(#name))) result name(__VA_ARGS__);
#ifdef OUTER
#define FOR_OUTER BUILT_IN
#define FOR_INNER(name, result, ...)
#else
#define FOR_OUTER(name, result, ...)
#define FOR_INNER BUILT_IN
#endif
#include "built_ins.def"
#define EXPORT(name) __attribute__((export_name(name)))

/* What a handle is. */
enum { NONE, SET, SUBTASK, S_READ, S_WRITE, T_READ, T_WRITE, F_READ, F_WRITE, ERROR, DONE = 32, BUSY = 64 };
enum { MOST = 200, BLOCKED = 0xFFFFFFFF };

static unsigned char kinds[MOST], sets[MOST]; /* of each handle, and the set that it has joined */
static u32 threads[8];
static u32 steps_left, seed = 1;
static unsigned char memory[8192] __attribute__((aligned(16)));

#define AT(offset) ((u32)(unsigned long)&memory[offset])
enum { TEXT = 0, TEXTS = 1024, READ = 2048, TEXTS_READ = 3072, NUMBER = 4096, RESULT = 4104, EVENT = 4112 };

/* ---- Choosing ---- */

static u32 random(u32 n) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % n;
}

/* A handle of this kind, 0 if there is none; rarely any number. */
static u32 pick(u32 kind) {
    if (random(3000) == 0)
        return random(20);
    const u32 start = random(MOST);
    for (u32 k = 0; k < MOST; k++)
        if (kinds[(start + k) % MOST] == kind)
            return (start + k) % MOST;
    return 0;
}

static u32 pick_of(u32 kind, u32 other) {
    return pick(random(2) ? kind : other);
}

static u32 pick_alone(u32 kind) {
    const u32 h = pick(kind);
    return sets[h] ? 0 : h;
}

static void have(u32 h, u32 kind) {
    if (h < MOST)
        kinds[h] = kind, sets[h] = 0;
}

static u32 give(u32 h) {
    have(h, NONE);
    return h;
}

static void have_ends(u64 ends, u32 read) {
    have((u32)ends, read);
    have((u32)(ends >> 32), read + 1);
}

/* ---- What has happened ---- */

/* A copy has ended, or not yet. */
static void copied(u32 h, u32 result) {
    if (h >= MOST)
        return;
    kinds[h] &= ~BUSY;
    const u32 how = result & 15;
    if (result == BLOCKED)
        kinds[h] |= BUSY;
    else if (how == 1 || (how == 0 && (kinds[h] == F_READ || kinds[h] == F_WRITE)))
        kinds[h] |= DONE;
}

static void finish(int is_cancelled);

static void happened(u32 code, u32 h, u32 payload) {
    if (code == 6)
        finish(1);
    else if (code == 1 && payload >= 2 && h < MOST)
        kinds[h] = SUBTASK | DONE;
    else if (code >= 2)
        copied(h, payload);
}

static void event(u32 code) {
    const u32 *const e = (const u32 *)(unsigned long)AT(EVENT);
    happened(code, e[0], e[1]);
}

/* Whether something in the set can have an event some day. */
static int is_worth_waiting(u32 set) {
    for (u32 k = 0; k < MOST; k++)
        if (sets[k] == set && ((kinds[k] & BUSY) || kinds[k] == SUBTASK))
            return set > 0;
    return 0;
}

/* ---- The task ---- */

/* What it returns; HAS_RETURNED is added then. Kept in the thread's storage. */
enum { A_NUMBER, A_FUTURE, NOTHING, HAS_RETURNED = 4 };

static void finish(int is_cancelled) {
    const u32 what = context_get();
    if (what >= NOTHING)
        return;
    context_set(what | HAS_RETURNED);
    if (is_cancelled) {
        task_cancel();
    } else if (what == A_NUMBER) {
        return_number(random(1000));
    } else {
        u32 h = pick_alone(F_READ);
        if (h == 0) {
            const u64 ends = future_new();
            have_ends(ends, F_READ);
            h = (u32)ends;
        }
        return_future(give(h));
    }
}

static void step(int may_wait);

static void run_thread(u32 steps) {
    context_set(NOTHING);
    while (steps-- > 0)
        step(1);
}

/* ---- Steps ---- */

static void copy(int may_wait) {
    u32 h;
    switch (random(11)) {
    case 0:
        have_ends(stream_new(), S_READ);
        break;
    case 1:
        have_ends(future_new(), F_READ);
        break;
    case 2:
    case 3:
        if ((h = pick(S_READ)))
            copied(h, stream_read(h, AT(READ), random(40)));
        break;
    case 4:
    case 5:
        if ((h = pick(S_WRITE)))
            copied(h, stream_write(h, AT(READ), random(40)));
        break;
    case 6:
        if ((h = pick(F_READ)))
            copied(h, future_read(h, AT(NUMBER)));
        break;
    case 7:
        if ((h = pick(F_WRITE)))
            copied(h, future_write(h, AT(NUMBER)));
        break;
    case 8:
        if (may_wait && random(8) == 0 && (h = pick_alone(S_READ)))
            copied(h, stream_read_sync(h, AT(READ), random(20)));
        break;
    case 9:
        if (may_wait && random(8) == 0 && (h = pick_alone(S_WRITE)))
            copied(h, stream_write_sync(h, AT(READ), random(20)));
        break;
    case 10:
#ifdef OUTER
        if (random(2)) {
            have_ends(text_new(), T_READ);
        } else if ((h = pick(T_WRITE))) {
            for (u32 k = 0; k < 8; k++) {
                ((u32 *)(unsigned long)AT(TEXTS))[2 * k] = AT(TEXT + 3 * k);
                ((u32 *)(unsigned long)AT(TEXTS))[2 * k + 1] = random(20);
            }
            copied(h, text_write(h, AT(TEXTS), random(8)));
        }
#else
        if ((h = pick(T_READ)))
            copied(h, text_read(h, AT(TEXTS_READ), random(8)));
#endif
    }
}

static void cancel(void) {
    u32 h;
    switch (random(5)) {
    case 0:
        if ((h = pick_alone(S_READ | BUSY)))
            copied(h, stream_cancel_read(h));
        break;
    case 1:
        if ((h = pick(S_WRITE | BUSY)))
            copied(h, stream_cancel_write_async(h));
        break;
    case 2:
        if ((h = pick_alone(F_READ | BUSY)))
            copied(h, future_cancel_read(h));
        break;
    case 3:
        if ((h = pick_alone(F_WRITE | BUSY)))
            copied(h, future_cancel_write(h));
        break;
    case 4:
#ifdef OUTER
        if ((h = pick_alone(T_WRITE | BUSY)))
            copied(h, text_cancel_write(h));
#else
        if ((h = pick_alone(T_READ | BUSY)))
            copied(h, text_cancel_read(h));
#endif
    }
}

static void drop(void) {
    u32 h;
    switch (random(6)) {
    case 0:
        if ((h = pick_of(S_READ, S_READ | DONE)))
            stream_drop_readable(give(h));
        break;
    case 1:
        if ((h = pick_of(S_WRITE, S_WRITE | DONE)))
            stream_drop_writable(give(h));
        break;
    case 2:
        if ((h = pick_of(F_READ, F_READ | DONE)))
            future_drop_readable(give(h));
        break;
    case 3:
        if ((h = pick(F_WRITE | DONE)))
            future_drop_writable(give(h));
        break;
    case 4:
        if ((h = pick_of(T_READ, T_READ | DONE)))
            text_drop_readable(give(h));
        break;
    case 5:
        if ((h = pick_of(T_WRITE, T_WRITE | DONE)))
            text_drop_writable(give(h));
    }
}

static void use_error(void) {
    u32 h;
    switch (random(3)) {
    case 0:
        have(error_new(AT(TEXT), random(30)), ERROR);
        break;
    case 1:
        if ((h = pick(ERROR)))
            error_message(h, AT(RESULT));
        break;
    case 2:
        if ((h = pick(ERROR)))
            error_drop(give(h));
    }
}

static void use_set(int may_wait) {
    static const unsigned char joining[] = {S_READ | BUSY, S_WRITE | BUSY, T_READ | BUSY, T_WRITE | BUSY,
                                            F_READ | BUSY, F_WRITE | BUSY, SUBTASK,       S_READ};
    u32 h;
    const u32 set = pick(SET);
    switch (random(8)) {
    case 0:
        have(set_new(), SET);
        break;
    case 1:
    case 2:
        if (set)
            event(set_poll(set, AT(EVENT)));
        break;
    case 3:
    case 4:
        if (may_wait && is_worth_waiting(set))
            event(set_wait(set, AT(EVENT)));
        break;
    case 5:
    case 6:
        if (set && (h = pick(joining[random(sizeof joining)])) && h < MOST) {
            sets[h] = set;
            join(h, set);
        }
        break;
    case 7:
        if (set && random(3) == 0) {
            for (u32 k = 1; k < MOST; k++)
                if (sets[k] == set) {
                    sets[k] = 0;
                    join(k, 0);
                }
            set_drop(give(set));
        }
    }
}

static void use_subtask(int may_wait) {
    u32 h;
    switch (random(3)) {
    case 0:
        if (may_wait && (h = pick_alone(SUBTASK))) {
            have(h, SUBTASK | DONE);
            subtask_cancel(h);
        }
        break;
    case 1:
        if ((h = pick(SUBTASK)) && h < MOST && random(3) == 0)
            kinds[h] = subtask_cancel_async(h) == BLOCKED ? SUBTASK | BUSY : SUBTASK | DONE;
        break;
    case 2:
        if ((h = pick(SUBTASK | DONE)))
            subtask_drop(give(h));
    }
}

static void use_thread(void) {
    u32 *const slot = &threads[random(8)];
    const u32 other = *slot;
    if (other == 0) {
        *slot = thread_new((u32)(unsigned long)run_thread, random(30));
        return;
    }
    *slot = 0;
    switch (random(5)) {
    case 0:
        thread_later(other);
        break;
    case 1:
        thread_yield_then_resume(other);
        break;
    case 2:
        *slot = thread_index();
        thread_suspend_then_resume(other);
        break;
    case 3:
        thread_yield_then_promote(other);
        break;
    case 4:
        *slot = other;
        yield();
    }
}

static void call(int may_wait) {
#ifdef OUTER
    u32 h, called = 0;
    switch (random(5)) {
    case 0:
        if ((h = pick_alone(S_READ)))
            called = number(random(99), give(h), AT(RESULT));
        break;
    case 1:
        if (may_wait && (h = pick_alone(S_READ)))
            number_sync(random(99), give(h));
        break;
    case 2:
        called = stackful(random(99), AT(RESULT));
        break;
    case 3:
        if ((h = pick_alone(T_READ)))
            called = future(give(h), AT(RESULT));
        break;
    case 4:
        if (may_wait)
            plain(random(99));
    }
    if (called >> 4)
        have(called >> 4, (called & 15) >= 2 ? SUBTASK | DONE : SUBTASK);
#else
    static u32 backpressure;
    (void)may_wait;
    if (random(3))
        return;
    if (backpressure == 0) {
        backpressure++;
        backpressure_inc();
    } else {
        backpressure--;
        backpressure_dec();
    }
#endif
}

static void step(int may_wait) {
    if (steps_left == 0)
        return;
    steps_left--;
    switch (random(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        copy(may_wait);
        break;
    case 4:
        cancel();
        break;
    case 5:
        drop();
        break;
    case 6:
        use_error();
        break;
    case 7:
    case 8:
        use_set(may_wait);
        break;
    case 9:
        use_subtask(may_wait);
        break;
    case 10:
        call(may_wait);
        break;
    case 11:
        if (may_wait)
            use_thread();
        else if (random(10) == 0)
            finish(0);
    }
}

/* ---- Functions ---- */

/* What a function with a callback returns: that it waits for a set, lets others run, or is done. */
static u32 go_on(void) {
    for (u32 n = random(12); n > 0; n--)
        step(0);
    if (steps_left > 0 && random(4)) {
        const u32 set = random(2) ? pick(SET) : 0;
        return is_worth_waiting(set) ? 2 | set << 4 : 1;
    }
    finish(0);
    return 0;
}

EXPORT("callback") u32 callback(u32 code, u32 h, u32 payload) {
    happened(code, h, payload);
    return go_on();
}

EXPORT("seed") void set_seed(u32 new_seed, u32 steps) {
    seed = new_seed;
    steps_left = steps;
    for (u32 k = 0; k < 64; k++)
        memory[TEXT + k] = 'a' + k % 26;
}

static void run_for(u32 what, u32 steps) {
    context_set(what);
    while (steps-- > 0 && steps_left > 0)
        step(1);
    finish(0);
}

#ifdef OUTER
EXPORT("run") void run(void) {
    run_for(A_NUMBER, steps_left);
}

EXPORT("run_callback") u32 run_callback(void) {
    context_set(A_NUMBER);
    return go_on();
}
#else
EXPORT("number") u32 number(u32 x, u32 stream) {
    (void)x;
    context_set(A_NUMBER);
    have(stream, S_READ);
    return go_on();
}

EXPORT("stackful") void stackful(u32 steps) {
    run_for(A_NUMBER, steps / 4);
    run_for(NOTHING, steps / 8); /* what it does after it has returned */
}

EXPORT("future") u32 future(u32 texts) {
    context_set(A_FUTURE);
    have(texts, T_READ);
    return go_on();
}

EXPORT("plain") u32 plain(u32 steps) {
    context_set(NOTHING);
    for (steps /= 10; steps > 0; steps--)
        step(0);
    return 1;
}
#endif
