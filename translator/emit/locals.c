/* A local without a name in the name section gets the name of the source variable that is in it, according to DWARF. */
#include "emit/locals.h"

#include "debug/locals.h"
#include "emit/short_names.h"

const char *const *locals_find_names(const generator *g, arena *a, uint32_t func, uint32_t count) {
    const char *const *given = short_names(g->m, a, g->m->funcs[func].local_names, count);
    size_t found = 0;
    const debug_local *d = g->locals ? debug_locals_of(g->locals, func, &found) : NULL;
    if (!d)
        return given;
    const char **names = arena_array(a, count, sizeof *names);
    for (uint32_t k = 0; given && k < count; k++)
        names[k] = given[k];
    for (size_t k = 0; k < found; k++)
        if (d[k].local < count && !names[d[k].local])
            names[d[k].local] = short_name(a, d[k].name);
    return names;
}
