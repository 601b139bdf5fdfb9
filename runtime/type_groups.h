/* The list of types whose numbers do not describe them. It is linked into programs only by descriptors of modules that have such types
 * (wasmelt_module.type_groups), so the others reach it through a pointer. */
#ifndef WASMELT_RUNTIME_TYPE_GROUPS_H
#define WASMELT_RUNTIME_TYPE_GROUPS_H

#include <stdatomic.h>

#include "facts/type_number.h"
#include "system/lock.h"
#include "types.h"

#pragma GCC visibility push(hidden)

#define NO_ID TYPE_NUMBER_NONE

typedef struct type_groups {
    system_lock *lock; /* held by callers of all that follow */
    /* Stores in `ids` the numbers of a recursion group, which counts one user more. False when memory is short. */
    bool (*intern)(const wasmelt_type *types, uint32_t first, uint32_t size, uint32_t *ids);
    void (*retain)(uint32_t id); /* one user more, or less, of the group of the type with this number */
    void (*release)(uint32_t id);
    void (*end)(void); /* frees everything */
} type_groups;

/* Null: no module with such types has been instantiated, and there is no number of one. It never becomes null again. */
extern const type_groups *_Atomic wasmelt_rt_type_groups;

/* The type that a number stands for. Slots never move, so that supertypes can be read without the lock. */
typedef struct slot {
    struct type_group *owner;
    _Atomic uint32_t super; /* the supertype's number, or NO_ID */
    uint32_t next_free;     /* of a free slot: the number of the next, or NO_ID */
} slot;

/* Slots are in chunks, each twice as large as the one before. */
enum { FIRST_CHUNK = 64, CHUNKS = 25 };

extern slot *_Atomic wasmelt_rt_type_chunks[CHUNKS];

static inline slot *slot_of(uint32_t id) {
    uint32_t index = id & ~TYPE_NUMBER_DYNAMIC;
    uint32_t chunk = 31 - (uint32_t)__builtin_clz(index / FIRST_CHUNK + 1);
    uint32_t before = FIRST_CHUNK * ((UINT32_C(1) << chunk) - 1);
    return &atomic_load_explicit(&wasmelt_rt_type_chunks[chunk], memory_order_acquire)[index - before];
}

#pragma GCC visibility pop

#endif
