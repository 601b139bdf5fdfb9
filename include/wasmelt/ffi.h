/* For callers that cannot include C headers: Python's ctypes, Lua's ffi, Ruby's Fiddle, libffi. Every function here takes and returns only
 * numbers and pointers, and keeps the structs of the other headers to itself. `wasmelt --emit=ffi` makes a shared object with these
 * functions, all others of the runtime, and the module, which is the object NAME_module. It also has a function for each export
 * (NAME_ffi.h), which looks for no name; the functions here are for hosts that do not know the module beforehand.
 *
 *   guest = wasmelt_ffi_new(&NAME_module);
 *   wasmelt_ffi_provide(guest, "env", "log", log, NULL);
 *   if (wasmelt_ffi_start(guest) != 0 || wasmelt_ffi_call(guest, "run", values) != 0)
 *       puts(wasmelt_ffi_error(guest));
 *   wasmelt_ffi_free(guest);
 *
 * A guest may be used by one thread at a time, which need not always be the same one. */
#ifndef WASMELT_FFI_H
#define WASMELT_FFI_H

#include <wasmelt/module.h>
#include <wasmelt/wasi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An instance with what the host provides for it, and the last error. */
typedef struct wasmelt_ffi wasmelt_ffi;

/* Null when memory is short. To be freed with wasmelt_ffi_free. */
wasmelt_ffi *wasmelt_ffi_new(const wasmelt_module *module);

/* Frees the guest and its instance; values of it must not be used afterwards. Not from a function that it called. Null is allowed. */
void wasmelt_ffi_free(wasmelt_ffi *guest);

/* What went wrong last, as one line; "" if nothing did. Belongs to the guest, and changes with its next call of a function here. */
const char *wasmelt_ffi_error(const wasmelt_ffi *guest);

/* Before wasmelt_ffi_start: `code` is what the module imports from `module` as the function `name`. It has the C type of wasmelt_func
 * (wasmelt/func.h) for the import's type: (i32, f64) -> i64 is uint64_t (*)(void *context, uint32_t, double). It must live as long as the
 * guest, and may call its exports by wasmelt_ffi_call. It must return: neither a longjmp nor an exception of the host's language may leave
 * it; wasmelt_ffi_fail says that it failed. Returns 0; 1 with an error if the module imports no such function, if the function's type
 * mentions types that only the module knows, or if memory is short. */
int wasmelt_ffi_provide(wasmelt_ffi *guest, const char *module, const char *name, wasmelt_code code, void *context);

/* Before wasmelt_ffi_start: gives the module WASI's functions, with what the context allows (wasmelt/wasi.h), which must live as long as
 * the guest. Returns 0, or 1 with an error. */
int wasmelt_ffi_provide_wasi(wasmelt_ffi *guest, wasmelt_wasi *wasi);

/* Makes the instance, and runs its start function. Returns 0; else 1 or 2 as wasmelt_ffi_call. To be called once. */
int wasmelt_ffi_start(wasmelt_ffi *guest);

/* Called by a provided function, on the thread that runs the guest: when the function returns, what it returns is not used, and an
 * exception of the host is thrown into the guest (wasmelt_throw). It ends the call of the guest, whose error is this message, of which the
 * first 255 bytes are kept, unless a catch_all of the guest catches it. Not for modules translated with --imports-never-throw. */
void wasmelt_ffi_fail(wasmelt_ffi *guest, const char *message);

/* Calls the exported function: `values` holds the arguments, one wasmelt_value (16 bytes) for each, and then the results; null if there are
 * neither. The caller knows how many there are; wasmelt_ffi_signature tells. Returns 0; 1 with an error: there is no such function, or it
 * trapped, or threw an exception that nobody caught; 2 if the guest has ended itself (WASI's proc_exit): wasmelt_ffi_exit_status is its
 * status, and the error says so. */
int wasmelt_ffi_call(wasmelt_ffi *guest, const char *name, wasmelt_value *values);

/* The status with which the guest has last ended itself; 0 if it has not. */
int32_t wasmelt_ffi_exit_status(const wasmelt_ffi *guest);

/* The same with types: "if:I" for (i32, f32) -> i64. i i32, I i64, f f32, F f64, V v128, r any reference. Null if there is no such
 * function, or if memory is short. Belongs to the guest, and changes with its next call of this function. */
const char *wasmelt_ffi_signature(wasmelt_ffi *guest, const char *name);

/* The exported memory's first byte, and in *bytes its size. Null if there is none, or if it is empty. The address stays the same; the size
 * grows. */
uint8_t *wasmelt_ffi_memory(wasmelt_ffi *guest, const char *name, uint64_t *bytes);

/* The address of an exported global's value: 4, 8 or 16 bytes. Null if there is none. Writing a constant one, or a wrong reference, is
 * undefined. */
void *wasmelt_ffi_global(wasmelt_ffi *guest, const char *name);

#ifdef __cplusplus
}
#endif
#endif
