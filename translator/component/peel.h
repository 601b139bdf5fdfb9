/* Peeling: taking the program out of a component that is nothing else than a program of WASI preview 1 with the adapter that
 * wit-component puts around it. */
#ifndef WASMELT_COMPONENT_PEEL_H
#define WASMELT_COMPONENT_PEEL_H

#include "component/component.h"

/* Makes *program the component's program: a module that does the same when a host of preview 1 runs it as the component does on a host of
 * WASI 0.2. False with the reason in `d` if the component is anything else; its offset counts from the first byte of the file. Memory comes
 * from `a`; the program refers to the component, too. */
bool component_peel(const component *c, arena *a, module *program, diag *d);

#endif
