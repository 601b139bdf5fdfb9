/* The compilation directories of the module's units, which line tables do not contain before DWARF 5. */
#ifndef WASMELT_DEBUG_UNITS_H
#define WASMELT_DEBUG_UNITS_H

#include "../runtime/dwarf_line.h"
#include "base/vec.h"

typedef struct unit_directory {
    uint64_t line_offset; /* offset of the unit's line table in .debug_line */
    dwarf_string directory;
} unit_directory;

typedef VEC(unit_directory) unit_directories;

/* Reads the first entry of each unit in .debug_info; the result is sorted by line_offset. Malformed parts are left out. */
void units_read(dwarf_bytes info, dwarf_bytes abbrev, const dwarf_line_sections *strings, unit_directories *found);

/* The directory of the unit with this line table; empty if it is not known. */
dwarf_string units_directory(const unit_directories *units, uint64_t line_offset);

#endif
