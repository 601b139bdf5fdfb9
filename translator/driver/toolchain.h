/* The C compiler: finding it, and the commands that call it. */
#ifndef WASMELT_DRIVER_TOOLCHAIN_H
#define WASMELT_DRIVER_TOOLCHAIN_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "driver/cli.h"
#include "translate.h"

typedef struct toolchain {
    string_list compiler;     /* the command's words */
    const char *include_flag; /* "-I...": the runtime's headers */
    const char *runtime;      /* libwasmelt_rt.a */
    const char *sources;      /* directory of the runtime's sources; null where they are not installed */
    const char *gdb_script;   /* the extension for gdb; null where it is not installed */
    const char *macros;       /* "#define ..." of what the compiler and its C library predefine; "" if it is one for this machine */
    const char *machine;      /* the machine that the compiler says it compiles for; null: not asked yet; "": it does not say */
    bool chosen;              /* the environment variable WASMELT_HOME chose the runtime */
} toolchain;

/* Finds the compiler and the runtime; false after a message. Strings live in `a`. */
bool toolchain_find(toolchain *t, const options *o, arena *a);
void toolchain_free(toolchain *t);

/* Whether the compiler compiles for another machine than the runtime is for, or for another C library. */
bool toolchain_is_foreign(toolchain *t, const options *o, arena *a);

/* Whether it is a machine with pointers of 32 bits. */
bool toolchain_has_small_addresses(const toolchain *t);

/* Whether it compiles for a small system (wasmelt/target.h). */
bool toolchain_is_for_small_system(const toolchain *t);

/* Appends the runtime's source files for small systems. */
void toolchain_sources_for_small_systems(const toolchain *t, arena *a, string_list *sources);

/* Whether it compiles for Windows. */
bool toolchain_is_for_windows(const toolchain *t);

/* A linker flag for a library that the machine needs in addition; null if it needs none. */
const char *toolchain_more_libraries(toolchain *t, const options *o, arena *a);

/* The command that removes symbols from an executable that was just made, except the names of the module's functions, which backtraces and
 * profilers show. False if none is to be removed: with -g, with flags of the user, who may want them; or if there is no such program. */
bool toolchain_strip(toolchain *t, const options *o, arena *a, const char *file, string_list *command);

/* The archiver that goes with the compiler: $AR, else the one the compiler names. */
const char *toolchain_archiver(const toolchain *t, arena *a);

/* Whether compile commands mean the same in any working directory: neither the compiler nor any of its options contains a relative path,
 * as far as the options are known. */
bool toolchain_is_path_independent(const toolchain *t, const options *o);

/* The command that compiles one file of the runtime to an object; it ends with null. */
void toolchain_compile_runtime(const toolchain *t, const options *o, arena *a, const char *source, const char *object,
                               string_list *command);

/* The optimisation flags of files of this kind; null if the level that the user gave takes no longer than these. */
const char *toolchain_special_flags(const options *o, special_kind kind);

/* Commands, each ending with null: to compile one C file to an object; to link objects into an executable, a shared object or one object;
 * to archive them. With -g, paths that begin with `directory` begin with `shown` in debug information. `kind`: SPECIAL_FILES for an
 * ordinary file, else why the functions in the file are too large for the default level. */
void toolchain_compile(const toolchain *t, const options *o, arena *a, const char *directory, const char *shown, const char *source,
                       special_kind kind, const char *object, string_list *command);
void toolchain_link(toolchain *t, const options *o, arena *a, const string_list *objects, const char *output, string_list *command);

#endif
