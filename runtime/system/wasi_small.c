/* WASI preview 1 where there are no files: arguments, environment, the standard streams, clocks and random numbers of the host's functions
 * (wasmelt_wasi_set_stream, wasmelt_wasi_set_hooks), proc_exit. The other functions return ENOSYS, and every descriptor but 0 to 2 is EBADF
 * for those that take one here. */
#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <errno.h>
#include <string.h>

#include <wasmelt/trap.h>
#include <wasmelt/wasi.h>

#include "../allocator.h"
#include "../wasi/abi.h"

typedef struct strings {
    char **items;
    uint32_t count, bytes;
} strings;

typedef struct open_stream {
    const wasmelt_wasi_stream *stream; /* null: closed */
    void *context;
} open_stream;

enum { STREAMS = 3 };

struct wasmelt_wasi {
    wasmelt_memory *memory;
    strings args, env;
    open_stream streams[STREAMS];
    const wasmelt_wasi_hooks *hooks;
    void *hooks_context;
};

/* ---- For hosts ---- */

wasmelt_wasi *wasmelt_wasi_new(void) {
    return wasmelt_rt_allocate_zeroed(1, sizeof(wasmelt_wasi));
}

static void free_strings(const strings *list) {
    for (uint32_t k = 0; k < list->count; k++)
        wasmelt_rt_release(list->items[k]);
    wasmelt_rt_release(list->items);
}

void wasmelt_wasi_free(wasmelt_wasi *w) {
    if (!w)
        return;
    free_strings(&w->args);
    free_strings(&w->env);
    wasmelt_rt_release(w);
}

