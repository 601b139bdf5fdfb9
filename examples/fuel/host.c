/* A host that pays for what a module executes, in units that are the same in every build of it and on every machine, and so are its results
 * (--deterministic). When the fuel is used up, the run ends; the instance is used on.
 *
 *     wasmelt ../stop/endless.wat --emit=lib --fuel --deterministic
 *     cc host.c libendless.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>

#include "endless.h"

typedef struct search {
    endless *instance;
    uint64_t end, found;
} search;

static void look(void *argument) {
    search *s = argument;
    s->found = endless_search(s->instance, s->end);
}

static void look_with(search *s, uint64_t end, uint64_t units) {
    wasmelt_trap trap;
    s->end = end;
    wasmelt_fuel_set(units);
    wasmelt_run(look, s, &trap);
    uint64_t used = units - wasmelt_fuel_left();
    if (trap.code == WASMELT_TRAP_NONE)
        printf("%u: the square of %u, for %u units\n", (unsigned)end, (unsigned)s->found, (unsigned)used);
    else
        printf("%u: %s\n", (unsigned)end, wasmelt_trap_message(trap.code));
}

int main(void) {
    search s = {0};
    if (endless_instantiate(&s.instance, NULL) != WASMELT_OK)
        return EXIT_FAILURE;
    look_with(&s, 444, 1000000);
    look_with(&s, 444, 100);
    look_with(&s, 555, 1000000); /* no square ends in 55 */
    look_with(&s, 889, 1000000);
    endless_instance_free(s.instance);
    return EXIT_SUCCESS;
}
