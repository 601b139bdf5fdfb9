/* Instruction sequences: function bodies and constant expressions. An instruction whose row in opcodes.def has a signature is
 * checked here against it; the others by the code of their family. */
#include <string.h>

#include "../runtime/facts/address_space.h"
#include "validate/validator.h"
#include "wasm/representation.h"

/* The most locals that a function may have: the limit common to engines (JavaScript API, implementation limits). */
#define MAX_LOCALS 50000u

static bool check_memarg(validator *v, const instr *i) {
    if (!check_memory(v, i->index))
        return false;
    unsigned natural = opcode_access_log2(i->op);
    if (i->align_log2 > natural)
        return report_invalid(v, "alignment must not be larger than natural");
    if (opcode_table[i->op].feature == FEATURE_THREADS && i->align_log2 != natural)
        return report_invalid(v, "atomic alignment must be natural");
    if (!v->m->memories[i->index].type.is64 && i->value > UINT32_MAX)
        return report_invalid(v, "offset out of range");
    return true;
}

static unsigned lane_count(opcode op) {
    const c_form *c = &opcode_table[op].c;
    return c->kind == FORM_LANE ? c->number : 16u / c->number;
}

static bool check_lanes(validator *v, const instr *i) {
    if (opcode_table[i->op].immediates != IMM_SHUFFLE)
        return i->lane < lane_count(i->op) || report_invalid(v, "invalid lane index %u", i->lane);
    for (unsigned k = 0; k < 16; k++)
        if (i->bytes[k] >= 32)
            return report_invalid(v, "invalid lane index %u", i->bytes[k]);
    return true;
}

/* Pops the operands and pushes the results of the signature. `address` is the type that "p" in it stands for. */
static inline bool apply_signature(validator *v, const opcode_facts *facts, wasmelt_valtype address) {
    for (unsigned k = facts->operands; k-- > 0;)
        if (!operand_pop(v, facts->types[k] ? facts->types[k] : address))
            return false;
    for (unsigned k = 0; k < facts->results; k++)
        operand_push(v, facts->types[facts->operands + k]);
    return true;
}

/* More bytes than any access has. */
#define WIDEST_ACCESS 16

static bool validate_access(validator *v, const instr *i, const opcode_facts *facts) {
    if (!check_memarg(v, i))
        return false;
    const wasmelt_memory_type *type = &v->m->memories[i->index].type;
    v->notes.accesses++;
    v->notes.checked += !memory_has_guard(type) || i->value > WASMELT_GUARD_BYTES - WIDEST_ACCESS;
    return apply_signature(v, facts, address_type(type->is64));
}

/* Section 3.4.14: constant expressions. */
static bool check_constant(validator *v, const instr *i) {
    if (!opcode_table[i->op].is_constant)
        return report_invalid(v, "constant expression required");
    if (i->op != OP_GLOBAL_GET)
        return true;
    return check_global(v, i->index) && (!v->m->globals[i->index].is_mutable || report_invalid(v, "constant expression required"));
}

/* Longest code, in bytes, from the reading of a local to where it is set to a sum with what was read. */
#define LONGEST_STEP 12

/* Whether the instruction sets a local to a sum of its value and something else. */
static bool is_step(const validator *v, const instr *i) {
    opcode previous = v->previous;
    if (previous != OP_I32_ADD && previous != OP_I32_SUB && previous != OP_I64_ADD && previous != OP_I64_SUB)
        return false;
    return v->read_at > 0 && i->offset - v->read_at <= LONGEST_STEP && (v->read_local == i->index || v->read_before == i->index);
}

/* Notes what the instruction, which sets a local, does in a loop. */
static inline void note_set(validator *v, const instr *i) {
    if (v->loop_depth == 0)
        return;
    bool is_move = v->unset_reads > 0 && (v->previous == OP_LOCAL_GET || v->previous == OP_LOCAL_SET);
    v->notes.moves += is_move;
    v->unset_reads = is_move ? v->unset_reads - 1 : 0;
    v->notes.steps += is_step(v, i);
}

static inline bool validate_local(validator *v, const instr *i) {
    wasmelt_valtype type;
    if (i->op != OP_LOCAL_GET)
        note_set(v, i);
    if (!check_local(v, i->index, &type) || (i->op != OP_LOCAL_GET && !operand_pop(v, type)))
        return false;
    if (!valtype_is_defaultable(type) && !use_valueless_local(v, i))
        return false;
    if (i->op != OP_LOCAL_SET) {
        operand_push(v, type);
        v->unset_reads = v->previous == OP_LOCAL_GET ? v->unset_reads + 1 : 1;
        v->read_before = v->read_local;
        v->read_local = i->index;
        v->read_at = i->offset;
    }
    return true;
}

