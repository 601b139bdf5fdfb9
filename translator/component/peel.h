/* Peeling: taking the program out of a component that is nothing else than a program of WASI preview 1 with the adapter that
 * wit-component puts around it. */
#ifndef WASMELT_COMPONENT_PEEL_H
#define WASMELT_COMPONENT_PEEL_H

#include "component/component.h"

/* The component's program: a module that does the same when a host of preview 1 runs it as the component does on a host of WASI 0.2. Null
 * with the reason in `d` if the component is anything else; its offset counts from the first byte of the file. */
const module *component_peel(const component *c, diag *d);

#endif
