/* The command: reads, validates, translates and compiles, or only validates. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cli.h"
#include "compile.h"
#include "emit/names.h"
#include "input.h"
#include "process.h"
#include "read/module.h"
#include "translate.h"
#include "validate/validate.h"

/* ---- Messages ---- */

static void print_diag(const diag *d, const char *file, const module *m) {
    char name[128] = "";
    if (d->func != DIAG_NO_FUNC && d->func < m->func_count) {
        span s = m->funcs[d->func].name;
        for (size_t k = 0; k < s.length && k + 1 < sizeof name; k++)
            name[k] = s.bytes[k] < 0x20 || s.bytes[k] == 0x7F ? '.' : (char)s.bytes[k];
    }
    diag_print(d, file, *name ? name : NULL);
}

static int file_error(const char *path) {
    fprintf(stderr, "wasmelt: %s: error: %s\n", path, strerror(errno));
    return EXIT_INPUT;
}

/* ---- validate ---- */

static bool validate_file(const char *path, const options *o) {
    span bytes;
    arena a = {0};
    module m = {0};
    diag d;
    diag_init(&d);
    if (!input_load(path, &bytes)) {
        if (o->list)
            printf("%s: unreadable\n", path);
        return false;
    }
    bool decoded = module_read(&m, bytes, &a, &d);
    bool ok = decoded && module_validate(&m, &d);
    if (o->list && ok)
        printf("%s: valid\n", path);
    else if (o->list)
        printf("%s: %s: %s (at byte 0x%zx)\n", path, decoded ? "invalid" : "malformed", d.message,
               d.offset == DIAG_NO_OFFSET ? 0 : d.offset);
    else if (!ok)
        print_diag(&d, path, &m);
    else if (o->verbose)
        printf("%s: valid\n", path);
    arena_free(&a);
    input_free(&bytes);
    return ok;
}

static int run_validate(int argc, char **argv) {
    options o;
    int status = 0;
    cli_result r = cli_parse(argc, argv, 2, &o);
    if (r == CLI_RUN && o.inputs.count == 0) {
        cli_error("no file to validate");
        r = CLI_WRONG;
    }
    if (r == CLI_RUN)
        for (size_t k = 0; k < o.inputs.count; k++)
            if (!validate_file(o.inputs.data[k], &o))
                status = EXIT_INPUT;
    cli_free(&o);
    return r == CLI_WRONG ? EXIT_USAGE : status;
}

