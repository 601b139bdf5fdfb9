/* A decoded module (WebAssembly 3.0, section 2.5). read/ makes it; after that it changes only in the fields whose comment says
 * "noted", which validate/ fills. Its arrays live in the module's arena. Names, bodies and expressions point into the input, which
 * must outlive the module. */
#ifndef WASMELT_WASM_MODULE_H
#define WASMELT_WASM_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <wasmelt/func.h>
#include <wasmelt/memory.h>
#include <wasmelt/valtype.h>

#include "base/arena.h"

#define NO_INDEX UINT32_MAX

/* Some consecutive bytes of the input. */
typedef struct span {
    const uint8_t *bytes;
    size_t length;
} span;

/* Whether the bytes are those of `text`, a C string. */
static inline bool span_is(span s, const char *text) {
    return s.length == strlen(text) && memcmp(s.bytes, text, s.length) == 0;
}

typedef enum type_kind { TYPE_FUNC = WASMELT_TYPE_FUNC, TYPE_STRUCT = WASMELT_TYPE_STRUCT, TYPE_ARRAY = WASMELT_TYPE_ARRAY } type_kind;

/* A field of a struct, or the element of an array; `type` may be packed (i8, i16). */
typedef struct field {
    wasmelt_valtype type;
    bool is_mutable;
} field;

/* A defined type. Concrete heap types in its fields, parameters and results are canonical type indices (see `canonical`) once the
 * recursion group has been read. */
typedef struct type_def {
    type_kind kind;
    bool is_final;
    uint32_t supertype; /* canonical type index, or NO_INDEX */
    uint32_t depth;     /* number of supertypes above it */
    uint32_t group;     /* index of the first type of its recursion group */
    uint32_t group_size;
    uint32_t canonical;                 /* the smallest index of an equal type: two types are equal if and only if their `canonical` is */
    uint32_t param_count, result_count; /* of a function type */
    wasmelt_valtype *params, *results;  /* of a function type */
    uint32_t field_count;               /* of a struct type: any number; of an array type: 1 */
    field *fields;
    size_t offset;    /* byte offset in the input */
    span name;        /* from the name section, or null bytes */
    span field_names; /* the name section's map of field names, undecoded: see read/names.h */
    uint8_t makers;   /* a bit for each object_maker that some instruction of the module uses; noted */
} type_def;

/* Kinds of instructions that make objects of a type; each needs a C function of its own. */
typedef enum object_maker {
    MAKER_VALUES,  /* struct.new, array.new */
    MAKER_DEFAULT, /* struct.new_default, array.new_default */
    MAKER_UNSET    /* array.new_fixed: the object is made first, then its elements are stored */
} object_maker;

typedef enum extern_kind { EXTERN_FUNC, EXTERN_TABLE, EXTERN_MEMORY, EXTERN_GLOBAL, EXTERN_TAG } extern_kind;

/* `index` is the import's own index, in the index space of `kind`. */
typedef struct import {
    span module, name;
    extern_kind kind;
    uint32_t index;
    size_t offset;
} import;

typedef struct export {
    span name;
    extern_kind kind;
    uint32_t index;
}
export;

/* A constant expression: its bytes with the final `end`, and their offset in the file. */
typedef struct const_expr {
    span code;
    size_t offset;
} const_expr;

/* What validating a body found out that the lowering of other functions needs, such as whether this one may throw. Noted by
 * validate/bodies.c. "Calls outside" means through a table or a reference, where the callee is not known. */
typedef struct body_notes {
    bool calls_outside;   /* has such a call */
    bool tail_calls;      /* has a tail call, other than a direct one to itself */
    bool throws;          /* has a throw that no try in this function catches */
    bool throws_outside;  /* calls outside, and no try in this function catches what that call throws */
    bool reads_pending;   /* its C reads whether an exception is pending: it has a throw or a try, or grows a memory or a table,
                             for which the host may be asked */
    bool handles;         /* throws or catches exceptions */
    uint32_t call_count;  /* direct calls */
    uint32_t straight;    /* bytes of the longest stretch of code without a branch */
    uint32_t local_count; /* locals declared, without the parameters */
    uint32_t depth;       /* of the nesting of blocks */
    uint32_t loops;       /* number of loop instructions */
    uint32_t loop_depth;  /* of the nesting of loops */
    uint32_t moves;       /* number of locals that are set in a loop to what a local.get has read, with nothing else in between */
    uint32_t steps;       /* number of integer locals that are set in a loop to a sum with what they were before */
    uint32_t tests;       /* number of if and br_if that test a local, as far as retests tell */
    uint32_t repeats;     /* number of branches that may go to a loop; a br_table is one */
    uint32_t loop_exits;  /* number of branches and returns that may leave a loop */
    uint64_t given;       /* values that blocks, loops, ifs, elses and tries give */
    uint64_t retests;     /* number of pairs of if and br_if that test the same local, which is tested again and again between them */
    uint64_t crossed;     /* number of blocks that branches other than br_table leave, each counted for each branch out of it */
    uint32_t elements;    /* number of instructions that read or write one element of an array */
    uint32_t selects;     /* number of select instructions */
    uint32_t accesses;    /* number of loads, stores and atomic accesses of memories */
    uint32_t checked;     /* those whose bounds code checks although --bounds=explicit is not given: see memory_is_checked */
    size_t carried;    /* values that branches to the labels in scope take, at the place where these are most; without the function's own */
    size_t members;    /* most accesses of globals, and fields and elements that instructions make objects with, in a stretch as above */
    size_t shifts;     /* most shifts and rotations in such a stretch by numbers that are no constants */
    uint32_t branches; /* estimated number of branches in its C, without the checks whether a direct call has thrown */
} body_notes;

