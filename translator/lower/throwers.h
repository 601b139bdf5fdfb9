/* Which of a module's calls may lead to code that is not its own, and to an exception of that code's. */
#ifndef WASMELT_LOWER_THROWERS_H
#define WASMELT_LOWER_THROWERS_H

#include "wasm/module.h"

/* Who may throw into a module, beside itself. */
typedef enum throwers {
    THROWERS_NEVER,  /* nobody: a program, whose imports are WASI's; or the user has promised it */
    THROWERS_LINKED, /* every imported function but WASI's, and the functions behind references that come in */
    THROWERS_NAMED   /* the same, and WASI's too, which the host binds as it likes */
} throwers;

/* Whether references to functions of others' may come to the module: by a table, a global or a tag that it shares, as
 * an argument of a function that can be called from outside, or as the result of an imported one. */
bool throwers_come_in(const module *m);

#endif
