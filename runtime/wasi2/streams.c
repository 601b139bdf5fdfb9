/* wasi:io/streams and wasi:io/error. Writing is done when it returns, so there is nothing to flush. */
#include <errno.h>

#include <wasmelt/interrupt.h>

#include "../system/system.h"
#include "../wasi/io.h"
#include "host.h"

/* FILE: what may be written to a file at a time, and PIPE to anything else: so much a pipe takes that
 * is ready for any. BLOCKING: what the interface allows for the functions that wait. */
enum { PERMIT_FILE = 1 << 20, PERMIT_PIPE = 4096, MOST_BLOCKING = 4096 };

/* ---- Errors ---- */

/* Stores what a stream-error is: the error of the last operation, or, if that is 0, that the stream is closed. */
static void put_stream_error(const wasmelt_wasi2_call *c, unsigned k, u8 *at, int error) {
    at[0] = error == 0;
    if (error != 0)
        put_u32(at + 4, wasmelt_rt_wasi2_give(c, k, (object){.kind = OBJECT_ERROR, .u.error = error}));
}

/* Stores a result without a value. `k`: the number of the error's resource in the function's type. */
static void put_done(const wasmelt_wasi2_call *c, unsigned k, u32 to, bool is_ok, int error) {
    u8 *at = result_at(c, to, 12, 4);
    at[0] = !is_ok;
    if (!is_ok)
        put_stream_error(c, k, at + 4, error);
}

/* Stores a result with a number. */
static void put_count(const wasmelt_wasi2_call *c, unsigned k, u32 to, bool is_ok, u64 count, int error) {
    u8 *at = result_at(c, to, 16, 8);
    at[0] = !is_ok;
    if (is_ok)
        put_u64(at + 8, count);
    else
        put_stream_error(c, k, at + 8, error);
}

void wasmelt_wasi2_error_to_debug_string(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    begin(c);
    const object *o = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ERROR);
    u32 address, length;
    wasmelt_canon_lower_string(c->canon, wasmelt_string_of(strerror(o->u.error)), &address, &length);
    put_list(result_at(c, to, 8, 4), address, length);
}

/* What has failed is closed. */
static int fail(object *o, int error) {
    wasmelt_rt_wasi_fd_drop(&o->d);
    o->d = NULL;
    return error;
}

static void advance(object *o, u64 bytes) {
    if (o->u.stream.at >= 0)
        o->u.stream.at += (int64_t)bytes;
}

/* ---- Reading ---- */

/* What reading has come to: so many bytes; or the end of the stream, where `error` is 0, or an error. */
typedef struct outcome {
    bool is_ok;
    u32 bytes;
    int error;
} outcome;

/* A stream of the embedder is always ready; it may take its time. */
int64_t wasmelt_rt_wasi2_read_once(object *o, void *to, size_t size) {
    int64_t done;
    if (!o->d->stream)
        done = wasmelt_rt_system_read(o->d->host, to, size, o->u.stream.at);
    else
        done = o->d->stream->read ? o->d->stream->read(o->d->stream_context, to, size) : -EBADF;
    if (done > (int64_t)size)
        return -EIO;
    advance(o, done > 0 ? (u64)done : 0);
    return done;
}

static outcome read_stream(object *o, void *to, size_t size, bool blocks) {
    while (o->d) {
        if (size == 0 || (!blocks && !wasmelt_rt_wasi2_is_ready(o->d, false)))
            return (outcome){.is_ok = true};
        if (blocks)
            wasmelt_rt_wasi2_wait(o->d, false);
        const int64_t got = wasmelt_rt_wasi2_read_once(o, to, size);
        if (got == -EINTR || got == -EAGAIN) {
            wasmelt_interrupt_here();
            blocks = blocks || got == -EINTR;
            continue;
        }
        if (got < 0)
            return (outcome){.error = fail(o, (int)-got)};
        return (outcome){.is_ok = got > 0, .bytes = (u32)got};
    }
    return (outcome){0};
}

static void *buffer_for(const wasmelt_wasi2_call *c, u64 length, size_t *size) {
    *size = length < WASI2_MOST_READ ? (size_t)length : WASI2_MOST_READ;
    return wasmelt_canon_allocate_lifted(c->canon->canon->component, *size, 1);
}

