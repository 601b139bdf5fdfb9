/* Prints statements and their nesting as C. */
#include <string.h>

#include "emit/body.h"
#include "emit/case_table.h"
#include "emit/marks.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

static void end_line(body *b) {
    strbuf_puts(text(b), ";\n");
}

/* ---- Simple statements ---- */

/* Whether the C of the statement begins with a declaration. */
static bool declares(const body *b, const stmt *s) {
    return s->result != NO_VAR && b->f->vars.data[s->result].kind == VAR_TEMP && !b->shape->flat;
}

static void put_set(body *b, const stmt *s) {
    out_indent(b->o);
    put_declarator(b, s, s->result);
    if (s->framed || !put_compound(b, s->result, s->args[0])) {
        put_var(b, s->result);
        strbuf_puts(text(b), " = ");
        if (s->framed)
            put_framed(b, s->args[0]);
        else
            put_expr(b, s->args[0]);
    }
    end_line(b);
}

/* Prints the value that a store of a lane stores. */
static void put_lane(body *b, const stmt *s) {
    static const char *const extract[] = {"(u8)i8x16_extract_lane_u", "(u16)i16x8_extract_lane_u", "i32x4_extract_lane",
                                          "i64x2_extract_lane"};
    strbuf_puts(text(b), extract[opcode_access_log2((opcode)s->op)]);
    strbuf_put(text(b), '(');
    put_expr(b, s->args[1]);
    strbuf_printf(text(b), ", %u)", s->lane);
}

static bool is_extreme(const expr *e) {
    return e->kind == EXPR_CONST && (e->value == 0 || e->value == (e->type == WASMELT_I32 ? UINT32_MAX : UINT64_MAX));
}

static bool is_same_variable(const expr *a, const expr *b) {
    return a->kind == EXPR_VAR && b->kind == EXPR_VAR && a->index == b->index;
}

/* Whether compilers may know the value of the tree: x | -1, x - x, and trees of constants. */
static bool may_be_known(const expr *e) {
    if (e->kind == EXPR_SELECT) /* its condition may be known */
        return may_be_known(e->args[0]) || may_be_known(e->args[1]);
    if (e->kind != EXPR_OP || !e->args[0])
        return e->kind == EXPR_CONST;
    const expr *left = e->args[0], *right = e->args[1];
    if (right && (is_extreme(left) || is_extreme(right) || is_same_variable(left, right)))
        return true;
    bool has_known_part = (left->kind != EXPR_CONST && may_be_known(left)) || (right && right->kind != EXPR_CONST && may_be_known(right));
    return has_known_part || (left->kind == EXPR_CONST && (!right || right->kind == EXPR_CONST)); /* x | -1 | y */
}

/* Whether compilers assign the value to an object of a narrower type without a warning. They warn about a value that they know, and about a
 * selection with such an arm. */
static bool narrows_silently(const expr *value) {
    return value->kind == EXPR_VAR || value->kind == EXPR_LOAD || (value->kind == EXPR_OP && !may_be_known(value));
}

static void put_cast(body *b, unsigned width, const expr *value) {
    strbuf_puts(text(b), width == 1 ? "(u8)(" : width == 2 ? "(u16)(" : "(u32)(");
    put_expr(b, value);
    strbuf_put(text(b), ')');
}

void put_narrowed(body *b, unsigned width, const expr *value) {
    if (value->kind == EXPR_CONST)
        strbuf_unsigned(text(b), value->value & (UINT64_MAX >> (64 - 8 * width)));
    else if (!narrows_silently(value))
        put_cast(b, width, value);
    else
        put_expr(b, value);
}

static void put_store(body *b, const stmt *s) {
    out_indent(b->o);
    begin_store(b, s);
    const expr *value = s->args[1];
    unsigned width = access_width(s->op);
    bool is_narrow = width < 4 || s->op == OP_I64_STORE32;
    if (opcode_table[s->op].immediates == IMM_MEMARG_LANE)
        put_lane(b, s);
    else if (is_narrow)
        put_narrowed(b, width, value);
    else
        put_expr(b, value);
    end_store(b, s);
}

