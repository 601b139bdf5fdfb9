#include "driver/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "debug/lines.h"
#include "driver/foreign.h"
#include "driver/output.h"
#include "driver/report.h"
#include "driver/stack_usage.h"
#include "system/process.h"
#include "system/system.h"

static const char *path_in(arena *a, const char *directory, const char *name, const char *suffix) {
    size_t length = strlen(directory) + strlen(name) + strlen(suffix) + 2;
    char *path = arena_alloc(a, length);
    snprintf(path, length, "%s/%s%s", directory, name, suffix);
    return path;
}

/* ---- The order of compilation: largest file first, so that no long one is left at the end ---- */

typedef struct source {
    const char *name;
    uint64_t size;
    special_kind kind; /* SPECIAL_FILES: an ordinary file */
} source;

static int by_size(const void *left, const void *right) {
    const source *a = left, *b = right;
    return a->size > b->size ? -1 : a->size < b->size;
}

static source *sorted_sources(const translate_result *files, const char *directory, arena *a) {
    source *list = arena_array(a, files->sources.count, sizeof *list);
    for (size_t k = 0; k < files->sources.count; k++) {
        list[k].name = files->sources.data[k];
        list[k].kind = files->kinds.data[k];
        list[k].size = system_size(path_in(a, directory, list[k].name, ""));
    }
    sort_stable(list, files->sources.count, sizeof *list, by_size);
    return list;
}

/* ---- The progress line ---- */

typedef struct display {
    const options *o;
    const string_list *commands;
    const char *const *names;
    size_t count;
    const char *directory; /* where the commands run; null: in the current directory */
} display;

static void print_command(const string_list *command) {
    for (size_t k = 0; command->data[k]; k++)
        say(stderr, "%s%s", k ? " " : "", command->data[k]);
    fputc('\n', stderr);
}

/* Ends with \r so that a message of a compiler begins at the left. */
static void show_progress(size_t which, const display *d) {
    fprintf(stderr, "\r\033[K[%zu/%zu] ", which + 1, d->count);
    say(stderr, "%s", output_base_name(d->names[which]));
    fputc('\r', stderr);
}

static void show_start(void *context, size_t which) {
    const display *d = context;
    if (d->o->verbose && d->directory)
        say(stderr, "cd %s && ", d->directory);
    if (d->o->verbose)
        print_command(&d->commands[which]);
    else if (d->o->progress && d->count > 1)
        show_progress(which, d);
}

static void clear_progress(const options *o, size_t count) {
    if (!o->verbose && o->progress && count > 1)
        fputs("\r\033[K", stderr);
}

static int report(int status, const char *program) {
    if (status == PROCESS_NOT_FOUND)
        say(stderr, "wasmelt: error: '%s' not found\n", program);
    else if (status > 128)
        say(stderr, "wasmelt: error: '%s' was killed by signal %d\n", program, status - 128);
    else if (status > 0)
        say(stderr, "wasmelt: error: '%s' failed\n", program);
    return status == 0 ? 0 : EXIT_INPUT;
}

/* ---- Compiling and linking ---- */

uint32_t jobs_of(const options *o) {
    return o->jobs ? o->jobs : system_processors();
}

int compile_commands(const options *o, const string_list *commands, const char *const *names, size_t count, const char *directory) {
    arena a = {0};
    const char *const **argvs = arena_array(&a, count, sizeof *argvs);
    for (size_t k = 0; k < count; k++)
        argvs[k] = commands[k].data;
    display d = {o, commands, names, count, directory};
    int status = process_run_all(&(command_list){argvs, count, directory, show_start, &d}, jobs_of(o));
    clear_progress(o, count);
    arena_free(&a);
    return report(status, count > 0 ? commands[0].data[0] : "");
}

/* The name of a directory for debug information: as --debug-prefix-map says. */
static const char *mapped(const options *o, const char *directory, arena *a) {
    strbuf s = {0};
    size_t count = o->prefix_maps.count;
    prefix_map *maps = arena_array(a, count, sizeof *maps);
    for (size_t k = 0; k < count; k++)
        maps[k] = prefix_map_of(o->prefix_maps.data[k]);
    prefix_map_put(maps, count, directory, &s);
    const char *copy = arena_string(a, s.data ? s.data : "", s.count);
    strbuf_free(&s);
    return copy;
}