/* Reads into bytes that last as long as the call. */
static outcome read_input(const wasmelt_wasi2_call *c, u32 self, u64 length, bool blocks, void **bytes) {
    begin(c);
    object *o = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_INPUT);
    size_t size;
    *bytes = buffer_for(c, length, &size);
    return read_stream(o, *bytes, size, blocks);
}

static void read_for(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to, bool blocks) {
    void *bytes;
    const outcome done = read_input(c, self, length, blocks, &bytes);
    u32 address = 0;
    if (done.is_ok) {
        u8 *place;
        address = wasmelt_canon_allocate(c->canon, done.bytes, 1, 1, &place);
        memcpy(place, bytes, done.bytes);
    }
    u8 *at = result_at(c, to, 12, 4);
    at[0] = !done.is_ok;
    if (done.is_ok)
        put_list(at + 4, address, done.bytes);
    else
        put_stream_error(c, 1, at + 4, done.error);
}

void wasmelt_wasi2_input_read(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to) {
    read_for(c, self, length, to, false);
}

void wasmelt_wasi2_input_blocking_read(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to) {
    read_for(c, self, length, to, true);
}

static void skip_for(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to, bool blocks) {
    void *bytes;
    const outcome done = read_input(c, self, length, blocks, &bytes);
    put_count(c, 1, to, done.is_ok, done.bytes, done.error);
}

void wasmelt_wasi2_input_skip(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to) {
    skip_for(c, self, length, to, false);
}

void wasmelt_wasi2_input_blocking_skip(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to) {
    skip_for(c, self, length, to, true);
}

static u32 subscribe(const wasmelt_wasi2_call *c, const object *o, pollable_event event) {
    const bool waits = o->d && !o->d->stream && o->d->filetype != FILETYPE_REGULAR_FILE;
    return wasmelt_rt_wasi2_give(
        c, 1, (object){.kind = OBJECT_POLLABLE, .d = waits ? again(o->d) : NULL, .u.pollable = {.event = waits ? event : POLLABLE_ALWAYS}});
}

u32 wasmelt_wasi2_input_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    return subscribe(c, wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_INPUT), POLLABLE_READ);
}

/* ---- Writing ---- */

u64 wasmelt_rt_wasi2_permit(const object *o) {
    if (o->d->filetype == FILETYPE_REGULAR_FILE)
        return PERMIT_FILE;
    return wasmelt_rt_wasi2_is_ready(o->d, true) ? PERMIT_PIPE : 0;
}

static int64_t write_some(const object *o, const void *from, size_t size) {
    pipe_guard g;
    if (o->d->stream) {
        const int64_t written = o->d->stream->write ? o->d->stream->write(o->d->stream_context, from, size) : -EBADF;
        return written > 0 && written <= (int64_t)size ? written : written < 0 ? written : -EIO;
    }
    wasmelt_rt_io_block_sigpipe(&g, o->d);
    const int64_t done = wasmelt_rt_system_write(o->d->host, from, size, o->u.stream.at);
    wasmelt_rt_io_unblock_sigpipe(&g);
    return done;
}

int64_t wasmelt_rt_wasi2_write_once(object *o, const void *from, size_t size) {
    const int64_t done = write_some(o, from, size);
    advance(o, done > 0 ? (u64)done : 0);
    return done;
}

/* Writes all of it. Returns 0 or the error's number. */
static int write_all(object *o, const u8 *from, size_t size) {
    while (size > 0) {
        const int64_t done = wasmelt_rt_wasi2_write_once(o, from, size);
        if (done == -EAGAIN)
            wasmelt_rt_wasi2_wait(o->d, true);
        else if (done == -EINTR)
            wasmelt_interrupt_here();
        else if (done < 0)
            return fail(o, (int)-done);
        const size_t bytes = done > 0 ? (size_t)done : 0;
        from += bytes;
        size -= bytes;
    }
    return 0;
}

