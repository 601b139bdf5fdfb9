/* The source lines of the module's code, from its DWARF sections: a table from offsets in the file to source lines. Nothing here can fail:
 * debug information proves nothing about the module, and malformed parts of it are left out. Takes time linear in the sections' size, apart
 * from a sort. */
#ifndef WASMELT_DEBUG_LINES_H
#define WASMELT_DEBUG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "wasm/module.h"

typedef struct debug_lines debug_lines;

/* Replaces OLD at the beginning of a path by NEW, as -fdebug-prefix-map of C compilers does. */
typedef struct prefix_map {
    const char *old;
    size_t old_length;
    const char *new;
} prefix_map;

/* Parses "OLD=NEW". */
prefix_map prefix_map_of(const char *text);

/* Appends the path, changed by the last of `maps` whose OLD is its beginning. */
void prefix_map_put(const prefix_map *maps, size_t count, const char *path, strbuf *s);

#define NO_FILE UINT32_MAX

/* The source line that some code comes from. */
typedef struct source_line {
    uint32_t file; /* number for debug_lines_path, or NO_FILE */
    uint32_t line; /* at least 1 */
} source_line;

/* Reads the line tables. Null if the module has no line for any of its code. *malformed: some part could not be understood. To be freed
 * with debug_lines_free. */
debug_lines *debug_lines_read(const module *m, bool *malformed);
void debug_lines_free(debug_lines *lines);

/* The line of the instruction at this offset of the file; file NO_FILE if it has none. */
source_line debug_lines_find(const debug_lines *lines, size_t offset);

/* The first source line of the code from `offset` to before `end`. */
source_line debug_lines_first(const debug_lines *lines, size_t offset, size_t end);

/* The number of places at which the line changes, and the offset in the file of each, in ascending order. */
size_t debug_lines_count(const debug_lines *lines);
size_t debug_lines_offset(const debug_lines *lines, size_t index);

/* The number of sequences that begin behind the code, at an address that does not stand for code that the linker has dropped. */
size_t debug_lines_outside(const debug_lines *lines);

/* Appends the path of a file: if DWARF gives a relative path, the directory of the compilation comes before it; then the maps are applied.
 * The path has at most a few times DWARF_STRING_MAX bytes. */
void debug_lines_path(const debug_lines *lines, uint32_t file, const prefix_map *maps, size_t map_count, strbuf *path);

#endif
