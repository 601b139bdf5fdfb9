/* Switches over many indices that share few cases. The time of C compilers grows with the square of the number of case labels, even at -O0:
 * GCC 12 takes 8 s for 100,000 of them. So the index of such a switch chooses its case from a constant array:
 *
 *     static const u16 case_of3[] = {1, 2, 2, 1, ...};
 *     switch (case_at(case_of3, 5000, p0)) {
 *     case 1: ...
 *
 * Case number 0 is the default: it is what indices have that are not in the array. */
#include "emit/case_table.h"

/* Compilers join the labels of consecutive indices. There have to be many such groups, and many for each case. */
#define FEW_GROUPS 2000
#define GROUPS_FOR_CASE 8
#define MOST_CASES UINT16_MAX

#define NUMBERS_ON_LINE 32

static uint32_t count_groups(const switch_case *c) {
    uint32_t count = c->value_count > 0;
    for (uint32_t k = 1; k < c->value_count; k++)
        count += c->values[k] != c->values[k - 1] + 1;
    return count;
}

bool has_case_table(const node *n) {
    uint64_t groups = 0;
    if (n->kind != NODE_SWITCH || n->test == TEST_EXIT || n->case_count > MOST_CASES)
        return false;
    for (uint32_t k = 0; k < n->case_count; k++)
        groups += n->cases[k].is_default ? 0 : count_groups(&n->cases[k]);
    return groups > FEW_GROUPS && groups / GROUPS_FOR_CASE > n->case_count;
}

/* The number of indices that the array has to have. */
static uint32_t table_length(const node *n) {
    uint32_t length = 0;
    for (uint32_t k = 0; k < n->case_count; k++) {
        const switch_case *c = &n->cases[k];
        if (!c->is_default && c->value_count > 0 && c->values[c->value_count - 1] >= length)
            length = c->values[c->value_count - 1] + 1;
    }
    return length;
}

void put_case_table(body *b, const node *n) {
    strbuf *s = &b->o->text;
    uint32_t length = table_length(n);
    uint16_t *numbers = arena_array(b->f->arena, length, sizeof *numbers);
    for (uint32_t k = 0; k < n->case_count; k++)
        for (uint32_t v = 0; !n->cases[k].is_default && v < n->cases[k].value_count; v++)
            numbers[n->cases[k].values[v]] = (uint16_t)(k + 1);
    out_indent(b->o);
    strbuf_printf(s, "static const u16 case_of%u[] = {", (unsigned)n->number);
    for (uint32_t k = 0; k < length; k++) {
        if (k % NUMBERS_ON_LINE == 0) {
            strbuf_put(s, '\n');
            out_indent(b->o);
        }
        strbuf_put(s, k % NUMBERS_ON_LINE == 0 ? '\t' : ' ');
        strbuf_unsigned(s, numbers[k]);
        strbuf_put(s, ',');
    }
    strbuf_puts(s, "\n");
    out_text(b->o, "};");
}

void put_case_look_up(body *b, const node *n) {
    strbuf_printf(&b->o->text, "case_at(case_of%u, %u, ", (unsigned)n->number, (unsigned)table_length(n));
    put_expr(b, n->condition);
    strbuf_put(&b->o->text, ')');
}
