/* Which calls of a module may lead to code of somebody else, and to an exception that this code throws. */
#ifndef WASMELT_LOWER_THROWERS_H
#define WASMELT_LOWER_THROWERS_H

#include "wasm/module.h"

/* Whose functions may throw exceptions into a module, apart from its own. */
typedef enum throwers {
    THROWERS_NEVER,  /* nobody's: it is a program, whose imports are WASI's; or the user has promised it */
    THROWERS_LINKED, /* every imported function except WASI's, and functions behind references that come in */
    THROWERS_NAMED   /* the same, and also WASI's functions, because the host binds them as it likes */
} throwers;

/* Whether references to functions of others can come into the module: through a table or global that it shares, an exception, as an
 * argument of a function that can be called from outside, as a result of an imported function, or in an object. */
bool throwers_come_in(const module *m);

#endif
