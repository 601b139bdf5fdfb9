/* C names for what a module names: clean identifiers, unique, stable between runs. */
#ifndef WASMELT_EMIT_NAMES_H
#define WASMELT_EMIT_NAMES_H

#include "emit/generator.h"

/* Fills func_names, import_names and export_names:
 *   functions  f_NAME from the name section, an import's or an export's name, else fINDEX; with the
 *              module's name before it where functions are shared between files
 *   imports    PREFIX_MODULE_NAME; for functions of WASI the runtime's
 *   exports    PREFIX_NAME */
void names_assign(generator *g);

/* The import's function in the runtime, if its module is one that the runtime implements: "wasi" or
 * "wasi0" is stored as the family. Null if there is none of that name. */
const char *wasi_signature(const module *m, const import *i, const char **family);

/* The text with everything that cannot stand in a C identifier made '_'; at most 80 characters. */
void put_clean(strbuf *s, span text);

#endif
