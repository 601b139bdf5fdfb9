#include "driver/produce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "canon/canon.h"
#include "debug/lines.h"
#include "driver/compile.h"
#include "driver/load.h"
#include "driver/output.h"
#include "driver/report.h"
#include "driver/toolchain.h"
#include "emit/symbols.h"
#include "inspect/origin.h"
#include "inspect/program.h"
#include "system/process.h"
#include "system/system.h"
#include "translate.h"
#include "wasm/wasi.h"

/* ---- Translating ---- */

/* Whether the module can be an executable: it has something to start with, and no import that only a host could provide. Reports why
 * not. */
static bool can_be_executable(const options *o, const module *m) {
    const char *path = o->inputs.data[0];
    uint32_t missing = 0;
    strbuf names = {0};
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        if (program_provides(m, i) || missing++ >= 3)
            continue;
        strbuf_puts(&names, missing > 1 ? ", \"" : "\"");
        report_name(&names, i->module);
        strbuf_puts(&names, "\" \"");
        report_name(&names, i->name);
        strbuf_puts(&names, has_wasi_name(i) ? "\" (of another type than WASI's)" : "\"");
    }
    bool starts = o->invoke || program_starts(m);
    bool threads = program_threads_fit(m);
    if (missing > 0 && program_is_object(m))
        say(stderr, "wasmelt: %s: error: is an object file: link it first, with clang or wasm-ld\n", path);
    else if (missing > 0)
        say(stderr,
            "wasmelt: %s: error: an executable has no host to provide %u import%s: %s%s; "
            "use --emit=c, obj, lib or shared\n",
            path, (unsigned)missing, missing > 1 ? "s" : "", names.data, missing > 3 ? ", ..." : "");
    else if (!starts)
        say(stderr,
            "wasmelt: %s: error: an executable needs an exported function \"_start\" without "
            "parameters and results; use --emit=c, obj, lib or shared, or 'wasmelt run --invoke NAME'\n",
            path);
    else if (!threads)
        say(stderr,
            "wasmelt: %s: error: a program that starts threads must import a shared memory, export it as "
            "\"memory\" unless it is the only one, and export a function \"wasi_thread_start\" with two i32 parameters\n",
            path);
    strbuf_free(&names);
    const char *origin = missing > 0 && !program_is_object(m) ? module_origin(m) : NULL;
    if (origin)
        say(stderr, "wasmelt: note: it is %s\n", origin);
    return starts && threads && missing == 0;
}

/* Whether the function that --invoke names is there: as the executable would say it, but before it is compiled. */
static bool has_invoked(const options *o, const module *m) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_FUNC && span_is(m->exports[k].name, o->invoke))
            return true;
    say(stderr, "wasmelt: %s: the module does not export a function of this name\n", o->invoke);
    return false;
}

/* Reports functions that are compiled with less optimisation than the others, as happens to very large ones.
 * Only said when the result is kept, not by `run`. */
static void report_special(const options *o, const char *path, const module *m, const translate_result *files) {
    for (int kind = 0; o->command != COMMAND_RUN && kind < SPECIAL_FILES; kind++) {
        const special_file *s = &files->special[kind];
        const char *flags = toolchain_special_flags(o, kind);
        if (s->count == 0 || !flags)
            continue;
        strbuf name = {0};
        const func *f = &m->funcs[s->largest];
        report_name(&name, f->name);
        say(stderr, "wasmelt: %s: note: function %u", path, (unsigned)s->largest);
        if (name.count > 0)
            say(stderr, " \"%s\"", name.data);
        fprintf(stderr, " (%zu KiB)", f->body.length / 1024);
        if (s->count > 1)
            fprintf(stderr, " and %u more", (unsigned)s->count - 1);
        say(stderr, ", on which C compilers would spend too long, ");
        if (s->source == SIZE_MAX)
            say(stderr, "%s\n", kind == FILE_LARGE ? "optimized less where the compiler can do that" : "not optimized");
        else
            say(stderr, "%s with %s: %s\n", o->emit == EMIT_C ? "to be compiled" : "compiled", flags, files->sources.data[s->source]);
        strbuf_free(&name);
    }
}

/* Reports which prefix the names in C have if the input's own name cannot be used because it means something in C. */
static void report_name_in_c(const char *path, const translate_options *t, bool is_component) {
    strbuf name = {0};
    bool is_marked = (is_component ? symbol_put_component : symbol_put_module)(&name, t->name);
    if (is_marked && !t->emit_main)
        say(stderr, "wasmelt: %s: note: \"%s\" has a meaning in C: the names of this %s begin with %s (or --name=...)\n", path, t->name,
            is_component ? "component" : "module", name.data);
    strbuf_free(&name);
}

