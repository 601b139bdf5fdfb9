#include "driver/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/say.h"
#include "driver/cache.h"
#include "driver/hash.h"
#include "driver/identity.h"
#include "driver/input.h"
#include "driver/output.h"
#include "driver/produce.h"
#include "driver/report.h"
#include "system/process.h"
#include "system/system.h"

enum { EXIT_CANNOT_RUN = 126 };

/* ---- Executing the program in place of this process ---- */

/* The executable's argv: the module's name, then the options for the executable, then the program's own arguments. */
static char **command_line(const options *o) {
    VEC(char *) words = {0};
    *vec_push(&words) = (char *)o->inputs.data[0];
    for (size_t k = 0; k < o->program_options.count; k++)
        *vec_push(&words) = (char *)o->program_options.data[k];
    *vec_push(&words) = "--";
    for (char **argument = o->arguments; *argument; argument++)
        *vec_push(&words) = *argument;
    *vec_push(&words) = NULL;
    return words.data;
}

static int cannot_run(const char *path) {
    say(stderr, "wasmelt: %s: error: cannot be run: %s%s\n", path, strerror(errno),
        errno == EACCES ? " (is its file system mounted noexec?)" : "");
    return EXIT_CANNOT_RUN;
}

static int become(const options *o, const cache *c, const char *key) {
    char **words = command_line(o);
    process_end_if_stopped();
    cache_execute(c, key, words);
    int status = cannot_run(c->path.data);
    free(words);
    return status;
}

/* Executes a program that is not kept; its directory is removed. */
static int become_unnamed(const options *o, const char *path, const char *directory) {
    char **words = command_line(o);
    int status = process_become(path, words, directory);
    if (status == -1)
        status = cannot_run(path);
    free(words);
    return status;
}

/* ---- Compiling ---- */

typedef struct task {
    const options *o;
    toolchain tools;
    arena strings; /* of `tools` */
    span input;
    cache cache; /* its `fd` is -1 if there is no cache */
    char key[HASH_TEXT];
    char file_key[HASH_TEXT]; /* the key made from the input file's number and times (identity_of_file); "" if it has none */
    system_stamp file;
    uint64_t limit;
} task;

static void note(const char *what, const char *why) {
    say(stderr, "wasmelt: note: %s: %s\n", what, why);
}

/* Puts a finished program into the cache. Returns a descriptor that keeps it there, or -1 if it could not be stored. */
static int keep(const task *t, const char *made) {
    if (t->cache.fd < 0)
        return -1;
    if (!cache_store(&t->cache, t->key, made, t->o->inputs.data[0])) {
        note("the executable is not kept", strerror(errno));
        return -1;
    }
    int held = cache_find(&t->cache, t->key);
    cache_trim(&t->cache, t->limit);
    return held;
}

/* Executes a program from the cache. First notes which key the input file stands for, so that the file need not be read next time. Not
 * if the file was changed less than two seconds ago: another change soon after might leave its times the same. */
static int become_kept(const task *t) {
    enum { SETTLED = 2 }; /* seconds */
    system_stamp now;
    if (*t->file_key && system_stamp_of(t->o->inputs.data[0], &now) && now.number == t->file.number && now.changed == t->file.changed &&
        now.changed / 1000000000 + SETTLED < time(NULL))
        cache_remember(&t->cache, t->file_key, t->key);
    return become(t->o, &t->cache, t->key);
}

/* Compiles the input and executes the result. */
static int compile_and_run(task *t, int lock) {
    const options *o = t->o;
    strbuf directory = {0}, made = {0};
    if (output_scratch(&directory) != 0) {
        strbuf_free(&directory);
        return EXIT_INPUT;
    }
    strbuf_printf(&made, "%s/program" SYSTEM_EXECUTABLE, directory.data);
    if (o->progress) {
        fputs("\r\033[K", stderr);
        say(stderr, "compiling %s", o->inputs.data[0]);
        fputc('\r', stderr);
    }
    int status = produce_loaded(o, &t->tools, &t->strings, t->input, made.data);
    if (o->progress)
        fputs("\r\033[K", stderr);
    int held = status == 0 ? keep(t, made.data) : -1; /* stays open until the program ends */
    cache_unlock(&t->cache, t->key, lock);
    if (status == 0 && held < 0) {
        status = become_unnamed(o, made.data, directory.data);
    } else {
        system_remove_tree(directory.data);
        if (held >= 0)
            status = become_kept(t);
    }
    strbuf_free(&directory);
    strbuf_free(&made);
    return status;
}

