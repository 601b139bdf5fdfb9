/* What the programs' parts share: cases, clocks, and somebody who asks for the end of a run. */
#ifndef HOST_H
#define HOST_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include <wasmelt/interrupt.h>

#define CHECK(condition) ((condition) ? (void)0 : failed(__FILE__, __LINE__, #condition))

_Noreturn void failed(const char *file, int line, const char *condition);

typedef struct test_case {
    const char *name;
    void (*run)(void);
    struct test_case *next;
} test_case;

void add_case(test_case *c);

#define CASE(name)                                                                                                                         \
    static void name(void);                                                                                                                \
    __attribute__((constructor)) static void add_##name(void) {                                                                            \
        static test_case c = {#name, name, NULL};                                                                                          \
        add_case(&c);                                                                                                                      \
    }                                                                                                                                      \
    static void name(void)

/* How often a case does what it does. */
extern int rounds;

uint64_t now(clockid_t clock);

/* Asks for the end of the run of `interrupter`, some time after `round` has become another number, which is the reason it gives. */
typedef struct asker {
    wasmelt_interrupter *interrupter;
    pthread_t thread;
    clockid_t clock; /* processor time of the thread that runs */
    atomic_int round, ended, last_asked;
    _Atomic uint64_t at, at_cpu;
    unsigned seed;
} asker;

void begin_asker(asker *a, wasmelt_interrupter *interrupter, unsigned seed);
void end_asker(asker *a);

#endif
