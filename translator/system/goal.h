/* Where a path leads that is to be written to, and putting a file there. Whatever happens to the path afterwards, the goal stays in the
 * directory that was found. Symbolic links are followed one by one, to refuse those that another user may have put in the way. In a
 * directory that everybody may write to, such as /tmp, a link is followed only if it belongs to this user, to the superuser or to the
 * directory's owner. Linux has the same rule (fs.protected_symlinks), but not everywhere, and it does not apply to reading where a link
 * leads. On Windows the last component must be no link, and directories that lead to the goal cannot be renamed as long as it is open. */
#ifndef WASMELT_SYSTEM_GOAL_H
#define WASMELT_SYSTEM_GOAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

typedef enum goal_kind { GOAL_NOTHING, GOAL_FILE, GOAL_DIRECTORY, GOAL_SPECIAL } goal_kind;

typedef struct goal {
    intptr_t directory;   /* of the last component: a descriptor (AT_FDCWD: the current directory or the root) or, on Windows, a handle */
    strbuf path;          /* the whole path without links, for what has to be done by path */
    const char *name;     /* the last component: within `path`; with the slash before it if it is in the root */
    goal_kind kind;       /* of what is there */
    bool wants_directory; /* the path ends with a slash */
    bool is_open_file;    /* the last component is a link of procfs to a file that a process has open: only the kernel can follow it */
} goal;

/* Follows the path. False with errno set: EPERM if a link, pipe or socket of another user is in the way. The last component need not
 * exist. To be closed with goal_close if it succeeds. */
bool goal_open(goal *g, const char *path);
void goal_close(goal *g);

/* Whether a file can be put there; false with errno set. */
bool goal_can_write(const goal *g);

/* Makes a directory there. */
bool goal_make_directory(const goal *g);

/* Opens what is there for reading, if it is a regular file and no link; -1 if not. */
int goal_open_input(const goal *g);

/* Puts the file `from` there: by renaming it if it need not be kept or, on another file system, by copying it to a temporary name beside
 * the goal and renaming that, so that nobody sees half a file. If a special file is there (a pipe, /dev/null), the bytes are written to it.
 * False with errno set. */
bool goal_put(const goal *g, const char *from, bool move);

#endif
