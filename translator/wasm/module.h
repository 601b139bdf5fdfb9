/* A decoded module (WebAssembly 3.0, section 2.5). Made by read/, never changed afterwards except by
 * the passes that fill the fields marked so. Everything lives in the module's arena; names and bodies
 * point into the input, which must outlive the module. */
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

/* A piece of the input. */
typedef struct span {
    const uint8_t *bytes;
    size_t length;
} span;

/* Whether the bytes are the text's, which has no zero byte. */
static inline bool span_is(span s, const char *text) {
    return s.length == strlen(text) && memcmp(s.bytes, text, s.length) == 0;
}

typedef enum type_kind { TYPE_FUNC = WASMELT_TYPE_FUNC, TYPE_STRUCT = WASMELT_TYPE_STRUCT, TYPE_ARRAY = WASMELT_TYPE_ARRAY } type_kind;

/* A field of a struct, or the element of an array; `type` may be packed (i8, i16). */
typedef struct field {
    wasmelt_valtype type;
    bool is_mutable;
} field;

/* A defined type. Concrete heap types inside are canonical type indices (see `canonical`) once the
 * recursion group has been read. */
typedef struct type_def {
    type_kind kind;
    bool is_final;
    uint32_t supertype; /* canonical type index, or NO_INDEX */
    uint32_t depth;     /* number of supertypes above it */
    uint32_t group;     /* index of the first type of its recursion group */
    uint32_t group_size;
    uint32_t canonical;                 /* the smallest index of an equal type; types are equal iff these are */
    uint32_t param_count, result_count; /* function */
    wasmelt_valtype *params, *results;  /* function */
    uint32_t field_count;               /* struct: any; array: 1 */
    field *fields;
    size_t offset;    /* where it stands in the input */
    span name;        /* from the name section, or null bytes */
    span field_names; /* what it has of the fields: see read/names.h */
    uint8_t makers;   /* a bit for each object_maker that some code uses; noted when it is validated */
} type_def;

/* How objects of a type are made. */
typedef enum object_maker {
    MAKER_VALUES,  /* struct.new, array.new */
    MAKER_DEFAULT, /* struct.new_default, array.new_default */
    MAKER_UNSET    /* array.new_fixed: its elements are stored behind */
} object_maker;

typedef enum extern_kind { EXTERN_FUNC, EXTERN_TABLE, EXTERN_MEMORY, EXTERN_GLOBAL, EXTERN_TAG } extern_kind;

/* `index` is in the index space of `kind`: an import is the first to define it. */
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

/* A constant expression: its bytes, the final `end` included, and where they stand in the file. */
typedef struct const_expr {
    span code;
    size_t offset;
} const_expr;

/* What validating a body found that other functions' lowering needs: whether it may throw, for instance; validate/bodies.c. */
typedef struct body_notes {
    bool calls_outside;   /* by a table or a reference */
    bool tail_calls;      /* makes tail calls to other functions, or by a table or a reference */
    bool throws;          /* has a throw that no try around it catches */
    bool throws_outside;  /* calls outside, and no try around catches what that throws */
    bool looks;           /* looks whether an exception is pending, or grows a memory or table, of which hosts may be asked */
    uint32_t call_count;  /* direct calls */
    uint32_t straight;    /* bytes of the longest stretch of code without a branch */
    uint32_t local_count; /* locals declared, parameters not included */
    uint32_t depth;       /* of blocks inside each other */
    uint32_t branches;    /* that the C will have, about, but for checks whether a direct call has thrown */
} body_notes;

typedef struct func {
    uint32_t type;      /* canonical type index */
    uint32_t import;    /* index into imports, or NO_INDEX */
    span body;          /* locals and code, the final `end` included */
    size_t offset;      /* of the body in the file */
    span name;          /* from the name section; null bytes: none. Valid UTF-8, not unique */
    span local_names;   /* what it has of this function's locals: see read/names.h */
    bool is_referenced; /* declared: in an element segment, an export, a global (C.refs) */
    body_notes notes;
} func;

/* In the list of calls: no module has so many functions, as each takes more than two bytes of at most 4 GiB. */
#define CALL_CAUGHT (UINT32_C(1) << 31)

typedef struct table {
    uint64_t minimum, maximum;
    bool has_maximum, is64;
    wasmelt_valtype element;
    uint32_t import;
    const_expr init; /* null bytes: all null */
    bool is_written; /* some instruction may write it; noted when bodies are validated */
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
    uint32_t type; /* canonical type index; its parameters are the payload */
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
    branch_hint *hints; /* by function and offset, both going up */
    size_t hint_count;
    uint32_t *calls; /* the functions that each body calls directly, one body after the other, with CALL_CAUGHT where all
                        that one throws is caught; noted when they are validated */
    size_t call_count;
    uint32_t body_features; /* a bit for each feature that an instruction of some body is of; likewise */
    span code;              /* contents of the code section */
    uint32_t type_count, import_count, func_count, table_count, memory_count, global_count;
    uint32_t tag_count, export_count, elem_count, data_count, custom_count;
    uint32_t imported_funcs, imported_tables, imported_memories, imported_globals, imported_tags;
    uint32_t start; /* function index, or NO_INDEX */
    bool uses_heap; /* it has objects, or references to such: structs, arrays, i31; noted when it is validated */
    bool has_data_count;
    bool has_compact_imports; /* its import section groups imports under one module name */
    span name;                /* from the name section, or null bytes */
} module;

#endif