static void put_hold(body *b, const stmt *s) {
    out_indent(b->o);
    put_owned_target(b, "wasmelt_hold", s->result);
    put_expr(b, s->args[0]);
    strbuf_put(text(b), ')');
    end_line(b);
}

static void put_held_param(body *b, uint32_t param) {
    bool is_read = b->f->vars.data[param].reads > 0;
    if (b->f->vars.data[param].received && !is_read && !b->tail)
        return;
    out_indent(b->o);
    if (b->f->vars.data[param].received) {
        if (is_read) {
            put_var(b, param);
            strbuf_puts(text(b), " = ");
        }
        strbuf_puts(text(b), b->tail ? "exn_receive(self->base.heap, " : "exn_adopt(self->base.heap, ");
        put_var(b, param);
        strbuf_puts(text(b), ");\n");
        return;
    }
    put_owned_target(b, b->tail ? "exn_result" : "wasmelt_hold", param);
    put_var_name(b, param);
    strbuf_puts(text(b), ");\n");
}

/* Prints what HOLD_PARAMS does. A counted parameter, which nobody releases, becomes a member of `own`. A second entry takes over the
 * references that its caller, which has returned, has counted in the buffer. */
static void put_hold_params(body *b) {
    for (uint32_t k = 0; k < b->f->type->param_count; k++)
        if (b->f->vars.data[k].owned || b->f->vars.data[k].received)
            put_held_param(b, k);
    if (b->tail)
        out_text(b->o, "tail->exception_count = 0;");
}

static void put_catch(body *b, const stmt *s) {
    out_indent(b->o);
    if (b->f->vars.data[s->result].received) {
        put_target_or_nothing(b, s, s->result);
        strbuf_puts(text(b), "exn_receive(self->base.heap, take_pending());\n");
        return;
    }
    strbuf_puts(text(b), "wasmelt_catch(OWN, &");
    put_var(b, s->result);
    strbuf_puts(text(b), ");\n");
}

static void put_global_set(body *b, const stmt *s) {
    const translate_options *o = b->g->options;
    bool holds = s->kind == STMT_GLOBAL_HOLD, is_ordered = !holds && o->strict_loads && o->bounds != BOUNDS_EXPLICIT;
    out_indent(b->o);
    if (holds)
        strbuf_puts(text(b), "wasmelt_store_exception(&");
    if (is_ordered)
        strbuf_printf(text(b), "ORDERED(%s, ", c_type(b->g->m, b->g->m->globals[s->index].type));
    put_global(b, s->index);
    strbuf_puts(text(b), holds ? ", " : is_ordered ? ") = " : " = ");
    put_expr(b, s->args[0]);
    if (holds)
        strbuf_put(text(b), ')');
    end_line(b);
}

static void put_throw(body *b, const stmt *s) {
    const module *m = b->g->m;
    const type_def *t = &m->types[m->tags[s->index].type];
    out_line(b->o, "wasmelt_throw_new(&self->base, self->tag%u);", (unsigned)s->index);
    put_slots(b, "wasmelt_pending->values", s, t->params, t->param_count);
}

static void put_seam(body *b, const stmt *s) {
    if (s->arg_count == 0) {
        out_text(b->o, "seam();");
        return;
    }
    out_indent(b->o);
    strbuf_printf(text(b), "seam_%s(", c_type(b->g->m, s->args[0]->type));
    put_expr(b, s->args[0]);
    strbuf_puts(text(b), ");\n");
}

static void put_fuel(body *b, const stmt *s) {
    out_indent(b->o);
    strbuf_puts(text(b), b->f->keeps_fuel ? "fuel = " : "");
    strbuf_puts(text(b), s->index ? "use_fuel(wasmelt_fuel, " : "use_fuel(fuel, ");
    if (s->arg_count == 0) {
        strbuf_printf(text(b), "%llu", (unsigned long long)s->value);
    } else {
        strbuf_puts(text(b), s->args[0]->type == WASMELT_I64 ? "(u64)" : "(u32)");
        put_operand(b, s->args[0], BINDING_CAST);
        if (s->value > 1)
            strbuf_printf(text(b), " / %llu", (unsigned long long)s->value);
    }
    strbuf_puts(text(b), ");\n");
}

