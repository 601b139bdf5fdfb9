#include "lower/ir.h"

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
