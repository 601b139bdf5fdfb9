/* What cannot be translated although it is valid. All "not supported" messages of the translator come from here, and from read/later.h. */
#ifndef WASMELT_LOWER_SUPPORTED_H
#define WASMELT_LOWER_SUPPORTED_H

#include "base/diag.h"
#include "lower/callgraph.h"
#include "read/instr.h"

/* All functions here return false with "not supported: FEATURE" and the offset in `d`. */

/* Checks the size of a module that has been validated. */
bool supported_module(const module *m, diag *d);

/* Checks that the module can be translated for systems without virtual memory and threads (--system=small). */
bool supported_small_system(const module *m, diag *d);

/* Checks that the module can be translated to plain C (--c=plain). */
bool supported_plain(const module *m, const callgraph *calls, diag *d);

/* What is limited. */
typedef enum size_limit {
    LIMIT_SIGNATURES, /* parameters and results of all functions and exports */
    LIMIT_LOCALS,     /* locals of all functions */
    LIMIT_MOVED,      /* values that the branches and calls of a function move */
    LIMIT_MEMORIES,   /* memories, because each reserves address space */
    LIMIT_OUTPUT      /* bytes of C */
} size_limit;

/* Reports that the limit is exceeded; returns false. */
bool supported_refuse(size_limit limit, size_t offset, diag *d);

#endif