static void write_for(const wasmelt_wasi2_call *c, object *o, const u8 *from, size_t size, u32 to) {
    const bool is_open = o->d;
    const int error = is_open ? write_all(o, from, size) : 0;
    put_done(c, 1, to, is_open && error == 0, error);
}

static object *output(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    return wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_OUTPUT);
}

/* An output stream to which the program writes so much, without waiting or with. */
static object *output_for(const wasmelt_wasi2_call *c, u32 self, u64 length, bool blocks) {
    object *o = output(c, self);
    if (blocks ? length > MOST_BLOCKING : length > o->u.stream.permit)
        wasmelt_rt_wasi2_trap("wasi:io/streams output-stream",
                              blocks ? "more than 4096 bytes are written at a time" : "more is written than check-write has permitted");
    if (!blocks)
        o->u.stream.permit -= length;
    return o;
}

void wasmelt_wasi2_output_check_write(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = output(c, self);
    const bool is_open = o->d;
    o->u.stream.permit = is_open ? wasmelt_rt_wasi2_permit(o) : 0;
    put_count(c, 1, to, is_open, o->u.stream.permit, 0);
}

void wasmelt_wasi2_output_write(const wasmelt_wasi2_call *c, u32 self, u32 at, u32 length, u32 to) {
    object *o = output_for(c, self, length, false);
    write_for(c, o, wasmelt_canon_range(c->canon, at, length, 1, 1), length, to);
}

void wasmelt_wasi2_output_blocking_write_and_flush(const wasmelt_wasi2_call *c, u32 self, u32 at, u32 length, u32 to) {
    object *o = output_for(c, self, length, true);
    write_for(c, o, wasmelt_canon_range(c->canon, at, length, 1, 1), length, to);
}

static void write_zeroes(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to, bool blocks) {
    object *o = output_for(c, self, length, blocks);
    u8 *zeroes = wasmelt_canon_allocate_lifted(c->canon->canon->component, (size_t)length, 1);
    memset(zeroes, 0, (size_t)length);
    write_for(c, o, zeroes, (size_t)length, to);
}

void wasmelt_wasi2_output_write_zeroes(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to) {
    write_zeroes(c, self, length, to, false);
}

void wasmelt_wasi2_output_blocking_write_zeroes_and_flush(const wasmelt_wasi2_call *c, u32 self, u64 length, u32 to) {
    write_zeroes(c, self, length, to, true);
}

static void flush(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    put_done(c, 1, to, output(c, self)->d, 0);
}

void wasmelt_wasi2_output_flush(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    flush(c, self, to);
}

void wasmelt_wasi2_output_blocking_flush(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    flush(c, self, to);
}

u32 wasmelt_wasi2_output_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    return subscribe(c, output(c, self), POLLABLE_WRITE);
}

/* ---- Splicing ---- */

static outcome splice_streams(const wasmelt_wasi2_call *c, object *o, object *from, u64 length, bool blocks) {
    if (!o->d)
        return (outcome){0};
    if (blocks)
        wasmelt_rt_wasi2_wait(o->d, true);
    const u64 allowed = wasmelt_rt_wasi2_permit(o);
    size_t size;
    u8 *bytes = buffer_for(c, length < allowed ? length : allowed, &size);
    outcome done = read_stream(from, bytes, size, blocks);
    if (done.is_ok)
        done.error = write_all(o, bytes, done.bytes);
    done.is_ok = done.is_ok && done.error == 0;
    return done;
}

static void splice_for(const wasmelt_wasi2_call *c, u32 self, u32 from, u64 length, u32 to, bool blocks) {
    object *o = output(c, self);
    const outcome done = splice_streams(c, o, wasmelt_rt_wasi2_borrowed(c, 1, from, OBJECT_INPUT), length, blocks);
    put_count(c, 2, to, done.is_ok, done.bytes, done.error);
}

void wasmelt_wasi2_output_splice(const wasmelt_wasi2_call *c, u32 self, u32 from, u64 length, u32 to) {
    splice_for(c, self, from, length, to, false);
}

void wasmelt_wasi2_output_blocking_splice(const wasmelt_wasi2_call *c, u32 self, u32 from, u64 length, u32 to) {
    splice_for(c, self, from, length, to, true);
}
