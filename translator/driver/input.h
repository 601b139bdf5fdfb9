/* Reading a module from a file or from standard input, in binary or text format. */
#ifndef WASMELT_DRIVER_INPUT_H
#define WASMELT_DRIVER_INPUT_H

#include <stdbool.h>

#include "wasm/module.h"

/* Reads the module's bytes. "-" is standard input. A file in the text format is assembled by wat2wasm first. False after a message. To
 * be freed with input_free. */
bool input_load(const char *path, span *bytes);
void input_free(span *bytes);

#endif
