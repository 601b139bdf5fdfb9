/* A lookup belongs to the program that waits for it and to the thread that does it, whichever ends last. The resolver cannot be
 * interrupted: if nobody waits any more, the thread goes on until it has an answer. So its memory is the C library's, not that of the host
 * of an instance, which may be gone; a process has a limited number of them; and the object that contains the runtime stays loaded. To wait
 * for them when it is unloaded is impossible, because a resolver loads objects. */
#if !defined(_WIN32) && !defined(__APPLE__) /* WASI is not for macOS yet */
#include "lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copies.h"

enum { MOST_LOOKUPS = 16 };

struct system_lookup {
    atomic_int references;
    atomic_bool is_done;
    int done; /* the end of a pipe that is closed then */
    int count;
    system_address list[SYSTEM_MOST_ADDRESSES];
    char name[SYSTEM_MOST_NAME + 1];
};

static atomic_int running;

void wasmelt_rt_system_lookup_end(system_lookup *l) {
    if (l && atomic_fetch_sub(&l->references, 1) == 1)
        free(l);
}

static void *look_up(void *argument) {
    system_lookup *l = argument;
    l->count = wasmelt_rt_system_resolve(l->name, l->list, SYSTEM_MOST_ADDRESSES);
    atomic_store(&l->is_done, true);
    close(l->done);
    atomic_fetch_sub(&running, 1);
    wasmelt_rt_system_lookup_end(l);
    return NULL;
}

/* Starts the thread, which takes no signals: those are for the program's. Returns 0 or the number of the error. */
static int start(system_lookup *l) {
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t made;
    int error = pthread_attr_init(&attributes);
    if (error != 0)
        return error;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&made, &attributes, look_up, l);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return error;
}

/* A pipe that no other program inherits, and that never waits. False if there is none. */
static bool make_pipe(int *ends) {
    if (pipe(ends) != 0)
        return false;
    for (int k = 0; k < 2; k++) {
        fcntl(ends[k], F_SETFD, FD_CLOEXEC);
        fcntl(ends[k], F_SETFL, O_NONBLOCK);
    }
    return true;
}

static system_lookup *make(const char *name, int *fd) {
    int ends[2];
    system_lookup *l = calloc(1, sizeof *l);
    if (!l || !make_pipe(ends)) {
        *fd = l ? -errno : -ENOMEM;
        free(l);
        return NULL;
    }
    atomic_init(&l->references, 2);
    l->done = ends[1];
    memcpy(l->name, name, strlen(name) + 1);
    const int error = start(l);
    if (error != 0) {
        close(ends[0]);
        close(ends[1]);
        free(l);
        *fd = -error;
        return NULL;
    }
    *fd = ends[0];
    return l;
}

system_lookup *wasmelt_rt_system_lookup_begin(const char *name, int *fd) {
    *fd = -EAGAIN;
    wasmelt_rt_copy_stay();
    if (!wasmelt_rt_copy_stays())
        return NULL;
    if (atomic_fetch_add(&running, 1) < MOST_LOOKUPS) {
        system_lookup *l = make(name, fd);
        if (l)
            return l;
    }
    atomic_fetch_sub(&running, 1);
    return NULL;
}

int wasmelt_rt_system_lookup_result(const system_lookup *l, system_address *list) {
    if (!atomic_load(&l->is_done))
        return -EINPROGRESS;
    if (l->count > 0)
        memcpy(list, l->list, (size_t)l->count * sizeof *list);
    return l->count;
}
#else
typedef int windows_has_no_lookups; /* a file without anything is no C */
#endif
