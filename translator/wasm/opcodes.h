/* What is known of each instruction, from opcodes.def. */
#ifndef WASMELT_WASM_OPCODES_H
#define WASMELT_WASM_OPCODES_H

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/valtype.h>

typedef enum opcode {
#define OP(id, text, prefix, code, immediates, signature, feature, traits, c) OP_##id,
#include "wasm/opcodes.def"
#undef OP
    OPCODE_COUNT
} opcode;

/* What follows the opcode in the binary. */
typedef enum immediates {
    IMM_NONE,
    IMM_BLOCK, /* block type */
    IMM_LABEL,
    IMM_LABELS, /* br_table */
    IMM_FUNC,
    IMM_TYPE,
    IMM_TYPE_TABLE, /* call_indirect: index = type, index2 = table */
    IMM_LOCAL,
    IMM_GLOBAL,
    IMM_TABLE,
    IMM_TABLE_TABLE, /* table.copy: index = destination, index2 = source */
    IMM_ELEM,
    IMM_ELEM_TABLE, /* table.init: index = segment, index2 = table */
    IMM_MEMORY,
    IMM_MEMORY_MEMORY, /* memory.copy: index = destination, index2 = source */
    IMM_DATA,
    IMM_DATA_MEMORY, /* memory.init: index = segment, index2 = memory */
    IMM_MEMARG,      /* index = memory, value = offset, align_log2 */
    IMM_MEMARG_LANE,
    IMM_LANE,
    IMM_SHUFFLE, /* 16 lane indices */
    IMM_I32,
    IMM_I64,
    IMM_F32,
    IMM_F64,
    IMM_V128,
    IMM_HEAP,  /* ref.null t, ref.test, ref.cast: heap type; `type` is the reference type */
    IMM_TYPES, /* select t* : count = number, type = the first */
    IMM_TAG,
    IMM_TRY_TABLE,
    IMM_TYPE_FIELD,  /* struct.get: index = type, index2 = field */
    IMM_TYPE_COUNT,  /* array.new_fixed */
    IMM_TYPE_TYPE,   /* array.copy */
    IMM_TYPE_DATA,   /* array.new_data, array.init_data */
    IMM_TYPE_ELEM,   /* array.new_elem, array.init_elem */
    IMM_CAST_BR,     /* br_on_cast: flags, label = index, two heap types = type, type2 */
    IMM_ATOMIC_FENCE /* one zero byte */
} immediates;

static inline bool immediates_have_two_indices(immediates kind) {
    switch (kind) {
    case IMM_TYPE_TABLE:
    case IMM_TABLE_TABLE:
    case IMM_ELEM_TABLE:
    case IMM_MEMORY_MEMORY:
    case IMM_DATA_MEMORY:
    case IMM_TYPE_FIELD:
    case IMM_TYPE_TYPE:
    case IMM_TYPE_DATA:
    case IMM_TYPE_ELEM:
        return true;
    default:
        return false;
    }
}

/* The proposal an instruction came with; FEATURE(id, text) in features.def. */
typedef enum feature {
#define FEATURE(id, text) FEATURE_##id,
#include "wasm/features.def"
#undef FEATURE
    FEATURE_COUNT
} feature;

/* What evaluating an instruction can do or depend on, beside its operands. */
enum {
    FX_NONE = 0,
    FX_READS_MEMORY = 1 << 0,
    FX_READS_GLOBAL = 1 << 1,
    FX_READS_TABLE = 1 << 2,
    FX_READS_LOCAL = 1 << 3,
    /* It may trap, with one of these codes: */
    FX_TRAPS_MEMORY = 1 << 4,   /* out of bounds memory access */
    FX_TRAPS_DIVIDE = 1 << 5,   /* integer divide by zero */
    FX_TRAPS_OVERFLOW = 1 << 6, /* integer overflow */
    FX_TRAPS_CONVERT = 1 << 7,  /* invalid conversion to integer */
    FX_TRAPS_TABLE = 1 << 8,    /* out of bounds table access */
    FX_TRAPS_NULL = 1 << 9,     /* null reference */
    FX_TRAPS_CAST = 1 << 10,    /* cast failure */
    FX_STATEMENT = 1 << 11,     /* writes something or transfers control: never part of a tree */
    FX_BOOL = 1 << 12,          /* what is printed in C is of type int, 0 or 1 */
    FX_READS_HEAP = 1 << 13,    /* mutable fields of structs, elements of arrays */
    FX_TRAPS_ARRAY = 1 << 14    /* it may trap: out of bounds array access */
};
#define FX_TRAPS_OTHERWISE /* than by a memory access */                                                                                   \
    (FX_TRAPS_DIVIDE | FX_TRAPS_OVERFLOW | FX_TRAPS_CONVERT | FX_TRAPS_TABLE | FX_TRAPS_NULL | FX_TRAPS_CAST | FX_TRAPS_ARRAY)
