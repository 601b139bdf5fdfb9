#include "read/storage.h"

#include "read/later.h"
#include "read/types.h"

typedef struct limits {
    uint64_t minimum, maximum;
    bool has_maximum, is64, shared;
    uint8_t page_size_log2;
} limits;

static bool read_limits(cursor *c, limits *l, bool of_memory) {
    size_t offset = cursor_offset(c);
    uint8_t flags;
    if (!cursor_byte(c, &flags))
        return false;
    if (flags > (of_memory ? 15 : 7))
        return diag_fail(c->diag, offset, "malformed limits flags");
    *l = (limits){.has_maximum = flags & 1, .shared = flags & 2, .is64 = flags & 4, .page_size_log2 = 16};
    if (!cursor_u64(c, &l->minimum) || (l->has_maximum && !cursor_u64(c, &l->maximum)))
        return false;
    if (flags & 8) {
        uint32_t log2;
        offset = cursor_offset(c);
        if (!cursor_u32(c, &log2))
            return false;
        if (log2 > 64)
            return diag_fail(c->diag, offset, "invalid custom page size");
        l->page_size_log2 = (uint8_t)log2;
    }
    return true;
}

bool cursor_table_type(cursor *c, const module *m, table *t) {
    limits l = {0};
    size_t offset;
    if (!cursor_reftype(c, m, &t->element))
        return false;
    offset = cursor_offset(c);
    if (!read_limits(c, &l, false))
        return false;
    if (l.shared)
        return diag_fail(c->diag, offset, "malformed limits flags");
    t->minimum = l.minimum;
    t->maximum = l.maximum;
    t->has_maximum = l.has_maximum;
    t->is64 = l.is64;
    return true;
}

bool cursor_memory_type(cursor *c, memory *mem) {
    limits l;
    if (!read_limits(c, &l, true))
        return false;
    mem->type = (wasmelt_memory_type){.minimum = l.minimum,
                                      .maximum = l.maximum,
                                      .has_maximum = l.has_maximum,
                                      .is64 = l.is64,
                                      .shared = l.shared,
                                      .page_size_log2 = l.page_size_log2};
    return true;
}

bool cursor_global_type(cursor *c, const module *m, global *g) {
    if (!cursor_valtype(c, m, &g->type))
        return false;
    size_t offset = cursor_offset(c);
    uint8_t mutability;
    if (!cursor_byte(c, &mutability))
        return false;
    g->is_mutable = mutability;
    return mutability <= 1 || later_fail(LATER_MUTABILITY, mutability, offset, "mutability", c->diag);
}