/* ---- Where things go ---- */

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The input's name without directory and extension. */
static void stem(const char *path, strbuf *s) {
    const char *name = strcmp(path, "-") == 0 ? "a" : base_name(path);
    const char *dot = strrchr(name, '.');
    strbuf_append(s, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

/* A C identifier from what the user gave or from a file's name. */
static void identifier(const options *o, const char *from, strbuf *s) {
    if (o->name) {
        strbuf_puts(s, o->name);
        return;
    }
    strbuf file = {0};
    stem(from, &file);
    if (file.count == 0 || (file.data[0] >= '0' && file.data[0] <= '9'))
        strbuf_puts(s, "m");
    for (size_t k = 0; k < file.count && k < 100; k++) {
        char c = file.data[k];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        strbuf_put(s, plain ? c : '_');
    }
    strbuf_free(&file);
}

static void default_output(const options *o, strbuf *s) {
    const char *input = o->inputs.data[0];
    if (o->emit == EMIT_C) {
        strbuf_puts(s, ".");
        return;
    }
    if (o->emit == EMIT_LIB)
        strbuf_puts(s, "lib");
    if (o->emit == EMIT_EXE && strcmp(input, "-") == 0)
        strbuf_puts(s, "a.out");
    else
        stem(input, s);
    strbuf_puts(s, o->emit == EMIT_OBJ ? ".o" : o->emit == EMIT_LIB ? ".a" : o->emit == EMIT_SHARED ? ".so" : "");
    if (o->emit == EMIT_EXE && strcmp(s->data, base_name(input)) == 0)
        strbuf_puts(s, ".out"); /* an input without extension */
}

static bool ends_with(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a > b && strcmp(text + a - b, end) == 0;
}

/* Directory part of a path, "." if it has none. */
static void directory_of(const char *path, strbuf *s) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        strbuf_puts(s, ".");
    else
        strbuf_append(s, path, slash == path ? 1 : (size_t)(slash - path));
}

/* ---- Translating ---- */

/* An executable needs a start and nothing that only a host could give. */
static bool can_be_executable(const module *m, const char *path) {
    bool starts = false;
    for (uint32_t k = 0; k < m->export_count; k++) {
        const export *e = &m->exports[k];
        if (e->kind != EXTERN_FUNC || e->name.length != 6 || memcmp(e->name.bytes, "_start", 6) != 0)
            continue;
        const type_def *t = &m->types[m->funcs[e->index].type];
        starts = t->param_count == 0 && t->result_count == 0;
    }
    uint32_t missing = 0;
    strbuf names = {0};
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        const char *family;
        if (is_wasi_import(m, i, &family))
            continue;
        if (missing++ < 3)
            strbuf_printf(&names, "%s\"%.*s\" \"%.*s\"", missing > 1 ? ", " : "", (int)(i->module.length < 60 ? i->module.length : 60),
                          (const char *)i->module.bytes, (int)(i->name.length < 60 ? i->name.length : 60),
                          (const char *)i->name.bytes);
    }
    if (missing > 0)
        fprintf(stderr,
                "wasmelt: %s: error: an executable has no host to provide %u import%s: %s%s; "
                "use --emit=c, obj, lib or shared\n",
                path, (unsigned)missing, missing > 1 ? "s" : "", names.data, missing > 3 ? ", ..." : "");
    else if (!starts)
        fprintf(stderr,
                "wasmelt: %s: error: an executable needs an exported function \"_start\" without parameters and "
                "results; use --emit=c, obj, lib or shared\n",
                path);
    strbuf_free(&names);
    return starts && missing == 0;
}

/* Writes the C files into `directory`. */
static int translate_to(const options *o, const char *name, const char *directory, translate_result *files) {
    const char *path = o->inputs.data[0];
    span bytes;
    arena a = {0};
    module m = {0};
    diag d;
    diag_init(&d);
    if (!input_load(path, &bytes))
        return EXIT_INPUT;
    const command_options command = {
        .dirs = o->wasi_dirs.data,
        .dir_count = o->wasi_dirs.count,
        .env = o->wasi_env.data,
        .env_count = o->wasi_env.count,
        .inherit_env = o->wasi_inherit_env,
        .confine = o->wasi_confine,
    };
    translate_options t = {
        .name = name,
        .bounds = o->explicit_bounds ? BOUNDS_EXPLICIT : BOUNDS_GUARD,
        .split = o->split,
        .strict_loads = o->strict_loads,
        .bind_imports = o->emit == EMIT_SHARED,
        .emit_main = o->emit == EMIT_EXE,
        .command = o->wasi_fixed ? &command : NULL,
        .stop = &process_stopped_by,
        .source = base_name(path),
    };
    bool ok = module_read(&m, bytes, &a, &d) && module_validate(&m, &d);
    bool fits = ok && (o->emit != EMIT_EXE || can_be_executable(&m, path));
    if (fits)
        ok = translate(&m, &t, directory, files, &d);
    if (!ok)
        print_diag(&d, path, &m);
    arena_free(&a);
    input_free(&bytes);
    return ok && fits ? 0 : EXIT_INPUT;
}

static void free_files(translate_result *files) {
    for (size_t k = 0; k < files->sources.count; k++)
        free(files->sources.data[k]);
    for (size_t k = 0; k < files->headers.count; k++)
        free(files->headers.data[k]);
    vec_free(&files->sources);
    vec_free(&files->headers);
}

static void remove_files(const char *directory, const translate_result *files) {
    strbuf path = {0};
    for (size_t k = 0; k < files->sources.count + files->headers.count; k++) {
        const char *name = k < files->sources.count ? files->sources.data[k]
                                                    : files->headers.data[k - files->sources.count];
        strbuf_clear(&path);
        strbuf_printf(&path, "%s/%s", directory, name);
        unlink(path.data);
    }
    strbuf_free(&path);
}

