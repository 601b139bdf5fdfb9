/* Numbers of types for the whole process. The number of a simple type describes its shape (facts/type_number.h); other types are in a list,
 * which only modules with such types link (type_groups.c). */
#include "types.h"

#include "facts/type_number.h"
#include "not_unwound.h"
#include "type_groups.h"

const type_groups *_Atomic wasmelt_rt_type_groups;
slot *_Atomic wasmelt_rt_type_chunks[CHUNKS];

/* ---- A module's types ---- */

static uint32_t group_size(const wasmelt_type *t) {
    return t->group_size ? t->group_size : 1;
}

static const type_groups *get_groups(void) {
    return atomic_load_explicit(&wasmelt_rt_type_groups, memory_order_acquire);
}

static void release_first(const type_groups *groups, const wasmelt_type *types, uint32_t count, const uint32_t *ids) {
    for (uint32_t k = 0; k < count; k += group_size(&types[k]))
        if (ids[k] & TYPE_NUMBER_DYNAMIC)
            groups->release(ids[k]);
}

/* Without the list, a type that is not simple has no number: then the module's descriptor is wrong. */
static bool intern(const type_groups *groups, const wasmelt_type *types, uint32_t count, uint32_t *ids) {
    for (uint32_t k = 0; k < count;) {
        uint32_t size = group_size(&types[k]);
        ids[k] = type_number_simple(&types[k]);
        if (ids[k] == NO_ID && !(groups && groups->intern(types, k, size, ids))) {
            release_first(groups, types, k, ids);
            return false;
        }
        k += size;
    }
    return true;
}

bool wasmelt_rt_types_intern(const wasmelt_type *types, uint32_t count, uint32_t *ids) {
    const type_groups *groups = get_groups();
    if (!groups)
        return intern(NULL, types, count, ids);
    system_lock_take(groups->lock);
    bool ok = intern(groups, types, count, ids);
    system_lock_give(groups->lock);
    return ok;
}

void wasmelt_rt_types_release(const wasmelt_type *types, uint32_t count, const uint32_t *ids) {
    const type_groups *groups = get_groups();
    if (!groups)
        return;
    system_lock_take(groups->lock);
    release_first(groups, types, count, ids);
    system_lock_give(groups->lock);
}

/* Calls a function of the list's for a number of the list's; there is nothing to do for others. */
static void call_for(uint32_t id, void (*function)(uint32_t id), const type_groups *groups) {
    system_lock_take(groups->lock);
    function(id);
    system_lock_give(groups->lock);
}

void wasmelt_rt_type_id_retain(uint32_t id) {
    if (id & TYPE_NUMBER_DYNAMIC)
        call_for(id, get_groups()->retain, get_groups());
}

void wasmelt_rt_type_id_release(uint32_t id) {
    if (id & TYPE_NUMBER_DYNAMIC)
        call_for(id, get_groups()->release, get_groups());
}

bool wasmelt_rt_type_id_matches(uint32_t sub, uint32_t super) {
    while (sub != super && sub & TYPE_NUMBER_DYNAMIC) /* simple types have no supertype */
        sub = atomic_load_explicit(&slot_of(sub)->super, memory_order_relaxed);
    return sub == super;
}

void wasmelt_rt_types_end(void) {
    const type_groups *groups = get_groups();
    if (!groups)
        return;
    system_lock_take(groups->lock);
    groups->end();
    system_lock_give(groups->lock);
}
