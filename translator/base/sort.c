#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/vec.h"

typedef struct sorter {
    size_t size;
    int (*compare)(const void *a, const void *b);
    char *spare; /* room for half of the elements */
} sorter;

/* Sorts both halves and merges them: the first one is copied away, and what is merged overtakes neither. It recurses as deep as the number
 * of elements has bits. */
static void sort(const sorter *s, char *data, size_t count) {
    if (count < 2)
        return;
    size_t size = s->size, half = count / 2;
    char *second = data + half * size, *end = data + count * size;
    sort(s, data, half);
    sort(s, second, count - half);
    if (s->compare(second - size, second) <= 0) /* in order already */
        return;
    memcpy(s->spare, data, half * size);
    const char *first = s->spare, *first_end = first + half * size;
    while (first < first_end) {
        bool from_first = second == end || s->compare(first, second) <= 0;
        memcpy(data, from_first ? first : second, size);
        data += size;
        if (from_first)
            first += size;
        else
            second += size;
    }
}

void sort_stable(void *data, size_t count, size_t size, int (*compare)(const void *a, const void *b)) {
    if (count < 2)
        return;
    sorter s = {size, compare, memory_alloc(count / 2, size)};
    sort(&s, data, count);
    memory_release(s.spare);
}
