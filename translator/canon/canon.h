/* From a component's graph to C: its header, with the types and functions of its interfaces, and its source, which connects the modules
 * inside by the canonical ABI. The modules are translated by themselves (translate.h). */
#ifndef WASMELT_CANON_CANON_H
#define WASMELT_CANON_CANON_H

#include "base/strbuf.h"
#include "component/graph.h"
#include "translate.h"

/* What is made of a component. */
typedef struct canon_text {
    strbuf header, source; /* NAME.h, NAME.c */
    bool is_miscalled;     /* it has no function that the options' call names: this has been said */
} canon_text;

/* Makes the texts. Module k of the graph is called as canon_module_name says. The options say what else is
 * needed: with emit_main it becomes a program of WASI 0.2 or 0.3. False with the reason in `d`. To be freed in either case. */
bool canon_make(canon_text *text, graph *g, const char *name, const translate_options *options, diag *d);
void canon_free(canon_text *text);

/* Appends the name of module k: NAME_mK. */
void canon_module_name(strbuf *s, const char *name, uint32_t k);

#endif
