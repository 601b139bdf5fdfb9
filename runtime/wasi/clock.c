#include "clock.h"

static bool host_clock(uint32_t id, clockid_t *host) {
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID};
    if (id >= sizeof clocks / sizeof *clocks)
        return false;
    *host = clocks[id];
    return true;
}

static uint64_t nanoseconds_of(const struct timespec *t) {
    return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec;
}

uint32_t wasmelt_rt_wasi_clock_now(const wasmelt_wasi *w, uint32_t id, uint64_t *nanoseconds) {
    clockid_t host;
    struct timespec t;
    if (!host_clock(id, &host))
        return WASI_INVAL;
    if (w->hooks && w->hooks->now)
        return w->hooks->now(w->hooks_context, id, nanoseconds) ? WASI_SUCCESS : WASI_INVAL;
    if (clock_gettime(host, &t) != 0)
        return wasmelt_rt_wasi_errno(errno);
    *nanoseconds = nanoseconds_of(&t);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_clock_res_get(void *wasi, uint32_t id, uint32_t resolution) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    uint8_t *out = guest_at(w, resolution, 8);
    clockid_t host;
    struct timespec t;
    if (!host_clock(id, &host))
        return WASI_INVAL;
    if (!out)
        return WASI_FAULT;
    if (clock_getres(host, &t) != 0)
        return wasmelt_rt_wasi_errno(errno);
    guest_store(out, nanoseconds_of(&t), 8);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_clock_time_get(void *wasi, uint32_t id, uint64_t precision, uint32_t time) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    uint8_t *out = guest_at(w, time, 8);
    uint64_t now = 0;
    (void)precision; /* the host's clocks are as precise as they can be */
    uint32_t error = wasmelt_rt_wasi_clock_now(w, id, &now);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    guest_store(out, now, 8);
    return WASI_SUCCESS;
}
