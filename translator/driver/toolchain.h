/* The C compiler and what it is given. */
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
    const char *machine;      /* what it compiles for, as the compiler says it; null: not asked yet, "" if it does not say */
    bool chosen;              /* WASMELT_HOME says which runtime to take */
} toolchain;

/* Finds compiler and runtime; false after a message. Strings live in `a`. */
bool toolchain_find(toolchain *t, const options *o, arena *a);
void toolchain_free(toolchain *t);

/* Where a program is that is named as in a command: itself if it has a slash, else found in PATH. */
bool toolchain_program(const char *name, strbuf *path);

/* Whether the compiler compiles for another machine than the runtime is for, or for another C library. */
bool toolchain_is_foreign(toolchain *t, const options *o, arena *a);

/* What has to be linked besides, on the machine that the compiler compiles for; may be null. */
const char *toolchain_more_libraries(toolchain *t, const options *o, arena *a);

/* The archiver that goes with the compiler: $AR, else the one the compiler names. */
const char *toolchain_archiver(const toolchain *t, arena *a);

/* Whether commands that compile mean the same in any working directory: neither the compiler nor any of its options, as
 * far as they are known, is or has a path that is relative to this one. */
bool toolchain_is_placeless(const toolchain *t, const options *o);

/* One file of the runtime to an object; ends with null. */
void toolchain_compile_runtime(const toolchain *t, const options *o, arena *a, const char *source, const char *object,
                               string_list *command);

/* The optimisation of these files, where none is asked for. */
const char *toolchain_special_flags(special_kind kind);

/* Commands, each ending with null: one C file to an object; objects to an executable, a shared
 * object, one object, an archive. With -g paths that begin with `directory` begin with `shown` for the debugger.
 * `kind`: SPECIAL_FILES, or that the file has functions that are too large for the default level. */
void toolchain_compile(const toolchain *t, const options *o, arena *a, const char *directory, const char *shown, const char *source,
                       special_kind kind, const char *object, string_list *command);
void toolchain_link(toolchain *t, const options *o, arena *a, const string_list *objects, const char *output, string_list *command);

#endif
