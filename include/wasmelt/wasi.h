/* WASI preview 1 (and its predecessor, snapshot 0) and wasi-threads: what a program may see and do.
 *
 * A context holds the arguments, the environment, the open descriptors and the directories beneath which a
 * module may open files. It starts with nothing: no arguments, no environment, no directories, standard
 * streams closed.
 *
 * One context serves one program: one instance, or with threads the instances that share its memory. The functions that
 * modules import may be called from any number of threads at once; a descriptor that one thread closes while another
 * waits on it is closed when the other is done. Everything else here is for setting up and taking down, by one thread
 * while no module runs with the context, unless it says otherwise. */
#ifndef WASMELT_WASI_H
#define WASMELT_WASI_H

#include <wasmelt/target.h>

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

/* Whether a directory or stream may be read, written, or both. */
typedef enum wasmelt_wasi_access { WASMELT_WASI_READ = 1, WASMELT_WASI_WRITE = 2 } wasmelt_wasi_access;

/* Lets the module use the host's directory `host` under the name `guest`: nothing outside of it can be
 * reached, whatever the names and links. Preopened directories get the descriptors from 3 on, in order.
 * `access` is a set of wasmelt_wasi_access. Returns 0 or an errno value; EACCES for a directory in procfs. */
int wasmelt_wasi_preopen(wasmelt_wasi *wasi, const char *host, const char *guest, unsigned access);
/* The same with the host's directory by an open descriptor, which is copied. */
int wasmelt_wasi_preopen_fd(wasmelt_wasi *wasi, int host_fd, const char *guest, unsigned access);

/* Makes the module's descriptor 0, 1 or 2 a copy of the host's descriptor. 0 or an errno value. */
int wasmelt_wasi_set_stdio(wasmelt_wasi *wasi, uint32_t fd, int host_fd);

/* Gives the module a copy of the host's descriptor, of a file, pipe or socket (one that listens, too), as *fd: the
 * lowest that is free from 3 on. Libraries expect preopened directories first. 0 or an errno value. */
int wasmelt_wasi_add_fd(wasmelt_wasi *wasi, int host_fd, uint32_t *fd);

/* A stream of the embedder's, in memory for instance. `read` and `write` return the number of bytes done, 0 at
 * the end, or the negative of an errno value; either may be null. */
typedef struct wasmelt_wasi_stream {
    int64_t (*read)(void *context, void *bytes, size_t length);
    int64_t (*write)(void *context, const void *bytes, size_t length);
} wasmelt_wasi_stream;

/* Makes the module's descriptor 0, 1 or 2 such a stream. Both pointers must outlive the context. With threads, several
 * may call at once. 0 or an errno value. */
int wasmelt_wasi_set_stream(wasmelt_wasi *wasi, uint32_t fd, const wasmelt_wasi_stream *stream, void *context);

/* Clocks and randomness of the embedder's, for runs that can be repeated; any may be null. */
typedef struct wasmelt_wasi_hooks {
    /* Nanoseconds of clock 0 (since 1970), 1 (monotonic), 2 or 3 (CPU time). */
    bool (*now)(void *context, uint32_t clock, uint64_t *nanoseconds);
    /* Fills `bytes`; returns 0 or an errno value. */
    int (*random)(void *context, void *bytes, size_t length);
} wasmelt_wasi_hooks;

/* `hooks` and `context` must outlive the WASI context. With threads, several may call at once. */
void wasmelt_wasi_set_hooks(wasmelt_wasi *wasi, const wasmelt_wasi_hooks *hooks, void *context);

/* The most descriptors that the module may have open; 1024 at first. */
void wasmelt_wasi_limit_fds(wasmelt_wasi *wasi, uint32_t most);

/* A second wall behind the first: from now on the kernel (Landlock) refuses this thread, and those it starts, every
 * file that is not beneath one of the context's preopened directories, writing beneath read-only ones, and, where
 * it knows how, TCP, and signals and abstract sockets of other processes. What is open stays so. There is no way
 * back, so it is for processes that do nothing but run the module. 0, or an errno value: ENOSYS or EOPNOTSUPP if
 * the kernel has no Landlock, or has it switched off. */
