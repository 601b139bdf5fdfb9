/* Prints the IR of a function after any pass:
 *
 *     function 1
 *       p0 i32: 2 read, 1 written
 *       t2 i32: 1 read, 1 written, by value
 *     loop
 *       t2 = i32.load8_u(p0 + 4)
 *       if i32.eqz(t2)
 *         break
 *
 * Variables are named as in the C. An address is printed as a tree and a static offset. The index of a memory or table is printed if it is
 * not 0. */
#include "lower/dump.h"

#include <inttypes.h>

#include "wasm/subtype.h"

static void dump_indent(strbuf *s, unsigned depth) {
    for (unsigned k = 0; k < depth; k++)
        strbuf_puts(s, "  ");
}

static void dump_var(strbuf *s, const ir_func *f, uint32_t index) {
    static const char letters[] = {[VAR_PARAM] = 'p', [VAR_LOCAL] = 'l', [VAR_TEMP] = 't', [VAR_RESULT] = 'r'};
    strbuf_put(s, letters[f->vars.data[index].kind]);
    strbuf_unsigned(s, index);
}

/* ---- Trees ---- */

static void dump_const(strbuf *s, const ir_func *f, const expr *e) {
    switch (e->type) {
    case WASMELT_I32:
        strbuf_printf(s, "%" PRId32, (int32_t)(uint32_t)e->value);
        break;
    case WASMELT_I64:
        strbuf_printf(s, "%" PRId64 "L", (int64_t)e->value);
        break;
    case WASMELT_F32:
    case WASMELT_F64:
        strbuf_printf(s, "%s:0x%" PRIx64, representation_of(f->m, e->type)->member, e->value);
        break;
    default:
        strbuf_puts(s, e->type == WASMELT_V128 ? "v128:0" : "null");
    }
}

static void dump_args(strbuf *s, const ir_func *f, const expr *e) {
    strbuf_put(s, '(');
    for (int k = 0; k < expr_arg_count(e); k++) {
        strbuf_puts(s, k ? ", " : "");
        strbuf_puts(s, e->hidden & hidden_operand(k) ? "hidden " : "");
        dump_expr(s, f, e->args[k]);
        if (k == 0 && e->kind == EXPR_LOAD && e->value)
            strbuf_printf(s, " + %" PRIu64, e->value);
    }
    strbuf_put(s, ')');
}

static void dump_of(strbuf *s, const char *what, uint32_t index) {
    strbuf_puts(s, what);
    strbuf_put(s, ' ');
    strbuf_unsigned(s, index);
}

static void dump_operator(strbuf *s, const ir_func *f, const expr *e) {
    const opcode_info *info = &opcode_table[e->op];
    strbuf_puts(s, e->hidden & HIDDEN_ITSELF ? "hidden " : "");
    strbuf_puts(s, info->text);
    if (e->kind == EXPR_LOAD && e->index)
        strbuf_printf(s, "[%u]", (unsigned)e->index);
    if (info->immediates == IMM_LANE || info->immediates == IMM_MEMARG_LANE)
        strbuf_printf(s, ".%u", e->lane);
    for (int k = 0; e->bytes && k < 16; k++)
        strbuf_printf(s, k ? " %u" : "[%u", e->bytes[k]);
    strbuf_puts(s, e->bytes ? "]" : "");
    dump_args(s, f, e);
}

