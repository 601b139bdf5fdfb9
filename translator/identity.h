/* Keys for what is kept: a hash of everything that a result depends on. */
#ifndef WASMELT_IDENTITY_H
#define WASMELT_IDENTITY_H

#include "cli.h"
#include "hash.h"
#include "toolchain.h"
#include "wasm/module.h"

/* Of the executable made from `input` with these options. False after a message if there is no toolchain; the key
 * is empty if there is nothing to hash with. */
bool identity_of_executable(const options *o, span input, char key[HASH_TEXT]);

/* Of the runtime that the compiler makes of its sources. */
void identity_of_runtime(const options *o, const toolchain *t, char key[HASH_TEXT]);

#endif
