/* Which addresses belong to linear memories: asked by the signal handler. */
#ifndef WASMELT_RUNTIME_RESERVATION_H
#define WASMELT_RUNTIME_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Reserves `size` bytes of address space, inaccessible, and records them. Null with errno set if that
 * cannot be had. Any thread. */
uint8_t *wasmelt_rt_reservation_make(uint64_t size);
void wasmelt_rt_reservation_release(uint8_t *base, uint64_t size);

/* Makes [base + from, base + to) readable and writable; multiples of the host's page. */
bool wasmelt_rt_reservation_commit(uint8_t *base, uint64_t from, uint64_t to);

/* How many of the bytes [base, base + size), whole pages, have physical memory. */
uint64_t wasmelt_rt_reservation_resident(const uint8_t *base, uint64_t size);

/* Whether `address` lies in a reservation. Safe in a signal handler; exact for a reservation that the
 * calling thread knows to live. */
bool wasmelt_rt_reservation_contains(uintptr_t address);

uint64_t wasmelt_rt_host_page_size(void);

/* When the runtime is unloaded: frees what the record of reservations takes. */
void wasmelt_rt_reservations_end(void);

#pragma GCC visibility pop

#endif