static bool add_string(strings *list, const char *text) {
    size_t bytes = strlen(text) + 1;
    if (bytes > UINT32_MAX - list->bytes)
        return false;
    char **items = wasmelt_rt_reallocate(list->items, (list->count + (size_t)1) * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    items[list->count] = wasmelt_rt_copy_text(text);
    if (!items[list->count])
        return false;
    list->count++;
    list->bytes += (uint32_t)bytes;
    return true;
}

bool wasmelt_wasi_add_arg(wasmelt_wasi *w, const char *arg) {
    return add_string(&w->args, arg);
}

bool wasmelt_wasi_add_env(wasmelt_wasi *w, const char *variable) {
    return add_string(&w->env, variable);
}

int wasmelt_wasi_set_stream(wasmelt_wasi *w, uint32_t fd, const wasmelt_wasi_stream *stream, void *context) {
    if (fd >= STREAMS)
        return EINVAL;
    w->streams[fd] = (open_stream){stream, context};
    return 0;
}

void wasmelt_wasi_set_hooks(wasmelt_wasi *w, const wasmelt_wasi_hooks *hooks, void *context) {
    w->hooks = hooks;
    w->hooks_context = context;
}

void wasmelt_wasi_attach(void *wasi, wasmelt_memory *memory) {
    wasmelt_wasi *w = wasi;
    if (w)
        w->memory = memory;
}

/* ---- For modules ---- */

static wasmelt_wasi *context_of(void *wasi) {
    if (!wasi)
        wasmelt_trap_raise(WASMELT_TRAP_NO_WASI);
    return wasi;
}

/* Null if the address is out of bounds. */
static uint8_t *guest_at(const wasmelt_wasi *w, uint32_t address, uint64_t length) {
    return w->memory ? wasmelt_memory_at(w->memory, address, length) : NULL;
}

static uint32_t load32(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void store(uint8_t *p, uint64_t value, unsigned bytes) {
    for (unsigned k = 0; k < bytes; k++)
        p[k] = (uint8_t)(value >> (8 * k));
}

/* ---- Arguments and environment ---- */

static uint32_t put_strings(const wasmelt_wasi *w, const strings *list, uint32_t pointers, uint32_t buffer) {
    uint8_t *at = guest_at(w, pointers, (uint64_t)list->count * 4), *text = guest_at(w, buffer, list->bytes);
    if (!at || !text)
        return WASI_FAULT;
    for (uint32_t k = 0; k < list->count; k++) {
        uint32_t length = (uint32_t)strlen(list->items[k]) + 1;
        store(at + 4 * (size_t)k, buffer, 4);
        memcpy(text, list->items[k], length);
        text += length;
        buffer += length;
    }
    return WASI_SUCCESS;
}

static uint32_t put_sizes(const wasmelt_wasi *w, const strings *list, uint32_t count, uint32_t bytes) {
    uint8_t *a = guest_at(w, count, 4), *b = guest_at(w, bytes, 4);
    if (!a || !b)
        return WASI_FAULT;
    store(a, list->count, 4);
    store(b, list->bytes, 4);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_args_get(void *wasi, uint32_t argv, uint32_t argv_buf) {
    const wasmelt_wasi *w = context_of(wasi);
    return put_strings(w, &w->args, argv, argv_buf);
}

uint32_t wasmelt_wasi_args_sizes_get(void *wasi, uint32_t argc, uint32_t argv_buf_size) {
    const wasmelt_wasi *w = context_of(wasi);
    return put_sizes(w, &w->args, argc, argv_buf_size);
}

uint32_t wasmelt_wasi_environ_get(void *wasi, uint32_t pointers, uint32_t environ_buf) {
    const wasmelt_wasi *w = context_of(wasi);
    return put_strings(w, &w->env, pointers, environ_buf);
}

uint32_t wasmelt_wasi_environ_sizes_get(void *wasi, uint32_t environc, uint32_t environ_buf_size) {
    const wasmelt_wasi *w = context_of(wasi);
    return put_sizes(w, &w->env, environc, environ_buf_size);
}

/* ---- Clocks and random numbers: those of the host ---- */

static uint32_t now(const wasmelt_wasi *w, uint32_t id, uint64_t *nanoseconds) {
    if (id > CLOCK_ID_THREAD_CPU)
        return WASI_INVAL;
    if (!w->hooks || !w->hooks->now)
        return WASI_NOSYS;
    return w->hooks->now(w->hooks_context, id, nanoseconds) ? WASI_SUCCESS : WASI_INVAL;
}

uint32_t wasmelt_wasi_clock_time_get(void *wasi, uint32_t id, uint64_t precision, uint32_t time) {
    const wasmelt_wasi *w = context_of(wasi);
    uint8_t *out = guest_at(w, time, 8);
    uint64_t nanoseconds = 0;
    (void)precision;
    uint32_t error = now(w, id, &nanoseconds);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    store(out, nanoseconds, 8);
    return WASI_SUCCESS;
}

/* The host does not say how finely its clocks go: a microsecond is what programs can rely on to be more than nothing. */
uint32_t wasmelt_wasi_clock_res_get(void *wasi, uint32_t id, uint32_t resolution) {
    const wasmelt_wasi *w = context_of(wasi);
    uint8_t *out = guest_at(w, resolution, 8);
    uint64_t unused = 0;
    uint32_t error = now(w, id, &unused);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    store(out, 1000, 8);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_random_get(void *wasi, uint32_t buf, uint32_t buf_len) {
    const wasmelt_wasi *w = context_of(wasi);
    uint8_t *out = guest_at(w, buf, buf_len);
    if (!out)
        return WASI_FAULT;
    if (!w->hooks || !w->hooks->random)
        return WASI_NOSYS;
    return w->hooks->random(w->hooks_context, out, buf_len) == 0 ? WASI_SUCCESS : WASI_IO;
}

/* ---- The standard streams ---- */

static const open_stream *stream_of(const wasmelt_wasi *w, uint32_t fd) {
    return fd < STREAMS && w->streams[fd].stream ? &w->streams[fd] : NULL;
}

static uint32_t transfer(void *wasi, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t done_at, bool writes) {
    const wasmelt_wasi *w = context_of(wasi);
    const open_stream *s = stream_of(w, fd);
    if (!s || (writes ? !s->stream->write : !s->stream->read))
        return WASI_BADF;
    const uint8_t *list = guest_at(w, iovs, (uint64_t)count * SIZEOF_IOVEC);
    uint8_t *out = guest_at(w, done_at, 4);
    if (!list || !out)
        return WASI_FAULT;
    for (uint32_t k = 0; k < count; k++)
        if (!guest_at(w, load32(list + SIZEOF_IOVEC * (size_t)k), load32(list + SIZEOF_IOVEC * (size_t)k + 4)))
            return WASI_FAULT;
    uint32_t total = 0;
    for (uint32_t k = 0; k < count; k++) {
        /* What was read may have changed the list, so it is checked again. */
        uint32_t length = load32(list + SIZEOF_IOVEC * (size_t)k + 4);
        uint8_t *bytes = guest_at(w, load32(list + SIZEOF_IOVEC * (size_t)k), length);
        if (!bytes || length > INT32_MAX - total)
            break;
        int64_t done = writes ? s->stream->write(s->context, bytes, length) : s->stream->read(s->context, bytes, length);
        if (done < 0 && total == 0)
            return done == -EAGAIN ? WASI_AGAIN : WASI_IO;
        total += done > 0 ? (uint32_t)done : 0;
        if (done < (int64_t)length)
            break;
    }
    store(out, total, 4);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_read(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nread) {
    return transfer(wasi, fd, iovs, iovs_len, nread, false);
}

uint32_t wasmelt_wasi_fd_write(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nwritten) {
    return transfer(wasi, fd, iovs, iovs_len, nwritten, true);
}

uint32_t wasmelt_wasi_fd_close(void *wasi, uint32_t fd) {
    wasmelt_wasi *w = context_of(wasi);
    if (!stream_of(w, fd))
        return WASI_BADF;
    w->streams[fd].stream = NULL;
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_fdstat_get(void *wasi, uint32_t fd, uint32_t stat) {
    const wasmelt_wasi *w = context_of(wasi);
    const open_stream *s = stream_of(w, fd);
    uint8_t *out = guest_at(w, stat, SIZEOF_FDSTAT);
    if (!s)
        return WASI_BADF;
    if (!out)
        return WASI_FAULT;
    memset(out, 0, SIZEOF_FDSTAT);
    out[0] = FILETYPE_CHARACTER_DEVICE;
    store(out + 8, (s->stream->read ? RIGHT_FD_READ : 0) | (s->stream->write ? RIGHT_FD_WRITE : 0) | RIGHT_FD_FILESTAT_GET, 8);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_filestat_get(void *wasi, uint32_t fd, uint32_t stat) {
    const wasmelt_wasi *w = context_of(wasi);
    uint8_t *out = guest_at(w, stat, SIZEOF_FILESTAT);
    if (!stream_of(w, fd))
        return WASI_BADF;
    if (!out)
        return WASI_FAULT;
    memset(out, 0, SIZEOF_FILESTAT);
    out[16] = FILETYPE_CHARACTER_DEVICE;
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_seek(void *wasi, uint32_t fd, uint64_t offset, uint32_t whence, uint32_t new_offset) {
    (void)offset, (void)whence, (void)new_offset;
    return stream_of(context_of(wasi), fd) ? WASI_SPIPE : WASI_BADF;
}

uint32_t wasmelt_wasi_fd_tell(void *wasi, uint32_t fd, uint32_t offset) {
    (void)offset;
    return stream_of(context_of(wasi), fd) ? WASI_SPIPE : WASI_BADF;
}

/* There are no preopened directories, which programs look for from descriptor 3 on. */
uint32_t wasmelt_wasi_fd_prestat_get(void *wasi, uint32_t fd, uint32_t prestat) {
    (void)wasi, (void)fd, (void)prestat;
    return WASI_BADF;
}

/* ---- The rest ---- */

void wasmelt_wasi_proc_exit(void *wasi, uint32_t code) {
    (void)wasi;
    wasmelt_trap_exit((int32_t)code);
}

uint32_t wasmelt_wasi_sched_yield(void *wasi) {
    (void)wasi;
    return WASI_SUCCESS;
}

/* A row of the table becomes a function unless it is one of those above. */
#define HERE_args_get ~, SKIP
#define HERE_args_sizes_get ~, SKIP
#define HERE_environ_get ~, SKIP
#define HERE_environ_sizes_get ~, SKIP
#define HERE_clock_time_get ~, SKIP
#define HERE_clock_res_get ~, SKIP
#define HERE_random_get ~, SKIP
#define HERE_fd_read ~, SKIP
#define HERE_fd_write ~, SKIP
#define HERE_fd_close ~, SKIP
#define HERE_fd_fdstat_get ~, SKIP
#define HERE_fd_filestat_get ~, SKIP
#define HERE_fd_seek ~, SKIP
#define HERE_fd_tell ~, SKIP
#define HERE_fd_prestat_get ~, SKIP
#define HERE_proc_exit ~, SKIP
#define HERE_sched_yield ~, SKIP

#define SKIP(name, result, parameters)
#define REFUSE(name, result, parameters)                                                                                                   \
    result wasmelt_wasi_##name parameters {                                                                                                \
        return WASI_NOSYS;                                                                                                                 \
    }
#define SECOND(first, second, ...) second
#define EXPAND_SECOND(...) SECOND(__VA_ARGS__)

#pragma GCC diagnostic ignored "-Wunused-parameter"
#define WASI_FUNC(name, signature, result, parameters) EXPAND_SECOND(HERE_##name, REFUSE, ~)(name, result, parameters)
#include <wasmelt/wasi_preview1.def>
#undef WASI_FUNC

#endif
