/* Which of a module's calls may lead to code that is not its own, and to an exception of that code's. */
#ifndef WASMELT_LOWER_FOREIGN_H
#define WASMELT_LOWER_FOREIGN_H

#include "wasm/module.h"

/* Who may throw into a module, beside itself. */
typedef enum foreign_throws {
    FOREIGN_NEVER,  /* nobody: a program, whose imports are WASI's; or the user has promised it */
    FOREIGN_LINKED, /* every imported function but WASI's, and the functions behind references that come in */
    FOREIGN_NAMED   /* the same, and WASI's too, which the host binds as it likes */
} foreign_throws;

/* Whether references to functions of others' may come to the module: by a table, a global or a tag that it shares, as
 * an argument of a function that can be called from outside, or as the result of an imported one. */
bool foreign_references_come_in(const module *m);

#endif
