/* What of the language is not translated: garbage collection, whose types and instructions are found wherever they stand;
 * and modules that would become out of proportion to their size, which only hostile ones do. */
#include "lower/supported.h"

#include "wasm/representation.h"
#include "wasm/subtype.h"

/* ---- Types ---- */

bool supported_type(const module *m, wasmelt_valtype t, size_t offset, diag *d) {
    if (!wasmelt_is_ref(t))
        return true;
    char name[64];
    return heap_top(m, wasmelt_heap_type(t)) != WASMELT_HEAP_ANY ||
           diag_unsupported(d, offset, feature_names[FEATURE_GC], valtype_name(t, name, sizeof name));
}

static bool supported_types(const module *m, const wasmelt_valtype *types, uint32_t count, size_t offset, diag *d) {
    for (uint32_t k = 0; k < count; k++)
        if (!supported_type(m, types[k], offset, d))
            return false;
    return true;
}

bool supported_func_type(const module *m, const type_def *t, size_t offset, diag *d) {
    return supported_types(m, t->params, t->param_count, offset, d) && supported_types(m, t->results, t->result_count, offset, d);
}

/* ---- Instructions ---- */

static bool supported_block(const module *m, const instr *i, diag *d) {
    if (i->block.kind == BLOCK_VALUE)
        return supported_type(m, i->block.value, i->offset, d);
    return i->block.kind == BLOCK_EMPTY || supported_func_type(m, &m->types[i->block.type], i->offset, d);
}

static bool supported_tag(const module *m, uint32_t tag, size_t offset, diag *d) {
    return supported_func_type(m, &m->types[m->tags[tag].type], offset, d);
}

static bool supported_clauses(const module *m, const instr *i, diag *d) {
    cursor list = i->list;
    for (uint32_t k = 0; k < i->count; k++) {
        catch_clause clause = instr_next_catch(&list);
        if (clause.kind <= 1 && !supported_tag(m, clause.tag, i->offset, d))
            return false;
    }
    return true;
}

bool supported_instr(const module *m, const instr *i, diag *d) {
    const opcode_info *info = &opcode_table[i->op];
    if (info->feature == FEATURE_GC)
        return diag_unsupported(d, i->offset, feature_names[FEATURE_GC], info->text);
    switch ((immediates)info->immediates) {
    case IMM_BLOCK:
        return supported_block(m, i, d);
    case IMM_TRY_TABLE:
        return supported_block(m, i, d) && supported_clauses(m, i, d);
    case IMM_TAG:
        return supported_tag(m, i->index, i->offset, d);
    case IMM_FUNC: /* of ref.func too, whose function has a record with its type */
        return supported_func_type(m, &m->types[m->funcs[i->index].type], i->offset, d);
    case IMM_TYPE:
        return supported_func_type(m, &m->types[i->index], i->offset, d);
    case IMM_TYPE_TABLE:
        return supported_func_type(m, &m->types[i->index], i->offset, d) && supported_type(m, m->tables[i->index2].element, i->offset, d);
    case IMM_HEAP:
        return supported_type(m, i->type, i->offset, d);
    default: /* globals, tables and segments are looked at with the module */
        return true;
    }
}

/* ---- Sizes ---- */

bool supported_refuse(size_limit limit, size_t offset, diag *d) {
    static const char *const texts[] = {
        [LIMIT_SIGNATURES] = "functions that have so many parameters and results",
        [LIMIT_LOCALS] = "functions that have so many locals",
        [LIMIT_MOVED] = "a function that moves so many values",
        [LIMIT_OUTPUT] = "a module that becomes so much C",
    };
    return diag_unsupported(d, offset, texts[limit], NULL);
}

/* Each function is declared with its parameters, a thousand of which take it two bytes to ask for; so is each export, with
 * a function of its own. */
static bool supported_signatures(const module *m, diag *d) {
    size_t values = 0, most = 100000 + 8 * m->input.length;
    for (uint32_t k = 0; k < m->func_count + m->export_count; k++) {
        const export *e = k < m->func_count ? NULL : &m->exports[k - m->func_count];
        if (e && e->kind != EXTERN_FUNC)
            continue;
        const func *f = &m->funcs[e ? e->index : k];
        const type_def *t = &m->types[f->type];
        values += t->param_count + t->result_count;
        if (values > most)
            return supported_refuse(LIMIT_SIGNATURES, f->offset, d);
    }
    return true;
}

/* Each local is a variable, though fifty thousand of them take four bytes to declare. */
static bool supported_locals(const module *m, diag *d) {
    size_t locals = 0, most = 1000000 + 8 * m->input.length;
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        locals += m->funcs[k].notes.local_count;
        if (locals > most)
            return supported_refuse(LIMIT_LOCALS, m->funcs[k].offset, d);
    }
    return true;
}

/* ---- The module ---- */

bool supported_module(const module *m, diag *d) {
    for (uint32_t k = 0; k < m->tag_count; k++)
        if (!supported_tag(m, k, m->tags[k].offset, d))
            return false;
    for (uint32_t k = 0; k < m->global_count; k++)
        if (!supported_type(m, m->globals[k].type, m->globals[k].offset, d))
            return false;
    for (uint32_t k = 0; k < m->table_count; k++)
        if (!supported_type(m, m->tables[k].element, m->tables[k].offset, d))
            return false;
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (m->elems[k].exprs && !supported_type(m, m->elems[k].type, m->elems[k].offset, d))
            return false;
    for (uint32_t k = 0; k < m->func_count; k++) {
        d->func = k;
        if ((m->funcs[k].import != NO_INDEX || m->funcs[k].is_referenced) &&
            !supported_func_type(m, &m->types[m->funcs[k].type], m->funcs[k].offset, d))
            return false;
    }
    d->func = DIAG_NO_FUNC;
    return supported_signatures(m, d) && supported_locals(m, d);
}

/* Hosts give what is not a function, and contexts, by names that end at a zero byte. */
bool supported_import_names(const module *m, diag *d) {
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        bool ends = memchr(i->module.bytes, 0, i->module.length) || (i->kind != EXTERN_FUNC && memchr(i->name.bytes, 0, i->name.length));
        if (ends)
            return diag_unsupported(d, i->offset, "U+0000 in the name of an import that the C linker binds", "see --imports=named");
    }
    return true;
}