/* What the command line says about translations to `c_directory`. `command` and `maps` are for what it refers to. */
static translate_options options_of(const options *o, const char *name, const char *c_directory, command_options *command, arena *a) {
    *command = (command_options){
        .dirs = o->wasi_dirs.data,
        .dir_count = o->wasi_dirs.count,
        .env = o->wasi_env.data,
        .env_count = o->wasi_env.count,
        .takes_options = !o->wasi_fixed,
        .limits = o->limits,
        .inherit_env = o->wasi_inherit_env,
        .confine = o->wasi_confine,
    };
    prefix_map *maps = arena_array(a, o->prefix_maps.count, sizeof *maps);
    for (size_t k = 0; k < o->prefix_maps.count; k++)
        maps[k] = prefix_map_of(o->prefix_maps.data[k]);
    translate_options t = o->translate;
    t.name = name;
    t.jobs = jobs_of(o);
    t.unoptimized = o->optimize && strcmp(o->optimize, "0") == 0;
    if (asks_for_stack(&t))
        t.bounds = BOUNDS_EXPLICIT;
    t.bind_imports |= o->emit == EMIT_SHARED || o->emit == EMIT_FFI;
    t.plain_entries = o->emit == EMIT_FFI;
    t.emit_main = o->emit == EMIT_EXE || (o->emit == EMIT_C && o->main);
    t.invoke = o->invoke;
    t.command = o->wasi_fixed || o->has_limits ? command : NULL;
    t.stop = &process_stopped_by;
    t.source = output_base_name(o->inputs.data[0]);
    char *file = system_real_path(o->inputs.data[0]);
    t.file = file ? arena_string(a, file, strlen(file)) : NULL;
    free(file);
    t.mark = o->emit == EMIT_C || o->for_windows ? NULL : cli_emit_mark(o->emit);
    t.c_directory = c_directory;
    t.prefix_maps = maps;
    t.prefix_map_count = o->prefix_maps.count;
    return t;
}

/* Reports why a module that is at some place of the input was not translated. */
static int report_failed(const options *o, loaded *l, const module *m) {
    if (l->d.offset != DIAG_NO_OFFSET)
        l->d.offset += (size_t)(m->input.bytes - l->bytes.bytes);
    report_diag(&l->d, o->inputs.data[0], m);
    return EXIT_INPUT;
}

/* Writes the C files of a valid module into `directory`; they will be moved to `c_directory` if that is not null. */
static int translate_loaded(const options *o, loaded *l, const char *name, const char *directory, const char *c_directory,
                            translate_result *files) {
    const char *path = o->inputs.data[0];
    command_options command;
    translate_options t = options_of(o, name, c_directory, &command, &l->a);
    t.file_start = (size_t)(l->m.input.bytes - l->bytes.bytes);
    if (!o->dumps && t.emit_main && !can_be_executable(o, &l->m))
        return EXIT_INPUT;
    if (o->invoke && !has_invoked(o, &l->m))
        return EXIT_USAGE;
    bool ok = o->dumps ? translate_dump(&l->m, &t, o->dump, stdout, &l->d) : translate(&l->m, &t, directory, files, &l->d);
    if (!ok)
        return report_failed(o, l, &l->m);
    if (!o->dumps) {
        report_special(o, path, &l->m, files);
        report_name_in_c(path, &t, false);
    }
    if (files->lines_misfit)
        say(stderr,
            "wasmelt: %s: warning: the debug information does not fit the code, which some tool must have changed after it was compiled: "
            "source lines and names of variables are left out\n",
            path);
    else if (files->lines_malformed)
        say(stderr, "wasmelt: %s: warning: some of the debug information makes no sense and is left out\n", path);
    return 0;
}

/* ---- Components ---- */

/* Whether this kind of result is made of components as such. */
static bool takes_components(const options *o) {
    return !o->dumps && o->translate.c == C_GNU && (o->emit == EMIT_EXE || o->emit == EMIT_C || o->emit == EMIT_OBJ || o->emit == EMIT_LIB);
}

