/* wasi:clocks. */
#include <time.h>

#include "../wasi/clock.h"
#include "host.h"

#define SECOND 1000000000u

u64 wasmelt_wasi2_monotonic_now(const wasmelt_wasi2_call *c) {
    return wasmelt_rt_wasi2_monotonic(begin(c));
}

static u64 resolution(clockid_t clock) {
    struct timespec t;
    return clock_getres(clock, &t) == 0 ? (u64)t.tv_sec * SECOND + (u64)t.tv_nsec : 1;
}

u64 wasmelt_wasi2_monotonic_resolution(const wasmelt_wasi2_call *c) {
    begin(c);
    return resolution(CLOCK_MONOTONIC);
}

static u32 subscribe(const wasmelt_wasi2_call *c, u64 when) {
    return wasmelt_rt_wasi2_give(c, 0, (object){.kind = OBJECT_POLLABLE, .u.pollable = {.event = POLLABLE_TIME, .time = when}});
}

u32 wasmelt_wasi2_monotonic_subscribe_instant(const wasmelt_wasi2_call *c, u64 when) {
    begin(c);
    return subscribe(c, when);
}

u32 wasmelt_wasi2_monotonic_subscribe_duration(const wasmelt_wasi2_call *c, u64 duration) {
    const u64 now = wasmelt_rt_wasi2_monotonic(begin(c));
    return subscribe(c, duration < UINT64_MAX - now ? now + duration : UINT64_MAX);
}

static void put_datetime(const wasmelt_wasi2_call *c, u32 to, u64 nanoseconds) {
    u8 *at = result_at(c, to, 16, 8);
    put_u64(at, nanoseconds / SECOND);
    put_u32(at + 8, (u32)(nanoseconds % SECOND));
}

void wasmelt_wasi2_wall_now(const wasmelt_wasi2_call *c, u32 to) {
    u64 now = 0;
    wasmelt_rt_wasi_clock_now(begin(c)->wasi, CLOCK_ID_REALTIME, &now);
    put_datetime(c, to, now);
}

u64 wasmelt_wasi3_system_clock_resolution(const wasmelt_wasi2_call *c) {
    begin(c);
    return resolution(CLOCK_REALTIME);
}

void wasmelt_wasi2_wall_resolution(const wasmelt_wasi2_call *c, u32 to) {
    begin(c);
    put_datetime(c, to, resolution(CLOCK_REALTIME));
}
