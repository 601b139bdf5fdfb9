/* Pass `build`: turns the code of the stack machine into expression trees. In comes a validated body; out go statements whose operands are
 * trees (lower/ir.h).
 *
 * Operands wait on the stack of pending trees (stack.c) until an instruction needs them. Code that cannot be reached is skipped. */
#include "lower/build.h"

#include <string.h>

#include "lower/build_internal.h"
#include "lower/supported.h"
#include "read/hints.h"

/* The limit on variables, statements and operands of a function: FREE_ITEMS, and ITEMS_FOR_BYTE for each byte of its body. Code made by
 * compilers has less than one for each byte. */
#define FREE_ITEMS ((size_t)100000)
#define ITEMS_FOR_BYTE 4

/* ---- One instruction ---- */

static wasmelt_valtype index_type(bool is64) {
    return is64 ? WASMELT_I64 : WASMELT_I32;
}

/* The type of sizes and indices of the memory or table that the instruction's first index names. */
static wasmelt_valtype size_type(const module *m, const instr *i) {
    return index_type(opcode_table[i->op].immediates == IMM_MEMORY ? m->memories[i->index].type.is64 : m->tables[i->index].is64);
}

/* Lowers an instruction that its row in the opcode table describes completely. */
static void build_by_table(builder *b, const instr *i) {
    const opcode_facts *facts = &opcode_facts_table[i->op];
    switch ((lowering)facts->lowering) {
    case LOWER_OPERATOR:
        build_operator(b, i, facts->operands, facts->results > 0 ? facts->types[facts->operands] : 0);
        return;
    case LOWER_LOAD:
        build_load(b, i, facts->operands, facts->types[facts->operands]);
        return;
    case LOWER_STORE:
        build_store(b, i);
        return;
    case LOWER_ATOMIC:
        build_atomic(b, i);
        return;
    case LOWER_WIDE:
        build_wide(b, i, facts->operands);
        return;
    case LOWER_OPERATION:
        build_operation(b, i, facts->operands, facts->results > 0 ? size_type(b->f->m, i) : 0);
        return;
    default:
        build_aggregate(b, i);
        return;
    }
}

/* The instruction without a table: call_ref is lowered as an indirect call without one. */
static instr without_table(const instr *i) {
    instr by_reference = *i;
    by_reference.index2 = NO_INDEX;
    return by_reference;
}

/* A call of a duplicate becomes a call of the function whose code is emitted for it (lower/duplicates.h). */
static instr to_code(const builder *b, const instr *i) {
    instr direct = *i;
    direct.index = b->calls->code[i->index];
    return direct;
}

/* Notes the module's branch hint, if there is one, on the condition of an if or br_if, which is on top of the stack. */
static void take_hint(builder *b) {
    const module *m = b->f->m;
    if (m->hint_count > 0)
        vec_last(&b->stack)->hint = (uint8_t)hint_at(m, b->f->index, b->offset - m->funcs[b->f->index].offset);
}

/* Lowers one instruction that can be reached, or that ends an arm or a block. `*reachable` says whether control reaches it and, afterwards,
 * whether control reaches the next instruction. */
