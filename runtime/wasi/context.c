/* Making contexts and their descriptors. */
#include "context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "resolve.h"

#define DEFAULT_LIMIT 1024

/* A module may call with its stack almost full. The trap must then come before anything is opened,
 * as it drops the frames that would close it: so the most that a function here needs is touched
 * first, from the top down. */
__attribute__((noinline)) static void probe_stack(void) {
    enum { ROOM = 64 * 1024, PAGE = 4096 };
    char room[ROOM];
    for (int at = ROOM; at > 0; at -= PAGE)
        *(volatile char *)&room[at - 1] = 0;
}

wasmelt_wasi *wasi_context(void *wasi) {
    probe_stack();
    if (!wasi)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    return wasi;
}

uint32_t wasi_errno(int host) {
    switch (host) {
    case 0:
        return WASI_SUCCESS;
#define ERRNO(name, number, host_name)                                                             \
    case host_name:                                                                                \
        return number;
#include "errno.def"
#undef ERRNO
    default:
        return WASI_IO;
    }
}

/* ---- Contexts ---- */

wasmelt_wasi *wasmelt_wasi_new(void) {
    wasmelt_wasi *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->fd_limit = DEFAULT_LIMIT;
    if (!wasi_fd_reserve(w, 2)) {
        free(w);
        return NULL;
    }
    return w;
}

static void free_strings(string_list *list) {
    for (uint32_t k = 0; k < list->count; k++)
        free(list->items[k]);
    free(list->items);
}

void wasmelt_wasi_free(wasmelt_wasi *w) {
    if (!w)
        return;
    for (uint32_t k = 0; k < w->fd_count; k++)
        wasi_fd_free(w->fds[k]);
    free(w->fds);
    free_strings(&w->args);
    free_strings(&w->env);
    free(w->imports);
    free(w);
}

static bool add_string(string_list *list, const char *text) {
    char **items = realloc(list->items, (list->count + (size_t)1) * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    char *copy = strdup(text);
    if (!copy)
        return false;
    items[list->count++] = copy;
    list->bytes += strlen(copy) + 1;
    return true;
}

bool wasmelt_wasi_add_arg(wasmelt_wasi *w, const char *arg) {
    return add_string(&w->args, arg);
}

bool wasmelt_wasi_add_env(wasmelt_wasi *w, const char *variable) {
    return add_string(&w->env, variable);
}

void wasmelt_wasi_attach(void *wasi, wasmelt_memory *memory) {
    if (wasi)
        ((wasmelt_wasi *)wasi)->memory = memory;
}

void wasmelt_wasi_limit_fds(wasmelt_wasi *w, uint32_t most) {
    w->fd_limit = most;
}

void wasmelt_wasi_set_hooks(wasmelt_wasi *w, const wasmelt_wasi_hooks *hooks, void *context) {
    w->hooks = hooks;
    w->hooks_context = context;
}

/* ---- Descriptors ---- */

uint8_t wasi_filetype(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return FILETYPE_BLOCK_DEVICE;
    case S_IFCHR:
        return FILETYPE_CHARACTER_DEVICE;
    case S_IFDIR:
        return FILETYPE_DIRECTORY;
    case S_IFREG:
        return FILETYPE_REGULAR_FILE;
    case S_IFLNK:
        return FILETYPE_SYMBOLIC_LINK;
    case S_IFSOCK:
        return FILETYPE_SOCKET_STREAM;
    default:
        return FILETYPE_UNKNOWN;
    }
}

uint32_t wasi_fd(wasmelt_wasi *w, uint32_t fd, uint64_t rights, descriptor **d) {
    if (fd >= w->fd_count || !w->fds[fd])
        return WASI_BADF;
    *d = w->fds[fd];
    uint64_t missing = rights & ~(*d)->rights_base;
    if (missing & (RIGHT_FD_READ | RIGHT_FD_WRITE))
        return WASI_BADF;
    return missing ? WASI_NOTCAPABLE : WASI_SUCCESS;
}

bool wasi_fd_reserve(wasmelt_wasi *w, uint32_t fd) {
    if (fd < w->fd_count)
        return true;
    uint32_t count = w->fd_count * 2 > fd + 1 ? w->fd_count * 2 : fd + 1;
    descriptor **fds = realloc(w->fds, count * sizeof *fds);
    if (!fds)
        return false;
    memset(fds + w->fd_count, 0, (count - w->fd_count) * sizeof *fds);
    w->fds = fds;
    w->fd_count = count;
    return true;
}

void wasi_fd_free(descriptor *d) {
    if (!d)
        return;
    if (d->host >= 0)
        close(d->host);
    free(d->preopen);
    free(d);
}

