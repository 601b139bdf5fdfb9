/* Making contexts and their descriptors. */
#include "context.h"

#include <wasmelt/interrupt.h>

#include "../allocator.h"
#include "../not_unwound.h"
#include "../stack.h"
#include "resolve.h"

#define DEFAULT_LIMIT 1024

/* The stack may be almost full when a module calls: exhaustion must trap before anything has been opened. */
wasmelt_wasi *wasmelt_rt_wasi_context(void *wasi) {
    wasmelt_rt_stack_probe();
    wasmelt_interrupt_here(); /* nothing is held yet, and one that was interrupted as it waited comes here next */
    if (!wasi)
        wasmelt_trap_raise(WASMELT_TRAP_NO_WASI);
    return wasi;
}

uint32_t wasmelt_rt_wasi_errno(int host) {
    switch (host) {
    case 0:
        return WASI_SUCCESS;
#define ERRNO(name, number, host_name)                                                                                                     \
    case host_name:                                                                                                                        \
        return number;
#include "errno.def"
#undef ERRNO
    default:
        return WASI_IO;
    }
}

/* ---- Contexts ---- */

wasmelt_wasi *wasmelt_wasi_new(void) {
    wasmelt_wasi *w = wasmelt_rt_allocate_zeroed(1, sizeof *w);
    if (!w)
        return NULL;
    w->fd_limit = DEFAULT_LIMIT;
    w->cookie_room = WASMELT_RT_WASI_COOKIES;
    if (pthread_mutex_init(&w->lock, NULL) != 0) {
        wasmelt_rt_release(w);
        return NULL;
    }
    return w;
}

void wasmelt_rt_wasi_free_strings(string_list *list) {
    for (uint32_t k = 0; k < list->count; k++)
        wasmelt_rt_release(list->items[k]);
    wasmelt_rt_release(list->items);
}

void wasmelt_wasi_free(wasmelt_wasi *w) {
    if (!w)
        return;
    wasmelt_rt_wasi_fd_free_all(w);
    pthread_mutex_destroy(&w->lock);
    if (w->threads)
        w->free_threads(w->threads);
    wasmelt_rt_wasi_free_strings(&w->args);
    wasmelt_rt_wasi_free_strings(&w->env);
    wasmelt_rt_release(w->imports);
    wasmelt_rt_release(w);
}

