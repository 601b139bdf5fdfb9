#include "compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process.h"
#include "toolchain.h"

static const char *path_in(arena *a, const char *directory, const char *name, const char *suffix) {
    size_t length = strlen(directory) + strlen(name) + strlen(suffix) + 2;
    char *path = arena_alloc(a, length);
    snprintf(path, length, "%s/%s%s", directory, name, suffix);
    return path;
}

/* ---- Largest first: the last to end then is a short one ---- */

typedef struct source {
    const char *name;
    off_t size;
} source;

static int by_size(const void *left, const void *right) {
    const source *a = left, *b = right;
    return a->size > b->size ? -1 : a->size < b->size;
}

static source *sorted_sources(const translate_result *files, const char *directory, arena *a) {
    source *list = arena_array(a, files->sources.count, sizeof *list);
    for (size_t k = 0; k < files->sources.count; k++) {
        struct stat st;
        list[k].name = files->sources.data[k];
        list[k].size = stat(path_in(a, directory, list[k].name, ""), &st) == 0 ? st.st_size : 0;
    }
    qsort(list, files->sources.count, sizeof *list, by_size);
    return list;
}

/* ---- Showing what goes on ---- */

typedef struct display {
    const options *o;
    const string_list *commands;
    const source *sources;
    size_t count;
} display;

static void print_command(const string_list *command) {
    for (size_t k = 0; command->data[k]; k++)
        fprintf(stderr, "%s%s", k ? " " : "", command->data[k]);
    fputc('\n', stderr);
}

static void show_start(void *context, size_t which) {
    const display *d = context;
    if (d->o->verbose)
        print_command(&d->commands[which]);
    else if (d->o->progress && d->count > 1)
        fprintf(stderr, "\r\033[K[%zu/%zu] %s", which + 1, d->count, d->sources[which].name);
}

static void clear_progress(const options *o, size_t count) {
    if (!o->verbose && o->progress && count > 1)
        fputs("\r\033[K", stderr);
}

static int report(int status, const char *program) {
    if (status == PROCESS_NOT_FOUND)
        fprintf(stderr, "wasmelt: error: '%s' not found\n", program);
    else if (status > 128)
        fprintf(stderr, "wasmelt: error: '%s' was killed by signal %d\n", program, status - 128);
    else if (status > 0)
        fprintf(stderr, "wasmelt: error: '%s' failed\n", program);
    return status == 0 ? 0 : EXIT_INPUT;
}

/* ---- Compiling and linking ---- */

static int compile_all(const toolchain *t, const options *o, const source *sources, size_t count, const char *directory,
                       const char *scratch, arena *a, string_list *objects) {
    string_list *commands = arena_array(a, count, sizeof *commands);
    const char *const **argvs = arena_array(a, count, sizeof *argvs);
    for (size_t k = 0; k < count; k++) {
        const char *object = path_in(a, scratch, sources[k].name, ".o");
        *vec_push(objects) = object;
        toolchain_compile(t, o, a, path_in(a, directory, sources[k].name, ""), object, &commands[k]);
        argvs[k] = commands[k].data;
    }
    display d = {o, commands, sources, count};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t jobs = o->jobs ? o->jobs : processors > 0 ? (uint32_t)processors : 1;
    int status = process_run_all(&(command_list){argvs, count, show_start, &d}, jobs);
    clear_progress(o, count);
    for (size_t k = 0; k < count; k++)
        vec_free(&commands[k]);
    return report(status, t->compiler.data[0]);
}

static int link_all(const toolchain *t, const options *o, const string_list *objects, const char *output, arena *a) {
    string_list command = {0};
    toolchain_link(t, o, a, objects, output, &command);
    if (o->verbose)
        print_command(&command);
    int status = report(process_run(command.data), command.data[0]);
    vec_free(&command);
    return status;
}

static int link_to(const toolchain *t, const options *o, const string_list *objects, const char *scratch,
                   const char *output, arena *a) {
    const char *made = path_in(a, scratch, "output", "");
    if (o->emit == EMIT_OBJ && objects->count == 1) {
        made = objects->data[0];
    } else {
        int status = link_all(t, o, objects, made, a);
        if (status != 0)
            return status;
    }
    if (move_file(made, output))
        return 0;
    fprintf(stderr, "wasmelt: %s: error: %s\n", output, strerror(errno));
    return EXIT_INPUT;
}

int compile(const options *o, const translate_result *files, const char *directory, const char *scratch,
            const char *output) {
    arena a = {0};
    toolchain t = {0};
    string_list objects = {0};
    int status = EXIT_INPUT;
    if (toolchain_find(&t, o, &a)) {
        const source *sources = sorted_sources(files, directory, &a);
        status = compile_all(&t, o, sources, files->sources.count, directory, scratch, &a, &objects);
        if (status == 0)
            status = link_to(&t, o, &objects, scratch, output, &a);
    }
    for (size_t k = 0; k < objects.count; k++)
        unlink(objects.data[k]);
    vec_free(&objects);
    toolchain_free(&t);
    arena_free(&a);
    return status;
}

/* ---- Moving ---- */

static bool copy_bytes(int in, int out) {
    char buffer[1 << 16];
    for (;;) {
        ssize_t got = read(in, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(out, buffer + done, (size_t)(got - done));
            if (put < 0 && errno != EINTR)
                return false;
            done += put > 0 ? put : 0;
        }
    }
}

/* Beside the goal first, then renamed, so that nobody sees half a file. */
static bool copy_file(const char *from, const char *to, mode_t mode) {
    char temporary[4096];
    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", to) >= (int)sizeof temporary) {
        errno = ENAMETOOLONG;
        return false;
    }
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return false;
    int out = mkstemp(temporary);
    bool ok = out >= 0 && copy_bytes(in, out) && fchmod(out, mode) == 0;
    close(in);
    if (out >= 0)
        ok = close(out) == 0 && ok;
    ok = ok && rename(temporary, to) == 0;
    if (!ok && out >= 0) {
        int error = errno;
        unlink(temporary);
        errno = error;
    }
    return ok;
}

bool move_file(const char *from, const char *to) {
    struct stat st;
    if (stat(from, &st) != 0)
        return false;
    if (rename(from, to) == 0)
        return true;
    if (errno != EXDEV || !copy_file(from, to, st.st_mode & 0777))
        return false;
    unlink(from);
    return true;
}
