/* For hosts that were written for wasm2c (of WABT): its names, as far as they can mean the same here. docs/from-wasm2c.md has an example,
 * and says what cannot be had. What the host adds, beside this header, is a line for each module, export and import:
 *
 *     #include "app.h"
 *     #include <wasmelt/wasm2c.h>
 *
 *     WASM2C_MODULE(app)
 *     WASM2C_INSTANTIATE_WITH(app, (struct w2c_env *env), .context_env = env)
 *     WASM2C_MEMORY(app, memory)
 *     #define w2c_app_run(self, x) WASMELT_EXPORT(app, run)((self)->instance, x)
 *     u32 WASMELT_IMPORT(app, env, log)(void *env, u32 x) { return w2c_env_log((struct w2c_env *)env, x); }
 *
 * Everything is `static inline`, and only uses what the other headers declare. */
#ifndef WASMELT_WASM2C_H
#define WASMELT_WASM2C_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <wasmelt/wasmelt.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef WASM_RT_CORE_TYPES_DEFINED
#define WASM_RT_CORE_TYPES_DEFINED
typedef uint8_t u8;
typedef int8_t s8;
typedef uint16_t u16;
typedef int16_t s16;
typedef uint32_t u32;
typedef int32_t s32;
typedef uint64_t u64;
typedef int64_t s64;
typedef float f32;
typedef double f64;
#endif

typedef void *wasm_rt_externref_t;
#define wasm_rt_externref_null_value ((wasm_rt_externref_t)0)

/* ---- The runtime ---- */

/* What is needed is made when it is needed, so that these only do it now. */
static inline void wasm_rt_init(void) {
    wasmelt_thread_prepare();
}

static inline void wasm_rt_init_thread(void) {
    wasmelt_thread_prepare();
}

static inline bool wasm_rt_is_initialized(void) {
    return true;
}

static inline void wasm_rt_free_thread(void) {
    wasmelt_thread_leave();
}

static inline void wasm_rt_free(void) {
    wasmelt_thread_leave();
}

/* ---- Traps ---- */

typedef enum wasm_rt_trap_t {
    WASM_RT_TRAP_NONE,
    WASM_RT_TRAP_OOB,
    WASM_RT_TRAP_INT_OVERFLOW,
    WASM_RT_TRAP_DIV_BY_ZERO,
    WASM_RT_TRAP_INVALID_CONVERSION,
    WASM_RT_TRAP_UNREACHABLE,
    WASM_RT_TRAP_CALL_INDIRECT,
    WASM_RT_TRAP_NULL_REF,
    WASM_RT_TRAP_UNCAUGHT_EXCEPTION,
    WASM_RT_TRAP_UNALIGNED,
    WASM_RT_TRAP_EXHAUSTION,
    WASM_RT_TRAP_OTHER /* not of wasm2c's: the host or the system ended the call */
} wasm_rt_trap_t;

/* Which of them a trap is. */
static inline wasm_rt_trap_t wasm2c_trap_of(wasmelt_trap_code code) {
    switch (code) {
    case WASMELT_TRAP_NONE:
        return WASM_RT_TRAP_NONE;
    case WASMELT_TRAP_MEMORY_BOUNDS:
    case WASMELT_TRAP_TABLE_BOUNDS:
        return WASM_RT_TRAP_OOB;
    case WASMELT_TRAP_INTEGER_OVERFLOW:
        return WASM_RT_TRAP_INT_OVERFLOW;
    case WASMELT_TRAP_DIVIDE_BY_ZERO:
        return WASM_RT_TRAP_DIV_BY_ZERO;
    case WASMELT_TRAP_INVALID_CONVERSION:
        return WASM_RT_TRAP_INVALID_CONVERSION;
    case WASMELT_TRAP_UNREACHABLE:
        return WASM_RT_TRAP_UNREACHABLE;
    case WASMELT_TRAP_UNDEFINED_ELEMENT:
    case WASMELT_TRAP_UNINITIALIZED_ELEMENT:
    case WASMELT_TRAP_INDIRECT_CALL_TYPE:
        return WASM_RT_TRAP_CALL_INDIRECT;
    case WASMELT_TRAP_NULL_REFERENCE:
        return WASM_RT_TRAP_NULL_REF;
    case WASMELT_TRAP_UNCAUGHT_EXCEPTION:
        return WASM_RT_TRAP_UNCAUGHT_EXCEPTION;
    case WASMELT_TRAP_UNALIGNED_ATOMIC:
        return WASM_RT_TRAP_UNALIGNED;
    case WASMELT_TRAP_STACK_EXHAUSTED:
        return WASM_RT_TRAP_EXHAUSTION;
    default:
        return WASM_RT_TRAP_OTHER;
    }
}

