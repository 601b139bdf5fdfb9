/* The bytes of data segments, and the C files in which they stand.
 *
 * A C compiler needs ten times the size of a string literal in memory. So large data is spread over several C files, those with the
 * functions: each of NAME_0.c ... has a part of it, in the order of the segments, and a large segment is cut into parts. Other data stands
 * with the definitions. */
#ifndef WASMELT_EMIT_DATA_H
#define WASMELT_EMIT_DATA_H

#include "emit/generator.h"

/* The number of C files over which the module's data should be spread. */
uint64_t data_files(const module *m);
/* Decides whether data is spread over the `files` C files; only if there are several. Called before images_plan. */
void data_plan(generator *g, uint32_t files);

/* How far the data has been written. */
typedef struct data_cursor {
    uint32_t image, segment, part;
    uint64_t before; /* bytes written so far */
} data_cursor;

/* Writes the data of C file `file` and of those before it, as far as it has not been written; ALL_DATA: all of it. */
#define ALL_DATA UINT32_MAX
void put_data_of_file(const generator *g, out *o, data_cursor *cursor, uint32_t file);
/* Writes declarations of the segments from which functions may copy; for all C files. */
void put_data_declarations(const generator *g, out *o);
/* Writes the data that stands with the definitions. */
void put_data_definitions(const generator *g, out *o);

/* Whether the segment is cut into parts. */
bool has_data_parts(const generator *g, uint32_t segment);
/* The name of the C function that copies from the segment. */
const char *copy_function(const generator *g, uint32_t segment);
/* The segment as that function's argument: NAME_data3, or NAME_data3_parts. */
void put_segment_name(const generator *g, strbuf *s, uint32_t segment);

#endif
