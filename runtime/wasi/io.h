/* Vectors of guest buffers, shared by files and sockets. */
#ifndef WASMELT_WASI_IO_H
#define WASMELT_WASI_IO_H

#include "context.h"

#pragma GCC visibility push(hidden)

/* The most buffers and bytes for one host call. If the guest passes more, the read or write is short, which callers expect. */
enum { IO_BUFFERS = 1024, IO_BYTES = 0x7FFFF000 };

typedef struct buffers {
    struct iovec list[IO_BUFFERS];
    int count;
} buffers;

/* Reads the list of the guest's buffers. All are checked before any is used; WASI_FAULT if one is out of bounds. */
uint32_t wasmelt_rt_io_gather(const wasmelt_wasi *w, uint32_t iovs, uint32_t iovs_len, buffers *b);

/* Keeps SIGPIPE from this thread while it writes to a pipe: the error EPIPE is enough. */
typedef struct pipe_guard {
#if SYSTEM_HAS_SIGPIPE
    bool active, was_blocked, was_pending;
    sigset_t before;
#else
    char unused;
#endif
} pipe_guard;
/* In a process that is the program's alone: the first write to a pipe ignores the signal, for all that follow. */
void wasmelt_rt_io_may_ignore_sigpipe(void);
void wasmelt_rt_io_block_sigpipe(pipe_guard *g, const descriptor *d);
void wasmelt_rt_io_unblock_sigpipe(const pipe_guard *g);

/* WASI_AGAIN if the descriptor has virtual flags that say not to wait, and is not ready for these events of poll(2). */
uint32_t wasmelt_rt_io_would_wait(const descriptor *d, short events);

/* Stores the outcome of a host call that returned a count, or -1 with errno. */
uint32_t wasmelt_rt_io_finish(ssize_t count, uint8_t *out);

#pragma GCC visibility pop

#endif
