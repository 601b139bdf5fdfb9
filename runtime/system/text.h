/* Messages: printed by the C library where there is one. */
#ifndef WASMELT_RUNTIME_SYSTEM_TEXT_H
#define WASMELT_RUNTIME_SYSTEM_TEXT_H

#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <stddef.h>

#include <wasmelt/small.h>

#pragma GCC visibility push(hidden)

/* snprintf, for %s and %llu only. It returns nothing. */
void system_print(char *to, size_t room, const char *format, ...) __attribute__((format(printf, 3, 4)));

#pragma GCC visibility pop

/* Numbers in messages: (system_number)n, printed by "%" SYSTEM_NUMBER. */
typedef unsigned long long system_number;
#define SYSTEM_NUMBER "llu"

/* Ends the process: `what`, a literal, has happened, because of `why`. */
#define system_end_process(what, why) wasmelt_host_panic(what, why)

#else

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define system_print snprintf

typedef uint64_t system_number;
#define SYSTEM_NUMBER PRIu64

#define system_end_process(what, why)                                                                                                      \
    do {                                                                                                                                   \
        fprintf(stderr, "wasmelt: " what ": %s\n", why);                                                                                   \
        abort();                                                                                                                           \
    } while (0)

#endif

#endif
