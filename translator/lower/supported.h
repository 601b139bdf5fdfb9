/* What cannot be translated, although it is valid: said here, and nowhere else. */
#ifndef WASMELT_LOWER_SUPPORTED_H
#define WASMELT_LOWER_SUPPORTED_H

#include "base/diag.h"
#include "read/instr.h"

/* All of these: false with "not supported: FEATURE" and the offset in `d`. */

/* What concerns the module as a whole: types of its parts, and how much of it there is. The module has been validated. */
bool supported_module(const module *m, diag *d);

/* That the C linker binds the functions that it imports, and a host gives the rest by names in C. */
bool supported_import_names(const module *m, diag *d);

/* A value type, and all those of a function type. `offset`: what to name in the message. */
bool supported_type(const module *m, wasmelt_valtype t, size_t offset, diag *d);
bool supported_func_type(const module *m, const type_def *t, size_t offset, diag *d);

/* An instruction that can be reached: itself and the types that its immediates name. */
bool supported_instr(const module *m, const instr *i, diag *d);

/* What is finite because of its size. */
typedef enum size_limit {
    LIMIT_SIGNATURES, /* parameters and results of all functions and exports */
    LIMIT_LOCALS,     /* of all functions */
    LIMIT_MOVED,      /* values that a function's branches and calls move */
    LIMIT_OUTPUT      /* C */
} size_limit;

/* Refuses what is beyond the limit; returns false. */
bool supported_refuse(size_limit limit, size_t offset, diag *d);

#endif
