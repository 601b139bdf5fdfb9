/* Calls as text. */
#include "wave.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { STATUS_USAGE = 2 };

typedef struct running {
    const wasmelt_wave_export *callee;
    void *instance;
    wasmelt_wave *w;
} running;

static void call(void *argument) {
    const running *r = argument;
    r->callee->call(r->instance, r->w);
}

int wasmelt_wave_invoke(const wasmelt_wave_calls *calls, const char *text, void *instance, bool only_checks, wasmelt_trap *trap) {
    wasmelt_wave w = {.start = text, .at = text, .only_checks = only_checks};
    *trap = (wasmelt_trap){0};
    if (!wasmelt_rt_wave_begin(&w, calls->exports, calls->count))
        return STATUS_USAGE;
    running r = {w.callee, instance, &w};
    wasmelt_run(call, &r, trap);
    if (trap->code == WASMELT_TRAP_NONE && !w.failed && !only_checks)
        putchar('\n');
    wasmelt_rt_wave_free(&w);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "wasmelt: standard output: %s\n", strerror(errno));
        return STATUS_USAGE;
    }
    return w.failed ? STATUS_USAGE : 0;
}
