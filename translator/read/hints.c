#include "read/hints.h"

#include <string.h>

#include "base/vec.h"
#include "read/cursor.h"

typedef VEC(branch_hint) hint_list;

static const char section_name[] = "metadata.code.branch_hint";

/* Reads the hints of one function. Their offsets count from the first byte of its body, ascend, and lie within the body. */
static bool read_function(cursor *c, const module *m, uint32_t func, hint_list *hints) {
    uint32_t count, offset, size, last = 0;
    uint8_t value;
    if (!cursor_u32(c, &count))
        return false;
    for (; count > 0; count--) {
        if (!cursor_u32(c, &offset) || !cursor_u32(c, &size) || size != 1 || !cursor_byte(c, &value))
            return false;
        if (offset <= last || offset >= m->funcs[func].body.length || value > 1)
            return false;
        *vec_push(hints) = (branch_hint){func, offset, value ? HINT_LIKELY : HINT_UNLIKELY};
        last = offset;
    }
    return true;
}

/* Reads the hints of all functions, which come in ascending order of their indices. */
static bool read_functions(cursor *c, const module *m, hint_list *hints) {
    uint32_t count, func, least = m->imported_funcs;
    if (!cursor_u32(c, &count))
        return false;
    for (; count > 0; count--) {
        if (!cursor_u32(c, &func) || func < least || func >= m->func_count || !read_function(c, m, func, hints))
            return false;
        least = func + 1;
    }
    return cursor_done(c);
}

void read_hints(module *m) {
    diag ignored;
    hint_list hints = {0};
    uint32_t k = 0;
    while (k < m->custom_count && !span_is(m->customs[k].name, section_name))
        k++;
    if (k == m->custom_count)
        return;
    diag_init(&ignored);
    span s = m->customs[k].bytes;
    cursor c = {s.bytes, s.bytes + s.length, m->input.bytes, &ignored};
    if (read_functions(&c, m, &hints) && hints.count > 0) {
        m->hints = arena_array(m->arena, hints.count, sizeof *m->hints);
        memcpy(m->hints, hints.data, hints.count * sizeof *m->hints);
        m->hint_count = hints.count;
    }
    vec_free(&hints);
}

branch_hint_kind hint_at(const module *m, uint32_t func, size_t offset) {
    size_t low = 0, high = m->hint_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const branch_hint *h = &m->hints[middle];
        if (h->func == func && h->offset == offset)
            return h->kind;
        if (h->func < func || (h->func == func && h->offset < offset))
            low = middle + 1;
        else
            high = middle;
    }
    return HINT_NONE;
}
