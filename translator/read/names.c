#include "read/names.h"

#include "read/cursor.h"

enum { NAMES_MODULE = 0, NAMES_FUNCTIONS = 1, NAMES_GLOBALS = 7 };

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
    }
}
