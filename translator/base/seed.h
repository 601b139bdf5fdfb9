/* The seed of hash tables whose keys come from hostile input. It differs from process to process, so that nobody can make a module whose
 * names or types all fall into one bucket. Nothing that is written out may depend on it. */
#ifndef WASMELT_BASE_SEED_H
#define WASMELT_BASE_SEED_H

#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

static inline uint64_t hash_seed(void) {
    uint64_t seed = 14695981039346656037u;
    const void *random = (const void *)getauxval(AT_RANDOM); /* 16 bytes */
    if (random)
        memcpy(&seed, random, sizeof seed);
    return seed;
}

#endif
