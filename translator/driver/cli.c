#include "driver/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/version.h>

#include "base/say.h"
#include "base/strbuf.h"
#include "lower/pass_names.h"
#include "system/system.h"

#include "../runtime/facts/amounts.h"

typedef enum option_id {
#define OPTION(id, letter, name, argument, values, commands, help, goes) OPTION_##id,
#include "driver/options.def"
#undef OPTION
    OPTION_COUNT
} option_id;

#define IN(id) (1u << COMMAND_##id)
#define IN_ALL (~0u)

/* What happens to an option's value: see `goes` in options.def. */
typedef enum goes_kind { GOES_OWN, GOES_SWITCH, GOES_TEXT, GOES_LIST, GOES_NUMBER, GOES_WORD } goes_kind;

typedef struct destination {
    goes_kind kind;
    size_t offset; /* in struct options */
} destination;

#define OWN                                                                                                                                \
    { GOES_OWN, 0 }
#define SWITCH(field)                                                                                                                      \
    { GOES_SWITCH, offsetof(options, field) }
#define TEXT(field)                                                                                                                        \
    { GOES_TEXT, offsetof(options, field) }
#define LIST(field)                                                                                                                        \
    { GOES_LIST, offsetof(options, field) }
#define NUMBER(field)                                                                                                                      \
    { GOES_NUMBER, offsetof(options, field) }
#define WORD(field)                                                                                                                        \
    { GOES_WORD, offsetof(options, field) }

static const struct {
    const char *name, *argument, *values, *help;
    destination goes;
    unsigned commands;
    char letter;
} option_table[OPTION_COUNT] = {
#define OPTION(id, letter, name, argument, values, commands, help, goes) {name, argument, values, help, goes, commands, letter},
#include "driver/options.def"
#undef OPTION
};

static const struct {
    const char *name, *arguments, *operands, *summary, *status;
} commands[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, operands, summary, status) {name, arguments, operands, summary, status},
#include "driver/commands.def"
#undef COMMAND
};

static bool takes(command_id command, option_id id) {
    return option_table[id].commands & (1u << command);
}

void cli_error(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("wasmelt: error: ", stderr);
    say_list(stderr, format, args);
    fputs("\nTry 'wasmelt --help'.\n", stderr);
    va_end(args);
}

static void print_usage(command_id k, bool first) {
    printf("%s wasmelt%s%s %s\n", first ? "Usage:" : "      ", *commands[k].name ? " " : "", commands[k].name, commands[k].arguments);
}

static void print_options(command_id command) {
    for (int k = 0; k < OPTION_COUNT; k++) {
        char left[48];
        if (!takes(command, (option_id)k))
            continue;
        if (option_table[k].letter)
            snprintf(left, sizeof left, "-%c, --%s%s%s", option_table[k].letter, option_table[k].name, option_table[k].argument ? "=" : "",
                     option_table[k].argument ? option_table[k].argument : "");
        else
            snprintf(left, sizeof left, "    --%s%s%s", option_table[k].name, option_table[k].argument ? "=" : "",
                     option_table[k].argument ? option_table[k].argument : "");
        printf("  %-26s %s\n", left, option_table[k].help);
    }
}

static void print_help(command_id command) {
    static const char input_help[] = "An input may be - for standard input, or text (.wat) where wat2wasm is installed.";
    print_usage(command, true);
    for (int k = 1; command == COMMAND_TRANSLATE && k < COMMAND_COUNT; k++)
        print_usage((command_id)k, false);
    if (command == COMMAND_TRANSLATE) {
        puts("\nTranslates a WebAssembly module to C, and that to a native executable or library.");
        puts(input_help);
        puts("\nOther commands, of which 'wasmelt COMMAND --help' says more:\n");
        for (int k = 1; k < COMMAND_COUNT; k++)
            printf("  %-26s %s\n", commands[k].name, commands[k].summary);
        puts("\nOptions:\n");
    } else {
        bool has_input = strcmp(commands[command].operands, "MODULES") == 0;
        const char *summary = commands[command].summary;
        printf("\n%c%s.\n%s\n", summary[0] & ~0x20, summary + 1, has_input ? input_help : "");
        if (has_input)
            puts("");
    }
    print_options(command);
    printf("\nExit status: %s.\n", commands[command].status);
}

/* ---- Values ---- */

