#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasmelt/version.h>

typedef enum option_id {
#define OPTION(id, letter, name, argument, help) OPTION_##id,
#include "options.def"
#undef OPTION
    OPTION_COUNT
} option_id;

static const struct {
    char letter;
    const char *name, *argument, *help;
} table[OPTION_COUNT] = {
#define OPTION(id, letter, name, argument, help) {letter, name, argument, help},
#include "options.def"
#undef OPTION
};

void cli_error(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("wasmelt: error: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\nTry 'wasmelt --help'.\n", stderr);
    va_end(args);
}

static void print_help(void) {
    puts("Usage: wasmelt [OPTION]... INPUT.wasm [-o OUTPUT]\n"
         "       wasmelt validate [--list] [-v] FILE...\n"
         "\n"
         "Translates a WebAssembly module to C, and that to a native executable or library.\n"
         "INPUT may be - for standard input, or text (.wat) where wat2wasm is installed.\n");
    for (int k = 0; k < OPTION_COUNT; k++) {
        char left[48];
        if (table[k].letter)
            snprintf(left, sizeof left, "-%c, --%s%s%s", table[k].letter, table[k].name,
                     table[k].argument ? "=" : "", table[k].argument ? table[k].argument : "");
        else
            snprintf(left, sizeof left, "    --%s%s%s", table[k].name, table[k].argument ? "=" : "",
                     table[k].argument ? table[k].argument : "");
        printf("  %-26s %s\n", left, table[k].help);
    }
    puts("\nExit status: 0 success; 1 the input is invalid or the C compiler failed; 2 wrong "
         "usage.");
}

/* ---- Values ---- */

static bool parse_number(const char *text, const char *option, uint32_t minimum, uint32_t *value) {
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || n < minimum || n > 100000) {
        cli_error("--%s takes a number from %u to 100000, not '%s'", option, (unsigned)minimum,
                  text);
        return false;
    }
    *value = (uint32_t)n;
    return true;
}

/* The place of `text` in a list that ends with null, or -1 after a message. */
static int parse_choice(const char *text, const char *option, const char *const *choices) {
    for (int k = 0; choices[k]; k++)
        if (strcmp(text, choices[k]) == 0)
            return k;
    fprintf(stderr, "wasmelt: error: --%s=%s: must be one of", option, text);
    for (int k = 0; choices[k]; k++)
        fprintf(stderr, " %s", choices[k]);
    fputs("\nTry 'wasmelt --help'.\n", stderr);
    return -1;
}

static bool is_identifier(const char *text) {
    if (!*text || (*text >= '0' && *text <= '9') || strlen(text) > 200)
        return false;
    for (; *text; text++)
        if (!(*text == '_' || (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') ||
              (*text >= 'A' && *text <= 'Z')))
            return false;
    return true;
}

bool cli_is_reserved(const char *identifier) {
    static const char *const names[] = {
#define RESERVED(name) #name,
#include "reserved.def"
#undef RESERVED
    };
    if (strncmp(identifier, "wasmelt", 7) == 0 || identifier[0] == '_' ||
        strcmp(identifier, "NULL") == 0)
        return true;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strcmp(identifier, names[k]) == 0)
            return true;
    return false;
}

static bool apply(options *o, option_id id, const char *value) {
    static const char *const kinds[] = {"exe", "c", "obj", "lib", "shared", NULL};
    static const char *const levels[] = {"0", "1", "2", "3", "s", "g", NULL};
    static const char *const bounds[] = {"guard", "explicit", NULL};
    static const char *const whens[] = {"auto", "never", NULL};
    int choice;
    switch (id) {
    case OPTION_OUTPUT:
        o->output = value;
        return true;
    case OPTION_EMIT:
        choice = parse_choice(value, "emit", kinds);
        o->emit = (emit_kind)choice;
        return choice >= 0;
    case OPTION_CC:
        o->cc = value;
        return true;
    case OPTION_OPTIMIZE:
        o->optimize = value;
        return parse_choice(value, "optimize", levels) >= 0;
    case OPTION_DEBUG:
        o->debug = true;
        return true;
    case OPTION_CFLAGS:
        *vec_push(&o->cflags) = value;
        return true;
    case OPTION_LDFLAGS:
        *vec_push(&o->ldflags) = value;
        return true;
    case OPTION_NAME:
        o->name = value;
        if (!is_identifier(value))
            cli_error("--name=%s: not a C identifier", value);
        else if (cli_is_reserved(value))
            cli_error("--name=%s: has a meaning in C", value);
        else
            return true;
        return false;
    case OPTION_SPLIT:
        return parse_number(value, "split", 1, &o->split);
    case OPTION_BOUNDS:
        choice = parse_choice(value, "bounds", bounds);
        o->explicit_bounds = choice == 1;
        return choice >= 0;
    case OPTION_MAIN:
        o->main = true;
        return true;
    case OPTION_STRICT_LOADS:
        o->strict_loads = true;
        return true;
    case OPTION_WASI_DIR:
        o->wasi_fixed = true;
        *vec_push(&o->wasi_dirs) = value;
        return true;
    case OPTION_WASI_ENV:
        o->wasi_fixed = true;
        *vec_push(&o->wasi_env) = value;
        return true;
    case OPTION_WASI_INHERIT_ENV:
        o->wasi_fixed = o->wasi_inherit_env = true;
        return true;
    case OPTION_WASI_CONFINE:
        o->wasi_fixed = o->wasi_confine = true;
        return true;
    case OPTION_WASI_FIXED:
        o->wasi_fixed = true;
        return true;
    case OPTION_JOBS:
        return parse_number(value, "jobs", 1, &o->jobs);
    case OPTION_KEEP:
        o->keep = value;
        return true;
    case OPTION_PROGRESS:
        choice = parse_choice(value, "progress", whens);
        if (choice == 1)
            o->progress = false;
        return choice >= 0;
    case OPTION_LIST:
        o->list = true;
        return true;
    case OPTION_VERBOSE:
        o->verbose = true;
        return true;
    default:
        return true;
    }
}

