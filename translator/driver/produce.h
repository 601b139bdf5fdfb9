/* From the input to the output that the user asked for. */
#ifndef WASMELT_DRIVER_PRODUCE_H
#define WASMELT_DRIVER_PRODUCE_H

#include "driver/cli.h"
#include "driver/toolchain.h"
#include "wasm/module.h"

/* Reads, validates and translates the input, compiles the C unless C is wanted, and puts the result at `output`, whole or not at all.
 * Returns an exit status; if it is not 0, a message has been printed. */
int produce(const options *o, const char *output);

/* The same with the input's bytes already read, the compiler already found, whose strings live in `a`, and no C wanted. */
int produce_loaded(const options *o, toolchain *tools, arena *a, span input, const char *output);

/* For --dump: prints the input's functions as they are after a pass. */
int produce_dump(const options *o);

#endif
