/* The process's list of those function, struct and array types whose number does not describe them (facts/type_number.h).
 *
 * They are kept by recursion group. A group is found by a key, which consists of its types with references inside the group
 * relative to it and references outside by number, so that equal groups have equal keys (section 3.3.4, with rolled-up types). Groups are
 * counted by the instances and tags that use them, and by groups whose keys mention them. So a number can be given to another type as soon
 * as its last user is gone. */
#include "type_groups.h"

#include <stdatomic.h>
#include <string.h>

#include <wasmelt/code/support.h>

#include "allocator.h"
#include "facts/type_number.h"
#include "not_unwound.h"
#include "system/system.h"

typedef struct type_group {
    struct type_group *next; /* the next in its bucket; for a group without users, the next such group */
    uint64_t hash;
    uint32_t *key;
    size_t key_length;   /* in words */
    uint32_t *mentioned; /* numbers in its key that are kept here, as often as they occur: this group is a user of their groups */
    size_t mentioned_count;
    uint32_t users;
    uint32_t count;
    uint32_t ids[]; /* the number of each type */
} group;

static uint32_t slot_count; /* number of slots that have ever been in use */
static uint32_t free_ids = NO_ID;

static group **buckets;
static size_t bucket_count, group_count; /* bucket_count: a power of two */
static system_lock lock = SYSTEM_LOCK;

/* ---- Keys ---- */

/* A growing list of words; `failed` is set once memory is short. */
typedef struct word_list {
    uint32_t *words;
    size_t length, capacity;
    bool failed;
} word_list;

/* The key of a group, and the numbers in it that are kept here. */
typedef struct key {
    word_list text, mentioned;
} key;

static void append(word_list *list, uint32_t word) {
    if (list->length == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        uint32_t *words = list->failed ? NULL : wasmelt_rt_reallocate(list->words, capacity * sizeof *words);
        if (!words) {
            list->failed = true;
            return;
        }
        list->words = words;
        list->capacity = capacity;
    }
    list->words[list->length++] = word;
}

static void add(key *k, uint32_t word) {
    append(&k->text, word);
}

/* Adds a type index to a key: the position within the group, or the number of a type outside. A word before it says which. */
static void add_index(key *k, uint32_t index, uint32_t first, uint32_t size, const uint32_t *ids) {
    bool inside = index >= first && index - first < size;
    add(k, inside);
    add(k, inside ? index - first : ids[index]);
    if (!inside && ids[index] & TYPE_NUMBER_DYNAMIC)
        append(&k->mentioned, ids[index]);
}

static void add_valtype(key *k, wasmelt_valtype t, uint32_t first, uint32_t size, const uint32_t *ids) {
    bool concrete = wasmelt_is_ref(t) && wasmelt_heap_is_concrete(wasmelt_heap_type(t));
    add(k, concrete ? t & 0xFF : t);
    if (concrete)
        add_index(k, wasmelt_heap_type(t), first, size, ids);
}

static void add_type(key *k, const wasmelt_type *t, uint32_t first, uint32_t size, const uint32_t *ids) {
    add(k, (uint32_t)t->kind);
    add(k, t->is_final);
    add(k, t->supertype != WASMELT_NO_TYPE);
    if (t->supertype != WASMELT_NO_TYPE)
        add_index(k, t->supertype, first, size, ids);
    add(k, t->param_count);
    add(k, t->result_count);
    for (uint32_t i = 0; i < t->param_count; i++) {
        add_valtype(k, t->params[i], first, size, ids);
        if (t->mutability)
            add(k, t->mutability[i]);
    }
    for (uint32_t i = 0; i < t->result_count; i++)
        add_valtype(k, t->results[i], first, size, ids);
}

