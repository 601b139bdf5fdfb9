/* Sorting as qsort does it in some C libraries and not in others: equal elements stay in their order. What is written out must not depend
 * on the system. */
#ifndef WASMELT_BASE_SORT_H
#define WASMELT_BASE_SORT_H

#include <stddef.h>

void sort_stable(void *data, size_t count, size_t size, int (*compare)(const void *a, const void *b));

#endif
