#include "base/threads.h"

#include <stdatomic.h>

void helpers_start(helpers *h, size_t wanted, void *(*work)(void *context), void *context) {
    h->count = 0;
    while (h->count < MAX_THREADS && h->count < wanted && pthread_create(&h->threads[h->count], NULL, work, context) == 0)
        h->count++;
}

void helpers_join(helpers *h) {
    for (size_t k = 0; k < h->count; k++)
        pthread_join(h->threads[k], NULL);
}

/* ---- Parts of work, which the threads take in order ---- */

typedef struct parts {
    size_t count;
    void (*work)(void *context, size_t k);
    void *context;
    atomic_size_t next; /* the first part that no thread has begun */
} parts;

static void *take_parts(void *argument) {
    parts *p = argument;
    size_t k;
    while ((k = atomic_fetch_add(&p->next, 1)) < p->count)
        p->work(p->context, k);
    return NULL;
}

void threads_run(uint32_t threads, size_t count, void (*work)(void *context, size_t k), void *context) {
    parts p = {.count = count, .work = work, .context = context};
    size_t used = threads < count ? threads : count;
    helpers others;
    helpers_start(&others, used > 0 ? used - 1 : 0, take_parts, &p);
    take_parts(&p);
    helpers_join(&others);
}
