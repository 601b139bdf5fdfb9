/* Old objects into which references are stored. */
#include "heap.h"

void wasmelt_heap_note(wasmelt_heap *heap, object *o) {
    (void)heap;
    (void)o;
}

void wasmelt_heap_note_at(wasmelt_heap *heap, object *array, void *element) {
    (void)heap;
    (void)array;
    (void)element;
}

void wasmelt_heap_note_range(wasmelt_heap *heap, object *array, u32 first, u32 count) {
    (void)heap;
    (void)array;
    (void)first;
    (void)count;
}
