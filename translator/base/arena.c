#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

#define BLOCK_SIZE ((size_t)64 * 1024)
#define MAX_SPARE 64 /* blocks kept for reuse: enough for nearly all functions */

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
        memory_exhausted(); /* does not return; cppcheck does not know, as it looks at one file at a time */
    /* cppcheck-suppress nullPointerRedundantCheck */
    b->size = size;
    return b;
}

static arena_block *block_take(arena *a, size_t size) {
    if (size > BLOCK_SIZE || !a->spare)
        return block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
    arena_block *b = a->spare;
    a->spare = b->older;
    a->spare_count--;
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
    arena_block *b = block_take(a, rounded);
    b->older = a->current;
    use(a, b);
}

char *arena_string(arena *a, const char *bytes, size_t length) {
    char *copy = arena_alloc(a, length + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* Frees blocks, or keeps them for reuse: the newest and those older, up to but not including `end` (null: all). */
static void give_back(arena *a, const arena_block *end) {
    while (a->current != end) {
        arena_block *b = a->current;
        a->current = b->older;
        if (b->size == BLOCK_SIZE && a->spare_count < MAX_SPARE) {
            b->older = a->spare;
            a->spare = b;
            a->spare_count++;
        } else {
            free(b);
        }
    }
}

void arena_reset(arena *a) {
    give_back(a, NULL);
    use(a, NULL);
}

void arena_free(arena *a) {
    arena_reset(a);
    while (a->spare) {
        arena_block *b = a->spare;
        a->spare = b->older;
        free(b);
    }
    a->spare_count = 0;
}

arena_mark arena_position(const arena *a) {
    return (arena_mark){a->current, a->next, a->left};
}

void arena_rewind(arena *a, arena_mark mark) {
    give_back(a, mark.block);
    a->next = mark.next;
    a->left = mark.left;
}
