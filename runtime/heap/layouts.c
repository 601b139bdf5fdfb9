/* The types of a heap: their numbers, supertypes, and the offsets of references in their objects. They exist as long as the heap, because
 * objects may outlive the instances that brought their types. */
#include <string.h>

#include "../allocator.h"
#include "../facts/heap_types.h"
#include "../linking.h"
#include "../types.h"
#include "heap.h"
#include "object_layout.h"

/* ---- Numbers ---- */

static uint32_t slot_of(const heap *h, uint32_t id) {
    uint32_t at = id * UINT32_C(0x9E3779B1) & (h->number_room - 1);
    while (h->numbers[at] && h->types[h->numbers[at]].id != id)
        at = (at + 1) & (h->number_room - 1);
    return at;
}

uint32_t wasmelt_rt_heap_type_number(const heap *h, uint32_t id) {
    return h->number_room ? h->numbers[slot_of(h, id)] : 0;
}

/* Grows an array whose pointer is at *at. */
static bool grow(void *at, size_t count, size_t size) {
    void *old, *larger;
    memcpy(&old, at, sizeof old);
    larger = wasmelt_rt_reallocate(old, count * size);
    if (larger)
        memcpy(at, &larger, sizeof larger);
    return larger != NULL;
}

/* Makes room for `more` types. */
static bool make_room(heap *h, uint32_t more) {
    uint32_t wanted = h->type_count + more, room = h->type_room ? h->type_room : 64;
    while (room < wanted)
        room *= 2;
    if (room == h->type_room)
        return true;
    uint32_t *numbers = wasmelt_rt_allocate_zeroed(2 * (size_t)room, sizeof *numbers);
    if (!numbers || !grow(&h->layouts, room, sizeof *h->layouts) || !grow(&h->types, room, sizeof *h->types) ||
        !grow(&h->code.types, room, sizeof *h->code.types) || !grow(&h->code.kinds, room, sizeof *h->code.kinds)) {
        wasmelt_rt_release(numbers);
        return false;
    }
    wasmelt_rt_release(h->numbers);
    h->numbers = numbers;
    h->number_room = 2 * room;
    h->type_room = room;
    for (uint32_t n = WASMELT_FIRST_HEAP_TYPE; n < h->type_count; n++)
        h->numbers[slot_of(h, h->types[n].id)] = n;
    return true;
}

/* ---- Layouts ---- */

bool wasmelt_rt_heap_is_traced(const wasmelt_type *types, wasmelt_valtype t) {
    if (!wasmelt_is_ref(t))
        return false;
    uint32_t heap_type = wasmelt_heap_type(t);
    if (wasmelt_heap_is_concrete(heap_type))
        return types[heap_type].kind != WASMELT_TYPE_FUNC;
    return heap_type_top(heap_type) != WASMELT_HEAP_FUNC;
}

static bool describe_struct(layout *l, const wasmelt_type *types, const wasmelt_type *t) {
    uint32_t end = OBJECT_HEADER_BYTES, count = 0;
    for (uint32_t k = 0; k < t->param_count; k++)
        count += wasmelt_rt_heap_is_traced(types, t->params[k]);
    if (count > 0 && !(l->places = wasmelt_rt_allocate(count * sizeof *l->places)))
        return false;
    for (uint32_t k = 0; k < t->param_count; k++) {
        uint32_t at = object_place_field(&end, t->params[k]);
        if (!wasmelt_rt_heap_is_traced(types, t->params[k]))
            continue;
        uint32_t place = (at - OBJECT_HEADER_BYTES) / (uint32_t)sizeof(object *);
        l->places[l->place_count++] = at; /* NOLINT(clang-analyzer-core.NullDereference): there is room for each that was counted */
        if (place < 64)
            l->mask |= UINT64_C(1) << place;
        else
            l->places_beyond++;
    }
    l->bytes = (uint32_t)object_aligned(end, OBJECT_ALIGNMENT);
    return true;
}

static void describe_array(layout *l, const wasmelt_type *types, const wasmelt_type *t) {
    l->bytes = object_elements_at(t->params[0]);
    l->element_bytes = object_storage_bytes(t->params[0]);
    l->place_count = wasmelt_rt_heap_is_traced(types, t->params[0]);
}

/* Fills the row of supertypes for casts. The rows of the supertypes have been filled. If they do not all fit, the row of the last one leads
 * on to the rest. */
static void fill_row(heap *h, uint32_t number) {
    heap_type *t = &h->types[number];
    u32 *above = ((wasmelt_heap_row *)h->code.types)[number].above;
    memset(above, 0, sizeof h->code.types->above);
    if (t->super) {
        memcpy(above, h->code.types[t->super].above, sizeof h->code.types->above);
        t->depth = h->types[t->super].depth + 1;
    }
    if (t->depth < WASMELT_ROW_DEPTHS)
        above[t->depth] = number;
}

