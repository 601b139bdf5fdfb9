/* The state of a wasmelt_wasi: descriptors, arguments, guest memory. Internal to runtime/wasi. */
#ifndef WASMELT_WASI_CONTEXT_H
#define WASMELT_WASI_CONTEXT_H

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <wasmelt/wasi.h>

#include "../system/files.h"
#include "abi.h"
#include "cookies.h"

#pragma GCC visibility push(hidden)

/* A descriptor of the guest. Its place in the table is one reference. Each function that uses it holds another, so that one thread may
 * close what another is reading from. Members that may change while it is open are atomic. */
typedef struct descriptor {
    atomic_uint references;
    int host; /* the host's descriptor, owned; -1 for a stream of the embedder */
    uint8_t filetype;
    dev_t device;                   /* of the file; for a directory that can be used, never procfs */
    _Atomic uint16_t virtual_flags; /* flags that the host's descriptor does not have: for shared descriptors all flags, for others
                                       some; changed under the lock of the table */
    bool is_shared;                 /* standard input, output or error */
    bool is_pipe;                   /* writing may raise SIGPIPE */
    _Atomic uint64_t rights_base, rights_inheriting; /* rights are only removed, under the lock of the table */
    pthread_mutex_t reading; /* for reading the entries of a directory, which takes two calls of the host, and for: */
    cookies cookies;
    char *preopen;                     /* the guest's name of a preopened directory, or null */
    const wasmelt_wasi_stream *stream; /* or null */
    void *stream_context;
} descriptor;

typedef struct string_list {
    char **items;
    uint32_t count;
    uint64_t bytes; /* including the zero bytes */
} string_list;

/* Adds a copy of the text; false if memory is short. */
bool wasmelt_rt_wasi_add_string(string_list *list, const char *text);
void wasmelt_rt_wasi_free_strings(string_list *list);

struct wasmelt_wasi {
    wasmelt_memory *memory; /* atomic: each instance attaches it; it is always the same */
    pthread_mutex_t lock;   /* protects the table, which is the next four members; never held while waiting */
    descriptor **fds;
    uint32_t fd_count;       /* number of places in the table */
    uint32_t fd_used;        /* number of places in use or promised by wasmelt_rt_wasi_fd_begin */
    uint32_t fd_limit;       /* limit of fd_used */
    atomic_uint cookie_room; /* how many more positions the cookies of directories may remember */
    string_list args, env;
    const wasmelt_wasi_hooks *hooks; /* or null */
    void *hooks_context;
    void *imports;                                    /* for wasmelt_wasi_imports: one block, made on demand */
    struct thread_group *threads;                     /* for wasmelt_wasi_allow_threads, or null */
    void (*free_threads)(struct thread_group *group); /* frees them, when none runs; only programs with threads contain it */
};

/* The context that an import of a module has passed. If there is none, the call ends with a trap, because there is nothing to do. */
wasmelt_wasi *wasmelt_rt_wasi_context(void *wasi);

/* Whether the bytes are UTF-8 (RFC 3629), as names in WASI are. */
bool wasmelt_rt_wasi_is_utf8(const uint8_t *s, size_t length);

/* ---- Errors ---- */

uint32_t wasmelt_rt_wasi_errno(int host);

/* ---- Descriptors ---- */

/* A local variable that holds a reference: `HELD descriptor *d = NULL;`. The reference is dropped at the end of the variable's scope. (A
 * trap that an embedder's stream raises drops the frame but not the reference, which then leaks.) */
#define HELD __attribute__((cleanup(wasmelt_rt_wasi_fd_drop)))

/* Stores a reference to the descriptor if it is open, and returns whether it has these rights. */
uint32_t wasmelt_rt_wasi_fd(wasmelt_wasi *w, uint32_t fd, uint64_t rights, descriptor **d);

/* Whether the descriptor has all these rights: WASI_NOTCAPABLE if not; WASI_BADF if it was opened only for reading and should be written,
 * or the other way round. */
uint32_t wasmelt_rt_wasi_rights(const descriptor *d, uint64_t rights);

/* Drops the reference in *d; null is allowed. */
void wasmelt_rt_wasi_fd_drop(descriptor **d);