static inline void build_instr(builder *b, const instr *i, bool *reachable) {
    const module *m = b->f->m;
    switch (i->op) {
    case OP_ELSE:
        vec_last(&b->frames).then_falls = *reachable;
        build_else(b, *reachable);
        *reachable = true;
        return;
    case OP_CATCH:
    case OP_CATCH_ALL:
        *reachable = build_catch(b, i, *reachable);
        return;
    case OP_DELEGATE:
        *reachable = build_delegate(b, i, *reachable);
        return;
    case OP_END:
        *reachable = vec_last(&b->frames).try_state == TRY_NONE ? build_end(b, *reachable) : build_try_end(b, *reachable);
        return;
    case OP_NOP:
        return;
    case OP_UNREACHABLE:
        stack_settle_effects(b, b->stack.count, FX_TRAPS);
        stmt_new(b, STMT_TRAP);
        *reachable = false;
        return;
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
        if (i->op == OP_IF) {
            take_hint(b);
            build_if(b, i);
        } else if (i->op == OP_LOOP) {
            build_loop(b, i);
        } else {
            stack_settle_all(b, b->stack.count);
            frame_open(b, STMT_BLOCK, &i->block);
        }
        return;
    case OP_TRY:
    case OP_TRY_TABLE:
        build_try(b, i);
        return;
    case OP_THROW:
        build_throw(b, i);
        *reachable = false;
        return;
    case OP_THROW_REF:
        build_throw_ref(b, i);
        *reachable = false;
        return;
    case OP_RETHROW:
        build_rethrow(b, i);
        *reachable = false;
        return;
    case OP_BR:
        build_jump(b, frame_at(b, i->index));
        *reachable = false;
        return;
    case OP_BR_IF:
        take_hint(b);
        build_branch_if(b, i->index);
        return;
    case OP_BR_TABLE:
        build_br_table(b, i);
        *reachable = false;
        return;
    case OP_RETURN:
        build_return(b);
        *reachable = false;
        return;
    case OP_CALL:
        build_call(b, i, b->calls->code[i->index]);
        return;
    case OP_CALL_INDIRECT:
        build_call_indirect(b, i);
        return;
    case OP_CALL_REF: {
        instr by_reference = without_table(i);
        build_call_indirect(b, &by_reference);
        return;
    }
    case OP_RETURN_CALL_REF: {
        instr by_reference = without_table(i);
        build_tail_call(b, &by_reference, &m->types[i->index]);
        *reachable = false;
        return;
    }
    case OP_RETURN_CALL:
    case OP_RETURN_CALL_INDIRECT: {
        const type_def *t = &m->types[i->op == OP_RETURN_CALL ? m->funcs[i->index].type : i->index];
        instr called = i->op == OP_RETURN_CALL ? to_code(b, i) : *i;
        build_tail_call(b, &called, t);
        *reachable = false;
        return;
    }
    case OP_DROP:
        build_drop(b);
        return;
    case OP_SELECT:
    case OP_SELECT_T:
        build_select(b, i->op == OP_SELECT_T ? i->type : 0);
        return;
    case OP_LOCAL_GET:
        stack_push(b, expr_var(b, i->index));
        return;
    case OP_LOCAL_SET:
        build_local_set(b, i->index, false);
        return;
    case OP_LOCAL_TEE:
        build_local_set(b, i->index, true);
        return;
    case OP_GLOBAL_GET:
        build_leaf(b, EXPR_GLOBAL, i->index, m->globals[i->index].type, m->globals[i->index].is_mutable ? FX_READS_GLOBAL : 0);
        return;
    case OP_GLOBAL_SET:
        build_global_set(b, i->index);
        return;
    case OP_TABLE_GET:
        build_unary(b, EXPR_TABLE_GET, i->index, m->tables[i->index].element, FX_READS_TABLE | FX_TRAPS_TABLE);
        return;
    case OP_TABLE_SIZE:
        build_leaf(b, EXPR_TABLE_SIZE, i->index, index_type(m->tables[i->index].is64), FX_READS_TABLE);
        return;
    case OP_MEMORY_SIZE:
        build_leaf(b, EXPR_MEMORY_SIZE, i->index, index_type(m->memories[i->index].type.is64), FX_READS_MEMORY);
        return;
    case OP_I32_CONST:
    case OP_I64_CONST:
    case OP_F32_CONST:
    case OP_F64_CONST:
        stack_push(b, expr_constant(b, opcode_facts_table[i->op].types[0], i->value));
        return;
    case OP_REF_NULL:
        stack_push(b, expr_constant(b, i->type, 0));
        return;
    case OP_REF_FUNC:
        build_leaf(b, EXPR_REF_FUNC, i->index, WASMELT_FUNCREF, 0);
        return;
    case OP_REF_AS_NON_NULL:
        build_non_null(b);
        return;
    case OP_BR_ON_NULL:
        build_br_on_null(b, i->index);
        return;
    case OP_BR_ON_NON_NULL:
        build_br_on_non_null(b, i->index);
        return;
    case OP_BR_ON_CAST:
    case OP_BR_ON_CAST_FAIL:
        build_br_on_cast(b, i);
        return;
    case OP_REF_IS_NULL:
        if (vec_last(&b->stack)->kind == EXPR_REF_FUNC) { /* never null: compilers would warn about the comparison */
            stack_pop(b);
            stack_push(b, expr_constant(b, WASMELT_I32, 0));
        } else {
            build_unary(b, EXPR_IS_NULL, 0, WASMELT_I32, 0);
        }
        return;
    default:
        build_by_table(b, i);
    }
}

/* ---- Whole bodies ---- */

/* A call or branch of two bytes can move a thousand values, each of which becomes an operand, an assignment or a variable. Without a limit,
 * memory and C of a hostile module would be a large multiple of its size. */
bool build_is_too_large(const builder *b) {
    return b->f->vars.count - b->local_count + b->f->stmts.count + b->operands > b->most_items;
}

