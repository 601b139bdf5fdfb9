/* From emitted C files to the kind of output that the user asked for. */
#ifndef WASMELT_DRIVER_COMPILE_H
#define WASMELT_DRIVER_COMPILE_H

#include "driver/cli.h"
#include "driver/toolchain.h"
#include "translate.h"

/* Compiles the C files in `directory` and puts the result at `output`, whole or not at all. Objects are made in `scratch`, an existing
 * directory that the caller removes; `t` is the compiler, whose strings, and those of the commands, live in `a`. Returns an exit status; if
 * it is not 0, a message has been printed. */
int compile(const options *o, toolchain *t, arena *a, const translate_result *files, const char *directory, const char *scratch,
            const char *output);

/* The number of jobs to run at a time: --jobs, or else the number of processors that this process may use, which can be fewer than the
 * machine has. */
uint32_t jobs_of(const options *o);

/* Runs `count` compile commands, --jobs at a time, in `directory` if that is not null. The progress line shows `names`. Returns an exit
 * status; if it is not 0, a message has been printed. */
int compile_commands(const options *o, const string_list *commands, const char *const *names, size_t count, const char *directory);

/* Links or archives the objects into what o->emit says. Returns an exit status; if it is not 0, a message has been printed. */
int compile_link(toolchain *t, const options *o, const string_list *objects, const char *output, arena *a);

#endif
