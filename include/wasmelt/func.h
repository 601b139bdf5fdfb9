/* Function references and tables. */
#ifndef WASMELT_FUNC_H
#define WASMELT_FUNC_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wasmelt/trap.h>
#include <wasmelt/valtype.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_func wasmelt_func;
typedef struct wasmelt_object wasmelt_object; /* wasmelt/heap.h */
typedef struct wasmelt_tail wasmelt_tail;

/* Any value of WebAssembly, untagged. */
typedef union wasmelt_value {
    uint32_t i32;
    uint64_t i64;
    float f32;
    double f64;
    const wasmelt_func *funcref; /* null: the null reference */
    void *externref;             /* null: the null reference */
    wasmelt_exception *exnref;   /* null: the null reference */
    wasmelt_object *anyref;      /* any, eq, i31, struct, array and types of these; null: the null reference */
    uint8_t v128[16];            /* byte 0 first, as in memory */
} wasmelt_value;

/* A vector as generated C passes it. Alignment is 16. */
#if defined(__GNUC__)
typedef uint64_t wasmelt_v128 __attribute__((vector_size(16)));
#endif

/* A C function of any type. Cast it to its own type before calling it. */
typedef void (*wasmelt_code)(void);

/* The kind of a type definition. */
typedef enum wasmelt_type_kind { WASMELT_TYPE_FUNC, WASMELT_TYPE_STRUCT, WASMELT_TYPE_ARRAY } wasmelt_type_kind;

#define WASMELT_NO_TYPE UINT32_MAX

/* A type of a module's type section, as constant data. Concrete heap types in it are indices into the types of the same module. */
typedef struct wasmelt_type {
    wasmelt_type_kind kind;
    bool is_final;
    uint32_t supertype;             /* index, or WASMELT_NO_TYPE */
    uint32_t group;                 /* index of the first type of its recursion group */
    uint32_t group_size;            /* number of types in that group */
    const wasmelt_valtype *params;  /* function: parameters; struct, array: storage types of fields */
    const wasmelt_valtype *results; /* function: results */
    const uint8_t *mutability;      /* struct, array: 1 for a mutable field */
    uint32_t param_count;           /* or fields */
    uint32_t result_count;
    /* Function: calls `func` with arguments and results in arrays, which may be the same array. Null if no function of the type can be
     * called from outside. */
    void (*invoke)(const wasmelt_func *func, const wasmelt_value *args, wasmelt_value *results);
} wasmelt_type;

/* A reference to a function points to one of these. It lives as long as its owner, which is the instance that defines the function, or the
 * host. The function is called as RESULT (*)(void *instance, PARAMETERS...) where i32 is uint32_t, i64 uint64_t, f32 float, f64 double,
 * funcref `const wasmelt_func *`, externref `void *`, and exnref `wasmelt_exception *`, which is counted for the caller if it is a result.
 * A reference to an object of the heap, or to an i31, is `wasmelt_object *`. Without results RESULT is void; several results are a struct
 * with members of these types in order. */
struct wasmelt_func {
    wasmelt_code code;
    void *instance;               /* first argument of `code` */
    void (*tail)(wasmelt_tail *); /* entry for tail calls, or null: see wasmelt/code/support.h */
    const wasmelt_type *type;     /* a type of the owner's module */
    uint32_t type_id;             /* canonical number of that type in this process, never 0 */
};

/* An element of a table of functions: a copy of what an indirect call needs. A null element is all zero. */
typedef struct wasmelt_table_entry {
    wasmelt_code code;
    void *instance;
    const wasmelt_func *func; /* what table.get returns */
    uint32_t type_id;         /* 0 for null */
} wasmelt_table_entry;

typedef struct wasmelt_table_type {
    uint64_t minimum; /* number of elements */
    uint64_t maximum; /* number of elements; only if has_maximum */
    bool has_maximum;
    bool is64;
    wasmelt_valtype element;
} wasmelt_table_type;

/* A table (section 4.2.7). `holds_functions` says which member of the union is used. */
typedef struct wasmelt_table {
    union {
        wasmelt_table_entry *entries; /* if the element type is funcref or a subtype */
        void **refs;                  /* for other references */
    };
    uint64_t size;
    uint64_t maximum; /* number of elements to which it may grow, by its type and the host's limit */
    bool holds_functions;
    bool holds_exceptions;
    wasmelt_table_type type;
    uint32_t element_id; /* canonical number of a concrete element type; 0 for an abstract one. A type index in `type`
                            refers to the module that made the table */
} wasmelt_table;

/* Makes a table of its minimum size, with all elements null. Null if memory is short, or if the limits are not valid. The element type must
 * be abstract. Any thread. */
wasmelt_table *wasmelt_table_new(const wasmelt_table_type *type);
/* Frees a table made by wasmelt_table_new; null is allowed. No instance may use it afterwards. */
void wasmelt_table_free(wasmelt_table *table);

/* table.grow, table.get and table.set for hosts. `ref` is a `const wasmelt_func *` for a table of functions. get and set return false if
 * `index` is out of bounds. If the table cannot grow, grow returns UINT64_MAX and changes nothing. Not thread-safe for one table. */
uint64_t wasmelt_table_grow(wasmelt_table *table, uint64_t delta, const void *ref);
bool wasmelt_table_get(const wasmelt_table *table, uint64_t index, const void **ref);
bool wasmelt_table_set(wasmelt_table *table, uint64_t index, const void *ref);

/* A global that the host makes, or one that an instance exports. */
typedef struct wasmelt_global_type {
    wasmelt_valtype type;
    bool is_mutable;
} wasmelt_global_type;

/* Prepares a reference to a host function. `code` must have the C type described above for `type`. `type` must live as long as `func` and
 * mention no concrete heap types; it is treated as final and without supertype, whatever its members say. `context` becomes the first
 * argument. False when memory is short. Any thread. */
bool wasmelt_func_init(wasmelt_func *func, wasmelt_code code, void *context, const wasmelt_type *type);

/* Whether a function has exactly the parameters and results of `type`, which mentions no concrete heap types: for hosts that get a
 * reference and want to call it. False for null. Any thread. */
bool wasmelt_func_has_type(const wasmelt_func *func, const wasmelt_type *type);

/* Calls a function with untyped values. `args` and `results` have as many members as its type has parameters and results. Returns the code
 * of the trap, or WASMELT_TRAP_NONE if the function returned. `trap` may be null. */
wasmelt_trap_code wasmelt_call(const wasmelt_func *func, const wasmelt_value *args, wasmelt_value *results, wasmelt_trap *trap);

#ifdef __cplusplus
}
#endif
#endif
