/* The source lines of the module's code, from its DWARF sections. In goes a decoded module; out comes a table
 * from offsets in the file to source lines. Debug information proves nothing about the module: what is malformed
 * is left out, and nothing here can fail. Linear in the sections' size, but for a sort. */
#ifndef WASMELT_DEBUG_LINES_H
#define WASMELT_DEBUG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "wasm/module.h"

typedef struct debug_lines debug_lines;

/* A part of the path OLD that is replaced by NEW, as compilers do by -fdebug-prefix-map. */
typedef struct prefix_map {
    const char *old;
    size_t old_length;
    const char *new;
} prefix_map;

/* Of "OLD=NEW". */
prefix_map prefix_map_of(const char *text);

/* Appends the path, the last of `maps` whose OLD begins it applied. */
void prefix_map_put(const prefix_map *maps, size_t count, const char *path, strbuf *s);

#define NO_FILE UINT32_MAX

/* The line of a source that a piece of code is from. */
typedef struct source_line {
    uint32_t file; /* number for debug_lines_path, or NO_FILE */
    uint32_t line; /* at least 1 */
} source_line;

/* Null if the module has no line for any of its code. *malformed: some part was not understood. Lives until
 * freed. */
debug_lines *debug_lines_read(const module *m, bool *malformed);
void debug_lines_free(debug_lines *lines);

/* The line of the instruction at this offset of the file; file NO_FILE if it has none. */
source_line debug_lines_find(const debug_lines *lines, size_t offset);

/* The first line of any code from `offset` on and before `end`. */
source_line debug_lines_first(const debug_lines *lines, size_t offset, size_t end);

/* Appends the path of a file: as DWARF gives it, behind the directory of the compilation if it is relative, then
 * mapped. At most a few times DWARF_STRING_MAX bytes. */
void debug_lines_path(const debug_lines *lines, uint32_t file, const prefix_map *maps, size_t map_count, strbuf *path);

#endif
