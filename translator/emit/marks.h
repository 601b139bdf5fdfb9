/* With -g: what each line of the emitted C comes from. Functions that have source lines carry them as #line;
 * code of the others keeps the C file's own lines, and a table says which byte of the module each is from
 * (wasmelt/code/debug.h).
 *
 * The printer says where the code that it prints is from (marks_at); out_indent, with which every line begins,
 * calls marks_line, which writes a directive where the compiler would count otherwise. Without -g there are no
 * marks, and all of these do nothing. */
#ifndef WASMELT_EMIT_MARKS_H
#define WASMELT_EMIT_MARKS_H

#include "debug/lines.h"

struct out;
struct generator;

typedef struct line_marks line_marks;

/* For all C files of a translation; `lines` may be null. */
line_marks *marks_new(const struct generator *g, const debug_lines *lines);
void marks_free(line_marks *marks);

/* Before the first text of a C file, and after its last: writes the file's table. */
void marks_begin_file(struct out *o, const char *name);
void marks_end_file(struct out *o);
/* Before text is written out and cleared. */
void marks_flush(struct out *o);

/* Around a function. */
void marks_begin_function(struct out *o, uint32_t index);
void marks_end_function(struct out *o);

/* What follows is from the instruction at this offset, as far as it has a line of its own; else from what is
 * before it. */
void marks_at(struct out *o, size_t offset);

/* At the beginning of a line. */
void marks_line(struct out *o);

/* The functions' names, for backtraces. */
void marks_put_functions(const struct generator *g, struct out *o);

#endif
