/* A reading position in the input, which never leaves its bounds. */
#ifndef WASMELT_READ_CURSOR_H
#define WASMELT_READ_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "wasm/module.h"

typedef struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    const uint8_t *file; /* first byte of the file: offsets in errors count from here */
    diag *diag;
} cursor;

static inline size_t cursor_offset(const cursor *c) {
    return (size_t)(c->at - c->file);
}

static inline bool cursor_done(const cursor *c) {
    return c->at == c->end;
}

/* Each reads one item and moves on; false, with an error at the item's offset, when it is not there or
 * malformed: over-long or overflowing LEB128 (section 5.2.2), invalid UTF-8 in a name. */
bool cursor_byte(cursor *c, uint8_t *value);
bool cursor_u32(cursor *c, uint32_t *value);
bool cursor_u64(cursor *c, uint64_t *value);
bool cursor_s32(cursor *c, int32_t *value);
bool cursor_s33(cursor *c, int64_t *value);
bool cursor_s64(cursor *c, int64_t *value);
bool cursor_bytes(cursor *c, size_t length, span *bytes);
bool cursor_name(cursor *c, span *name);

#endif
