/* How amounts are written that bound something: on the command line of wasmelt, on those of executables, and in $WASMELT_CACHE_SIZE.
 * Whether 0 makes sense depends on what it bounds, and is for the caller to say. */
#ifndef WASMELT_RUNTIME_FACTS_AMOUNTS_H
#define WASMELT_RUNTIME_FACTS_AMOUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Reads decimal digits; *text is then behind them. False if there is none, or if the number does not fit. */
static inline bool amount_digits(const char **text, uint64_t *number) {
    const char *at = *text;
    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    bool some = at != *text;
    *text = at;
    return some;
}

/* A number, as 1000. */
static inline bool amount_count(const char *text, uint64_t *count) {
    return amount_digits(&text, count) && !*text;
}

/* A number of bytes: 1000, or 500M. K, M, G and T, or small letters, are powers of 1024. */
static inline bool amount_size(const char *text, uint64_t *bytes) {
    static const char units[] = "KMGTkmgt";
    uint64_t number;
    unsigned shift = 0;
    if (!amount_digits(&text, &number))
        return false;
    if (*text) {
        const char *unit = strchr(units, *text++);
        if (!unit || *text)
            return false;
        shift = 10 * (unsigned)((unit - units) % 4 + 1);
    }
    *bytes = number << shift;
    return number <= UINT64_MAX >> shift;
}

/* A time of less than a century, in seconds: 2, 2.5 or .5. What is less than a nanosecond does not count. */
static inline bool amount_seconds(const char *text, uint64_t *nanoseconds) {
    static const uint64_t second = 1000000000, most = 3000000000;
    uint64_t whole = 0;
    bool some = amount_digits(&text, &whole);
    if (whole >= most)
        return false;
    *nanoseconds = whole * second;
    if (*text == '.') {
        text++;
        for (uint64_t unit = second / 10; *text >= '0' && *text <= '9'; text++, unit /= 10, some = true)
            *nanoseconds += (uint64_t)(*text - '0') * unit;
    }
    return some && !*text;
}

/* A way to write amounts. */
typedef struct amount_form {
    bool (*read)(const char *text, uint64_t *amount); /* false: text is not written so */
    const char *what;                                 /* for messages: "takes WHAT", "not WHAT" */
} amount_form;

static const amount_form amount_counts = {amount_count, "a number, as 1000"};
static const amount_form amount_sizes = {amount_size, "a number of bytes, as 500M"};
static const amount_form amount_times = {amount_seconds, "a time in seconds, as 2.5"};

#endif
