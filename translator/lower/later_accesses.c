#include "lower/later_accesses.h"

#include <string.h>

static bool reads_variable(const expr *e, uint32_t variable) {
    if (e->kind == EXPR_VAR)
        return e->index == variable;
    for (int k = 0; k < 3 && e->args[k]; k++)
        if (reads_variable(e->args[k], variable))
            return true;
    return false;
}

static uint64_t end_of(uint16_t op, uint64_t offset) {
    return offset + opcode_access_bytes((opcode)op);
}

/* ---- Loads ---- */

/* Whether the first traps wherever the second does, if both are performed with the same variables. */
static bool traps_like(const expr *first, const expr *second) {
    return first->index == second->index && end_of(first->op, first->value) >= end_of(second->op, second->value) &&
           expr_same(first->args[0], second->args[0]);
}

bool later_loads_stand_for(const later_loads *later, const expr *load) {
    for (uint32_t k = 0; k < later->count; k++)
        if (later->of[k].segment == later->segment && traps_like(later->of[k].load, load))
            return true;
    return false;
}

void later_loads_note(later_loads *later, expr *load, bool is_marked, bool marks) {
    uint32_t kept = 0;
    for (uint32_t k = 0; k < later->count; k++) {
        const later_load *l = &later->of[k];
        if (!traps_like(load, l->load))
            later->of[kept++] = *l;
        else if (l->is_marked && marks && l->branches == later->branches) /* else a branch may depend on its being performed */
            l->load->forced = false;
    }
    if (kept == MOST_COMPARED) /* the farthest is forgotten */
        memmove(later->of, later->of + 1, --kept * sizeof *later->of);
    later->of[kept++] = (later_load){load, later->segment, later->branches, is_marked};
    later->count = kept;
}

/* ---- Stores ---- */

/* Whether the later store writes all bytes that this one does. */
static bool is_covered(const stmt *s, const stmt *later) {
    return s->index == later->index && later->value <= s->value && end_of(s->op, s->value) <= end_of(later->op, later->value) &&
           expr_same(s->args[0], later->args[0]);
}

bool later_stores_cover(const later_stores *later, const stmt *s) {
    for (uint32_t k = 0; k < later->count; k++)
        if (is_covered(s, later->of[k].s))
            return true;
    return false;
}

static bool is_same_place(const expr *load, const stmt *store) {
    return load->index == store->index && load->value == store->value && expr_same(load->args[0], store->args[0]);
}

/* What the tree is, apart from conversions of integers and masks, which may leave the bits that a store writes as they are. */
static const expr *unconverted(const expr *e) {
    while (e->kind == EXPR_OP && e->args[0] &&
           (!e->args[1] || (opcode_operation(e->op) == OPERATION_AND && e->args[1]->kind == EXPR_CONST)))
        e = e->args[0];
    return e;
}

/* Whether the tree is what the place holds that the store writes. */
static bool loads_from(const expr *e, const stmt *store) {
    e = unconverted(e);
    return e->kind == EXPR_LOAD && is_same_place(e, store);
}

bool later_stores_put_back(const later_stores *later, uint32_t variable, const expr *e) {
    for (uint32_t k = 0; k < later->count; k++)
        if (later->of[k].variable == variable && loads_from(e, later->of[k].s))
            return true;
    return false;
}

bool store_puts_back(const stmt *s) {
    return loads_from(s->args[1], s);
}

void later_stores_note(later_stores *later, const stmt *s) {
    const expr *value = unconverted(s->args[1]);
    if (later->count == MOST_COMPARED)
        memmove(later->of, later->of + 1, --later->count * sizeof *later->of);
    later->of[later->count].s = s;
    later->of[later->count++].variable = value->kind == EXPR_VAR ? value->index : NO_VAR;
}

void later_stores_join(later_stores *to, const later_stores *other) {
    for (uint32_t k = 0; k < other->count && to->count < MOST_COMPARED; k++) {
        bool is_there = false;
        for (uint32_t i = 0; i < to->count; i++)
            is_there |= to->of[i].s == other->of[k].s;
        if (!is_there)
            to->of[to->count++] = other->of[k];
    }
}

/* ---- Both ---- */

void later_accesses_forget(later_loads *loads, later_stores *stores, uint32_t variable) {
    uint32_t kept = 0;
    for (uint32_t k = 0; k < loads->count; k++)
        if (!reads_variable(loads->of[k].load->args[0], variable))
            loads->of[kept++] = loads->of[k];
    loads->count = kept;
    kept = 0;
    for (uint32_t k = 0; k < stores->count; k++)
        if (!reads_variable(stores->of[k].s->args[0], variable)) {
            stores->of[kept] = stores->of[k];
            if (stores->of[kept].variable == variable)
                stores->of[kept].variable = NO_VAR;
            kept++;
        }
    stores->count = kept;
}
