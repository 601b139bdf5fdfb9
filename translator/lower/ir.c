#include "lower/ir.h"

/* The traps, FX_TRAPS_*, that a division cannot cause because its divisor is a constant. */
static uint16_t excluded_by_divisor(const expr *divisor) {
    if (divisor->kind != EXPR_CONST)
        return 0;
    uint64_t all = divisor->type == WASMELT_I32 ? UINT32_MAX : UINT64_MAX, value = divisor->value & all;
    return (value != 0 ? FX_TRAPS_DIVIDE : 0) | (value != all ? FX_TRAPS_OVERFLOW : 0);
}

uint16_t expr_own_traps(const expr *e) {
    if (e->kind == EXPR_LOAD)
        return FX_TRAPS_MEMORY;
    if (e->kind == EXPR_TABLE_GET)
        return FX_TRAPS_TABLE;
    if (e->kind == EXPR_ELEMENT && e->in_bounds)
        return 0;
    if (e->kind == EXPR_ELEMENT)
        return FX_TRAPS_ARRAY | (wasmelt_is_nullable(e->args[0]->type) ? FX_TRAPS_NULL : 0);
    if (e->kind == EXPR_CAST)
        return FX_TRAPS_CAST;
    uint16_t codes = e->kind == EXPR_OP ? opcode_table[e->op].effects & FX_TRAPS : 0;
    return codes & FX_TRAPS_DIVIDE ? codes & ~excluded_by_divisor(e->args[1]) : codes;
}

expr *expr_of_var(const ir_func *f, uint32_t variable) {
    expr *e = arena_alloc(f->arena, sizeof *e);
    *e = (expr){.kind = EXPR_VAR, .nodes = 1, .effects = FX_READS_LOCAL, .index = variable, .type = f->vars.data[variable].type};
    return e;
}

expr *expr_around(const ir_func *f, expr_kind kind, const expr *e) {
    expr *o = arena_alloc(f->arena, sizeof *o);
    *o = (expr){.kind = (uint8_t)kind, .nodes = (uint8_t)(e->nodes + 1), .effects = e->effects, .type = e->type, .offset = e->offset};
    o->args[0] = (expr *)(uintptr_t)e;
    return o;
}

bool expr_same(const expr *a, const expr *b) {
    if (a->kind != b->kind || a->type != b->type || a->index != b->index || a->value != b->value)
        return false;
    switch (a->kind) {
    case EXPR_VAR:
    case EXPR_CONST:
    case EXPR_GLOBAL:
    case EXPR_MEMORY_SIZE:
    case EXPR_TABLE_SIZE:
        return a->bytes == b->bytes;
    case EXPR_OP:
    case EXPR_IS_NULL:
        break;
    default:
        return false;
    }
    if (a->op != b->op || a->lane != b->lane || a->bytes || b->bytes)
        return false;
    for (int k = 0; k < 3 && (a->args[k] || b->args[k]); k++)
        if (!a->args[k] || !b->args[k] || !expr_same(a->args[k], b->args[k]))
            return false;
    return true;
}
