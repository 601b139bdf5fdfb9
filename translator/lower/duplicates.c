#include "lower/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "base/vec.h"

/* A function, for sorting. */
typedef struct entry {
    uint64_t hash;
    span body;
    uint32_t type, index;
} entry;

/* A hash of a body, eight bytes at a time as all bodies are read. It only serves for sorting and need not be a good one. */
static uint64_t hash(span body) {
    uint64_t h = body.length;
    for (size_t k = 0; k < body.length; k += sizeof h) {
        uint64_t word = 0;
        size_t left = body.length - k;
        memcpy(&word, body.bytes + k, left < sizeof word ? left : sizeof word);
        h = (h ^ word) * 1099511628211u;
    }
    return h;
}

static int by_code(const entry *a, const entry *b) {
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->type != b->type)
        return a->type < b->type ? -1 : 1;
    if (a->body.length != b->body.length)
        return a->body.length < b->body.length ? -1 : 1;
    return memcmp(a->body.bytes, b->body.bytes, a->body.length);
}

static int by_code_and_index(const void *left, const void *right) {
    const entry *a = left, *b = right;
    int order = by_code(a, b);
    return order ? order : a->index < b->index ? -1 : 1;
}

/* Sorts the functions instead of using a hash table, which hostile input could fill with collisions. */
uint32_t *duplicates_find(const module *m, arena *a) {
    uint32_t *first = arena_array(a, m->func_count, sizeof *first);
    uint32_t count = 0;
    entry *entries = memory_alloc(m->func_count, sizeof *entries);
    for (uint32_t k = 0; k < m->func_count; k++) {
        const func *f = &m->funcs[k];
        first[k] = k;
        if (f->import == NO_INDEX)
            entries[count++] = (entry){hash(f->body), f->body, m->types[f->type].canonical, k};
    }
    if (count > 0)
        sort_stable(entries, count, sizeof *entries, by_code_and_index);
    for (uint32_t k = 1; k < count; k++)
        if (by_code(&entries[k - 1], &entries[k]) == 0)
            first[entries[k].index] = first[entries[k - 1].index];
    memory_release(entries);
    return first;
}
