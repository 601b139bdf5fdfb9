/* poll_oneoff: waits for the first of several clocks and descriptors. If a descriptor is ready, or cannot be waited for, it is reported,
 * and not a time that has come. */
#include "poll.h"

#include "../allocator.h"
#include "../interrupt.h"
#include "clock.h"

#define FOREVER UINT64_MAX

typedef struct subscription {
    uint64_t userdata;
    uint8_t type;
    uint32_t error;
    uint64_t wait; /* clock: nanoseconds to wait, counted from the call */
    int place;     /* descriptor: position in the list for the host, or -1 */
    const descriptor *d;
} subscription;

/* One of the guest's descriptors. It is looked up once, so that all subscriptions to a number mean the same. */
typedef struct polled {
    descriptor *d; /* a reference, or null if nothing subscribed to it yet */
    int place;     /* position in the list for the host plus 1, or 0 */
} polled;

/* The list for the host has each descriptor once, because poll(2) takes no more entries than a process may have open files. */
typedef struct request {
    subscription *list;
    struct pollfd *host;
    polled *fds;       /* by number */
    uint32_t fd_count; /* descriptors that other threads open after the call began do not count */
    uint32_t count;
    nfds_t host_count;
} request;

/* Reads a subscription to a clock: how long to wait until the time comes; 0 if it is past. */
static uint32_t read_clock(wasmelt_wasi *w, const subscription_layout *l, const uint8_t *p, subscription *s) {
    uint32_t id = guest_load32(p + l->clock_id);
    uint64_t timeout = guest_load64(p + l->timeout), now;
    if (id != CLOCK_ID_REALTIME && id != CLOCK_ID_MONOTONIC)
        return id <= CLOCK_ID_THREAD_CPU ? WASI_NOTSUP : WASI_INVAL;
    if (!(guest_load16(p + l->flags) & SUBCLOCK_ABSTIME)) {
        s->wait = timeout;
        return WASI_SUCCESS;
    }
    uint32_t error = wasmelt_rt_wasi_clock_now(w, id, &now);
    s->wait = timeout > now ? timeout - now : 0;
    return error;
}

static short events_of(const subscription *s) {
    return s->type == EVENT_FD_READ ? POLLIN : POLLOUT;
}

static uint32_t read_fd(wasmelt_wasi *w, request *r, uint32_t fd, subscription *s) {
    uint64_t right = s->type == EVENT_FD_READ ? RIGHT_FD_READ : RIGHT_FD_WRITE;
    polled *p = fd < r->fd_count ? &r->fds[fd] : NULL;
    if (!p || (!p->d && wasmelt_rt_wasi_fd(w, fd, 0, &p->d) != WASI_SUCCESS))
        return WASI_BADF;
    uint32_t error = wasmelt_rt_wasi_rights(p->d, RIGHT_POLL_FD_READWRITE | right);
    if (error)
        return error;
    s->d = p->d;
    if (s->d->host < 0)
        return WASI_SUCCESS; /* an embedder's stream is always ready */
    if (p->place == 0) {
        r->host[r->host_count++].fd = s->d->host;
        p->place = (int)r->host_count;
    }
    s->place = p->place - 1;
    r->host[s->place].events |= events_of(s);
    return WASI_SUCCESS;
}

/* Reads a subscription; false if its type does not exist. */
static bool read_subscription(wasmelt_wasi *w, request *r, const subscription_layout *l, const uint8_t *p) {
    subscription *s = &r->list[r->count++];
    *s = (subscription){.userdata = guest_load64(p), .type = (uint8_t)guest_load8(p + 8), .wait = FOREVER, .place = -1};
    if (s->type == EVENT_CLOCK)
        s->error = read_clock(w, l, p, s);
    else if (s->type <= EVENT_FD_WRITE)
        s->error = read_fd(w, r, guest_load32(p + l->fd), s);
    else
        return false;
    return true;
}

/* The shortest time to wait; 0 if something can be reported at once. */
static uint64_t shortest_wait(const request *r) {
    uint64_t wait = FOREVER;
    for (uint32_t k = 0; k < r->count; k++) {
        const subscription *s = &r->list[k];
        if (s->error || (s->type != EVENT_CLOCK && s->place < 0))
            return 0;
        if (s->type == EVENT_CLOCK && s->wait < wait)
            wait = s->wait;
    }
    return wait;
}

