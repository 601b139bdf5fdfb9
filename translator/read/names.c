#include "read/names.h"

#include "read/cursor.h"

enum { NAMES_MODULE = 0, NAMES_FUNCTIONS = 1, NAMES_LOCALS = 2, NAMES_GLOBALS = 7 };

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
    }
}

/* For each function a map of its own, of which only the place is kept: most names are never asked for. */
static void read_maps_of_locals(cursor *c, module *m) {
    uint32_t count, func, locals, index;
    span name;
    if (!cursor_u32(c, &count))
        return;
    for (; count > 0 && cursor_u32(c, &func); count--) {
        const uint8_t *begin = c->at;
        if (!cursor_u32(c, &locals))
            return;
        for (; locals > 0; locals--)
            if (!cursor_u32(c, &index) || !cursor_name(c, &name))
                return;
        if (func < m->func_count)
            m->funcs[func].local_names = (span){begin, (size_t)(c->at - begin)};
    }
}

bool names_begin_locals(const module *m, uint32_t func, cursor *c, diag *ignored) {
    span s = m->funcs[func].local_names;
    uint32_t count;
    if (s.length == 0)
        return false;
    diag_init(ignored);
    *c = (cursor){s.bytes, s.bytes + s.length, m->input.bytes, ignored};
    return cursor_u32(c, &count) && count > 0;
}

bool names_next_local(cursor *c, uint32_t *index, span *name) {
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
        else if (kind == NAMES_FUNCTIONS || kind == NAMES_GLOBALS)
            read_map(&inside, m, kind);
        else if (kind == NAMES_LOCALS)
            read_maps_of_locals(&inside, m);
    }
}
