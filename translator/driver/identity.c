#include "driver/identity.h"

#include <stdlib.h>
#include <string.h>

#include <wasmelt/version.h>

#include "base/strbuf.h"
#include "system/system.h"

/* Adds a file's name, size and time, which change when a compiler or this program is updated. */
static void add_file(hash *h, const char *path) {
    system_stamp stamp = {0};
    char *real = system_real_path(path);
    hash_add_text(h, real);
    free(real);
    system_stamp_of(path, &stamp);
    hash_add_number(h, stamp.size);
    hash_add_number(h, (uint64_t)stamp.written);
}

/* Adds the files in a directory, without those in its subdirectories. */
static void add_directory(hash *h, const char *directory) {
    system_names names;
    strbuf path = {0};
    system_list(directory, &names);
    for (size_t k = 0; k < names.count; k++) {
        strbuf_clear(&path);
        strbuf_printf(&path, "%s/%s", directory, names.data[k]);
        add_file(h, path.data);
    }
    system_free_names(&names);
    strbuf_free(&path);
}

/* Adds the compiler and the other words of its command, as in "ccache gcc -m32". */
static void add_compiler(hash *h, const string_list *words) {
    strbuf path = {0};
    for (size_t k = 0; k < words->count; k++) {
        hash_add_text(h, words->data[k]);
        if (words->data[k][0] != '-' && system_find_program(words->data[k], &path))
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
    strbuf machine = {0};
    bool native = false;
    for (size_t k = 0; k < o->cflags.count; k++)
        native = native || strstr(o->cflags.data[k], "native");
    system_machine(&machine, native);
    hash_add_text(h, machine.data);
    strbuf_free(&machine);
}

/* Adds what every result depends on: this program, the headers, the compiler and its environment. */
static void add_tools(hash *h, const options *o, const toolchain *t) {
    strbuf headers = {0}, own = {0};
    hash_add_text(h, WASMELT_VERSION);
    system_own_path(&own);
    add_file(h, own.data ? own.data : "");
    strbuf_free(&own);
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

void identity_of_file(const options *o, const toolchain *t, const system_stamp *stamp, char key[HASH_TEXT]) {
    hash *h = hash_new();
    add_executable(h, "file", o, t);
    hash_add_number(h, stamp->device);
    hash_add_number(h, stamp->number);
    hash_add_number(h, stamp->size);
    hash_add_number(h, (uint64_t)stamp->written);
    hash_add_number(h, (uint64_t)stamp->changed);
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