static inline bool validate_instr(validator *v, const instr *i, const opcode_facts *facts) {
    switch ((typing)facts->typing) {
    case TYPING_SIGNATURE:
        return apply_signature(v, facts, 0);
    case TYPING_ACCESS:
        return validate_access(v, i, facts);
    case TYPING_LANES:
        if (!check_lanes(v, i))
            return false;
        return opcode_table[i->op].immediates == IMM_MEMARG_LANE ? validate_access(v, i, facts) : apply_signature(v, facts, 0);
    case TYPING_LOCAL:
        return validate_local(v, i);
    case TYPING_VARIABLE:
        return validate_variable(v, i);
    case TYPING_REFERENCE:
        return validate_reference(v, i);
    case TYPING_CONTROL:
        return validate_control(v, i);
    case TYPING_STORAGE:
        return validate_storage(v, i) && note_instr(v, i);
    default:
        return validate_aggregate(v, i);
    }
}

/* Counts what takes C compilers time. A shift by a constant costs nothing. */
static void count_cost(validator *v, opcode op) {
    v->notes.branches += opcode_facts_table[op].branches;
    v->shifts += opcode_operation(op) == OPERATION_SHIFT && v->previous != OP_I32_CONST && v->previous != OP_I64_CONST;
}

bool validate_code(validator *v, types results) {
    vec_clear(&v->operands);
    vec_clear(&v->controls);
    v->carried = 0;
    v->loop_depth = 0;
    vec_clear(&v->set_inside);
    v->results = results;
    push_control(v, OP_BLOCK, no_types(), results);
    v->previous = OP_NOP;
    while (v->controls.count > 0) {
        instr i;
        if (!instr_read(&v->c, v->m, &i))
            return false;
        const opcode_facts *facts = &opcode_facts_table[i.op];
        v->offset = i.offset;
        v->features |= facts->feature_bit;
        if (facts->is_costly)
            count_cost(v, i.op);
        if (v->constant && !check_constant(v, &i))
            return false;
        if (!validate_instr(v, &i, facts))
            return false;
        v->previous = i.op;
    }
    if (!cursor_done(&v->c)) {
        v->offset = cursor_offset(&v->c);
        return report_invalid(v, "unexpected code after the final end");
    }
    return true;
}

static void set_cursor(validator *v, span code, size_t offset) {
    v->c = (cursor){.at = code.bytes, .end = code.bytes + code.length, .file = code.bytes - offset, .diag = v->d};
    v->offset = offset;
}

static void clear_locals(validator *v) {
    vec_clear(&v->locals);
    v->first_count = 0;
}

bool validate_const(validator *v, const const_expr *e, wasmelt_valtype type, uint32_t global_limit) {
    set_cursor(v, e->code, e->offset);
    v->constant = true;
    v->global_limit = global_limit;
    clear_locals(v);
    bool ok = validate_code(v, one_type(type));
    v->constant = false;
    return ok;
}

static void add_locals(validator *v, uint32_t count, wasmelt_valtype type) {
    uint32_t before = v->locals.count ? vec_last(&v->locals).end : 0;
    if (count > 0)
        *vec_push(&v->locals) = (local_run){.end = before + count, .type = type};
    for (; count > 0 && v->first_count < FIRST_LOCALS; count--)
        v->first_types[v->first_count++] = type;
}

void note_type(validator *v, wasmelt_valtype type) {
    wasmelt_valtype kind = representation_of(v->m, type)->type;
    v->features |= (uint32_t)(kind == WASMELT_V128) << FEATURE_SIMD | (uint32_t)(kind == WASMELT_EXNREF) << FEATURE_EXCEPTIONS;
}

static bool read_locals(validator *v) {
    uint32_t runs;
    if (!cursor_u32(&v->c, &runs))
        return false;
    uint64_t total = 0;
    for (uint32_t k = 0; k < runs; k++) {
        uint32_t count;
        wasmelt_valtype type;
        v->offset = cursor_offset(&v->c);
        if (!cursor_u32(&v->c, &count) || !cursor_valtype(&v->c, v->m, &type))
            return false;
        total += count;
        if (total > MAX_LOCALS)
            return report_invalid(v, "too many locals");
        add_locals(v, count, type);
        note_type(v, type);
    }
    v->notes.local_count = (uint32_t)total;
    return true;
}

bool validate_body(validator *v, uint32_t func_index) {
    const func *f = &v->m->funcs[func_index];
    const type_def *type = &v->m->types[f->type];
    v->d->func = func_index;
    v->notes = (body_notes){0};
    vec_clear(&v->tries);
    v->escapes = false;
    set_cursor(v, f->body, f->offset);
    v->body_number++;
    clear_locals(v);
    for (uint32_t k = 0; k < type->param_count; k++)
        add_locals(v, 1, type->params[k]);
    v->param_count = type->param_count;
    v->straight_from = f->offset;
    v->members = v->shifts = 0;
    v->read_at = 0;
    v->read_local = NO_INDEX;
    memset(v->tested, 0, sizeof v->tested);
    if (!read_locals(v) || !validate_code(v, result_types(type)))
        return false;
    note_branch(v, f->offset + f->body.length);
    v->d->func = DIAG_NO_FUNC;
    return true;
}
