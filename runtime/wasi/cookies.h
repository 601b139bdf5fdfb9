/* Cookies of fd_readdir: positions in a directory as the guest has them. Its `long`, which telldir gives and seekdir takes,
 * has 31 bits for one in wasm32's C, and file systems that order names by a hash, such as ext4, have positions of 63.
 *
 *     below 2^30           the host's position itself: other file systems count
 *     2^30 + k             the k-th large position that this descriptor has given out
 *     2^63 + position      a large one, when the context has no room for more: good for reading on, not for telldir
 *
 * A cookie means the same position as long as the descriptor is open, whatever is read, rewound, made or removed meanwhile:
 * that is the file system's to keep, and the same position has the same cookie each time. */
#ifndef WASMELT_WASI_COOKIES_H
#define WASMELT_WASI_COOKIES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Large positions that the descriptors of a context may remember together: 8 MB, and as much again to find them. */
#define WASMELT_RT_WASI_COOKIES (1 << 20)

/* Of one descriptor; nothing is allocated before there is a large position. */
typedef struct cookies {
    uint64_t *positions;
    uint32_t *slots;          /* a hash table of numbers in `positions`, from 1: 0 is free */
    uint32_t count, capacity; /* there are twice as many slots, a power of two */
    atomic_uint *room;        /* the context's, of which `capacity` is taken */
} cookies;

/* The cookie for a position; `room` is the same each time. */
uint64_t wasmelt_rt_wasi_cookie(cookies *c, uint64_t position, atomic_uint *room);

/* The position of a cookie, which may be any number; false if it has never been given out. */
bool wasmelt_rt_wasi_cookie_position(const cookies *c, uint64_t cookie, uint64_t *position);

void wasmelt_rt_wasi_cookies_free(cookies *c);

#pragma GCC visibility pop

#endif
