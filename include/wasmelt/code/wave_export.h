/* The functions of a component that a command line can call (wasmelt/code/wave.h), which the translator lists, too. */
#ifndef WASMELT_CODE_WAVE_EXPORT_H
#define WASMELT_CODE_WAVE_EXPORT_H

#include <wasmelt/target.h>

struct wasmelt_wave;

typedef struct wasmelt_wave_export {
    const char *interface, *name; /* the interface may be "" */
    const char *type;
    /* Reads the arguments, calls the function of the instance, and prints its result; or reads them only, if wasmelt_wave_may_call says so.
     * Null: its type has what is no text, such as handles and streams. */
    void (*call)(void *instance, struct wasmelt_wave *w);
} wasmelt_wave_export;

#endif