/* Compiles temporary C files. The compilers run in the files' directory, so that commands name them without a path that differs each
 * time, which a compiler cache would take for a different input. Debug information says that they ran in the current directory, which
 * paths of sources may be relative to. */
static int compile_all(const toolchain *t, const options *o, const source *sources, size_t count, const char *directory,
                       const char *scratch, arena *a, string_list *objects) {
    string_list *commands = arena_array(a, count, sizeof *commands);
    const char **names = arena_array(a, count, sizeof *names);
    char *real = system_real_path(scratch), *here = system_current_directory();
    bool inside = strcmp(directory, scratch) == 0 && !o->pgo && real && here && toolchain_is_path_independent(t, o);
    const char *shown = here ? mapped(o, here, a) : "/";
    for (size_t k = 0; k < count; k++) {
        const char *name = sources[k].name;
        const char *object = path_in(a, o->pgo ? directory : scratch, name, ".o");
        *vec_push(objects) = object;
        if (inside)
            toolchain_compile(t, o, a, real, shown, name, sources[k].kind, output_base_name(object), &commands[k]);
        else
            toolchain_compile(t, o, a, directory, "/", path_in(a, directory, name, ""), sources[k].kind, object, &commands[k]);
        names[k] = name;
    }
    int status = compile_commands(o, commands, names, count, inside ? scratch : NULL);
    for (size_t k = 0; k < count; k++)
        vec_free(&commands[k]);
    free(real);
    free(here);
    return status;
}

/* What functions of the runtime and of the C library need that code of modules calls, other than those that ask themselves. */
enum { STACK_FOR_RUNTIME = 512 };

/* Compiles all, for a small system, where functions ask for as much stack as the largest of them and one that it calls need. The compiler
 * says how much that is, and then compiles again; code that was not compiled so asks for an estimate, which is several times as much. */
static int compile_counting_stack(const toolchain *t, const options *o, const source *sources, size_t count, const char *directory,
                                  const char *scratch, arena *a, string_list *objects) {
    enum { ATTEMPTS = 3 };
    uint64_t largest = 0, known = UINT64_MAX; /* `known`: what the code asks for */
    int status = 0;
    bool says = true;
    for (int k = 0; status == 0 && says && k < ATTEMPTS && known != largest; k++) {
        options with_count = *o;
        strbuf flag = {0};
        with_count.cflags = (string_list){0};
        for (size_t i = 0; i < o->cflags.count; i++)
            *vec_push(&with_count.cflags) = o->cflags.data[i];
        *vec_push(&with_count.cflags) = STACK_USAGE_FLAG;
        if (k > 0) {
            known = largest;
            strbuf_printf(&flag, "-DWASMELT_STACK_NEED=%llu", 2 * (unsigned long long)known + STACK_FOR_RUNTIME);
            *vec_push(&with_count.cflags) = arena_string(a, flag.data, flag.count);
        }
        objects->count = 0;
        status = compile_all(t, &with_count, sources, count, directory, scratch, a, objects);
        says = status == 0 && stack_usage_read(objects, &largest) && largest < UINT32_MAX;
        strbuf_free(&flag);
        vec_free(&with_count.cflags);
    }
    if (status == 0 && known != UINT64_MAX && largest > known) {
        say(stderr,
            "wasmelt: error: the C compiler gives functions other frames each time, so that it is not known how much stack they need\n");
        status = EXIT_INPUT;
    }
    return status;
}

int compile_link(toolchain *t, const options *o, const string_list *objects, const char *output, arena *a) {
    string_list command = {0};
    toolchain_link(t, o, a, objects, output, &command);
    if (o->verbose)
        print_command(&command);
    int status = report(process_run(command.data), command.data[0]);
    vec_free(&command);
    return status;
}

