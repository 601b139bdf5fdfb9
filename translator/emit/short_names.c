/* A local is named by its kind and its number, `l3`, which makes the name unique. The name that the module gives it follows, for readers:
 * `l3_count`. The same holds for fields, `f1_width`, and types, `type5_shape`. So it does no harm if names of the module are words of C,
 * equal, or hostile. Characters other than letters, digits and underscores become one underscore, and only the beginning of a long name is
 * taken, because each use repeats it. */
#include "emit/short_names.h"

#include "read/names.h"

#define LONGEST_NAME 24

static bool is_plain(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

const char *short_name(arena *a, span name) {
    char text[LONGEST_NAME];
    size_t length = 0;
    bool is_apart = false; /* an underscore is needed before the next letter */
    for (size_t k = 0; k < name.length && length + is_apart < LONGEST_NAME; k++) {
        if (!is_plain(name.bytes[k])) {
            is_apart = length > 0;
            continue;
        }
        if (is_apart)
            text[length++] = '_';
        text[length++] = (char)name.bytes[k];
        is_apart = false;
    }
    return length > 0 ? arena_string(a, text, length) : NULL;
}

const char *const *short_names(const module *m, arena *a, span map, uint32_t count) {
    cursor c;
    diag ignored;
    span name;
    uint32_t index;
    if (!names_begin(m, map, &c, &ignored))
        return NULL;
    const char **names = arena_array(a, count, sizeof *names);
    while (names_next(&c, &index, &name))
        if (index < count)
            names[index] = short_name(a, name);
    return names;
}
