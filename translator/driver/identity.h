/* Keys for what is kept: a hash of everything that a result depends on. */
#ifndef WASMELT_DRIVER_IDENTITY_H
#define WASMELT_DRIVER_IDENTITY_H

#include <sys/stat.h>

#include "driver/cli.h"
#include "driver/hash.h"
#include "driver/toolchain.h"
#include "wasm/module.h"

/* There must be something to hash with (hash.h). */

/* Of the executable made from `input` with these options. False after a message if there is no toolchain. */
bool identity_of_executable(const options *o, span input, char key[HASH_TEXT]);

/* The same without reading the input, by which file it is and its times: as long as the time of change, which no program can set
 * at will, is the same, so are the bytes. */
bool identity_of_file(const options *o, const struct stat *st, char key[HASH_TEXT]);

/* Of the runtime that the compiler makes of its sources. */
void identity_of_runtime(const options *o, const toolchain *t, char key[HASH_TEXT]);

#endif
