/* A shared object with a module and a copy of the runtime of its own. */
#include <wasmelt/interrupt.h>

#include "plugin.h"

static plugin *instance;

uint32_t WASMELT_IMPORT(plugin, env, call)(void *context, uint32_t a) {
    ((void (*)(void))context)();
    return a;
}

static void load(void *unused) {
    (void)unused;
    plugin_load(instance, 65536);
}

static void recurse(void *unused) {
    (void)unused;
    plugin_recurse(instance, 0);
}

static void tail(void *unused) {
    (void)unused;
    plugin_tail(instance, 1000);
}

static void nothing(void) {
}

static void spin(void *unused) {
    (void)unused;
    plugin_spin(instance);
}

static void call(void *unused) {
    (void)unused;
    plugin_call(instance, 1);
}

#define EXPORT __attribute__((visibility("default")))
EXPORT bool plug(void (*other)(void)) {
    if (!instance && plugin_instantiate(&(plugin_imports){(void *)other}, &instance, NULL) != WASMELT_OK)
        return false;
    return wasmelt_run(load, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS &&
           wasmelt_run(recurse, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED && wasmelt_run(tail, NULL, NULL) == WASMELT_TRAP_NONE &&
           wasmelt_run(call, NULL, NULL) == WASMELT_TRAP_NONE;
}

EXPORT bool end_by_deadline(void) {
    if (!instance && plugin_instantiate(&(plugin_imports){(void *)nothing}, &instance, NULL) != WASMELT_OK)
        return false;
    return wasmelt_run_until(wasmelt_deadline_in(5000000), spin, NULL, NULL) == WASMELT_TRAP_INTERRUPTED;
}

EXPORT void unplug(void) {
    wasmelt_instance_free((wasmelt_instance *)instance);
    instance = NULL;
}

#ifdef FREED_BY_DESTRUCTOR
__attribute__((destructor)) static void end(void) {
    plug(nothing);
    unplug();
}
#endif