bool wasmelt_rt_wasi_add_string(string_list *list, const char *text) {
    char **items = wasmelt_rt_reallocate(list->items, (list->count + (size_t)1) * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    char *copy = wasmelt_rt_copy_text(text);
    if (!copy)
        return false;
    items[list->count++] = copy;
    list->bytes += strlen(copy) + 1;
    return true;
}

bool wasmelt_wasi_add_arg(wasmelt_wasi *w, const char *arg) {
    return wasmelt_rt_wasi_add_string(&w->args, arg);
}

bool wasmelt_wasi_add_env(wasmelt_wasi *w, const char *variable) {
    return wasmelt_rt_wasi_add_string(&w->env, variable);
}

void wasmelt_wasi_attach(void *wasi, wasmelt_memory *memory) {
    wasmelt_wasi *w = wasi;
    if (w)
        __atomic_store_n(&w->memory, memory, __ATOMIC_RELEASE);
}

void wasmelt_wasi_limit_fds(wasmelt_wasi *w, uint32_t most) {
    w->fd_limit = most;
}

void wasmelt_wasi_set_hooks(wasmelt_wasi *w, const wasmelt_wasi_hooks *hooks, void *context) {
    w->hooks = hooks;
    w->hooks_context = context;
}

/* ---- What the embedder provides ---- */

static int access_mode(int host) {
    return fcntl(host, F_GETFL) & O_ACCMODE;
}

/* Gives the guest a descriptor of the host under the lowest free number from 3 on, without rights yet. Takes ownership of `host`. */
static int give(wasmelt_wasi *w, int host, const system_stat *st, uint32_t *place, descriptor **d) {
    *d = wasmelt_rt_wasi_fd_new(host, st);
    if (!*d)
        close(host);
    return *d && wasmelt_rt_wasi_fd_give(w, *d, 3, place) ? 0 : ENOMEM;
}

/* Adds a preopened directory. Takes ownership of `host`. */
static int preopen(wasmelt_wasi *w, int host, const char *guest_name, unsigned access) {
    system_stat st;
    uint32_t place;
    int error = fstat(host, &st) != 0 ? errno : !S_ISDIR(st.st_mode) ? ENOTDIR : wasmelt_rt_resolve_in_procfs(host) ? EACCES : 0;
    char *name = error ? NULL : wasmelt_rt_copy_text(guest_name);
    if (!error && !name)
        error = ENOMEM;
    if (error) {
        close(host);
        return error;
    }
    descriptor *d;
    error = give(w, host, &st, &place, &d);
    if (error) {
        wasmelt_rt_release(name);
        return error;
    }
    d->preopen = name;
    d->rights_base = RIGHTS_DIRECTORY;
    d->rights_inheriting = RIGHTS_DIRECTORY | RIGHTS_FILE;
    if (!(access & WASMELT_WASI_WRITE)) {
        d->rights_base &= ~RIGHTS_CHANGING;
        d->rights_inheriting &= ~RIGHTS_CHANGING;
    }
    return 0;
}

int wasmelt_wasi_preopen(wasmelt_wasi *w, const char *host, const char *guest_name, unsigned access) {
    int fd = open(host, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? errno : preopen(w, fd, guest_name, access);
}

int wasmelt_wasi_preopen_fd(wasmelt_wasi *w, int host_fd, const char *guest_name, unsigned access) {
    int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? errno : preopen(w, copy, guest_name, access);
}

int wasmelt_wasi_add_fd(wasmelt_wasi *w, int host_fd, uint32_t *fd) {
    system_stat st;
    int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return errno;
    int error = fstat(copy, &st) != 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;
    if (error) {
        close(copy);
        return error;
    }
    descriptor *d;
    error = give(w, copy, &st, fd, &d);
    if (error)
        return error;
    d->rights_base = wasmelt_rt_wasi_fd_possible_rights(d, access_mode(host_fd));
    d->is_shared = true;
    return 0;
}

int wasmelt_wasi_set_stdio(wasmelt_wasi *w, uint32_t fd, int host_fd) {
    system_stat st;
    if (fd > 2)
        return EINVAL;
    int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return errno;
    descriptor *d = fstat(copy, &st) == 0 ? wasmelt_rt_wasi_fd_new(copy, &st) : NULL;
    if (!d) {
        close(copy);
        return ENOMEM;
    }
    /* A directory as standard input is useless, and must not provide a way to open files. */
    d->rights_base = d->filetype == FILETYPE_DIRECTORY ? 0 : wasmelt_rt_wasi_fd_possible_rights(d, access_mode(copy));
    d->is_shared = true;
    return wasmelt_rt_wasi_fd_replace(w, fd, d) ? 0 : ENOMEM;
}

int wasmelt_wasi_set_stream(wasmelt_wasi *w, uint32_t fd, const wasmelt_wasi_stream *stream, void *context) {
    if (fd > 2)
        return EINVAL;
    system_stat st = {.st_mode = S_IFIFO};
    descriptor *d = wasmelt_rt_wasi_fd_new(-1, &st);
    if (!d)
        return ENOMEM;
    d->stream = stream;
    d->stream_context = context;
    d->rights_base = RIGHT_POLL_FD_READWRITE | RIGHT_FD_FILESTAT_GET | RIGHT_FD_FDSTAT_SET_FLAGS | (stream->read ? RIGHT_FD_READ : 0) |
                     (stream->write ? RIGHT_FD_WRITE : 0);
    return wasmelt_rt_wasi_fd_replace(w, fd, d) ? 0 : ENOMEM;
}
