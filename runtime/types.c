/* The process's list of function, struct and array types.
 *
 * Simple types carry their shape in their number (support.h). Others are kept here, a recursion group at
 * a time: a group is found by a key, its types written out with references inside the group relative to
 * it and references outside by number, so equal groups have equal keys (section 3.3.4 with rolled-up
 * types). Groups are counted by the instances that use them. */
#include "types.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/support.h>

#define NO_ID 0u

typedef struct group {
    struct group *next;
    uint32_t *key;
    size_t key_length;
    uint32_t first_id, count;
    uint32_t users;
    uint32_t supers[]; /* of each type: its supertype's number, or NO_ID */
} group;

static group *groups;
static uint32_t next_id = WASMELT_TYPE_ID_DYNAMIC;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- Numbers that say it all ---- */

static uint32_t digit(wasmelt_valtype t) {
    switch (t) {
    case WASMELT_I32:
        return 1;
    case WASMELT_I64:
        return 2;
    case WASMELT_F32:
        return 3;
    case WASMELT_F64:
        return 4;
    case WASMELT_V128:
        return 5;
    case WASMELT_FUNCREF:
        return 6;
    case WASMELT_EXTERNREF:
        return 7;
    default:
        return 0;
    }
}

static bool add_digits(uint32_t *id, const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        if (!digit(types[k]))
            return false;
        *id = *id << 3 | digit(types[k]);
    }
    return true;
}

/* The number of a simple type, or NO_ID. */
static uint32_t simple_id(const wasmelt_type *t) {
    uint32_t id = 1;
    if (t->kind != WASMELT_TYPE_FUNC || !t->is_final || t->supertype != WASMELT_NO_TYPE || t->group_size > 1 ||
        t->param_count + t->result_count > 9)
        return NO_ID;
    if (!add_digits(&id, t->params, t->param_count))
        return NO_ID;
    id <<= 3;
    return add_digits(&id, t->results, t->result_count) ? id : NO_ID;
}

/* ---- Keys ---- */

/* The words of a group's key. Grows; `failed` once memory was short. */
typedef struct key {
    uint32_t *words;
    size_t length, capacity;
    bool failed;
} key;

static void add(key *k, uint32_t word) {
    if (k->length == k->capacity) {
        size_t capacity = k->capacity ? k->capacity * 2 : 64;
        uint32_t *words = k->failed ? NULL : realloc(k->words, capacity * sizeof *words);
        if (!words) {
            k->failed = true;
            return;
        }
        k->words = words;
        k->capacity = capacity;
    }
    k->words[k->length++] = word;
}

/* A type index: the place within the group, or the number of a type outside; told apart by a word before. */
static void add_index(key *k, uint32_t index, uint32_t first, uint32_t size, const uint32_t *ids) {
    bool inside = index >= first && index - first < size;
    add(k, inside);
    add(k, inside ? index - first : ids[index]);
}

