/* Where results go: names made from the input's name, and files put there whole or not at all. */
#ifndef WASMELT_DRIVER_PLACE_H
#define WASMELT_DRIVER_PLACE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "driver/cli.h"

/* The last component of a path. */
const char *place_base_name(const char *path);

/* The directory part of a path, "." if it has none. */
void place_directory(const char *path, strbuf *s);

/* --name, or a C identifier made of the last component of `path`. */
void place_identifier(const options *o, const char *path, strbuf *s);

/* Where the result goes if -o does not say. */
void place_default_output(const options *o, strbuf *s);

/* Whether two paths lead to one existing file. */
bool place_same_file(const char *a, const char *b);

/* False after a message if nothing can be put at `path`: better said before compiling than after.
 */
bool place_can_write(const char *path);

/* Makes a directory of our own among temporary files; an exit status, after a message. */
int place_scratch(strbuf *path);

/* Makes the directory `path`, unless it is there, and says so in *made; its path without links goes to `real`. False after
 * a message. */
bool place_make_directory(const char *path, strbuf *real, bool *made);

/* Moves a file to where the user wants it: by renaming, or by copying beside the goal first where
 * that cannot be done, so that nobody sees half a file. A link is followed (goal.h); what is not a regular
 * file (a pipe, /dev/null) is written to. False with errno set. */
bool place_move(const char *from, const char *to);

/* The same, but leaves the original. */
bool place_copy(const char *from, const char *to);

/* Copies from where one descriptor stands to the other, to the end; false with errno set. */
bool place_copy_bytes(int in, int out);

enum { PLACE_RANDOM_NAME = 8 + 16 + 1 };

/* A name that nothing has yet, most likely: a prefix of at most eight letters and digits that nobody can foresee. */
bool place_random_name(const char *prefix, char name[PLACE_RANDOM_NAME]);

/* Whether both are regular files with the same bytes. */
bool place_same_content(const char *a, const char *b);

/* Whether this is a regular file that begins with this text. */
bool place_begins_with(const char *path, const strbuf *text);

/* False after a message if `path` exists and was not made by this program: its name was chosen by us, not by the user, who
 * may have a file of his own there. What is made is told by its first line if it is C (`kind` null), else by a mark for the
 * kind of result (mark.h). */
bool place_may_replace(const char *path, const char *kind);

#endif
