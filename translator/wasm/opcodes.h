/* What the translator knows about each instruction: the rows of opcodes.def as tables, and facts derived from them. */
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

/* The kinds of immediates: what follows the opcode in the binary, and the fields of `instr` (read/instr.h) that hold it once decoded. */
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
    IMM_TYPES, /* select t*: count = the number of types, type = the first */
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

/* The proposal that introduced an instruction: the rows FEATURE(id, text) of features.def. */
typedef enum feature {
#define FEATURE(id, text) FEATURE_##id,
#include "wasm/features.def"
#undef FEATURE
    FEATURE_COUNT
} feature;

/* Effects: what evaluating an instruction can do or depend on, apart from its operands. */
enum {
    FX_NONE = 0,
    FX_READS_MEMORY = 1 << 0,
    FX_READS_GLOBAL = 1 << 1,
    FX_READS_TABLE = 1 << 2,
    FX_READS_LOCAL = 1 << 3,
    /* FX_TRAPS_...: it may trap, each for one reason. */
    FX_TRAPS_MEMORY = 1 << 4,   /* out of bounds memory access */
    FX_TRAPS_DIVIDE = 1 << 5,   /* integer divide by zero */
    FX_TRAPS_OVERFLOW = 1 << 6, /* integer overflow */
    FX_TRAPS_CONVERT = 1 << 7,  /* invalid conversion to integer */
    FX_TRAPS_TABLE = 1 << 8,    /* out of bounds table access */
    FX_TRAPS_NULL = 1 << 9,     /* null reference */
    FX_TRAPS_CAST = 1 << 10,    /* cast failure */
    FX_STATEMENT = 1 << 11,     /* writes something or transfers control: lowered to a statement, never part of an expression */
    FX_BOOL = 1 << 12,          /* its C expression has type int and the value 0 or 1 */
    FX_READS_HEAP = 1 << 13,    /* reads mutable fields of structs or elements of arrays */
    FX_TRAPS_ARRAY = 1 << 14    /* it may trap: out of bounds array access */
};
#define FX_TRAPS_OTHERWISE /* for another reason than a memory access */                                                                   \
    (FX_TRAPS_DIVIDE | FX_TRAPS_OVERFLOW | FX_TRAPS_CONVERT | FX_TRAPS_TABLE | FX_TRAPS_NULL | FX_TRAPS_CAST | FX_TRAPS_ARRAY)
#define FX_TRAPS (FX_TRAPS_MEMORY | FX_TRAPS_OTHERWISE)

/* What an instruction computes, the same for every type: i32.add and i64.add are OPERATION_ADD; f32x4.mul and f64.mul are
 * OPERATION_FLOAT_PRODUCT. Floating-point eq and ne share OPERATION_EQ and OPERATION_NE with integers. The other floating-point
 * comparisons are OPERATION_OTHER. */
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
    OPERATION_FLOAT_SUM, /* f32.add, f32.sub ... */
    OPERATION_FLOAT_PRODUCT,
    OPERATION_FLOAT_QUOTIENT,
    OPERATION_FLOAT_SUM_OF_PRODUCT, /* f32x4.relaxed_madd ... */
    OPERATION_FLOAT_OF_BITS,        /* f32.reinterpret_i32, f64.reinterpret_i64 */
    OPERATION_PROMOTE,              /* from f32 to f64 */
    OPERATION_DEMOTE,
    OPERATION_SPLAT,
    OPERATION_VECTOR, /* v128.const */
    OPERATION_SHIFT,  /* shifts and rotations of one number, in any direction */
    OPERATION_COUNT
} operation;

/* Which code in validate/ types an instruction. */
typedef enum typing {
    TYPING_SIGNATURE, /* its signature alone is enough */
    TYPING_ACCESS,    /* the signature, and checks of its memory, offset and alignment */
    TYPING_LANES,     /* the signature, and checks of the lane numbers in its immediates */
    TYPING_LOCAL,     /* this and all below: the signature is "*" and the code of the named family types the instruction */
    TYPING_VARIABLE,
    TYPING_REFERENCE,
    TYPING_CONTROL,
    TYPING_STORAGE,
    TYPING_AGGREGATE
} typing;

/* Which of the forms C_... an instruction is printed in; opcodes.def explains them. */
typedef enum c_form_kind {
    FORM_OWN,
    FORM_CALL,
    FORM_RELAXED,
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

/* How strongly an expression of C binds, weakest first. This is C's order of precedence with one addition: where compilers warn
 * about, or readers stumble over, an expression without parentheses, emit/operator.c prints them although C needs none. */
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
    uint8_t kind;       /* c_form_kind */
    uint8_t number;     /* C_ACCESS and its like: bytes accessed; C_LANE: lanes of the vector; else 0 */
    uint8_t binding;    /* c_binding; BINDING_PRIMARY unless the form is BINARY or TEXT */
    uint8_t length;     /* of the text */
    const char *text;   /* the function, macro, operator or text of the form; null if it has none */
    const char *strict; /* C_RELAXED: the function for the deterministic profile; else null */
} c_form;

