/* Which features a module uses, and where it first does: features of types and sections, then those of instructions. */
#include "inspect/inspection.h"
#include "read/instr.h"
#include "read/types.h"

static void use_at(inspection *i, feature f, size_t offset) {
    feature_use *u = &i->features[f];
    if (!u->used)
        *u = (feature_use){.used = true, .offset = offset, .func = NO_INDEX};
}

static void use_instruction(inspection *i, feature f, size_t offset, uint32_t func) {
    feature_use *u = &i->features[f];
    if (u->instructions++ == 0)
        *u = (feature_use){.used = true, .instructions = 1, .offset = offset, .func = func};
}

/* ---- Types ---- */

static feature heap_feature(const module *m, uint32_t heap) {
    if (wasmelt_heap_is_concrete(heap))
        return m->types[heap].kind == TYPE_FUNC ? FEATURE_FUNCTION_REFERENCES : FEATURE_GC;
    switch (heap) {
    case WASMELT_HEAP_FUNC:
    case WASMELT_HEAP_EXTERN:
        return FEATURE_REFERENCE_TYPES;
    case WASMELT_HEAP_EXN:
    case WASMELT_HEAP_NOEXN:
        return FEATURE_EXCEPTIONS;
    default:
        return FEATURE_GC;
    }
}

static void use_type(inspection *i, wasmelt_valtype t, size_t offset) {
    if (t == WASMELT_V128)
        use_at(i, FEATURE_SIMD, offset);
    if (!wasmelt_is_ref(t))
        return;
    feature f = heap_feature(i->m, wasmelt_heap_type(t));
    if (f == FEATURE_REFERENCE_TYPES && !wasmelt_is_nullable(t))
        f = FEATURE_FUNCTION_REFERENCES;
    use_at(i, f, offset);
}

static void use_type_def(inspection *i, const type_def *t) {
    for (uint32_t k = 0; k < t->param_count; k++)
        use_type(i, t->params[k], t->offset);
    for (uint32_t k = 0; k < t->result_count; k++)
        use_type(i, t->results[k], t->offset);
    if (t->result_count > 1)
        use_at(i, FEATURE_MULTIPLE_VALUES, t->offset);
    if (t->kind != TYPE_FUNC || t->group_size > 1 || !t->is_final || t->supertype != NO_INDEX)
        use_at(i, FEATURE_GC, t->offset);
}

/* ---- Instructions ---- */

static void use_block_type(inspection *i, const instr *at) {
    const module *m = i->m;
    if (at->block.kind == BLOCK_VALUE)
        use_type(i, at->block.value, at->offset);
    else if (at->block.kind == BLOCK_TYPE && (m->types[at->block.type].param_count > 0 || m->types[at->block.type].result_count > 1))
        use_at(i, FEATURE_MULTIPLE_VALUES, at->offset);
}

/* Notes features that depend on the immediates of an instruction, such as 64-bit memories. */
static void use_immediates(inspection *i, const instr *at) {
    switch (opcode_table[at->op].immediates) {
    case IMM_BLOCK:
    case IMM_TRY_TABLE:
        use_block_type(i, at);
        break;
    case IMM_TYPE_TABLE:
        if (at->index2 > 0)
            use_at(i, FEATURE_REFERENCE_TYPES, at->offset);
        break;
    case IMM_HEAP:
        use_type(i, at->type, at->offset);
        break;
    case IMM_TYPES:
        if (at->count > 0)
            use_type(i, at->type, at->offset);
        break;
    default:
        break;
    }
}

static bool use_locals(inspection *i, cursor *c) {
    uint32_t groups, count;
    wasmelt_valtype type;
    if (!cursor_u32(c, &groups))
        return false;
    while (groups-- > 0) {
        size_t offset = cursor_offset(c);
        if (!cursor_u32(c, &count) || !cursor_valtype(c, i->m, &type))
            return false;
        use_type(i, type, offset);
    }
    return true;
}

/* Whether the last instructions open a frame on the shadow stack: they subtract a constant from the stack pointer. */
static bool opens_frame(const inspection *i, const instr *last3, unsigned n) {
    const instr *get = &last3[(n + 1) % 3], *amount = &last3[(n + 2) % 3], *sub = &last3[n % 3];
    return get->op == OP_GLOBAL_GET && get->index == i->stack.global &&
           ((amount->op == OP_I32_CONST && sub->op == OP_I32_SUB) || (amount->op == OP_I64_CONST && sub->op == OP_I64_SUB));
}

static void use_body(inspection *i, uint32_t func, diag *d) {
    span body = i->m->funcs[func].body;
    cursor c = {body.bytes, body.bytes + body.length, i->m->input.bytes, d};
    instr last3[3] = {{.op = OP_NOP}, {.op = OP_NOP}, {.op = OP_NOP}};
    if (!use_locals(i, &c))
        return;
    for (unsigned n = 0; !cursor_done(&c); n++) {
        instr *at = &last3[n % 3];
        if (!instr_read(&c, i->m, at))
            return;
        uint8_t f = opcode_table[at->op].feature;
        if (f != FEATURE_MVP)
            use_instruction(i, (feature)f, at->offset, func);
        use_immediates(i, at);
        if (at->op == OP_I32_SUB || at->op == OP_I64_SUB)
            i->stack.frames += opens_frame(i, last3, n);
    }
}

