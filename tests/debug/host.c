/* A host that asks for backtraces: prints the frames of traps in two threads, one after the other and at the same
 * time. With an argument "abort" a trap ends the process. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

#include "lib.h"

static int shown;

static bool show(void *context, const wasmelt_frame *f) {
    shown++;
    printf("%s%s#%d %s", (const char *)context, f->module ? f->module : "-", (int)f->index, f->name);
    printf(" %x+%x %s:%u\n", f->function_offset, f->offset, f->file ? strrchr(f->file, '/') + 1 : "-", f->line);
    return true;
}

static bool count_them(void *context, const wasmelt_frame *f) {
    (void)f;
    ++*(int *)context;
    return true;
}

void WASMELT_IMPORT(lib, env, host)(void *context, uint32_t n) {
    (void)context;
    if (n == 7)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

typedef struct job {
    lib *instance;
    uint32_t argument;
} job;

static void body(void *argument) {
    job *j = argument;
    lib_outer(j->instance, j->argument);
}

static void run(uint32_t argument, const char *title) {
    wasmelt_error error;
    lib_imports imports = {0};
    job j = {.argument = argument};
    if (lib_instantiate(&imports, &j.instance, &error) != WASMELT_OK)
        exit(2);
    wasmelt_trap_code code = wasmelt_run(body, &j, NULL);
    printf("%s: %s\n", title, wasmelt_trap_message(code));
    wasmelt_backtrace_visit(show, "  ");
    lib_instance_free(j.instance);
}

static void *thread(void *argument) {
    int count = 0;
    wasmelt_backtrace_visit(count_them, &count); /* nothing has trapped here yet */
    if (count != 0)
        exit(3);
    run(5, argument);
    wasmelt_backtrace_visit(count_them, &count);
    if (count != 1)
        exit(4);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t other;
    setvbuf(stdout, NULL, _IOLBF, 0);
    run(0, "off");
    if (shown)
        return 5;
    if (argc > 1 && strcmp(argv[1], "abort") == 0)
        wasmelt_abort_on_trap(true);
    wasmelt_backtrace_enable(true);
    run(0, "zero");
    if (pthread_create(&other, NULL, thread, "thread") != 0)
        return 2;
    pthread_join(other, NULL);
    run(7, "host");
    fflush(stdout);
    wasmelt_backtrace_enable(false);
    shown = 0;
    run(0, "off");
    return shown ? 5 : 0;
}
