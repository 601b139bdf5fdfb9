/* The main function of an executable made from a component. */
#include <wasmelt/code/wave.h>

#include "../image.h"
#include "../wasi/command.h"
#include "host.h"

typedef struct running {
    const wasmelt_wasi2_program *program;
    const given *given;
    wasmelt_wasi2 host;
    void *instance;
    bool succeeded;
    int status;
} running;

static void call(void *argument) {
    running *r = argument;
    r->succeeded = r->program->run(r->instance);
}

/* Calls an export, or only checks the call's text. Returns an exit status. */
static int invoke(const wasmelt_wave_calls *calls, const char *text, void *instance, bool only_checks) {
    wasmelt_trap trap;
    const int status = calls->invoke(calls, text, instance, only_checks, &trap);
    return status == 0 ? wasmelt_rt_command_report(trap) : status;
}

static void run_in_limit(void *argument) {
    running *r = argument;
    wasmelt_error error;
    wasmelt_trap trap;
    const wasmelt_status made = r->program->make(&r->host, &r->given->options, &r->instance, &error);
    wasmelt_rt_image_release_files();
    if (made != WASMELT_OK)
        r->status = command_not_made(&error);
    else if (r->given->invoke)
        r->status = invoke(r->program->calls, r->given->invoke, r->instance, false);
    else if (wasmelt_run(call, r, &trap) != WASMELT_TRAP_NONE)
        r->status = wasmelt_rt_command_report(trap);
    else
        r->status = !r->succeeded;
}

static const char *not_utf8(const string_list *list) {
    for (uint32_t k = 0; k < list->count; k++)
        if (!wasmelt_rt_wasi_is_utf8((const uint8_t *)list->items[k], strlen(list->items[k])))
            return list->items[k];
    return NULL;
}

/* Gives what the options say. Returns an exit status. */
static int give_network(wasmelt_wasi2 *h, const string_list *list, bool listens) {
    for (uint32_t k = 0; k < list->count; k++) {
        const char *wrong = wasmelt_rt_wasi2_grant(h, list->items[k], listens);
        if (wrong)
            return wasmelt_rt_command_fail(listens ? "--listen" : "--connect", wrong);
    }
    return 0;
}

static int run(const void *program, wasmelt_wasi *w, const given *g) {
    const char *text = not_utf8(&w->args) ? not_utf8(&w->args) : not_utf8(&w->env);
    if (text)
        return wasmelt_rt_command_fail(text, "arguments and variables of this program have to be UTF-8");
    running r = {.program = program, .given = g};
    if (g->heap_statistics)
        return wasmelt_rt_command_fail("--heap-statistics", "not for a component");
    if (g->invoke && !r.program->calls)
        return wasmelt_rt_command_fail("--invoke",
                                       "this executable only runs the component's program; 'wasmelt run --invoke' calls other functions");
    if (g->invoke)
        r.status = invoke(r.program->calls, g->invoke, NULL, true);
    if (r.status == 0)
        r.status = wasmelt_rt_command_fuel(g, r.program->counts_fuel);
    if (r.status != 0)
        return r.status;
    if (!wasmelt_rt_wasi2_init(&r.host, w))
        return wasmelt_rt_command_refuse("out of memory");
    r.status = give_network(&r.host, &g->listen, true);
    if (r.status == 0)
        r.status = give_network(&r.host, &g->connect, false);
    if (r.status == 0)
        wasmelt_rt_command_with_stack(g, run_in_limit, &r, &r.status);
    if (r.instance)
        r.program->free(r.instance);
    wasmelt_rt_wasi2_free(&r.host);
    return r.status;
}

int wasmelt_wasi2_main(const wasmelt_wasi2_program *program, const wasmelt_command *command, int argc, char **argv) {
    (void)argc;
    return wasmelt_rt_command(run, program, command, argv);
}