#define FX_TRAPS (FX_TRAPS_MEMORY | FX_TRAPS_OTHERWISE)

/* What an operator computes, whatever the type: i32.add and i64.add are OPERATION_ADD, f32x4.mul and f64.mul FLOAT_PRODUCT. Floats'
 * comparisons for (in)equality have the names of integers'. */
typedef enum operation {
    OPERATION_OTHER,
    OPERATION_ADD,
    OPERATION_SUB,
    OPERATION_MUL,
    OPERATION_AND,
    OPERATION_OR,
    OPERATION_XOR,
    OPERATION_EQZ,
    OPERATION_EQ,
    OPERATION_NE,
    OPERATION_LT_S,
    OPERATION_LT_U,
    OPERATION_GT_S,
    OPERATION_GT_U,
    OPERATION_LE_S,
    OPERATION_LE_U,
    OPERATION_GE_S,
    OPERATION_GE_U,
    OPERATION_FLOAT_SUM, /* or difference */
    OPERATION_FLOAT_PRODUCT,
    OPERATION_FLOAT_QUOTIENT,
    OPERATION_FLOAT_SUM_OF_PRODUCT,
    OPERATION_FLOAT_OF_BITS, /* of an integer */
    OPERATION_PROMOTE,       /* from f32 to f64 */
    OPERATION_DEMOTE,
    OPERATION_SPLAT,
    OPERATION_COUNT
} operation;

/* How an instruction is validated. */
typedef enum typing {
    TYPING_SIGNATURE, /* by its signature alone */
    TYPING_ACCESS,    /* by that and the memory accessed */
    TYPING_LANES,     /* by that, and by immediates that name lanes */
    TYPING_LOCAL,     /* by code for its family: the others have no signature */
    TYPING_VARIABLE,
    TYPING_REFERENCE,
    TYPING_CONTROL,
    TYPING_STORAGE,
    TYPING_AGGREGATE
} typing;

/* How an instruction is printed; see opcodes.def. */
typedef enum c_form_kind {
    FORM_OWN,
    FORM_CALL,
    FORM_LANE,
    FORM_SHUFFLE,
    FORM_VECTOR,
    FORM_BINARY,
    FORM_TEXT,
    FORM_ACCESS,
    FORM_POINTER_ACCESS,
    FORM_ATOMIC,
    FORM_WAIT,
    FORM_FENCE,
    FORM_WIDE,
    FORM_STATEMENT,
    FORM_MEMORY_INIT,
    FORM_DATA_DROP
} c_form_kind;

/* What an expression of C is, from what binds weakest to what binds strongest. It is C's order, so that what stands in parentheses
 * is what needs them, and a little more where compilers and readers expect some (emit/operator.c). */
typedef enum c_binding {
    BINDING_SELECTION, /* a ? b : c */
    BINDING_BITS,      /* a & b, a | b, a ^ b */
    BINDING_COMPARISON,
    BINDING_SHIFT,
    BINDING_SUM,
    BINDING_PRODUCT,
    BINDING_CAST, /* and other prefixes: (s32)a, ~a, -1.0 */
    BINDING_PRIMARY
} c_binding;

typedef struct c_form {
    uint8_t kind;     /* c_form_kind */
    uint8_t number;   /* of bytes that an access touches, of the vector's lanes; else 0 */
    uint8_t binding;  /* c_binding, of BINARY and TEXT */
    const char *text; /* the function, macro, operator or text; or null */
} c_form;

