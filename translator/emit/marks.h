/* With -g: where each line of the emitted C comes from. In functions that have source lines, #line directives say it. The code of other
 * functions keeps the lines of the C file, and a table says from which byte of the module each line is (wasmelt/code/debug.h).
 *
 * The printer says where the code that it prints comes from (marks_at). out_indent, with which every line begins, calls marks_line, which
 * writes a directive if the compiler would otherwise assume another line. Without -g there are no marks, and all these functions do
 * nothing. */
#ifndef WASMELT_EMIT_MARKS_H
#define WASMELT_EMIT_MARKS_H

#include "debug/lines.h"

struct out;
struct generator;

typedef struct line_marks line_marks;

/* Makes the marks for all C files of a translation. `lines` may be null. */
line_marks *marks_new(const struct generator *g, const debug_lines *lines);
void marks_free(line_marks *marks);

/* Called before the first text of a C file, and after its last text: then the table of the file is written. */
void marks_begin_file(struct out *o, const char *name);
void marks_end_file(struct out *o);
/* Called before text is written out and cleared. */
void marks_flush(struct out *o);

/* Called before and after a function. */
void marks_begin_function(struct out *o, uint32_t index);
void marks_end_function(struct out *o);

/* Says that the following code comes from the instruction at this offset. If the instruction has no line of its own, the code keeps the
 * line of what is before it. */
void marks_at(struct out *o, size_t offset);

/* Called at the beginning of each line. */
void marks_line(struct out *o);

/* Prints a table of the functions' names, for backtraces. */
void marks_put_functions(const struct generator *g, struct out *o);

#endif
