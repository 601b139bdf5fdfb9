/* WASI preview 1 (and its predecessor, snapshot 0): what a program may see and do.
 *
 * A context holds the arguments, the environment, the open descriptors and the directories beneath which a
 * module may open files. It starts with nothing: no arguments, no environment, no directories, standard
 * streams closed. One context serves one instance, on one thread at a time. */
#ifndef WASMELT_WASI_H
#define WASMELT_WASI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wasmelt/module.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_wasi wasmelt_wasi;

/* Null when memory is short. */
wasmelt_wasi *wasmelt_wasi_new(void);
/* Closes the context's descriptors; null is allowed. */
void wasmelt_wasi_free(wasmelt_wasi *wasi);

/* Arguments, argv[0] first, and variables "NAME=VALUE"; copied. False when memory is short. */
bool wasmelt_wasi_add_arg(wasmelt_wasi *wasi, const char *arg);
bool wasmelt_wasi_add_env(wasmelt_wasi *wasi, const char *variable);

/* What a directory, or a stream, may be used for. */
typedef enum wasmelt_wasi_access { WASMELT_WASI_READ = 1, WASMELT_WASI_WRITE = 2 } wasmelt_wasi_access;

/* Lets the module use the host's directory `host` under the name `guest`: nothing outside of it can be
 * reached, whatever the names and links. Preopened directories get the descriptors from 3 on, in order.
 * `access` is a set of wasmelt_wasi_access. Returns 0 or an errno value. */
int wasmelt_wasi_preopen(wasmelt_wasi *wasi, const char *host, const char *guest, unsigned access);

/* Makes the module's descriptor 0, 1 or 2 a copy of the host's descriptor. 0 or an errno value. */
int wasmelt_wasi_set_stdio(wasmelt_wasi *wasi, uint32_t fd, int host_fd);

/* The most descriptors that the module may have open; 1024 at first. */
void wasmelt_wasi_limit_fds(wasmelt_wasi *wasi, uint32_t most);

/* The memory that pointers refer to; modules translated with a C linker binding do this themselves. */
void wasmelt_wasi_attach(void *wasi, wasmelt_memory *memory);

/* What a native executable made from a command module is: reads the options for the sandbox from the
 * command line, runs `_start`, and returns the exit status. */
int wasmelt_main(const wasmelt_module *module, int argc, char **argv);

/* ---- The functions that modules import. The context is passed as `void *`. ---- */
#define WASI_FUNC(name, signature, result, parameters) result wasmelt_wasi_##name parameters;
#include <wasmelt/wasi_preview1.def>
#undef WASI_FUNC
#define WASI_FUNC(name, signature, result, parameters) result wasmelt_wasi0_##name parameters;
#include <wasmelt/wasi_unstable.def>
#undef WASI_FUNC

#ifdef __cplusplus
}
#endif
#endif
