/* Tables (section 4.2.7) and the instructions on them (section 4.6.7). */
#include "table.h"

#include <string.h>

#include <wasmelt/code/support.h>

#include "allocator.h"
#include "exception.h"
#include "facts/heap_types.h"
#include "stack.h"
#include "types.h"

/* The limit common to engines (JavaScript API, implementation limits). */
#define MAX_ELEMENTS UINT64_C(10000000)

static size_t element_size(const wasmelt_table *t) {
    return t->holds_functions ? sizeof *t->entries : sizeof *t->refs;
}

static void put(wasmelt_table *t, uint64_t index, const void *ref) {
    const exceptions_part *exceptions = exceptions_of_program();
    if (t->holds_exceptions && exceptions) {
        exceptions->store((exnref *)&t->refs[index], (void *)ref);
        return;
    }
    if (!t->holds_functions) {
        t->refs[index] = (void *)ref;
        return;
    }
    const wasmelt_func *f = ref;
    t->entries[index] = f ? (wasmelt_table_entry){f->code, f->instance, f, f->type_id} : (wasmelt_table_entry){0};
}

static void free_dead_exceptions(void) {
    const exceptions_part *exceptions = exceptions_of_program();
    if (exceptions)
        exceptions->free_dead();
}

static const void *get(const wasmelt_table *t, uint64_t index) {
    return t->holds_functions ? (const void *)t->entries[index].func : t->refs[index];
}

wasmelt_table *wasmelt_rt_table_new(const wasmelt_table_type *type, bool holds_functions, uint32_t element_id) {
    if (type->minimum > MAX_ELEMENTS || (type->has_maximum && type->minimum > type->maximum))
        return NULL;
    wasmelt_table *t = wasmelt_rt_allocate_zeroed(1, sizeof *t);
    if (!t)
        return NULL;
    t->type = *type;
    t->holds_functions = holds_functions;
    t->holds_exceptions = wasmelt_is_exnref(type->element);
    t->element_id = element_id;
    t->maximum = type->has_maximum && type->maximum < MAX_ELEMENTS ? type->maximum : MAX_ELEMENTS;
    t->size = type->minimum;
    if (t->size == 0)
        return t;
    t->refs = wasmelt_rt_allocate_zeroed((size_t)t->size, element_size(t));
    if (!t->refs) {
        wasmelt_rt_release(t);
        return NULL;
    }
    return t;
}

wasmelt_table *wasmelt_table_new(const wasmelt_table_type *type) {
    uint32_t heap = wasmelt_heap_type(type->element);
    if (!wasmelt_is_ref(type->element) || wasmelt_heap_is_concrete(heap))
        return NULL;
    return wasmelt_rt_table_new(type, heap_type_top(heap) == WASMELT_HEAP_FUNC, 0);
}

void wasmelt_table_free(wasmelt_table *table) {
    if (!table)
        return;
    for (uint64_t k = 0; table->holds_exceptions && k < table->size; k++)
        put(table, k, NULL);
    wasmelt_rt_release(table->refs);
    wasmelt_rt_release(table);
    free_dead_exceptions();
}

uint64_t wasmelt_table_grow(wasmelt_table *table, uint64_t delta, const void *ref) {
    uint64_t old = table->size;
    if (delta > table->maximum - old)
        return UINT64_MAX;
    if (delta == 0)
        return old;
    wasmelt_rt_stack_probe();
    void *elements = wasmelt_rt_reallocate(table->refs, (size_t)(old + delta) * element_size(table));
    if (!elements)
        return UINT64_MAX;
    table->refs = elements;
    table->size = old + delta;
    memset((char *)elements + (size_t)old * element_size(table), 0, (size_t)delta * element_size(table));
    for (uint64_t k = old; k < table->size; k++)
        put(table, k, ref);
    return old;
}

bool wasmelt_table_get(const wasmelt_table *table, uint64_t index, const void **ref) {
    if (index >= table->size)
        return false;
    *ref = get(table, index);
    return true;
}

bool wasmelt_table_set(wasmelt_table *table, uint64_t index, const void *ref) {
    if (index >= table->size)
        return false;
    put(table, index, ref);
    free_dead_exceptions();
    return true;
}

/* ---- What generated code calls ---- */

static void check_range(uint64_t size, uint64_t index, uint64_t length) {
    if (length > size || index > size - length)
        wasmelt_trap_table();
}

void *wasmelt_table_read(const wasmelt_table *t, uint64_t index) {
    check_range(t->size, index, 1);
    return (void *)get(t, index);
}

void wasmelt_table_write(wasmelt_table *t, uint64_t index, const void *ref) {
    check_range(t->size, index, 1);
    put(t, index, ref);
}

void wasmelt_table_fill(wasmelt_table *t, uint64_t index, const void *ref, uint64_t length) {
    check_range(t->size, index, length);
    for (uint64_t k = 0; k < length; k++)
        put(t, index + k, ref);
}

void wasmelt_table_copy(wasmelt_table *to, uint64_t to_index, const wasmelt_table *from, uint64_t from_index, uint64_t length) {
    check_range(to->size, to_index, length);
    check_range(from->size, from_index, length);
    if (length == 0)
        return;
    if (to->holds_exceptions) {
        for (uint64_t k = 0; k < length; k++) {
            uint64_t at = to_index > from_index ? length - 1 - k : k; /* as memmove does */
            put(to, to_index + at, get(from, from_index + at));
        }
        return;
    }
    size_t size = element_size(to); /* the same for both: validation only allows copies between tables of matching types */
    memmove((char *)to->refs + to_index * size, (const char *)from->refs + from_index * size, (size_t)length * size);
}

void wasmelt_table_init(wasmelt_table *t, uint64_t index, const void *const *segment, uint64_t segment_length, uint64_t from,
                        uint64_t length) {
    check_range(t->size, index, length);
    check_range(segment_length, from, length);
    for (uint64_t k = 0; k < length; k++)
        put(t, index + k, segment[from + k]);
}

void wasmelt_table_init_funcs(wasmelt_table *t, uint64_t index, const wasmelt_func *funcs, const uint32_t *records, uint64_t length) {
    check_range(t->size, index, length);
    for (uint64_t k = 0; k < length; k++)
        put(t, index + k, &funcs[records[k]]);
}

/* Called for an index out of bounds, or an element whose type number is not the expected one. Returns the element if its type is a subtype;
 * otherwise traps. */
const wasmelt_table_entry *wasmelt_call_indirect_slow(const wasmelt_table *t, uint64_t index, uint32_t type_id) {
    if (index >= t->size)
        wasmelt_trap_raise(WASMELT_TRAP_UNDEFINED_ELEMENT);
    const wasmelt_table_entry *e = &t->entries[index];
    if (e->type_id == 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNINITIALIZED_ELEMENT);
    if (!wasmelt_rt_type_id_matches(e->type_id, type_id))
        wasmelt_trap_raise(WASMELT_TRAP_INDIRECT_CALL_TYPE);
    return e;
}
