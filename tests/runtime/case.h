/* What the test programs of this folder share: a program holds cases and runs the one it is given by name,
 * so that each has a process of its own. test_runtime.py finds the cases by their CASE lines. */
#ifndef CASE_H
#define CASE_H

#include <wasmelt/wasmelt.h>

/* Defines a case: CASE(name) { ... }. It passes unless a CHECK fails or the process dies. */
#define CASE(name)                                                                                                                         \
    static void name(void);                                                                                                                \
    __attribute__((constructor)) static void add_##name(void) {                                                                            \
        case_add(#name, name);                                                                                                             \
    }                                                                                                                                      \
    static void name(void)

/* Ends the process with a message if the condition does not hold. */
#define CHECK(condition) ((condition) ? (void)0 : case_failed(__FILE__, __LINE__, #condition))

void case_add(const char *name, void (*run)(void));
__attribute__((noreturn)) void case_failed(const char *file, int line, const char *condition);

/* Runs `body` in a child process and returns how that ended: the number of the signal that killed it, 0 if
 * it returned, or -1 for anything else, as when a sanitizer has reported a crash. */
int signal_of_child(void (*body)(void));

/* Whether `how`, from signal_of_child, is death by `number`; a sanitizer that reports it counts. */
bool died_of(int how, int number);

/* A recursion without end. */
void recurse_forever(void *unused);

/* The same, which leaves in `stack_used` how many bytes it has got to below `stack_start`. */
extern char *stack_start;
extern size_t stack_used;
void measure_forever(void *unused);

/* Does nothing. */
void nothing(void *unused);

/* The number of mappings of this process. */
int mapping_count(void);

#endif
