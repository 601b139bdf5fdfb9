/* Where a path that is to be written to leads: links are followed here, one by one, so that none is that somebody else may
 * have put in the way. In a directory that everybody may write to, such as /tmp, a link is followed only if it belongs to
 * this user, to the superuser, or to the directory's owner; Linux has this rule too (fs.protected_symlinks), but not
 * everywhere, and not for who asks where a link leads. */
#ifndef WASMELT_DRIVER_GOAL_H
#define WASMELT_DRIVER_GOAL_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/strbuf.h"

typedef struct goal {
    int directory;        /* of the last component, opened: what else its path may come to mean does not matter. AT_FDCWD: the
                             current one, or the root */
    strbuf path;          /* the whole path without links, for what has to go by names */
    const char *name;     /* the last component in `path`, behind a slash if it is in the root */
    bool is_there;        /* then `st` is what is there */
    bool wants_directory; /* the path ends with a slash */
    bool is_open_file;    /* a link of procfs, to what some process has open: only the kernel can follow it */
    struct stat st;
} goal;

/* False with errno set: EPERM if somebody else's link, pipe or socket is in the way. The last component need not be there.
 * To be closed then. */
bool goal_open(goal *g, const char *path);
void goal_close(goal *g);

/* Whether something can be made, removed and renamed where the last component is; false with errno set. */
bool goal_can_change(const goal *g);

#endif
