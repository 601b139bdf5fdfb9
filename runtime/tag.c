/* Tags. A tag is counted by the instances that define or import it, and by its exceptions. It does not need its module, which may be
 * unloaded while exceptions still exist. No other tag gets its address as long as an instance or exception can compare it. */
#include "tag.h"

#include <stddef.h>
#include <string.h>

#include "allocator.h"
#include "store.h"
#include "types.h"

typedef struct own_tag {
    wasmelt_tag tag;
    uint64_t references; /* atomic */
    wasmelt_type type;
    wasmelt_valtype params[];
} own_tag;

const wasmelt_tag *wasmelt_rt_tag_new(wasmelt_store *store, const wasmelt_type *type, uint32_t type_id) {
    own_tag *own = wasmelt_rt_allocate(sizeof *own + type->param_count * sizeof own->params[0]);
    if (!own)
        return NULL;
    own->tag = (wasmelt_tag){&own->type, type_id, store};
    own->references = 1;
    own->type = (wasmelt_type){
        .kind = WASMELT_TYPE_FUNC,
        .is_final = type->is_final,
        .supertype = WASMELT_NO_TYPE,
        .group_size = 1,
        .params = own->params,
        .param_count = type->param_count,
    };
    if (type->param_count > 0)
        memcpy(own->params, type->params, type->param_count * sizeof own->params[0]);
    wasmelt_rt_type_id_retain(type_id);
    wasmelt_rt_store_use(store);
    return &own->tag;
}

static own_tag *own_tag_of(const wasmelt_tag *tag) {
    return tag && tag->store ? (own_tag *)((char *)tag - offsetof(own_tag, tag)) : NULL;
}

void wasmelt_rt_tag_retain(const wasmelt_tag *tag) {
    own_tag *own = own_tag_of(tag);
    if (own)
        __atomic_fetch_add(&own->references, 1, __ATOMIC_RELAXED);
}

void wasmelt_rt_tag_release(const wasmelt_tag *tag) {
    own_tag *own = own_tag_of(tag);
    if (!own || __atomic_sub_fetch(&own->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    wasmelt_rt_type_id_release(own->tag.type_id);
    wasmelt_rt_store_unuse(own->tag.store);
    wasmelt_rt_release(own);
}
