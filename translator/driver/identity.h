/* Keys of the cache: each is a hash of everything that a result depends on. */
#ifndef WASMELT_DRIVER_IDENTITY_H
#define WASMELT_DRIVER_IDENTITY_H

#include "driver/cli.h"
#include "driver/hash.h"
#include "driver/toolchain.h"
#include "system/system.h"
#include "wasm/module.h"

/* All of this needs hash_available() (hash.h). */

/* The key of the executable made from `input` with these options and tools. */
void identity_of_executable(const options *o, const toolchain *t, span input, char key[HASH_TEXT]);

/* The key of the same executable without reading the input: the file is identified by its number and times. As long as the time of the
 * last status change (ctime), which no program can set, is the same, so are the bytes. */
void identity_of_file(const options *o, const toolchain *t, const system_stamp *stamp, char key[HASH_TEXT]);

/* The key of the runtime that this compiler makes of the runtime's sources. */
void identity_of_runtime(const options *o, const toolchain *t, char key[HASH_TEXT]);

#endif