void dump_expr(strbuf *s, const ir_func *f, const expr *e) {
    strbuf_puts(s, e->canonical ? "canonical " : "");
    switch ((expr_kind)e->kind) {
    case EXPR_CONST:
        dump_const(s, f, e);
        break;
    case EXPR_VAR:
        dump_var(s, f, e->index);
        break;
    case EXPR_LOAD:
        strbuf_puts(s, e->forced ? "forced " : "");
        dump_operator(s, f, e);
        break;
    case EXPR_OP:
        dump_operator(s, f, e);
        break;
    case EXPR_SELECT:
        strbuf_puts(s, "select");
        dump_args(s, f, e);
        break;
    case EXPR_GLOBAL:
        dump_of(s, "global", e->index);
        break;
    case EXPR_MEMORY_SIZE:
        dump_of(s, "memory.size", e->index);
        break;
    case EXPR_TABLE_SIZE:
        dump_of(s, "table.size", e->index);
        break;
    case EXPR_TABLE_GET:
        dump_of(s, "table.get", e->index);
        dump_args(s, f, e);
        break;
    case EXPR_REF_FUNC:
        dump_of(s, "ref.func", e->index);
        break;
    case EXPR_IS_NULL:
        strbuf_puts(s, "ref.is_null");
        dump_args(s, f, e);
        break;
    case EXPR_FIELD:
        strbuf_printf(s, "struct.get%s %u.%u", e->lane ? "_s" : "", (unsigned)e->index, (unsigned)e->value);
        dump_args(s, f, e);
        break;
    case EXPR_WITHIN:
        strbuf_puts(s, e->lane & WITHIN_INCLUDED ? "up_to" : "within");
        strbuf_puts(s, e->lane & WITHIN_SIGNED ? "_s" : "");
        dump_args(s, f, e);
        break;
    case EXPR_ELEMENT:
        strbuf_puts(s, e->in_bounds ? "in bounds " : "");
        dump_of(s, e->lane ? "array.get_s" : "array.get", e->index);
        dump_args(s, f, e);
        break;
    case EXPR_IS_TYPE:
    case EXPR_CAST: {
        char name[64];
        strbuf_printf(s, "%s %s", e->kind == EXPR_CAST ? "ref.cast" : "ref.test",
                      valtype_name((wasmelt_valtype)e->value, name, sizeof name));
        dump_args(s, f, e);
        break;
    }
    case EXPR_UNWINDING:
        strbuf_puts(s, "unwinding");
        break;
    case EXPR_CAUGHT:
        dump_of(s, "caught", e->index);
        break;
    case EXPR_OPAQUE:
        strbuf_puts(s, "opaque");
        dump_args(s, f, e);
        break;
    case EXPR_USED:
        strbuf_puts(s, "used");
        dump_args(s, f, e);
        break;
    case EXPR_ADOPT:
        strbuf_puts(s, "adopt");
        dump_args(s, f, e);
        break;
    case EXPR_RETAIN:
        strbuf_puts(s, "retain");
        dump_args(s, f, e);
        break;
    case EXPR_PAYLOAD:
        dump_of(s, "payload", (uint32_t)e->value);
        dump_args(s, f, e);
        break;
    }
}

/* ---- Statements ---- */

static void dump_results(strbuf *s, const ir_func *f, const stmt *st) {
    for (uint32_t k = 0; k < st->result_count; k++) {
        strbuf_puts(s, k ? ", " : "");
        dump_var(s, f, st->result + k);
    }
    strbuf_puts(s, st->result_count ? " = " : "");
}

static void dump_stmt_args(strbuf *s, const ir_func *f, const stmt *st) {
    strbuf_put(s, '(');
    for (uint32_t k = 0; k < st->arg_count; k++) {
        strbuf_puts(s, k ? ", " : "");
        dump_expr(s, f, st->args[k]);
        if (k == 0 && st->kind == STMT_STORE && st->value)
            strbuf_printf(s, " + %" PRIu64, st->value);
    }
    strbuf_put(s, ')');
}

static void dump_callee(strbuf *s, const stmt *st) {
    static const char *const kinds[CALLEE_KINDS] = {"call_indirect", "call_ref", "call_element", "call_fixed", "call_only"};
    bool is_tail = st->kind == STMT_TAIL_CALL || st->kind == STMT_TAIL_CALL_INDIRECT;
    bool is_direct = st->kind == STMT_CALL || st->kind == STMT_TAIL_CALL;
    strbuf_puts(s, is_tail ? "return_" : "");
    dump_of(s, is_direct ? "call" : kinds[st->callee], st->index);
}

