/* Reading the entries of directories, for dir.c and WASI 0.2. */
#ifndef WASMELT_WASI_DIR_H
#define WASMELT_WASI_DIR_H

#include "context.h"

#pragma GCC visibility push(hidden)

/* Stores entries as fd_readdir does, from the cookie on; *used less than `size` if there are no more. */
uint32_t wasmelt_rt_dir_read(wasmelt_wasi *w, descriptor *d, uint64_t cookie, uint8_t *to, size_t size, size_t *used);

#pragma GCC visibility pop

#endif
