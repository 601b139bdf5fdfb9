#include "wasm/opcodes.h"

#include <stdlib.h>
#include <string.h>

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

/* Read off the name: what follows "load", "store", "rmw" or "wait", else the type before the dot. */
unsigned opcode_access_log2(opcode op) {
    const char *text = opcode_table[op].text;
    static const char *const verbs[] = {"load", "store", "rmw", "wait"};
    unsigned bits = 0;
    for (unsigned k = 0; k < sizeof verbs / sizeof *verbs && bits == 0; k++) {
        const char *at = strstr(text, verbs[k]);
        if (!at)
            continue;
        char *end;
        bits = (unsigned)strtoul(at + strlen(verbs[k]), &end, 10);
        if (bits != 0 && *end == 'x')
            bits = 64; /* load8x8 and the like */
    }
    if (bits == 0)
        bits = text[0] == 'v' ? 128 : text[1] == '6' ? 64 : 32;
    return bits == 8 ? 0 : bits == 16 ? 1 : bits == 32 ? 2 : bits == 64 ? 3 : 4;
}
