#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <wasmelt/version.h>

#include "base/arena.h"
#include "cache.h"
#include "hash.h"
#include "input.h"
#include "process.h"
#include "produce.h"
#include "report.h"
#include "toolchain.h"

enum { EXIT_CANNOT_RUN = 126 };

#define DEFAULT_CACHE_SIZE ((uint64_t)2 << 30)

extern char **environ;

/* ---- The key: all that the executable depends on ---- */

/* A file by its name, size and time: what an update of a compiler or of this program changes. */
static void add_file(hash *h, const char *path) {
    struct stat st;
    char *real = realpath(path, NULL);
    hash_add_text(h, real);
    free(real);
    if (stat(path, &st) != 0)
        st = (struct stat){0};
    hash_add_number(h, (uint64_t)st.st_size);
    hash_add_number(h, (uint64_t)st.st_mtim.tv_sec);
    hash_add_number(h, (uint64_t)st.st_mtim.tv_nsec);
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static void add_headers(hash *h, const char *directory) {
    struct dirent **names;
    strbuf path = {0};
    int count = scandir(directory, &names, NULL, by_name);
    for (int k = 0; k < count; k++) {
        strbuf_clear(&path);
        strbuf_printf(&path, "%s/%s", directory, names[k]->d_name);
        if (names[k]->d_name[0] != '.')
            add_file(h, path.data);
        free(names[k]);
    }
    if (count >= 0)
        free(names);
    strbuf_free(&path);
}

/* The compiler, and what stands before it, as in "ccache gcc -m32". */
static void add_compiler(hash *h, const string_list *words) {
    strbuf path = {0};
    for (size_t k = 0; k < words->count; k++) {
        hash_add_text(h, words->data[k]);
        if (words->data[k][0] != '-' && toolchain_program(words->data[k], &path))
            add_file(h, path.data);
    }
    strbuf_free(&path);
}

/* Variables that compilers and linkers read. */
static void add_environment(hash *h) {
    static const char *const names[] = {"CPATH",           "C_INCLUDE_PATH", "COMPILER_PATH", "LIBRARY_PATH",
                                        "GCC_EXEC_PREFIX", "GCC_COMPARE_DEBUG", "LD_RUN_PATH", "SOURCE_DATE_EPOCH"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        hash_add_text(h, getenv(names[k]));
}

static void add_machine(hash *h, const options *o) {
    struct utsname u;
    if (uname(&u) == 0)
        hash_add_text(h, u.machine);
    bool native = false;
    for (size_t k = 0; k < o->cflags.count; k++)
        native = native || strstr(o->cflags.data[k], "native");
    FILE *f = native ? fopen("/proc/cpuinfo", "re") : NULL;
    char line[8192];
    while (f && fgets(line, sizeof line, f) && line[0] != '\n') /* the first processor's features */
        if (strncmp(line, "model name", 10) == 0 || strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0)
            hash_add_text(h, line);
    if (f)
        fclose(f);
}

static bool make_key(const options *o, span input, char key[HASH_TEXT]) {
    arena a = {0};
    toolchain t = {0};
    bool found = toolchain_find(&t, o, &a);
    if (found && hash_available()) {
        hash *h = hash_new();
        hash_add_text(h, WASMELT_VERSION);
        add_file(h, "/proc/self/exe");
        add_file(h, t.runtime);
        strbuf headers = {0};
        strbuf_printf(&headers, "%s/wasmelt", t.include_flag + 2);
        add_headers(h, headers.data);
        strbuf_free(&headers);
        add_compiler(h, &t.compiler);
        hash_add_text(h, o->optimize);
        hash_add_number(h, o->given.count);
        for (size_t k = 0; k < o->given.count; k++)
            hash_add_text(h, o->given.data[k]);
        add_environment(h);
        add_machine(h, o);
        hash_add(h, input.bytes, input.length);
        hash_end(h, key);
    }
    toolchain_free(&t);
    arena_free(&a);
    return found;
}

/* ---- Becoming the program ---- */

/* argv[0] is the module's name, then what the program gets, then its own arguments. */
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
    fprintf(stderr, "wasmelt: %s: error: cannot be run: %s%s\n", path, strerror(errno),
            errno == EACCES ? " (is its file system mounted noexec?)" : "");
    return EXIT_CANNOT_RUN;
}

static int become(const options *o, const char *path) {
    char **words = command_line(o);
    process_end_if_stopped();
    execv(path, words);
    int status = cannot_run(path);
    free(words);
    return status;
}

/* A program whose file has no name any more. */
static int become_unnamed(const options *o, int fd, const char *path) {
    char **words = command_line(o);
    process_end_if_stopped();
    fexecve(fd, words, environ);
    int status = cannot_run(path);
    free(words);
    return status;
}

/* ---- Compiling ---- */

typedef struct task {
    const options *o;
    span input;
    cache cache; /* its descriptor is -1 when there is none */
    char key[HASH_TEXT];
    uint64_t limit;
} task;

static void note(const char *what, const char *why) {
    fprintf(stderr, "wasmelt: note: %s: %s\n", what, why);
}

/* Puts a finished program into the cache; the descriptor that keeps it there, -1 if it is not. */
static int keep(const task *t, const char *made, strbuf *program) {
    if (t->cache.fd < 0)
        return -1;
    if (!cache_store(&t->cache, t->key, made, t->o->inputs.data[0])) {
        note("the executable is not kept", strerror(errno));
        return -1;
    }
    int held = cache_find(&t->cache, t->key, program);
    cache_trim(&t->cache, t->limit);
    return held;
}

/* Compiles, and becomes what comes of it. */
static int compile_and_run(const task *t, int lock) {
    const options *o = t->o;
    const char *parent = getenv("TMPDIR");
    strbuf directory = {0}, made = {0}, program = {0};
    strbuf_printf(&directory, "%s/wasmelt-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(directory.data))
        return report_errno(parent && *parent ? parent : "/tmp");
    strbuf_printf(&made, "%s/program", directory.data);
    if (o->progress)
        fprintf(stderr, "\r\033[Kcompiling %s\r", o->inputs.data[0]);
    int status = produce_loaded(o, t->input, made.data);
    if (o->progress)
        fputs("\r\033[K", stderr);
    int held = status == 0 ? keep(t, made.data, &program) : -1; /* until the program ends */
    cache_unlock(&t->cache, t->key, lock);
    int fd = status == 0 && held < 0 ? open(made.data, O_RDONLY | O_CLOEXEC) : -1;
    unlink(made.data);
    rmdir(directory.data);
    if (held >= 0)
        status = become(o, program.data);
    else if (status == 0)
        status = become_unnamed(o, fd, made.data);
    if (fd >= 0)
        close(fd);
    strbuf_free(&directory);
    strbuf_free(&made);
    strbuf_free(&program);
    return status;
}

static int find_or_compile(const task *t) {
    strbuf program = {0};
    int lock = -1, held = -1;
    if (t->cache.fd >= 0) {
        held = cache_find(&t->cache, t->key, &program);
        if (held < 0) {
            lock = cache_lock(&t->cache, t->key);
            held = cache_find(&t->cache, t->key, &program); /* somebody else may have made it meanwhile */
            if (held >= 0)
                cache_unlock(&t->cache, t->key, lock);
        }
    }
    int status = held >= 0 ? become(t->o, program.data) : compile_and_run(t, lock);
    strbuf_free(&program);
    return status;
}

static bool find_limit(const options *o, uint64_t *limit) {
    const char *variable = getenv("WASMELT_CACHE_SIZE");
    *limit = DEFAULT_CACHE_SIZE;
    if (o->cache_size_given)
        *limit = o->cache_size;
    else if (variable && *variable && !cli_parse_size(variable, limit)) {
        cli_error("WASMELT_CACHE_SIZE=%s is not a number of bytes, or one like 500M or 2G", variable);
        return false;
    }
    return true;
}

int run_program(const options *o) {
    task t = {.o = o, .cache = {.fd = -1}};
    strbuf why = {0};
    if (o->inputs.count == 0)
        cli_error("no input file");
    if (o->inputs.count == 0 || !find_limit(o, &t.limit))
        return EXIT_USAGE;
    process_catch_signals();
    int status = EXIT_INPUT;
    if (input_load(o->inputs.data[0], &t.input) && make_key(o, t.input, t.key)) {
        if (t.limit > 0 && !cache_open(&t.cache, &why))
            note("the executable is not kept", why.data);
        status = find_or_compile(&t);
        cache_close(&t.cache);
    }
    strbuf_free(&why);
    input_free(&t.input);
    process_end_if_stopped();
    return status;
}

/* ---- cache ---- */

static void print_entry(const cache_entry *e) {
    char when[32];
    time_t seconds = (time_t)(e->used / 1000000000);
    struct tm local;
    if (!localtime_r(&seconds, &local) || strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local) == 0)
        snprintf(when, sizeof when, "?");
    printf("%10.1f MB  %s  %s\n", (double)e->size / 1e6, when,
           !e->sound ? "(damaged)" : e->source ? e->source : "");
}

static int show(const cache *c, uint64_t limit) {
    cache_list list = {0};
    uint64_t total = 0;
    cache_entries(c, &list);
    for (size_t k = 0; k < list.count; k++) {
        print_entry(&list.data[k]);
        total += list.data[k].size;
    }
    printf("%10.1f MB of %.1f in %zu executable%s in %s\n", (double)total / 1e6, (double)limit / 1e6, list.count,
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
    if (!find_limit(o, &limit))
        return EXIT_USAGE;
    if (!cache_open(&c, &why)) {
        fprintf(stderr, "wasmelt: error: there is no cache: %s\n", why.data);
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
