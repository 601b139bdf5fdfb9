/* What the runtime asks of the system that it runs on. Each concern has a file for each system: CONCERN_posix.c for whatever has mmap,
 * CONCERN_linux.c for what Linux does in another way, and CONCERN_windows.c. All files are compiled everywhere; those for other systems
 * are empty. Functions may be called by any thread unless they say otherwise. */
#ifndef WASMELT_RUNTIME_SYSTEM_SYSTEM_H
#define WASMELT_RUNTIME_SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* ---- Address space and memory (memory_*.c). Addresses and sizes are multiples of the page size. ---- */

uint64_t wasmelt_rt_host_page_size(void);

/* Reserves `size` bytes of address space that cannot be accessed, at a multiple of `alignment`, a power of 2 (what is less than a page is
 * taken for a page). Null if there is none. */
void *wasmelt_rt_system_reserve(size_t size, size_t alignment);
/* Reserves `size` bytes of address space that cannot be accessed, at `wish` or, if that is taken, somewhere else. Null if there is none. */
void *wasmelt_rt_system_reserve_at(void *wish, size_t size);
/* Gives back all that was reserved at once. */
void wasmelt_rt_system_release(void *base, size_t size);

/* Makes part of what was reserved readable and writable; it is zero unless it was so before. False with errno set. */
bool wasmelt_rt_system_commit(void *from, size_t size);
/* Lets memory that was reserved, and of which nothing relies on being inaccessible, be one mapping together with its neighbours, if a
 * process can have few mappings. It still has to be committed. */
void wasmelt_rt_system_join(void *from, size_t size);
/* Makes memory inaccessible, and accessible again, as guards of stacks are. False with errno set. */
bool wasmelt_rt_system_protect(void *from, size_t size);
bool wasmelt_rt_system_unprotect(void *from, size_t size);
/* Gives memory back that remains readable and writable, and becomes zero. False if the system does not: nothing has changed. */
bool wasmelt_rt_system_discard(void *from, size_t size);
/* Lets whole pages that are accessible have physical memory now instead of each when it is touched first, if the system can do that: it is
 * faster when all of them are about to be touched. */
void wasmelt_rt_system_populate(void *from, size_t size);
/* Whether the system should provide memory, accessible or not yet, that has none so far in pages of 2 MiB, if these contain nothing else.
 * It is faster when all of it is about to be touched, and takes more memory when it is not. False if the system cannot do that. */
bool wasmelt_rt_system_prefer_huge_pages(void *from, size_t size, bool are_preferred);

/* The lowest address, not below `low`, from which on everything up to `high` is memory. */
uintptr_t wasmelt_rt_system_memory_below(uintptr_t low, uintptr_t high);

/* ---- The machine and the process (machine_*.c) ---- */

/* How many bytes of [base, base + size) have physical memory of their own. */
uint64_t wasmelt_rt_system_resident(const void *base, uint64_t size);

/* The memory of the machine, in bytes; UINT64_MAX if it is not known. */
uint64_t wasmelt_rt_system_memory_bytes(void);

/* A number that nobody outside the process can foresee, the same at each call; 0 if the system has none. */
uint64_t wasmelt_rt_system_seed(void);

/* Why there may be no address space. Nothing is allocated. */
typedef struct system_limits {
    uint64_t space;         /* bytes that the process may have; UINT64_MAX: not limited */
    unsigned long mappings; /* the number of mappings that the process may have, if it is that short of them; 0: it is not */
} system_limits;
/* `mappings`: how many are needed. */
system_limits wasmelt_rt_system_limits(unsigned long mappings);

/* ---- Stacks (stacks_*.c) ---- */

/* The stack of a thread. */
typedef struct system_stack {
    uintptr_t low, size;             /* the usable part */
    uintptr_t fault_low, fault_high; /* a fault in this range means that it is exhausted */
    void *guard;                     /* a page that had to be made inaccessible for that; null: none */
} system_stack;

/* Finds the stack with which the calling thread was created, and gives it a guard if it has none. False if it is not known, or if the
 * system refuses. */
bool wasmelt_rt_system_own_stack(system_stack *s);

/* Whether the thread is handling a fault or a signal on a stack that is meant for that. */
bool wasmelt_rt_system_is_handling(void);

/* Whether the memory at address `page` can be read. */
bool wasmelt_rt_page_is_readable(uintptr_t page);

/* Makes the page at *end of the running stack inaccessible, far below `here`, an address in the caller's frame. Stores 0 in *end if the
 * stack ends before that. False if the system refuses. *is_mapped, at first false, is for whoever makes it accessible again. */
bool wasmelt_rt_system_end_stack(uintptr_t *end, uintptr_t here, bool *is_mapped);
void wasmelt_rt_system_unend_stack(uintptr_t end, bool is_mapped);

/* ---- Open files and streams (streams_*.c). Counts are negative after a failure: the number of the error. ---- */

/* Positions in a file: where the descriptor stands, and the file's end. */
enum { SYSTEM_HERE = -1, SYSTEM_AT_END = -2 };

/* Read and write at most so many bytes, from position `at` on. */
int64_t wasmelt_rt_system_read(int fd, void *to, size_t size, int64_t at);
int64_t wasmelt_rt_system_write(int fd, const void *from, size_t size, int64_t at);

/* What is waited for: that something can be read or written, or has failed. */
typedef struct system_wait {
    int fd;
    bool reads, writes;
    bool can_read, can_write; /* the outcome */
} system_wait;

/* Waits for one of them, but not longer than so many nanoseconds; UINT64_MAX: any time. The number of those that are ready; -EINTR after a
 * signal. */
int64_t wasmelt_rt_system_wait(system_wait *list, size_t count, uint64_t nanoseconds);

/* ---- Calling threads (calls_*.c): whatever a thread does is interrupted for wasmelt_rt_interrupt_called, and its waits end ---- */

/* A thread's part. Only the thread and the handler that interrupts it use it. */
typedef struct system_calls {
    void *timer;          /* belongs to `process` */
    int process;          /* a child process of this one has no timer */
    unsigned char number; /* of the signal that it sends */
    bool has_timer;       /* the thread has a timer, which calls it */
    bool is_set;          /* the timer may be running */
} system_calls;

/* Prepares the calling thread; *thread is its name for wasmelt_rt_system_call. False if it cannot be called, or not by a timer that it
 * needs. Where threads cannot be called, runs end where they check. */
bool wasmelt_rt_system_calls_prepare(system_calls *c, int *thread, bool needs_timer);

/* Lets calls in; true if they were kept out before, as with wasmelt_rt_system_calls_close. */
bool wasmelt_rt_system_calls_open(void);
void wasmelt_rt_system_calls_close(void);

/* Calls a thread that exists. Safe in a signal handler. */
void wasmelt_rt_system_call(int thread);

/* Calls the thread itself at `time` of the monotonic clock, in nanoseconds, instead of at the time set before; or no more. */
void wasmelt_rt_system_set_timer(system_calls *c, uint64_t time);
void wasmelt_rt_system_stop_timer(system_calls *c);

/* Lets other threads run. */
void wasmelt_rt_system_yield(void);

#pragma GCC visibility pop

#endif
