/* Components as programs of WASI 0.2 and 0.3: what they import are the runtime's functions (wasmelt/wasi_0_2.def, wasi_0_3.def), and they
 * end with a `main`. */
#ifndef WASMELT_CANON_PROGRAM_H
#define WASMELT_CANON_PROGRAM_H

#include "canon/generator.h"

/* Appends the type of a function, in the form that wasi_0_2.def has; longer ones than any there are cut. */
void type_text_put(const canon_generator *c, strbuf *s, uint32_t func);
/* Appends an array with the numbers of the resources in it, in their order there; and one with what its streams and futures carry. */
void type_resources_put(const canon_generator *c, strbuf *s, uint32_t func);
void type_elements_put(const canon_generator *c, strbuf *s, uint32_t func);

/* Prints how the core values of the parameters of a function, which stand in memory at `at`, get into the array `flat` (flatten.c). */
void flatten_put(const canon_generator *c, strbuf *s, uint32_t func);

/* Leaves of the graph's exports only wasi:cli/run; or, with `invoke`, all functions of the component. False with the reason if there is
 * nothing. */
bool program_select(graph *g, bool invoke);
/* Whether the host has all that the program imports; false with the reason. */
bool program_check(const canon_generator *c);

/* Whether a function, or a resource, of this interface is the runtime's: in programs all are, in libraries those that it has. */
bool program_has_func(const canon_generator *c, uint32_t func);
bool program_has_resource(const canon_generator *c, span interface);

/* The runtime's part, of type wasmelt_wasi2, as functions of the component refer to it. */
const char *program_host(const canon_generator *c);

/* Prints what a lowered function of this signature does, which is one of the host. */
void program_put_body(const canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g);
/* Prints the `main`. */
void program_put_main(const canon_generator *c, strbuf *s);

#endif
