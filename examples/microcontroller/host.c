/* A microcontroller runs a module: its output goes to the serial line, and what it does wrong ends the call and not the firmware.
 * The Makefile builds it for the MPS2 board with a Cortex-M3 that QEMU emulates. */
#include <stdio.h>
#include <string.h>

#include <wasmelt/small.h>
#include <wasmelt/wasi.h>

#include "app.h"
#include "board.h"

/* ---- What the runtime asks for ---- */

/* The stack is the top of the RAM. Handlers of interrupts have the room below what modules may use. */
void wasmelt_host_stack(uintptr_t *low, uintptr_t *high) {
    enum { FOR_HANDLERS = 512 };
    *low = (uintptr_t)board_stack_low + FOR_HANDLERS;
    *high = (uintptr_t)board_stack_high;
}

void wasmelt_host_panic(const char *what, const char *why) {
    board_write(what, strlen(what));
    board_write(why, strlen(why));
    board_stop(1);
}

/* ---- What the module sees ---- */

static int64_t write_serial(void *context, const void *bytes, size_t length) {
    (void)context;
    board_write(bytes, length);
    return (int64_t)length;
}

static bool now(void *context, uint32_t clock, uint64_t *nanoseconds) {
    (void)context;
    *nanoseconds = board_microseconds() * 1000;
    return clock == 1;
}

static const wasmelt_wasi_stream serial = {.write = write_serial};
static const wasmelt_wasi_hooks hooks = {.now = now};

/* ---- Calls ---- */

static void say(const char *what, wasmelt_trap_code code, unsigned number) {
    char line[100];
    snprintf(line, sizeof line, "%s: %s, %u\n", what, wasmelt_trap_message(code), number);
    board_write(line, strlen(line));
}

typedef struct job {
    app *instance;
    uint32_t number;
} job;

static void squares(void *argument) {
    job *j = argument;
    j->number = app_sum_of_squares(j->instance, j->number);
}

static void load(void *argument) {
    job *j = argument;
    j->number = app_load(j->instance, j->number);
}

static void depth(void *argument) {
    job *j = argument;
    j->number = app_depth(j->instance, j->number);
}

static void start(void *argument) {
    app__start(((job *)argument)->instance);
}

static void run(const char *what, void (*body)(void *), app *instance, uint32_t number) {
    job j = {instance, number};
    wasmelt_trap trap;
    wasmelt_trap_code code = wasmelt_run(body, &j, &trap);
    say(what, code, code == WASMELT_TRAP_EXIT ? (unsigned)trap.exit_status : j.number);
}

int main(void) {
    wasmelt_wasi *wasi = wasmelt_wasi_new();
    app_imports imports = {.context_wasi_snapshot_preview1 = wasi};
    wasmelt_options options = {.memory.maximum_bytes = 256 * 1024};
    wasmelt_error error;
    app *instance;
    if (!wasi || !wasmelt_wasi_add_arg(wasi, "app") || wasmelt_wasi_set_stream(wasi, 1, &serial, NULL) != 0)
        wasmelt_host_panic("no memory", "");
    wasmelt_wasi_set_hooks(wasi, &hooks, NULL);
    if (app_instantiate_with(&imports, &options, &instance, &error) != WASMELT_OK)
        wasmelt_host_panic("app", error.message);
    run("squares", squares, instance, 100);
    run("load", load, instance, 0xfffffff0);
    run("depth", depth, instance, 10);
    run("depth", depth, instance, 1000000);
    run("start", start, instance, 0);
    run("squares", squares, instance, 10);
    app_instance_free(instance);
    wasmelt_wasi_free(wasi);
    board_stop(0);
}
