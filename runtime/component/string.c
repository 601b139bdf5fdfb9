/* Strings of components in their three encodings (CanonicalABI.md, string loading and storing). Hosts, and calls between components, have
 * UTF-8: so what is lowered always comes from there. */
#include <wasmelt/code/component.h>

#define UTF16_TAG ((u32)1 << 31)

/* What a host's string may have: four times as much can still be counted. */
#define MOST_BYTES (UINT32_MAX / 4)

/* Reads a character of valid or invalid UTF-8 and moves on; traps if it is invalid. */
static u32 next_of_utf8(const u8 **at, const u8 *end) {
    const u8 *p = *at;
    const u32 first = *p++;
    const int more = first < 0x80                    ? 0
                     : first >= 0xC2 && first < 0xE0 ? 1
                     : (first & 0xF0) == 0xE0        ? 2
                     : first >= 0xF0 && first < 0xF5 ? 3
                                                     : -1;
    if (more < 0 || more > end - p)
        wasmelt_trap_raise(WASMELT_TRAP_STRING);
    u32 value = more == 0 ? first : first & (0x3Fu >> more);
    for (int k = 0; k < more; k++, p++) {
        if ((*p & 0xC0) != 0x80)
            wasmelt_trap_raise(WASMELT_TRAP_STRING);
        value = value << 6 | (*p & 0x3F);
    }
    const u32 least = more == 2 ? 0x800 : more == 3 ? 0x10000 : 0;
    if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        wasmelt_trap_raise(WASMELT_TRAP_STRING);
    *at = p;
    return value;
}

/* Traps if it is no UTF-8. Eight bytes of ASCII at a time, and characters of two bytes, need no more than a look. */
static void check_utf8(const u8 *p, const u8 *end) {
    while (p < end) {
        u64 eight;
        for (; end - p >= (ptrdiff_t)sizeof eight; p += sizeof eight) {
            memcpy(&eight, p, sizeof eight);
            if (eight & 0x8080808080808080u)
                break;
        }
        for (; p < end && *p < 0x80; p++)
            ;
        for (; end - p >= 2 && p[0] >= 0xC2 && p[0] < 0xE0 && (p[1] & 0xC0) == 0x80; p += 2)
            ;
        if (p < end)
            next_of_utf8(&p, end);
    }
}

static u8 *put_utf8(u8 *to, u32 value) {
    if (value < 0x80) {
        *to++ = (u8)value;
        return to;
    }
    const int more = value < 0x800 ? 1 : value < 0x10000 ? 2 : 3;
    static const u8 marks[] = {0, 0xC0, 0xE0, 0xF0};
    *to++ = (u8)(marks[more] | value >> (6 * more));
    for (int k = more - 1; k >= 0; k--)
        *to++ = (u8)(0x80 | (value >> (6 * k) & 0x3F));
    return to;
}

static u32 next_of_utf16(const u8 **at, const u8 *end) {
    const u32 first = (u32)((*at)[0] | (*at)[1] << 8);
    *at += 2;
    if (first < 0xD800 || first > 0xDFFF)
        return first;
    const u32 second = *at < end ? (u32)((*at)[0] | (*at)[1] << 8) : 0;
    if (first > 0xDBFF || second < 0xDC00 || second > 0xDFFF)
        wasmelt_trap_raise(WASMELT_TRAP_STRING);
    *at += 2;
    return 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF));
}

static u8 *put_utf16(u8 *to, u32 value) {
    if (value >= 0x10000) {
        to = put_utf16(to, 0xD800 | (value - 0x10000) >> 10);
        value = 0xDC00 | (value & 0x3FF);
    }
    *to++ = (u8)value;
    *to++ = (u8)(value >> 8);
    return to;
}

/* ---- Lifting ---- */

/* The bytes are copied before they are checked, so that nothing can change them in between. */
static wasmelt_string lift_utf8(wasmelt_canon_call *c, const u8 *from, u32 bytes) {
    wasmelt_string s = {wasmelt_canon_allocate_lifted(c->canon->component, bytes, 1), bytes};
    memcpy(s.ptr, from, bytes);
    check_utf8(s.ptr, s.ptr + bytes);
    return s;
}

static wasmelt_string lift_utf16(wasmelt_canon_call *c, const u8 *from, u32 units) {
    u8 *const copy = wasmelt_canon_allocate_lifted(c->canon->component, units, 2);
    memcpy(copy, from, (size_t)units * 2);
    wasmelt_string s = {wasmelt_canon_allocate_lifted(c->canon->component, units, 3), 0};
    u8 *to = s.ptr;
    for (const u8 *p = copy; p < copy + (size_t)units * 2;)
        to = put_utf8(to, next_of_utf16(&p, copy + (size_t)units * 2));
    s.len = (size_t)(to - s.ptr);
    return s;
}

