/* From a decoded, validated module to C files: the passes in order. */
#ifndef WASMELT_TRANSLATE_H
#define WASMELT_TRANSLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/vec.h"
#include "options.h"
#include "wasm/module.h"

typedef struct special_file {
    size_t source;    /* index of the C file with the functions, or SIZE_MAX if one is not made and attributes of the functions say it */
    uint32_t count;   /* number of such functions */
    uint32_t largest; /* the index of the largest */
} special_file;

/* The names of the files written, relative to the directory: C files, in the order in which to compile them, and headers. The caller frees
 * each name, and then the lists with vec_free. Further translations add to the lists. */
typedef struct translate_result {
    VEC(char *) sources;
    VEC(special_kind) kinds; /* of the sources; SPECIAL_FILES: an ordinary file */
    VEC(char *) headers;
    special_file special[SPECIAL_FILES];
    bool has_lines;       /* with `debug`: some code has source lines */
    bool lines_malformed; /* with `debug`: some part of the line tables could not be understood */
    bool lines_misfit;    /* with `debug`: they are not about this code (debug/fit.h), and were not used */
} translate_result;

/* The mark in the section .comment of results that are not C: a format for the kind, as --emit names it; the version follows. See
 * driver/mark.h. */
#define MARK_FORMAT "wasmelt %s "

/* The beginning of each C file of a module and of NAME_internal.h, which shows that wasmelt made it. A format for the module's name. */
#define MADE_BY "/* %s: made by wasmelt "

/* Writes NAME.h and NAME.c into `directory`, which exists. Large modules, and those for which `split` is given, get NAME_0.c ...,
 * NAME_large.c and NAME_huge.c as needed, NAME_data.c and NAME_internal.h instead of NAME.c. With BOUNDS_EITHER there are the same files
 * again, but for NAME.h, called NAME_checked. The module must have passed module_validate. Returns false with the reason in `d`; files may
 * then be incomplete. */
bool translate(const module *m, const translate_options *options, const char *directory, translate_result *result, diag *d);

/* Prints to `to` each function that would be emitted, as it is after pass number `pass` (lower/pass_names.h). */
bool translate_dump(const module *m, const translate_options *options, size_t pass, FILE *to, diag *d);

/* Whether the module, which must have passed module_validate, can be translated; false with the reason in `d`. Without `bodies` no
 * function is lowered, and instructions in them that are not supported go unnoticed. */
bool translate_check(const module *m, bool bodies, diag *d);

#endif