static void put_statement(body *b, const stmt *s) {
    switch (s->kind) {
    case STMT_SET:
        put_set(b, s);
        break;
    case STMT_HOLD:
        put_hold(b, s);
        break;
    case STMT_HOLD_PARAMS:
        put_hold_params(b);
        break;
    case STMT_STORE:
        put_store(b, s);
        break;
    case STMT_GLOBAL_SET:
    case STMT_GLOBAL_HOLD:
        put_global_set(b, s);
        break;
    case STMT_CALL:
    case STMT_CALL_INDIRECT:
        put_call(b, s);
        break;
    case STMT_TAIL_CALL:
    case STMT_TAIL_CALL_INDIRECT:
        put_tail_call(b, s);
        break;
    case STMT_OP:
        put_operation(b, s);
        break;
    case STMT_TRAP:
        out_text(b->o, "wasmelt_trap_unreachable();");
        break;
    case STMT_KEEP_FRAME:
        out_text(b->o, "keep_frame();");
        break;
    case STMT_SEAM:
        put_seam(b, s);
        break;
    case STMT_FUEL:
        put_fuel(b, s);
        break;
    case STMT_STACK_MAY_END:
        out_text(b->o, "stack_may_end();");
        break;
    case STMT_PRETEND_RETURN:
        put_pretended_return(b);
        break;
    case STMT_RETURN:
        put_return(b, s);
        break;
    case STMT_THROW:
        put_throw(b, s);
        break;
    case STMT_THROW_REF:
        out_indent(b->o);
        strbuf_puts(text(b), s->value && !b->g->m->uses_heap ? "throw_again(&" : "wasmelt_throw_ref(");
        put_expr(b, s->args[0]);
        strbuf_puts(text(b), ");\n");
        break;
    case STMT_CATCH:
        put_catch(b, s);
        break;
    case STMT_UNWIND:
        put_unwind(b);
        break;
    default:
        break;
    }
}

/* ---- Nesting ---- */

/* Prints a condition with the module's branch hint or, if there is none, with our guess. */
static void put_hinted(body *b, const node *n, bool negated) {
    bool is_hinted = n->condition->hint != HINT_NONE, is_usual = (n->condition->hint == HINT_LIKELY) != negated;
    const char *macro = is_hinted ? is_usual ? "likely(" : "unlikely(" : n->expected && !negated ? "unlikely(" : NULL;
    if (macro)
        strbuf_puts(text(b), macro);
    put_condition(b, n->condition, negated);
    if (macro)
        strbuf_put(text(b), ')');
}

static void put_test(body *b, const node *n) {
    static const char *const compared[] = {
        [TEST_EXIT] = "br == ",
        [TEST_NOT_EXIT] = "br != ",
        [TEST_ABOVE_EXIT] = "br > ",
        [TEST_UPTO_EXIT] = "br <= ",
    };
    if (n->test == TEST_EXPR || n->test == TEST_NOT_EXPR) {
        put_hinted(b, n, n->test == TEST_NOT_EXPR);
    } else if (n->test == TEST_ANY_EXIT || n->test == TEST_NO_EXIT) {
        strbuf_puts(text(b), n->test == TEST_ANY_EXIT ? "br" : "!br");
    } else {
        strbuf_puts(text(b), compared[n->test]);
        strbuf_unsigned(text(b), n->exit);
    }
}

/* The if that is alone in an else, and so continues a chain of else if; or null. */
static const node *only_if(const node_list *list) {
    return list->first && list->first == list->last && list->first->kind == NODE_IF ? list->first : NULL;
}

static void put_arm(body *b, const node_list *list) {
    strbuf_puts(text(b), "{\n");
    b->o->depth++;
    put_node_list(b, list);
    b->o->depth--;
    out_indent(b->o);
    strbuf_put(text(b), '}');
}

/* Prints the body of an if on the line of its condition: one statement, or an exit that is set and the jump that takes it. */
static void put_on_line(body *b, const node_list *list) {
    bool is_exit = list->first->kind == NODE_SET_EXIT;
    unsigned depth = b->o->depth;
    b->o->depth = 0;
    strbuf_puts(text(b), is_exit ? "{ " : "");
    put_node_list(b, list);
    b->o->depth = depth;
    if (!is_exit)
        return;
    text(b)->count--; /* remove the end of the line */
    strbuf_puts(text(b), " }\n");
}