static bool add_type(heap *h, const wasmelt_type *types, const uint32_t *ids, uint32_t index) {
    const wasmelt_type *t = &types[index];
    uint32_t number = h->type_count;
    layout *l = &h->layouts[number];
    *l = (layout){0};
    h->types[number] = (heap_type){.id = ids[index]};
    if (t->kind == WASMELT_TYPE_ARRAY)
        describe_array(l, types, t);
    else if (!describe_struct(l, types, t))
        return false;
    if (t->supertype != WASMELT_NO_TYPE)
        h->types[number].super = wasmelt_rt_heap_type_number(h, ids[t->supertype]);
    fill_row(h, number);
    ((u8 *)h->code.kinds)[number] = t->kind == WASMELT_TYPE_ARRAY ? WASMELT_OBJECT_ARRAY : WASMELT_OBJECT_STRUCT;
    h->numbers[slot_of(h, ids[index])] = number;
    h->type_count++;
    wasmelt_rt_type_id_retain(ids[index]);
    return true;
}

/* Sets the types of fields, with concrete types by their numbers in the heap. Called once all types have numbers. */
static bool add_fields(heap *h, const wasmelt_type *types, const uint32_t *ids, uint32_t index) {
    const wasmelt_type *t = &types[index];
    heap_type *own = &h->types[wasmelt_rt_heap_type_number(h, ids[index])];
    if (own->fields || t->param_count == 0)
        return true;
    own->fields = wasmelt_rt_allocate(t->param_count * sizeof *own->fields);
    if (!own->fields)
        return false;
    own->field_count = t->param_count;
    for (uint32_t k = 0; k < t->param_count; k++) {
        wasmelt_valtype f = t->params[k];
        uint32_t heap_type = wasmelt_is_ref(f) ? wasmelt_heap_type(f) : WASMELT_HEAP_ANY;
        if (wasmelt_heap_is_concrete(heap_type))
            f = wasmelt_rt_heap_type_number(h, ids[heap_type]) << 8 | (f & 0xFF);
        own->fields[k] = f | (t->mutability[k] ? FIELD_IS_MUTABLE : 0);
    }
    return true;
}

static void add_own_types(heap *h) {
    h->type_count = WASMELT_FIRST_HEAP_TYPE;
    for (uint32_t n = 0; n < WASMELT_FIRST_HEAP_TYPE; n++) {
        h->layouts[n] = (layout){.bytes = OBJECT_HEADER_BYTES};
        h->types[n] = (heap_type){0};
        ((wasmelt_heap_row *)h->code.types)[n] = (wasmelt_heap_row){{0}};
        ((u8 *)h->code.kinds)[n] = WASMELT_OBJECT_OTHER;
    }
    h->layouts[TYPE_BOX].bytes = (uint32_t)object_aligned(sizeof(object_box), OBJECT_ALIGNMENT);
    h->layouts[TYPE_EXTERN].bytes = (uint32_t)object_aligned(sizeof(object_extern), OBJECT_ALIGNMENT);
    h->layouts[TYPE_EXCEPTION] = (layout){.bytes = sizeof(wasmelt_exception), .element_bytes = sizeof(wasmelt_value), .place_count = 1};
}

bool wasmelt_rt_heap_add_types(heap *h, const wasmelt_instance *instance) {
    const wasmelt_module *m = instance->module;
    const uint32_t *ids = wasmelt_rt_instance_type_ids(instance);
    if (!make_room(h, WASMELT_FIRST_HEAP_TYPE + m->heap_type_count))
        return false;
    if (h->type_count == 0)
        add_own_types(h);
    for (uint32_t k = 0; k < m->heap_type_count; k++) {
        uint32_t index = m->heap_types[k];
        if (!wasmelt_rt_heap_type_number(h, ids[index]) && !add_type(h, m->types, ids, index))
            return false;
    }
    for (uint32_t k = 0; k < m->heap_type_count; k++)
        if (!add_fields(h, m->types, ids, m->heap_types[k]))
            return false;
    if (m->heap_is_closed)
        return true;
    uint32_t *numbers = (uint32_t *)((char *)instance + m->heap_numbers_offset);
    for (uint32_t k = 0; k < m->type_count; k++)
        numbers[k] = m->types[k].kind == WASMELT_TYPE_FUNC ? 0 : wasmelt_rt_heap_type_number(h, ids[k]);
    return true;
}

void wasmelt_rt_heap_free_types(heap *h) {
    for (uint32_t n = WASMELT_FIRST_HEAP_TYPE; n < h->type_count; n++) {
        wasmelt_rt_type_id_release(h->types[n].id);
        wasmelt_rt_release(h->layouts[n].places);
        wasmelt_rt_release(h->types[n].fields);
    }
    wasmelt_rt_release(h->layouts);
    wasmelt_rt_release(h->types);
    wasmelt_rt_release(h->numbers);
    wasmelt_rt_release((void *)h->code.types);
    wasmelt_rt_release((void *)h->code.kinds);
}

uint32_t wasmelt_heap_type_number(const wasmelt_instance *instance, uint32_t type) {
    if (!instance->heap || type >= instance->module->type_count)
        return 0;
    return wasmelt_rt_heap_type_number(heap_of(instance->heap), wasmelt_rt_instance_type_ids(instance)[type]);
}

bool wasmelt_heap_is_below(const wasmelt_heap *heap, const object *o, u32 number, u32 depth) {
    const heap_type *types = heap_of(heap)->types;
    u32 n = o->type;
    while (types[n].depth > depth)
        n = types[n].super;
    return n == number;
}
