/* Growable arrays: VEC(type) declares one, vec_push appends. Zero-initialised is empty.
 *
 *   VEC(uint32_t) labels = {0};
 *   *vec_push(&labels) = 7;
 *   vec_free(&labels);
 */
#ifndef WASMELT_BASE_VEC_H
#define WASMELT_BASE_VEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

#define VEC(type)                                                                                                                          \
    struct {                                                                                                                               \
        type *data;                                                                                                                        \
        size_t count;                                                                                                                      \
        size_t capacity;                                                                                                                   \
    }

/* Makes room for one more member (not initialised) and returns its address. */
#define vec_push(v)                                                                                                                        \
    ((v)->count == (v)->capacity ? ((v)->data = vec_grow((v)->data, &(v)->capacity, sizeof *(v)->data), (v)->data + (v)->count++)          \
                                 : (v)->data + (v)->count++)

#define vec_pop(v) ((v)->data[--(v)->count])
#define vec_last(v) ((v)->data[(v)->count - 1])
#define vec_clear(v) ((v)->count = 0)
#define vec_free(v) (memory_release((v)->data), (v)->data = NULL, (v)->count = (v)->capacity = 0)

void *vec_grow(void *data, size_t *capacity, size_t member_size);
void memory_release(void *block); /* free() */

#endif
