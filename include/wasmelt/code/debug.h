/* What code emitted with -g says of itself, for backtraces. Constant data, found by these symbols' names in the
 * symbol table of the file that it is linked into. Not for hosts: see wasmelt/backtrace.h. */
#ifndef WASMELT_CODE_DEBUG_H
#define WASMELT_CODE_DEBUG_H

#include <wasmelt/target.h>

#include <stdint.h>

#define WASMELT_DEBUG_VERSION 1u

/* There though nothing refers to it. */
#if defined(__has_attribute)
#if __has_attribute(retain)
#define WASMELT_DEBUG_KEEP __attribute__((used, retain))
#endif
#endif
#ifndef WASMELT_DEBUG_KEEP
#define WASMELT_DEBUG_KEEP __attribute__((used))
#endif

typedef struct wasmelt_debug_func {
    const char *symbol; /* name in C */
    const char *name;   /* from the module's name section, or null */
    uint32_t index;     /* of the function */
    uint32_t offset;    /* of its body, in the module's file */
    uint32_t line;      /* of the source, where it begins; 0: its code has the lines of the C file, see below */
} wasmelt_debug_func;

/* Of each module, `wasmelt_debug_module_functions`: its functions by index. */
typedef struct wasmelt_debug_module {
    uint32_t version; /* WASMELT_DEBUG_VERSION of the translator that wrote it */
    const char *name;
    const wasmelt_debug_func *funcs;
    uint32_t count;
} wasmelt_debug_module;

/* The code from this line of the C file on is from this byte of the module, up to the next entry. */
typedef struct wasmelt_debug_line {
    uint32_t line, offset;
} wasmelt_debug_line;

/* Of each C file, `wasmelt_debug_file_lines`: the lines of functions that have none of a source, ascending. */
typedef struct wasmelt_debug_file {
    uint32_t version;
    const char *file; /* without directories */
    const wasmelt_debug_line *lines;
    uint32_t count;
} wasmelt_debug_file;

#endif
