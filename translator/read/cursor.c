/* Reading within bounds. LEB128 numbers follow section 5.2.2: they have no more bytes than their width needs, and the unused bits of the
 * last byte are zero or copies of the sign bit. */
#include "read/cursor.h"

#include "base/utf8.h"

bool cursor_fail_end(cursor *c) {
    return diag_fail(c->diag, cursor_offset(c), "unexpected end");
}

static bool read_unsigned(cursor *c, unsigned bits, uint64_t *value) {
    const uint8_t *start = c->at;
    uint64_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (c->at == c->end)
            return cursor_fail_end(c);
        uint8_t byte = *c->at++;
        unsigned left = bits - shift;
        if (left < 7 && (byte & 0x7F) >> left)
            return diag_fail(c->diag, (size_t)(start - c->file), byte & 0x80 ? "integer representation too long" : "integer too large");
        if (left <= 7 && (byte & 0x80))
            return diag_fail(c->diag, (size_t)(start - c->file), "integer representation too long");
        result |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            break;
    }
    *value = result;
    return true;
}

static bool read_signed(cursor *c, unsigned bits, int64_t *value) {
    const uint8_t *start = c->at;
    uint64_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
        if (c->at == c->end)
            return cursor_fail_end(c);
        uint8_t byte = *c->at++;
        unsigned left = bits - shift;
        if (left <= 7) {
            /* The bits above the sign bit must equal it. */
            unsigned above = (byte & 0x7Fu) >> (left - 1);
            unsigned ones = 0x7Fu >> (left - 1);
            if (byte & 0x80)
                return diag_fail(c->diag, (size_t)(start - c->file), "integer representation too long");
            if (above != 0 && above != ones)
                return diag_fail(c->diag, (size_t)(start - c->file), "integer too large");
        }
        result |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            if ((byte & 0x40) && shift + 7 < 64)
                result |= UINT64_MAX << (shift + 7);
            break;
        }
    }
    *value = (int64_t)result;
    return true;
}

/* The most bytes of a number of 32 bits, of which the last one has 4. Linkers give as many to each number that they fill in. */
#define MOST_BYTES 5

/* Decodes the number of up to five bytes that begins at `at`. Returns its length, or 0 if it is longer or cut off. The bits of a fifth byte
 * that have no place in the result are the caller's to check. */
static inline unsigned decode(const uint8_t *at, const uint8_t *end, uint32_t *bits) {
    uint32_t result = 0;
    size_t most = (size_t)(end - at) < MOST_BYTES ? (size_t)(end - at) : MOST_BYTES;
    for (unsigned k = 0; k < most; k++) {
        result |= (uint32_t)(at[k] & 0x7F) << 7 * k;
        if (at[k] < 0x80) {
            *bits = result;
            return k + 1;
        }
    }
    return 0;
}

/* Reads an unsigned number that fits in 32 bits. If it is none, or malformed, reads nothing and returns false. */
static inline bool read_32_bits(cursor *c, uint32_t *value) {
    unsigned length = decode(c->at, c->end, value);
    bool is = length > 0 && (length < MOST_BYTES || c->at[MOST_BYTES - 1] < 0x10);
    c->at += is ? length : 0;
    return is;
}

bool cursor_long_u32(cursor *c, uint32_t *value) {
    if (read_32_bits(c, value))
        return true;
    uint64_t wide = 0;
    if (!read_unsigned(c, 32, &wide))
        return false;
    *value = (uint32_t)wide;
    return true;
}

bool cursor_long_u64(cursor *c, uint64_t *value) {
    uint32_t low;
    if (read_32_bits(c, &low)) {
        *value = low;
        return true;
    }
    return read_unsigned(c, 64, value);
}

bool cursor_long_s32(cursor *c, int32_t *value) {
    uint32_t bits;
    unsigned length = decode(c->at, c->end, &bits);
    if (length == MOST_BYTES && ((c->at[MOST_BYTES - 1] + 8u) & 0x7F) >= 0x10) /* the bits above the sign bit differ from it */
        length = 0;
    if (length > 0) {
        c->at += length;
        *value = length < MOST_BYTES ? cursor_sign_extend(bits, 7 * length) : (int32_t)bits;
        return true;
    }
    int64_t wide = 0;
    if (!read_signed(c, 32, &wide))
        return false;
    *value = (int32_t)wide;
    return true;
}

bool cursor_long_s64(cursor *c, int64_t *value) {
    return read_signed(c, 64, value);
}

bool cursor_s33(cursor *c, int64_t *value) {
    return read_signed(c, 33, value);
}

bool cursor_bytes(cursor *c, size_t length, span *bytes) {
    if ((size_t)(c->end - c->at) < length)
        return cursor_fail_end(c);
    *bytes = (span){c->at, length};
    c->at += length;
    return true;
}

bool cursor_name(cursor *c, span *name) {
    uint32_t length;
    if (!cursor_u32(c, &length))
        return false;
    size_t offset = cursor_offset(c);
    if (!cursor_bytes(c, length, name))
        return false;
    if (!utf8_valid(name->bytes, name->length))
        return diag_fail(c->diag, offset, "malformed UTF-8 encoding");
    return true;
}
