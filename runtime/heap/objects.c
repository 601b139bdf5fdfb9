/* Objects for hosts: reading, changing and making them. Everything that a host passes is checked, as validation checks the module's
 * code. */
#include <string.h>

#include "../facts/heap_types.h"
#include "heap.h"
#include "object_layout.h"

wasmelt_reference_kind wasmelt_reference_kind_of(const wasmelt_heap *heap, const wasmelt_object *object) {
    if (!object)
        return WASMELT_REFERENCE_NULL;
    if (is_i31(object))
        return WASMELT_REFERENCE_I31;
    if (!refers_to_object(heap_of(heap), object))
        return WASMELT_REFERENCE_FOREIGN;
    switch (heap->kinds[object->type]) {
    case WASMELT_OBJECT_STRUCT:
        return WASMELT_REFERENCE_STRUCT;
    case WASMELT_OBJECT_ARRAY:
        return WASMELT_REFERENCE_ARRAY;
    default:
        return WASMELT_REFERENCE_EXTERN;
    }
}

bool wasmelt_object_is(const wasmelt_heap *heap, const wasmelt_object *object, uint32_t type) {
    const struct heap *h = heap_of(heap);
    return refers_to_object(h, object) && type >= WASMELT_FIRST_HEAP_TYPE && type < h->type_count &&
           wasmelt_heap_is_below(heap, object, type, h->types[type].depth);
}

/* ---- Types of fields and elements ---- */

/* A field or element of an object: its address and its type. */
typedef struct place {
    uint8_t *at;
    wasmelt_valtype type; /* concrete types are given by their numbers in the heap */
    bool is_mutable;
} place;

static place field_at(const heap *h, const object *o, uint32_t index) {
    const heap_type *t = &h->types[o->type];
    uint32_t end = OBJECT_HEADER_BYTES, at = 0;
    for (uint32_t k = 0; k <= index; k++)
        at = object_place_field(&end, field_type(t, k));
    return (place){(uint8_t *)o + at, field_type(t, index), field_is_mutable(t, index)};
}

static place element_at(const heap *h, const object *o, uint32_t index) {
    const layout *l = &h->layouts[o->type];
    const heap_type *t = &h->types[o->type];
    return (place){(uint8_t *)o + l->bytes + (size_t)index * l->element_bytes, field_type(t, 0), field_is_mutable(t, 0)};
}

/* The field or element with this index; its address is null if there is none. */
static place find_place(const heap *h, const object *o, uint32_t index) {
    switch (wasmelt_reference_kind_of(&h->code, o)) {
    case WASMELT_REFERENCE_STRUCT:
        return index < h->types[o->type].field_count ? field_at(h, o, index) : (place){0};
    case WASMELT_REFERENCE_ARRAY:
        return index < ((const array *)o)->length ? element_at(h, o, index) : (place){0};
    default:
        return (place){0};
    }
}

/* Whether an object is of a heap type of the hierarchy of `any`. It is not null. */
static bool object_matches(const heap *h, const object *o, uint32_t heap_type) {
    if (wasmelt_heap_is_concrete(heap_type))
        return wasmelt_object_is(&h->code, o, heap_type);
    wasmelt_reference_kind kind = wasmelt_reference_kind_of(&h->code, o);
    if (kind == WASMELT_REFERENCE_FOREIGN)
        return false;
    switch (heap_type) {
    case WASMELT_HEAP_ANY:
        return true;
    case WASMELT_HEAP_EQ:
        return kind != WASMELT_REFERENCE_EXTERN;
    case WASMELT_HEAP_I31:
        return kind == WASMELT_REFERENCE_I31;
    case WASMELT_HEAP_STRUCT:
        return kind == WASMELT_REFERENCE_STRUCT;
    case WASMELT_HEAP_ARRAY:
        return kind == WASMELT_REFERENCE_ARRAY;
    default:
        return false;
    }
}

/* Whether a host may store the value in a field or element of the type. */
static bool fits(const heap *h, wasmelt_valtype t, const wasmelt_value *value) {
    if (!wasmelt_is_ref(t))
        return true;
    if (!value->externref)
        return wasmelt_is_nullable(t);
    uint32_t heap_type = wasmelt_heap_type(t);
    if (!wasmelt_heap_is_concrete(heap_type) && heap_type_top(heap_type) != WASMELT_HEAP_ANY)
        return heap_type == WASMELT_HEAP_EXTERN || heap_type == WASMELT_HEAP_FUNC;
    return object_matches(h, value->anyref, heap_type);
}

/* ---- Reading and writing ---- */

/* A field holds a number of the machine in as many bytes as its type has, and a v128 as two numbers, of which a wasmelt_value has the bytes
 * as in linear memory. These two are for little-endian machines copies of bytes. */

/* Where a field's bytes are in a value: those of an i8 or i16 are the lowest of an i32. */
static size_t offset_in_value(size_t bytes) {
    return WASMELT_SWAPS_BYTES && bytes < sizeof(uint32_t) ? sizeof(uint32_t) - bytes : 0;
}

static void swap_vector(void *vector) {
    uint64_t halves[2];
    memcpy(halves, vector, sizeof halves);
    halves[0] = __builtin_bswap64(halves[0]);
    halves[1] = __builtin_bswap64(halves[1]);
    memcpy(vector, halves, sizeof halves);
}

static void load_field(wasmelt_value *value, const void *at, wasmelt_valtype t) {
    size_t bytes = object_storage_bytes(t);
    memset(value, 0, sizeof *value);
    memcpy((uint8_t *)value + offset_in_value(bytes), at, bytes);
    if (WASMELT_SWAPS_BYTES && t == WASMELT_V128)
        swap_vector(value);
}

