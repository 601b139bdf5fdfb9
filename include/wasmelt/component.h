/* What the headers of components share. Each component has a header of its own, NAME.h, with the types and functions of its interfaces. */
#ifndef WASMELT_COMPONENT_H
#define WASMELT_COMPONENT_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* UTF-8, of `len` bytes, without a zero byte at the end. */
typedef struct wasmelt_string {
    uint8_t *ptr;
    size_t len;
} wasmelt_string;

/* The text as a string, which does not outlive it. Any thread. */
static inline wasmelt_string wasmelt_string_of(const char *text) {
    wasmelt_string s;
    s.ptr = (uint8_t *)(uintptr_t)text;
    s.len = strlen(text);
    return s;
}

/* A stream or future, whose ends are a component's or the host's. */
typedef struct wasmelt_canon_shared wasmelt_canon_shared;

/* A call of a function of a component that the host has started, until the host drops it. */
typedef struct wasmelt_started_call wasmelt_started_call;

/* A call of a function of the host that returns later, until it does. */
typedef struct wasmelt_pending_call wasmelt_pending_call;

#ifdef __cplusplus
}
#endif
#endif
