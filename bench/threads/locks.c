/* A table of accounts with a lock each, money moved between them; locks taken in order. */
#include "team.h"

enum { ACCOUNTS = 64 };

static struct account {
    pthread_mutex_t lock;
    int64_t money;
} accounts[ACCOUNTS];

static void *move(void *argument) {
    uint64_t state = 88172645463325252u + (size_t)argument * 7919;
    for (int k = 0; k < ROUNDS(1500000); k++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        unsigned a = (unsigned)(state >> 20) % ACCOUNTS, b = (unsigned)(state >> 40) % ACCOUNTS;
        if (a == b)
            continue;
        struct account *low = &accounts[a < b ? a : b], *high = &accounts[a < b ? b : a];
        pthread_mutex_lock(&low->lock);
        pthread_mutex_lock(&high->lock);
        low->money -= (int64_t)(state & 15);
        high->money += (int64_t)(state & 15);
        pthread_mutex_unlock(&high->lock);
        pthread_mutex_unlock(&low->lock);
    }
    return NULL;
}

int main(void) {
    in_team(move);
    for (int k = 0; k < ACCOUNTS; k++)
        mix((uint64_t)accounts[k].money);
    return report();
}
