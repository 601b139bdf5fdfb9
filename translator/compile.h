/* From emitted C files to what the user asked for. */
#ifndef WASMELT_COMPILE_H
#define WASMELT_COMPILE_H

#include "cli.h"
#include "translate.h"

/* Compiles the C files in `directory` and puts the result at `output`, whole or not at all; objects
 * are made in `scratch`, an existing directory. An exit status, after a message if it is not 0. */
int compile(const options *o, const translate_result *files, const char *directory,
            const char *scratch, const char *output);

#endif
