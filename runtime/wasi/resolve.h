/* Opening paths beneath a directory. A path of the guest is never joined with another or edited: either the kernel resolves it, or the walk
 * does, one component at a time, holding each directory open. */
#ifndef WASMELT_WASI_RESOLVE_H
#define WASMELT_WASI_RESOLVE_H

#include "../system/files.h"

#pragma GCC visibility push(hidden)

/* Opens `path` as openat(2) does, but never anything that is not beneath `dir`: not through "..", an absolute path, a symbolic link on the
 * way or, without O_NOFOLLOW, one at the end. -1 with errno; EPERM for an attempt to escape. The descriptor is closed on exec. */
int wasmelt_rt_resolve_open(int dir, const char *path, int flags, mode_t mode);

/* Whether the open directory or file is in procfs, to which a guest has no access: what looks like files there are the memory, the
 * environment and the descriptors of processes, including this one. */
bool wasmelt_rt_resolve_in_procfs(int fd);

/* For tests: makes all later calls in this process walk, as on a kernel without openat2. */
void wasmelt_rt_resolve_without_openat2(void);

/* Finds the directory that contains the last component of `path`, and that component, `last`, which is never "..". With `trailing_slash`
 * the path ended in slashes, and `last` ends in one. Functions that make or remove entries then take `last` for a directory and follow
 * nothing. Functions that look an entry up (link, readlink, stat) would follow a symbolic link to wherever it points, so they must not be
 * given `last` then. */
typedef struct parent {
    int dir;
    bool trailing_slash;
    char last[NAME_MAX + 2];
} parent;
int wasmelt_rt_resolve_parent(int dir, const char *path, parent *p);

#pragma GCC visibility pop

#endif