static bool build_code(builder *b) {
    bool reachable = true;
    while (b->frames.count > 0) {
        instr i;
        if (!reachable ? !build_skip_unreachable(b, &i) : !instr_read(&b->c, b->f->m, &i))
            return false;
        const opcode_facts *facts = &opcode_facts_table[i.op];
        b->offset = i.offset;
        if (b->counts_fuel)
            fuel_before(b, &i);
        build_instr(b, &i, &reachable);
        if (b->counts_fuel)
            fuel_after(b, &i);
        if (facts->typing == TYPING_CONTROL &&
            build_is_too_large(b)) /* only control instructions and calls make more than a few items for each byte */
            return supported_refuse(LIMIT_MOVED, i.offset, b->d);
    }
    if (reachable)
        build_return(b);
    return true;
}

static bool read_locals(builder *b) {
    uint32_t groups;
    if (!cursor_u32(&b->c, &groups))
        return false;
    for (uint32_t g = 0; g < groups; g++) {
        uint32_t count;
        wasmelt_valtype type;
        b->offset = cursor_offset(&b->c);
        if (!cursor_u32(&b->c, &count) || !cursor_valtype(&b->c, b->f->m, &type))
            return false;
        for (uint32_t k = 0; k < count; k++)
            var_new(b, VAR_LOCAL, type);
    }
    return true;
}

static void builder_begin(builder *b, ir_func *f, const module *m, arena *a, span code, diag *d) {
    vec_clear(&f->stmts);
    vec_clear(&f->vars);
    vec_clear(&f->labels);
    f->m = m;
    f->arena = a;
    f->keeps_fuel = f->calls_tail = f->calls = f->calls_indirectly = f->calls_back = f->leads_back = f->evaluates = f->computes_apart =
        false;
    f->memories = f->operations = 0;
    memset(f->callees, 0, sizeof f->callees);
    *b = (builder){.f = f, .d = d, .caught = NO_VAR};
    b->c = (cursor){code.bytes, code.bytes + code.length, m->input.bytes, d};
    b->most_items = FREE_ITEMS + ITEMS_FOR_BYTE * code.length;
}

/* Opens the function's frame: a block, so that a br_table can branch to its end, and inside it a loop if the function has tail calls to
 * itself. */
static void open_function(builder *b) {
    label_new(b, STMT_LOOP);
    stmt_new(b, STMT_NOP)->label = 0;
    block_type none = {.kind = BLOCK_EMPTY};
    frame *fr = frame_open(b, STMT_BLOCK, &none);
    fr->results = b->f->type->results;
    fr->result_count = b->f->type->result_count;
}

static void close_function(builder *b) {
    if (b->f->labels.data[0].uses == 0)
        return;
    b->f->stmts.data[0].kind = STMT_LOOP;
    b->f->labels.data[0].end = (uint32_t)b->f->stmts.count;
    stmt_new(b, STMT_END)->label = 0;
}

static bool builder_end(builder *b, bool ok) {
    vec_free(&b->stack);
    vec_free(&b->frames);
    return ok;
}

bool build_func(ir_func *f, const lower_plan *plan, arena *a, uint32_t index, diag *d) {
    const module *m = plan->m;
    builder b;
    builder_begin(&b, f, m, a, m->funcs[index].body, d);
    b.calls = plan->calls;
    b.counts_fuel = plan->options->fuel;
    d->func = index;
    f->index = index;
    f->type = &m->types[m->funcs[index].type];
    b.offset = m->funcs[index].offset;
    for (uint32_t k = 0; k < f->type->param_count; k++)
        var_new(&b, VAR_PARAM, f->type->params[k]);
    if (!read_locals(&b))
        return builder_end(&b, false);
    b.local_count = (uint32_t)f->vars.count;
    open_function(&b);
    bool ok = build_code(&b);
    if (ok)
        close_function(&b);
    return builder_end(&b, ok);
}

bool build_const(ir_func *f, const module *m, arena *a, const const_expr *code, diag *d) {
    builder b;
    builder_begin(&b, f, m, a, code->code, d);
    type_def *type = arena_alloc(a, sizeof *type);
    type->result_count = 1;
    type->results = arena_alloc(a, sizeof *type->results);
    f->index = DIAG_NO_FUNC;
    f->type = type;
    b.offset = code->offset;
    open_function(&b);
    bool ok = build_code(&b);
    if (ok)
        type->results[0] = vec_last(&f->stmts).args[0]->type;
    return builder_end(&b, ok);
}

void ir_free(ir_func *f) {
    vec_free(&f->stmts);
    vec_free(&f->vars);
    vec_free(&f->labels);
}
