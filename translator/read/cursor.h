/* A reading position in the input, which never moves out of bounds. */
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

/* Each of these reads one item and moves on. False, with an error at the item's offset, if it is cut off or malformed: LEB128 that is too
 * long or overflows (section 5.2.2), invalid UTF-8 in a name. Most numbers have one byte, which is read inline. */
static inline bool cursor_byte(cursor *c, uint8_t *value);
static inline bool cursor_u32(cursor *c, uint32_t *value);
static inline bool cursor_u64(cursor *c, uint64_t *value);
static inline bool cursor_s32(cursor *c, int32_t *value);
static inline bool cursor_s64(cursor *c, int64_t *value);
bool cursor_s33(cursor *c, int64_t *value);
bool cursor_bytes(cursor *c, size_t length, span *bytes);
bool cursor_name(cursor *c, span *name);

/* ---- LEB128 numbers ---- */

bool cursor_long_u32(cursor *c, uint32_t *value);
bool cursor_long_u64(cursor *c, uint64_t *value);
bool cursor_long_s32(cursor *c, int32_t *value);
bool cursor_long_s64(cursor *c, int64_t *value);
bool cursor_fail_end(cursor *c); /* reports "unexpected end" */

static inline bool cursor_byte(cursor *c, uint8_t *value) {
    if (c->at == c->end) {
        cursor_fail_end(c);
        return false;
    }
    *value = *c->at++;
    return true;
}

static inline bool cursor_at_short_number(const cursor *c) {
    return c->at != c->end && *c->at < 0x80;
}

/* Decodes a number of one or two bytes that are known to be within bounds. */
static inline uint32_t cursor_short_number(const uint8_t *at) {
    return at[0] < 0x80 ? at[0] : (at[0] & 0x7Fu) | (uint32_t)at[1] << 7;
}

/* Interprets the low `bits` bits of `value` as a signed number. */
static inline int32_t cursor_sign_extend(uint32_t value, unsigned bits) {
    return (int32_t)value - (int32_t)((value >> (bits - 1)) << bits);
}

static inline bool cursor_u32(cursor *c, uint32_t *value) {
    if (!cursor_at_short_number(c))
        return cursor_long_u32(c, value);
    *value = *c->at++;
    return true;
}

static inline bool cursor_u64(cursor *c, uint64_t *value) {
    if (!cursor_at_short_number(c))
        return cursor_long_u64(c, value);
    *value = *c->at++;
    return true;
}

static inline bool cursor_s32(cursor *c, int32_t *value) {
    if (!cursor_at_short_number(c))
        return cursor_long_s32(c, value);
    *value = cursor_sign_extend(*c->at++, 7);
    return true;
}

static inline bool cursor_s64(cursor *c, int64_t *value) {
    if (!cursor_at_short_number(c))
        return cursor_long_s64(c, value);
    *value = cursor_sign_extend(*c->at++, 7);
    return true;
}

#endif
