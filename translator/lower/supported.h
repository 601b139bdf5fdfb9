/* What cannot be translated, although it is valid: said here, and nowhere else. */
#ifndef WASMELT_LOWER_SUPPORTED_H
#define WASMELT_LOWER_SUPPORTED_H

#include "base/diag.h"
#include "read/instr.h"

/* All of these: false with "not supported: FEATURE" and the offset in `d`. */

/* How much of the module there is. It has been validated. */
bool supported_module(const module *m, diag *d);

/* That the C linker binds the functions that it imports, and a host gives the rest by names in C. */
bool supported_import_names(const module *m, diag *d);

/* What is finite because of its size. */
typedef enum size_limit {
    LIMIT_SIGNATURES, /* parameters and results of all functions and exports */
    LIMIT_LOCALS,     /* of all functions */
    LIMIT_MOVED,      /* values that a function's branches and calls move */
    LIMIT_MEMORIES,   /* each of which reserves address space */
    LIMIT_OUTPUT      /* C */
} size_limit;

/* Refuses what is beyond the limit; returns false. */
bool supported_refuse(size_limit limit, size_t offset, diag *d);

#endif
