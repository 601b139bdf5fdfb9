/* Tables of handles (definitions.py: Table, ResourceHandle; CanonicalABI.md, lifting and lowering of own and borrow). Indices are given out
 * in the order that the specification prescribes: the one that was freed last, else the next. */
#include <wasmelt/code/component.h>

#include "../allocator.h"
#include "handles.h"

/* Entries of all tables of a component together: the specification allows 2^28 in each, which would be 6 GiB of the host's memory. */
enum { MOST_ENTRIES = 1 << 21 };

wasmelt_canon_handle *wasmelt_rt_handle_find(const wasmelt_canon_part *part, u32 resource, u32 handle) {
    if (handle == 0 || handle >= part->handle_count || part->handles[handle].resource == 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNKNOWN_HANDLE);
    if (part->handles[handle].resource != resource)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_TYPE);
    return &part->handles[handle];
}

static void grow(wasmelt_canon_part *part) {
    wasmelt_canon_part *outermost = part;
    while (outermost->parent)
        outermost = outermost->parent;
    const u32 room = part->handle_room == 0 ? 16 : part->handle_room * 2;
    const u32 entries = outermost->all_handle_room - part->handle_room + room;
    wasmelt_canon_handle *handles = entries > MOST_ENTRIES ? NULL : wasmelt_rt_reallocate(part->handles, room * sizeof *handles);
    if (!handles)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    part->handles = handles;
    part->handle_room = room;
    outermost->all_handle_room = entries;
}

u32 wasmelt_rt_handle_add(wasmelt_canon_part *part, wasmelt_canon_handle h) {
    u32 index = part->free_handle;
    if (index != 0) {
        part->free_handle = part->handles[index].lends;
    } else {
        if (part->handle_count == 0)
            part->handle_count = 1;
        if (part->handle_count >= part->handle_room)
            grow(part);
        index = part->handle_count++;
    }
    part->handles[index] = h;
    return index;
}

void wasmelt_rt_handle_remove(wasmelt_canon_part *part, u32 handle) {
    part->handles[handle] = (wasmelt_canon_handle){.lends = part->free_handle};
    part->free_handle = handle;
}

u32 wasmelt_canon_resource_new(wasmelt_canon_part *part, u32 resource, u32 representation) {
    return wasmelt_rt_handle_add(part, (wasmelt_canon_handle){.representation = representation, .resource = resource});
}

u32 wasmelt_canon_resource_rep(const wasmelt_canon_part *part, u32 resource, u32 handle) {
    return wasmelt_rt_handle_find(part, resource, handle)->representation;
}

bool wasmelt_canon_resource_drop(wasmelt_canon_part *part, u32 resource, u32 handle, u32 *representation) {
    const wasmelt_canon_handle h = *wasmelt_rt_handle_find(part, resource, handle);
    if (h.lends > 0)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_LENT);
    wasmelt_rt_handle_remove(part, handle);
    *representation = h.representation;
    if (h.scope)
        h.scope->borrows--;
    return !h.scope;
}

u32 wasmelt_canon_lift_own(wasmelt_canon_call *c, u32 resource, u32 handle) {
    const wasmelt_canon_handle h = *wasmelt_rt_handle_find(c->canon->part, resource, handle);
    if (h.lends > 0)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_LENT);
    if (h.scope)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_TYPE);
    wasmelt_rt_handle_remove(c->canon->part, handle);
    return h.representation;
}

u32 wasmelt_canon_lift_borrow(wasmelt_canon_call *c, u32 resource, u32 handle) {
    wasmelt_canon_handle *h = wasmelt_rt_handle_find(c->canon->part, resource, handle);
    wasmelt_canon_lend *lend =
        c->is_async ? wasmelt_rt_lend_new(c->canon->component) : wasmelt_canon_allocate_lifted(c->canon->component, 1, sizeof *lend);
    *lend = (wasmelt_canon_lend){c->lends, handle};
    c->lends = lend;
    h->lends++;
    return h->representation;
}

u32 wasmelt_canon_lower_own(wasmelt_canon_call *c, u32 resource, u32 representation) {
    return wasmelt_canon_resource_new(c->canon->part, resource, representation);
}

u32 wasmelt_canon_lower_borrow(wasmelt_canon_call *c, u32 resource, const wasmelt_canon_part *owner, u32 representation) {
    if (c->canon->part == owner)
        return representation;
    c->borrows++;
    return wasmelt_rt_handle_add(c->canon->part,
                                 (wasmelt_canon_handle){.representation = representation, .resource = resource, .scope = c});
}
