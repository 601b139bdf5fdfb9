/* Reading a whole component (Binary.md). */
#ifndef WASMELT_COMPONENT_READ_H
#define WASMELT_COMPONENT_READ_H

#include "component/component.h"

/* Whether the bytes begin like a component. */
bool component_is(span input);

/* Decodes and validates the component `input`, with the core modules in it, whose bodies are validated in up to `threads` threads. Memory
 * comes from `a`; `a` and `input` must outlive the component. Null with the reason in `d`, whose offset counts from the first byte of the
 * file; *is_invalid says whether the format is right but not what it says. docs/components.md lists what is not checked. */
const component *component_read(span input, uint32_t threads, arena *a, bool *is_invalid, diag *d);

#endif