/* Promises a place in the table, before something is done that a later failure could not undo. False if the limit does not allow another
 * one. Followed by wasmelt_rt_wasi_fd_add or wasmelt_rt_wasi_fd_cancel. */
bool wasmelt_rt_wasi_fd_begin(wasmelt_wasi *w);
void wasmelt_rt_wasi_fd_cancel(wasmelt_wasi *w);

/* Puts a descriptor of the host, opened with this access mode (O_RDONLY and so on), into the lowest free place, with those of the rights
 * that its type and mode allow. Takes ownership of `host`, and closes it after a failure. */
uint32_t wasmelt_rt_wasi_fd_add(wasmelt_wasi *w, int host, const system_stat *st, int access, uint64_t rights_base,
                                uint64_t rights_inheriting, uint32_t virtual_flags, uint32_t *fd);

/* Gives the descriptor another number, too. */
uint32_t wasmelt_rt_wasi_fd_again(wasmelt_wasi *w, uint32_t fd, uint32_t *other);

/* Removes a descriptor from the table. If no other thread uses it, returns the result of closing the host's descriptor; otherwise that is
 * closed when they have finished. */
uint32_t wasmelt_rt_wasi_fd_close(wasmelt_wasi *w, uint32_t fd);
/* Moves `fd` to the place `to`, closing what is there; both must be open. */
uint32_t wasmelt_rt_wasi_fd_move(wasmelt_wasi *w, uint32_t fd, uint32_t to);
/* The present number of places in the table. */
uint32_t wasmelt_rt_wasi_fd_count(wasmelt_wasi *w);

/* ---- For setting up a context, by one thread; the limit does not apply ---- */

/* Makes a descriptor for one of the host, not in the table yet; null if memory is short. */
descriptor *wasmelt_rt_wasi_fd_new(int host, const system_stat *st);
/* The rights that a file of its type, opened with this access mode, can have at all. */
uint64_t wasmelt_rt_wasi_fd_possible_rights(const descriptor *d, int access);
/* Puts a descriptor into the lowest free place from `from` on; false if memory is short. */
bool wasmelt_rt_wasi_fd_give(wasmelt_wasi *w, descriptor *d, uint32_t from, uint32_t *fd);
/* Puts a descriptor into place `fd`, and drops what is there. */
bool wasmelt_rt_wasi_fd_replace(wasmelt_wasi *w, uint32_t fd, descriptor *d);
void wasmelt_rt_wasi_fd_free_all(wasmelt_wasi *w);

uint8_t wasmelt_rt_wasi_filetype(mode_t mode);

/* ---- Guest memory. These return null if the address is out of bounds, for which callers return WASI_FAULT.
 * Other threads of the guest may change the memory at any time. So each byte is read once, because the compiler could repeat an ordinary
 * access and get another value than was checked; and checks are done on a copy. */

static inline uint8_t *guest_at(const wasmelt_wasi *w, uint32_t address, uint64_t length) {
    const wasmelt_memory *memory = __atomic_load_n(&w->memory, __ATOMIC_ACQUIRE);
    return memory ? wasmelt_memory_at(memory, address, length) : NULL;
}

static inline uint32_t guest_load8(const uint8_t *p) {
    return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline uint32_t guest_load16(const uint8_t *p) {
    return guest_load8(p) | guest_load8(p + 1) << 8;
}

/* Reads 32 bits at once if the address is aligned, as the guest's own accesses do. */
static inline uint32_t guest_load32(const uint8_t *p) {
    typedef uint32_t __attribute__((may_alias)) word;
    if ((uintptr_t)p % sizeof(word) == 0)
        return le32toh(__atomic_load_n((const word *)(const void *)p, __ATOMIC_RELAXED));
    return guest_load16(p) | guest_load16(p + 2) << 16;
}

static inline uint64_t guest_load64(const uint8_t *p) {
    return guest_load32(p) | (uint64_t)guest_load32(p + 4) << 32;
}

static inline void guest_store(uint8_t *p, uint64_t value, unsigned bytes) {
    for (unsigned k = 0; k < bytes; k++)
        __atomic_store_n(&p[k], (uint8_t)(value >> (8 * k)), __ATOMIC_RELAXED);
}

#pragma GCC visibility pop

#endif