/* The trap to raise for it. */
static inline wasmelt_trap_code wasm2c_code_of(wasm_rt_trap_t trap) {
    static const wasmelt_trap_code codes[] = {
        WASMELT_TRAP_NONE,
        WASMELT_TRAP_MEMORY_BOUNDS,
        WASMELT_TRAP_INTEGER_OVERFLOW,
        WASMELT_TRAP_DIVIDE_BY_ZERO,
        WASMELT_TRAP_INVALID_CONVERSION,
        WASMELT_TRAP_UNREACHABLE,
        WASMELT_TRAP_UNDEFINED_ELEMENT,
        WASMELT_TRAP_NULL_REFERENCE,
        WASMELT_TRAP_UNCAUGHT_EXCEPTION,
        WASMELT_TRAP_UNALIGNED_ATOMIC,
        WASMELT_TRAP_STACK_EXHAUSTED,
        WASMELT_TRAP_HOST,
    };
    return trap > WASM_RT_TRAP_NONE && trap < WASM_RT_TRAP_OTHER ? codes[trap] : WASMELT_TRAP_HOST;
}

#if defined(__GNUC__)
__attribute__((noreturn))
#endif
static inline void
wasm_rt_trap(wasm_rt_trap_t trap) {
    wasmelt_trap_raise(wasm2c_code_of(trap));
}

static inline const char *wasm_rt_strerror(wasm_rt_trap_t trap) {
    return trap == WASM_RT_TRAP_NONE ? "No error" : wasmelt_trap_message(wasm2c_code_of(trap));
}

/* In the place of wasm_rt_impl_try(), which is a setjmp: calls the function, which makes the calls that may trap. */
static inline wasm_rt_trap_t wasm2c_try(void (*body)(void *argument), void *argument) {
    return wasm2c_trap_of(wasmelt_run(body, argument, NULL));
}

/* ---- Memories ---- */

#define WASM_DEFAULT_PAGE_SIZE 65536

/* What a memory has at the moment, for the host to read; growing by the module or by the host brings it up to date. It must not be moved
 * while the memory is there. */
typedef struct wasm_rt_memory_t {
    uint8_t *data, *data_end; /* neither changes */
    uint32_t page_size;
    uint64_t pages, max_pages, size;
    bool is64;
    wasmelt_memory *memory; /* the memory itself, which modules import */
} wasm_rt_memory_t;

static inline void wasm2c_memory_update(wasm_rt_memory_t *view, wasmelt_memory *memory) {
    view->memory = memory;
    view->data = memory->base;
    view->data_end = memory->base + memory->reserved;
    view->page_size = (uint32_t)1 << memory->type.page_size_log2;
    view->pages = memory->pages;
    view->max_pages = memory->maximum;
    view->size = memory->size;
    view->is64 = memory->type.is64;
}

static inline void wasm2c_memory_grown(void *view, wasmelt_memory *memory, uint64_t from, uint64_t to, bool grown) {
    (void)from;
    (void)to;
    if (grown)
        wasm2c_memory_update((wasm_rt_memory_t *)view, memory);
}

/* Makes `view` show the memory from now on. It takes the memory's hooks (wasmelt/memory.h). */
static inline void wasm2c_memory_view(wasm_rt_memory_t *view, wasmelt_memory *memory) {
    static const wasmelt_memory_hooks hooks = {NULL, wasm2c_memory_grown};
    if (view->memory != memory)
        wasmelt_memory_set_hooks(memory, &hooks, view);
    wasm2c_memory_update(view, memory);
}