static void put_if(body *b, const node *n) {
    out_indent(b->o);
    for (bool is_else = false;; is_else = true) {
        strbuf_puts(text(b), "if (");
        put_test(b, n);
        strbuf_puts(text(b), ") ");
        if (n->on_line && !is_else && !b->o->marks) { /* marks count lines */
            put_on_line(b, &n->body);
            return;
        }
        put_arm(b, &n->body);
        if (!n->otherwise.first)
            break;
        strbuf_puts(text(b), " else ");
        const node *next = only_if(&n->otherwise);
        if (!next) {
            put_arm(b, &n->otherwise);
            break;
        }
        n = next;
    }
    strbuf_put(text(b), '\n');
}

static void put_case_labels(body *b, const switch_case *c) {
    strbuf *s = text(b);
    out_indent(b->o);
    for (uint32_t i = 0; i < c->value_count; i++) {
        if (i > 0 && i % 8 == 0) {
            strbuf_put(s, '\n');
            out_indent(b->o);
        } else if (i > 0) {
            strbuf_put(s, ' ');
        }
        strbuf_puts(s, "case ");
        strbuf_unsigned(s, c->values[i]);
        strbuf_put(s, ':');
    }
    if (c->is_default)
        strbuf_puts(s, c->value_count > 0 ? " default:" : "default:");
}

/* Prints the label of a case of a switch that has a case table. */
static void put_case_number(body *b, const switch_case *c, uint32_t number) {
    out_indent(b->o);
    if (c->is_default)
        strbuf_puts(text(b), "default:");
    else
        strbuf_printf(text(b), "case %u:", (unsigned)number);
}

/* Whether the case has labels. One without labels is only entered by falling through from the case before. */
static bool has_labels(const switch_case *c) {
    return c->value_count > 0 || c->is_default;
}

/* Whether the list itself contains a declaration: C does not allow one after a label. */
static bool has_declaration(const body *b, const node_list *list) {
    for (const node *n = list->first; n; n = n->next) {
        bool declares_variable = n->kind == NODE_STMT && !n->is_operand && n->stmt->result != NO_VAR;
        if (has_case_table(n) || (declares_variable && (n->stmt->result_count > 1 || declares(b, n->stmt))))
            return true;
    }
    return false;
}

/* Prints the comment on a jump that goes out of sight, or on the place to which it goes. */
static void put_construct_comment(body *b, const node *n) {
    const char *what = n->kind == NODE_LOOP ? "loop" : n->kind == NODE_SWITCH ? "switch" : "block";
    strbuf_printf(text(b), " /* %s %u */", what, (unsigned)n->number);
}

static void put_end(body *b, const node *n) {
    out_indent(b->o);
    strbuf_put(text(b), '}');
    if (n->is_goal)
        put_construct_comment(b, n);
    else if (n->kind == NODE_BLOCK && n->is_long)
        strbuf_puts(text(b), " /* BLOCK */");
    strbuf_put(text(b), '\n');
}

static void put_switch(body *b, const node *n) {
    bool is_looked_up = has_case_table(n);
    if (is_looked_up)
        put_case_table(b, n);
    out_indent(b->o);
    strbuf_puts(text(b), "switch (");
    bool is_comparison = n->test != TEST_EXIT && !is_looked_up && expr_is_bool(n->condition); /* compilers expect an if for a comparison */
    strbuf_puts(text(b), is_comparison ? "(u32)(" : "");
    if (n->test == TEST_EXIT)
        strbuf_puts(text(b), "br");
    else if (is_looked_up)
        put_case_look_up(b, n);
    else
        put_expr(b, n->condition);
    strbuf_puts(text(b), is_comparison ? ")) {\n" : ") {\n");
    bool has_any = false;
    for (uint32_t k = 0; k < n->case_count; k++) {
        const switch_case *c = &n->cases[k];
        if (!has_labels(c) && (!c->body.first || !has_any))
            continue;
        has_any = true;
        bool braces = has_declaration(b, &c->body);
        if (has_labels(c)) {
            if (is_looked_up)
                put_case_number(b, c, k + 1);
            else
                put_case_labels(b, c);
            strbuf_puts(text(b), braces ? " {\n" : "\n");
        } else if (braces) {
            out_text(b->o, "{");
        }
        b->o->depth++;
        if (c->clears_exit)
            out_text(b->o, "br = 0;");
        put_node_list(b, &c->body);
        if (c->falls && k + 1 < n->case_count && has_labels(&n->cases[k + 1]))
            out_text(b->o, b->g->options->c == C_GNU ? "__attribute__((fallthrough));" : "/* fall through */");
        b->o->depth--;
        if (braces)
            out_text(b->o, "}");
    }
    put_end(b, n);
}

