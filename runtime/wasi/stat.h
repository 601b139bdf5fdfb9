/* Attributes of files, for fd.c, path.c and unstable.c. */
#ifndef WASMELT_WASI_STAT_H
#define WASMELT_WASI_STAT_H

#include "context.h"

#pragma GCC visibility push(hidden)

void wasmelt_rt_stat_store(const system_stat *st, uint8_t filetype, uint8_t *out);

/* Converts times to what utimensat takes; WASI_INVAL if the flags contradict each other. */
uint32_t wasmelt_rt_stat_times(uint64_t atim, uint64_t mtim, uint32_t fst_flags, struct timespec times[2]);

/* Get the attributes of a descriptor, with its type as the guest knows it; and of a path. */
uint32_t wasmelt_rt_stat_of_fd(wasmelt_wasi *w, uint32_t fd, system_stat *st, uint8_t *filetype);
uint32_t wasmelt_rt_stat_of_path(wasmelt_wasi *w, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len, system_stat *st);

#pragma GCC visibility pop

#endif
