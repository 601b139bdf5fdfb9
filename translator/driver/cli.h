/* The command line: what the user asked for, and the messages about how to ask. */
#ifndef WASMELT_DRIVER_CLI_H
#define WASMELT_DRIVER_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "translate.h"

/* Characters of a module's name. */
#define MOST_MODULE_NAME 100

/* Exit statuses. */
enum { EXIT_INPUT = 1, EXIT_USAGE = 2 };

typedef enum command_id {
#define COMMAND(id, name, arguments, operands, summary, status) COMMAND_##id,
#include "driver/commands.def"
#undef COMMAND
    COMMAND_COUNT
} command_id;

typedef enum emit_kind { EMIT_EXE, EMIT_C, EMIT_OBJ, EMIT_LIB, EMIT_SHARED } emit_kind;

typedef VEC(const char *) string_list;

typedef struct options { /* NOLINT(clang-analyzer-optin.performance.Padding): there is one, ordered for readers */
    command_id command;
    string_list inputs;
    const char *output, *cc, *name, *keep;
    bool dumps;           /* the functions are printed, */
    size_t dump;          /* as they are behind this pass (lower/pass_names.h) */
    const char *optimize; /* what follows -O; null: the passes that earn their time (WasmeltFlags.cmake), -O1 for run */
    const char *march;    /* what follows -march=, or null */
    const char *pgo;      /* directory of C files and profile, or null */
    bool pgo_generate;    /* it is to be written, not used */
    string_list cflags, ldflags;
    string_list prefix_maps; /* OLD=NEW */
    string_list wasi_dirs, wasi_env;
    emit_kind emit;
    uint32_t jobs;
    translate_options translate; /* what options say of it; produce.c adds the rest */
    bool main, list, quiet, json, verbose, progress;
    bool wasi_fixed; /* what the executable gives is said here, by wasi_*, and not on its command
                        line */
    bool wasi_inherit_env, wasi_confine;

    /* run: */
    string_list program_options; /* for the executable: --dir H::G ... */
    string_list given;           /* names and values of options that may change what is compiled */
    char **arguments;            /* of the program; ends with null */
    const char *invoke;
    uint64_t cache_size;
    bool cache_size_given;
} options;

typedef enum cli_result { CLI_RUN, CLI_DONE, CLI_WRONG } cli_result;

/* Reads the arguments. CLI_DONE when --help or --version was all there was to do,
 * CLI_WRONG after a message. Strings stay those of argv. */
cli_result cli_parse(int argc, char **argv, options *o);

/* A number of bytes, as "500M". */
bool cli_parse_size(const char *text, uint64_t *bytes);
void cli_free(options *o);

/* A kind's name, as --emit takes it. */
const char *cli_emit_name(emit_kind kind);

/* "wasmelt: error: ..." and a hint at --help, on stderr. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
