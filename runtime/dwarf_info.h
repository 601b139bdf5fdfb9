/* Functions and inlined calls, from the sections .debug_info and .debug_abbrev of DWARF 4 and 5: to which functions of the source an
 * address of a native file belongs. Backtraces need it, because C compilers inline so much that most frames belong to several functions.
 * Nothing is allocated; the file is read once for all addresses. */
#ifndef WASMELT_RUNTIME_DWARF_INFO_H
#define WASMELT_RUNTIME_DWARF_INFO_H

#include "dwarf_line.h"

#pragma GCC visibility push(hidden)

typedef struct dwarf_sections {
    dwarf_line_sections lines;
    dwarf_bytes info, abbrev, str_offsets, addr, rnglists, ranges;
} dwarf_sections;

/* A function that contains an address. */
typedef struct dwarf_call {
    size_t unit, entry;  /* offsets of its unit and entry in .debug_info */
    uint32_t file, line; /* of an inlined function: number of the file and line from where it is called */
} dwarf_call;

enum { DWARF_MOST_CALLS = 12 };

/* An address, and what is known about it. */
typedef struct dwarf_address {
    uint64_t address;
    dwarf_line_unit unit; /* the unit to which the numbers of files belong; version 0: no line is known */
    uint32_t file, line;
    unsigned call_count;                /* 0: no function is known */
    dwarf_call calls[DWARF_MOST_CALLS]; /* outermost first; if there are more, the innermost ones are left out */
} dwarf_address;

/* Fills everything but the addresses. */
void wasmelt_rt_dwarf_find_lines(const dwarf_sections *s, dwarf_address *addresses, unsigned count);
void wasmelt_rt_dwarf_find_calls(const dwarf_sections *s, dwarf_address *addresses, unsigned count);

/* The function's name; empty if there is none. */
dwarf_string wasmelt_rt_dwarf_call_name(const dwarf_sections *s, const dwarf_call *call);

#pragma GCC visibility pop

#endif
