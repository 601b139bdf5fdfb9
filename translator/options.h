/* What a translation is asked for, and the words that its steps share for that. Lowering reads it (lower/plan.h), and so does the printer
 * (emit/generator.h). */
#ifndef WASMELT_OPTIONS_H
#define WASMELT_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C files for functions that need less optimisation, because C compilers take time or memory out of proportion to their size. Huge
 * functions are those for which compilers do so even at the level used for large ones. */
typedef enum special_kind { FILE_LARGE, FILE_HUGE, SPECIAL_FILES } special_kind;

typedef enum bounds_checks {
    BOUNDS_GUARD,
    BOUNDS_EXPLICIT,
    BOUNDS_EITHER /* the C has both forms of all code; the runtime chooses for each instance */
} bounds_checks;

/* For which compilers the C is: GCC and Clang, or any of C11 (wasmelt/code/plain.h). */
typedef enum c_dialect { C_GNU, C_PLAIN } c_dialect;

/* For which systems the C is: those with virtual memory, or small ones (wasmelt/small.h). */
typedef enum system_kind { SYSTEM_USUAL, SYSTEM_SMALL } system_kind;

/* How a run can be ended from outside where it is in the module's code (wasmelt/interrupt.h). */
typedef enum interrupt_kind {
    INTERRUPT_NEVER,
    INTERRUPT_SIGNAL, /* anywhere; functions of which that cannot be said look themselves */
    INTERRUPT_POLL    /* all functions look */
} interrupt_kind;

/* Limits of an executable, as wasmelt_limits in wasmelt/wasi.h; 0: none. */
typedef struct fixed_limits {
    uint64_t memory_bytes, stack_bytes, table_elements, heap_bytes, nanoseconds, fuel;
} fixed_limits;

/* What an executable gives its program if options of the translation say so (wasmelt_command in wasmelt/wasi.h). */
typedef struct command_options {
    const char *const *dirs, *const *env;
    size_t dir_count, env_count;
    bool inherit_env, confine;
    bool takes_options; /* the command line says more */
    fixed_limits limits;
} command_options;

typedef struct translate_options {
    const char *name; /* C identifier: prefix of every public name, and of the files */
    c_dialect c;
    bounds_checks bounds; /* of plain C: explicit */
    system_kind system;   /* small: explicit bounds */
    interrupt_kind interrupt;
    bool fuel;                      /* count fuel (wasmelt/fuel.h) */
    bool deterministic;             /* canonical NaNs, and relaxed instructions by the deterministic profile */
    uint32_t split;                 /* number of C files with functions, without the special ones; 0: one for each 512 KiB of code */
    uint32_t jobs;                  /* threads that emit functions */
    bool unoptimized;               /* the user asked for -O0: no function needs less */
    bool plain_entries;             /* with bind_imports: entry points for callers without a C compiler (emit/entries.h) */
    bool strict_loads;              /* make sure that every load is performed, not only those whose result is unused */
    bool bind_imports;              /* imported functions are bound by name at instantiation, not by the C linker */
    bool imports_never_throw;       /* the user promises that neither imports nor other functions from outside throw */
    bool emit_main;                 /* end with a `main` that runs the module as a WASI command */
    const char *invoke;             /* with emit_main: a call; the executable calls any export of a component, as its command line says */
    const command_options *command; /* null: the executable's command line says it */
    const volatile sig_atomic_t *stop;    /* translation ends when this becomes nonzero; may be null */
    bool debug;                           /* -g: the C contains the lines it comes from: see emit/marks.h */
    const char *c_directory;              /* directory of the C files for #line; null: none is given */
    const struct prefix_map *prefix_maps; /* for the paths of sources */
    size_t prefix_map_count;
    const char *source; /* the input's name, for the comment at the top of each file */
    const char *file;   /* the input's absolute path, which debuggers look for; null: none is given */
    size_t file_start;  /* offset of the module in this file */
    const char *mark;   /* kind of result that the C will be compiled to, for the mark (driver/mark.h); null: the user compiles it */
} translate_options;

/* Whether functions that call others ask how much stack is left, because nothing says that its guard is met. */
static inline bool asks_for_stack(const translate_options *o) {
    return o->c == C_PLAIN || o->system == SYSTEM_SMALL;
}

#endif