static int write_text(const char *directory, const char *name, const char *suffix, const strbuf *text, char **written) {
    strbuf path = {0};
    strbuf_printf(&path, "%s/%s%s", directory, name, suffix);
    FILE *f = system_open(path.data, "w");
    bool ok = f && fwrite(text->data, 1, text->count, f) == text->count;
    if (f && fclose(f) != 0)
        ok = false;
    int status = ok ? 0 : report_errno(path.data);
    strbuf_clear(&path);
    strbuf_printf(&path, "%s%s", name, suffix);
    *written = path.data;
    return status;
}

static int write_component(const char *directory, const char *name, const canon_text *text, translate_result *files) {
    int status = write_text(directory, name, ".c", &text->source, vec_push(&files->sources));
    *vec_push(&files->kinds) = SPECIAL_FILES;
    return status == 0 ? write_text(directory, name, ".h", &text->header, vec_push(&files->headers)) : status;
}

static int translate_modules(const options *o, loaded *l, const graph *g, translate_options t, const char *directory,
                             translate_result *files) {
    const char *name = t.name;
    int status = 0;
    t.bind_imports = true;
    t.emit_main = false;
    for (uint32_t k = 0; status == 0 && k < g->modules.count; k++) {
        const module *m = &g->modules.data[k]->m;
        strbuf own_name = {0};
        canon_module_name(&own_name, name, k);
        t.name = own_name.data;
        t.file_start = (size_t)(m->input.bytes - l->bytes.bytes);
        if (translate(m, &t, directory, files, &l->d))
            report_special(o, o->inputs.data[0], m, files);
        else
            status = report_failed(o, l, m);
        strbuf_free(&own_name);
    }
    return status;
}

/* Writes the C files of a valid component and of its modules into `directory`; they will be moved to `c_directory` if that is not null. */
static int translate_component(const options *o, loaded *l, const char *name, const char *directory, const char *c_directory,
                               translate_result *files) {
    command_options command;
    translate_options t = options_of(o, name, c_directory, &command, &l->a);
    if (t.system == SYSTEM_SMALL) {
        diag_unsupported(&l->d, DIAG_NO_OFFSET, "components on small systems", NULL);
        return report_failed(o, l, &l->m);
    }
    if (o->for_windows && o->emit == EMIT_EXE) {
        diag_unsupported(&l->d, DIAG_NO_OFFSET, "WASI 0.2 on Windows", NULL);
        return report_failed(o, l, &l->m);
    }
    graph g;
    canon_text text = {0};
    bool ok = graph_make(&g, l->component, &l->a, &l->d) && canon_make(&text, &g, name, &t, &l->d);
    int status = ok ? write_component(directory, name, &text, files) : text.is_miscalled ? EXIT_USAGE : EXIT_INPUT;
    if (!ok && !text.is_miscalled)
        report_diag(&l->d, o->inputs.data[0], &l->m);
    if (status == 0)
        status = translate_modules(o, l, &g, t, directory, files);
    if (status == 0)
        report_name_in_c(o->inputs.data[0], &t, true);
    canon_free(&text);
    graph_free(&g);
    return status;
}

#define OTHER_GOALS "--emit=shared, --emit=ffi, --c=plain and dumps of components, except programs of WASI preview 1 with their adapter"

/* Writes the C files of the input, a module or component, into `directory`. `input`: its bytes; null: they are read first. */
static int translate_to(const options *o, const span *input, const char *name, const char *directory, const char *c_directory,
                        translate_result *files) {
    loaded l;
    int status = EXIT_INPUT;
    bool ok = input ? load_bytes(&l, *input, jobs_of(o)) : load_file(&l, o->inputs.data[0], jobs_of(o));
    bool as_component = ok && l.component && takes_components(o) && (o->keep_adapter || o->invoke || !load_has_module(&l));
    if (as_component)
        status = translate_component(o, &l, name, directory, c_directory, files);
    else if (ok && load_has_module(&l))
        status = translate_loaded(o, &l, name, directory, c_directory, files);
    else if (l.state != LOAD_UNREADABLE) {
        if (ok)
            diag_unsupported(&l.d, l.refusal.offset, OTHER_GOALS, "--emit=lib makes a C library of this one");
        report_diag(&l.d, o->inputs.data[0], &l.m);
    }
    load_free(&l);
    return status;
}

/* ---- Files ---- */

static const char *file_at(const translate_result *files, size_t k) {
    return k < files->sources.count ? files->sources.data[k] : files->headers.data[k - files->sources.count];
}

static size_t file_count(const translate_result *files) {
    return files->sources.count + files->headers.count;
}

static void free_files(translate_result *files) {
    for (size_t k = 0; k < file_count(files); k++)
        free((char *)file_at(files, k));
    vec_free(&files->sources);
    vec_free(&files->kinds);
    vec_free(&files->headers);
}

