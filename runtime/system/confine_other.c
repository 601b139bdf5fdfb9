/* wasmelt_wasi_confine where nothing confines a process. */
#if !defined(__linux__)

#include <errno.h>

#include <wasmelt/wasi.h>

int wasmelt_wasi_confine(const wasmelt_wasi *w) {
    (void)w;
    return ENOSYS;
}

#endif
