#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"

_Noreturn void memory_exhausted(void) {
    fputs("wasmelt: error: out of memory\n", stderr);
    exit(1);
}

void *memory_alloc(size_t count, size_t size) {
    void *block = calloc(count ? count : 1, size ? size : 1);
    if (!block)
        memory_exhausted();
    return block;
}

void *memory_resize(void *old, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size)
        memory_exhausted();
    void *block = realloc(old, count * size > 0 ? count * size : 1);
    if (!block)
        memory_exhausted();
    return block;
}

void memory_release(void *block) {
    free(block);
}

#define FIRST_CAPACITY 8
#define SMALL_BLOCK 1000 /* bytes: freed blocks of up to this size are reused at once */

void *vec_grow(void *data, size_t *capacity, size_t member_size) {
    size_t first = member_size * FIRST_CAPACITY <= SMALL_BLOCK ? FIRST_CAPACITY : FIRST_CAPACITY / 2;
    size_t wanted = *capacity ? *capacity * 2 : first;
    if (wanted < *capacity)
        memory_exhausted();
    data = memory_resize(data, wanted, member_size);
    *capacity = wanted;
    return data;
}