static void join(strbuf *s, const char *directory, const char *name) {
    strbuf_clear(s);
    strbuf_printf(s, "%s/%s", directory, name);
}

/* Moves a file unless the goal has the same content already: then the goal keeps its time, so that make or ninja do not compile it
 * again. */
static int move_file(const char *from, const char *to) {
    if (output_same_content(from, to))
        return system_remove(from) ? 0 : report_errno(from);
    return output_move(from, to) ? 0 : report_errno(to);
}

/* Moves all files of the translation from one directory to the other. `chosen` is the name that the user gave for the one C file, or
 * null. */
static int move_files(const char *from, const char *to, const translate_result *files, const char *chosen) {
    strbuf source = {0}, goal = {0};
    int status = 0;
    for (size_t k = 0; status == 0 && k < file_count(files); k++) {
        join(&goal, to, file_at(files, k));
        bool named = chosen && strcmp(chosen, file_at(files, k)) == 0;
        status = (named ? output_can_write(goal.data) : output_may_replace(goal.data, NULL)) ? 0 : EXIT_INPUT;
    }
    for (size_t k = 0; status == 0 && k < file_count(files); k++) {
        join(&source, from, file_at(files, k));
        join(&goal, to, file_at(files, k));
        status = move_file(source.data, goal.data);
    }
    strbuf_free(&source);
    strbuf_free(&goal);
    return status;
}

static bool is_among(const translate_result *files, const char *name) {
    for (size_t k = 0; k < file_count(files); k++)
        if (strcmp(file_at(files, k), name) == 0)
            return true;
    return false;
}

/* Whether this is a name that a C file of the module has when it is split into more or fewer files: NAME.c, NAME_1.c ... */
static bool is_file_name(const char *module, const char *name) {
    size_t length = strlen(module);
    if (strncmp(name, module, length) != 0)
        return false;
    const char *rest = name + length;
    if (strncmp(rest, "_checked", 8) == 0) /* those with the other form of the code */
        rest += 8;
    if (strcmp(rest, ".c") == 0 || strcmp(rest, "_data.c") == 0 || strcmp(rest, "_ffi.c") == 0 || strcmp(rest, "_large.c") == 0 ||
        strcmp(rest, "_huge.c") == 0 || strcmp(rest, "_internal.h") == 0)
        return true;
    size_t digits = rest[0] == '_' ? strspn(rest + 1, "0123456789") : 0;
    return digits > 0 && strcmp(rest + 1 + digits, ".c") == 0;
}

/* Removes C files that an earlier translation into more or fewer files has left in the directory: a build that compiles all files there
 * would define everything twice. */
static void remove_stale(const options *o, const char *directory, const char *name, const translate_result *files) {
    strbuf path = {0}, ours = {0};
    strbuf_printf(&ours, MADE_BY, name); /* a file of another module, called NAME_1, can have such a name */
    system_names found;
    system_list(directory, &found);
    for (size_t k = 0; k < found.count; k++) {
        if (!is_file_name(name, found.data[k]) || is_among(files, found.data[k]))
            continue;
        join(&path, directory, found.data[k]);
        if (output_begins_with(path.data, &ours) && system_remove(path.data) && o->verbose)
            say(stderr, "%s removed\n", path.data);
    }
    system_free_names(&found);
    strbuf_free(&path);
    strbuf_free(&ours);
}

static int make_scratch(const char *parent, strbuf *scratch) {
    return system_make_scratch(parent, ".wasmelt-", scratch) ? 0 : report_errno(parent);
}

/* ---- The kinds of output ---- */

/* Puts the C files into `directory`, which is made if need be. They are first written into a directory inside it, so that a failure
 * leaves the files that were there before. `chosen`: as for move_files. */
static int emit_c_to(const options *o, const span *input, const char *name, const char *directory, const char *chosen,
                     translate_result *files) {
    strbuf scratch = {0}, real = {0};
    bool made;
    if (!output_make_directory(directory, &real, &made))
        return EXIT_INPUT;
    int status = make_scratch(real.data, &scratch);
    if (status == 0) {
        status = translate_to(o, input, name, scratch.data, directory, files);
        if (status == 0)
            status = move_files(scratch.data, real.data, files, chosen);
        if (status == 0)
            remove_stale(o, real.data, name, files);
        system_remove_tree(scratch.data);
    }
    if (status != 0 && made)
        system_remove_directory(real.data);
    strbuf_free(&scratch);
    strbuf_free(&real);
    return status;
}