static int find_or_compile(task *t) {
    int lock = -1, held = -1;
    if (t->cache.fd >= 0) {
        held = cache_find(&t->cache, t->key);
        if (held < 0) {
            lock = cache_lock(&t->cache, t->key);
            held = cache_find(&t->cache, t->key); /* another process may have made it while this one waited */
            if (held >= 0)
                cache_unlock(&t->cache, t->key, lock);
        }
    }
    return held >= 0 ? become_kept(t) : compile_and_run(t, lock);
}

/* Executes the program that the input file is known to stand for. Returns if none is known. */
static void try_known(task *t) {
    const char *path = t->o->inputs.data[0];
    if (strcmp(path, "-") == 0 || !system_stamp_of(path, &t->file))
        return;
    identity_of_file(t->o, &t->tools, &t->file, t->file_key);
    if (cache_recall(&t->cache, t->file_key, t->key) && cache_find(&t->cache, t->key) >= 0)
        become(t->o, &t->cache, t->key);
}

int run_program(const options *o) {
    task t = {.o = o, .cache = {.fd = -1}};
    strbuf why = {0};
    if (o->inputs.count == 0)
        cli_error("no input file");
    if (o->inputs.count == 0 || !cache_limit(o, &t.limit))
        return EXIT_USAGE;
    process_catch_signals();
    if (t.limit > 0 && !cache_open(&t.cache, &why))
        note("the executable is not kept", why.data);
    bool ok = toolchain_find(&t.tools, o, &t.strings), is_kept = ok && t.cache.fd >= 0;
    if (is_kept)
        try_known(&t);
    ok = ok && input_load(o->inputs.data[0], &t.input);
    if (ok && is_kept)
        identity_of_executable(o, &t.tools, t.input, t.key);
    int status = ok ? find_or_compile(&t) : EXIT_INPUT;
    cache_close(&t.cache);
    toolchain_free(&t.tools);
    arena_free(&t.strings);
    strbuf_free(&why);
    input_free(&t.input);
    process_end_if_stopped();
    return status;
}

/* ---- cache ---- */

static void print_entry(const cache_entry *e) {
    char when[32];
    time_t seconds = (time_t)(e->used / 1000000000);
    const struct tm *local = localtime(&seconds); /* no other thread is there */
    if (!local || strftime(when, sizeof when, "%Y-%m-%d %H:%M", local) == 0)
        snprintf(when, sizeof when, "?");
    say(stdout, "%10.1f MB  %s  %s\n", (double)e->size / 1e6, when, !e->sound ? "(damaged)" : e->source ? e->source : "");
}

static int show(const cache *c, uint64_t limit) {
    cache_list list = {0};
    uint64_t total = 0;
    cache_entries(c, &list);
    for (size_t k = 0; k < list.count; k++) {
        print_entry(&list.data[k]);
        total += list.data[k].size;
    }
    say(stdout, "%10.1f MB of %.1f in %zu executable%s in %s\n", (double)total / 1e6, (double)limit / 1e6, list.count,
        list.count == 1 ? "" : "s", c->path.data);
    cache_entries_free(&list);
    return 0;
}

int run_cache(const options *o) {
    cache c;
    strbuf why = {0};
    uint64_t limit;
    const char *what = o->inputs.count > 0 ? o->inputs.data[0] : "show";
    if (o->inputs.count > 1 || (strcmp(what, "show") != 0 && strcmp(what, "clear") != 0)) {
        cli_error("cache takes 'show' or 'clear'");
        return EXIT_USAGE;
    }
    if (!cache_limit(o, &limit))
        return EXIT_USAGE;
    if (!cache_open(&c, &why)) {
        say(stderr, "wasmelt: error: there is no cache: %s\n", why.data);
        strbuf_free(&why);
        return EXIT_INPUT;
    }
    int status = 0;
    if (strcmp(what, "clear") == 0)
        cache_trim(&c, 0);
    else
        status = show(&c, limit);
    cache_close(&c);
    return status;
}
