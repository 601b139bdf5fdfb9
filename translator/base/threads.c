/* Threads take the parts in order. The calling one is among them, so that all is done even where no thread can be had. */
#include "base/threads.h"

#include <pthread.h>
#include <stdatomic.h>

#define MAX_THREADS 256

typedef struct crew {
    size_t count;
    void (*work)(void *context, size_t k);
    void *context;
    atomic_size_t next; /* part that nobody has begun */
} crew;

static void *take_parts(void *argument) {
    crew *c = argument;
    size_t k;
    while ((k = atomic_fetch_add(&c->next, 1)) < c->count)
        c->work(c->context, k);
    return NULL;
}

void threads_run(uint32_t threads, size_t count, void (*work)(void *context, size_t k), void *context) {
    crew c = {.count = count, .work = work, .context = context};
    pthread_t others[MAX_THREADS];
    size_t started = 0;
    while (started < MAX_THREADS && started + 1 < threads && started + 1 < count &&
           pthread_create(&others[started], NULL, take_parts, &c) == 0)
        started++;
    take_parts(&c);
    for (size_t k = 0; k < started; k++)
        pthread_join(others[k], NULL);
}
