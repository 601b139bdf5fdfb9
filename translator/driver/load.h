/* A module as a command gets it: its bytes, decoded and validated. */
#ifndef WASMELT_DRIVER_LOAD_H
#define WASMELT_DRIVER_LOAD_H

#include "base/diag.h"
#include "wasm/module.h"

typedef enum load_state { LOAD_UNREADABLE, LOAD_MALFORMED, LOAD_INVALID, LOAD_VALID } load_state;

typedef struct loaded {
    load_state state;
    module m;   /* as far as it was decoded */
    arena a;    /* of the module, and for whoever wants something to live as long */
    diag d;     /* why it is malformed or invalid */
    span bytes; /* of the input; freed with it if it was read here */
    bool owns_bytes;
} loaded;

/* Reads the file (driver/input.h), decodes and validates it with as many threads. A message is printed only for what cannot be
 * read; whether it is valid is in `state`, and returned. To be freed either way. */
bool load_file(loaded *l, const char *path, uint32_t jobs);

/* The same for bytes that have been read already, and stay the caller's. */
bool load_bytes(loaded *l, span bytes, uint32_t jobs);

void load_free(loaded *l);

#endif
