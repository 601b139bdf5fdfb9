/* The custom sections "producers" and "target_features" (WebAssembly tool conventions). Reading ends at the first malformed part, without
 * an error. */
#include <string.h>

#include "base/vec.h"
#include "inspect/inspection.h"
#include "read/cursor.h"

static cursor cursor_of(const module *m, const custom_section *s, diag *ignored) {
    diag_init(ignored);
    return (cursor){s->bytes.bytes, s->bytes.bytes + s->bytes.length, m->input.bytes, ignored};
}

typedef VEC(producer) producers;

static void read_producers(const module *m, const custom_section *s, producers *list) {
    diag ignored;
    cursor c = cursor_of(m, s, &ignored);
    uint32_t fields, values;
    if (!cursor_u32(&c, &fields))
        return;
    while (fields-- > 0) {
        producer p;
        if (!cursor_name(&c, &p.field) || !cursor_u32(&c, &values))
            return;
        while (values-- > 0) {
            if (!cursor_name(&c, &p.name) || !cursor_name(&c, &p.version))
                return;
            *vec_push(list) = p;
        }
    }
}

typedef VEC(target_feature) target_features;

static void read_target_features(const module *m, const custom_section *s, target_features *list) {
    diag ignored;
    cursor c = cursor_of(m, s, &ignored);
    uint32_t count;
    if (!cursor_u32(&c, &count))
        return;
    while (count-- > 0) {
        target_feature f;
        uint8_t prefix;
        if (!cursor_byte(&c, &prefix) || (prefix != '+' && prefix != '-' && prefix != '=') || !cursor_name(&c, &f.name))
            return;
        f.prefix = (char)prefix;
        *vec_push(list) = f;
    }
}

static void *keep(arena *a, const void *data, size_t count, size_t size) {
    void *copy = arena_array(a, count, size);
    if (count > 0)
        memcpy(copy, data, count * size);
    return copy;
}

void inspect_custom_sections(inspection *i, arena *a) {
    const module *m = i->m;
    producers made_by = {0};
    target_features features = {0};
    for (uint32_t k = 0; k < m->custom_count; k++) {
        const custom_section *s = &m->customs[k];
        if (made_by.count == 0 && span_is(s->name, "producers"))
            read_producers(m, s, &made_by);
        else if (features.count == 0 && span_is(s->name, "target_features"))
            read_target_features(m, s, &features);
    }
    i->producers = keep(a, made_by.data, made_by.count, sizeof *made_by.data);
    i->producer_count = made_by.count;
    i->target_features = keep(a, features.data, features.count, sizeof *features.data);
    i->target_feature_count = features.count;
    vec_free(&made_by);
    vec_free(&features);
}