static uint8_t socket_type(int host) {
    int type;
    socklen_t length = sizeof type;
    if (getsockopt(host, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
        return FILETYPE_UNKNOWN;
    return type == SOCK_DGRAM ? FILETYPE_SOCKET_DGRAM : FILETYPE_SOCKET_STREAM;
}

descriptor *wasi_fd_new(int host, const struct stat *st) {
    descriptor *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->host = host;
    d->filetype = S_ISSOCK(st->st_mode) ? socket_type(host) : wasi_filetype(st->st_mode);
    d->is_pipe = S_ISFIFO(st->st_mode);
    d->device = st->st_dev;
    return d;
}

/* What a file of the type, opened this way, can do at all. */
static uint64_t possible_rights(const descriptor *d, int access) {
    if (d->filetype == FILETYPE_DIRECTORY)
        return RIGHTS_DIRECTORY;
    uint64_t rights = d->filetype == FILETYPE_SOCKET_STREAM || d->filetype == FILETYPE_SOCKET_DGRAM
                          ? RIGHTS_SOCKET
                          : RIGHTS_FILE;
    if (access == O_RDONLY)
        rights &= ~(RIGHT_FD_WRITE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE);
    if (access == O_WRONLY)
        rights &= ~RIGHT_FD_READ;
    /* How a guest's libc tells a terminal: a character device that cannot seek. */
    if (d->is_pipe || (d->filetype == FILETYPE_CHARACTER_DEVICE && isatty(d->host)))
        rights &= ~(RIGHT_FD_SEEK | RIGHT_FD_TELL);
    return rights;
}

bool wasi_fd_room(const wasmelt_wasi *w) {
    uint32_t open = 0;
    for (uint32_t k = 0; k < w->fd_count; k++)
        open += w->fds[k] != NULL;
    return open < w->fd_limit;
}

static uint32_t free_place(const wasmelt_wasi *w, uint32_t from) {
    while (from < w->fd_count && w->fds[from])
        from++;
    return from;
}

uint32_t wasi_fd_add(wasmelt_wasi *w, int host, const struct stat *st, int access,
                     uint64_t rights_base, uint64_t rights_inheriting, uint32_t *fd) {
    uint32_t place = free_place(w, 0);
    descriptor *d = wasi_fd_reserve(w, place) ? wasi_fd_new(host, st) : NULL;
    if (!d) {
        close(host);
        return WASI_NOMEM;
    }
    d->rights_base = rights_base & possible_rights(d, access);
    d->rights_inheriting = d->filetype == FILETYPE_DIRECTORY ? rights_inheriting : 0;
    w->fds[place] = d;
    *fd = place;
    return WASI_SUCCESS;
}

/* ---- What the embedder gives ---- */

static int access_mode(int host) {
    return fcntl(host, F_GETFL) & O_ACCMODE;
}

/* Puts the host's descriptor into the lowest free place from 3 on; without rights yet. Takes `host`
 * over. */
static int give(wasmelt_wasi *w, int host, const struct stat *st, uint32_t *place) {
    *place = free_place(w, 3);
    descriptor *d = wasi_fd_reserve(w, *place) ? wasi_fd_new(host, st) : NULL;
    if (!d) {
        close(host);
        return ENOMEM;
    }
    w->fds[*place] = d;
    return 0;
}

/* Takes `host` over. */
static int preopen(wasmelt_wasi *w, int host, const char *guest_name, unsigned access) {
    struct stat st;
    uint32_t place;
    int error = fstat(host, &st) != 0     ? errno
                : !S_ISDIR(st.st_mode)    ? ENOTDIR
                : resolve_in_procfs(host) ? EACCES
                                          : 0;
    char *name = error ? NULL : strdup(guest_name);
    if (!error && !name)
        error = ENOMEM;
    if (error) {
        close(host);
        return error;
    }
    error = give(w, host, &st, &place);
    if (error) {
        free(name);
        return error;
    }
    descriptor *d = w->fds[place];
    d->preopen = name;
    d->rights_base = RIGHTS_DIRECTORY;
    d->rights_inheriting = RIGHTS_DIRECTORY | RIGHTS_FILE;
    if (!(access & WASMELT_WASI_WRITE)) {
        d->rights_base &= ~RIGHTS_CHANGING;
        d->rights_inheriting &= ~RIGHTS_CHANGING;
    }
    return 0;
}

int wasmelt_wasi_preopen(wasmelt_wasi *w, const char *host, const char *guest_name,
                         unsigned access) {
    int fd = open(host, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? errno : preopen(w, fd, guest_name, access);
}

int wasmelt_wasi_preopen_fd(wasmelt_wasi *w, int host_fd, const char *guest_name, unsigned access) {
    int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? errno : preopen(w, copy, guest_name, access);
}

int wasmelt_wasi_add_fd(wasmelt_wasi *w, int host_fd, uint32_t *fd) {
    struct stat st;
    int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return errno;
    int error = fstat(copy, &st) != 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;
    if (error) {
        close(copy);
        return error;
    }
    error = give(w, copy, &st, fd);
    if (error)
        return error;
    w->fds[*fd]->rights_base = possible_rights(w->fds[*fd], access_mode(host_fd));
    w->fds[*fd]->is_shared = true;
    return 0;
}

int wasmelt_wasi_set_stdio(wasmelt_wasi *w, uint32_t fd, int host_fd) {
    struct stat st;
    if (fd > 2)
        return EINVAL;
    int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return errno;
    descriptor *d = fstat(copy, &st) == 0 ? wasi_fd_new(copy, &st) : NULL;
    if (!d) {
        close(copy);
        return ENOMEM;
    }
    /* A directory as standard input is good for nothing, and must not be a way to open files. */
    d->rights_base = d->filetype == FILETYPE_DIRECTORY ? 0 : possible_rights(d, access_mode(copy));
    d->is_shared = true;
    wasi_fd_free(w->fds[fd]);
    w->fds[fd] = d;
    return 0;
}

int wasmelt_wasi_set_stream(wasmelt_wasi *w, uint32_t fd, const wasmelt_wasi_stream *stream,
                            void *context) {
    if (fd > 2)
        return EINVAL;
    struct stat st = {.st_mode = S_IFIFO};
    descriptor *d = wasi_fd_new(-1, &st);
    if (!d)
        return ENOMEM;
    d->stream = stream;
    d->stream_context = context;
    d->rights_base = RIGHT_POLL_FD_READWRITE | RIGHT_FD_FILESTAT_GET | RIGHT_FD_FDSTAT_SET_FLAGS |
                     (stream->read ? RIGHT_FD_READ : 0) | (stream->write ? RIGHT_FD_WRITE : 0);
    wasi_fd_free(w->fds[fd]);
    w->fds[fd] = d;
    return 0;
}
