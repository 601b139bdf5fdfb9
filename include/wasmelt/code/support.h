/* Functions of the runtime that generated code calls, in addition to the public API. Not for hosts.
 *
 * All of them may raise traps. Addresses and lengths are the operands of the instruction, zero-extended. Bulk operations check all ranges
 * before they write anything (section 4.6.8 ff). */
#ifndef WASMELT_CODE_SUPPORT_H
#define WASMELT_CODE_SUPPORT_H

#include <wasmelt/target.h>

#include <wasmelt/module.h>

/* For descriptors of modules (wasmelt_module). */
bool wasmelt_link_imports(wasmelt_instance *instance, const wasmelt_import *given, size_t count, struct wasmelt_error *error);
void wasmelt_type_groups(void);

/* Where a variable of the thread's is, is an offset that a shared library reads from memory, and that an executable, for which
 * WASMELT_EXECUTABLE is defined, has in the instruction. */
#ifdef WASMELT_EXECUTABLE
#define WASMELT_TLS_MODEL "local-exec"
#else
#define WASMELT_TLS_MODEL "initial-exec"
#endif

/* Data that only the files of one module see. On Windows GCC warns of the attribute, and what is not exported is seen by nobody else. */
#if defined(_WIN32)
#define WASMELT_HIDDEN
#else
#define WASMELT_HIDDEN __attribute__((visibility("hidden")))
#endif

/* Traps of generated code; never return. */
#if defined(__GNUC__)
#define WASMELT_COLD __attribute__((noreturn, cold, noinline))
#else
#define WASMELT_COLD _Noreturn
#endif
WASMELT_COLD void wasmelt_trap_memory(void);   /* out of bounds memory access */
WASMELT_COLD void wasmelt_trap_divide(void);   /* integer divide by zero */
WASMELT_COLD void wasmelt_trap_overflow(void); /* integer overflow */
WASMELT_COLD void wasmelt_trap_convert(void);  /* invalid conversion to integer */
WASMELT_COLD void wasmelt_trap_table(void);    /* out of bounds table access */
WASMELT_COLD void wasmelt_trap_null(void);     /* null reference */
WASMELT_COLD void wasmelt_trap_unreachable(void);

/* ---- What hosts call, too ---- */
WASMELT_APART uint64_t wasmelt_memory_grow(wasmelt_memory *memory, uint64_t delta);
WASMELT_APART uint64_t wasmelt_table_grow(wasmelt_table *table, uint64_t delta, const void *ref);

/* ---- Memory ---- */
WASMELT_APART void wasmelt_memory_fill(wasmelt_memory *m, uint64_t address, uint32_t value, uint64_t length);
WASMELT_APART void wasmelt_memory_copy(wasmelt_memory *to, uint64_t to_address, const wasmelt_memory *from, uint64_t from_address,
                                       uint64_t length);
/* `segment_length` is 0 once the segment has been dropped. */
WASMELT_APART void wasmelt_memory_init(wasmelt_memory *m, uint64_t address, const uint8_t *segment, uint64_t segment_length, uint64_t from,
                                       uint64_t length);
/* The same for a segment that consists of parts, each of this many bytes except the last. */
#define WASMELT_DATA_PART (4 << 20)
WASMELT_APART void wasmelt_memory_init_parts(wasmelt_memory *m, uint64_t address, const uint8_t *const *parts, uint64_t segment_length,
                                             uint64_t from, uint64_t length);

/* Startup images. An image begins at a multiple of WASMELT_IMAGE_PAGE in the memory and in the program, and is filled up with zeros to the
 * next multiple. If the host's pages are no larger than that, and the file that contains the image can be found, its pages are mapped, and
 * copied when they are written to; otherwise they are copied at once. */
#define WASMELT_IMAGE_PAGE 16384
/* Where an image can be mapped from. Initially zero; the runtime fills it. */
typedef struct wasmelt_image_source {
    uint32_t state;
    uint64_t offset, device, inode;
    char path[256];
} wasmelt_image_source;
/* `length` is that of the image, without the zeros after it. The image lies within the memory, in a part to which nothing has been
 * written. */