typedef struct opcode_info {
    const char *text;      /* "i32.add" */
    const char *signature; /* "ii:i": operands, ':', results, with the letters i I f F v for i32 i64 f32 f64 v128 and p for an
                              address of the memory in the immediates, which is an i32 or an i64.
                              "*": the code of the instruction's family types it. "*3:1" also says that the statement has 3
                              operands and 1 result, whose types depend on the immediates */
    uint16_t code;
    uint16_t effects; /* FX_* */
    uint8_t prefix;   /* 0, or 0xFB .. 0xFE */
    uint8_t immediates;
    uint8_t feature;
    uint8_t operation;  /* from the trait IS(...): an `operation` */
    uint8_t lane_bits;  /* from LANES(...); else 0 */
    uint8_t takes_nan;  /* from TAKES_NAN(...), the bits; else 0 */
    uint8_t makes_nan;  /* from MAKES_NAN(...) */
    uint8_t passes_nan; /* from PASSES_NAN(...) */
    uint8_t branches;   /* from BRANCHES(...); else 0 */
    uint8_t family;     /* from TYPED(...): a `typing`; else TYPING_SIGNATURE */
    bool is_constant;   /* the trait CONSTANT */
    c_form c;
} opcode_info;

extern const opcode_info opcode_table[OPCODE_COUNT];
extern const char *const feature_names[FEATURE_COUNT];

/* The prefixes are 0xFB to 0xFE. */
#define OPCODE_FIRST_PREFIX 0xFB
#define OPCODE_PREFIXES 4
#define OPCODE_CODES 320 /* more than any prefix has: a code from here on is unknown */

/* [row][code]: row 0 is for one-byte opcodes, row 1 + k for prefix 0xFB + k. An entry is the opcode plus one, or 0 if there is no such
 * instruction. */
extern const uint16_t opcode_numbers[OPCODE_PREFIXES + 1][OPCODE_CODES];

static inline bool opcode_is_prefix(uint8_t byte) {
    return byte >= OPCODE_FIRST_PREFIX && byte < OPCODE_FIRST_PREFIX + OPCODE_PREFIXES;
}

/* Stores the instruction with this encoding in `op`; false if there is none. `prefix` is 0 for one-byte opcodes. */
static inline bool opcode_find(uint8_t prefix, uint32_t code, opcode *op) {
    unsigned row = prefix ? prefix - OPCODE_FIRST_PREFIX + 1u : 0, number = code < OPCODE_CODES ? opcode_numbers[row][code] : 0;
    if (number != 0)
        *op = (opcode)(number - 1);
    return number != 0;
}

/* Which code in lower/build.c and its neighbours lowers an instruction. */
typedef enum lowering {
    LOWER_OTHER, /* by code of its own */
    LOWER_OPERATOR,
    LOWER_LOAD,
    LOWER_STORE,
    LOWER_ATOMIC,
    LOWER_WIDE,
    LOWER_OPERATION /* a statement */
} lowering;

/* Facts about an instruction that are derived from its row once, because they are needed often. */
typedef struct opcode_facts {
    uint8_t operands, results; /* numbers that the signature gives; 0 if it is "*" */
    uint8_t access_log2;       /* binary logarithm of the bytes that a memory access touches: its natural alignment */
    uint8_t typing, lowering;
    uint8_t branches; /* estimated number of branches (checks, jumps, cases) that a C compiler sees in its C */
    bool is_costly;   /* it has such branches, or shifts: what C compilers do with it may take long, so validation counts it */
    uint16_t effects;
    uint16_t opposite;        /* the comparison that is true exactly where this one is false (i32.ne for i32.eq); the opcode itself
                                 if there is none: f32.lt has none, as with a NaN both f32.lt and f32.ge are false */
    uint32_t feature_bit;     /* 1 << feature */
    wasmelt_valtype types[6]; /* of the operands, then of the results; 0 for an address ("p") */
} opcode_facts;

extern opcode_facts opcode_facts_table[OPCODE_COUNT];

static inline operation opcode_operation(uint16_t op) {
    return (operation)opcode_table[op].operation;
}

/* How the reader decodes the immediates of a one-byte opcode on its fast path, for LEB128 numbers of one or two bytes. */
typedef enum short_form {
    SHORT_NEVER, /* it does not: the general decoder does */
    SHORT_NONE,
    SHORT_INDEX,
    SHORT_SIGNED,
    SHORT_MEMARG,
    SHORT_BLOCK
} short_form;

/* What an instruction's first byte says. */
typedef struct opcode_reading {
    uint16_t op;
    uint8_t form; /* a short_form; SHORT_NEVER if no instruction begins with the byte */
} opcode_reading;

extern opcode_reading opcode_readings[256];

/* Fills opcode_facts_table and opcode_readings. Called once, before anything else in this header is used. */
void opcodes_prepare(void);

static inline unsigned opcode_access_log2(opcode op) {
    return opcode_facts_table[op].access_log2;
}

static inline unsigned opcode_access_bytes(opcode op) {
    return 1u << opcode_access_log2(op);
}

#endif