/* A hash that differs from process to process, so that nobody can make a module whose types all fall into one bucket. */
static uint64_t hash_of(const word_list *k) {
    uint64_t h = wasmelt_rt_system_seed() ^ k->length;
    for (size_t i = 0; i < k->length; i++) {
        h = (h ^ k->words[i]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return h;
}

/* ---- Slots; changed with the lock held ---- */

/* Takes a number for a type; NO_ID if there is none. */
static uint32_t take_id(void) {
    uint32_t id = free_ids;
    if (id != NO_ID) {
        free_ids = slot_of(id)->next_free;
        return id;
    }
    uint32_t chunk = 31 - (uint32_t)__builtin_clz(slot_count / FIRST_CHUNK + 1);
    if (chunk >= CHUNKS)
        return NO_ID;
    if (!atomic_load_explicit(&wasmelt_rt_type_chunks[chunk], memory_order_relaxed)) {
        slot *s = wasmelt_rt_allocate_zeroed((size_t)FIRST_CHUNK << chunk, sizeof *s);
        if (!s)
            return NO_ID;
        atomic_store_explicit(&wasmelt_rt_type_chunks[chunk], s, memory_order_release);
    }
    return TYPE_NUMBER_DYNAMIC | slot_count++;
}

static void give_back(uint32_t id) {
    slot *s = slot_of(id);
    s->owner = NULL;
    s->next_free = free_ids;
    free_ids = id;
}

/* ---- Groups; with the lock held ---- */

static group *find_group(const word_list *k, uint64_t hash) {
    if (bucket_count == 0)
        return NULL;
    for (group *g = buckets[hash & (bucket_count - 1)]; g; g = g->next)
        if (g->hash == hash && g->key_length == k->length && memcmp(g->key, k->words, k->length * sizeof *k->words) == 0)
            return g;
    return NULL;
}

/* Keeps about as many buckets as groups. If there is no memory for more buckets, the present ones have to do. False if there are none. */
static bool make_room(void) {
    if (group_count < bucket_count)
        return true;
    size_t count = bucket_count ? bucket_count * 2 : 64;
    group **fresh = wasmelt_rt_allocate_zeroed(count, sizeof *fresh);
    if (!fresh)
        return bucket_count > 0;
    for (size_t b = 0; b < bucket_count; b++)
        for (group *g = buckets[b], *next; g; g = next) {
            next = g->next;
            g->next = fresh[g->hash & (count - 1)];
            fresh[g->hash & (count - 1)] = g;
        }
    wasmelt_rt_release(buckets);
    buckets = fresh;
    bucket_count = count;
    return true;
}

static bool take_ids(group *g, uint32_t size) {
    for (; g->count < size; g->count++) {
        uint32_t id = take_id();
        if (id == NO_ID) {
            while (g->count > 0)
                give_back(g->ids[--g->count]);
            return false;
        }
        g->ids[g->count] = id;
    }
    return true;
}

/* Adds a group. If this succeeds, the group takes over the key. */
static group *add_group(key *k, uint64_t hash, const wasmelt_type *types, uint32_t first, uint32_t size, const uint32_t *ids) {
    group *g = make_room() ? wasmelt_rt_allocate_zeroed(1, sizeof *g + size * sizeof *g->ids) : NULL;
    if (!g || !take_ids(g, size)) {
        wasmelt_rt_release(g);
        return NULL;
    }
    g->hash = hash;
    g->key = k->text.words;
    g->key_length = k->text.length;
    g->mentioned = k->mentioned.words;
    g->mentioned_count = k->mentioned.length;
    *k = (key){0};
    for (size_t i = 0; i < g->mentioned_count; i++)
        slot_of(g->mentioned[i])->owner->users++;
    for (uint32_t i = 0; i < size; i++) {
        uint32_t super = types[first + i].supertype, super_id = NO_ID;
        if (super < first + i) /* always true after validation */
            super_id = super < first ? ids[super] : g->ids[super - first];
        slot *s = slot_of(g->ids[i]);
        s->owner = g;
        atomic_store_explicit(&s->super, super_id, memory_order_relaxed);
    }
    g->next = buckets[hash & (bucket_count - 1)];
    buckets[hash & (bucket_count - 1)] = g;
    group_count++;
    return g;
}

static bool intern_group(const wasmelt_type *types, uint32_t first, uint32_t size, uint32_t *ids) {
    key k = {0};
    add(&k, size);
    for (uint32_t i = 0; i < size; i++)
        add_type(&k, &types[first + i], first, size, ids);
    group *g = NULL;
    if (!k.text.failed && !k.mentioned.failed) {
        uint64_t hash = hash_of(&k.text);
        g = find_group(&k.text, hash);
        if (!g)
            g = add_group(&k, hash, types, first, size, ids);
    }
    wasmelt_rt_release(k.text.words);
    wasmelt_rt_release(k.mentioned.words);
    if (!g)
        return false;
    g->users++;
    memcpy(&ids[first], g->ids, size * sizeof *ids);
    return true;
}

/* Frees everything, when nothing has a number that is kept here any more. */
static void free_all(void) {
    wasmelt_rt_release(buckets);
    buckets = NULL;
    bucket_count = 0;
    for (int c = 0; c < CHUNKS; c++)
        wasmelt_rt_release(atomic_exchange_explicit(&wasmelt_rt_type_chunks[c], NULL, memory_order_relaxed));
    slot_count = 0;
    free_ids = NO_ID;
}

/* Takes a group without users out of its bucket. */
static void leave_bucket(group *g) {
    group **at = &buckets[g->hash & (bucket_count - 1)];
    while (*at != g)
        at = &(*at)->next;
    *at = g->next;
    group_count--;
}

/* Releases a use of a group. If it was the last, the groups that it mentions may lose their last user, and so on. */
static void release_group(group *g) {
    group *unused = NULL;
    if (--g->users == 0) {
        leave_bucket(g);
        g->next = NULL;
        unused = g;
    }
    while (unused) {
        g = unused;
        unused = g->next;
        for (size_t i = 0; i < g->mentioned_count; i++) {
            group *mentioned = slot_of(g->mentioned[i])->owner;
            if (--mentioned->users > 0)
                continue;
            leave_bucket(mentioned);
            mentioned->next = unused;
            unused = mentioned;
        }
        for (uint32_t i = 0; i < g->count; i++)
            give_back(g->ids[i]);
        wasmelt_rt_release(g->key);
        wasmelt_rt_release(g->mentioned);
        wasmelt_rt_release(g);
    }
    if (group_count == 0)
        free_all();
}

/* ---- For types.c ---- */

static void retain(uint32_t id) {
    slot_of(id)->owner->users++;
}

static void release(uint32_t id) {
    release_group(slot_of(id)->owner);
}

static void end(void) {
    for (size_t b = 0; b < bucket_count; b++)
        for (group *g = buckets[b], *next; g; g = next) {
            next = g->next;
            wasmelt_rt_release(g->key);
            wasmelt_rt_release(g);
        }
    group_count = 0;
    free_all();
}

void wasmelt_type_groups(void) {
    static const type_groups all = {&lock, intern_group, retain, release, end};
    atomic_store_explicit(&wasmelt_rt_type_groups, &all, memory_order_release);
}
