/* wasi:random. What may be insecure is as good as the rest. */
#include "host.h"

#include "../wasi/random.h"

static void fill(const wasmelt_wasi2_call *c, void *to, size_t size) {
    if (wasmelt_rt_wasi_random(c->host->wasi, to, size) != WASI_SUCCESS)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
}

static u64 any(const wasmelt_wasi2_call *c) {
    u64 value;
    fill(c, &value, sizeof value);
    return value;
}

static void give_bytes(const wasmelt_wasi2_call *c, u64 length, u32 to) {
    u8 *bytes;
    begin(c);
    const u32 address = wasmelt_canon_allocate(c->canon, length, 1, 1, &bytes);
    fill(c, bytes, (size_t)length);
    put_list(result_at(c, to, 8, 4), address, (u32)length);
}

void wasmelt_wasi2_get_random_bytes(const wasmelt_wasi2_call *c, u64 length, u32 to) {
    give_bytes(c, length, to);
}

void wasmelt_wasi2_get_insecure_random_bytes(const wasmelt_wasi2_call *c, u64 length, u32 to) {
    give_bytes(c, length, to);
}

u64 wasmelt_wasi2_get_random_u64(const wasmelt_wasi2_call *c) {
    begin(c);
    return any(c);
}

u64 wasmelt_wasi2_get_insecure_random_u64(const wasmelt_wasi2_call *c) {
    begin(c);
    return any(c);
}

void wasmelt_wasi2_insecure_seed(const wasmelt_wasi2_call *c, u32 to) {
    begin(c);
    u8 *at = result_at(c, to, 16, 8);
    for (int k = 0; !c->host->has_seed && k < 2; k++)
        c->host->seed[k] = any(c);
    c->host->has_seed = true;
    put_u64(at, c->host->seed[0]);
    put_u64(at + 8, c->host->seed[1]);
}
