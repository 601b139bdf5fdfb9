#include "plain.h"

#include <string.h>

#include "not_unwound.h"

/* ---- UTF-8 ---- */

static bool is_whole(const uint8_t *bytes, size_t size) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = bytes[0] & (0xFFu >> (size + 1));
    for (size_t k = 1; k < size; k++) {
        if ((bytes[k] & 0xC0) != 0x80)
            return false;
        code = code << 6 | (bytes[k] & 0x3Fu);
    }
    return code >= least[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

size_t wasmelt_rt_plain_next(const uint8_t *bytes, size_t length, uint32_t *code) {
    uint8_t lead = bytes[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (size == 0 || size > length || (size > 1 && !is_whole(bytes, size))) {
        *code = 0xFFFD;
        return 1;
    }
    *code = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (size_t k = 1; k < size; k++)
        *code = *code << 6 | (bytes[k] & 0x3Fu);
    return size;
}

/* ---- Characters that are shown ---- */

/* Characters that are not shown: Unicode's categories Cc, Cf, Zl, Zp and Co, variation selectors, fillers, and code points that are not
 * characters. */
static const struct {
    uint32_t first, last;
} unseen[] = {
    {0x0, 0x1F},        {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x600, 0x605},      {0x61C, 0x61C},
    {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x115F, 0x1160},    {0x17B4, 0x17B5},
    {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},    {0xE000, 0xF8FF},
    {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFF},    {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF},
};

bool wasmelt_rt_plain_shows(uint32_t code) {
    for (size_t k = 0; k < sizeof unseen / sizeof *unseen; k++)
        if (code >= unseen[k].first && code <= unseen[k].last)
            return false;
    return (code & 0xFFFE) != 0xFFFE;
}

/* ---- Text ---- */

enum { MOST_PIECE = 4 * 3 }; /* the most text for the bytes of one character */

/* Writes the first character of the text as it is to be shown; stores in *taken how many bytes it has. */
static size_t put_piece(char piece[MOST_PIECE], const uint8_t *bytes, size_t length, const char *also, size_t *taken) {
    static const char digits[] = "0123456789abcdef";
    uint32_t code;
    *taken = wasmelt_rt_plain_next(bytes, length, &code);
    if (wasmelt_rt_plain_shows(code) && !(code < 0x80 && strchr(also, (int)code))) {
        memcpy(piece, bytes, *taken);
        return *taken;
    }
    for (size_t k = 0; k < *taken; k++) {
        piece[3 * k] = '\\';
        piece[3 * k + 1] = digits[bytes[k] >> 4];
        piece[3 * k + 2] = digits[bytes[k] & 15];
    }
    return 3 * *taken;
}

size_t wasmelt_rt_plain_put(char *to, size_t room, const void *bytes, size_t length, const char *also) {
    const uint8_t *text = bytes;
    size_t count = 0, cut = 0; /* position after which "..." and a zero still fit */
    char piece[MOST_PIECE];
    for (size_t at = 0, taken; at < length; at += taken) {
        size_t size = put_piece(piece, text + at, length - at, also, &taken);
        if (count + size + 1 > room) {
            memcpy(to + cut, "...", 4);
            return cut + 3;
        }
        memcpy(to + count, piece, size);
        count += size;
        if (count + 4 <= room)
            cut = count;
    }
    to[count] = 0;
    return count;
}

#if !WASMELT_SMALL_SYSTEM
void wasmelt_rt_plain_print(FILE *out, const void *bytes, size_t length) {
    const uint8_t *text = bytes;
    char piece[MOST_PIECE];
    for (size_t at = 0, taken; at < length; at += taken) {
        size_t count = put_piece(piece, text + at, length - at, "", &taken);
        fwrite(piece, 1, count, out);
    }
}
#endif
