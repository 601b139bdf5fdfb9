#include "driver/identity.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <wasmelt/version.h>

#include "base/strbuf.h"

/* Adds a file's name, size and time, which change when a compiler or this program is updated. */
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

/* Adds the files in a directory, without those in its subdirectories. */
static void add_directory(hash *h, const char *directory) {
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

/* Adds the compiler and the other words of its command, as in "ccache gcc -m32". */
static void add_compiler(hash *h, const string_list *words) {
    strbuf path = {0};
    for (size_t k = 0; k < words->count; k++) {
        hash_add_text(h, words->data[k]);
        if (words->data[k][0] != '-' && toolchain_program(words->data[k], &path))
            add_file(h, path.data);
    }
    strbuf_free(&path);
}

/* Adds the environment variables that compilers and linkers read. */
static void add_environment(hash *h) {
    static const char *const names[] = {"CPATH",           "C_INCLUDE_PATH",    "COMPILER_PATH", "LIBRARY_PATH",
                                        "GCC_EXEC_PREFIX", "GCC_COMPARE_DEBUG", "LD_RUN_PATH",   "SOURCE_DATE_EPOCH"};
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
    while (f && fgets(line, sizeof line, f) && line[0] != '\n') /* up to the end of the first processor's description */
        if (strncmp(line, "model name", 10) == 0 || strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0)
            hash_add_text(h, line);
    if (f)
        fclose(f);
}

/* Adds what every result depends on: this program, the headers, the compiler and its environment. */
static void add_tools(hash *h, const options *o, const toolchain *t) {
    strbuf headers = {0};
    hash_add_text(h, WASMELT_VERSION);
    add_file(h, "/proc/self/exe");
    strbuf_printf(&headers, "%s/wasmelt", t->include_flag + 2); /* skips -I */
    add_directory(h, headers.data);
    strbuf_printf(&headers, "/code");
    add_directory(h, headers.data);
    strbuf_free(&headers);
    add_compiler(h, &t->compiler);
    add_environment(h);
    add_machine(h, o);
}

static void add_texts(hash *h, const string_list *texts) {
    hash_add_number(h, texts->count);
    for (size_t k = 0; k < texts->count; k++)
        hash_add_text(h, texts->data[k]);
}

/* Adds everything that an executable depends on except the input. */
static void add_executable(hash *h, const char *kind, const options *o, const toolchain *t) {
    hash_add_text(h, kind);
    add_tools(h, o, t);
    add_file(h, t->runtime);
    hash_add_text(h, o->optimize ? o->optimize : "");
    add_texts(h, &o->given);
}

void identity_of_executable(const options *o, const toolchain *t, span input, char key[HASH_TEXT]) {
    hash *h = hash_new();
    add_executable(h, "executable", o, t);
    hash_add(h, input.bytes, input.length);
    hash_end(h, key);
}

void identity_of_file(const options *o, const toolchain *t, const struct stat *st, char key[HASH_TEXT]) {
    hash *h = hash_new();
    add_executable(h, "file", o, t);
    hash_add_number(h, (uint64_t)st->st_dev);
    hash_add_number(h, (uint64_t)st->st_ino);
    hash_add_number(h, (uint64_t)st->st_size);
    hash_add_number(h, (uint64_t)st->st_mtim.tv_sec);
    hash_add_number(h, (uint64_t)st->st_mtim.tv_nsec);
    hash_add_number(h, (uint64_t)st->st_ctim.tv_sec);
    hash_add_number(h, (uint64_t)st->st_ctim.tv_nsec);
    hash_end(h, key);
}

void identity_of_runtime(const options *o, const toolchain *t, char key[HASH_TEXT]) {
    hash *h = hash_new();
    hash_add_text(h, "runtime");
    add_tools(h, o, t);
    add_directory(h, t->sources);
    add_file(h, t->runtime); /* the installed runtime stands for the sources: it is rebuilt whenever one of them changes */
    add_texts(h, &o->cflags);
    hash_end(h, key);
}
