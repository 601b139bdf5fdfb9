/* Error messages about a file, on standard error, in the form that compilers use. */
#ifndef WASMELT_DRIVER_REPORT_H
#define WASMELT_DRIVER_REPORT_H

#include "base/diag.h"
#include "base/strbuf.h"
#include "wasm/module.h"

/* Prints why reading, validating or translating `file` failed. `m` may be incomplete; it is used to name the function. */
void report_diag(const diag *d, const char *file, const module *m);

/* Prints "wasmelt: PATH: error: " and the text for errno; returns the exit status. */
int report_errno(const char *path);

/* Appends a name that a module contains: at most 100 bytes of it, made safe for a terminal (base/say.h). */
void report_name(strbuf *s, span name);

#endif