static uint64_t monotonic(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Waits, through signals, but not those that ask the run to end. Returns how long that was, or FOREVER with errno. */
static uint64_t wait_for(request *r, uint64_t wait) {
    uint64_t start = monotonic();
    for (;;) {
        uint64_t gone = monotonic() - start;
        uint64_t left = gone < wait ? wait - gone : 0;
        struct timespec t = {.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
        int ready = ppoll(r->host, r->host_count, wait == FOREVER ? NULL : &t, NULL);
        if (ready >= 0)
            return monotonic() - start;
        if (errno != EINTR || wasmelt_rt_interrupt_is_due())
            return FOREVER;
    }
}

/* How many bytes can be read: the host tells for pipes, sockets and terminals; for files it follows from the position. */
static uint64_t readable_bytes(const subscription *s) {
    int count = 0;
    if (s->type != EVENT_FD_READ || s->d->host < 0)
        return 0;
    return ioctl(s->d->host, FIONREAD, &count) == 0 && count > 0 ? (uint64_t)count : 0;
}

static void put_event(uint8_t *out, const subscription *s, const request *r) {
    memset(out, 0, SIZEOF_EVENT);
    guest_store(out, s->userdata, 8);
    guest_store(out + 8, s->error, 2);
    out[10] = s->type;
    if (s->type == EVENT_CLOCK || s->error)
        return;
    guest_store(out + 16, readable_bytes(s), 8);
    if (s->place >= 0 && (r->host[s->place].revents & POLLHUP))
        guest_store(out + 24, EVENT_FD_HANGUP, 2);
}

static bool is_ready(const struct pollfd *host, const subscription *s) {
    return host->revents & (events_of(s) | POLLHUP | POLLERR | POLLNVAL);
}

static uint32_t put_events(const request *r, uint64_t gone, uint8_t *out) {
    uint32_t events = 0;
    for (uint32_t k = 0; k < r->count; k++) {
        subscription *s = &r->list[k];
        if (s->place >= 0 && (r->host[s->place].revents & POLLNVAL))
            s->error = WASI_BADF;
        bool ready = s->error || (s->type != EVENT_CLOCK && (s->place < 0 || is_ready(&r->host[s->place], s)));
        if (ready)
            put_event(out + (size_t)events++ * SIZEOF_EVENT, s, r);
    }
    if (events > 0)
        return events;
    for (uint32_t k = 0; k < r->count; k++)
        if (r->list[k].type == EVENT_CLOCK && r->list[k].wait <= gone)
            put_event(out + (size_t)events++ * SIZEOF_EVENT, &r->list[k], r);
    return events;
}

static uint32_t poll_request(wasmelt_wasi *w, const subscription_layout *l, request *r, const uint8_t *from, uint8_t *to, uint32_t count,
                             uint8_t *nevents) {
    for (uint32_t k = 0; k < count; k++)
        if (!read_subscription(w, r, l, from + (size_t)k * l->size))
            return WASI_INVAL;
    uint64_t gone = wait_for(r, shortest_wait(r));
    if (gone == FOREVER)
        return wasmelt_rt_wasi_errno(errno);
    guest_store(nevents, put_events(r, gone, to), 4);
    return WASI_SUCCESS;
}

uint32_t wasmelt_rt_poll_guest(wasmelt_wasi *w, const subscription_layout *l, uint32_t in, uint32_t out, uint32_t nsubscriptions,
                               uint32_t nevents) {
    const uint8_t *from = guest_at(w, in, (uint64_t)nsubscriptions * l->size);
    uint8_t *to = guest_at(w, out, (uint64_t)nsubscriptions * SIZEOF_EVENT);
    uint8_t *count = guest_at(w, nevents, 4);
    if (!from || !to || !count)
        return WASI_FAULT;
    if (nsubscriptions == 0)
        return WASI_INVAL;
    uint32_t fds = wasmelt_rt_wasi_fd_count(w);
    request r = {.list = wasmelt_rt_allocate_zeroed(nsubscriptions, sizeof *r.list),
                 .host = wasmelt_rt_allocate_zeroed(fds + (size_t)1, sizeof *r.host),
                 .fds = wasmelt_rt_allocate_zeroed(fds + (size_t)1, sizeof *r.fds),
                 .fd_count = fds};
    uint32_t error = r.list && r.host && r.fds ? poll_request(w, l, &r, from, to, nsubscriptions, count) : WASI_NOMEM;
    for (uint32_t k = 0; r.fds && k < fds; k++)
        wasmelt_rt_wasi_fd_drop(&r.fds[k].d);
    wasmelt_rt_release(r.list);
    wasmelt_rt_release(r.host);
    wasmelt_rt_release(r.fds);
    return error;
}

uint32_t wasmelt_wasi_poll_oneoff(void *wasi, uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents) {
    static const subscription_layout layout = {SIZEOF_SUBSCRIPTION, 16, 24, 40, 16};
    return wasmelt_rt_poll_guest(wasmelt_rt_wasi_context(wasi), &layout, in, out, nsubscriptions, nevents);
}