/* Puts the public header beside an object or library. */
static int publish_header(const char *name, const char *directory, const char *output) {
    strbuf from = {0}, to = {0};
    strbuf_printf(&from, "%s/%s.h", directory, name);
    directory_of(output, &to);
    strbuf_printf(&to, "/%s.h", name);
    int status = move_file(from.data, to.data) ? 0 : file_error(to.data);
    strbuf_free(&from);
    strbuf_free(&to);
    return status;
}

/* --emit=c: the output is a directory, made if need be, or the name of the one C file. */
static int emit_c(const options *o, const char *output) {
    strbuf directory = {0}, name = {0};
    translate_result files = {0};
    if (ends_with(output, ".c")) {
        directory_of(output, &directory);
        identifier(o, output, &name);
    } else {
        strbuf_puts(&directory, output);
        identifier(o, o->inputs.data[0], &name);
    }
    int status = 0;
    if (mkdir(directory.data, 0777) != 0 && errno != EEXIST)
        status = file_error(directory.data);
    if (status == 0)
        status = translate_to(o, name.data, directory.data, &files);
    if (status == 0 && o->verbose)
        for (size_t k = 0; k < files.sources.count; k++)
            fprintf(stderr, "%s/%s\n", directory.data, files.sources.data[k]);
    if (status != 0)
        remove_files(directory.data, &files);
    free_files(&files);
    strbuf_free(&directory);
    strbuf_free(&name);
    return status;
}

static int emit_binary(const options *o, const char *output) {
    const char *parent = getenv("TMPDIR");
    strbuf scratch = {0}, name = {0};
    translate_result files = {0};
    strbuf_printf(&scratch, "%s/wasmelt-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(scratch.data)) {
        int status = file_error(scratch.data);
        strbuf_free(&scratch);
        return status;
    }
    identifier(o, o->inputs.data[0], &name);
    int status = 0;
    if (o->keep && mkdir(o->keep, 0777) != 0 && errno != EEXIST)
        status = file_error(o->keep);
    const char *directory = o->keep ? o->keep : scratch.data;
    if (status == 0)
        status = translate_to(o, name.data, directory, &files);
    if (status == 0)
        status = compile(o, &files, directory, scratch.data, output);
    if (status == 0 && !o->keep && (o->emit == EMIT_OBJ || o->emit == EMIT_LIB))
        status = publish_header(name.data, directory, output);
    if (!o->keep)
        remove_files(scratch.data, &files);
    strbuf leftover = {0};
    strbuf_printf(&leftover, "%s/output", scratch.data);
    unlink(leftover.data);
    strbuf_free(&leftover);
    rmdir(scratch.data);
    free_files(&files);
    strbuf_free(&scratch);
    strbuf_free(&name);
    return status;
}

static int run_translate(int argc, char **argv) {
    options o;
    cli_result r = cli_parse(argc, argv, 1, &o);
    if (r == CLI_RUN && o.inputs.count != 1) {
        cli_error(o.inputs.count == 0 ? "no input file" : "more than one input file");
        r = CLI_WRONG;
    }
    int status = r == CLI_WRONG ? EXIT_USAGE : 0;
    if (r == CLI_RUN) {
        strbuf output = {0};
        if (o.output)
            strbuf_puts(&output, o.output);
        else
            default_output(&o, &output);
        process_catch_signals();
        status = o.emit == EMIT_C ? emit_c(&o, output.data) : emit_binary(&o, output.data);
        strbuf_free(&output);
    }
    cli_free(&o);
    process_end_if_stopped();
    return status;
}

int main(int argc, char **argv) {
    int status = argc > 1 && strcmp(argv[1], "validate") == 0 ? run_validate(argc, argv) : run_translate(argc, argv);
    if (fflush(stdout) != 0) {
        perror("wasmelt: standard output");
        return EXIT_INPUT;
    }
    return status;
}
