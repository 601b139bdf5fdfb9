/* What plain entry points (NAME_ffi.c of --emit=ffi) call. */
#ifndef WASMELT_CODE_FFI_H
#define WASMELT_CODE_FFI_H

#include <wasmelt/ffi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* wasmelt_ffi_call for the function with this record in the instance. */
int wasmelt_ffi_enter(wasmelt_ffi *guest, uint32_t record, wasmelt_value *values);

/* wasmelt_ffi_memory for the module's export of this index, which is a memory. */
uint8_t *wasmelt_ffi_enter_memory(wasmelt_ffi *guest, uint32_t index, uint64_t *bytes);

/* What the export of this index is: a global's value, a `wasmelt_table *` or a `const wasmelt_tag *`. Null before the start. */
void *wasmelt_ffi_enter_object(wasmelt_ffi *guest, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
