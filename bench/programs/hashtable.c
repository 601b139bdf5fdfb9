/* An open-addressing hash table of 64-bit keys that grows, finds and deletes, and one of words by chaining. */
#include "bench.h"

typedef struct {
    uint64_t key, value;
} slot; /* key 0: free; 1: deleted */
static slot *slots;
static uint32_t capacity, used;

static uint32_t place(uint64_t key) {
    key *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(key >> 32) & (capacity - 1);
}

static slot *find(uint64_t key) {
    slot *deleted = NULL;
    for (uint32_t k = place(key);; k = (k + 1) & (capacity - 1)) {
        if (slots[k].key == key)
            return &slots[k];
        if (slots[k].key == 0)
            return deleted ? deleted : &slots[k];
        if (slots[k].key == 1 && !deleted)
            deleted = &slots[k];
    }
}

static void grow(void) {
    slot *old = slots;
    uint32_t old_capacity = capacity;
    capacity = capacity ? capacity * 2 : 64;
    slots = calloc(capacity, sizeof *slots);
    if (!slots)
        exit(1);
    used = 0;
    for (uint32_t k = 0; k < old_capacity; k++)
        if (old[k].key > 1)
            *find(old[k].key) = old[k], used++;
    free(old);
}

static void add(uint64_t key, uint64_t value) {
    if (used * 3 >= capacity * 2)
        grow();
    slot *s = find(key);
    if (s->key != key) {
        used += s->key == 0;
        s->key = key;
        s->value = 0;
    }
    s->value += value;
}

typedef struct word {
    struct word *next;
    uint32_t hash, count;
    char text[12];
} word;
static word *buckets[4096];

static void count_word(const char *text) {
    uint32_t h = 2166136261u;
    for (const char *p = text; *p; p++)
        h = (h ^ (uint8_t)*p) * 16777619u;
    for (word *w = buckets[h & 4095]; w; w = w->next)
        if (w->hash == h && strcmp(w->text, text) == 0) {
            w->count++;
            return;
        }
    word *w = allocate(sizeof *w);
    w->next = buckets[h & 4095];
    w->hash = h;
    w->count = 1;
    strcpy(w->text, text);
    buckets[h & 4095] = w;
}

int main(void) {
    for (int round = 0; round < ROUNDS(3500000); round++) {
        uint64_t key = (uint64_t)random_below(300000) * 6364136223846793005u | 2;
        switch (random_below(4)) {
        case 0:
        case 1:
            add(key, (uint64_t)round);
            break;
        case 2:
            if (slots)
                mix(find(key)->value);
            break;
        default:
            if (slots) {
                slot *s = find(key);
                if (s->key == key)
                    s->key = 1;
            }
        }
    }
    for (int round = 0; round < ROUNDS(2500000); round++) {
        char text[12];
        int n = 2 + (int)random_below(3);
        for (int k = 0; k < n; k++)
            text[k] = (char)('a' + random_below(9));
        text[n] = 0;
        count_word(text);
    }
    for (int k = 0; k < 4096; k++)
        for (word *w = buckets[k]; w; w = w->next)
            mix(w->hash ^ w->count);
    return report();
}
