/* Opening paths beneath a directory. No path of the guest's is ever put together with another or
 * edited: the kernel resolves it, or we do a component at a time, holding each directory open. */
#ifndef WASMELT_WASI_RESOLVE_H
#define WASMELT_WASI_RESOLVE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#pragma GCC visibility push(hidden)

/* Opens `path` as openat(2) does, but never anything that is not beneath `dir`: neither by "..",
 * nor an absolute path, nor a symbolic link on the way or, without O_NOFOLLOW, at the end. -1 with
 * errno; EPERM for an escape. The descriptor is closed on exec. */
int wasmelt_rt_resolve_open(int dir, const char *path, int flags, mode_t mode);

/* Whether the open directory or file lies in procfs, of which a guest gets nothing: what looks like
 * files there is the memory, the environment and the descriptors of processes, this one among them.
 */
bool wasmelt_rt_resolve_in_procfs(int fd);

/* Makes all later calls in this process walk, as on a kernel without openat2: for tests. */
void wasmelt_rt_resolve_without_openat2(void);

/* The directory that holds the last component of `path`, and that component in `last`; it is never
 * "..". With `trailing_slash` the path ended in slashes, and `last` in one: what makes or removes
 * entries takes that to mean a directory and follows nothing, but what looks an entry up (link,
 * readlink, stat) would follow a symbolic link to wherever it points. Such must not be given `last`
 * then. */
typedef struct parent {
    int dir;
    bool trailing_slash;
    char last[NAME_MAX + 2];
} parent;
int wasmelt_rt_resolve_parent(int dir, const char *path, parent *p);

#pragma GCC visibility pop

#endif
