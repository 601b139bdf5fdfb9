/* host FIRST COUNT STEPS: runs the component with as many seeds, in each of its two ways, and prints how often a run ended how. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "randomly.h"

enum { MOST_SECONDS = 60, CALLS = 6 }; /* of a run: one that takes longer hangs */

typedef struct job {
    randomly *instance;
    uint32_t seed, steps;
    bool has_callback;
} job;

static void go(void *own) {
    const job *const j = own;
    randomly_seed_inner(j->instance, j->seed * 7 + 1, j->steps);
    randomly_seed_outer(j->instance, j->seed, j->steps);
    for (int k = 0; k < CALLS; k++)
        if (j->has_callback)
            randomly_run_callback(j->instance);
        else
            randomly_run(j->instance);
}

int main(int argc, char **argv) {
    if (argc != 4)
        return 2;
    int ends[WASMELT_TRAP_COUNT] = {0};
    const uint32_t first = (uint32_t)atoi(argv[1]), count = (uint32_t)atoi(argv[2]);
    for (uint32_t k = 0; k < count * 2; k++) {
        job j = {.seed = first + k / 2, .steps = (uint32_t)atoi(argv[3]), .has_callback = k % 2 > 0};
        wasmelt_error error;
        if (randomly_instantiate(&j.instance, &error) != WASMELT_OK) {
            puts(error.message);
            return 1;
        }
        alarm(MOST_SECONDS);
        ends[wasmelt_run(go, &j, NULL)]++;
        alarm(0);
        randomly_instance_free(j.instance);
    }
    for (int k = 0; k < WASMELT_TRAP_COUNT; k++)
        if (ends[k] > 0)
            printf("%d %s\n", ends[k], wasmelt_trap_message((wasmelt_trap_code)k));
    return 0;
}
