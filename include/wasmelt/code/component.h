/* What the code of components stands on (component-model, CanonicalABI.md): where calls between components and their hosts enter and leave,
 * the memory that lifted values are in, handles of resources, and how the values of basic types are passed. Only generated code includes
 * this.
 *
 * For each type NAME four functions, here or in the generated code, turn a value of C into what a component's code has, and back:
 *
 *   load_NAME(c, at)         the value that stands in the component's memory, where `at` points; the bytes there are accessible
 *   store_NAME(c, v, at)     puts it there
 *   lift_NAME(c, flat)       the value that core values stand for: each has an element, an integer or the bits of a float
 *   lower_NAME(c, v, flat)   core values for it */
#ifndef WASMELT_CODE_COMPONENT_H
#define WASMELT_CODE_COMPONENT_H

#include <wasmelt/target.h>

#include <wasmelt/code/core.h>
#include <wasmelt/code/unwind.h>
#include <wasmelt/component.h>
#include <wasmelt/module.h>

/* An entry of a table of handles. */
typedef struct wasmelt_canon_handle {
    uint32_t representation;
    uint32_t resource; /* the number of its type, from 1; 0: the entry is free, and `lends` says which is the next free one; and what is no
                          resource has numbers from WASMELT_CANON_SET on */
    uint32_t lends;    /* calls that borrow it and have not returned */
    union {
        struct wasmelt_canon_call *scope; /* of a borrowed handle: the call for which it is borrowed; null: it is owned */
        void *object;                     /* of what is no resource (wasmelt/code/async.h) */
    };
} wasmelt_canon_handle;

/* An instance of a component, one of those that a component consists of. */
typedef struct wasmelt_canon_part {
    struct wasmelt_canon_part *parent; /* the one around it, or null */
    bool may_enter, may_leave;
    wasmelt_canon_handle *handles; /* the first is never used */
    uint32_t handle_count, handle_room, free_handle;
    uint32_t all_handle_room;               /* of the outermost one: of all tables of the component */
    struct wasmelt_canon_part_async *async; /* null: nothing in the component is async */
} wasmelt_canon_part;

typedef struct wasmelt_canon_block wasmelt_canon_block;

/* The memory that lifted values are in: blocks, of which the first one still has room. */
typedef struct wasmelt_canon_scratch {
    wasmelt_canon_block *blocks;
    uint8_t *next;
    size_t left;
    size_t bytes; /* of all blocks */
} wasmelt_canon_scratch;

/* First member of each component's struct. */
typedef struct wasmelt_canon_component {
    wasmelt_canon_part *parts;
    wasmelt_instance **cores; /* in the order in which they are made */
    uint32_t part_count, core_count;
    bool counts_fuel;                  /* its modules do: then what values take does, too */
    wasmelt_canon_scratch scratch;     /* of the running call of the host, or of the last one: its result is there */
    wasmelt_canon_scratch before;      /* of the call before that: the host may pass on what that has returned */
    wasmelt_canon_block *spare;        /* a free block, or null */
    struct wasmelt_canon_async *async; /* null: nothing in it is async */
} wasmelt_canon_component;

typedef enum wasmelt_canon_encoding { WASMELT_CANON_UTF8, WASMELT_CANON_UTF16, WASMELT_CANON_LATIN1_UTF16 } wasmelt_canon_encoding;

struct wasmelt_canon_task;
struct wasmelt_canon_element;

/* A lifted or lowered function, or a built-in: the options of its canonical definition. */
typedef struct wasmelt_canon {
    wasmelt_canon_component *component;
    wasmelt_canon_part *part;
    const wasmelt_memory *memory;
    const wasmelt_func *realloc;
    const wasmelt_func *func, *post_return; /* of a lifted function */
    wasmelt_canon_encoding encoding;
    /* What follows is used only where a component has something async (wasmelt/code/async.h). */
    bool is_async;                               /* the option */
    bool is_async_type;                          /* of a lifted function: its type is async */
    bool may_block;                              /* of a lifted function: code of its part may wait in the middle of a call */
    bool flag;                                   /* of a built-in: whether it can be cancelled, or does not wait */
    uint32_t result;                             /* of a lifted function and task.return: the number of the result's type; 0: none */
    const wasmelt_func *callback;                /* of a lifted function */
    void (*run)(struct wasmelt_canon_task *);    /* of a lifted function: calls it */
    const struct wasmelt_canon_element *element; /* of a built-in for streams or futures */
    const wasmelt_table *table;                  /* of thread.new-indirect */
} wasmelt_canon;

