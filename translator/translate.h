/* From a decoded, validated module to C files: the passes in order. */
#ifndef WASMELT_TRANSLATE_H
#define WASMELT_TRANSLATE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/vec.h"
#include "wasm/module.h"

typedef enum bounds_checks { BOUNDS_GUARD, BOUNDS_EXPLICIT } bounds_checks;

/* What an executable gives its program, when that is said at translation (wasmelt_command in wasmelt/wasi.h). */
typedef struct command_options {
    const char *const *dirs, *const *env;
    size_t dir_count, env_count;
    bool inherit_env, confine;
} command_options;

typedef struct translate_options {
    const char *name; /* C identifier: prefix of every public name, and of the files */
    bounds_checks bounds;
    uint32_t split;                       /* number of C files with functions, but for the special ones; 0: one for each 512 KiB */
    uint32_t jobs;                        /* threads that emit functions */
    bool all_optimized;                   /* at a level that the user asked for: also functions that compilers take too long for */
    bool strict_loads;                    /* force every load, not only those whose result is unused */
    bool bind_imports;                    /* functions are bound by name at instantiation, not by the C linker */
    bool imports_never_throw;             /* nor does what comes in as a reference: the user promises it */
    bool emit_main;                       /* end with a `main` that runs the module as a WASI command */
    const command_options *command;       /* or null: it is said on the executable's command line */
    const volatile sig_atomic_t *stop;    /* ends the translation when it becomes nonzero; may be null */
    bool debug;                           /* the C says what it comes from: see emit/marks.h */
    const char *c_directory;              /* where the C files will be found, as #line gives it; null: not said */
    const struct prefix_map *prefix_maps; /* for the paths of sources */
    size_t prefix_map_count;
    const char *source; /* the input's name, for the comment at the top of each file */
    const char *mark;   /* kind of result that the C is for, to be known by (mark.h); null: not ours to compile */
} translate_options;

/* The C files of functions that are to be compiled with less optimisation: so large that C compilers take time or memory
 * out of proportion, and so large that they do even then. */
typedef enum special_kind { FILE_LARGE, FILE_HUGE, SPECIAL_FILES } special_kind;

typedef struct special_file {
    size_t source;    /* which of the C files it is, or SIZE_MAX: the functions' declarations say it */
    uint32_t count;   /* of functions in it */
    uint32_t largest; /* one of these */
} special_file;

/* Names of the files written, relative to the directory: the C files first to be compiled, and the
 * headers. Freed by the caller with vec_free after each member. */
typedef struct translate_result {
    VEC(char *) sources;
    VEC(char *) headers;
    special_file special[SPECIAL_FILES];
    bool has_lines;       /* with `debug`: some of the code has source lines */
    bool lines_malformed; /* and some of what says so was not understood */
} translate_result;

/* What a result that is not C says of itself in the section .comment: a format for its kind, of those that --emit takes; the
 * version follows. */
#define MARK_FORMAT "wasmelt %s "

/* How each C file of a module begins, and NAME_internal.h: whose it is. A format for the module's name. */
#define MADE_BY "/* %s: made by wasmelt "

/* Writes NAME.h, NAME.c (or NAME_0.c ..., NAME_large.c and NAME_huge.c if they are needed or `split` given, NAME_data.c
 * and NAME_internal.h) into `directory`, which exists. The module must have passed module_validate. Returns false with
 * the reason in `d`; files may then be incomplete. */
bool translate(const module *m, const translate_options *options, const char *directory, translate_result *result, diag *d);

/* Prints each function that would be emitted as it is behind pass number `pass` (lower/pass_names.h) to `to`. */
bool translate_dump(const module *m, const translate_options *options, size_t pass, FILE *to, diag *d);

/* Whether the module, which must have passed module_validate, can be translated: false with the reason in `d`.
 * Without `bodies` the functions are not lowered, so that what only their instructions need stays unknown. */
bool translate_check(const module *m, bool bodies, diag *d);

#endif
