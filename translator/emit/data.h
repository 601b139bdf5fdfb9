/* The bytes of data segments, and which C file they stand in.
 *
 * C compilers take ten times a string literal's size in memory. So data that is large stands in several C files, among the
 * functions: a part of it in each of NAME_0.c ..., in the order of the segments, and a large segment in parts of its own.
 * Other data stands where the definitions do. */
#ifndef WASMELT_EMIT_DATA_H
#define WASMELT_EMIT_DATA_H

#include "emit/generator.h"

/* How many C files the module's data is worth. */
uint64_t data_files(const module *m);
/* Decides whether data stands in `files` C files, which it may be for several of them. Before images_plan. */
void data_plan(generator *g, uint32_t files);

/* How far the data has been written. */
typedef struct data_cursor {
    uint32_t image, segment, part;
    uint64_t before; /* bytes */
} data_cursor;

/* Writes what stands in C file `file`, and in those before it; ALL_DATA: whatever there is. */
#define ALL_DATA UINT32_MAX
void put_data_of_file(const generator *g, out *o, data_cursor *cursor, uint32_t file);
/* For all C files: declarations of what functions may copy from. */
void put_data_declarations(const generator *g, out *o);
/* Where the definitions stand. */
void put_data_definitions(const generator *g, out *o);

/* What copies from the segment, and the segment as its operand: NAME_data3, or NAME_data3_parts. */
/* Whether the segment stands in parts. */
bool has_data_parts(const generator *g, uint32_t segment);
const char *copy_function(const generator *g, uint32_t segment);
void put_segment_name(const generator *g, strbuf *s, uint32_t segment);

#endif
