/* A library module as C and C++ compilers make them: with the C library's allocator, callbacks as function pointers
 * (indices into its table), and functions that it imports from the host. */
#include <stdint.h>
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(name) __attribute__((import_module("host"), import_name(name)))

/* The host's: sorts values in place with the comparison it is given. */
IMPORT("sort") void host_sort(double *values, uint32_t count, int32_t (*before)(double, double));
IMPORT("report") void host_report(const char *message);

static int32_t is_less(double a, double b) {
    return a < b;
}

/* The middle one of `count` values, 0 of none; sorts them. */
EXPORT("median") double median(double *values, uint32_t count) {
    if (count == 0) {
        host_report("the median of nothing");
        return 0;
    }
    host_sort(values, count, is_less);
    return values[count / 2];
}

/* Calls `visit` with each word of a text and with `user`; returns how many there are. */
EXPORT("each_word")
uint32_t each_word(const char *text, void (*visit)(const char *word, uint32_t length, uint32_t user), uint32_t user) {
    uint32_t words = 0;
    for (;;) {
        while (*text == ' ')
            text++;
        if (!*text)
            return words;
        const char *end = text;
        while (*end && *end != ' ')
            end++;
        visit(text, (uint32_t)(end - text), user);
        words++;
        text = end;
    }
}

/* The text in capital letters, in memory that the caller frees; null when it is short. */
EXPORT("capitals") char *capitals(const char *text) {
    size_t length = 0;
    while (text[length])
        length++;
    char *copy = malloc(length + 1);
    for (size_t k = 0; copy && k <= length; k++)
        copy[k] = (char)(text[k] >= 'a' && text[k] <= 'z' ? text[k] - 32 : text[k]);
    return copy;
}
