/* Cookies of fd_readdir: positions in a directory, as the guest sees them. In wasm32's C the type `long`, which telldir returns and seekdir
 * takes, has 31 bits for a position. File systems that order names by a hash, such as ext4, have positions of 63 bits.
 *
 *     below 2^30           the host's position itself: other file systems count
 *     2^30 + k             the k-th large position that this descriptor has given out
 *     2^63 + position      a large position, when the context has no room for more: good for reading on, not for telldir
 *
 * A cookie means the same position as long as the descriptor is open, even if the directory is rewound, or files are made or removed
 * meanwhile (as far as the file system keeps positions valid), and the same position always gets the same cookie. */
#ifndef WASMELT_WASI_COOKIES_H
#define WASMELT_WASI_COOKIES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Large positions that the descriptors of a context may remember together: 8 MB, and as much again to find them. */
#define WASMELT_RT_WASI_COOKIES (1 << 20)

/* The cookies of one descriptor. Nothing is allocated before there is a large position. */
typedef struct cookies {
    uint64_t *positions;
    uint32_t *slots;          /* a hash table of numbers of `positions`, counted from 1; 0: free */
    uint32_t count, capacity; /* of `positions`; there are twice as many slots, a power of two */
    atomic_uint *room;        /* the context's room, from which `capacity` has been taken */
} cookies;

/* The cookie for a position. `room` must be the same each time. */
uint64_t wasmelt_rt_wasi_cookie(cookies *c, uint64_t position, atomic_uint *room);

/* The position of a cookie, which may be any number; false if it has never been given out. */
bool wasmelt_rt_wasi_cookie_position(const cookies *c, uint64_t cookie, uint64_t *position);

void wasmelt_rt_wasi_cookies_free(cookies *c);

#pragma GCC visibility pop

#endif