typedef struct wasmelt_canon_lend {
    struct wasmelt_canon_lend *next;
    uint32_t handle;
} wasmelt_canon_lend;

/* A call that is running. */
typedef struct wasmelt_canon_call {
    const wasmelt_canon *canon;
    wasmelt_canon_lend *lends;     /* handles that are lent until it returns */
    u32 borrows;                   /* handles that were made for it and must be dropped before it returns */
    bool is_async;                 /* it may end after others that began later: what it is lent is noted elsewhere */
    wasmelt_canon_scratch scratch; /* what was in use when it began */
} wasmelt_canon_call;

/* ---- Instances (runtime/component/instance.c) ---- */

/* Sets it to success. */
wasmelt_error *wasmelt_canon_no_error(wasmelt_error *error);

/* Memory for a component's struct, all zero; null if memory is short, with the error set. */
void *wasmelt_canon_component_new(size_t size, wasmelt_error *error);

/* Makes the parts, where parents[k] is the number of the one around part k, or UINT32_MAX; and room for core instances. False if memory is
 * short, with the error set. */
bool wasmelt_canon_component_init(wasmelt_canon_component *self, const uint32_t *parents, uint32_t part_count, uint32_t core_count,
                                  wasmelt_error *error);
/* Frees it, with everything in it. */
void wasmelt_canon_component_free(wasmelt_canon_component *self);

/* Makes the core instance `k`. */
bool wasmelt_canon_component_core(wasmelt_canon_component *self, uint32_t k, const wasmelt_module *module, const wasmelt_import *imports,
                                  size_t import_count, const wasmelt_options *options, wasmelt_error *error);

/* An export of core instance `k`, which is there: validation has seen it. */
wasmelt_extern wasmelt_canon_component_export(wasmelt_canon_component *self, uint32_t k, const char *name, size_t length);

/* Prepares a function that the component gives to its modules. False if memory is short, with the error set. */
bool wasmelt_canon_component_func(wasmelt_func *func, wasmelt_code code, void *self, const wasmelt_type *type, wasmelt_error *error);

/* ---- Calls (runtime/component/call.c) ---- */

/* Begins a call by the host; traps if the component is running already, or has trapped. */
void wasmelt_canon_host_begin(wasmelt_canon_component *self);
/* Ends it: what the call before it returned is freed. */
void wasmelt_canon_host_end(wasmelt_canon_component *self);

/* A call enters the part, from another or, if `caller` is null, from the host; traps if the component is already running. */
void wasmelt_canon_enter(wasmelt_canon_part *part, const wasmelt_canon_part *caller);
bool wasmelt_canon_may_enter(const wasmelt_canon_part *part, const wasmelt_canon_part *caller);
void wasmelt_canon_leave(wasmelt_canon_part *part, const wasmelt_canon_part *caller);

/* Begins a call of a function that a component has been given: traps if the part may not leave. */
wasmelt_canon_call wasmelt_canon_begin(const wasmelt_canon *canon);
/* Ends it: what it was lent is given back, and what was lifted for it is freed. */
void wasmelt_canon_end(wasmelt_canon_call *c);
/* Traps if the part may not call what it has been given. */
void wasmelt_canon_may_leave(const wasmelt_canon_part *part);
/* Traps if handles borrowed for the call are left. */
void wasmelt_canon_no_borrows(const wasmelt_canon_call *c);

/* ---- Memory (runtime/component/memory.c) ---- */

/* Memory for lifted values, `count` of `size` bytes. */
void *wasmelt_canon_allocate_lifted(wasmelt_canon_component *self, size_t count, size_t size);

