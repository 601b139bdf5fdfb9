#include "read/names.h"

#include "read/cursor.h"

enum { NAMES_MODULE = 0, NAMES_FUNCTIONS = 1, NAMES_LOCALS = 2, NAMES_TYPES = 4, NAMES_GLOBALS = 7, NAMES_FIELDS = 10 };

static void read_map(cursor *c, module *m, uint8_t kind) {
    uint32_t count, index;
    span name;
    if (!cursor_u32(c, &count))
        return;
    while (count-- > 0) {
        if (!cursor_u32(c, &index) || !cursor_name(c, &name))
            return;
        if (kind == NAMES_FUNCTIONS && index < m->func_count)
            m->funcs[index].name = name;
        else if (kind == NAMES_GLOBALS && index < m->global_count)
            m->globals[index].name = name;
        else if (kind == NAMES_TYPES && index < m->type_count)
            m->types[index].name = name;
    }
}

/* Reads an indirect name map. For each function or type it notes where that one's own map is; decoding the names is left for later, as most
 * are never needed. */
static void read_maps(cursor *c, module *m, uint8_t kind) {
    uint32_t count, of, parts, index;
    span name;
    if (!cursor_u32(c, &count))
        return;
    for (; count > 0 && cursor_u32(c, &of); count--) {
        const uint8_t *begin = c->at;
        if (!cursor_u32(c, &parts))
            return;
        for (; parts > 0; parts--)
            if (!cursor_u32(c, &index) || !cursor_name(c, &name))
                return;
        span map = {begin, (size_t)(c->at - begin)};
        if (kind == NAMES_LOCALS && of < m->func_count)
            m->funcs[of].local_names = map;
        else if (kind == NAMES_FIELDS && of < m->type_count)
            m->types[of].field_names = map;
    }
}

bool names_begin(const module *m, span s, cursor *c, diag *ignored) {
    uint32_t count;
    if (s.length == 0)
        return false;
    diag_init(ignored);
    *c = (cursor){s.bytes, s.bytes + s.length, m->input.bytes, ignored};
    return cursor_u32(c, &count) && count > 0;
}

bool names_next(cursor *c, uint32_t *index, span *name) {
    return !cursor_done(c) && cursor_u32(c, index) && cursor_name(c, name);
}

void read_names(module *m, span content) {
    diag ignored;
    diag_init(&ignored);
    cursor c = {content.bytes, content.bytes + content.length, m->input.bytes, &ignored};
    while (!cursor_done(&c)) {
        uint8_t kind;
        uint32_t size;
        span part;
        if (!cursor_byte(&c, &kind) || !cursor_u32(&c, &size) || !cursor_bytes(&c, size, &part))
            return;
        cursor inside = {part.bytes, part.bytes + part.length, m->input.bytes, &ignored};
        if (kind == NAMES_MODULE)
            cursor_name(&inside, &m->name);
        else if (kind == NAMES_FUNCTIONS || kind == NAMES_GLOBALS || kind == NAMES_TYPES)
            read_map(&inside, m, kind);
        else if (kind == NAMES_LOCALS || kind == NAMES_FIELDS)
            read_maps(&inside, m, kind);
    }
}
