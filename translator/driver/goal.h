/* Where a path leads that is to be written to. Symbolic links are followed here, one by one, to refuse those that another user may have
 * put in the way. In a directory that everybody may write to, such as /tmp, a link is followed only if it belongs to this user, to the
 * superuser or to the directory's owner. Linux has the same rule (fs.protected_symlinks), but not everywhere, and it does not apply to
 * reading where a link leads. */
#ifndef WASMELT_DRIVER_GOAL_H
#define WASMELT_DRIVER_GOAL_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/strbuf.h"

typedef struct goal {
    int directory;        /* descriptor of the directory that holds the last component, which stays right whatever happens to the path;
                             AT_FDCWD: the current directory or the root */
    strbuf path;          /* the whole path without links, for what has to be done by path */
    const char *name;     /* the last component: within `path`; with the slash before it if it is in the root */
    bool is_there;        /* the last component exists, and `st` describes it */
    bool wants_directory; /* the path ends with a slash */
    bool is_open_file;    /* the last component is a link of procfs to a file that a process has open: only the kernel can follow it */
    struct stat st;
} goal;

/* Follows the path. False with errno set: EPERM if a link, pipe or socket of another user is in the way. The last component need not
 * exist. To be closed with goal_close if it succeeds. */
bool goal_open(goal *g, const char *path);
void goal_close(goal *g);

/* Whether files can be made, removed and renamed in the directory of the last component; false with errno set. */
bool goal_can_change(const goal *g);

#endif
