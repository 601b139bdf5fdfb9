/* Error messages about a file, as compilers print them, on standard error. */
#ifndef WASMELT_DRIVER_REPORT_H
#define WASMELT_DRIVER_REPORT_H

#include "base/diag.h"
#include "base/strbuf.h"
#include "wasm/module.h"

/* Why reading, validating or translating `file` failed. `m` as far as it was read: it names the
 * function. */
void report_diag(const diag *d, const char *file, const module *m);

/* "wasmelt: PATH: error: what errno says"; returns the exit status. */
int report_errno(const char *path);

/* Appends a name from a module, at most 100 bytes of it, fit for a terminal
 * (base/say.h). */
void report_name(strbuf *s, span name);

#endif
