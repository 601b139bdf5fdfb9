/* What is undone when the object that the runtime is in is unloaded, and no thread is inside wasmelt_run of it: handlers,
 * threads' records, what is kept for later. When the program ends,
 * other threads may go on: then they keep what they have. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "fault.h"
#include "reservation.h"
#include "stack.h"
#include "thread.h"
#include "types.h"
#include "unload.h"

static bool exits, unloads;

/* Called by exit before any object's destructors, but by dlclose after the first of these. */
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

/* The last of all destructors, as others may free instances. */
__attribute__((destructor(101))) static void unload(void) {
    if (!unloads && wasmelt_rt_threads_run())
        return;
    wasmelt_rt_fault_end(); /* at exit too: what exit calls may unload objects */
    if (!unloads)
        return;
    wasmelt_rt_threads_end();
    wasmelt_rt_named_stacks_end();
    wasmelt_rt_types_end();
    wasmelt_rt_reservations_end();
}
