/* Threads that do next to nothing: what starting one and waiting for its end takes. */
#include "team.h"

static uint32_t sum;

static void *add(void *argument) {
    __atomic_fetch_add(&sum, (uint32_t)(size_t)argument + 1, __ATOMIC_SEQ_CST);
    return NULL;
}

int main(void) {
    for (int k = 0; k < ROUNDS(2500); k++)
        in_team(add);
    mix(sum);
    return report();
}