/* ---- Names ---- */

/* Number of edits that turn one word into the other, for short words. */
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

static void unknown_option(const char *argument, const char *name, size_t length) {
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)(length < 31 ? length : 31), name);
    unsigned best = 4;
    const char *nearest = NULL;
    for (int k = 0; k < OPTION_COUNT; k++) {
        unsigned d = distance(word, table[k].name);
        if (d < best) {
            best = d;
            nearest = table[k].name;
        }
    }
    if (nearest)
        cli_error("unknown option '%s'; did you mean '--%s'?", argument, nearest);
    else
        cli_error("unknown option '%s'", argument);
}

static option_id find_long(const char *name, size_t length) {
    for (int k = 0; k < OPTION_COUNT; k++)
        if (strlen(table[k].name) == length && memcmp(table[k].name, name, length) == 0)
            return (option_id)k;
    return OPTION_COUNT;
}

static option_id find_letter(char letter) {
    for (int k = 0; k < OPTION_COUNT; k++)
        if (table[k].letter == letter)
            return (option_id)k;
    return OPTION_COUNT;
}

/* Reads the option at argv[*at], and its argument if that stands alone. */
static cli_result parse_option(int argc, char **argv, int *at, options *o) {
    const char *argument = argv[*at];
    const char *value = NULL;
    option_id id;
    if (argument[1] == '-') {
        const char *name = argument + 2;
        size_t length = strcspn(name, "=");
        id = find_long(name, length);
        if (id == OPTION_COUNT) {
            unknown_option(argument, name, length);
            return CLI_WRONG;
        }
        if (name[length] == '=')
            value = name + length + 1;
    } else {
        id = find_letter(argument[1]);
        if (id == OPTION_COUNT) {
            unknown_option(argument, argument + 1, strlen(argument + 1));
            return CLI_WRONG;
        }
        if (argument[2])
            value = argument + 2;
    }
    if (id == OPTION_HELP || id == OPTION_VERSION) {
        if (id == OPTION_HELP)
            print_help();
        else
            puts("wasmelt " WASMELT_VERSION);
        return CLI_DONE;
    }
    if (!table[id].argument && value) {
        cli_error("--%s takes no argument", table[id].name);
        return CLI_WRONG;
    }
    if (table[id].argument && !value) {
        if (*at + 1 >= argc) {
            cli_error("--%s needs an argument (%s)", table[id].name, table[id].argument);
            return CLI_WRONG;
        }
        value = argv[++*at];
    }
    return apply(o, id, value) ? CLI_RUN : CLI_WRONG;
}

cli_result cli_parse(int argc, char **argv, int from, options *o) {
    *o = (options){.optimize = "2", .progress = isatty(STDERR_FILENO)};
    bool only_inputs = false;
    for (int k = from; k < argc; k++) {
        if (only_inputs || argv[k][0] != '-' || !argv[k][1]) {
            *vec_push(&o->inputs) = argv[k];
        } else if (strcmp(argv[k], "--") == 0) {
            only_inputs = true;
        } else {
            cli_result r = parse_option(argc, argv, &k, o);
            if (r != CLI_RUN)
                return r;
        }
    }
    if (o->wasi_fixed && o->emit != EMIT_EXE) {
        cli_error(
            "--wasi-... says what an executable gives its program: it goes with --emit=exe only");
        return CLI_WRONG;
    }
    return CLI_RUN;
}

void cli_free(options *o) {
    vec_free(&o->inputs);
    vec_free(&o->cflags);
    vec_free(&o->ldflags);
    vec_free(&o->wasi_dirs);
    vec_free(&o->wasi_env);
}
