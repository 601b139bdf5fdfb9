/* Address space for linear memories. The signal handler asks which addresses belong to it. */
#ifndef WASMELT_RUNTIME_RESERVATION_H
#define WASMELT_RUNTIME_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wasmelt/memory.h>

#include "system/system.h"

#pragma GCC visibility push(hidden)

/* Where a reservation is to be, and from whom. */
typedef struct reservation_place {
    uint64_t alignment;                /* a power of 2, or 0 */
    const wasmelt_memory_space *space; /* null: the system */
    void *context;
} reservation_place;

/* Where a reservation is recorded. */
typedef struct reservation_slot reservation_slot;

/* Reserves `size` bytes of inaccessible address space, and records them in *slot; without `slot` the handler does not know them, and so
 * does not search among them: for memories to which code never makes an access that faults, of which there may be many. Null with errno set
 * if that is impossible. Any thread. */
uint8_t *wasmelt_rt_reservation_make(uint64_t size, const reservation_place *place, reservation_slot **slot);
/* The place is the same as when it was made; the alignment does not matter. `slot`: where it is recorded; null: it is not. */
void wasmelt_rt_reservation_release(uint8_t *base, uint64_t size, const reservation_place *place, reservation_slot *slot);

/* Makes [base + from, base + to) readable and writable; both are multiples of the host's page size. False with errno set. */
bool wasmelt_rt_reservation_commit(uint8_t *base, uint64_t from, uint64_t to);

/* Whether `address` lies in a reservation that is recorded. Safe in a signal handler. The answer is reliable for a reservation that the
 * calling thread knows to exist. */
bool wasmelt_rt_reservation_contains(uintptr_t address);

/* Called when the runtime is unloaded: frees the list of reservations. */
void wasmelt_rt_reservations_end(void);

#pragma GCC visibility pop

#endif
