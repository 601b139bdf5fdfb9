/* What every benchmark program shares: a generator of numbers, a checksum, and the report that ends main.
 * Programs use of the C library only printf and what needs no system call, so that a WASI of five functions
 * runs them, and compute floating point with + - * / and square roots only, which are exact everywhere: the
 * checksum is the same on every engine. No result may depend on the width of long, size_t or pointers. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Amount of work in percent; bench/run.py --quick lowers it. */
#ifndef SCALE
#define SCALE 100
#endif
#define ROUNDS(n) ((n)*SCALE >= 100 ? (int)((int64_t)(n)*SCALE / 100) : 1)

static uint64_t random_state = 0x9E3779B97F4A7C15u;

/* The next of a fixed sequence of numbers. */
static inline uint32_t random_next(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32);
}

static inline uint32_t random_below(uint32_t limit) {
    return (uint32_t)(((uint64_t)random_next() * limit) >> 32);
}

static uint64_t checksum = 1469598103934665603u;

static inline void mix(uint64_t value) {
    checksum = (checksum ^ value) * 1099511628211u;
    checksum ^= checksum >> 29;
}

static inline void mix_double(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    mix(bits);
}

static inline void *allocate(size_t size) {
    void *p = malloc(size);
    if (!p) {
        printf("out of memory\n");
        exit(1);
    }
    return p;
}

/* The line that bench/run.py compares between engines. */
static inline int report(void) {
    printf("checksum %08x%08x\n", (unsigned)(checksum >> 32), (unsigned)checksum);
    return 0;
}

#endif