typedef struct func {
    uint32_t type;      /* canonical type index */
    uint32_t import;    /* index into imports, or NO_INDEX */
    span body;          /* locals and code, with the final `end` */
    size_t offset;      /* of the body in the file */
    span name;          /* from the name section, or null bytes; valid UTF-8, not necessarily unique */
    span local_names;   /* the name section's map of this function's locals, undecoded: see read/names.h */
    bool is_referenced; /* declared: in an element segment, an export, a global (C.refs) */
    body_notes notes;
} func;

/* A flag beside the function index in `calls` of a module. No function has an index that large: each takes more than two bytes of a file of
 * at most 4 GiB. */
#define CALL_CAUGHT (UINT32_C(1) << 31)

typedef struct table {
    uint64_t minimum, maximum;
    bool has_maximum, is64;
    wasmelt_valtype element;
    uint32_t import;
    const_expr init; /* the initial value of its elements; null bytes: null */
    bool is_written; /* some instruction may write it; noted */
    size_t offset;
} table;

typedef struct memory {
    wasmelt_memory_type type;
    uint32_t import;
} memory;

typedef struct global {
    wasmelt_valtype type;
    bool is_mutable;
    uint32_t import;
    const_expr init;
    span name;
    size_t offset;
} global;

typedef struct tag {
    uint32_t type; /* canonical index of a function type, whose parameters are the payload's types */
    uint32_t import;
    size_t offset;
} tag;

typedef enum segment_mode { SEGMENT_ACTIVE, SEGMENT_PASSIVE, SEGMENT_DECLARATIVE } segment_mode;

typedef struct elem_segment {
    segment_mode mode;
    wasmelt_valtype type;
    uint32_t table;         /* active */
    const_expr offset_expr; /* active */
    uint32_t count;
    uint32_t *funcs;   /* either function indices ... */
    const_expr *exprs; /* ... or expressions; the other is null */
    size_t offset;
} elem_segment;

typedef struct data_segment {
    segment_mode mode;
    uint32_t memory;        /* active */
    const_expr offset_expr; /* active */
    span bytes;
    size_t offset;
} data_segment;

typedef struct custom_section {
    span name, bytes;
    size_t offset; /* of `bytes` in the file */
} custom_section;

/* Whether the condition of an if or br_if is usually true. */
typedef enum branch_hint_kind { HINT_NONE, HINT_UNLIKELY, HINT_LIKELY } branch_hint_kind;

typedef struct branch_hint {
    uint32_t func, offset; /* of the instruction, in the function's body */
    branch_hint_kind kind;
} branch_hint;

typedef struct module {
    arena *arena;
    span input;
    type_def *types;
    import *imports;
    func *funcs; /* imports first, as in every index space below */
    table *tables;
    memory *memories;
    global *globals;
    tag *tags;
    export *exports;
    elem_segment *elems;
    data_segment *datas;
    custom_section *customs;
    branch_hint *hints; /* in ascending order of function and offset */
    size_t hint_count;
    uint32_t *calls; /* the functions that each body calls directly, body after body; with CALL_CAUGHT if a try in the caller
                        catches everything that the call throws. Noted */
    size_t call_count;
    uint32_t body_features; /* a bit for each feature that some body's instruction belongs to; noted */
    span code;              /* contents of the code section */
    uint32_t type_count, import_count, func_count, table_count, memory_count, global_count;
    uint32_t tag_count, export_count, elem_count, data_count, custom_count;
    uint32_t imported_funcs, imported_tables, imported_memories, imported_globals, imported_tags;
    uint32_t start; /* function index, or NO_INDEX */
    bool uses_heap; /* it needs the garbage-collected heap: it has structs, arrays or i31, or references to them; noted */
    bool has_data_count;
    bool has_compact_imports; /* its import section groups imports under one module name */
    span name;                /* from the name section, or null bytes */
} module;

#endif
