/* Goes through the life of a module in a process, phase by phase: test_process.py traces its system calls. Before and at the end it prints
 * what the process has. With the argument "promise" it promises not to block signals. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasmelt/wasmelt.h>

#include "app.h"

#define CHECK(condition) ((condition) ? (void)0 : (fprintf(stderr, "line %d: %s\n", __LINE__, #condition), exit(1)))

/* A system call that fails, for the trace. */
static void phase(const char *name) {
    ssize_t written = write(-1, name, strlen(name));
    (void)written;
}

/* Copies a file of /proc/self, or the lines of it that contain `word`, without the C library's buffers. */
static void show(const char *path, const char *word) {
    static char text[1 << 16];
    size_t length = 0;
    ssize_t got;
    int fd = open(path, O_RDONLY);
    CHECK(fd >= 0);
    while ((got = read(fd, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)got;
    close(fd);
    text[length] = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (strstr(line, word) && !strstr(line, "[heap]") && !strstr(line, "[stack]"))
            dprintf(1, "%s\n", line);
}

static void show_all(void) {
    stack_t alternate;
    CHECK(sigaltstack(NULL, &alternate) == 0);
    show("/proc/self/maps", "");
    show("/proc/self/status", "SigP"); /* not SigQ: signals for all processes of the user */
    show("/proc/self/status", "SigB");
    show("/proc/self/status", "SigI");
    show("/proc/self/status", "SigC");
    show("/proc/self/status", "Shd");
    show("/proc/self/status", "Threads");
    show("/proc/self/timers", "");
    dprintf(1, "alternate stack %d, the next descriptor %d\n", alternate.ss_flags, dup(0));
    dprintf(1, "----\n");
}

static wasmelt_instance *instance;

static wasmelt_trap_code call(const char *name) {
    wasmelt_extern function;
    wasmelt_value values[2] = {{.i32 = 2}, {.i32 = 3}};
    CHECK(wasmelt_export(instance, name, &function));
    return wasmelt_call(function.func, values, values, NULL);
}

static void spin(void *unused) {
    (void)unused;
    app_spin((app *)instance);
}

int main(int argc, char **argv) {
    close(dup(0));
    void *warm = malloc(100000); /* the C library's own first steps */
    free(warm);
    show_all();
    phase("prepare");
    CHECK(wasmelt_thread_prepare());
    phase("instance");
    CHECK(wasmelt_instantiate(&app_module, NULL, 0, &instance, NULL) == WASMELT_OK);
    if (argc > 1 && strcmp(argv[1], "promise") == 0)
        wasmelt_promise_unblocked(true);
    phase("calls");
    for (int k = 0; k < 100; k++)
        CHECK(call("add") == WASMELT_TRAP_NONE);
    phase("grow");
    CHECK(call("grow") == WASMELT_TRAP_NONE);
    phase("traps");
    CHECK(call("outside") == WASMELT_TRAP_MEMORY_BOUNDS);
    CHECK(call("deep") == WASMELT_TRAP_STACK_EXHAUSTED);
    phase("until");
    CHECK(wasmelt_run_until(wasmelt_deadline_in(5000000), spin, NULL, NULL) == WASMELT_TRAP_INTERRUPTED);
    phase("free");
    wasmelt_instance_free(instance);
    phase("leave");
    CHECK(wasmelt_thread_leave());
    CHECK(wasmelt_remove_handlers());
    phase("end");
    close(3); /* of the first dup */
    show_all();
    return 0;
}
