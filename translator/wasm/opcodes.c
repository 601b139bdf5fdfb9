#include "wasm/opcodes.h"

#include <stdlib.h>
#include <string.h>

#include "wasm/representation.h"

const opcode_info opcode_table[OPCODE_COUNT] = {
#define C_OWN                                                                                                                              \
    { FORM_OWN, 0, BINDING_PRIMARY, 0, NULL, NULL }
#define C_CALL(function)                                                                                                                   \
    { FORM_CALL, 0, BINDING_PRIMARY, sizeof(function) - 1, function, NULL }
#define C_RELAXED(function, strict)                                                                                                        \
    { FORM_RELAXED, 0, BINDING_PRIMARY, sizeof(function) - 1, function, strict }
#define C_LANE(function, lanes)                                                                                                            \
    { FORM_LANE, lanes, BINDING_PRIMARY, sizeof(function) - 1, function, NULL }
#define C_SHUFFLE                                                                                                                          \
    { FORM_SHUFFLE, 0, BINDING_PRIMARY, 0, NULL, NULL }
#define C_VECTOR                                                                                                                           \
    { FORM_VECTOR, 0, BINDING_PRIMARY, 0, NULL, NULL }
#define C_BINARY(sign, binding)                                                                                                            \
    { FORM_BINARY, 0, BINDING_##binding, sizeof(sign) - 1, sign, NULL }
#define C_TEXT(text, binding)                                                                                                              \
    { FORM_TEXT, 0, BINDING_##binding, sizeof(text) - 1, text, NULL }
#define C_ACCESS(macro, bytes)                                                                                                             \
    { FORM_ACCESS, bytes, BINDING_PRIMARY, sizeof(macro) - 1, macro, NULL }
#define C_POINTER_ACCESS(macro, bytes)                                                                                                     \
    { FORM_POINTER_ACCESS, bytes, BINDING_PRIMARY, sizeof(macro) - 1, macro, NULL }
#define C_ATOMIC(function, bytes)                                                                                                          \
    { FORM_ATOMIC, bytes, BINDING_PRIMARY, sizeof(function) - 1, function, NULL }
#define C_WAIT(function, bytes)                                                                                                            \
    { FORM_WAIT, bytes, BINDING_PRIMARY, sizeof(function) - 1, function, NULL }
#define C_FENCE(function)                                                                                                                  \
    { FORM_FENCE, 0, BINDING_PRIMARY, sizeof(function) - 1, function, NULL }
#define C_WIDE(function)                                                                                                                   \
    { FORM_WIDE, 0, BINDING_PRIMARY, sizeof(function) - 1, function, NULL }
#define C_STATEMENT(text)                                                                                                                  \
    { FORM_STATEMENT, 0, BINDING_PRIMARY, sizeof(text) - 1, text, NULL }
#define C_MEMORY_INIT                                                                                                                      \
    { FORM_MEMORY_INIT, 0, BINDING_PRIMARY, 0, NULL, NULL }
#define C_DATA_DROP                                                                                                                        \
    { FORM_DATA_DROP, 0, BINDING_PRIMARY, 0, NULL, NULL }
#define IS(operation) ((uint32_t)OPERATION_##operation << 16)
#define LANES(bits) ((uint32_t)((bits) == 8 ? 1 : (bits) == 16 ? 2 : (bits) == 32 ? 3 : 4) << 21)
#define TYPED(family) ((uint32_t)TYPING_##family << 24)
#define CONSTANT (UINT32_C(1) << 31)
#define NAN_BITS(bits, shift) ((uint64_t)((bits) / 32) << (shift))
#define TAKES_NAN(bits) NAN_BITS(bits, 32)
#define MAKES_NAN(bits) NAN_BITS(bits, 34)
#define ARITHMETIC(bits) (TAKES_NAN(bits) | MAKES_NAN(bits))
#define PASSES_NAN(bits) NAN_BITS(bits, 36)
#define BRANCHES(count) ((uint64_t)(count) << 38)
#define NAN_BITS_AT(traits, shift) (((uint64_t)(traits) >> (shift)&3) * 32)
#define LANE_BITS(traits) ((traits) >> 21 & 7 ? 4 << ((traits) >> 21 & 7) : 0)
#define OP(id, text, prefix, code, immediates, signature, feature, traits, c)                                                              \
    {text,                                                                                                                                 \
     signature,                                                                                                                            \
     code,                                                                                                                                 \
     (traits)&0xffff,                                                                                                                      \
     prefix,                                                                                                                               \
     immediates,                                                                                                                           \
     feature,                                                                                                                              \
     (traits) >> 16 & 0x1f,                                                                                                                \
     LANE_BITS(traits),                                                                                                                    \
     NAN_BITS_AT(traits, 32),                                                                                                              \
     NAN_BITS_AT(traits, 34),                                                                                                              \
     NAN_BITS_AT(traits, 36),                                                                                                              \
     (uint64_t)(traits) >> 38 & 15,                                                                                                        \
     (traits) >> 24 & 0x7f,                                                                                                                \
     (traits) >> 31 & 1,                                                                                                                   \
     c},
#include "wasm/opcodes.def"
#undef OP
};

_Static_assert(OPERATION_COUNT <= 32, "a set of them has 32 bits (lower/ir.h), a row's traits have 5 for one");

const char *const feature_names[FEATURE_COUNT] = {
#define FEATURE(id, text) text,
#include "wasm/features.def"
#undef FEATURE
};

#define ROW(prefix) ((prefix) ? (prefix)-OPCODE_FIRST_PREFIX + 1 : 0)

const uint16_t opcode_numbers[OPCODE_PREFIXES + 1][OPCODE_CODES] = {
#define OP(id, text, prefix, code, immediates, signature, feature, traits, c) [ROW(prefix)][code] = OP_##id + 1,
#include "wasm/opcodes.def"
#undef OP
};

opcode_facts opcode_facts_table[OPCODE_COUNT];
opcode_reading opcode_readings[256];

static unsigned log2_of(unsigned bytes) {
    unsigned n = 0;
    while (bytes >> (n + 1))
        n++;
    return n;
}

/* The value type that a letter of a signature stands for; 0 for p, which is i32 or i64 depending on the memory. */
static wasmelt_valtype letter_type(char c) {
    for (size_t k = 0; k < REPRESENTATION_COUNT; k++)
        if (representations[k].letter == c)
            return representations[k].type;
    return 0;
}

/* Fills the operands and results of `facts`: their numbers and types from "ii:i", only their numbers from "*3:1", neither from "*". */
static void read_signature(opcode_facts *facts, const char *signature) {
    if (signature[0] == '*') {
        facts->operands = signature[1] ? (uint8_t)(signature[1] - '0') : 0;
        facts->results = signature[1] ? (uint8_t)(signature[3] - '0') : 0;
        return;
    }
    const char *colon = strchr(signature, ':');
    facts->operands = (uint8_t)(colon - signature);
    facts->results = (uint8_t)strlen(colon + 1);
    for (unsigned k = 0; k < facts->operands; k++)
        facts->types[k] = letter_type(signature[k]);
    for (unsigned k = 0; k < facts->results; k++)
        facts->types[facts->operands + k] = letter_type(colon[1 + k]);
}

static typing typing_of(const opcode_info *info) {
    if (info->family != TYPING_SIGNATURE)
        return (typing)info->family;
    switch (info->immediates) {
    case IMM_MEMARG:
        return TYPING_ACCESS;
    case IMM_MEMARG_LANE:
    case IMM_LANE:
    case IMM_SHUFFLE:
        return TYPING_LANES;
    default:
        return TYPING_SIGNATURE;
    }
}

static lowering lowering_of(const opcode_info *info, const opcode_facts *facts) {
    if (info->family == TYPING_AGGREGATE) /* its types depend on its immediates */
        return LOWER_OTHER;
    switch ((c_form_kind)info->c.kind) {
    case FORM_CALL:
    case FORM_RELAXED:
    case FORM_LANE:
    case FORM_SHUFFLE:
    case FORM_VECTOR:
    case FORM_BINARY:
    case FORM_TEXT:
        return info->family != TYPING_SIGNATURE ? LOWER_OTHER : LOWER_OPERATOR;
    case FORM_ACCESS:
    case FORM_POINTER_ACCESS:
        return facts->results > 0 ? LOWER_LOAD : LOWER_STORE;
    case FORM_ATOMIC:
    case FORM_WAIT:
    case FORM_FENCE:
        return LOWER_ATOMIC;
    case FORM_WIDE:
        return LOWER_WIDE;
    case FORM_STATEMENT:
    case FORM_MEMORY_INIT:
    case FORM_DATA_DROP:
        return LOWER_OPERATION;
    default:
        return LOWER_OTHER;
    }
}

static uint16_t opposite_of(unsigned op) {
    static const uint8_t opposites[OPERATION_COUNT] = {
        [OPERATION_EQ] = OPERATION_NE,     [OPERATION_NE] = OPERATION_EQ,     [OPERATION_LT_S] = OPERATION_GE_S,
        [OPERATION_GE_S] = OPERATION_LT_S, [OPERATION_LT_U] = OPERATION_GE_U, [OPERATION_GE_U] = OPERATION_LT_U,
        [OPERATION_GT_S] = OPERATION_LE_S, [OPERATION_LE_S] = OPERATION_GT_S, [OPERATION_GT_U] = OPERATION_LE_U,
        [OPERATION_LE_U] = OPERATION_GT_U,
    };
    const opcode_info *info = &opcode_table[op];
    uint8_t wanted = opposites[info->operation];
    for (unsigned k = 0; wanted != OPERATION_OTHER && k < OPCODE_COUNT; k++)
        if (opcode_table[k].operation == wanted && strcmp(opcode_table[k].signature, info->signature) == 0)
            return (uint16_t)k;
    return (uint16_t)op;
}

static short_form short_form_of(const opcode_info *info) {
    switch (info->immediates) {
    case IMM_NONE:
        return SHORT_NONE;
    case IMM_LABEL:
    case IMM_FUNC:
    case IMM_LOCAL:
    case IMM_GLOBAL:
    case IMM_TABLE:
    case IMM_MEMORY:
    case IMM_TAG:
        return SHORT_INDEX;
    case IMM_I32:
        return SHORT_SIGNED;
    case IMM_MEMARG:
        return SHORT_MEMARG;
    case IMM_BLOCK:
        return SHORT_BLOCK;
    default:
        return SHORT_NEVER;
    }
}

/* See `branches` in opcode_facts. For a br_table the caller adds one for each label. */
static uint8_t branches_of(const opcode_info *info) {
    uint16_t effects = info->effects;
    if (info->branches > 0)
        return info->branches;
    return (uint8_t)(((effects & FX_TRAPS_DIVIDE) != 0) + ((effects & FX_TRAPS_OVERFLOW) != 0) + 2 * ((effects & FX_TRAPS_CONVERT) != 0) +
                     ((effects & FX_TRAPS_ARRAY) != 0) + ((effects & (FX_TRAPS_TABLE | FX_TRAPS_NULL | FX_TRAPS_CAST)) != 0) +
                     2 * (info->c.kind == FORM_ATOMIC)); /* the address is aligned */
}

void opcodes_prepare(void) {
    for (unsigned op = 0; op < OPCODE_COUNT; op++) {
        const opcode_info *info = &opcode_table[op];
        opcode_facts *facts = &opcode_facts_table[op];
        read_signature(facts, info->signature);
        if (info->immediates == IMM_MEMARG || info->immediates == IMM_MEMARG_LANE)
            facts->access_log2 = (uint8_t)log2_of(info->c.number);
        facts->typing = (uint8_t)typing_of(info);
        facts->lowering = (uint8_t)lowering_of(info, facts);
        facts->opposite = opposite_of(op);
        facts->effects = info->effects;
        facts->branches = branches_of(info);
        facts->is_costly = facts->branches > 0 || info->operation == OPERATION_SHIFT;
        facts->feature_bit = UINT32_C(1) << info->feature;
        if (info->prefix == 0)
            opcode_readings[info->code] = (opcode_reading){(uint16_t)op, (uint8_t)short_form_of(info)};
    }
}