/* Where `count` values of `bytes` bytes stand in the memory; traps if that is not aligned or not inside. */
u8 *wasmelt_canon_range(const wasmelt_canon_call *c, u64 at, u64 count, u32 bytes, u32 alignment);

/* Calls realloc for so many values; the address, and where it is in *to. */
u32 wasmelt_canon_allocate(wasmelt_canon_call *c, u64 count, u32 bytes, u32 alignment, u8 **to);
u32 wasmelt_canon_reallocate(wasmelt_canon_call *c, u32 old, u32 old_bytes, u32 alignment, u32 bytes, u8 **to);

/* ---- Strings (runtime/component/string.c) ---- */

/* The string whose address and tagged length these are, as UTF-8. */
wasmelt_string wasmelt_canon_lift_string(wasmelt_canon_call *c, u32 at, u32 length);
/* Puts it into the memory; the address and the tagged length. */
void wasmelt_canon_lower_string(wasmelt_canon_call *c, wasmelt_string s, u32 *at, u32 *length);

/* ---- Handles (runtime/component/handles.c) ---- */

u32 wasmelt_canon_resource_new(wasmelt_canon_part *part, u32 resource, u32 representation);
u32 wasmelt_canon_resource_rep(const wasmelt_canon_part *part, u32 resource, u32 handle);
/* Removes the handle. Whether it was owned: then the resource, of this representation, is to be destroyed. */
bool wasmelt_canon_resource_drop(wasmelt_canon_part *part, u32 resource, u32 handle, u32 *representation);
u32 wasmelt_canon_lift_own(wasmelt_canon_call *c, u32 resource, u32 handle);
u32 wasmelt_canon_lift_borrow(wasmelt_canon_call *c, u32 resource, u32 handle);
u32 wasmelt_canon_lower_own(wasmelt_canon_call *c, u32 resource, u32 representation);
/* `owner`: the part that defines the resource, which gets the representation itself; null: the host does. */
u32 wasmelt_canon_lower_borrow(wasmelt_canon_call *c, u32 resource, const wasmelt_canon_part *owner, u32 representation);

/* ---- Values of basic types ---- */

/* A discriminant, which has to be less than `count`. */
INLINE u32 discriminant(u32 value, u32 count) {
    if (unlikely(value >= count))
        wasmelt_trap_raise(WASMELT_TRAP_DISCRIMINANT);
    return value;
}

INLINE u32 character(u32 value) {
    if (unlikely(value >= 0x110000 || (value >= 0xD800 && value <= 0xDFFF)))
        wasmelt_trap_raise(WASMELT_TRAP_CHARACTER);
    return value;
}

/* BASIC(NAME, type, place, ...): `place` is where it stands in memory; then its value of what stands there, what to put there, its value of
 * a core value, and its core value. */
#define BASIC(name, type, place, from_memory, to_memory, from_flat, to_flat)                                                               \
    INLINE type load_##name(const wasmelt_canon_call *c, const u8 *at) {                                                                   \
        (void)c;                                                                                                                           \
        return from_memory;                                                                                                                \
    }                                                                                                                                      \
    INLINE void store_##name(const wasmelt_canon_call *c, type v, u8 *at) {                                                                \
        (void)c;                                                                                                                           \
        place = to_memory;                                                                                                                 \
    }                                                                                                                                      \
    INLINE type lift_##name(const wasmelt_canon_call *c, const u64 *flat) {                                                                \
        (void)c;                                                                                                                           \
        const u64 x = flat[0];                                                                                                             \
        return from_flat;                                                                                                                  \
    }                                                                                                                                      \
    INLINE void lower_##name(const wasmelt_canon_call *c, type v, u64 *flat) {                                                             \
        (void)c;                                                                                                                           \
        flat[0] = to_flat;                                                                                                                 \
    }