static void store_field(void *at, const wasmelt_value *value, wasmelt_valtype t) {
    size_t bytes = object_storage_bytes(t);
    memcpy(at, (const uint8_t *)value + offset_in_value(bytes), bytes);
    if (WASMELT_SWAPS_BYTES && t == WASMELT_V128)
        swap_vector(at);
}

bool wasmelt_object_get(const wasmelt_heap *heap, const wasmelt_object *object, uint32_t index, wasmelt_value *value) {
    place p = find_place(heap_of(heap), object, index);
    if (!p.at)
        return false;
    load_field(value, p.at, p.type);
    return true;
}

static void note_any_store(heap *h, object *o, void *at) {
    if (h->layouts[o->type].element_bytes)
        note_store_at(&h->code, o, at);
    else
        note_store(&h->code, o);
}

bool wasmelt_object_set(wasmelt_heap *heap, wasmelt_object *object, uint32_t index, const wasmelt_value *value) {
    struct heap *h = heap_of(heap);
    place p = find_place(h, object, index);
    if (!p.at || !p.is_mutable || !fits(h, p.type, value))
        return false;
    if (wasmelt_is_ref(p.type))
        note_any_store(h, object, p.at);
    store_field(p.at, value, p.type);
    return true;
}

uint32_t wasmelt_array_length(const wasmelt_heap *heap, const wasmelt_object *array_) {
    return wasmelt_reference_kind_of(heap, array_) == WASMELT_REFERENCE_ARRAY ? ((const array *)array_)->length : 0;
}

/* The elements from `first` on of an array of numbers, and their size; null if it is another array, or too short. */
static uint8_t *find_elements(const heap *h, const object *o, uint32_t first, uint32_t count, size_t *bytes) {
    if (wasmelt_reference_kind_of(&h->code, o) != WASMELT_REFERENCE_ARRAY || wasmelt_is_ref(field_type(&h->types[o->type], 0)))
        return NULL;
    const layout *l = &h->layouts[o->type];
    uint32_t length = ((const array *)o)->length;
    if (first > length || count > length - first)
        return NULL;
    *bytes = (size_t)count * l->element_bytes;
    return (uint8_t *)o + l->bytes + (size_t)first * l->element_bytes;
}

bool wasmelt_array_read(const wasmelt_heap *heap, const wasmelt_object *array, uint32_t first, uint32_t count, void *to) {
    size_t bytes;
    const uint8_t *elements = find_elements(heap_of(heap), array, first, count, &bytes);
    if (elements && bytes > 0)
        memcpy(to, elements, bytes);
    return elements != NULL;
}

bool wasmelt_array_write(wasmelt_heap *heap, wasmelt_object *array, uint32_t first, uint32_t count, const void *from) {
    size_t bytes;
    uint8_t *elements = find_elements(heap_of(heap), array, first, count, &bytes);
    if (elements && bytes > 0)
        memcpy(elements, from, bytes);
    return elements != NULL;
}

/* ---- Making ---- */

void wasmelt_rt_heap_keep_words(heap *h, const void *words, size_t bytes) {
    h->host_words = words;
    h->host_word_bytes = bytes;
}

static const wasmelt_value zero;

static bool all_fit(const heap *h, const heap_type *t, const wasmelt_value *fields) {
    for (uint32_t k = 0; k < t->field_count; k++)
        if (!fits(h, field_type(t, k), fields ? &fields[k] : &zero))
            return false;
    return true;
}

static bool is_of_kind(const heap *h, uint32_t type, wasmelt_object_kind kind) {
    return type >= WASMELT_FIRST_HEAP_TYPE && type < h->type_count && h->code.kinds[type] == kind;
}

wasmelt_object *wasmelt_struct_new(wasmelt_heap *heap, uint32_t type, const wasmelt_value *fields) {
    struct heap *h = heap_of(heap);
    if (!is_of_kind(h, type, WASMELT_OBJECT_STRUCT) || !all_fit(h, &h->types[type], fields))
        return NULL;
    wasmelt_rt_heap_keep_words(h, fields, h->types[type].field_count * sizeof *fields);
    object *o = wasmelt_rt_heap_find(h, h->layouts[type].bytes);
    wasmelt_rt_heap_keep_words(h, NULL, 0);
    if (!o)
        return NULL;
    const heap_type *t = &h->types[type];
    memset(o, 0, h->layouts[type].bytes);
    o->type = type;
    uint32_t end = OBJECT_HEADER_BYTES;
    for (uint32_t k = 0; fields && k < t->field_count; k++) {
        uint32_t at = object_place_field(&end, field_type(t, k));
        store_field((uint8_t *)o + at, &fields[k], field_type(t, k));
    }
    return o;
}

wasmelt_object *wasmelt_array_new(wasmelt_heap *heap, uint32_t type, uint32_t length) {
    struct heap *h = heap_of(heap);
    if (!is_of_kind(h, type, WASMELT_OBJECT_ARRAY) || length > WASMELT_MOST_ELEMENTS ||
        (length > 0 && !fits(h, field_type(&h->types[type], 0), &zero)))
        return NULL;
    uint64_t bytes = object_array_bytes(h->layouts[type].bytes, h->layouts[type].element_bytes, length);
    array *a = wasmelt_rt_heap_find(h, bytes);
    if (!a)
        return NULL;
    memset(a, 0, bytes);
    *a = (array){{type, 0}, length};
    return &a->head;
}

bool wasmelt_collect(wasmelt_heap *heap) {
    return wasmelt_rt_heap_collect(heap_of(heap), true);
}
