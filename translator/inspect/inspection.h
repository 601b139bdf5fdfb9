/* What `wasmelt inspect` finds out about a valid module, in addition to the decoded module. */
#ifndef WASMELT_INSPECT_INSPECTION_H
#define WASMELT_INSPECT_INSPECTION_H

#include "base/arena.h"
#include "base/diag.h"
#include "wasm/module.h"
#include "wasm/opcodes.h"

/* A section of the file. */
typedef struct section {
    uint8_t id;
    span name;     /* of a custom section, else null bytes */
    size_t offset; /* of the contents, after the id and the size; the contents of a custom section begin with its name */
    size_t size;
} section;

/* Whether and where a feature is used. */
typedef struct feature_use {
    bool used;
    uint64_t instructions; /* number of instructions that use it; 0: only types, limits and the like do */
    size_t offset;         /* of the first use, or DIAG_NO_OFFSET */
    uint32_t func;         /* in whose body that is, or NO_INDEX */
} feature_use;

typedef enum overflow { OVERFLOW_UNKNOWN, OVERFLOW_TRAPS, OVERFLOW_OVERWRITES } overflow;

/* The stack in memory 0 on which compilers of C, C++ and Rust keep variables that have an address. It grows down. */
typedef struct shadow_stack {
    const char *found_by; /* how the stack pointer was recognised; null: there is none */
    uint32_t global;      /* the stack pointer, or NO_INDEX */
    uint64_t frames;      /* how often the code subtracts a constant from the stack pointer */
    bool has_top, has_low;
    uint64_t top;      /* its first value: the end of the stack */
    uint64_t low;      /* the lowest address that belongs to the stack */
    bool low_is_exact; /* false if `low` was found by data segments alone: zeroed data after them are in no segment */
    overflow overflow;
} shadow_stack;

/* An exported function that allocates or frees memory, with one of the names that toolchains use. */
typedef struct allocator {
    const char *role; /* "allocate", "free", "resize", "stack" or "collect" */
    uint32_t export_index;
} allocator;

/* An entry of the producers section: "processed-by" "clang" "14.0.6". */
typedef struct producer {
    span field, name, version;
} producer;

/* An entry of the target_features section: '+' and "simd128". */
typedef struct target_feature {
    char prefix;
    span name;
} target_feature;

/* Imports that the host has to provide, by module. */
typedef struct needed_module {
    span name;
    uint32_t count;
} needed_module;

/* Whether the module is complete, an object file to be linked, or a dynamic library. */
typedef enum linkage { LINKAGE_FINAL, LINKAGE_OBJECT, LINKAGE_DYNAMIC } linkage;

typedef enum use {
    USE_PROGRAM, /* it can be made an executable: see program.h */
    USE_LIBRARY, /* it imports nothing but WASI */
    USE_HOSTED,  /* it imports something that only a host can provide */
} use;

enum { LARGEST_FUNCS = 10, MAX_NEEDED_MODULES = 16 };

typedef struct inspection {
    const module *m;
    const char *path;
    section *sections;
    size_t section_count;
    feature_use features[FEATURE_COUNT];
    shadow_stack stack;
    bool has_heap_base;
    uint64_t heap_base; /* where the heap of C begins in memory 0 */
    allocator *allocators;
    size_t allocator_count;
    producer *producers;
    size_t producer_count;
    target_feature *target_features;
    size_t target_feature_count;
    uint32_t largest[LARGEST_FUNCS]; /* by the length of the body; function indices */
    size_t largest_count;
    uint64_t code_bytes; /* of all bodies */
    uint64_t data_bytes; /* of all data segments */
    diag problem;        /* what is not supported; if it is not set, the module can be translated */
    use use;
    linkage linkage;
    bool has_dwarf; /* it has DWARF sections with source lines */
    needed_module needed[MAX_NEEDED_MODULES];
    size_t needed_count;
    uint32_t needed_imports; /* all of them, even if their modules do not fit into the array */
} inspection;

/* Fills `i` for a module that was read and validated. Arrays live in `a`. */
void inspect(inspection *i, const module *m, const char *path, arena *a);

/* The parts of inspect(), in this order: inspect_stack_pointer guesses which global is the stack pointer, the features count how often the
 * code uses it, then inspect_stack keeps or drops the guess. */
void inspect_stack_pointer(inspection *i);
void inspect_features(inspection *i);
void inspect_stack(inspection *i);
void inspect_custom_sections(inspection *i, arena *a);

#endif
