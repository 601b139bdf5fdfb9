#include "values.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Host objects: distinct addresses. */
static char objects[4096];

static bool starts(const char *word, const char *with, const char **rest) {
    size_t length = strlen(with);
    *rest = word + length;
    return strncmp(word, with, length) == 0;
}

static bool parse_bytes(const char *hex, uint8_t *bytes) {
    for (int k = 0; k < 16; k++)
        if (sscanf(hex + 2 * k, "%2hhx", &bytes[k]) != 1)
            return false;
    return true;
}

bool value_parse(const char *word, wasmelt_heap *heap, wasmelt_value *value) {
    const char *rest;
    memset(value, 0, sizeof *value);
    if (starts(word, "i32:", &rest) || starts(word, "f32:", &rest)) {
        value->i32 = (uint32_t)strtoull(rest, NULL, 10);
        return true;
    }
    if (starts(word, "i64:", &rest) || starts(word, "f64:", &rest)) {
        value->i64 = strtoull(rest, NULL, 10);
        return true;
    }
    if (starts(word, "v128:", &rest))
        return parse_bytes(rest, value->v128);
    if (starts(word, "externref:", &rest)) {
        value->externref = &objects[strtoul(rest, NULL, 10) % sizeof objects];
        return true;
    }
    if (starts(word, "anyref:", &rest) && heap) {
        value->anyref = wasmelt_any_from_extern(heap, &objects[strtoul(rest, NULL, 10) % sizeof objects]);
        return true;
    }
    return starts(word, "null", &rest);
}

/* ---- Results ---- */

/* A number of `bits` bits against its decimal pattern or NaN class. */
static bool number_matches(const char *word, uint64_t got, unsigned bits, bool is_float) {
    uint64_t sign = UINT64_C(1) << (bits - 1);
    uint64_t canonical = bits == 32 ? 0x7fc00000u : UINT64_C(0x7ff8000000000000);
    if (is_float && strncmp(word, "canonical", 9) == 0)
        return (got & ~sign) == canonical;
    if (is_float && strncmp(word, "arithmetic", 10) == 0)
        return (got & canonical) == canonical;
    return strtoull(word, NULL, 10) == got;
}

static bool vector_matches(const char *lanes, const uint8_t *bytes) {
    unsigned bits = (unsigned)strtoul(lanes + 1, NULL, 10);
    bool is_float = lanes[0] == 'f';
    const char *at = strchr(lanes, ':');
    for (unsigned k = 0; at && k < 128 / bits; k++) {
        uint64_t got = 0;
        for (unsigned byte = bits / 8; byte-- > 0;) /* little-endian */
            got = got << 8 | bytes[k * bits / 8 + byte];
        if (!number_matches(at + 1, got, bits, is_float))
            return false;
        at = k + 1 < 128 / bits ? strchr(at + 1, ',') : at;
    }
    return at != NULL;
}

/* Whether a reference that is not null is to what the word says: "struct", "array", "i31", "eq" or another. */
static bool reference_matches(const char *word, wasmelt_heap *heap, const wasmelt_value *value) {
    static const struct kind {
        const char *word;
        wasmelt_reference_kind kind;
    } kinds[] = {{"i31", WASMELT_REFERENCE_I31}, {"struct", WASMELT_REFERENCE_STRUCT}, {"array", WASMELT_REFERENCE_ARRAY}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(word, kinds[k].word) == 0)
            return heap && wasmelt_reference_kind_of(heap, value->anyref) == kinds[k].kind;
    return strcmp(word, "eq") != 0 || (heap && wasmelt_reference_kind_of(heap, value->anyref) != WASMELT_REFERENCE_EXTERN);
}

static bool one_matches(const char *word, wasmelt_heap *heap, wasmelt_valtype type, const wasmelt_value *value) {
    const char *rest;
    if (starts(word, "i32:", &rest))
        return type == WASMELT_I32 && number_matches(rest, value->i32, 32, false);
    if (starts(word, "i64:", &rest))
        return type == WASMELT_I64 && number_matches(rest, value->i64, 64, false);
    if (starts(word, "f32:", &rest))
        return type == WASMELT_F32 && number_matches(rest, value->i32, 32, true);
    if (starts(word, "f64:", &rest))
        return type == WASMELT_F64 && number_matches(rest, value->i64, 64, true);
    if (starts(word, "v128:", &rest))
        return type == WASMELT_V128 && vector_matches(rest, value->v128);
    if (!wasmelt_is_ref(type))
        return false;
    if (starts(word, "null", &rest))
        return value->externref == NULL;
    if (starts(word, "ref:", &rest))
        return value->externref != NULL && reference_matches(rest, heap, value);
    if (starts(word, "anyref:", &rest))
        return heap && wasmelt_extern_from_any(heap, value->anyref) == &objects[strtoul(rest, NULL, 10) % sizeof objects];
    wasmelt_value wanted;
    return value_parse(word, heap, &wanted) && value->externref == wanted.externref;
}

bool value_matches(const char *word, wasmelt_heap *heap, wasmelt_valtype type, const wasmelt_value *value) {
    for (const char *at = word; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (one_matches(at, heap, type, value))
            return true;
    return false;
}

void value_print(wasmelt_valtype type, const wasmelt_value *value, char *buffer, size_t size) {
    switch (type) {
    case WASMELT_I32:
        snprintf(buffer, size, "i32:%" PRIu32, value->i32);
        break;
    case WASMELT_I64:
        snprintf(buffer, size, "i64:%" PRIu64, value->i64);
        break;
    case WASMELT_F32:
        snprintf(buffer, size, "f32:%" PRIu32 " (%g)", value->i32, (double)value->f32);
        break;
    case WASMELT_F64:
        snprintf(buffer, size, "f64:%" PRIu64 " (%g)", value->i64, value->f64);
        break;
    case WASMELT_V128:
        for (int k = 0; k < 16 && size > 3; k++, buffer += 2, size -= 2)
            snprintf(buffer, size, "%02x", value->v128[k]);
        break;
    default:
        snprintf(buffer, size, "reference %p", value->externref);
    }
}
