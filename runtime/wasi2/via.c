/* Streams of WASI 0.3 between components and descriptors: of wasi:cli's standard streams, files, and connections; and the entries of
 * directories. */
#include <errno.h>

#include <wasmelt/interrupt.h>

#include "../system/system.h"
#include "files.h"
#include "sockets.h"
#include "work.h"

enum { BETWEEN_BYTES = 4096 };

/* ---- How it ends ---- */

static u8 code_of(wasmelt_wasi3_errors errors, int error) {
    enum { CLI_IO, CLI_ILLEGAL_BYTE_SEQUENCE, CLI_PIPE };
    if (errors == ERRORS_FILE)
        return wasmelt_rt_wasi3_error_code(wasmelt_rt_wasi_errno(error));
    if (errors == ERRORS_NETWORK)
        return error == EPIPE ? NETWORK3_CONNECTION_BROKEN : wasmelt_rt_wasi3_network_code(wasmelt_rt_wasi2_network_error(-error));
    return error == EPIPE ? CLI_PIPE : error == EILSEQ ? CLI_ILLEGAL_BYTE_SEQUENCE : CLI_IO;
}

/* The stream has ended: by an error of the host, or 0. */
static void finish(work *w, int error) {
    wasmelt_rt_work_leave(w);
    if (w->shuts && w->o.d)
        wasmelt_rt_system_shutdown(w->o.d->host, false, true);
    wasmelt_rt_wasi_fd_drop(&w->o.d);
    w->o.d = NULL;
    wasmelt_rt_work_outcome(w, error != 0, error ? code_of(w->errors, error) : 0);
}

/* Nothing comes of it. */
static void refuse(work *w, u8 code) {
    wasmelt_rt_work_leave(w);
    wasmelt_rt_work_outcome(w, true, code);
}

/* ---- Reading ---- */

/* Whether it can be tried to read or write; else it waits for that. */
static bool is_ready(work *w, const object *o, bool writes) {
    if (wasmelt_rt_wasi2_is_ready(o->d, writes))
        return true;
    wasmelt_rt_work_wait(w, writes ? POLLABLE_WRITE : POLLABLE_READ, 0);
    w->on.d = o->d;
    return false;
}

/* Whether what has failed may be tried again: then it was only interrupted. */
static bool is_interrupted(int64_t done) {
    if (done == -EINTR)
        wasmelt_interrupt_here();
    return done == -EINTR;
}

static void read_on(work *w) {
    u32 count;
    if (!w->stream)
        return;
    if (wasmelt_rt_host_end_is_alone(w->stream))
        finish(w, 0);
    else if (wasmelt_rt_host_end_is_wanted(w->stream, &count) && is_ready(w, &w->o, false)) {
        wasmelt_canon_call c;
        const u32 size = count < WASI2_MOST_READ ? count : WASI2_MOST_READ;
        int64_t got = 0;
        if (size > 0) {
            u8 *const to = wasmelt_rt_host_end_place(w->stream, &c, size);
            do
                got = wasmelt_rt_wasi2_read_once(&w->o, to, size);
            while (is_interrupted(got));
        }
        if (got == -EAGAIN)
            wasmelt_rt_work_wait(w, POLLABLE_READ, 0);
        else if (got < 0 || (got == 0 && size > 0))
            finish(w, (int)-got);
        else
            wasmelt_rt_host_end_copied(w->stream, (u32)got);
    }
}

void wasmelt_rt_via_give(const wasmelt_wasi2_call *c, work *w, bool is_error, u8 code, u32 to) {
    u8 *const at = result_at(c, to, 8, 4);
    const u32 stream = wasmelt_rt_work_give_stream(c, w, 0), future = wasmelt_rt_work_give_future(c, w, 1);
    put_u32(at, stream);
    put_u32(at + 4, future);
    if (is_error)
        refuse(w, code);
    else if (!w->o.d)
        finish(w, 0);
}

/* ---- Writing ---- */

