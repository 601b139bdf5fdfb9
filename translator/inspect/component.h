/* What `wasmelt inspect` says about a component. */
#ifndef WASMELT_INSPECT_COMPONENT_H
#define WASMELT_INSPECT_COMPONENT_H

#include <stdio.h>

#include "base/strbuf.h"
#include "component/component.h"

typedef struct component_inspection {
    const component *c;
    const char *path;
    const module *program; /* the program in it (component/peel.h), or null */
    const diag *refusal;   /* why it is no program */
    bool is_command;       /* there is none, but the component can be a program of WASI 0.2 or 0.3 (canon/program.h), */
    bool is_library;       /* or a C library (canon/canon.h) */
} component_inspection;

/* Print it: for people, long lists cut unless `whole`; and as JSON (docs/inspect.md). Errors stay in the stream. */
void inspect_component_text(const component_inspection *i, bool whole, FILE *to);
void inspect_component_json(const component_inspection *i, FILE *to);

/* Appends the import or export as WIT has it, such as "get-stdout: func() -> own<output-stream>;", over several lines if it is an
 * instance: these begin with `indent` blanks. No line end follows. *room: how
 * many names and types may still be written; it is counted down, and at 0 the text ends with "...". */
void describe_extern(strbuf *s, const component_extern *e, unsigned indent, uint64_t *room);

#endif
