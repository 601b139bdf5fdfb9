/* A token handed round by a condition variable: each step puts one thread to sleep and wakes another. */
#include "team.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn[TEAM];
static uint64_t holder, token = 1;

static void *pass(void *argument) {
    size_t me = (size_t)argument;
    for (int k = 0; k < ROUNDS(25000); k++) {
        pthread_mutex_lock(&lock);
        while (holder != me)
            pthread_cond_wait(&turn[me], &lock);
        token = token * 6364136223846793005u + me;
        holder = (me + 1) % TEAM;
        pthread_cond_signal(&turn[holder]);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    in_team(pass);
    mix(token);
    return report();
}
