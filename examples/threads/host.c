/* A hundred instances of one module in as many threads. Instances share nothing, so no lock is needed; each costs its
 * own memory, and address space, which is not memory.
 *
 *     clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
 *     wasmelt codec.wasm --emit=lib
 *     cc host.c libcodec.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

enum { THREADS = 100, BYTES = 100000 };

typedef struct worker {
    pthread_t thread;
    pthread_barrier_t *all;
    unsigned number;
    codec *instance;
    bool ok;
} worker;

/* A place in the instance's memory. */
static uint32_t allocate(codec *instance, uint32_t size) {
    uint32_t address = codec_allocate(instance, size);
    if (!address)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return address;
}

/* There and back, with bytes that differ from thread to thread. */
static void work(void *argument) {
    worker *w = argument;
    wasmelt_memory *memory = codec_memory(w->instance);
    uint32_t text = allocate(w->instance, BYTES), packed = allocate(w->instance, 2 * BYTES);
    uint32_t again = allocate(w->instance, BYTES);
    uint8_t *bytes = wasmelt_memory_need(memory, text, BYTES);
    for (uint32_t k = 0; k < BYTES; k++)
        bytes[k] = (uint8_t)(k / (w->number + 1));
    uint32_t size = codec_encode(w->instance, text, BYTES, packed);
    w->ok = codec_decode(w->instance, packed, size, again) == BYTES && memcmp(bytes, wasmelt_memory_need(memory, again, BYTES), BYTES) == 0;
}

static void *run(void *argument) {
    worker *w = argument;
    bool made = codec_instantiate(&w->instance, NULL) == WASMELT_OK;
    pthread_barrier_wait(w->all); /* now there are a hundred */
    if (made && wasmelt_run(work, w, NULL) != WASMELT_TRAP_NONE)
        w->ok = false;
    pthread_barrier_wait(w->all); /* until main has counted */
    codec_instance_free(w->instance);
    return NULL;
}

int main(void) {
    static worker workers[THREADS];
    pthread_barrier_t all;
    wasmelt_usage usage;
    unsigned good = 0;
    pthread_barrier_init(&all, NULL, THREADS + 1);
    for (unsigned k = 0; k < THREADS; k++) {
        workers[k] = (worker){.number = k, .all = &all};
        if (pthread_create(&workers[k].thread, NULL, run, &workers[k]) != 0)
            return EXIT_FAILURE;
    }
    pthread_barrier_wait(&all);
    wasmelt_get_usage(&usage);
    printf("%u instances at a time\n", (unsigned)usage.instances);
    pthread_barrier_wait(&all);
    for (unsigned k = 0; k < THREADS; k++) {
        pthread_join(workers[k].thread, NULL);
        good += workers[k].ok;
    }
    pthread_barrier_destroy(&all);
    wasmelt_get_usage(&usage);
    printf("%u of %u were right, %u instances are left\n", good, (unsigned)THREADS, (unsigned)usage.instances);
    return good == THREADS ? EXIT_SUCCESS : EXIT_FAILURE;
}