/* Aborts, as wasm2c's does, if address space or memory is short. The size of a page is 65536 or 1. */
static inline void wasm_rt_allocate_memory(wasm_rt_memory_t *view, uint64_t initial_pages, uint64_t max_pages, bool is64,
                                           uint32_t page_size) {
    wasmelt_memory_type type = {initial_pages, max_pages, true, is64, false, (uint8_t)(page_size == 1 ? 0 : 16), false};
    wasmelt_memory *memory = wasmelt_memory_new(&type);
    if (!memory) {
        perror("wasm_rt_allocate_memory");
        abort();
    }
    view->memory = NULL;
    wasm2c_memory_view(view, memory);
}

/* UINT32_MAX if it cannot grow. */
static inline uint64_t wasm_rt_grow_memory(wasm_rt_memory_t *view, uint64_t pages) {
    uint64_t old = wasmelt_memory_grow(view->memory, pages);
    return old == UINT64_MAX ? UINT32_MAX : old;
}

static inline void wasm_rt_free_memory(wasm_rt_memory_t *view) {
    wasmelt_memory_free(view->memory);
    view->memory = NULL;
}

/* ---- Modules ---- */

/* For what instantiation returns: a trap of a segment or of the start function is raised again; anything else ends the process. */
static inline void wasm2c_made(const wasmelt_error *error) {
    if (error->status == WASMELT_TRAPPED)
        wasmelt_trap_raise(error->trap.code);
    if (error->status == WASMELT_OK)
        return;
    fprintf(stderr, "%s\n", error->message);
    abort();
}

/* Defines w2c_NAME and wasm2c_NAME_free. `name` is the module's own, as for WASMELT_EXPORT. */
#define WASM2C_MODULE(name)                                                                                                                \
    typedef struct w2c_##name {                                                                                                            \
        WASMELT_TYPE(name) * instance;                                                                                                     \
        wasm_rt_memory_t memory; /* for WASM2C_MEMORY */                                                                                   \
    } w2c_##name;                                                                                                                          \
    static inline void wasm2c_##name##_free(w2c_##name *self) {                                                                            \
        WASMELT_EXPORT(name, instance_free)(self->instance);                                                                               \
        self->instance = NULL;                                                                                                             \
        self->memory.memory = NULL;                                                                                                        \
    }

/* Defines wasm2c_NAME_instantiate(w2c_NAME *self) for a module without imports. */
#define WASM2C_INSTANTIATE(name)                                                                                                           \
    static inline void wasm2c_##name##_instantiate(w2c_##name *self) {                                                                     \
        wasmelt_error error;                                                                                                               \
        self->memory.memory = NULL;                                                                                                        \
        WASMELT_EXPORT(name, instantiate)(&self->instance, &error);                                                                        \
        wasm2c_made(&error);                                                                                                               \
    }

/* The same with imports: the other parameters in parentheses, and then initialisers of members of NAME_imports that are made of them. */
#define WASM2C_INSTANTIATE_WITH(name, parameters, ...)                                                                                     \
    static inline void wasm2c_##name##_instantiate(w2c_##name *self WASM2C_MORE parameters) {                                              \
        const WASMELT_EXPORT(name, imports) imports = {__VA_ARGS__};                                                                       \
        wasmelt_error error;                                                                                                               \
        self->memory.memory = NULL;                                                                                                        \
        WASMELT_EXPORT(name, instantiate)(&imports, &self->instance, &error);                                                              \
        wasm2c_made(&error);                                                                                                               \
    }
#define WASM2C_MORE(...) , __VA_ARGS__

/* Defines w2c_NAME_EXPORT for the one memory that the module exports. */
#define WASM2C_MEMORY(name, export_name)                                                                                                   \
    static inline wasm_rt_memory_t *w2c_##name##_##export_name(w2c_##name *self) {                                                         \
        wasm2c_memory_view(&self->memory, WASMELT_EXPORT(name, export_name)(self->instance));                                              \
        return &self->memory;                                                                                                              \
    }

#ifdef __cplusplus
}
#endif
#endif
