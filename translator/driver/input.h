/* Reading a module from wherever the user says it is. */
#ifndef WASMELT_DRIVER_INPUT_H
#define WASMELT_DRIVER_INPUT_H

#include <stdbool.h>

#include "wasm/module.h"

/* The file's bytes, or those that wat2wasm makes of it when it holds text; "-" is standard input.
 * False after a message. Freed with input_free. */
bool input_load(const char *path, span *bytes);
void input_free(span *bytes);

#endif
