/* Tables in code emitted with -g, for backtraces and debuggers. They are constant data, found by the names of these symbols in the symbol
 * table of the file into which the code is linked. Not for hosts: see wasmelt/backtrace.h. */
#ifndef WASMELT_CODE_DEBUG_H
#define WASMELT_CODE_DEBUG_H

#include <wasmelt/target.h>

#include <stdint.h>

#define WASMELT_DEBUG_VERSION 2u

/* gdb loads the script that this section names when it loads what the code is linked into, if the user lets it. Whoever compiles the code
 * knows where the script is (docs/guide-debug.md); equal names in several objects become one. */
#ifdef WASMELT_GDB_SCRIPT
__asm__(".pushsection .debug_gdb_scripts,\"MS\",%progbits,1\n\t.byte 1\n\t.asciz \"" WASMELT_GDB_SCRIPT "\"\n\t.popsection");
#endif

/* Keeps data to which nothing refers. */
#if defined(__has_attribute)
#if __has_attribute(retain)
#define WASMELT_DEBUG_KEEP __attribute__((used, retain))
#endif
#endif
#ifndef WASMELT_DEBUG_KEEP
#define WASMELT_DEBUG_KEEP __attribute__((used))
#endif

typedef struct wasmelt_debug_func {
    const char *symbol; /* its name in C */
    const char *name;   /* its name in the module's name section, or null */
    uint32_t index;     /* its index */
    uint32_t offset;    /* offset of its body in the module's file */
    uint32_t line;      /* source line where it begins; 0: its code has lines of the C file, see below */
} wasmelt_debug_func;

/* Each module has `wasmelt_debug_module_functions`: its functions by index, and where a debugger finds the module itself. */
typedef struct wasmelt_debug_module {
    uint32_t version; /* WASMELT_DEBUG_VERSION of the translator that wrote it */
    const char *name;
    const wasmelt_debug_func *funcs;
    uint32_t count;
    const char *file;     /* the file that the module was read from; null if it has no name */
    uint64_t start, size; /* which bytes of this file, which may be a component, are the module */
    const char *digest;   /* their SHA-256, in hexadecimal */
} wasmelt_debug_module;

/* The code from this line of the C file up to that of the next entry comes from this byte of the module. */
typedef struct wasmelt_debug_line {
    uint32_t line, offset;
} wasmelt_debug_line;

/* Each C file has `wasmelt_debug_file_lines`: ascending lines of functions that have no source lines. */
typedef struct wasmelt_debug_file {
    uint32_t version;
    const char *file; /* without directories */
    const wasmelt_debug_line *lines;
    uint32_t count;
} wasmelt_debug_file;

#endif
