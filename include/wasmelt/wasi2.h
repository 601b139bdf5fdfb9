/* WASI 0.2 for instances of components that are libraries: what these import of wasi:cli, io, clocks, random, filesystem and sockets is the
 * runtime's, and the member `wasi` of NAME_imports says what they get.
 *
 * A context of preview 1 (wasmelt/wasi.h) has the arguments, the variables, the standard streams and the directories; this adds resources
 * and grants for the network. It is for one instance, or for several that one thread at a time uses, and that may have each other's
 * resources. All functions are for one thread while no instance runs with it. Not for Windows. */
#ifndef WASMELT_WASI2_H
#define WASMELT_WASI2_H

#include <wasmelt/target.h>

#include <wasmelt/wasi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_wasi2 wasmelt_wasi2;

/* Makes one of a context that is set up, which must outlive it and is for nothing else. Arguments and variables have to be UTF-8. Null when
 * memory is short. */
wasmelt_wasi2 *wasmelt_wasi2_new(wasmelt_wasi *wasi);
/* Frees it with all resources, after the instances that use it. Null is allowed. */
void wasmelt_wasi2_free(wasmelt_wasi2 *wasi);

/* Lets instances listen at HOST:PORT, or connect to it, as --listen and --connect do (docs/components.md, network). The text is copied.
 * Returns null, or what is wrong: a text that lives for ever. */
const char *wasmelt_wasi2_allow_listen(wasmelt_wasi2 *wasi, const char *address);
const char *wasmelt_wasi2_allow_connect(wasmelt_wasi2 *wasi, const char *address);

#ifdef __cplusplus
}
#endif
#endif
