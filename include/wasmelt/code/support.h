/* What generated code calls in the runtime, beside the public API. Not for hosts.
 *
 * All of these may raise traps; addresses and lengths are those of the instruction's operands, already
 * zero-extended. Bulk operations check both ranges before they write anything (section 4.6.8 ff). */
#ifndef WASMELT_CODE_SUPPORT_H
#define WASMELT_CODE_SUPPORT_H

#include <wasmelt/target.h>

#include <wasmelt/module.h>

/* Traps of generated code; never return. */
#if defined(__GNUC__)
#define WASMELT_COLD __attribute__((noreturn, cold))
#else
#define WASMELT_COLD
#endif
WASMELT_COLD void wasmelt_trap_memory(void);   /* out of bounds memory access */
WASMELT_COLD void wasmelt_trap_divide(void);   /* integer divide by zero */
WASMELT_COLD void wasmelt_trap_overflow(void); /* integer overflow */
WASMELT_COLD void wasmelt_trap_convert(void);  /* invalid conversion to integer */
WASMELT_COLD void wasmelt_trap_table(void);    /* out of bounds table access */
WASMELT_COLD void wasmelt_trap_null(void);     /* null reference */
WASMELT_COLD void wasmelt_trap_unreachable(void);

/* ---- Memory ---- */
void wasmelt_memory_fill(wasmelt_memory *m, uint64_t address, uint32_t value, uint64_t length);
void wasmelt_memory_copy(wasmelt_memory *to, uint64_t to_address, const wasmelt_memory *from, uint64_t from_address, uint64_t length);
/* `segment_length` is 0 once the segment is dropped. */
void wasmelt_memory_init(wasmelt_memory *m, uint64_t address, const uint8_t *segment, uint64_t segment_length, uint64_t from,
                         uint64_t length);
/* The same from a segment that stands in parts, each of so many bytes but for the last. */
#define WASMELT_DATA_PART (4 << 20)
void wasmelt_memory_init_parts(wasmelt_memory *m, uint64_t address, const uint8_t *const *parts, uint64_t segment_length, uint64_t from,
                               uint64_t length);

/* Startup images. One begins at a multiple of WASMELT_IMAGE_PAGE in the memory and in the program, and goes on with
 * zeros to the next. Where pages are no larger than that and the file that holds the image can be found, its pages are
 * mapped, to be copied when they are written to; otherwise they are copied at once. */
#define WASMELT_IMAGE_PAGE 16384
/* Where an image can be mapped from: zeroed, then the runtime's. */
typedef struct wasmelt_image_source {
    uint32_t state;
    uint64_t offset, device, inode;
    char path[256];
} wasmelt_image_source;
/* `length` is that of the image, without the zeros behind; it lies within the memory, which nothing was written to
 * there. */
void wasmelt_memory_image(wasmelt_memory *m, uint64_t address, const void *image, uint64_t length, wasmelt_image_source *source);

/* memory.atomic.wait and notify at index + offset. A timeout is in nanoseconds, forever if it is negative when
 * taken as signed. wait returns 0 when woken, 1 if the value there is not `expected`, 2 after the timeout; traps
 * for a memory that is not shared. notify wakes at most `count` and returns how many. */
uint32_t wasmelt_atomic_wait32(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t expected, uint64_t timeout);
uint32_t wasmelt_atomic_wait64(wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t expected, uint64_t timeout);
uint32_t wasmelt_atomic_notify(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t count);

/* ---- Tables. `ref` is a `const wasmelt_func *` for a table of functions. ---- */
void *wasmelt_table_read(const wasmelt_table *t, uint64_t index);
void wasmelt_table_write(wasmelt_table *t, uint64_t index, const void *ref);
void wasmelt_table_fill(wasmelt_table *t, uint64_t index, const void *ref, uint64_t length);
void wasmelt_table_copy(wasmelt_table *to, uint64_t to_index, const wasmelt_table *from, uint64_t from_index, uint64_t length);
/* From a segment of evaluated references; `segment_length` is 0 once it is dropped. */
void wasmelt_table_init(wasmelt_table *t, uint64_t index, const void *const *segment, uint64_t segment_length, uint64_t from,
                        uint64_t length);
/* From an active segment of function indices: numbers of records in `funcs`. */
void wasmelt_table_init_funcs(wasmelt_table *t, uint64_t index, const wasmelt_func *funcs, const uint32_t *records, uint64_t length);

/* The failing half of an indirect call: raises the trap that fits what is at `index`
 * (undefined element, uninitialized element, indirect call type mismatch), or returns if the entry's
 * type is a subtype of `type_id`, which the fast path compares for equality only. */
const wasmelt_table_entry *wasmelt_call_indirect_slow(const wasmelt_table *t, uint64_t index, uint32_t type_id);

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
    uint32_t exception_count; /* arguments in `exceptions` that are on their way, where a trap finds them */
    wasmelt_value values[WASMELT_TAIL_VALUES];
    wasmelt_exception *exceptions[WASMELT_TAIL_VALUES]; /* arguments that are references to exceptions, counted; in order */
};
/* This thread's buffer. */
wasmelt_tail *wasmelt_tail_buffer(void);

#endif
