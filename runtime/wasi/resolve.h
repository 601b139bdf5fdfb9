/* Opening paths beneath a directory. No path of the guest's is ever put together with another or edited: the
 * kernel resolves it, or we do a component at a time, holding each directory open. */
#ifndef WASMELT_WASI_RESOLVE_H
#define WASMELT_WASI_RESOLVE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Opens `path` as openat(2) does, but never anything that is not beneath `dir`: neither by "..", nor an
 * absolute path, nor a symbolic link on the way or, without O_NOFOLLOW, at the end. -1 with errno; EPERM
 * for an escape. The descriptor is closed on exec. */
int resolve_open(int dir, const char *path, int flags, mode_t mode);

/* The directory that holds the last component of `path`, and that component in `last`, which keeps its trailing
 * slashes. The component is never followed by what is done with it, and is never "..". */
typedef struct parent {
    int dir;
    char last[NAME_MAX + 2];
} parent;
int resolve_parent(int dir, const char *path, parent *p);

#endif