static wasmelt_string lift_latin1(wasmelt_canon_call *c, const u8 *from, u32 bytes) {
    wasmelt_string s = {wasmelt_canon_allocate_lifted(c->canon->component, bytes, 2), 0};
    u8 *to = s.ptr;
    for (u32 k = 0; k < bytes; k++)
        to = put_utf8(to, from[k]);
    s.len = (size_t)(to - s.ptr);
    return s;
}

wasmelt_string wasmelt_canon_lift_string(wasmelt_canon_call *c, u32 at, u32 length) {
    switch (c->canon->encoding) {
    case WASMELT_CANON_UTF8:
        return lift_utf8(c, wasmelt_canon_range(c, at, length, 1, 1), length);
    case WASMELT_CANON_UTF16:
        return lift_utf16(c, wasmelt_canon_range(c, at, length, 2, 2), length);
    default:
        if (length & UTF16_TAG)
            return lift_utf16(c, wasmelt_canon_range(c, at, length ^ UTF16_TAG, 2, 2), length ^ UTF16_TAG);
        return lift_latin1(c, wasmelt_canon_range(c, at, length, 1, 2), length);
    }
}

/* ---- Lowering ---- */

static void lower_utf8(wasmelt_canon_call *c, wasmelt_string s, u32 *at, u32 *length) {
    u8 *to;
    check_utf8(s.ptr, s.ptr + s.len);
    *at = wasmelt_canon_allocate(c, s.len, 1, 1, &to);
    *length = (u32)s.len;
    if (s.len > 0)
        memcpy(to, s.ptr, s.len);
}

static void lower_utf16(wasmelt_canon_call *c, wasmelt_string s, u32 *at, u32 *length) {
    u8 *to;
    *at = wasmelt_canon_allocate(c, s.len, 2, 2, &to);
    const u32 room = (u32)s.len * 2;
    u8 *end = to;
    for (const u8 *p = s.ptr; p < s.ptr + s.len;)
        end = put_utf16(end, next_of_utf8(&p, s.ptr + s.len));
    const u32 bytes = (u32)(end - to);
    if (bytes < room)
        *at = wasmelt_canon_reallocate(c, *at, room, 2, bytes, &to);
    *length = bytes / 2;
}

/* Latin-1 if all characters are in it, else UTF-16 with a tag. As the specification has it, the first other character is only met when
 * those before it have been stored. */
static void lower_latin1_utf16(wasmelt_canon_call *c, wasmelt_string s, u32 *at, u32 *length) {
    u8 *to;
    *at = wasmelt_canon_allocate(c, s.len, 1, 2, &to);
    const u8 *p = s.ptr, *const end = s.ptr + s.len;
    u32 count = 0;
    while (p < end) {
        const u8 *next = p;
        const u32 value = next_of_utf8(&next, end);
        if (value > 0xFF)
            break;
        to[count++] = (u8)value;
        p = next;
    }
    if (p == end) {
        if (count < s.len)
            *at = wasmelt_canon_reallocate(c, *at, (u32)s.len, 2, count, &to);
        *length = count;
        return;
    }
    const u32 room = (u32)s.len * 2;
    *at = wasmelt_canon_reallocate(c, *at, (u32)s.len, 2, room, &to);
    u8 *stored = to;
    for (const u8 *q = s.ptr; q < end;)
        stored = put_utf16(stored, next_of_utf8(&q, end));
    const u32 bytes = (u32)(stored - to);
    if (bytes < room)
        *at = wasmelt_canon_reallocate(c, *at, room, 2, bytes, &to);
    *length = bytes / 2 | UTF16_TAG;
}

void wasmelt_canon_lower_string(wasmelt_canon_call *c, wasmelt_string s, u32 *at, u32 *length) {
    if (s.len > MOST_BYTES)
        wasmelt_trap_raise(WASMELT_TRAP_POINTER_BOUNDS);
    switch (c->canon->encoding) {
    case WASMELT_CANON_UTF8:
        lower_utf8(c, s, at, length);
        break;
    case WASMELT_CANON_UTF16:
        lower_utf16(c, s, at, length);
        break;
    default:
        lower_latin1_utf16(c, s, at, length);
    }
}
