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
        /* The second byte's range excludes over-long forms, surrogates and values above U+10FFFF. */
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
