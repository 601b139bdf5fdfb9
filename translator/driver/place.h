/* Where results are put: their names, made from the input's name; and writing files so that they appear whole or not at all. */
#ifndef WASMELT_DRIVER_PLACE_H
#define WASMELT_DRIVER_PLACE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "driver/cli.h"

/* The last component of a path. */
const char *place_base_name(const char *path);

/* The directory part of a path, "." if it has none. */
void place_directory(const char *path, strbuf *s);

/* Appends the module's C identifier: --name, or an identifier made from the last component of `path`. */
void place_identifier(const options *o, const char *path, strbuf *s);

/* Appends the path of the result for a command without -o. */
void place_default_output(const options *o, strbuf *s);

/* Whether two paths lead to one existing file. */
bool place_same_file(const char *a, const char *b);

/* Whether a file can be put at `path`; false after a message. Checked before compiling, so that the user need not wait for the error. */
bool place_can_write(const char *path);

/* Makes a new directory for temporary files. Returns an exit status; if it is not 0, a message has been printed. */
int place_scratch(strbuf *path);

/* Makes the directory `path` unless it exists; *made says whether it was made. Its path without links is appended to `real`. False
 * after a message. */
bool place_make_directory(const char *path, strbuf *real, bool *made);

/* Moves a file to where the user wants it: by renaming it or, on another file system, by copying it to a temporary name beside the
 * goal and renaming that, so that nobody sees half a file. If `to` is a link, the file goes where it leads (goal.h). If `to` is not a
 * regular file (a pipe, /dev/null), the bytes are written to it. False with errno set. */
bool place_move(const char *from, const char *to);

/* The same as place_move, but keeps the original. */
bool place_copy(const char *from, const char *to);

/* Copies the rest of the file `in` to `out`, both open; false with errno set. */
bool place_copy_bytes(int in, int out);

enum { PLACE_RANDOM_NAME = 8 + 16 + 1 };

/* Makes a name that is almost certainly unused: the prefix, of at most eight characters, and random letters and digits that nobody can
 * foresee. */
bool place_random_name(const char *prefix, char name[PLACE_RANDOM_NAME]);

/* Whether both are regular files with the same bytes. */
bool place_same_content(const char *a, const char *b);

/* Whether `path` is a regular file that begins with `text`. */
bool place_begins_with(const char *path, const strbuf *text);

/* Whether the file at `path` may be replaced: false after a message if it exists and wasmelt did not make it. For names that wasmelt
 * chooses: the user may have another file of that name. A C file (`kind` null) is recognised by its first line, other results by the
 * mark for their kind (mark.h). */
bool place_may_replace(const char *path, const char *kind);

#endif
