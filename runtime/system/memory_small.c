/* Linear memories on small systems: a memory is allocated once, as large as it may become, so that it never moves. */
#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <errno.h>
#include <string.h>

#include <wasmelt/code/support.h>

#include "../allocator.h"
#include "../reservation.h"
#include "../shortage.h"
#include "text.h"

uint64_t wasmelt_rt_host_page_size(void) {
    return 1;
}

/* What the C library allocates is aligned for every atomic access; the host's own space may have to be aligned by more. */
uint8_t *wasmelt_rt_reservation_make(uint64_t size, const reservation_place *place, reservation_slot **slot) {
    uint64_t alignment = place->alignment > sizeof(uint64_t) ? place->alignment : sizeof(uint64_t);
    uint8_t *base = NULL;
    if (slot)
        *slot = NULL;
    if (place->space)
        base = place->space->reserve(place->context, size, alignment);
    else if (size <= PTRDIFF_MAX && place->alignment <= sizeof(uint64_t))
        base = wasmelt_rt_allocate_zeroed(1, (size_t)size);
    if (base && ((uintptr_t)base & (alignment - 1)) != 0) {
        wasmelt_rt_reservation_release(base, size, place, NULL);
        base = NULL;
    }
    if (!base)
        errno = ENOMEM;
    return base;
}

void wasmelt_rt_reservation_release(uint8_t *base, uint64_t size, const reservation_place *place, reservation_slot *slot) {
    (void)slot;
    if (place->space)
        place->space->release(place->context, base, size);
    else
        wasmelt_rt_release(base);
}

/* All of it can be accessed from the beginning, and is zero. */
bool wasmelt_rt_reservation_commit(uint8_t *base, uint64_t from, uint64_t to) {
    (void)base, (void)from, (void)to;
    return true;
}

void wasmelt_rt_system_join(void *from, size_t size) {
    (void)from, (void)size;
}

uint64_t wasmelt_rt_system_resident(const void *base, uint64_t size) {
    (void)base;
    return size;
}

void wasmelt_rt_shortage_of_memory(const wasmelt_memory_type *type, bool host_gives_space, char *message, size_t size) {
    (void)host_gives_space;
    system_print(message, size, "no linear memory: there are no %" SYSTEM_NUMBER " bytes",
                 (system_number)(type->minimum << type->page_size_log2));
}

/* Startup images are copied. */
void wasmelt_memory_image(wasmelt_memory *m, uint64_t address, const void *image, uint64_t length, wasmelt_image_source *source) {
    (void)source;
    if (!wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
    memcpy(m->base + address, image, (size_t)length);
}

/* There is no source of random numbers. A host that takes modules from others, which may all have types of one bucket, needs more memory
 * than there is here. */
uint64_t wasmelt_rt_system_seed(void) {
    return 0;
}

#endif