/* Makes an executable smaller: names of the runtime's functions are a sixth of an empty program. If that fails, it stays as it is. */
static int strip_names(toolchain *t, const options *o, const char *made, arena *a) {
    string_list command = {0};
    int status = 0;
    if (toolchain_strip(t, o, a, made, &command)) {
        if (o->verbose)
            print_command(&command);
        int stripped = process_run(command.data);
        if (stripped == PROCESS_STOPPED)
            status = report(stripped, command.data[0]);
    }
    vec_free(&command);
    return status;
}

static int link_to(toolchain *t, const options *o, const string_list *objects, const char *scratch, const char *output, arena *a) {
    const char *made = path_in(a, scratch, "output", ".made"); /* to a name without a dot GCC for Windows would add .exe */
    if (o->emit == EMIT_OBJ && objects->count == 1) {
        made = objects->data[0];
    } else {
        int linked = compile_link(t, o, objects, made, a);
        if (linked == 0 && system_exists(made))
            linked = strip_names(t, o, made, a);
        if (linked != 0)
            return linked;
    }
    if (!system_exists(made)) {
        say(stderr, "wasmelt: error: '%s' reported success, but made nothing\n", t->compiler.data[0]);
        return 1;
    }
    return output_move(made, output) ? 0 : report_errno(output);
}

/* Whether what is asked for can be made with this compiler; says so if not. Libraries of Windows cannot leave functions to the program
 * that loads them, as --emit=shared and ffi do. On small systems the host says where output goes, and nothing loads objects. */
static bool can_make(const toolchain *t, const options *o) {
    const char *what = o->emit == EMIT_EXE ? "executables" : "shared objects";
    bool is_library = o->emit == EMIT_LIB || o->emit == EMIT_OBJ, is_small = toolchain_is_for_small_system(t);
    bool makes_shared = !is_library && o->emit != EMIT_EXE;
    bool interrupts = is_small && o->translate.interrupt != INTERRUPT_NEVER;
    bool needs_loader = makes_shared && toolchain_is_for_windows(t);
    if (needs_loader)
        say(stderr, "wasmelt: error: not supported: shared objects for Windows; --emit=lib and --emit=obj are\n");
    else if (!is_library && is_small)
        say(stderr, "wasmelt: error: not supported: %s for small systems; --emit=lib and --emit=obj are, for a host of C\n", what);
    else if (interrupts)
        say(stderr, "wasmelt: error: not supported: --interrupt on small systems; --fuel is\n");
    return !interrupts && !needs_loader && (is_library || !is_small);
}

static bool has_file(const char *directory, const char *name, const char *suffix) {
    strbuf path = {0};
    strbuf_printf(&path, "%s/%s%s", directory, name, suffix);
    bool found = system_exists(path.data);
    strbuf_free(&path);
    return found;
}

/* GCC compiles without a word as if no profile were asked for where it finds none. */
static void note_missing_profile(const options *o, const translate_result *files, const char *directory) {
    bool found = !o->pgo || o->pgo_generate || has_file(directory, "default.profdata", "");
    for (size_t k = 0; !found && k < files->sources.count; k++)
        found = has_file(directory, files->sources.data[k], ".gcda");
    if (!found)
        say(stderr, "wasmelt: %s: note: has no profile of this module: it comes from a run of what --pgo-generate made\n", o->pgo);
}

int compile(const options *o, toolchain *t, arena *a, const translate_result *files, const char *directory, const char *scratch,
            const char *output) {
    string_list objects = {0};
    int status = can_make(t, o) ? 0 : EXIT_INPUT;
    if (status == 0 && (o->emit == EMIT_EXE || o->emit == EMIT_FFI)) /* these contain the runtime */
        status = foreign_runtime(t, o, scratch, a);
    if (status == 0) {
        note_missing_profile(o, files, directory);
        const source *sources = sorted_sources(files, directory, a);
        status = (toolchain_is_for_small_system(t) ? compile_counting_stack : compile_all)(t, o, sources, files->sources.count, directory,
                                                                                           scratch, a, &objects);
        if (status == 0)
            status = link_to(t, o, &objects, scratch, output, a);
    }
    for (size_t k = 0; o->pgo && k < objects.count; k++) /* these are not in the scratch directory */
        system_remove(objects.data[k]);
    vec_free(&objects);
    return status;
}
