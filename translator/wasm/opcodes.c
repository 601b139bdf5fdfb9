#include "wasm/opcodes.h"

const opcode_info opcode_table[OPCODE_COUNT] = {
#define OP(id, text, prefix, code, immediates, signature, feature, effects, c)                     \
    {text, prefix, code, immediates, signature, feature, effects, c},
#include "wasm/opcodes.def"
#undef OP
};

const char *const feature_names[FEATURE_COUNT] = {
#define FEATURE(id, text) text,
#include "wasm/features.def"
#undef FEATURE
};

/* A switch over all encodings: the compiler makes it a table for each prefix. */
bool opcode_find(uint8_t prefix, uint32_t code, opcode *op) {
    if (code > UINT16_MAX)
        return false;
    switch ((uint32_t)prefix << 16 | code) {
#define OP(id, text, prefix, code, immediates, signature, feature, effects, c)                     \
    case (uint32_t)prefix << 16 | code:                                                            \
        *op = OP_##id;                                                                             \
        return true;
#include "wasm/opcodes.def"
#undef OP
    default:
        return false;
    }
}
