#include "base/utf8.h"

bool utf8_valid(const uint8_t *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint8_t lead = bytes[at++];
        if (lead < 0x80)
            continue;
        unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || length - at < more)
            return false;
        /* The second byte's range excludes over-long forms, surrogates and what is too large. */
        uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (bytes[at] < low || bytes[at] > high)
            return false;
        for (unsigned i = 1; i < more; i++)
            if ((bytes[at + i] & 0xC0) != 0x80)
                return false;
        at += more;
    }
    return true;
}

size_t utf8_next(const uint8_t *bytes, size_t length, uint32_t *code) {
    uint8_t lead = bytes[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size > length || !utf8_valid(bytes, size)) {
        *code = 0xFFFD;
        return 1;
    }
    *code = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (size_t k = 1; k < size; k++)
        *code = *code << 6 | (bytes[k] & 0x3F);
    return size;
}

/* C0, DEL and C1; line and paragraph separators; what changes the direction of writing. */
bool utf8_is_control(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200E && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}
