/* A leak check for CI: what a loop of allocating, using and freeing must not do is grow the memory. A hook sees every
 * growth before it happens (and could refuse it); statistics say afterwards what there was.
 *
 *     clang --target=wasm32-wasi -mexec-model=reactor -O2 -Wl,--export=malloc -Wl,--export=free \
 *         -Wl,--export-table -Wl,--growable-table ../text/words.c -o words.wasm
 *     wasmelt words.wasm --emit=lib
 *     cc host.c libwords.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum { ROUNDS = 10000, WARM_UP = 10 };

void WASMELT_IMPORT(words, host, report)(void *context, uint32_t message) {
    (void)context, (void)message;
}

void WASMELT_IMPORT(words, host, sort)(void *context, uint32_t values, uint32_t count, uint32_t before) {
    (void)context, (void)values, (void)count, (void)before;
}

typedef struct job {
    words *w;
    bool frees;
} job;

/* One round of what the host does with the module. */
static void use(void *argument) {
    job *j = argument;
    uint32_t text = words_malloc(j->w, 1000);
    if (!text)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    memset(wasmelt_memory_need(words_memory(j->w), text, 1000), 'x', 999);
    uint32_t capitals = words_capitals(j->w, text);
    words_free(j->w, text);
    if (j->frees)
        words_free(j->w, capitals);
}

/* No more than 4 MiB: memory.grow returns -1, malloc null. */
static bool before(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to) {
    (void)context, (void)memory, (void)from;
    return to <= (uint64_t)4 << 20;
}

static void after(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to, bool grown) {
    (void)memory;
    if (grown)
        *(uint64_t *)context += to - from;
}

static const wasmelt_memory_hooks hooks = {before, after};

/* Whether the loop is without leak. */
static bool check(bool frees) {
    uint64_t grown = 0;
    wasmelt_options options = {.memory = {.hooks = &hooks, .hooks_context = &grown}};
    words_imports imports = {NULL};
    job j = {.frees = frees};
    if (words_instantiate_with(&imports, &options, &j.w, NULL) != WASMELT_OK)
        exit(EXIT_FAILURE);
    wasmelt_trap_code trap = WASMELT_TRAP_NONE;
    unsigned round = 0;
    for (; round < WARM_UP && trap == WASMELT_TRAP_NONE; round++)
        trap = wasmelt_run(use, &j, NULL);
    grown = 0; /* what the allocator takes at first is no leak */
    for (; round < ROUNDS && trap == WASMELT_TRAP_NONE; round++)
        trap = wasmelt_run(use, &j, NULL);
    wasmelt_memory_statistics s;
    wasmelt_memory_get_statistics(words_memory(j.w), &s);
    printf("%s: %u rounds, %s; grown by %u KiB in %u steps, %s\n", frees ? "with free" : "without free", round, wasmelt_trap_message(trap),
           (unsigned)(grown >> 10), (unsigned)s.growths, s.refusals ? "then refused" : "never refused");
    words_instance_free(j.w);
    return grown == 0 && trap == WASMELT_TRAP_NONE;
}

int main(void) {
    bool good = check(true), bad = check(false);
    wasmelt_usage left;
    wasmelt_get_usage(&left);
    printf("left over: %u instances, %u memories\n", (unsigned)left.instances, (unsigned)left.memories);
    return good && !bad && left.instances == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
