/* What the programs with threads share: a team that does one thing, each member knowing its number. */
#ifndef TEAM_H
#define TEAM_H

#include <pthread.h>

#include "../programs/bench.h"

enum { TEAM = 4 };

static inline void in_team(void *(*body)(void *)) {
    pthread_t members[TEAM];
    for (size_t k = 0; k < TEAM; k++)
        if (pthread_create(&members[k], NULL, body, (void *)k) != 0) {
            printf("no thread\n");
            exit(1);
        }
    for (int k = 0; k < TEAM; k++)
        pthread_join(members[k], NULL);
}

#endif
