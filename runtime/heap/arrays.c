/* Instructions that move several elements of arrays (section 4.6.5). A range is checked as a whole before anything is written or allocated.
 * References are noted for the collector before they are stored; not those in a new array, because nothing is allocated before all its
 * elements have been stored. */
#include <string.h>

#include <wasmelt/code/objects.h>

#include "../memory.h"

static bool is_within(u64 from, u64 count, u64 length) {
    return from <= length && count <= length - from;
}

/* The address of the first element of the range, which is checked. */
static u8 *check_range(const object *a, u32 index, u32 count, element_layout layout) {
    if (!a)
        wasmelt_trap_null();
    if (!is_within(index, count, array_length(a)))
        wasmelt_trap_array();
    return (u8 *)a + layout.from + (u64)index * layout.bytes;
}

static const element_layout references = {sizeof(void *), offsetof(array_of_references, e)};

/* ---- Fill ---- */

/* Repeats the first `bytes` bytes until there are `size`; doubles them each time. */
static void repeat(u8 *at, u64 bytes, u64 size) {
    for (u64 done = bytes; done < size; done *= 2)
        memcpy(at + done, at, (size_t)(size - done < done ? size - done : done));
}

void wasmelt_array_fill(object *a, u32 index, const void *value, u32 count, element_layout layout) {
    u8 *at = check_range(a, index, count, layout);
    if (count == 0)
        return;
    memcpy(at, value, layout.bytes);
    repeat(at, layout.bytes, (u64)count * layout.bytes);
}

void wasmelt_array_fill_references(wasmelt_heap *heap, object *a, u32 index, void *value, u32 count) {
    void **at = (void **)check_range(a, index, count, references);
    if (count > 0)
        note_range(heap, a, index, count);
    for (u32 k = 0; k < count; k++)
        at[k] = value;
}

/* ---- Copy ---- */

void wasmelt_array_copy(object *to, u32 to_index, const object *from, u32 from_index, u32 count, element_layout layout) {
    if (!to || !from)
        wasmelt_trap_null();
    u8 *into = check_range(to, to_index, count, layout);
    const u8 *out_of = check_range(from, from_index, count, layout);
    memmove(into, out_of, (size_t)count * layout.bytes);
}

void wasmelt_array_copy_references(wasmelt_heap *heap, object *to, u32 to_index, const object *from, u32 from_index, u32 count) {
    if (!to || !from)
        wasmelt_trap_null();
    void **into = (void **)check_range(to, to_index, count, references);
    void *const *out_of = (void *const *)check_range(from, from_index, count, references);
    if (count > 0)
        note_range(heap, to, to_index, count);
    memmove(into, out_of, (size_t)count * sizeof *into);
}

/* ---- From segments ---- */

/* Elements are numbers of the machine, and data segments are little-endian. A vector is two numbers. */
static void swap_elements(u8 *at, u64 count, u32 bytes) {
    u32 size = bytes == 16 ? 8 : bytes;
    for (u8 *end = at + count; at < end; at += size)
        for (u32 k = 0; k < size / 2; k++) {
            u8 first = at[k];
            at[k] = at[size - 1 - k];
            at[size - 1 - k] = first;
        }
}

/* `count`: of bytes. */
static void copy_data(u8 *to, data_bytes data, u64 from, u64 count, u32 element_bytes) {
    if (!data.bytes)
        wasmelt_rt_copy_from_parts(to, data.parts, from, count);
    else if (count > 0)
        memcpy(to, data.bytes + from, (size_t)count);
    if (WASMELT_SWAPS_BYTES && element_bytes > 1)
        swap_elements(to, count, element_bytes);
}

object *wasmelt_array_new_data(wasmelt_heap *heap, u32 number, data_bytes data, u32 from, u32 count, element_layout layout) {
    u64 bytes = (u64)count * layout.bytes;
    if (!is_within(from, bytes, data.length))
        wasmelt_trap_memory();
    object *a = heap_new_array(heap, number, count, layout.bytes, layout.from);
    copy_data((u8 *)a + layout.from, data, from, bytes, layout.bytes);
    return a;
}

void wasmelt_array_init_data(object *a, u32 index, data_bytes data, u32 from, u32 count, element_layout layout) {
    u8 *at = check_range(a, index, count, layout);
    u64 bytes = (u64)count * layout.bytes;
    if (!is_within(from, bytes, data.length))
        wasmelt_trap_memory();
    copy_data(at, data, from, bytes, layout.bytes);
}

object *wasmelt_array_new_elem(wasmelt_heap *heap, u32 number, const void *const *elements, u64 length, u32 from, u32 count) {
    if (!is_within(from, count, length))
        wasmelt_trap_table();
    object *a = heap_new_array(heap, number, count, references.bytes, references.from);
    if (count > 0)
        memcpy((u8 *)a + references.from, elements + from, (size_t)count * sizeof *elements);
    return a;
}

void wasmelt_array_init_elem(wasmelt_heap *heap, object *a, u32 index, const void *const *elements, u64 length, u32 from, u32 count) {
    u8 *at = check_range(a, index, count, references);
    if (!is_within(from, count, length))
        wasmelt_trap_table();
    if (count == 0)
        return;
    note_range(heap, a, index, count);
    memcpy(at, elements + from, (size_t)count * sizeof *elements);
}