static bool parse_number(const char *text, const char *option, uint32_t minimum, uint32_t *value) {
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || n < minimum || n > 100000) {
        cli_error("--%s takes a number from %u to 100000, not '%s'", option, (unsigned)minimum, text);
        return false;
    }
    *value = (uint32_t)n;
    return true;
}

/* Whether `values` of the option lists the words that its argument may be, rather than FILE, DIR or COMMAND. */
static bool has_choices(option_id id) {
    return option_table[id].values[0] && (option_table[id].values[0] < 'A' || option_table[id].values[0] > 'Z');
}

/* The index of `text` among the words that the option takes, or -1 after a message. */
static int parse_choice(const char *text, option_id id) {
    size_t length = strlen(text);
    int index = 0;
    for (const char *at = option_table[id].values; *at; index++) {
        size_t word = strcspn(at, " ");
        if (word == length && memcmp(at, text, length) == 0)
            return index;
        at += word + (at[word] == ' ');
    }
    cli_error("--%s=%s: must be one of %s", option_table[id].name, text, option_table[id].values);
    return -1;
}

static bool is_identifier(const char *text) {
    if (!*text || (*text >= '0' && *text <= '9'))
        return false;
    for (; *text; text++)
        if (!(*text == '_' || (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z')))
            return false;
    return true;
}

/* Passes an option of `run` on to the executable, which has options of the same names. */
static void give_program(options *o, option_id id, const char *value) {
    static const char *const names[OPTION_COUNT] = {
        [OPTION_DIR] = "--dir",
        [OPTION_ENV] = "--env",
        [OPTION_LISTEN] = "--listen",
        [OPTION_CONNECT] = "--connect",
        [OPTION_ARGV0] = "--argv0",
        [OPTION_CONFINE] = "--confine",
        [OPTION_INVOKE] = "--invoke",
        [OPTION_HEAP] = "--heap",
        [OPTION_TIMEOUT] = "--timeout",
        [OPTION_RUN_FUEL] = "--fuel",
        [OPTION_MAX_MEMORY] = "--max-memory",
        [OPTION_MAX_STACK] = "--max-stack",
        [OPTION_MAX_TABLE] = "--max-table",
        [OPTION_HEAP_STATISTICS] = "--heap-statistics",
    };
    *vec_push(&o->program_options) = names[id];
    if (option_table[id].argument)
        *vec_push(&o->program_options) = value;
}

/* Whether an option of `run` influences which executable is made of a module: options of translation do. (The compiler and the
 * optimisation level are not counted here: they have defaults, and identity.c compares what they are in the end.) */
static bool changes_executable(option_id id) {
    switch (id) {
    case OPTION_CC:
    case OPTION_OPTIMIZE:
    case OPTION_RUN_OPTIMIZE:
    case OPTION_JOBS:
    case OPTION_PROGRESS:
    case OPTION_VERBOSE:
        return false;
    default:
        return takes(COMMAND_TRANSLATE, id);
    }
}

const char *cli_emit_mark(emit_kind kind) {
    static const char *const marks[] = {
        [EMIT_EXE] = "exe", [EMIT_C] = "c", [EMIT_OBJ] = "obj", [EMIT_LIB] = "lib", [EMIT_SHARED] = "shared", [EMIT_FFI] = "shared"};
    return marks[kind];
}

#define PROFILE_KEEPS "with --pgo-generate and --pgo-use the C files are kept in the directory of the profile"

/* Reports an unknown pass, with the list of passes. */
static bool refuse_pass(const char *value) {
    strbuf names = {0};
    for (size_t k = 0; lower_pass_name(k); k++)
        strbuf_printf(&names, k ? ", %s" : "%s", lower_pass_name(k));
    cli_error("--dump=%s: must be one of %s", value, names.data);
    strbuf_free(&names);
    return false;
}

/* Applies a limit with which the executable is made. */
static bool fix_limit(options *o, option_id id, const char *text, const amount_form *form, uint64_t *limit) {
    bool is_amount = form->read(text, limit);
    if (!is_amount || *limit == 0) {
        cli_error("--%s takes %s%s, not '%s'", option_table[id].name, form->what, is_amount ? " (more than 0)" : "", text);
        return false;
    }
    o->has_limits = true;
    return true;
}

/* Whether there is a name before the character that ends it; says so if not. */
static bool has_name(option_id id, const char *value, char end, const char *what) {
    bool has = *value && *value != end;
    if (!has)
        cli_error("--%s=%s: names no %s", option_table[id].name, value, what);
    return has;
}

/* Applies an option whose row says OWN: one that does more than set a field. `choice`: the index of its word, if it takes words. */
static bool apply_own(options *o, option_id id, const char *value, int choice) {
    switch (id) {
    case OPTION_PREFIX_MAP:
        if (!strchr(value, '='))
            cli_error("--debug-prefix-map=%s: must be OLD=NEW", value);
        *vec_push(&o->prefix_maps) = value;
        return strchr(value, '=') != NULL;
    case OPTION_PGO_GENERATE:
    case OPTION_PGO_USE:
        if (o->pgo)
            cli_error("--pgo-generate and --pgo-use: only one of them, and once");
        else if (o->keep)
            cli_error("--keep: " PROFILE_KEEPS);
        if (o->pgo || o->keep)
            return false;
        o->keep = o->pgo = value;
        o->pgo_generate = id == OPTION_PGO_GENERATE;
        return true;
    case OPTION_NAME:
        o->name = value;
        if (!is_identifier(value))
            cli_error("--name=%s: not a C identifier", value);
        else if (value[0] == '_')
            cli_error("--name=%s: names that begin with _ are C's own", value);
        else if (strlen(value) > MOST_MODULE_NAME)
            cli_error("--name: longer than %d characters", MOST_MODULE_NAME);
        else
            return true;
        return false;
    case OPTION_IMPORTS:
        o->translate.bind_imports = choice == 1;
        return true;
    case OPTION_DUMP:
        o->dumps = true;
        o->dump = lower_find_pass(value);
        return o->dump != SIZE_MAX || refuse_pass(value);
    case OPTION_WASI_DIR:
        o->wasi_fixed = true;
        *vec_push(&o->wasi_dirs) = value;
        return has_name(id, value, ':', "directory");
    case OPTION_WASI_ENV:
        o->wasi_fixed = true;
        *vec_push(&o->wasi_env) = value;
        return has_name(id, value, '=', "variable");
    case OPTION_WASI_INHERIT_ENV:
        o->wasi_fixed = o->wasi_inherit_env = true;
        return true;
    case OPTION_WASI_CONFINE:
        o->wasi_fixed = o->wasi_confine = true;
        return true;
    case OPTION_KEEP:
        if (o->pgo)
            cli_error("--keep: " PROFILE_KEEPS);
        o->keep = value;
        return !o->pgo;
    case OPTION_PROGRESS:
        if (choice == 1)
            o->progress = false;
        return true;
    case OPTION_INVOKE:
        o->invoke = value; /* that there is one changes the executable of a component, but not which */
        *vec_push(&o->given) = option_table[id].name;
        *vec_push(&o->given) = NULL;
        give_program(o, id, value);
        return true;
    case OPTION_RUN_FUEL: /* how much there is does not change the executable */
        o->translate.fuel = true;
        *vec_push(&o->given) = option_table[id].name;
        *vec_push(&o->given) = NULL;
        give_program(o, id, value);
        return true;
    case OPTION_DIR:
    case OPTION_ENV:
    case OPTION_LISTEN:
    case OPTION_CONNECT:
    case OPTION_ARGV0:
    case OPTION_CONFINE:
    case OPTION_HEAP:
    case OPTION_TIMEOUT:
    case OPTION_MAX_MEMORY:
    case OPTION_MAX_STACK:
    case OPTION_MAX_TABLE:
    case OPTION_HEAP_STATISTICS:
        give_program(o, id, value);
        return true;
    case OPTION_FIX_MEMORY:
        return fix_limit(o, id, value, &amount_sizes, &o->limits.memory_bytes);
    case OPTION_FIX_STACK:
        return fix_limit(o, id, value, &amount_sizes, &o->limits.stack_bytes);
    case OPTION_FIX_HEAP:
        return fix_limit(o, id, value, &amount_sizes, &o->limits.heap_bytes);
    case OPTION_FIX_TABLE:
        return fix_limit(o, id, value, &amount_counts, &o->limits.table_elements);
    case OPTION_FIX_TIMEOUT:
        return fix_limit(o, id, value, &amount_times, &o->limits.nanoseconds);
    case OPTION_FIX_FUEL:
        o->translate.fuel = true;
        return fix_limit(o, id, value, &amount_counts, &o->limits.fuel);
    case OPTION_CACHE_SIZE:
        o->cache_size_given = amount_size(value, &o->cache_size);
        if (!o->cache_size_given)
            cli_error("--cache-size takes %s, not '%s'", amount_sizes.what, value);
        return o->cache_size_given;
    default:
        return true;
    }
}

/* Applies an option. `value` is empty if the option takes none. */
static bool apply(options *o, option_id id, const char *value) {
    void *at = (char *)o + option_table[id].goes.offset;
    int choice = 0;
    if (has_choices(id) && (choice = parse_choice(value, id)) < 0)
        return false;
    switch (option_table[id].goes.kind) {
    case GOES_OWN:
        return apply_own(o, id, value, choice);
    case GOES_SWITCH:
        *(bool *)at = true;
        return true;
    case GOES_TEXT:
        *(const char **)at = value;
        return true;
    case GOES_LIST:
        *vec_push((string_list *)at) = value;
        return true;
    case GOES_NUMBER:
        return parse_number(value, option_table[id].name, 1, at);
    case GOES_WORD:
        *(unsigned *)at = (unsigned)choice; /* an enumeration */
        return true;
    }
    return false;
}

/* ---- Finding options by name, and suggestions ---- */

/* The edit distance of two short words: how many letters to insert, remove or replace to turn one into the other. */
static unsigned distance(const char *a, const char *b) {
    enum { MOST = 24 };
    size_t n = strlen(a), m = strlen(b);
    unsigned row[MOST + 1];
    if (n > MOST || m > MOST)
        return MOST;
    for (size_t j = 0; j <= m; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[m];
}

/* Options of C compilers and linkers that users try, and what to suggest: `instead` in place of the option or, where `instead` ends with
 * '=', before it. An option that is not whole is the beginning of one: -Wl, stands for -Wl,-s. */
static const struct {
    const char *option;
    bool is_whole;
    const char *instead;
} foreign_options[] = {
    {"-shared", true, "--emit=shared"}, {"-c", true, "--emit=obj"},          {"-S", true, "--emit=c"},
    {"-E", true, "--emit=c"},           {"-save-temps", true, "--keep=DIR"}, {"-s", true, "--ldflags="},
    {"-pie", true, "--ldflags="},       {"-no-pie", true, "--ldflags="},     {"-static", false, "--ldflags="},
    {"-rdynamic", true, "--ldflags="},  {"-Wl,", false, "--ldflags="},       {"-l", false, "--ldflags="},
    {"-L", false, "--ldflags="},        {"-std=", false, "--cflags="},       {"-W", false, "--cflags="},
    {"-w", true, "--cflags="},          {"-I", false, "--cflags="},          {"-D", false, "--cflags="},
    {"-U", false, "--cflags="},         {"-f", false, "--cflags="},          {"-m", false, "--cflags="},
    {"-include", true, "--cflags="},    {"-isystem", true, "--cflags="},     {"-p", false, "--cflags="},
};

/* Suggests what to write for an option that only a C compiler takes; false if it is not one of those. */
static bool suggest_foreign(command_id command, const char *argument) {
    for (size_t k = 0; takes(command, OPTION_CFLAGS) && k < sizeof foreign_options / sizeof *foreign_options; k++) {
        const char *option = foreign_options[k].option, *instead = foreign_options[k].instead;
        size_t length = strlen(option);
        if (strncmp(argument, option, length) != 0 || (foreign_options[k].is_whole && argument[length]))
            continue;
        bool goes_on = instead[strlen(instead) - 1] == '=';
        cli_error("unknown option '%s'; for the C compiler or linker? '%s%s'", argument, instead, goes_on ? argument : "");
        return true;
    }
    return false;
}

/* Makes `name` the nearest to `word` if fewer than `*best` letters are different. */
static void try_nearest(const char *word, const char *name, unsigned *best, const char **nearest) {
    unsigned d = distance(word, name);
    if (d < *best) {
        *best = d;
        *nearest = name;
    }
}

/* The option name nearest to a misspelt one, or null if none is near enough to be meant. */
static const char *nearest_name(command_id command, const char *name, size_t length) {
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)(length < 31 ? length : 31), name);
    unsigned best = (unsigned)strlen(word) / 2 + 1;
    best = best < 4 ? best : 4;
    const char *nearest = NULL;
    for (int k = 0; k < OPTION_COUNT; k++)
        if (takes(command, (option_id)k))
            try_nearest(word, option_table[k].name, &best, &nearest);
    return nearest;
}

/* The command that is meant by a word which is none, or null if none is near enough. */
static const char *nearest_command(const char *word) {
    unsigned best = 3;
    const char *nearest = NULL;
    for (int k = 0; k < COMMAND_COUNT && strlen(word) < 12; k++)
        if (*commands[k].name)
            try_nearest(word, commands[k].name, &best, &nearest);
    return nearest;
}

static void unknown_option(command_id command, const char *argument) {
    const char *name = argument + (argument[1] == '-' ? 2 : 1);
    size_t length = strcspn(name, "=");
    const char *nearest = nearest_name(command, name, length);
    bool is_name = nearest && strlen(nearest) == length && memcmp(nearest, name, length) == 0; /* "-emit=c" */
    if (argument[1] != '-' && !is_name && suggest_foreign(command, argument))
        return;
    if (nearest)
        cli_error("unknown option '%s'; did you mean '--%s'?", argument, nearest);
    else
        cli_error("unknown option '%s'", argument);
}

/* The row of this name that the command takes; else the row of a command that has an option of this name. */
static option_id find_long(command_id command, const char *name, size_t length) {
    option_id found = OPTION_COUNT;
    for (int k = 0; k < OPTION_COUNT; k++)
        if (strlen(option_table[k].name) == length && memcmp(option_table[k].name, name, length) == 0 &&
            (found == OPTION_COUNT || takes(command, (option_id)k)))
            found = (option_id)k;
    return found;
}

static option_id find_letter(command_id command, char letter) {
    option_id found = OPTION_COUNT;
    for (int k = 0; k < OPTION_COUNT; k++)
        if (option_table[k].letter == letter && (found == OPTION_COUNT || takes(command, (option_id)k)))
            found = (option_id)k;
    return found;
}

bool cli_refuse_command(const options *o) {
    if (o->inputs.count == 0)
        return false;
    const char *word = o->inputs.data[0], *nearest = nearest_command(word);
    if (*word == '-' || strpbrk(word, "./\\") || system_exists(word))
        return false;
    option_id option = find_long(COMMAND_TRANSLATE, word, strlen(word));
    if (nearest && strcmp(word, nearest) == 0)
        cli_error("the command comes first: wasmelt %s", word);
    else if (nearest)
        cli_error("unknown command '%s'; did you mean '%s'?", word, nearest);
    else if (option == OPTION_HELP || option == OPTION_VERSION)
        cli_error("unknown command '%s'; did you mean '--%s'?", word, word);
    else if (o->inputs.count > 1)
        cli_error("unknown command '%s'; a module is translated without one: wasmelt INPUT", word);
    else
        return false;
    return true;
}

/* Reads the option at argv[*at], and its argument if that stands alone. */
static cli_result parse_option(int argc, char **argv, int *at, options *o) {
    const char *argument = argv[*at];
    const char *value = NULL;
    option_id id;
    if (argument[1] == '-') {
        const char *name = argument + 2;
        size_t length = strcspn(name, "=");
        id = find_long(o->command, name, length);
        if (id == OPTION_COUNT) {
            unknown_option(o->command, argument);
            return CLI_WRONG;
        }
        if (name[length] == '=')
            value = name + length + 1;
    } else {
        id = find_letter(o->command, argument[1]);
        bool is_word = argument[2] && find_long(o->command, argument + 1, strcspn(argument + 1, "=")) != OPTION_COUNT; /* "-version" */
        if (id == OPTION_COUNT || is_word) {
            unknown_option(o->command, argument);
            return CLI_WRONG;
        }
        if (argument[2])
            value = argument + 2;
    }
    if (!option_table[id].argument && value && argument[1] != '-') {
        cli_error("unknown option '%s': -%c takes no argument", argument, argument[1]);
        return CLI_WRONG;
    }
    if (id == OPTION_HELP || id == OPTION_VERSION) {
        if (id == OPTION_HELP)
            print_help(o->command);
        else
            puts("wasmelt " WASMELT_VERSION);
        return CLI_DONE;
    }
    if (!takes(o->command, id)) {
        if (o->command == COMMAND_TRANSLATE)
            cli_error("--%s is no option of translation", option_table[id].name);
        else
            cli_error("--%s is no option of 'wasmelt %s'", option_table[id].name, commands[o->command].name);
        return CLI_WRONG;
    }
    if (!option_table[id].argument && value) {
        cli_error("--%s takes no argument", option_table[id].name);
        return CLI_WRONG;
    }
    if (option_table[id].argument && !value) {
        if (*at + 1 >= argc) {
            cli_error("--%s needs an argument (%s)", option_table[id].name, option_table[id].argument);
            return CLI_WRONG;
        }
        value = argv[++*at];
    }
    if (changes_executable(id)) {
        *vec_push(&o->given) = option_table[id].name;
        *vec_push(&o->given) = value;
    }
    return apply(o, id, value ? value : "") ? CLI_RUN : CLI_WRONG;
}

/* Whether an option was given that changes what is made. */
static bool is_given(const options *o, option_id id) {
    for (size_t k = 0; k < o->given.count; k += 2)
        if (o->given.data[k] == option_table[id].name)
            return true;
    return false;
}

cli_result cli_parse(int argc, char **argv, options *o) {
    *o = (options){.progress = system_is_terminal(stderr), .arguments = argv + argc};
    bool only_inputs = false;
    for (int k = 1; k < COMMAND_COUNT; k++)
        if (argc > 1 && strcmp(argv[1], commands[k].name) == 0)
            o->command = (command_id)k;
    for (int k = o->command == COMMAND_TRANSLATE ? 1 : 2; k < argc; k++) {
        if (only_inputs || argv[k][0] != '-' || !argv[k][1]) {
            *vec_push(&o->inputs) = argv[k];
            if (o->command == COMMAND_RUN) { /* the remaining arguments are the program's */
                o->arguments = argv + k + 1;
                break;
            }
        } else if (strcmp(argv[k], "--") == 0) {
            only_inputs = true;
        } else {
            cli_result r = parse_option(argc, argv, &k, o);
            if (r != CLI_RUN)
                return r;
        }
    }
    size_t standard_inputs = 0;
    for (size_t k = 0; k < o->inputs.count; k++)
        standard_inputs += strcmp(o->inputs.data[k], "-") == 0;
    if (standard_inputs > 1) {
        cli_error("standard input can be read once only");
        return CLI_WRONG;
    }
    if (o->output && strcmp(o->output, "-") == 0 && o->command == COMMAND_INSPECT) {
        o->output = NULL;
    } else if (o->output && strcmp(o->output, "-") == 0) {
        cli_error("-o -: the result is files, and does not go to standard output (-o ./- for one that is called -)");
        return CLI_WRONG;
    } else if (o->output && !*o->output) {
        cli_error("-o: the name is empty");
        return CLI_WRONG;
    }
    if (o->wasi_fixed && o->emit != EMIT_EXE) {
        cli_error("--wasi-... says what an executable gives its program: it goes with --emit=exe only");
        return CLI_WRONG;
    }
    if (o->has_limits && o->emit != EMIT_EXE) {
        cli_error("limits are those of an executable: they go with --emit=exe only; a host sets its own");
        return CLI_WRONG;
    }
    if (o->translate.bind_imports && (o->emit == EMIT_EXE || o->main)) {
        cli_error("--imports=named is for libraries: it goes with --emit=c, obj, lib or shared");
        return CLI_WRONG;
    }
    const translate_options *t = &o->translate;
    const char *bounds = t->bounds == BOUNDS_EITHER ? "--bounds=either" : "--bounds=guard";
    bool asks_for_bounds = t->bounds != BOUNDS_EXPLICIT && is_given(o, OPTION_BOUNDS);
    const char *neither = asks_for_bounds ? bounds : t->interrupt != INTERRUPT_NEVER ? "--interrupt" : NULL;
    const char *not_plain = t->debug ? "-g" : t->fuel ? "--fuel" : t->split > 1 ? "--split" : neither;
    if (t->c == C_PLAIN && not_plain) {
        cli_error("--c=plain does not go with %s", not_plain);
        return CLI_WRONG;
    }
    const char *not_small = o->main ? "--main" : neither;
    if (t->system == SYSTEM_SMALL && not_small) {
        cli_error("--system=small does not go with %s", not_small);
        return CLI_WRONG;
    }
    if (o->translate.imports_never_throw && (o->emit == EMIT_EXE || o->main)) {
        cli_error("--imports-never-throw is for libraries, as a program's imports never do: it goes with --emit=c, obj, lib or shared");
        return CLI_WRONG;
    }
    return CLI_RUN;
}

void cli_free(options *o) {
    vec_free(&o->inputs);
    vec_free(&o->prefix_maps);
    vec_free(&o->cflags);
    vec_free(&o->ldflags);
    vec_free(&o->wasi_dirs);
    vec_free(&o->wasi_env);
    vec_free(&o->program_options);
    vec_free(&o->given);
}