/* Writes all; returns an error of the host, or 0. */
static int write_all(object *o, const u8 *from, size_t size) {
    while (size > 0) {
        const int64_t done = wasmelt_rt_wasi2_write_once(o, from, size);
        if (done == -EAGAIN)
            wasmelt_rt_wasi2_wait(o->d, true);
        else if (done < 0 && !is_interrupted(done))
            return (int)-done;
        from += done > 0 ? done : 0;
        size -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

/* Both ends of the stream were the host's: copies what is there. */
static void copy_on(work *w) {
    work *const from = w->from;
    u8 bytes[BETWEEN_BYTES];
    int error = 0;
    int64_t got = 0;
    if (from->o.d) {
        if (!is_ready(w, &from->o, false) || !is_ready(w, &w->o, true))
            return;
        do
            got = wasmelt_rt_wasi2_read_once(&from->o, bytes, sizeof bytes);
        while (is_interrupted(got));
        if (got > 0)
            error = write_all(&w->o, bytes, (size_t)got);
    }
    if (got > 0 && error == 0) {
        wasmelt_rt_work_wait(w, POLLABLE_ALWAYS, 0);
        return;
    }
    w->from = NULL;
    finish(w, error);
    from->is_source = false;
    finish(from, got < 0 ? (int)-got : 0);
    wasmelt_rt_work_run(from);
}

static void write_on(work *w) {
    u32 count;
    if (w->from) {
        copy_on(w);
        return;
    }
    if (!w->stream)
        return;
    if (wasmelt_rt_host_end_is_alone(w->stream)) {
        finish(w, 0);
    } else if (wasmelt_rt_host_end_is_wanted(w->stream, &count) && is_ready(w, &w->o, true)) {
        wasmelt_canon_call c;
        const u64 most = wasmelt_rt_wasi2_permit(&w->o);
        const u32 size = count < most ? count : (u32)most;
        int64_t done = 0;
        if (size > 0) {
            const u8 *const from = wasmelt_rt_host_end_place(w->stream, &c, size);
            do
                done = wasmelt_rt_wasi2_write_once(&w->o, from, size);
            while (is_interrupted(done));
        }
        if (done == -EAGAIN || (done == 0 && count > 0))
            wasmelt_rt_work_wait(w, POLLABLE_WRITE, 0);
        else if (done < 0)
            finish(w, (int)-done);
        else
            wasmelt_rt_host_end_copied(w->stream, (u32)done);
    }
}

u32 wasmelt_rt_via_take(const wasmelt_wasi2_call *c, work *w, u32 data, bool is_error, u8 code) {
    work *const from = wasmelt_rt_work_take_stream(c, w, 0, data);
    const u32 future = wasmelt_rt_work_give_future(c, w, 1);
    if (from && from->stream && !is_error) { /* what the host reads goes to where it writes */
        from->is_source = true;
        wasmelt_rt_work_leave(from);
        wasmelt_rt_work_leave(w);
        w->from = from;
    }
    if (is_error)
        refuse(w, code);
    else if (!w->o.d && !w->from)
        finish(w, EPIPE);
    wasmelt_rt_work_run(w);
    return future;
}

work *wasmelt_rt_via_new(const wasmelt_wasi2_call *c, wasmelt_wasi3_errors errors, object o) {
    work *const w = wasmelt_rt_work_new(c, o.kind == OBJECT_INPUT ? read_on : write_on);
    w->errors = errors;
    w->o = o;
    return w;
}

/* ---- wasi:cli ---- */

static work *standard(const wasmelt_wasi2_call *c, u32 fd, object_kind kind) {
    begin(c);
    descriptor *const d = wasmelt_rt_wasi2_standard(c, fd, kind == OBJECT_INPUT ? RIGHT_FD_READ : RIGHT_FD_WRITE);
    return wasmelt_rt_via_new(c, ERRORS_CLI, (object){.kind = kind, .d = d, .u.stream = {.at = SYSTEM_HERE}});
}

void wasmelt_wasi3_stdin_read_via_stream(const wasmelt_wasi2_call *c, u32 to) {
    wasmelt_rt_via_give(c, standard(c, 0, OBJECT_INPUT), false, 0, to);
}

u32 wasmelt_wasi3_stdout_write_via_stream(const wasmelt_wasi2_call *c, u32 data) {
    return wasmelt_rt_via_take(c, standard(c, 1, OBJECT_OUTPUT), data, false, 0);
}

u32 wasmelt_wasi3_stderr_write_via_stream(const wasmelt_wasi2_call *c, u32 data) {
    return wasmelt_rt_via_take(c, standard(c, 2, OBJECT_OUTPUT), data, false, 0);
}

/* ---- wasi:filesystem ---- */

static u8 open_file(const wasmelt_wasi2_call *c, u32 self, object_kind kind, u64 offset, int64_t at, bool *is_error, work **w) {
    object o;
    begin(c);
    const uint32_t error = wasmelt_rt_wasi2_open_stream(c, self, kind, offset, at, &o);
    *is_error = error != WASI_SUCCESS;
    *w = wasmelt_rt_via_new(c, ERRORS_FILE, o);
    return *is_error ? wasmelt_rt_wasi3_error_code(error) : 0;
}

void wasmelt_wasi3_descriptor_read_via_stream(const wasmelt_wasi2_call *c, u32 self, u64 offset, u32 to) {
    work *w;
    bool is_error;
    const u8 code = open_file(c, self, OBJECT_INPUT, offset, (int64_t)offset, &is_error, &w);
    wasmelt_rt_via_give(c, w, is_error, code, to);
}

static u32 write_file(const wasmelt_wasi2_call *c, u32 self, u32 data, u64 offset, int64_t at) {
    work *w;
    bool is_error;
    const u8 code = open_file(c, self, OBJECT_OUTPUT, offset, at, &is_error, &w);
    return wasmelt_rt_via_take(c, w, data, is_error, code);
}

u32 wasmelt_wasi3_descriptor_write_via_stream(const wasmelt_wasi2_call *c, u32 self, u32 data, u64 offset) {
    return write_file(c, self, data, offset, (int64_t)offset);
}

u32 wasmelt_wasi3_descriptor_append_via_stream(const wasmelt_wasi2_call *c, u32 self, u32 data) {
    return write_file(c, self, data, 0, SYSTEM_AT_END);
}

/* ---- Directories ---- */

/* Puts entries into the component's memory, one at a time. */
static void list_on(work *w) {
    u32 count;
    if (!w->stream)
        return;
    if (wasmelt_rt_host_end_is_alone(w->stream)) {
        finish(w, 0);
        return;
    }
    if (!wasmelt_rt_host_end_is_wanted(w->stream, &count))
        return;
    wasmelt_canon_call c;
    wasmelt_string name;
    uint8_t filetype;
    uint32_t error = WASI_SUCCESS;
    if (count == 0) {
        wasmelt_rt_host_end_copied(w->stream, 0);
    } else if (wasmelt_rt_wasi2_next_entry(w->host->wasi, &w->o, &name, &filetype, &error)) {
        const wasmelt_wasi2_call as_in_0_3 = {.is_0_3 = true};
        wasmelt_rt_host_end_place(w->stream, &c, 1);
        u32 address, length;
        wasmelt_canon_lower_string(&c, name, &address, &length);
        if (!wasmelt_rt_host_end_is_wanted(w->stream, &count) || count == 0)
            return; /* its realloc has cancelled the copy */
        u8 *const at = wasmelt_rt_host_end_place(w->stream, &c, 1);
        wasmelt_rt_wasi2_put_type(&as_in_0_3, at, filetype, false);
        put_list(at + 16, address, length);
        wasmelt_rt_host_end_copied(w->stream, 1);
    } else if (error) {
        refuse(w, wasmelt_rt_wasi3_error_code(error));
    } else {
        finish(w, 0);
    }
}

void wasmelt_wasi3_descriptor_read_directory(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    begin(c);
    work *const w = wasmelt_rt_work_new(c, list_on);
    w->errors = ERRORS_FILE;
    const uint32_t error = wasmelt_rt_wasi2_open_directory(c, self, &w->o);
    wasmelt_rt_via_give(c, w, error != WASI_SUCCESS, error ? wasmelt_rt_wasi3_error_code(error) : 0, to);
}
