#include "files.h"

uint32_t wasmelt_rt_wasi2_take_path(const wasmelt_wasi2_call *c, u32 address, u32 length, uint32_t place, uint32_t *bytes) {
    const wasmelt_string path = wasmelt_canon_lift_string(c->canon, address, length);
    if (path.len >= VIEW_PATH_BYTES)
        return WASI_NAMETOOLONG;
    memcpy(c->host->memory.base + place, path.ptr, path.len);
    *bytes = (uint32_t)path.len;
    return WASI_SUCCESS;
}

u8 wasmelt_rt_wasi2_error_code(uint32_t error) {
    /* In the order of the error-code's cases. */
    static const uint8_t cases[] = {
        WASI_ACCES,  WASI_AGAIN,    WASI_ALREADY,        WASI_BADF,   WASI_BUSY,  WASI_DEADLK, WASI_DQUOT,    WASI_EXIST,
        WASI_FBIG,   WASI_ILSEQ,    WASI_INPROGRESS,     WASI_INTR,   WASI_INVAL, WASI_IO,     WASI_ISDIR,    WASI_LOOP,
        WASI_MLINK,  WASI_MSGSIZE,  WASI_NAMETOOLONG,    WASI_NODEV,  WASI_NOENT, WASI_NOLCK,  WASI_NOMEM,    WASI_NOSPC,
        WASI_NOTDIR, WASI_NOTEMPTY, WASI_NOTRECOVERABLE, WASI_NOTSUP, WASI_NOTTY, WASI_NXIO,   WASI_OVERFLOW, WASI_PERM,
        WASI_PIPE,   WASI_ROFS,     WASI_SPIPE,          WASI_TXTBSY, WASI_XDEV};
    const uint32_t looked_for = error == WASI_NOTCAPABLE ? WASI_PERM : error == WASI_NOSYS ? WASI_NOTSUP : error;
    for (size_t k = 0; k < sizeof cases; k++)
        if (cases[k] == looked_for)
            return (u8)k;
    return wasmelt_rt_wasi2_error_code(WASI_IO);
}

/* The cases are those of 0.2 without would-block, and `other` at the end. */
u8 wasmelt_rt_wasi3_error_code(uint32_t error) {
    enum { WOULD_BLOCK = 1, OTHER = 36 };
    const u8 code = wasmelt_rt_wasi2_error_code(error);
    return code < WOULD_BLOCK ? code : code == WOULD_BLOCK ? OTHER : (u8)(code - 1);
}

u8 *wasmelt_rt_wasi2_result(const wasmelt_wasi2_call *c, u32 to, uint32_t error, u32 bytes, u32 payload) {
    return put_case(c, to, error != WASI_SUCCESS, c->is_0_3 ? wasmelt_rt_wasi3_error_code(error) : wasmelt_rt_wasi2_error_code(error),
                    bytes, payload);
}

void wasmelt_rt_wasi2_put_type(const wasmelt_wasi2_call *c, u8 *at, uint8_t filetype, bool is_pipe) {
    enum { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, FIFO, SYMBOLIC_LINK, REGULAR_FILE, SOCKET, OTHER };
    static const u8 types[] = {UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET, SOCKET, SYMBOLIC_LINK};
    const u8 type = is_pipe ? FIFO : types[filetype];
    memset(at, 0, wasmelt_rt_wasi2_type_bytes(c));
    at[0] = !c->is_0_3 ? type : type == UNKNOWN ? OTHER - 1 : type - 1;
}

static void put_time(u8 *at, const struct timespec *t) {
    at[0] = 1;
    put_u64(at + 8, (u64)t->tv_sec);
    put_u32(at + 16, (u32)t->tv_nsec);
}

void wasmelt_rt_wasi2_put_stat(const wasmelt_wasi2_call *c, u32 to, uint32_t error, const struct stat *st, uint8_t filetype) {
    const u32 type_bytes = c->is_0_3 ? 16 : 8; /* with what aligns the next member */
    u8 *at = wasmelt_rt_wasi2_result(c, to, error, type_bytes + 88, 8);
    if (error)
        return;
    wasmelt_rt_wasi2_put_type(c, at, filetype, S_ISFIFO(st->st_mode));
    at += type_bytes;
    put_u64(at, st->st_nlink);
    put_u64(at + 8, (u64)st->st_size);
    put_time(at + 16, &st->st_atim);
    put_time(at + 40, &st->st_mtim);
    put_time(at + 64, &st->st_ctim);
}

/* Mixes two numbers, so that different ones give different results (splitmix64). */
static u64 mix(u64 a, u64 b) {
    u64 x = a * UINT64_C(0x9E3779B97F4A7C15) + b;
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

void wasmelt_rt_wasi2_put_hash(const wasmelt_wasi2_call *c, u32 to, uint32_t error, const struct stat *st) {
    u8 *at = wasmelt_rt_wasi2_result(c, to, error, 16, 8);
    if (error)
        return;
    put_u64(at, mix(st->st_dev, st->st_ino));
    put_u64(at + 8, mix(st->st_ino, st->st_dev));
}

static uint32_t take_time(new_timestamp t, uint64_t *nanoseconds, uint32_t set, uint32_t now, uint32_t *flags) {
    enum { NO_CHANGE, NOW, TIMESTAMP };
    switch (discriminant(t.tag, TIMESTAMP + 1)) {
    case NO_CHANGE:
        break;
    case NOW:
        *flags |= now;
        break;
    default:
        *flags |= set;
        if (t.nanoseconds >= 1000000000)
            return WASI_INVAL;
        if (t.seconds >= UINT64_MAX / 1000000000)
            return WASI_OVERFLOW;
        *nanoseconds = t.seconds * 1000000000 + t.nanoseconds;
    }
    return WASI_SUCCESS;
}

uint32_t wasmelt_rt_wasi2_times(new_timestamp access, new_timestamp modification, new_times *t) {
    *t = (new_times){0};
    const uint32_t error = take_time(access, &t->access, FST_ATIM, FST_ATIM_NOW, &t->flags);
    const uint32_t other = take_time(modification, &t->modification, FST_MTIM, FST_MTIM_NOW, &t->flags);
    return error ? error : other;
}
