/* Line tables: the section .debug_line of DWARF 2 to 5 (chapter 6.2 of its specifications), little-endian. They say from which source line
 * some code is. The translator reads those of the module with this, a backtrace those of the executable.
 *
 * In go the bytes of the sections, which are not trusted: malformed data ends the reading of its unit. Nothing is allocated, every function
 * takes time linear in what it reads, and the length of strings is determined only on demand. */
#ifndef WASMELT_RUNTIME_DWARF_LINE_H
#define WASMELT_RUNTIME_DWARF_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

typedef struct dwarf_bytes {
    const uint8_t *data;
    size_t size;
} dwarf_bytes;

/* A section that does not exist is empty, but its pointer is not null, because readers compute with it. */
typedef struct dwarf_line_sections {
    dwarf_bytes line, line_str, str;
} dwarf_line_sections;

/* A string in a section: where it begins, and how many bytes the section has from there. */
typedef dwarf_bytes dwarf_string;

/* The header of one unit: a file table and a program that makes rows. */
typedef struct dwarf_line_unit {
    const dwarf_line_sections *sections;
    size_t offset; /* offset in .debug_line, as in DW_AT_stmt_list */
    unsigned version;
    uint8_t offset_size; /* 4 or 8 */
    uint8_t min_inst_length, line_range, opcode_base;
    int8_t line_base;
    dwarf_bytes lengths; /* number of operands of each standard opcode, from opcode 1 on */
    dwarf_bytes names;   /* directories and files */
    dwarf_bytes program;
} dwarf_line_unit;

/* Reads the header at *at, and moves *at to the next unit. False at the end, or if the rest makes no sense. A unit that is not understood
 * has version 0. */
bool wasmelt_rt_dwarf_line_next(const dwarf_line_sections *sections, size_t *at, dwarf_line_unit *unit);

/* One row of the table. It applies from its address up to that of the next row. The last row of a sequence only says where the sequence
 * ends. Addresses within a sequence do not descend. */
typedef struct dwarf_row {
    uint64_t address;
    uint32_t file;         /* index as wasmelt_rt_dwarf_line_files gives it */
    uint32_t line;         /* 0: no line */
    bool is_first, is_end; /* it is the first or last row of its sequence */
} dwarf_row;

/* Visits the rows of a unit in the order of its program, until a visitor returns false. False if the program is
 * malformed; the rows before have been visited then. */
bool wasmelt_rt_dwarf_line_rows(const dwarf_line_unit *unit, bool (*visit)(void *context, const dwarf_row *row), void *context);

typedef struct dwarf_file {
    dwarf_string name;
    uint32_t index;
    uint32_t dir; /* index of its directory */
    bool is_dir;  /* it is a directory; directories come before files */
} dwarf_file;

/* Visits directories, then files, until a visitor returns false. Up to version 4, directory 0, that of the compilation, is not in the
 * table, and files are numbered from 1. False if the table is malformed. */
bool wasmelt_rt_dwarf_line_files(const dwarf_line_unit *unit, bool (*visit)(void *context, const dwarf_file *file), void *context);

/* The length of the string, without its terminating zero; SIZE_MAX if it is longer than DWARF_STRING_MAX or does not end. */
#define DWARF_STRING_MAX 4096
size_t wasmelt_rt_dwarf_string_length(dwarf_string s);

/* ---- What readers of other DWARF sections need as well ---- */

/* A reading position. Reading out of bounds gives 0 and sets `failed` permanently. */
typedef struct dwarf_cursor {
    const uint8_t *at, *end;
    bool failed;
} dwarf_cursor;

uint64_t wasmelt_rt_dwarf_fixed(dwarf_cursor *c, unsigned size); /* 1 to 8 bytes */
uint64_t wasmelt_rt_dwarf_uleb(dwarf_cursor *c);                 /* bits beyond 64 are lost */
int64_t wasmelt_rt_dwarf_sleb(dwarf_cursor *c);
void wasmelt_rt_dwarf_skip(dwarf_cursor *c, uint64_t size);
dwarf_string wasmelt_rt_dwarf_inline_string(dwarf_cursor *c); /* moves to the byte after its zero */

/* Reads the length at the beginning of a unit; stores the size of offsets in it in *offset_size. */
uint64_t wasmelt_rt_dwarf_initial_length(dwarf_cursor *c, uint8_t *offset_size);

/* The value of an attribute, as far as it matters here. */
typedef struct dwarf_value {
    bool is_string;
    dwarf_string string;
    uint64_t number; /* constants, addresses, offsets, indices, flags; else 0 */
} dwarf_value;

/* Reads a value of the form DW_FORM_*; false, and nothing further can be read, if the form is unknown.
 * `implicit` is the value of DW_FORM_implicit_const. */
bool wasmelt_rt_dwarf_form(dwarf_cursor *c, uint64_t form, uint8_t offset_size, uint8_t address_size, int64_t implicit,
                           const dwarf_line_sections *strings, dwarf_value *value);

#pragma GCC visibility pop

#endif
