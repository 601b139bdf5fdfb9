/* A runtime without backtraces: a trap notes no frames. Whether it ends the process is the same everywhere. Backtraces need tables of ELF,
 * which Windows and macOS have not, and with them come the unwinder and the tables of all functions, which WASMELT_NO_BACKTRACES leaves
 * out. */
#if defined(_WIN32) || defined(__APPLE__) || defined(WASMELT_NO_BACKTRACES)

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../backtrace.h"
#include "../trap.h"

static void abort_at(wasmelt_trap_code code) {
    if (code == WASMELT_TRAP_INTERRUPTED)
        return;
    fprintf(stderr, "wasmelt: trap: %s\n", wasmelt_trap_message(code));
    abort();
}

void wasmelt_rt_backtrace_enable(bool on) {
    (void)on;
}

void wasmelt_backtrace_enable(bool on) {
    (void)on;
}

void wasmelt_abort_on_trap(bool on) {
    wasmelt_rt_trap_hook = on ? abort_at : NULL;
}

void wasmelt_rt_backtrace_install(void) {
    const char *wanted = getenv("WASMELT_ABORT");
    if (wanted && *wanted && strcmp(wanted, "0") != 0)
        wasmelt_abort_on_trap(true);
}

void wasmelt_rt_backtrace_keep_executable(void) {
}

bool wasmelt_backtrace_visit(bool (*visit)(void *context, const wasmelt_frame *frame), void *context) {
    (void)visit, (void)context;
    return false;
}

void wasmelt_backtrace_print(FILE *out) {
    (void)out;
}

#endif
