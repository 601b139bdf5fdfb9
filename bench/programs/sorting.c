/* Sorting integers by quicksort, heapsort and merges, and strings by qsort with a comparison function. */
#include "bench.h"

enum { COUNT = 200000 };

static int32_t numbers[COUNT], scratch[COUNT];
static const char *strings[COUNT / 4];

static void insertion(int32_t *v, int n) {
    for (int k = 1; k < n; k++) {
        int32_t x = v[k];
        int j = k;
        for (; j > 0 && v[j - 1] > x; j--)
            v[j] = v[j - 1];
        v[j] = x;
    }
}

static void quick(int32_t *v, int n) {
    while (n > 16) {
        int32_t a = v[0], b = v[n / 2], c = v[n - 1];
        int32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        int low = 0, high = n - 1;
        while (low <= high) {
            while (v[low] < pivot)
                low++;
            while (v[high] > pivot)
                high--;
            if (low <= high) {
                int32_t t = v[low];
                v[low++] = v[high];
                v[high--] = t;
            }
        }
        quick(v, high + 1);
        v += low;
        n -= low;
    }
    insertion(v, n);
}

static void sift(int32_t *v, int k, int n) {
    int32_t x = v[k];
    for (int child; (child = 2 * k + 1) < n; k = child) {
        child += child + 1 < n && v[child + 1] > v[child];
        if (v[child] <= x)
            break;
        v[k] = v[child];
    }
    v[k] = x;
}

static void heap(int32_t *v, int n) {
    for (int k = n / 2; k-- > 0;)
        sift(v, k, n);
    while (--n > 0) {
        int32_t t = v[0];
        v[0] = v[n];
        v[n] = t;
        sift(v, 0, n);
    }
}

static void merge(int32_t *v, int n) {
    int32_t *from = v, *to = scratch;
    for (int width = 1; width < n; width *= 2) {
        for (int k = 0; k < n; k += 2 * width) {
            int a = k, middle = k + width < n ? k + width : n, b = middle, end = k + 2 * width < n ? k + 2 * width : n;
            for (int out = k; out < end; out++)
                to[out] = a < middle && (b >= end || from[a] <= from[b]) ? from[a++] : from[b++];
        }
        int32_t *t = from;
        from = to;
        to = t;
    }
    if (from != v)
        memcpy(v, from, (size_t)n * sizeof *v);
}

static int compare(const void *a, const void *b) {
    const unsigned char *x = *(const unsigned char *const *)a, *y = *(const unsigned char *const *)b;
    while (*x && *x == *y)
        x++, y++;
    return *x - *y;
}

static void fill(void) {
    for (int k = 0; k < COUNT; k++)
        numbers[k] = (int32_t)random_next() >> (k & 7);
}

static void digest(void) {
    for (int k = 0; k < COUNT; k += 97)
        mix((uint32_t)numbers[k]);
}

int main(void) {
    for (int k = 0; k < COUNT / 4; k++) {
        int n = 3 + (int)random_below(12);
        char *s = allocate((size_t)n + 1);
        for (int j = 0; j < n; j++)
            s[j] = (char)('a' + random_below(4));
        s[n] = 0;
        strings[k] = s;
    }
    for (int round = 0; round < ROUNDS(5); round++) {
        fill(), quick(numbers, COUNT), digest();
        fill(), heap(numbers, COUNT), digest();
        fill(), merge(numbers, COUNT), digest();
        for (int k = 0; k < COUNT / 8; k++) {
            int a = (int)random_below(COUNT / 4), b = (int)random_below(COUNT / 4);
            const char *t = strings[a];
            strings[a] = strings[b];
            strings[b] = t;
        }
        qsort(strings, COUNT / 4, sizeof *strings, compare);
        for (int k = 0; k < COUNT / 4; k += 53)
            mix((uint64_t)(strings[k][0] * 256 + strings[k][1]));
    }
    return report();
}