BASIC(bool, bool, *at, *at != 0, v, (u32)x != 0, v)
BASIC(u8, u8, *at, *at, v, (u8)x, v)
BASIC(s8, s8, *at, (s8)*at, (u8)v, (s8)x, (u32)(s32)v)
BASIC(u16, u16, LITTLE(any16, at), LITTLE(any16, at), v, (u16)x, v)
BASIC(s16, s16, LITTLE(anys16, at), LITTLE(anys16, at), v, (s16)x, (u32)(s32)v)
BASIC(u32, u32, LITTLE(any32, at), LITTLE(any32, at), v, (u32)x, v)
BASIC(s32, s32, LITTLE(anys32, at), LITTLE(anys32, at), v, (s32)x, (u32)v)
BASIC(u64, u64, LITTLE(any64, at), LITTLE(any64, at), v, x, v)
BASIC(s64, s64, LITTLE(any64, at), (s64)LITTLE(any64, at), (u64)v, (s64)x, (u64)v)
/* Of NaNs nothing is kept but that they are NaNs (CanonicalABI.md, canonicalize_nan). */
BASIC(f32, f32, LITTLE(anyf32, at), f32_canonical(LITTLE(anyf32, at)), f32_canonical(v), f32_canonical(f32_bits((u32)x)),
      bits_f32(f32_canonical(v)))
BASIC(f64, f64, LITTLE(anyf64, at), f64_canonical(LITTLE(anyf64, at)), f64_canonical(v), f64_canonical(f64_bits(x)),
      bits_f64(f64_canonical(v)))
BASIC(char, u32, LITTLE(any32, at), character(LITTLE(any32, at)), character(v), character((u32)x), character(v))
#undef BASIC

/* Elements of lists of integers, which are the same bytes in both memories, or the same but for their order. */
#if WASMELT_SWAPS_BYTES
#define INTEGERS(name, type)                                                                                                               \
    INLINE void wasmelt_canon_load_list_##name(type *to, const u8 *from, size_t count) {                                                   \
        for (size_t k = 0; k < count; k++)                                                                                                 \
            to[k] = load_##name(NULL, from + k * sizeof *to);                                                                              \
    }                                                                                                                                      \
    INLINE void wasmelt_canon_store_list_##name(const type *from, u8 *to, size_t count) {                                                  \
        for (size_t k = 0; k < count; k++)                                                                                                 \
            store_##name(NULL, from[k], to + k * sizeof *from);                                                                            \
    }
#else
#define INTEGERS(name, type)                                                                                                               \
    INLINE void wasmelt_canon_load_list_##name(type *to, const u8 *from, size_t count) {                                                   \
        memcpy(to, from, count * sizeof *to);                                                                                              \
    }                                                                                                                                      \
    INLINE void wasmelt_canon_store_list_##name(const type *from, u8 *to, size_t count) {                                                  \
        if (count > 0) /* a list without elements may be a null pointer */                                                                 \
            memcpy(to, from, count * sizeof *from);                                                                                        \
    }
#endif
INTEGERS(u8, u8)
INTEGERS(s8, s8)
INTEGERS(u16, u16)
INTEGERS(s16, s16)
INTEGERS(u32, u32)
INTEGERS(s32, s32)
INTEGERS(u64, u64)
INTEGERS(s64, s64)
#undef INTEGERS

INLINE wasmelt_string load_string(wasmelt_canon_call *c, const u8 *at) {
    return wasmelt_canon_lift_string(c, load_u32(c, at), load_u32(c, at + 4));
}

INLINE void store_string(wasmelt_canon_call *c, wasmelt_string v, u8 *at) {
    u32 address, length;
    wasmelt_canon_lower_string(c, v, &address, &length);
    store_u32(c, address, at);
    store_u32(c, length, at + 4);
}

INLINE wasmelt_string lift_string(wasmelt_canon_call *c, const u64 *flat) {
    return wasmelt_canon_lift_string(c, (u32)flat[0], (u32)flat[1]);
}

INLINE void lower_string(wasmelt_canon_call *c, wasmelt_string v, u64 *flat) {
    u32 address, length;
    wasmelt_canon_lower_string(c, v, &address, &length);
    flat[0] = address;
    flat[1] = length;
}

/* After a call of a module's function: an exception does not leave its component. */
INLINE void no_exception(void) {
    if (unwinding())
        wasmelt_trap_uncaught();
}

#endif
