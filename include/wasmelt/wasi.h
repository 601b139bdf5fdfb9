/* WASI preview 1 (and its predecessor, snapshot 0) and wasi-threads: what a program may see and do.
 *
 * A context contains the arguments, the environment, the open descriptors, and the directories beneath which a module may open files. A new
 * context has none of these; the standard streams are closed.
 *
 * One context is for one program: one instance or, with threads, the instances that share its memory. The functions that modules import may
 * be called by any number of threads at once. A descriptor that one thread closes while another waits on it is closed when the other one
 * has finished. All other functions are for setting up and freeing a context, by one thread while no module runs with it, unless they say
 * otherwise. */
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

/* Makes a context. Null when memory is short. */
wasmelt_wasi *wasmelt_wasi_new(void);
/* Frees a context and closes its descriptors. Null is allowed. */
void wasmelt_wasi_free(wasmelt_wasi *wasi);

/* Add an argument (argv[0] first), and a variable "NAME=VALUE". Both are copied. False when memory is short. */
bool wasmelt_wasi_add_arg(wasmelt_wasi *wasi, const char *arg);
bool wasmelt_wasi_add_env(wasmelt_wasi *wasi, const char *variable);

/* Whether a directory or stream may be read, written, or both. */
typedef enum wasmelt_wasi_access { WASMELT_WASI_READ = 1, WASMELT_WASI_WRITE = 2 } wasmelt_wasi_access;

/* Lets the module use the host's directory `host` under the name `guest`. Nothing outside of it can be reached, whatever the names and
 * links. Preopened directories get the descriptors from 3 on, in order. `access` is a set of wasmelt_wasi_access. Returns 0 or an errno
 * value; EACCES for a directory in procfs. */
int wasmelt_wasi_preopen(wasmelt_wasi *wasi, const char *host, const char *guest, unsigned access);
/* The same for a directory of the host that is given by an open descriptor, which is copied. */
int wasmelt_wasi_preopen_fd(wasmelt_wasi *wasi, int host_fd, const char *guest, unsigned access);

/* Makes the module's descriptor 0, 1 or 2 a copy of the host's descriptor. Returns 0 or an errno value. */
int wasmelt_wasi_set_stdio(wasmelt_wasi *wasi, uint32_t fd, int host_fd);

/* Gives the module a copy of the host's descriptor of a file, a pipe or a socket (also a listening one). Stores its number, the lowest free
 * one from 3 on, in *fd. Libraries expect preopened directories before other descriptors. Returns 0 or an errno value. */
int wasmelt_wasi_add_fd(wasmelt_wasi *wasi, int host_fd, uint32_t *fd);

/* A stream of the embedder, for example in memory. `read` and `write` return the number of bytes read or written, 0 at the end, or a
 * negative errno value. Either may be null. */
typedef struct wasmelt_wasi_stream {
    int64_t (*read)(void *context, void *bytes, size_t length);
    int64_t (*write)(void *context, const void *bytes, size_t length);
} wasmelt_wasi_stream;

/* Makes the module's descriptor 0, 1 or 2 such a stream. `stream` and `context` must outlive the WASI context. With threads, several may
 * call at once. Returns 0 or an errno value. */
int wasmelt_wasi_set_stream(wasmelt_wasi *wasi, uint32_t fd, const wasmelt_wasi_stream *stream, void *context);

/* Clocks and randomness of the embedder, for reproducible runs. Either may be null. */
typedef struct wasmelt_wasi_hooks {
    /* Stores the time in nanoseconds of clock 0 (since 1970), 1 (monotonic), 2 or 3 (processor time). */
    bool (*now)(void *context, uint32_t clock, uint64_t *nanoseconds);
    /* Fills `bytes`; returns 0 or an errno value. */
    int (*random)(void *context, void *bytes, size_t length);
} wasmelt_wasi_hooks;

/* `hooks` and `context` must outlive the WASI context. With threads, several may call at once. */
void wasmelt_wasi_set_hooks(wasmelt_wasi *wasi, const wasmelt_wasi_hooks *hooks, void *context);

/* Limits how many descriptors the module may have open; initially 1024. */
void wasmelt_wasi_limit_fds(wasmelt_wasi *wasi, uint32_t most);

/* A second line of defence. From now on the kernel (Landlock) refuses to this thread, and to those that it starts: every file that is not
 * beneath one of the context's preopened directories, writing beneath read-only ones, and, if the kernel is new enough, TCP, and signals to
 * and abstract sockets of other processes. Files that are open remain open. It cannot be undone, so it is for processes that only run the
 * module. Returns 0 or an errno value: ENOSYS or EOPNOTSUPP if the kernel has no Landlock, or has it switched off. */
int wasmelt_wasi_confine(const wasmelt_wasi *wasi);

/* Sets the memory to which pointers refer. Modules whose imports the C linker binds do this themselves. Any thread. */
void wasmelt_wasi_attach(void *wasi, wasmelt_memory *memory);

