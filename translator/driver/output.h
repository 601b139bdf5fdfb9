/* Where results are put: their names, made from the input's name; and writing files so that they appear whole or not at all. */
#ifndef WASMELT_DRIVER_OUTPUT_H
#define WASMELT_DRIVER_OUTPUT_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "driver/cli.h"

/* The last component of a path. */
const char *output_base_name(const char *path);

/* The directory part of a path, "." if it has none. */
void output_directory(const char *path, strbuf *s);

/* Appends the module's C identifier: --name, or an identifier made from the last component of `path`. */
void output_identifier(const options *o, const char *path, strbuf *s);

/* Appends the path of the result for a command without -o. */
void output_default_path(const options *o, strbuf *s);

/* Whether a file can be put at `path`; false after a message. Checked before compiling, so that the user need not wait for the error. */
bool output_can_write(const char *path);

/* Makes a new directory for temporary files, to be removed with system_remove_tree: the user's flags may make the C compiler write more
 * files than we know of. Returns an exit status; if it is not 0, a message has been printed. */
int output_scratch(strbuf *path);

/* Makes the directory `path` unless it exists; *made says whether it was made. Its path without links is appended to `real`. False
 * after a message. */
bool output_make_directory(const char *path, strbuf *real, bool *made);

/* Moves a file to where the user wants it: by renaming it or, on another file system, by copying it to a temporary name beside the
 * goal and renaming that, so that nobody sees half a file. If `to` is a link, the file goes where it leads (goal.h). If `to` is not a
 * regular file (a pipe, /dev/null), the bytes are written to it. False with errno set. */
bool output_move(const char *from, const char *to);

/* The same as output_move, but keeps the original. */
bool output_copy(const char *from, const char *to);

/* Whether both are regular files with the same bytes. */
bool output_same_content(const char *a, const char *b);

/* Whether `path` is a regular file that begins with `text`. */
bool output_begins_with(const char *path, const strbuf *text);

/* Whether the file at `path` may be replaced: false after a message if it exists and wasmelt did not make it. For names that wasmelt
 * chooses: the user may have another file of that name. A C file (`kind` null) is recognised by its first line, other results by the
 * mark for their kind (mark.h). */
bool output_may_replace(const char *path, const char *kind);

#endif
