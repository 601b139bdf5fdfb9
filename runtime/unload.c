/* What is undone when the object that contains the runtime is unloaded while no thread is inside wasmelt_run of it: signal handlers,
 * records of threads, and memory kept for later. When the program ends, other threads may continue to run: then everything that they need
 * stays. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "fault.h"
#include "not_unwound.h"
#include "parts.h"
#include "reservation.h"
#include "stack.h"
#include "stoppable.h"
#include "thread.h"
#include "types.h"
#include "unload.h"

static bool exits, unloads;

/* Notes that the process ends. exit calls this before the destructors of all objects, but dlclose only after the first of them. */
static void note_exit(void) {
    exits = true;
}

static void prepare(void) {
    atexit(note_exit);
}

void wasmelt_rt_unload_prepare(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
}

__attribute__((destructor)) static void note_unload(void) {
    unloads = !exits;
}

/* Runs after all other destructors, because these may free instances. */
__attribute__((destructor(101))) static void unload(void) {
    if (!unloads && wasmelt_rt_threads_run())
        return;
    wasmelt_rt_fault_end(); /* also at exit: what exit calls may unload objects */
    if (!unloads)
        return;
    wasmelt_rt_threads_end();
    if (wasmelt_rt_parts.calls)
        wasmelt_rt_parts.calls->end();
    wasmelt_rt_stoppable_end();
    if (wasmelt_rt_parts.named_stacks)
        wasmelt_rt_parts.named_stacks->end();
    wasmelt_rt_types_end();
    wasmelt_rt_reservations_end();
}