/* Prints a construct that `break` leaves. The statements of a block stand at its own level. */
static void put_breakable(body *b, const node *n) {
    bool is_loop = n->kind == NODE_LOOP;
    out_indent(b->o);
    strbuf_puts(text(b), is_loop ? "for (;;) {" : "BLOCK {");
    if (is_loop && n->is_goal)
        put_construct_comment(b, n);
    strbuf_put(text(b), '\n');
    b->o->depth += is_loop;
    if (is_loop && b->looks)
        out_line(b->o, "stop_if_asked();");
    put_node_list(b, &n->body);
    b->o->depth -= is_loop;
    put_end(b, n);
}

static void put_jump(body *b, const node *n) {
    strbuf_puts(text(b), n->kind == NODE_BREAK ? "break;" : "continue;");
    if (n->goal)
        put_construct_comment(b, n->goal);
    strbuf_put(text(b), '\n');
}

static bool is_jump(const node *n) {
    return n->kind == NODE_BREAK || n->kind == NODE_CONTINUE;
}

/* Prints an exit and, on the same line, the jump that takes it. */
static void put_exit(body *b, const node *n) {
    out_indent(b->o);
    strbuf_puts(text(b), "br = ");
    strbuf_unsigned(text(b), n->exit);
    strbuf_put(text(b), ';');
    if (n->ends)
        strbuf_printf(text(b), " /* %u */", (unsigned)n->ends);
    if (n->next && is_jump(n->next)) {
        strbuf_put(text(b), ' ');
        put_jump(b, n->next);
    } else {
        strbuf_put(text(b), '\n');
    }
}

/* Whether the jump is printed on the line of the exit that it takes. */
static bool is_printed_with(const node *last, const node *n) {
    return last && last->kind == NODE_SET_EXIT && last->next == n;
}

/* `last`: the node before it in its list, or null. */
static void put_node(body *b, const node *n, const node *last) {
    switch (n->kind) {
    case NODE_STMT:
        if (n->is_operand)
            put_before_operand_call(b, n->stmt);
        else
            put_statement(b, n->stmt);
        break;
    case NODE_IF:
        put_if(b, n);
        break;
    case NODE_LOOP:
    case NODE_BLOCK:
        put_breakable(b, n);
        break;
    case NODE_SWITCH:
        put_switch(b, n);
        break;
    case NODE_BREAK:
    case NODE_CONTINUE:
        if (is_printed_with(last, n))
            break;
        out_indent(b->o);
        put_jump(b, n);
        break;
    case NODE_SET_EXIT:
        put_exit(b, n);
        break;
    case NODE_EVAL:
        out_indent(b->o);
        strbuf_puts(text(b), "(void)");
        put_operand(b, n->condition, BINDING_CAST);
        strbuf_puts(text(b), ";\n");
        break;
    }
}

/* The offset in the module of the code that a node comes from; 0: that of the code before it. The offset of a return is that of the
 * function's end, so it is not used. */
static size_t node_offset(const node *n) {
    if (node_condition(n))
        return n->condition->offset;
    if (n->kind != NODE_STMT)
        return 0;
    return n->stmt->kind == STMT_RETURN && n->stmt->arg_count > 0 ? n->stmt->args[0]->offset : n->stmt->offset;
}

void put_node_list(body *b, const node_list *list) {
    const node *last = NULL;
    for (const node *n = list->first; n; last = n, n = n->next) {
        if (b->o->marks)
            marks_at(b->o, node_offset(n));
        put_node(b, n, last);
    }
}
