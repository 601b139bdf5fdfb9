/* From emitted C files to what the user asked for. */
#ifndef WASMELT_DRIVER_COMPILE_H
#define WASMELT_DRIVER_COMPILE_H

#include "driver/cli.h"
#include "driver/toolchain.h"
#include "translate.h"

/* Compiles the C files in `directory` and puts the result at `output`, whole or not at all; objects
 * are made in `scratch`, an existing directory. An exit status, after a message if it is not 0. */
int compile(const options *o, const translate_result *files, const char *directory, const char *scratch, const char *output);

/* What may go on at a time: --jobs, or the processors that this process may use, which can be fewer than there are. */
uint32_t jobs_of(const options *o);

/* Runs `count` commands that compile, --jobs at a time, in `directory` if that is not null; `names` are shown meanwhile.
 * An exit status, after a message. */
int compile_commands(const options *o, const string_list *commands, const char *const *names, size_t count, const char *directory);

/* Objects to what o->emit says. An exit status, after a message. */
int compile_link(toolchain *t, const options *o, const string_list *objects, const char *output, arena *a);

#endif