typedef struct opcode_info {
    const char *text; /* "i32.add" */
    uint8_t prefix;   /* 0, or 0xFB .. 0xFE */
    uint16_t code;
    uint8_t immediates;
    const char *signature; /* "ii:i": operands, ':', results; i I f F v for i32 i64 f32 f64 v128;
                              "p" is an address of the memory in the immediate;
                              "*": typed by the code of its family; "*3:1" says how many operands and results
                              a statement has, whose types depend on what its immediates name */
    uint8_t feature;
    uint16_t effects;  /* FX_* */
    uint8_t operation; /* IS(...), or OPERATION_OTHER */
    uint8_t lane_bits; /* LANES(...), or 0 */
    uint8_t family;    /* TYPED(...), or TYPING_SIGNATURE */
    bool is_constant;  /* CONSTANT */
    c_form c;
} opcode_info;

extern const opcode_info opcode_table[OPCODE_COUNT];
extern const char *const feature_names[FEATURE_COUNT];

/* The prefixes are 0xFB to 0xFE. */
#define OPCODE_FIRST_PREFIX 0xFB
#define OPCODE_PREFIXES 4
#define OPCODE_CODES 320 /* more than any prefix has */

/* By encoding: without a prefix, then by each; the opcode and one, or 0 if there is none. */
extern const uint16_t opcode_numbers[OPCODE_PREFIXES + 1][OPCODE_CODES];

static inline bool opcode_is_prefix(uint8_t byte) {
    return byte >= OPCODE_FIRST_PREFIX && byte < OPCODE_FIRST_PREFIX + OPCODE_PREFIXES;
}

/* The instruction with this encoding, or false. `prefix` is 0 for one-byte opcodes. */
static inline bool opcode_find(uint8_t prefix, uint32_t code, opcode *op) {
    unsigned row = prefix ? prefix - OPCODE_FIRST_PREFIX + 1u : 0, number = code < OPCODE_CODES ? opcode_numbers[row][code] : 0;
    if (number != 0)
        *op = (opcode)(number - 1);
    return number != 0;
}

/* How an instruction is lowered. */
typedef enum lowering {
    LOWER_OTHER, /* by code of its own, or not yet */
    LOWER_OPERATOR,
    LOWER_LOAD,
    LOWER_STORE,
    LOWER_ATOMIC,
    LOWER_WIDE,
    LOWER_OPERATION /* a statement */
} lowering;

/* What follows from the columns and is asked for often. */
typedef struct opcode_facts {
    uint8_t operands, results; /* of the signature; 0 of "*" */
    uint8_t access_log2;       /* binary logarithm of the bytes that a memory access touches: its natural alignment */
    uint8_t typing, lowering;
    uint8_t branches; /* about how many its C has for compilers: checks, jumps, ways on */
    uint16_t effects;
    uint16_t opposite;        /* the comparison that is true where this one is false; itself if there is none, as for
                                 f32.lt: with a NaN f32.ge is false too */
    uint32_t feature_bit;     /* 1 << feature */
    wasmelt_valtype types[6]; /* of the operands, then of the results; 0 for "p" */
} opcode_facts;

extern opcode_facts opcode_facts_table[OPCODE_COUNT];

static inline operation opcode_operation(uint16_t op) {
    return (operation)opcode_table[op].operation;
}

/* How the immediates of a one-byte opcode are read when their number has one or two bytes, as it mostly has. */
typedef enum short_form {
    SHORT_NEVER, /* not that easily */
    SHORT_NONE,
    SHORT_INDEX,
    SHORT_SIGNED,
    SHORT_MEMARG,
    SHORT_BLOCK
} short_form;

/* By a first byte. */
typedef struct opcode_reading {
    uint16_t op;
    uint8_t form; /* SHORT_NEVER if no instruction begins so */
} opcode_reading;

extern opcode_reading opcode_readings[256];

/* Fills these tables; once, before anything else here is used. */
void opcodes_prepare(void);

static inline unsigned opcode_access_log2(opcode op) {
    return opcode_facts_table[op].access_log2;
}

#endif
