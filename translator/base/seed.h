/* Where hashes of hostile input begin: differs from process to process, so that no module can be made whose names or types
 * all fall into one bucket. Nothing that is written may depend on it. */
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
