/* What other parts of the runtime give a guest of wasmelt/ffi.h. */
#ifndef WASMELT_RUNTIME_FFI_H
#define WASMELT_RUNTIME_FFI_H

#include <wasmelt/ffi.h>

#pragma GCC visibility push(hidden)

/* Provides all of these imports, which must live as long as the guest; null: memory is short. `attach` is called with the memory that the
 * guest exports as "memory", before its start function runs. Returns 0, or 1 with an error. */
int wasmelt_rt_ffi_provide_all(wasmelt_ffi *guest, const wasmelt_import *imports, size_t count,
                               void (*attach)(void *context, wasmelt_memory *memory), void *context);

#pragma GCC visibility pop

#endif
