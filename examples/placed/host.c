/* A host that decides where everything lies: linear memories in address space that it has reserved itself, each at a multiple of 4 GiB, and
 * what the runtime allocates in memory of the host's own.
 *
 *     clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
 *     wasmelt codec.wasm --emit=lib
 *     cc host.c libcodec.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "codec.h"

#define GIB ((uint64_t)1 << 30)
enum { PLACES = 3 };

/* ---- Address space: places of 8 GiB, side by side ---- */

typedef struct range {
    char *low;
    bool taken[PLACES];
} range;

static bool reserve_range(range *r) {
    char *got = mmap(NULL, (PLACES + 1) * 8 * GIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    r->low = (char *)(((uintptr_t)got + 8 * GIB - 1) / (8 * GIB) * (8 * GIB));
    return got != MAP_FAILED;
}

static void *reserve(void *context, uint64_t bytes, uint64_t alignment) {
    range *r = context;
    for (int k = 0; k < PLACES && bytes <= 8 * GIB && alignment <= 8 * GIB; k++)
        if (!r->taken[k]) {
            r->taken[k] = true;
            return r->low + (uint64_t)k * 8 * GIB;
        }
    return NULL;
}

static void release(void *context, void *base, uint64_t bytes) {
    range *r = context;
    mmap(base, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0); /* zero for the next one */
    r->taken[(uint64_t)((char *)base - r->low) / (8 * GIB)] = false;
}

/* ---- Everything else: the host's allocator, which here only counts ---- */

static atomic_int blocks;

static void *count(void *block) {
    blocks += block != NULL;
    return block;
}

static void *allocate(void *context, size_t bytes) {
    return (void)context, count(malloc(bytes));
}

static void *allocate_zeroed(void *context, size_t bytes) {
    return (void)context, count(calloc(1, bytes));
}

static void *reallocate(void *context, void *old, size_t bytes) {
    return (void)context, realloc(old, bytes);
}

static void give_back(void *context, void *old) {
    (void)context;
    blocks--;
    free(old);
}

static const char *yes_or_no(bool is_so) {
    return is_so ? "yes" : "no";
}

int main(void) {
    const wasmelt_allocator allocator = {allocate, allocate_zeroed, reallocate, give_back, NULL};
    const wasmelt_memory_space space = {reserve, release};
    range r = {0};
    const wasmelt_options options = {.memory = {.alignment = 4 * GIB, .space = &space, .space_context = &r}};
    codec *all[PLACES], *one_more = NULL;
    wasmelt_error error;
    if (!wasmelt_set_allocator(&allocator) || !reserve_range(&r))
        return EXIT_FAILURE;
    for (int k = 0; k < PLACES; k++) {
        if (codec_instantiate_with(&options, &all[k], &error) != WASMELT_OK)
            return EXIT_FAILURE;
        uintptr_t base = (uintptr_t)codec_memory(all[k])->base;
        printf("memory %d: in the host's range: %s, at a multiple of 4 GiB: %s\n", k,
               yes_or_no(base - (uintptr_t)r.low == (uintptr_t)k * 8 * GIB), yes_or_no(base % (4 * GIB) == 0));
    }
    printf("one more: %s\n", codec_instantiate_with(&options, &one_more, &error) == WASMELT_OK ? "made" : "there is no place for it");
    codec_instance_free(all[1]);
    printf("in the place of one that was freed: %s\n", codec_instantiate_with(&options, &all[1], &error) == WASMELT_OK ? "made" : "none");
    printf("blocks of the host's allocator: %s\n", blocks > 0 ? "some" : "none");
    for (int k = 0; k < PLACES; k++)
        codec_instance_free(all[k]);
    wasmelt_thread_leave();
    wasmelt_remove_handlers();
    printf("afterwards: %s\n", blocks > 0 ? "some" : "none");
    return EXIT_SUCCESS;
}
