/* Parts of the runtime that most programs never use. Each is null until it is used for the first time, by a function of its own that
 * somebody calls; it never becomes null again. The rest of the runtime reaches a part through these pointers only, so that programs which
 * do not call it are linked without it. Signal handlers read them. */
#ifndef WASMELT_RUNTIME_PARTS_H
#define WASMELT_RUNTIME_PARTS_H

#include <stdatomic.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

struct run_stack;
struct system_calls;

/* Stacks that hosts name (named_stacks.c). */
typedef struct named_stacks_part {
    /* The named stack that contains `address`, including its guard, or null. Safe in a signal handler. The returned struct is not freed
     * before the runtime is unloaded: if the host forgets the stack, its size becomes 0 until the struct is used for another. */
    struct run_stack *(*at)(uintptr_t address);
    void (*end)(void); /* called when the runtime is unloaded: frees everything */
} named_stacks_part;

/* Signals and timers that call threads (system/calls_linux.c). */
typedef struct calls_part {
    void (*forget)(struct system_calls *c); /* called when a thread's record is freed */
    void (*end)(void);                      /* called when the runtime is unloaded, after that */
} calls_part;

typedef struct parts {
    const named_stacks_part *_Atomic named_stacks;
    const calls_part *_Atomic calls;
} parts;

extern parts wasmelt_rt_parts;

#pragma GCC visibility pop

#endif
