/* Fuel (--fuel): what each piece of code costs, and where that is paid. It is decided on the WebAssembly code alone, instruction by
 * instruction, so that every build of a module counts the same, whatever its options and its C compiler.
 *
 * Code is paid for in pieces. A piece begins at the beginning of a function, a loop, an arm of an if or a handler, after the end of a
 * block, and after a branch that may not be taken. It costs a unit for each of its instructions, apart from those that do nothing but
 * mark structure. A FUEL statement pays for all of the piece before its first instruction. In addition, an instruction whose work grows
 * with a length on the stack is preceded by a FUEL statement of its own, which pays for that length. */
#include "lower/build_internal.h"

/* The bytes of a memory that a bulk instruction writes for one unit. */
#define BYTES_FOR_UNIT 16

/* What the instruction costs, without what it costs by length. A loop or recursion always contains an instruction that costs something:
 * a branch or a call. */
static uint64_t cost_of(const builder *b, const instr *i) {
    switch (i->op) {
    case OP_NOP:
    case OP_UNREACHABLE:
    case OP_BLOCK:
    case OP_LOOP:
    case OP_ELSE:
    case OP_END:
    case OP_TRY:
    case OP_TRY_TABLE:
    case OP_CATCH:
    case OP_CATCH_ALL:
    case OP_DELEGATE:
    case OP_RETURN:
        return 0;
    case OP_STRUCT_NEW_DEFAULT:
        return 1 + (uint64_t)b->f->m->types[i->index].field_count;
    default:
        return 1;
    }
}

/* How much of the length, which is on top of the stack, one unit pays for; 0: the instruction takes no length. */
static unsigned length_for_unit(const instr *i) {
    switch (i->op) {
    case OP_MEMORY_INIT:
    case OP_MEMORY_COPY:
    case OP_MEMORY_FILL:
        return BYTES_FOR_UNIT;
    case OP_MEMORY_GROW: /* pages */
    case OP_TABLE_INIT:
    case OP_TABLE_COPY:
    case OP_TABLE_GROW:
    case OP_TABLE_FILL:
    case OP_ARRAY_NEW:
    case OP_ARRAY_NEW_DEFAULT:
    case OP_ARRAY_NEW_DATA:
    case OP_ARRAY_NEW_ELEM:
    case OP_ARRAY_FILL:
    case OP_ARRAY_COPY:
    case OP_ARRAY_INIT_DATA:
    case OP_ARRAY_INIT_ELEM:
        return 1;
    default:
        return 0;
    }
}

/* Pays for the length on top of the stack. The operands' own traps come first. */
static void pay_for_length(builder *b, unsigned for_unit) {
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    if (vec_last(&b->stack)->kind != EXPR_CONST)
        stack_make_variable(b, b->stack.count - 1);
    const expr *length = vec_last(&b->stack);
    expr *again = length->kind == EXPR_VAR ? expr_var(b, length->index) : expr_constant(b, length->type, length->value);
    stmt_with(b, STMT_FUEL, 1, &again)->value = for_unit;
}

void fuel_before(builder *b, const instr *i) {
    uint64_t cost = cost_of(b, i);
    if (cost == 0)
        return;
    if (b->fuel_at == 0) {
        b->fuel_at = b->f->stmts.count; /* not 0: the function's frame is before it */
        stmt_new(b, STMT_FUEL);
    }
    b->f->stmts.data[b->fuel_at].value += cost;
    unsigned for_unit = length_for_unit(i);
    if (for_unit > 0)
        pay_for_length(b, for_unit);
}

void fuel_after(builder *b, const instr *i) {
    switch (i->op) {
    case OP_LOOP:
    case OP_IF:
    case OP_ELSE:
    case OP_END:
    case OP_CATCH:
    case OP_CATCH_ALL:
    case OP_DELEGATE:
    case OP_BR_IF:
    case OP_BR_ON_NULL:
    case OP_BR_ON_NON_NULL:
    case OP_BR_ON_CAST:
    case OP_BR_ON_CAST_FAIL:
        b->fuel_at = 0;
        break;
    default:
        break;
    }
}
