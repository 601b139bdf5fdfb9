/* WASI for guests of wasmelt/ffi.h. Apart from the rest, so that this does not need WASI. */
#include "../ffi.h"

int wasmelt_ffi_provide_wasi(wasmelt_ffi *guest, wasmelt_wasi *wasi) {
    size_t count = 0;
    const wasmelt_import *imports = wasmelt_wasi_imports(wasi, &count);
    return wasmelt_rt_ffi_provide_all(guest, imports, count, wasmelt_wasi_attach, wasi);
}