void dump_stmt(strbuf *s, const ir_func *f, const stmt *st) {
    dump_results(s, f, st);
    switch ((stmt_kind)st->kind) {
    case STMT_NOP:
        strbuf_puts(s, "nop");
        break;
    case STMT_SET:
        strbuf_puts(s, st->framed ? "framed " : "");
        dump_expr(s, f, st->args[0]);
        break;
    case STMT_HOLD:
        strbuf_puts(s, "hold ");
        dump_expr(s, f, st->args[0]);
        break;
    case STMT_HOLD_PARAMS:
        strbuf_puts(s, "hold parameters");
        break;
    case STMT_EVAL:
        strbuf_puts(s, "eval");
        dump_stmt_args(s, f, st);
        break;
    case STMT_STORE:
        strbuf_puts(s, opcode_table[st->op].text);
        if (st->index)
            strbuf_printf(s, "[%u]", (unsigned)st->index);
        dump_stmt_args(s, f, st);
        break;
    case STMT_GLOBAL_SET:
    case STMT_GLOBAL_HOLD:
        dump_of(s, st->kind == STMT_GLOBAL_SET ? "global.set" : "hold global", st->index);
        dump_stmt_args(s, f, st);
        break;
    case STMT_CALL:
    case STMT_CALL_INDIRECT:
    case STMT_TAIL_CALL:
    case STMT_TAIL_CALL_INDIRECT:
        dump_callee(s, st);
        dump_stmt_args(s, f, st);
        strbuf_puts(s, st->unwinds ? " unwinds" : "");
        break;
    case STMT_OP:
        strbuf_puts(s, st->in_bounds ? "in bounds " : "");
        dump_of(s, opcode_table[st->op].text, st->index);
        dump_stmt_args(s, f, st);
        break;
    case STMT_THROW:
        dump_of(s, "throw", st->index);
        dump_stmt_args(s, f, st);
        break;
    case STMT_THROW_REF:
        strbuf_puts(s, "throw_ref");
        dump_stmt_args(s, f, st);
        break;
    case STMT_CATCH:
        strbuf_puts(s, "catch");
        break;
    case STMT_TRAP:
        strbuf_puts(s, "unreachable");
        break;
    case STMT_KEEP_FRAME:
        strbuf_puts(s, "keep frame");
        break;
    case STMT_SEAM:
        strbuf_puts(s, "seam");
        if (st->arg_count > 0)
            dump_stmt_args(s, f, st);
        break;
    case STMT_FUEL:
        strbuf_puts(s, st->index ? "reload " : "");
        strbuf_printf(s, st->arg_count ? "fuel for each %llu of" : "fuel %llu", (unsigned long long)st->value);
        if (st->arg_count)
            dump_stmt_args(s, f, st);
        break;
    case STMT_STACK_MAY_END:
        strbuf_puts(s, "stack may end");
        break;
    case STMT_PRETEND_RETURN:
        strbuf_puts(s, "pretend return");
        break;
    case STMT_UNWIND:
        strbuf_puts(s, "unwind");
        break;
    case STMT_RETURN:
        strbuf_puts(s, st->framed ? "return framed" : "return");
        if (st->arg_count > 0)
            dump_stmt_args(s, f, st);
        break;
    case STMT_BLOCK:
        dump_of(s, "block", st->label);
        break;
    case STMT_LOOP:
        dump_of(s, "loop", st->label);
        break;
    case STMT_IF:
        dump_of(s, "if", st->label);
        dump_stmt_args(s, f, st);
        break;
    case STMT_ELSE:
        dump_of(s, "else", st->label);
        break;
    case STMT_END:
        dump_of(s, "end", st->label);
        break;
    case STMT_BR:
        dump_of(s, "br", st->label);
        break;
    case STMT_BR_IF:
        dump_of(s, "br_if", st->label);
        dump_stmt_args(s, f, st);
        break;
    case STMT_BR_TABLE:
        strbuf_puts(s, "br_table");
        for (uint32_t k = 0; k < st->target_count; k++)
            strbuf_printf(s, " %u", (unsigned)st->targets[k]);
        dump_stmt_args(s, f, st);
        break;
    }
}

static bool opens(const stmt *st) {
    return st->kind == STMT_BLOCK || st->kind == STMT_LOOP || st->kind == STMT_IF || st->kind == STMT_ELSE;
}

/* Prints the statements, indented by the constructs that are open. */
static void dump_statements(strbuf *s, const ir_func *f) {
    unsigned depth = 0;
    for (size_t k = 0; k < f->stmts.count; k++) {
        const stmt *st = &f->stmts.data[k];
        if ((st->kind == STMT_END || st->kind == STMT_ELSE) && depth > 0)
            depth--;
        if (st->kind != STMT_NOP) {
            dump_indent(s, depth);
            dump_stmt(s, f, st);
            strbuf_put(s, '\n');
        }
        depth += opens(st);
    }
}

/* ---- Nodes ---- */

static void dump_test(strbuf *s, const ir_func *f, const node *n) {
    static const char *const exits[] = {
        [TEST_EXIT] = "exit == ",      [TEST_NOT_EXIT] = "exit != ", [TEST_ABOVE_EXIT] = "exit > ",
        [TEST_UPTO_EXIT] = "exit <= ", [TEST_ANY_EXIT] = "exit",     [TEST_NO_EXIT] = "no exit",
    };
    if (n->test == TEST_EXPR || n->test == TEST_NOT_EXPR) {
        strbuf_puts(s, n->test == TEST_NOT_EXPR ? "not " : "");
        dump_expr(s, f, n->condition);
        return;
    }
    strbuf_puts(s, exits[n->test]);
    if (n->test != TEST_ANY_EXIT && n->test != TEST_NO_EXIT)
        strbuf_unsigned(s, n->exit);
}

