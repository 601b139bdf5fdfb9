#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

struct arena_block {
    arena_block *older;
    size_t size; /* bytes in `bytes` */
    _Alignas(max_align_t) unsigned char bytes[];
};

static arena_block *block_new(size_t size) {
    if (size > SIZE_MAX - sizeof(arena_block))
        memory_exhausted();
    arena_block *b = malloc(sizeof(arena_block) + size);
    if (!b)
        memory_exhausted();
    b->size = size;
    return b;
}

static void use(arena *a, arena_block *b) {
    a->current = b;
    a->next = b ? b->bytes : NULL;
    a->left = b ? b->size : 0;
}

void arena_grow(arena *a, size_t size) {
    if (size > SIZE_MAX - ARENA_ALIGNMENT)
        memory_exhausted();
    size_t rounded = (size + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    arena_block *b = block_new(rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE);
    b->older = a->current;
    use(a, b);
}

void *arena_array(arena *a, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size)
        memory_exhausted();
    return arena_alloc(a, count * size);
}

char *arena_string(arena *a, const char *bytes, size_t length) {
    char *copy = arena_alloc(a, length + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* Frees the block and those older than it, down to `end` or all. */
static void free_down_to(arena_block *b, const arena_block *end) {
    while (b != end) {
        arena_block *older = b->older;
        free(b);
        b = older;
    }
}

void arena_reset(arena *a) {
    if (!a->current)
        return;
    free_down_to(a->current->older, NULL);
    a->current->older = NULL;
    if (a->current->size > BLOCK_SIZE)
        arena_free(a);
    else
        use(a, a->current);
}

void arena_free(arena *a) {
    free_down_to(a->current, NULL);
    use(a, NULL);
}

arena_mark arena_position(const arena *a) {
    return (arena_mark){a->current, a->next, a->left};
}

void arena_rewind(arena *a, arena_mark mark) {
    free_down_to(a->current, mark.block);
    *a = (arena){mark.block, mark.next, mark.left};
}
