/* Counts reads and writes of variables and drops assignments that nothing reads. */
#ifndef WASMELT_LOWER_USES_H
#define WASMELT_LOWER_USES_H

#include "lower/structure.h"

/* Of the statements as built. */
void uses_count(ir_func *f);
/* Once more, of what the structured form kept: a branch to where control goes anyway has no condition. */
void uses_recount(ir_func *f, const structured *shape);

#endif
