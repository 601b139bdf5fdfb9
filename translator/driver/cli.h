/* The command line: parsing it into `options`, and messages about wrong usage. */
#ifndef WASMELT_DRIVER_CLI_H
#define WASMELT_DRIVER_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "translate.h"

/* The greatest length of a module's name (--name). */
#define MOST_MODULE_NAME 100

/* Exit statuses: the input is invalid or cannot be processed; wrong usage. */
enum { EXIT_INPUT = 1, EXIT_USAGE = 2 };

typedef enum command_id {
#define COMMAND(id, name, arguments, operands, summary, status) COMMAND_##id,
#include "driver/commands.def"
#undef COMMAND
    COMMAND_COUNT
} command_id;

typedef enum emit_kind { EMIT_EXE, EMIT_C, EMIT_OBJ, EMIT_LIB, EMIT_SHARED, EMIT_FFI } emit_kind;

typedef VEC(const char *) string_list;

typedef struct options { /* NOLINT(clang-analyzer-optin.performance.Padding): there is one, ordered for readers */
    command_id command;
    string_list inputs;
    const char *output, *cc, *name, *keep;
    bool dumps;           /* --dump was given: */
    size_t dump;          /* the pass after which functions are printed, an index into lower/pass_names.h */
    const char *optimize; /* what follows -O; null: the default flags (WasmeltFlags.cmake), or -O1 for run */
    const char *march;    /* what follows -march=, or null */
    const char *pgo;      /* directory of C files and profile, or null */
    bool pgo_generate;    /* the profile is to be written, not used */
    string_list cflags, ldflags;
    string_list prefix_maps; /* OLD=NEW */
    string_list wasi_dirs, wasi_env;
    emit_kind emit;
    uint32_t jobs;
    translate_options translate; /* what options say about translation; produce.c fills in the rest */
    bool for_windows;            /* no WASI 0.2, and no mark: Clang's assembler knows no .ident there, and nobody would look for it */
    bool keep_adapter;           /* a component that could be peeled (component/peel.h) is not */
    bool main, list, quiet, json, html, verbose, progress;
    bool wasi_fixed; /* --wasi-... options alone say what the executable gives its program; its own command line cannot */
    bool wasi_inherit_env, wasi_confine;
    bool has_limits; /* some of `limits` are given */
    fixed_limits limits;

    /* Of `run`: */
    string_list program_options; /* options to pass to the executable: --dir H::G ... */
    string_list given;           /* names and values of the options that influence which executable is made */
    char **arguments;            /* of the program; ends with null */
    const char *invoke;
    uint64_t cache_size;
    bool cache_size_given;
} options;

typedef enum cli_result { CLI_RUN, CLI_DONE, CLI_WRONG } cli_result;

/* Parses the arguments into `o`. CLI_DONE if --help or --version was all there was to do, CLI_WRONG after a message. Strings in `o`
 * are those of argv. */
cli_result cli_parse(int argc, char **argv, options *o);

void cli_free(options *o);

/* How results of a kind are marked as wasmelt's. Those whose files have the same name by default have the same mark, so that one may
 * replace the other. */
const char *cli_emit_mark(emit_kind kind);

/* "wasmelt: error: ..." and a hint at --help, on stderr. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* True after a message if the first input is no file, but a word that is meant as a command. */
bool cli_refuse_command(const options *o);

#endif