static void add_valtype(key *k, wasmelt_valtype t, uint32_t first, uint32_t size, const uint32_t *ids) {
    bool concrete = wasmelt_is_ref(t) && wasmelt_heap_is_concrete(wasmelt_heap(t));
    add(k, concrete ? t & 0xFF : t);
    if (concrete)
        add_index(k, wasmelt_heap(t), first, size, ids);
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

/* ---- Groups; with the lock held ---- */

static group *find_group(const key *k) {
    for (group *g = groups; g; g = g->next)
        if (g->key_length == k->length && memcmp(g->key, k->words, k->length * sizeof *k->words) == 0)
            return g;
    return NULL;
}

static group *group_of_id(uint32_t id) {
    for (group *g = groups; g; g = g->next)
        if (id >= g->first_id && id - g->first_id < g->count)
            return g;
    return NULL;
}

/* Takes the key over. */
static group *add_group(key *k, const wasmelt_type *types, uint32_t first, uint32_t size, const uint32_t *ids) {
    group *g = calloc(1, sizeof *g + size * sizeof *g->supers);
    if (!g || next_id > UINT32_MAX - size) {
        free(g);
        return NULL;
    }
    g->key = k->words;
    g->key_length = k->length;
    k->words = NULL;
    g->first_id = next_id;
    g->count = size;
    next_id += size;
    for (uint32_t i = 0; i < size; i++) {
        uint32_t super = types[first + i].supertype;
        if (super == WASMELT_NO_TYPE)
            g->supers[i] = NO_ID;
        else
            g->supers[i] = super >= first && super - first < size ? g->first_id + super - first : ids[super];
    }
    g->next = groups;
    groups = g;
    return g;
}

static bool intern_group(const wasmelt_type *types, uint32_t first, uint32_t size, uint32_t *ids) {
    key k = {0};
    add(&k, size);
    for (uint32_t i = 0; i < size; i++)
        add_type(&k, &types[first + i], first, size, ids);
    group *g = NULL;
    if (!k.failed) {
        g = find_group(&k);
        if (!g)
            g = add_group(&k, types, first, size, ids);
    }
    free(k.words);
    if (!g)
        return false;
    g->users++;
    for (uint32_t i = 0; i < size; i++)
        ids[first + i] = g->first_id + i;
    return true;
}

static void release_group(uint32_t id) {
    for (group **at = &groups; *at; at = &(*at)->next) {
        group *g = *at;
        if (id != g->first_id)
            continue;
        if (--g->users == 0) {
            *at = g->next;
            free(g->key);
            free(g);
        }
        return;
    }
}

static void release_first(const wasmelt_type *types, uint32_t count, const uint32_t *ids) {
    for (uint32_t k = 0; k < count; k += types[k].group_size ? types[k].group_size : 1)
        if (ids[k] & WASMELT_TYPE_ID_DYNAMIC)
            release_group(ids[k]);
}

bool types_intern(const wasmelt_type *types, uint32_t count, uint32_t *ids) {
    bool ok = true;
    pthread_mutex_lock(&lock);
    for (uint32_t k = 0; ok && k < count;) {
        uint32_t size = types[k].group_size ? types[k].group_size : 1;
        ids[k] = simple_id(&types[k]);
        if (ids[k] == NO_ID && !intern_group(types, k, size, ids)) {
            release_first(types, k, ids);
            ok = false;
        }
        k += size;
    }
    pthread_mutex_unlock(&lock);
    return ok;
}

void types_release(const wasmelt_type *types, uint32_t count, const uint32_t *ids) {
    pthread_mutex_lock(&lock);
    release_first(types, count, ids);
    pthread_mutex_unlock(&lock);
}

/* ---- Matching ---- */

bool type_id_matches(uint32_t sub, uint32_t super) {
    if (sub == super)
        return true;
    if (!(sub & WASMELT_TYPE_ID_DYNAMIC) || !(super & WASMELT_TYPE_ID_DYNAMIC))
        return false; /* simple types are final */
    pthread_mutex_lock(&lock);
    while (sub != super && sub != NO_ID) {
        const group *g = group_of_id(sub);
        sub = g ? g->supers[sub - g->first_id] : NO_ID;
    }
    pthread_mutex_unlock(&lock);
    return sub == super;
}

static bool is_concrete(typed t) {
    return wasmelt_is_ref(t.type) && wasmelt_heap_is_concrete(wasmelt_heap(t.type));
}

static uint32_t id_of(typed t) {
    return t.ids ? t.ids[wasmelt_heap(t.type)] : NO_ID;
}

bool typed_equal(typed a, typed b) {
    if (is_concrete(a) && is_concrete(b))
        return (a.type & 0xFF) == (b.type & 0xFF) && id_of(a) == id_of(b) && id_of(a) != NO_ID;
    return a.type == b.type;
}

/* The abstract type that a heap type is directly below; itself at the top. */
static uint32_t heap_above(typed t, uint32_t heap) {
    if (wasmelt_heap_is_concrete(heap)) {
        if (!t.types)
            return heap;
        wasmelt_type_kind kind = t.types[heap].kind;
        return kind == WASMELT_TYPE_FUNC     ? WASMELT_HEAP_FUNC
               : kind == WASMELT_TYPE_STRUCT ? WASMELT_HEAP_STRUCT
                                             : WASMELT_HEAP_ARRAY;
    }
    switch (heap) {
    case WASMELT_HEAP_I31:
    case WASMELT_HEAP_STRUCT:
    case WASMELT_HEAP_ARRAY:
        return WASMELT_HEAP_EQ;
    case WASMELT_HEAP_EQ:
    case WASMELT_HEAP_NONE:
        return WASMELT_HEAP_ANY;
    case WASMELT_HEAP_NOFUNC:
        return WASMELT_HEAP_FUNC;
    case WASMELT_HEAP_NOEXTERN:
        return WASMELT_HEAP_EXTERN;
    case WASMELT_HEAP_NOEXN:
        return WASMELT_HEAP_EXN;
    default:
        return heap;
    }
}

static uint32_t heap_top(typed t, uint32_t heap) {
    for (uint32_t above = heap_above(t, heap); above != heap; above = heap_above(t, heap))
        heap = above;
    return heap;
}

static bool is_bottom(uint32_t heap) {
    return heap == WASMELT_HEAP_NONE || heap == WASMELT_HEAP_NOFUNC || heap == WASMELT_HEAP_NOEXTERN ||
           heap == WASMELT_HEAP_NOEXN;
}

bool typed_matches(typed sub, typed super) {
    if (typed_equal(sub, super))
        return true;
    if (!wasmelt_is_ref(sub.type) || !wasmelt_is_ref(super.type) ||
        (wasmelt_is_nullable(sub.type) && !wasmelt_is_nullable(super.type)))
        return false;
    if (is_concrete(sub) && is_concrete(super))
        return id_of(sub) != NO_ID && type_id_matches(id_of(sub), id_of(super));
    uint32_t heap = wasmelt_heap(sub.type), goal = wasmelt_heap(super.type);
    if (is_bottom(heap))
        return heap_top(sub, heap) == heap_top(super, goal);
    if (is_concrete(super))
        return false;
    while (heap != goal) {
        uint32_t above = heap_above(sub, heap);
        if (above == heap)
            return false;
        heap = above;
    }
    return true;
}

bool typed_is_func(typed t) {
    return heap_top(t, wasmelt_heap(t.type)) == WASMELT_HEAP_FUNC;
}

/* ---- Indirect calls ---- */

const wasmelt_table_entry *wasmelt_call_indirect_slow(const wasmelt_table *t, uint64_t index, uint32_t type_id) {
    if (index >= t->size)
        wasmelt_trap_raise(WASMELT_TRAP_UNDEFINED_ELEMENT);
    const wasmelt_table_entry *e = &t->entries[index];
    if (e->type_id == 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNINITIALIZED_ELEMENT);
    if (!type_id_matches(e->type_id, type_id))
        wasmelt_trap_raise(WASMELT_TRAP_INDIRECT_CALL_TYPE);
    return e;
}