/* Lets the program start threads ("wasi" "thread-spawn"). Each thread runs `wasi_thread_start` in an instance of its own of `module`, made
 * with `imports`, which must live as long as the context, and `options` (or null). Without this call, and when memory or threads are short,
 * thread-spawn returns a negative number. Returns 0, ENOMEM or EINVAL. EINVAL means that the module does not import a shared memory that it
 * exports as "memory" (or that is its only one); or does not export wasi_thread_start with two i32 parameters; or imports a table, a
 * mutable global or another memory, which only one thread at a time may use, or a global that may hold an object, or something of an
 * instance that is in a store. Several threads may call functions among the imports at once. Each thread has a heap of its own: references
 * cannot pass from one to another.
 *
 * A thread whose function returns is gone. When a thread traps or calls proc_exit, the program has to end, whatever its other threads are
 * doing: `end` is called on that thread, with the trap. It ends the process; or it returns, and only that thread ends, while
 * wasmelt_wasi_end_threads ends the others. Several threads may call it at once.
 *
 * The context, the memory and the imports must not be freed before wasmelt_wasi_thread_count is 0. */
int wasmelt_wasi_allow_threads(wasmelt_wasi *wasi, const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                               const wasmelt_options *options, void (*end)(void *context, wasmelt_trap trap), void *context);

/* Limits how many threads there may be at a time, once they have been allowed; initially 4096. */
void wasmelt_wasi_limit_threads(wasmelt_wasi *wasi, uint32_t most);

/* The number of threads that have been started and have not ended yet. Any thread. */
uint32_t wasmelt_wasi_thread_count(wasmelt_wasi *wasi);

/* Ends the program's threads, and waits until they have ended: true; or until `deadline`, in nanoseconds of CLOCK_MONOTONIC
 * (wasmelt_deadline_in): false, and threads still run. Until true is returned, no new thread starts. Only threads that were started inside
 * of a run that may be ended (wasmelt/interrupt.h), or by such threads, are ended, as such a run is: anywhere if the module was translated
 * with --interrupt, else where they call WASI or wait. `end` is not called for them. The others are waited for. After a run of the main
 * thread has been ended, this is what is left to do before context, memory and imports can be freed, or another run begins. Any thread but
 * the program's own. */
bool wasmelt_wasi_end_threads(wasmelt_wasi *wasi, int32_t why, uint64_t deadline);

/* Limits of a program; 0: none. */
typedef struct wasmelt_limits {
    uint64_t memory_bytes; /* of each linear memory */
    uint64_t stack_bytes;  /* of the main thread's stack */
    uint64_t table_elements;
    uint64_t heap_bytes;
    uint64_t nanoseconds; /* how long it may run */
    uint64_t fuel;
} wasmelt_limits;

/* The directories, variables and rights that an executable gives its module, independent of options on its command line. Any may be null;
 * lists end with null. */
typedef struct wasmelt_command {
    const char *const *dirs; /* HOST[::GUEST][:ro] */
    const char *const *env;  /* NAME=VALUE */
    bool inherit_env;
    bool takes_options;    /* --dir and the like are read from the command line */
    bool confine;          /* wasmelt_wasi_confine is called; if it fails, the module is not run */
    wasmelt_limits limits; /* options of the command line can only lower them */
} wasmelt_command;

/* The main function of an executable made from a command module. Gives the module what `command` says and, if that has takes_options,
 * what options at the beginning of the command line say (--dir HOST[::GUEST][:ro], --env NAME[=VALUE], --argv0 NAME, --confine, --invoke
 * NAME, --heap SIZE, --heap-statistics, --max-memory SIZE, --max-stack SIZE, --max-table N, --timeout SECONDS, --fuel N; -- ends them).
 * Then runs
 * `_start`, or the export that --invoke names. Makes imported shared memories as the module describes them, and allows threads if the
 * module can have them. Returns the exit status: the program's, 2 for wrong options, 125 if memory or address space is short for what
 * the module begins with or a limit does not allow it, 134 after a trap; 124 when the fuel is used up; after the time of --timeout the
 * process ends with 124. But it calls exit with that status if threads are still running, or if another thread has ended the program. */
int wasmelt_main(const wasmelt_module *module, const wasmelt_command *command, int argc, char **argv);

/* The functions above as imports, for modules that bind them by name (wasmelt --emit=shared). The list, of *count members, lives until
 * wasmelt_wasi_free. Null when memory is short. */
const wasmelt_import *wasmelt_wasi_imports(wasmelt_wasi *wasi, size_t *count);

/* ---- The functions that modules import. The context is passed as `void *`. ---- */
#define WASI_FUNC(name, signature, result, parameters) WASMELT_APART result wasmelt_wasi_##name parameters;
#include <wasmelt/wasi_preview1.def>
#undef WASI_FUNC
#define WASI_FUNC(name, signature, result, parameters) WASMELT_APART result wasmelt_wasi0_##name parameters;
#include <wasmelt/wasi_unstable.def>
#undef WASI_FUNC
#define WASI_THREADS_FUNC(name, import, signature, result, parameters) WASMELT_APART result wasmelt_wasi_##name parameters;
#include <wasmelt/wasi_threads.def>
#undef WASI_THREADS_FUNC
#define EMSCRIPTEN_FUNC(name, signature, result, parameters) WASMELT_APART result wasmelt_emscripten_##name parameters;
#include <wasmelt/emscripten.def>
#undef EMSCRIPTEN_FUNC

#ifdef __cplusplus
}
#endif
#endif
