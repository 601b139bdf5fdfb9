/* Finds the shadow stack by what linkers leave in a module. LLVM's linker calls the stack pointer __stack_pointer. If names were stripped,
 * the first mutable global is taken for the stack pointer if the code subtracts constants from it. The linker puts the stack either before
 * all data, so that an overflow goes below address 0 and traps, or after the data, so that an overflow overwrites them. __stack_low,
 * __data_end and the data segments tell which. */
#include <string.h>

#include "inspect/inspection.h"
#include "read/instr.h"

/* ---- The stack pointer ---- */

/* Whether the name is `text` or ends with it after a slash: AssemblyScript has "~lib/memory/__stack_pointer". */
static bool is_named(span name, const char *text) {
    size_t length = strlen(text);
    if (!name.bytes || name.length < length || memcmp(name.bytes + name.length - length, text, length) != 0)
        return false;
    return name.length == length || name.bytes[name.length - length - 1] == '/';
}

static bool is_pointer(const module *m, uint32_t index) {
    const global *g = &m->globals[index];
    return g->is_mutable && (g->type == WASMELT_I32 || g->type == WASMELT_I64);
}

static uint32_t find_exported(const module *m, const char *name) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_GLOBAL && span_is(m->exports[k].name, name))
            return m->exports[k].index;
    return NO_INDEX;
}

static uint32_t find_imported(const module *m, const char *name) {
    for (uint32_t k = 0; k < m->imported_globals; k++)
        if (span_is(m->imports[m->globals[k].import].name, name))
            return k;
    return NO_INDEX;
}

static uint32_t find_named(const module *m, const char *name) {
    for (uint32_t k = 0; k < m->global_count; k++)
        if (is_named(m->globals[k].name, name))
            return k;
    return NO_INDEX;
}

static bool found(inspection *i, uint32_t global, const char *how) {
    if (global == NO_INDEX || !is_pointer(i->m, global))
        return false;
    i->stack.global = global;
    i->stack.found_by = how;
    return true;
}

static uint32_t first_mutable(const module *m) {
    for (uint32_t k = m->imported_globals; k < m->global_count; k++)
        if (is_pointer(m, k))
            return k;
    return NO_INDEX;
}

static uint64_t memory_bytes(const module *m) {
    const wasmelt_memory_type *t = &m->memories[0].type;
    return t->minimum << t->page_size_log2;
}

void inspect_stack_pointer(inspection *i) {
    static const char name[] = "__stack_pointer";
    const module *m = i->m;
    i->stack = (shadow_stack){.global = NO_INDEX};
    if (m->memory_count == 0 || found(i, find_named(m, name), "its name") || found(i, find_exported(m, name), "its export") ||
        found(i, find_imported(m, name), "its import"))
        return;
    uint64_t value;
    uint32_t guess = first_mutable(m);
    if (guess != NO_INDEX && const_expr_integer(m, &m->globals[guess].init, &value) && value >= 1024 && value % 16 == 0 &&
        value <= memory_bytes(m))
        i->stack.global = guess; /* a guess until inspect_stack confirms it */
}

/* ---- Its bounds ---- */

/* The value of a symbol: of a global that is exported or named so. */
static bool symbol_value(const module *m, const char *name, uint64_t *value) {
    uint32_t k = find_exported(m, name);
    if (k == NO_INDEX)
        k = find_named(m, name);
    return k != NO_INDEX && m->globals[k].import == NO_INDEX && const_expr_integer(m, &m->globals[k].init, value);
}

typedef struct data_extent {
    bool known;      /* memory 0 has data segments, and all are at constant addresses */
    bool below;      /* some segment begins below the limit */
    uint64_t lowest; /* the lowest address at which one begins */
    uint64_t end;    /* the end of the data that begin below the limit */
} data_extent;

/* Where the data segments of memory 0 lie that begin below `limit`. */
static data_extent find_data(const module *m, uint64_t limit) {
    data_extent e = {.known = m->data_count > 0, .lowest = UINT64_MAX};
    for (uint32_t k = 0; k < m->data_count; k++) {
        const data_segment *s = &m->datas[k];
        uint64_t start;
        if (s->mode != SEGMENT_ACTIVE || !const_expr_integer(m, &s->offset_expr, &start)) {
            e.known = false;
            continue;
        }
        if (s->memory != 0 || s->bytes.length == 0)
            continue;
        if (start < e.lowest)
            e.lowest = start;
        if (start >= limit)
            continue;
        e.below = true;
        uint64_t end = start + s->bytes.length < limit ? start + s->bytes.length : limit;
        if (end > e.end)
            e.end = end;
    }
    return e;
}

static void find_low(shadow_stack *s, const module *m) {
    uint64_t data_end = 0, low;
    bool has_data_end = symbol_value(m, "__data_end", &data_end);
    data_extent data = find_data(m, s->top);
    bool data_first = data.below || (has_data_end && data_end <= s->top && data_end > 0);
    bool stack_first = !data_first && (data.known || has_data_end);
    if (symbol_value(m, "__stack_low", &low) && low <= s->top) {
        s->low = low;
        s->has_low = s->low_is_exact = true;
        data_first = data_first && (data.lowest < low || (has_data_end && data_end <= low));
    } else if (data_first) {
        s->low_is_exact = has_data_end && data_end <= s->top;
        s->low = s->low_is_exact ? data_end : data.end;
        s->has_low = true;
    } else if (stack_first) {
        s->low = 0;
        s->has_low = s->low_is_exact = true;
    }
    s->overflow = data_first ? OVERFLOW_OVERWRITES : stack_first ? OVERFLOW_TRAPS : OVERFLOW_UNKNOWN;
}

void inspect_stack(inspection *i) {
    shadow_stack *s = &i->stack;
    const module *m = i->m;
    i->has_heap_base = m->memory_count > 0 && symbol_value(m, "__heap_base", &i->heap_base);
    if (s->global == NO_INDEX)
        return;
    if (!s->found_by && s->frames == 0) {
        s->global = NO_INDEX;
        return;
    }
    if (!s->found_by)
        s->found_by = "being the first mutable global, from which functions take frames";
    /* 0: code sets it when the module is instantiated. */
    if (!const_expr_integer(m, &m->globals[s->global].init, &s->top) || s->top == 0)
        return;
    s->has_top = true;
    find_low(s, m);
}