static void dump_nodes(strbuf *s, const ir_func *f, const node_list *list, unsigned depth);

static void dump_cases(strbuf *s, const ir_func *f, const node *n, unsigned depth) {
    for (uint32_t k = 0; k < n->case_count; k++) {
        const switch_case *c = &n->cases[k];
        dump_indent(s, depth);
        strbuf_puts(s, "case");
        for (uint32_t v = 0; v < c->value_count; v++)
            strbuf_printf(s, " %u", (unsigned)c->values[v]);
        strbuf_puts(s, c->is_default ? " default" : "");
        strbuf_puts(s, c->clears_exit ? ", exit = 0" : "");
        strbuf_puts(s, c->falls ? ", falls through\n" : "\n");
        dump_nodes(s, f, &c->body, depth + 1);
    }
}

static void dump_node(strbuf *s, const ir_func *f, const node *n, unsigned depth) {
    dump_indent(s, depth);
    switch ((node_kind)n->kind) {
    case NODE_STMT:
        strbuf_puts(s, n->is_operand ? "operand " : "");
        dump_stmt(s, f, n->stmt);
        break;
    case NODE_IF:
        strbuf_puts(s, "if ");
        dump_test(s, f, n);
        strbuf_puts(s, n->on_line ? ", on one line" : "");
        break;
    case NODE_LOOP:
        strbuf_puts(s, "loop");
        break;
    case NODE_BLOCK:
        strbuf_puts(s, "block");
        break;
    case NODE_SWITCH:
        strbuf_puts(s, "switch ");
        if (n->test == TEST_EXIT)
            strbuf_puts(s, "exit");
        else
            dump_expr(s, f, n->condition);
        break;
    case NODE_BREAK:
        strbuf_puts(s, "break");
        break;
    case NODE_CONTINUE:
        strbuf_puts(s, "continue");
        break;
    case NODE_SET_EXIT:
        dump_of(s, "exit =", n->exit);
        if (n->ends)
            dump_of(s, ", the end of", n->ends);
        break;
    case NODE_EVAL:
        strbuf_puts(s, "eval ");
        dump_expr(s, f, n->condition);
        break;
    }
    if (node_goal(n))
        dump_of(s, ", far, of", n->goal->number);
    if (n->is_goal)
        dump_of(s, ", number", n->number);
    strbuf_put(s, '\n');
    dump_nodes(s, f, &n->body, depth + 1);
    if (n->otherwise.first) {
        dump_indent(s, depth);
        strbuf_puts(s, "else\n");
        dump_nodes(s, f, &n->otherwise, depth + 1);
    }
    dump_cases(s, f, n, depth + 1);
}

static void dump_nodes(strbuf *s, const ir_func *f, const node_list *list, unsigned depth) {
    for (const node *n = list->first; n; n = n->next)
        dump_node(s, f, n, depth);
}

/* ---- Functions ---- */

static void dump_variable(strbuf *s, const ir_func *f, uint32_t index) {
    static const char *const declared[] = {
        [DECLARED_NOWHERE] = "",
        [DECLARED_ON_TOP] = ", on top",
        [DECLARED_UNSET] = ", unset",
        [DECLARED_BY_VALUE] = ", by value",
        [DECLARED_NEVER] = ", where it is read",
    };
    const var *v = &f->vars.data[index];
    strbuf_puts(s, "  ");
    dump_var(s, f, index);
    strbuf_printf(s, " %s: %u read, %u written%s%s%s\n", representation_of(f->m, v->type)->member, (unsigned)v->reads, (unsigned)v->writes,
                  v->owned      ? ", owned"
                  : v->received ? ", received"
                                : "",
                  declared[v->declared], v->in_memory ? ", in memory" : "");
}

void dump_func(strbuf *s, const lowered *l, ir_form form) {
    const ir_func *f = &l->f;
    strbuf_printf(s, f->computes_apart && form != IR_STATEMENTS ? "function %u, apart\n" : "function %u\n", (unsigned)f->index);
    for (uint32_t k = 0; k < f->vars.count; k++)
        dump_variable(s, f, k);
    if (form != IR_STATEMENTS)
        dump_nodes(s, f, &l->shape.body, 0);
    else
        dump_statements(s, f);
}