static bool ends_with(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a > b && strcmp(text + a - b, end) == 0;
}

/* `output` is a directory or, if it ends with .c, the name of the one C file. */
static int emit_c(const options *o, const char *output) {
    strbuf directory = {0}, name = {0};
    translate_result files = {0};
    const char *chosen = NULL;
    if (ends_with(output, ".c")) {
        const char *file = chosen = output_base_name(output);
        if (o->name && (strncmp(file, o->name, strlen(o->name)) != 0 || strcmp(file + strlen(o->name), ".c") != 0)) {
            cli_error("the files are called after --name=%s: -o %s does not fit; give a directory", o->name, output);
            return EXIT_USAGE;
        }
        output_directory(output, &directory);
        output_identifier(o, output, &name);
    } else {
        strbuf_puts(&directory, output);
        output_identifier(o, o->inputs.data[0], &name);
    }
    int status = emit_c_to(o, NULL, name.data, directory.data, chosen, &files);
    for (size_t k = 0; status == 0 && o->verbose && k < file_count(&files); k++)
        say(stderr, "%s/%s\n", directory.data, file_at(&files, k));
    free_files(&files);
    strbuf_free(&directory);
    strbuf_free(&name);
    return status;
}

/* What follows the module's name in that of the header for hosts, which is put beside an object or a library; null: there is none. */
static const char *header_suffix(const options *o) {
    return o->emit == EMIT_OBJ || o->emit == EMIT_LIB ? ".h" : o->emit == EMIT_FFI ? "_ffi.h" : NULL;
}

/* Appends the path of this header. */
static void header_beside(const options *o, const char *name, const char *output, strbuf *path) {
    if (!header_suffix(o))
        return;
    output_directory(output, path);
    strbuf_printf(path, "/%s%s", name, header_suffix(o));
}

/* The options for a translation to C that these tools compile: the machine that they are for decides some. */
static options fitted(const options *o, const toolchain *tools) {
    options fit = *o;
    if (toolchain_has_small_addresses(tools))
        fit.translate.bounds = BOUNDS_EXPLICIT;
    fit.for_windows = toolchain_is_for_windows(tools);
    if (toolchain_is_for_small_system(tools)) {
        fit.translate.system = SYSTEM_SMALL;
        fit.translate.bounds = BOUNDS_EXPLICIT;
    }
    return fit;
}

static int emit_binary(const options *asked, toolchain *tools, arena *a, const span *input, const char *output) {
    const options fit = fitted(asked, tools), *o = &fit;
    strbuf scratch = {0}, name = {0}, header = {0}, path = {0};
    translate_result files = {0};
    output_identifier(o, o->inputs.data[0], &name);
    header_beside(o, name.data, output, &header);
    bool allowed = output_can_write(output) && (header.count == 0 || output_may_replace(header.data, NULL));
    int status = allowed ? 0 : EXIT_INPUT;
    if (status == 0)
        status = output_scratch(&scratch);
    if (status == 0) {
        const char *directory = o->keep ? o->keep : scratch.data;
        status =
            o->keep ? emit_c_to(o, input, name.data, directory, NULL, &files) : translate_to(o, input, name.data, directory, NULL, &files);
        if (status == 0)
            status = compile(o, tools, a, &files, directory, scratch.data, output);
        if (status == 0 && header.count > 0) {
            strbuf_printf(&path, "%s/%s%s", directory, name.data, header_suffix(o));
            if (!system_is_same_file(path.data, header.data))
                status = output_copy(path.data, header.data) ? 0 : report_errno(header.data);
        }
        system_remove_tree(scratch.data);
    }
    free_files(&files);
    strbuf_free(&scratch);
    strbuf_free(&name);
    strbuf_free(&header);
    strbuf_free(&path);
    return status;
}

int produce_dump(const options *o) {
    translate_result nothing = {0};
    return translate_to(o, NULL, "", NULL, NULL, &nothing);
}

int produce(const options *o, const char *output) {
    if (o->emit == EMIT_C)
        return emit_c(o, output);
    arena a = {0};
    toolchain tools = {0};
    int status = toolchain_find(&tools, o, &a) ? emit_binary(o, &tools, &a, NULL, output) : EXIT_INPUT;
    toolchain_free(&tools);
    arena_free(&a);
    return status;
}

int produce_loaded(const options *o, toolchain *tools, arena *a, span input, const char *output) {
    return emit_binary(o, tools, a, &input, output);
}
