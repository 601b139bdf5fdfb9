/* Functions and inlined calls (sections .debug_info and .debug_abbrev of DWARF 4 and 5): which functions of the
 * source an address of a native file belongs to. For backtraces: with the C compiler's inlining most frames hold
 * several of them. Nothing is allocated; the file is read once for all addresses. */
#ifndef WASMELT_RUNTIME_DWARF_INFO_H
#define WASMELT_RUNTIME_DWARF_INFO_H

#include "dwarf_line.h"

#pragma GCC visibility push(hidden)

typedef struct dwarf_sections {
    dwarf_line_sections lines;
    dwarf_bytes info, abbrev, str_offsets, addr, rnglists, ranges;
} dwarf_sections;

/* A function that an address is in. */
typedef struct dwarf_call {
    size_t unit, entry;  /* where it stands in .debug_info */
    uint32_t file, line; /* of an inlined one: where it is called from; the file by number */
} dwarf_call;

enum { DWARF_MOST_CALLS = 12 };

/* An address and what is known of it. */
typedef struct dwarf_address {
    uint64_t address;
    dwarf_line_unit unit; /* that the file numbers belong to; version 0: no line is known */
    uint32_t file, line;
    unsigned call_count;                /* 0: no function is known */
    dwarf_call calls[DWARF_MOST_CALLS]; /* outermost first; when there are more, the innermost are left out */
} dwarf_address;

/* Fills all but the addresses. */
void wasmelt_rt_dwarf_find_lines(const dwarf_sections *s, dwarf_address *addresses, unsigned count);
void wasmelt_rt_dwarf_find_calls(const dwarf_sections *s, dwarf_address *addresses, unsigned count);

/* The function's name; empty if there is none. */
dwarf_string wasmelt_rt_dwarf_call_name(const dwarf_sections *s, const dwarf_call *call);

#pragma GCC visibility pop

#endif