WASMELT_APART void wasmelt_memory_image(wasmelt_memory *m, uint64_t address, const void *image, uint64_t length,
                                        wasmelt_image_source *source);

/* memory.atomic.wait and notify at index + offset. A timeout is in nanoseconds; negative as a signed number means forever. wait returns 0
 * when woken, 1 if the value in memory is not `expected`, 2 after the timeout; it traps for a memory that is not shared. notify wakes at
 * most `count` threads and returns how many. */
WASMELT_APART uint32_t wasmelt_atomic_wait32(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t expected, uint64_t timeout);
WASMELT_APART uint32_t wasmelt_atomic_wait64(wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t expected, uint64_t timeout);
WASMELT_APART uint32_t wasmelt_atomic_notify(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t count);

/* ---- Tables. `ref` is a `const wasmelt_func *` for a table of functions. ---- */
WASMELT_APART void *wasmelt_table_read(const wasmelt_table *t, uint64_t index);
WASMELT_APART void wasmelt_table_write(wasmelt_table *t, uint64_t index, const void *ref);
WASMELT_APART void wasmelt_table_fill(wasmelt_table *t, uint64_t index, const void *ref, uint64_t length);
WASMELT_APART void wasmelt_table_copy(wasmelt_table *to, uint64_t to_index, const wasmelt_table *from, uint64_t from_index,
                                      uint64_t length);
/* Copies from a segment of evaluated references. `segment_length` is 0 once it has been dropped. */
WASMELT_APART void wasmelt_table_init(wasmelt_table *t, uint64_t index, const void *const *segment, uint64_t segment_length, uint64_t from,
                                      uint64_t length);
/* Copies an active segment of functions. `records`: indices of records in `funcs`. */
WASMELT_APART void wasmelt_table_init_funcs(wasmelt_table *t, uint64_t index, const wasmelt_func *funcs, const uint32_t *records,
                                            uint64_t length);

/* The slow path of an indirect call, when the fast one, which only compares for equality, has failed: returns the entry if its type is a
 * subtype of `type_id`; otherwise raises the trap that fits (undefined element, uninitialized element, indirect call type mismatch). */
WASMELT_APART const wasmelt_table_entry *wasmelt_call_indirect_slow(const wasmelt_table *t, uint64_t index, uint32_t type_id);

/* ---- Code that asks how much stack is left: plain C (wasmelt/code/plain.h), and that for small systems ---- */
/* How much a function needs to call another: an estimate, unless WASMELT_STACK_NEED is defined, by who knows how large frames are. */
#if defined(WASMELT_STACK_NEED)
#define WASMELT_STACK_NEED_OR(estimate) WASMELT_STACK_NEED
#else
#define WASMELT_STACK_NEED_OR(estimate) estimate
#endif
/* Traps unless so many bytes of stack are left below `here`, an address in the caller's frame. */
void wasmelt_stack_need(const void *here, uint64_t bytes);
/* Whether an exception is pending. */
bool wasmelt_is_unwinding(void);
/* Ends the wasmelt_run because of the pending exception, which has reached a function that hosts call. */
WASMELT_COLD void wasmelt_trap_uncaught(void);

/* ---- Tail calls ----
 * A function that makes tail calls has a second entry, `void entry(wasmelt_tail *)`, that takes its
 * instance and arguments from the buffer and leaves there either its results, with `next` null, or
 * the next function's entry, instance and arguments. Whoever calls such a function normally runs
 *   do { entry = t->next; entry(t); } while (t->next);
 * so that a chain of tail calls uses one frame. */
#define WASMELT_TAIL_VALUES 1000 /* the most parameters or results a function type may have */
struct wasmelt_tail {
    void (*next)(wasmelt_tail *);
    void *instance;
    uint32_t exception_count; /* number of arguments in `exceptions` that are being passed, so that a trap can release them */
    wasmelt_value values[WASMELT_TAIL_VALUES];
    wasmelt_exception *exceptions[WASMELT_TAIL_VALUES]; /* arguments that are counted references to exceptions, in order */
};
/* This thread's buffer. */
WASMELT_APART wasmelt_tail *wasmelt_tail_buffer(void);

#endif
