#include "driver/foreign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "driver/cache.h"
#include "driver/compile.h"
#include "driver/identity.h"
#include "driver/output.h"
#include "driver/report.h"
#include "system/process.h"
#include "system/system.h"

/* ---- The runtime's source files ---- */

static const char *in_arena(arena *a, strbuf *s) {
    const char *copy = arena_string(a, s->data, s->count);
    strbuf_free(s);
    return copy;
}

static bool is_source(const char *name) {
    size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".c") == 0;
}

/* Adds the C files of a folder to `sources` and its subfolders to `folders`, without those of WASI 0.2 if they are not wanted. */
static bool scan_folder(const char *folder, bool with_wasi2, arena *a, string_list *sources, string_list *folders) {
    system_names names;
    if (!system_list(folder, &names)) {
        report_errno(folder);
        return false;
    }
    for (size_t k = 0; k < names.count; k++) {
        strbuf path = {0};
        strbuf_printf(&path, "%s/%s", folder, names.data[k]);
        const char *entry = in_arena(a, &path);
        if (is_source(entry))
            *vec_push(sources) = entry;
        else if ((with_wasi2 || strcmp(names.data[k], "wasi2") != 0) && system_is_directory(entry))
            *vec_push(folders) = entry;
    }
    system_free_names(&names);
    return true;
}

static bool find_sources(const toolchain *t, arena *a, string_list *sources) {
    if (!t->sources) {
        fputs("wasmelt: error: the runtime's sources are not installed\n", stderr);
        return false;
    }
    if (toolchain_is_for_small_system(t)) {
        toolchain_sources_for_small_systems(t, a, sources);
        return true;
    }
    const bool with_wasi2 = !toolchain_is_for_windows(t); /* its sockets are for POSIX */
    string_list folders = {0};
    *vec_push(&folders) = t->sources;
    bool ok = true;
    for (size_t k = 0; ok && k < folders.count; k++)
        ok = scan_folder(folders.data[k], with_wasi2, a, sources, &folders);
    vec_free(&folders);
    return ok;
}

/* ---- Compiling ---- */

/* Compiles the runtime into the archive `output`, with its objects in the directory `scratch`. */
static int make(toolchain *t, const options *o, const char *scratch, const char *output) {
    arena a = {0};
    string_list sources = {0}, objects = {0};
    int status = EXIT_INPUT;
    if (find_sources(t, &a, &sources)) {
        string_list *commands = arena_array(&a, sources.count, sizeof *commands);
        for (size_t k = 0; k < sources.count; k++) {
            strbuf object = {0};
            strbuf_printf(&object, "%s/runtime_%zu.o", scratch, k);
            *vec_push(&objects) = in_arena(&a, &object);
            toolchain_compile_runtime(t, o, &a, sources.data[k], objects.data[k], &commands[k]);
        }
        status = compile_commands(o, commands, sources.data, sources.count, NULL);
        for (size_t k = 0; k < sources.count; k++)
            vec_free(&commands[k]);
        if (status == 0) {
            options archive = *o;
            archive.emit = EMIT_LIB;
            status = compile_link(t, &archive, &objects, output, &a);
        }
    }
    vec_free(&sources);
    vec_free(&objects);
    arena_free(&a);
    return status;
}

/* Stores the archive in the cache, if there is one. */
static void keep(const cache *c, const char *key, const options *o, const char *made) {
    uint64_t limit;
    if (c->fd >= 0 && cache_limit(o, &limit) && cache_store(c, key, made, "runtime for another machine"))
        cache_trim(c, limit);
}

/* Copies the runtime from the cache to `to`; false if it is not there. */
static bool find(const cache *c, const char *key, const char *to) {
    int held = cache_find(c, key); /* kept open, and so in the cache, while it is copied */
    bool found = held >= 0 && cache_copy(c, key, to);
    system_close(held);
    return found;
}

/* Puts the runtime at `goal`, a new file, from the cache or newly compiled. The linker gets this copy because a path into the cache may
 * lead to another file by the time it runs. */
static int find_or_make(toolchain *t, const options *o, const cache *c, const char *scratch, const char *goal) {
    char key[HASH_TEXT] = "";
    int lock = -1;
    bool found = false;
    if (c->fd >= 0) {
        identity_of_runtime(o, t, key);
        found = find(c, key, goal);
        if (!found) {
            lock = cache_lock(c, key);
            found = find(c, key, goal);
        }
    }
    int status = 0;
    if (!found) {
        system_remove(goal); /* what was copied in part */
        status = make(t, o, scratch, goal);
        if (status == 0)
            keep(c, key, o, goal);
    }
    cache_unlock(c, key, lock);
    return status;
}

int foreign_runtime(toolchain *t, const options *o, const char *scratch, arena *a) {
    cache c;
    strbuf why = {0}, goal = {0};
    uint64_t limit;
    if (t->chosen || !toolchain_is_foreign(t, o, a))
        return 0;
    if (!cache_limit(o, &limit))
        return EXIT_USAGE;
    if (limit == 0)
        c = (cache){.fd = -1};
    else
        cache_open(&c, &why); /* without a cache, it is compiled each time */
    strbuf_printf(&goal, "%s/" FOREIGN_RUNTIME, scratch);
    int status = find_or_make(t, o, &c, scratch, goal.data);
    t->runtime = in_arena(a, &goal);
    cache_close(&c);
    strbuf_free(&why);
    return status;
}

int run_runtime(const options *o) {
    arena a = {0};
    toolchain t = {0};
    strbuf scratch = {0}, made = {0};
    const char *output = o->output ? o->output : FOREIGN_RUNTIME;
    bool named = o->output || !system_exists(output);
    if (o->inputs.count > 0) {
        cli_error("runtime takes no input");
        return EXIT_USAGE;
    }
    if (!named) {
        say(stderr, "wasmelt: %s: error: exists; name it with -o to have it replaced\n", output);
        return EXIT_INPUT;
    }
    process_catch_signals();
    int status = toolchain_find(&t, o, &a) && output_can_write(output) ? output_scratch(&scratch) : EXIT_INPUT;
    if (status == 0) {
        strbuf_printf(&made, "%s/" FOREIGN_RUNTIME, scratch.data);
        status = make(&t, o, scratch.data, made.data);
        if (status == 0 && !output_move(made.data, output))
            status = report_errno(output);
        system_remove_tree(scratch.data);
    }
    strbuf_free(&made);
    strbuf_free(&scratch);
    toolchain_free(&t);
    arena_free(&a);
    process_end_if_stopped();
    return status;
}
