/* The state behind a wasmelt_wasi: descriptors, arguments, guest memory. Internal to runtime/wasi.
 */
#ifndef WASMELT_WASI_CONTEXT_H
#define WASMELT_WASI_CONTEXT_H

#include <string.h>
#include <sys/stat.h>

#include <wasmelt/wasi.h>

#include "abi.h"

/* One descriptor of the guest. */
typedef struct descriptor {
    int host; /* the host's, owned; -1 for a stream of the embedder */
    uint8_t filetype;
    dev_t device; /* that the file lies on; never procfs's for a directory that can be used */
    uint16_t virtual_flags; /* flags that are not the host's: of shared descriptors all, of others
                               some */
    bool is_shared;         /* standard input, output, error */
    bool is_pipe;           /* writing may raise SIGPIPE */
    uint64_t rights_base, rights_inheriting;
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
    wasmelt_memory *memory;
    descriptor **fds;
    uint32_t fd_count, fd_limit; /* of the table; the most that it may have */
    string_list args, env;
    const wasmelt_wasi_hooks *hooks; /* or null */
    void *hooks_context;
    void *imports; /* of wasmelt_wasi_imports: one block, made when asked for */
};

/* The context that a module's import passes; one without ends the call, as there is nothing to do.
 */
wasmelt_wasi *wasi_context(void *wasi);

/* ---- Errors ---- */

uint32_t wasi_errno(int host);

/* ---- Descriptors ---- */

/* The descriptor, if it is open and has all these rights: WASI_BADF, WASI_NOTCAPABLE; WASI_BADF too
 * if it is opened for reading only, or writing only, and should do the other. */
uint32_t wasi_fd(wasmelt_wasi *w, uint32_t fd, uint64_t rights, descriptor **d);

/* Whether the limit allows one more: asked before anything is done that a failure could not undo.
 */
bool wasi_fd_room(const wasmelt_wasi *w);

/* Puts a host's descriptor, opened with this access mode (O_RDONLY and so on), into the lowest free
 * place, with what its type and mode allow of the rights. Takes `host` over, and closes it on
 * failure. */
uint32_t wasi_fd_add(wasmelt_wasi *w, int host, const struct stat *st, int access,
                     uint64_t rights_base, uint64_t rights_inheriting, uint32_t *fd);
void wasi_fd_free(descriptor *d);
/* Makes places up to `fd`. */
bool wasi_fd_reserve(wasmelt_wasi *w, uint32_t fd);
/* A new descriptor for the host's, not in the table. */
descriptor *wasi_fd_new(int host, const struct stat *st);

uint8_t wasi_filetype(mode_t mode);

/* ---- Guest memory: null, and WASI_FAULT at the caller, when out of bounds ---- */

static inline uint8_t *guest(const wasmelt_wasi *w, uint32_t address, uint64_t length) {
    return w->memory ? wasmelt_memory_at(w->memory, address, length) : NULL;
}

static inline uint32_t load32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load64(const uint8_t *p) {
    return load32(p) | (uint64_t)load32(p + 4) << 32;
}

static inline uint32_t load16(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline void store(uint8_t *p, uint64_t value, unsigned bytes) {
    for (unsigned k = 0; k < bytes; k++)
        p[k] = (uint8_t)(value >> (8 * k));
}

#endif
