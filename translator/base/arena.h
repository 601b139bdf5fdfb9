/* Arenas: pools of memory that are freed or reset as a whole. The translator has one for the module and one for each function. Memory
 * from an arena is zeroed and aligned for any type. When memory runs out, the program prints a message and exits: see base/memory.h. */
#ifndef WASMELT_BASE_ARENA_H
#define WASMELT_BASE_ARENA_H

#include <stddef.h>
#include <string.h>

#include "base/memory.h"

typedef struct arena_block arena_block;

typedef struct arena {
    arena_block *current; /* newest block, which links to the older ones */
    unsigned char *next;  /* the unused rest of that block */
    size_t left;
    arena_block *spare; /* blocks for reuse, of the usual size */
    size_t spare_count;
} arena;

static inline void *arena_alloc(arena *a, size_t size);

/* Memory for `count` members of `size` bytes each; overflow of the product is checked. */
static inline void *arena_array(arena *a, size_t count, size_t size);

/* The same but not zeroed, for arrays that the caller fills at once. */
static inline void *arena_array_raw(arena *a, size_t count, size_t size);

/* A zero-terminated copy of `length` bytes. */
char *arena_string(arena *a, const char *bytes, size_t length);

/* Frees all memory of the arena; keeps some blocks for reuse. */
void arena_reset(arena *a);
void arena_free(arena *a);

/* A position in the arena. Going back to it frees all memory that was allocated since. */
typedef struct arena_mark {
    arena_block *block;
    unsigned char *next;
    size_t left;
} arena_mark;

arena_mark arena_position(const arena *a);
void arena_rewind(arena *a, arena_mark mark);

#define ARENA_ALIGNMENT _Alignof(max_align_t)

void arena_grow(arena *a, size_t size); /* adds a block with room for `size` bytes */

static inline void *arena_alloc_raw(arena *a, size_t size) {
    size_t rounded = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    if (a->left <= rounded || rounded < size)
        arena_grow(a, size);
    void *memory = a->next;
    a->next += rounded;
    a->left -= rounded;
    return memory;
}

static inline void *arena_alloc(arena *a, size_t size) {
    return memset(arena_alloc_raw(a, size), 0, size);
}

static inline void *arena_array_raw(arena *a, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        memory_exhausted();
    return arena_alloc_raw(a, bytes);
}

static inline void *arena_array(arena *a, size_t count, size_t size) {
    void *memory = arena_array_raw(a, count, size);
    return memset(memory, 0, count * size);
}

#endif
