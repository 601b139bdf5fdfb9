/* Type numbers that hold for the whole process, and matching of types across modules (section 3.3). */
#ifndef WASMELT_RUNTIME_TYPES_H
#define WASMELT_RUNTIME_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/func.h>

#pragma GCC visibility push(hidden)

/* ---- types.c ---- */

/* Gives numbers to the types of a module. Equal types get equal numbers, and keep them until wasmelt_rt_types_release has been called as
 * often as this. False when memory is short. Any thread. */
bool wasmelt_rt_types_intern(const wasmelt_type *types, uint32_t count, uint32_t *ids);
void wasmelt_rt_types_release(const wasmelt_type *types, uint32_t count, const uint32_t *ids);

/* Keep a type's number, which is in use, once more or once less: for who refers to one type alone, such as an object or a tag. */
void wasmelt_rt_type_id_retain(uint32_t id);
void wasmelt_rt_type_id_release(uint32_t id);

/* Whether the type numbered `sub` is `super` or a subtype of it. Both numbers are in use. Any thread; takes no lock. */
bool wasmelt_rt_type_id_matches(uint32_t sub, uint32_t super);

/* Called when the runtime is unloaded: frees all memory for types. */
void wasmelt_rt_types_end(void);

/* ---- matching.c ---- */

/* A value type together with the numbers of the types that it may name. `ids` is null for a type of the host. */
typedef struct typed {
    wasmelt_valtype type;
    const wasmelt_type *types;
    const uint32_t *ids;
} typed;

bool wasmelt_rt_typed_equal(typed a, typed b);
bool wasmelt_rt_typed_matches(typed sub, typed super);

/* Whether the elements of a table of the type are functions. */
bool wasmelt_rt_typed_is_func(typed t);

/* The number of the type that a reference type names; 0 if that is abstract, or belongs to a type of the host. */
uint32_t wasmelt_rt_typed_id(typed t);

#pragma GCC visibility pop

#endif
