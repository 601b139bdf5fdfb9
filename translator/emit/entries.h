/* Plain entry points of a shared object, for callers that have no C compiler (--emit=ffi): functions that take and return numbers and
 * pointers, in NAME_ffi.c, and their declarations, in NAME_ffi.h. They are the module's exports, by the names that NAME.h has for them, and
 * what makes and frees an instance. */
#ifndef WASMELT_EMIT_ENTRIES_H
#define WASMELT_EMIT_ENTRIES_H

#include "emit/generator.h"

/* The entry point that only these have, and no NAME.h. An export of this name is escaped. */
#define ENTRIES_NEW "instance_new"

/* Prints NAME_ffi.h, in which everything but lines that begin with `#` and the braces of `extern "C"` are plain declarations, as parsers
 * without a preprocessor read them. */
void entries_put_header(const generator *g, out *o);

/* Prints NAME_ffi.c. */
void entries_put(const generator *g, out *o);

#endif