static void use_const(inspection *i, const const_expr *e, diag *d) {
    if (!e->code.bytes)
        return;
    cursor c = {e->code.bytes, e->code.bytes + e->code.length, i->m->input.bytes, d};
    while (!cursor_done(&c)) {
        instr at;
        if (!instr_read(&c, i->m, &at))
            return;
        uint8_t f = opcode_table[at.op].feature;
        if (f != FEATURE_MVP)
            use_instruction(i, (feature)f, at.offset, NO_INDEX);
        else if (opcode_table[at.op].immediates == IMM_NONE && at.op != OP_END)
            use_at(i, FEATURE_EXTENDED_CONSTANTS, at.offset);
        use_immediates(i, &at);
    }
}

/* ---- The module ---- */

static size_t import_offset(const module *m, uint32_t index) {
    return index == NO_INDEX ? DIAG_NO_OFFSET : m->imports[index].offset;
}

static void use_memories(inspection *i) {
    const module *m = i->m;
    for (uint32_t k = 0; k < m->memory_count; k++) {
        const wasmelt_memory_type *t = &m->memories[k].type;
        size_t offset = import_offset(m, m->memories[k].import);
        if (t->is64)
            use_at(i, FEATURE_MEMORY64, offset);
        if (t->shared)
            use_at(i, FEATURE_THREADS, offset);
        if (t->page_size_log2 != 16)
            use_at(i, FEATURE_CUSTOM_PAGE_SIZES, offset);
        if (k > 0)
            use_at(i, FEATURE_MULTIPLE_MEMORIES, offset);
    }
}

static void use_tables(inspection *i, diag *d) {
    const module *m = i->m;
    for (uint32_t k = 0; k < m->table_count; k++) {
        const table *t = &m->tables[k];
        size_t offset = import_offset(m, t->import);
        if (t->element != WASMELT_FUNCREF)
            use_type(i, t->element, offset);
        if (t->is64)
            use_at(i, FEATURE_MEMORY64, offset);
        if (t->init.code.bytes)
            use_at(i, FEATURE_FUNCTION_REFERENCES, t->init.offset);
        if (k > 0)
            use_at(i, FEATURE_REFERENCE_TYPES, offset);
        use_const(i, &t->init, d);
    }
}

static void use_globals(inspection *i, diag *d) {
    const module *m = i->m;
    for (uint32_t k = 0; k < m->global_count; k++) {
        const global *g = &m->globals[k];
        size_t offset = import_offset(m, g->import);
        use_type(i, g->type, offset == DIAG_NO_OFFSET ? g->init.offset : offset);
        if (g->is_mutable && g->import != NO_INDEX)
            use_at(i, FEATURE_MUTABLE_GLOBALS, offset);
        use_const(i, &g->init, d);
    }
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_GLOBAL && m->globals[m->exports[k].index].is_mutable)
            use_at(i, FEATURE_MUTABLE_GLOBALS, DIAG_NO_OFFSET);
}

static void use_segments(inspection *i, diag *d) {
    const module *m = i->m;
    for (uint32_t k = 0; k < m->data_count; k++) {
        if (m->datas[k].mode == SEGMENT_PASSIVE)
            use_at(i, FEATURE_BULK_MEMORY, m->datas[k].offset);
        use_const(i, &m->datas[k].offset_expr, d);
    }
    for (uint32_t k = 0; k < m->elem_count; k++) {
        const elem_segment *s = &m->elems[k];
        if (s->mode == SEGMENT_PASSIVE)
            use_at(i, FEATURE_BULK_MEMORY, s->offset);
        if (s->mode == SEGMENT_DECLARATIVE)
            use_at(i, FEATURE_REFERENCE_TYPES, s->offset);
        if (s->type != WASMELT_FUNCREF && s->type != WASMELT_REF(WASMELT_HEAP_FUNC))
            use_type(i, s->type, s->offset);
        use_const(i, &s->offset_expr, d);
        for (uint32_t n = 0; s->exprs && n < s->count; n++)
            use_const(i, &s->exprs[n], d);
    }
}

void inspect_features(inspection *i) {
    const module *m = i->m;
    diag none; /* the module was validated: nothing can fail */
    diag_init(&none);
    i->features[FEATURE_MVP].used = true;
    for (uint32_t k = 0; k < m->type_count; k++)
        use_type_def(i, &m->types[k]);
    if (m->has_compact_imports)
        use_at(i, FEATURE_COMPACT_IMPORTS, DIAG_NO_OFFSET);
    if (m->hint_count > 0)
        use_at(i, FEATURE_BRANCH_HINTS, m->funcs[m->hints[0].func].offset + m->hints[0].offset);
    use_memories(i);
    use_tables(i, &none);
    use_globals(i, &none);
    use_segments(i, &none);
    if (m->tag_count > 0)
        use_at(i, FEATURE_EXCEPTIONS, import_offset(m, m->tags[0].import));
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++)
        use_body(i, k, &none);
}
