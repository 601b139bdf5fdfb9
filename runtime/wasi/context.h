/* The state behind a wasmelt_wasi: descriptors, arguments, guest memory. Internal to runtime/wasi.
 */
#ifndef WASMELT_WASI_CONTEXT_H
#define WASMELT_WASI_CONTEXT_H

#include <endian.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include <wasmelt/wasi.h>

#include "abi.h"
#include "cookies.h"

#pragma GCC visibility push(hidden)

/* One descriptor of the guest. Its place in the table is one reference; every function that uses it holds another, so
 * that a thread may close what another is reading from. What may change while it is open is atomic. */
typedef struct descriptor {
    atomic_uint references;
    int host; /* the host's, owned; -1 for a stream of the embedder */
    uint8_t filetype;
    dev_t device;                                    /* that the file lies on; never procfs's for a directory that can be used */
    _Atomic uint16_t virtual_flags;                  /* flags that are not the host's: of shared descriptors all, of others
                                                        some; changed with the table's lock */
    bool is_shared;                                  /* standard input, output, error */
    bool is_pipe;                                    /* writing may raise SIGPIPE */
    _Atomic uint64_t rights_base, rights_inheriting; /* change with the table's lock, and only to less */
    pthread_mutex_t reading;                         /* of a directory's entries: two calls of the host, and: */
    cookies cookies;
    char *preopen;                     /* the guest's name of a preopened directory, or null */
    const wasmelt_wasi_stream *stream; /* or null */
    void *stream_context;
} descriptor;

typedef struct string_list {
    char **items;
    uint32_t count;
    uint64_t bytes; /* with the zeros */
} string_list;

struct wasmelt_wasi {
    wasmelt_memory *memory; /* atomic: every instance attaches it, always the same */
    pthread_mutex_t lock;   /* of the table: the next four, never held while something waits */
    descriptor **fds;
    uint32_t fd_count;       /* places of the table */
    uint32_t fd_used;        /* of them, and those promised by wasmelt_rt_wasi_fd_begin */
    uint32_t fd_limit;       /* the most that fd_used may be */
    atomic_uint cookie_room; /* what the directories' cookies have left */
    string_list args, env;
    const wasmelt_wasi_hooks *hooks; /* or null */
    void *hooks_context;
    void *imports;                /* of wasmelt_wasi_imports: one block, made when asked for */
    struct thread_group *threads; /* of wasmelt_wasi_allow_threads, or null */
};

/* The context that a module's import passes; one without ends the call, as there is nothing to do.
 */
wasmelt_wasi *wasmelt_rt_wasi_context(void *wasi);

/* ---- Errors ---- */

uint32_t wasmelt_rt_wasi_errno(int host);

/* ---- Descriptors ---- */

/* A local variable that holds a reference: `HELD descriptor *d = NULL;`. It is dropped where the variable's scope
 * ends. (A trap raised by an embedder's stream drops the frame and not the reference, which then leaks.) */
#define HELD __attribute__((cleanup(wasmelt_rt_wasi_fd_drop)))

/* Stores a reference to the descriptor if it is open, and returns whether it has these rights. */
uint32_t wasmelt_rt_wasi_fd(wasmelt_wasi *w, uint32_t fd, uint64_t rights, descriptor **d);

/* Whether it has all these rights: WASI_NOTCAPABLE if not; WASI_BADF if it is opened for reading only, or writing
 * only, and should do the other. */
uint32_t wasmelt_rt_wasi_rights(const descriptor *d, uint64_t rights);

/* Drops the reference in *d; null is allowed. */
void wasmelt_rt_wasi_fd_drop(descriptor **d);

/* Promises a place: asked before anything is done that a failure could not undo. False if the limit does not allow
 * one more. Ended by wasmelt_rt_wasi_fd_add or wasmelt_rt_wasi_fd_cancel. */
bool wasmelt_rt_wasi_fd_begin(wasmelt_wasi *w);
void wasmelt_rt_wasi_fd_cancel(wasmelt_wasi *w);

/* Puts a host's descriptor, opened with this access mode (O_RDONLY and so on), into the lowest free
 * place, with what its type and mode allow of the rights. Takes `host` over, and closes it on
 * failure. */
uint32_t wasmelt_rt_wasi_fd_add(wasmelt_wasi *w, int host, const struct stat *st, int access, uint64_t rights_base,
                                uint64_t rights_inheriting, uint32_t virtual_flags, uint32_t *fd);

/* Takes it out of the table. What closing the host's says is returned if no other thread uses it; else it is closed when
 * they are done. */
uint32_t wasmelt_rt_wasi_fd_close(wasmelt_wasi *w, uint32_t fd);
/* Moves `fd` to the place `to`, closing what is there; both must be open. */
uint32_t wasmelt_rt_wasi_fd_move(wasmelt_wasi *w, uint32_t fd, uint32_t to);
/* Places in the table, now. */
uint32_t wasmelt_rt_wasi_fd_count(wasmelt_wasi *w);

/* ---- For setting up, by one thread: in the table without regard to the limit ---- */

/* A new descriptor for the host's, not in the table; null if memory is short. */
descriptor *wasmelt_rt_wasi_fd_new(int host, const struct stat *st);
/* What a file of its type, opened this way, can do at all. */
uint64_t wasmelt_rt_wasi_fd_possible_rights(const descriptor *d, int access);
/* Puts it into the lowest free place from `from` on; false if memory is short. */
bool wasmelt_rt_wasi_fd_give(wasmelt_wasi *w, descriptor *d, uint32_t from, uint32_t *fd);
/* Puts it there, in place of what there is. */
bool wasmelt_rt_wasi_fd_replace(wasmelt_wasi *w, uint32_t fd, descriptor *d);
void wasmelt_rt_wasi_fd_free_all(wasmelt_wasi *w);

uint8_t wasmelt_rt_wasi_filetype(mode_t mode);

/* ---- Guest memory: null, and WASI_FAULT at the caller, when out of bounds ----
 * Other threads of the guest may change it at any time: each byte is read once (an ordinary access could be repeated
 * by the compiler, and differ from what was checked), and what is checked is a copy. */

static inline uint8_t *guest(const wasmelt_wasi *w, uint32_t address, uint64_t length) {
    const wasmelt_memory *memory = __atomic_load_n(&w->memory, __ATOMIC_ACQUIRE);
    return memory ? wasmelt_memory_at(memory, address, length) : NULL;
}

static inline uint32_t load8(const uint8_t *p) {
    return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline uint32_t load16(const uint8_t *p) {
    return load8(p) | load8(p + 1) << 8;
}

/* In one piece where it is aligned, as the guest's own accesses are. */
static inline uint32_t load32(const uint8_t *p) {
    typedef uint32_t __attribute__((may_alias)) word;
    if ((uintptr_t)p % sizeof(word) == 0)
        return le32toh(__atomic_load_n((const word *)(const void *)p, __ATOMIC_RELAXED));
    return load16(p) | load16(p + 2) << 16;
}

static inline uint64_t load64(const uint8_t *p) {
    return load32(p) | (uint64_t)load32(p + 4) << 32;
}

static inline void store(uint8_t *p, uint64_t value, unsigned bytes) {
    for (unsigned k = 0; k < bytes; k++)
        __atomic_store_n(&p[k], (uint8_t)(value >> (8 * k)), __ATOMIC_RELAXED);
}

#pragma GCC visibility pop

#endif
