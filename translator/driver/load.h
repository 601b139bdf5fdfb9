/* Loading a module or component for a command: reading its bytes, decoding and validating them. */
#ifndef WASMELT_DRIVER_LOAD_H
#define WASMELT_DRIVER_LOAD_H

#include "base/diag.h"
#include "component/component.h"
#include "wasm/module.h"

typedef enum load_state { LOAD_UNREADABLE, LOAD_MALFORMED, LOAD_INVALID, LOAD_VALID } load_state;

typedef struct loaded {
    load_state state;
    const component *component; /* the component that the file is, or null */
    module m;                   /* the module that the file is, decoded up to the first error, if there is one; of a component the program
                                   in it (component/peel.h), if `refusal` says nothing else */
    arena a;                    /* owns the module, and whatever its user wants to live as long */
    diag d;                     /* why the file is malformed or invalid */
    diag refusal;               /* of a valid component: why there is no module to translate */
    span bytes;                 /* the input; freed with the rest if it was read here */
    bool owns_bytes;
} loaded;

/* Reads the file (driver/input.h), decodes and validates it in `jobs` threads. Prints a message only if the file cannot be read. Returns
 * whether it is valid, as `state` says. To be freed in either case. */
bool load_file(loaded *l, const char *path, uint32_t jobs);

/* Decodes and validates bytes that have been read already, and remain the caller's; otherwise like load_file. */
bool load_bytes(loaded *l, span bytes, uint32_t jobs);

/* Whether the file is valid and there is a module to translate. */
bool load_has_module(const loaded *l);

void load_free(loaded *l);

#endif