int wasmelt_wasi_confine(const wasmelt_wasi *wasi);

/* The memory that pointers refer to; modules translated with a C linker binding do this themselves. Any thread. */
void wasmelt_wasi_attach(void *wasi, wasmelt_memory *memory);

/* Lets the program start threads ("wasi" "thread-spawn"): each runs `wasi_thread_start` in an instance of its own of
 * `module`, made with `imports`, which must live as long as the context, and `options` (or null). Without this, and when memory or threads
 * are short, thread-spawn returns a negative number. 0, ENOMEM, or EINVAL if the module does not import a shared memory that it exports as
 * "memory" (or that is its only one), or does not export wasi_thread_start with two i32 parameters, or imports a table, a mutable global or
 * another memory, which only one thread at a time may use. Functions among the imports may be called by several threads at once.
 *
 * A thread that returns is gone. When one traps or calls proc_exit the program is to end, whatever its other threads
 * are doing: `end` is called on that thread, with the trap, and should not return but end the process, as nothing else
 * stops threads that compute or wait. If it does return, only that thread ends. Several threads may come there at once.
 *
 * The context, the memory and the imports must not be freed before wasmelt_wasi_thread_count is 0. */
int wasmelt_wasi_allow_threads(wasmelt_wasi *wasi, const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                               const wasmelt_options *options, void (*end)(void *context, wasmelt_trap trap), void *context);

/* The most threads that there may be at a time, after they were allowed; 4096 at first. */
void wasmelt_wasi_limit_threads(wasmelt_wasi *wasi, uint32_t most);

/* Threads that were started and have not ended yet. Any thread. */
uint32_t wasmelt_wasi_thread_count(wasmelt_wasi *wasi);

/* The directories, variables and rights that an executable gives its module without options on its command line. Any may be null; lists
 * end with null. */
typedef struct wasmelt_command {
    const char *const *dirs; /* HOST[::GUEST][:ro] */
    const char *const *env;  /* NAME=VALUE */
    bool inherit_env;
    bool takes_options; /* whether --dir and its like are read off the command line */
    bool confine;       /* wasmelt_wasi_confine, or no run at all */
} wasmelt_command;

/* The main function of a native executable made from a command module. Gives the module what `command` says and, if that has
 * takes_options, what options at the start of the command line say (--dir HOST[::GUEST][:ro], --env NAME[=VALUE],
 * --argv0 NAME, --confine, --invoke NAME, -- to end them), then runs `_start`, or the export that --invoke names.
 * Imported shared memories are made as the module describes them, and threads are allowed if it can have them.
 * Returns the exit status: the program's, 2 for wrong options, 134 after a trap; but calls exit with it if threads
 * are still running, or if it is one of them that ended the program. */
int wasmelt_main(const wasmelt_module *module, const wasmelt_command *command, int argc, char **argv);

/* The functions above as imports, for modules that bind them by name (wasmelt --emit=shared). The list, of
 * *count members, lives until wasmelt_wasi_free. Null when memory is short. */
const wasmelt_import *wasmelt_wasi_imports(wasmelt_wasi *wasi, size_t *count);

/* ---- The functions that modules import. The context is passed as `void *`. ---- */
#define WASI_FUNC(name, signature, result, parameters) result wasmelt_wasi_##name parameters;
#include <wasmelt/wasi_preview1.def>
#undef WASI_FUNC
#define WASI_FUNC(name, signature, result, parameters) result wasmelt_wasi0_##name parameters;
#include <wasmelt/wasi_unstable.def>
#undef WASI_FUNC
#define WASI_THREADS_FUNC(name, import, signature, result, parameters) result wasmelt_wasi_##name parameters;
#include <wasmelt/wasi_threads.def>
#undef WASI_THREADS_FUNC
#define EMSCRIPTEN_FUNC(name, signature, result, parameters) result wasmelt_emscripten_##name parameters;
#include <wasmelt/emscripten.def>
#undef EMSCRIPTEN_FUNC

#ifdef __cplusplus
}
#endif
#endif
