/* Backtraces, at the trap: the compiler's unwinder takes return addresses, which backtrace_frames_posix.c turns into frames. Nothing
 * allocates. */
#if !defined(_WIN32) && !defined(__APPLE__) && !defined(WASMELT_NO_BACKTRACES)

#include "../backtrace.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unwind.h>

#include "../trap.h"
#include "find_object.h"

static _Thread_local noted_frames noted;

static atomic_bool notes, aborts;

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *argument) {
    (void)argument;
    if (noted.count == NOTED_FRAMES) {
        noted.cut = true;
        return _URC_END_OF_STACK;
    }
    int is_fault = 0; /* 1 for a frame that a signal interrupted: its address is that of the instruction */
    uintptr_t at = _Unwind_GetIPInfo(context, &is_fault);
    if (at)
        noted.frames[noted.count++] = is_fault ? at : at - 1; /* within the call, not after it */
    return _URC_NO_REASON;
}

static void on_trap(wasmelt_trap_code code) {
    noted.count = 0;
    noted.cut = false;
    if (notes && can_unwind())
        _Unwind_Backtrace(note, NULL);
    if (!aborts || code == WASMELT_TRAP_INTERRUPTED)
        return;
    fprintf(stderr, "wasmelt: trap: %s\n", wasmelt_trap_message(code));
    wasmelt_backtrace_print(stderr);
    abort();
}

void wasmelt_rt_backtrace_enable(bool on) {
    const char *wanted = getenv("WASMELT_BACKTRACE");
    notes = on && (!wanted || strcmp(wanted, "0") != 0);
    wasmelt_rt_trap_hook = on_trap;
}

const noted_frames *wasmelt_rt_backtrace_noted(void) {
    return &noted;
}

void wasmelt_abort_on_trap(bool on) {
    aborts = on;
    wasmelt_rt_trap_hook = on_trap;
}

void wasmelt_rt_backtrace_install(void) {
    const char *wanted = getenv("WASMELT_ABORT");
    wasmelt_rt_backtrace_enable(true);
    if (wanted && *wanted && strcmp(wanted, "0") != 0)
        wasmelt_abort_on_trap(true);
}

#endif
