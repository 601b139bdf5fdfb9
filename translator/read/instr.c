/* Decodes one instruction: its opcode, then the immediates that its row in opcodes.def lists. */
#include "read/instr.h"

#include <string.h>

#include "read/later.h"
#include "read/types.h"

#define OUT_OF_LINE __attribute__((noinline))

static OUT_OF_LINE bool read_block_type(cursor *c, const module *m, block_type *b) {
    uint8_t first = cursor_done(c) ? 0 : *c->at;
    if (first == 0x40) {
        c->at++;
        b->kind = BLOCK_EMPTY;
        return true;
    }
    if ((first & 0xC0) == 0x40) {
        b->kind = BLOCK_VALUE;
        return cursor_valtype(c, m, &b->value);
    }
    size_t offset = cursor_offset(c);
    int64_t index;
    if (!cursor_s33(c, &index))
        return false;
    if (index < 0 || (uint64_t)index >= m->type_count)
        return diag_fail(c->diag, offset, "unknown type %lld", (long long)index);
    b->kind = BLOCK_TYPE;
    b->type = m->types[index].canonical;
    return m->types[index].kind == TYPE_FUNC || diag_fail(c->diag, offset, "type mismatch: block type is no function type");
}

static OUT_OF_LINE bool read_memarg(cursor *c, instr *i) {
    size_t offset = cursor_offset(c);
    if (!cursor_u32(c, &i->index))
        return false;
    uint32_t flags = i->index;
    if (flags >= 128)
        return diag_fail(c->diag, offset, "malformed memop flags");
    i->align_log2 = (uint8_t)(flags & 63);
    bool is_atomic = opcode_table[i->op].feature == FEATURE_THREADS;
    if (i->align_log2 > 4 && !later_check(is_atomic ? LATER_ATOMIC_ACCESS : LATER_ACCESS, i->align_log2, offset, c->diag))
        return false;
    i->index = 0;
    if ((flags & 64) && !cursor_u32(c, &i->index))
        return false;
    return cursor_u64(c, &i->value);
}

/* Reads a bit pattern of `bytes` bytes, little-endian. */
static bool read_bits(cursor *c, unsigned bytes, uint64_t *value) {
    span s;
    if (!cursor_bytes(c, bytes, &s))
        return false;
    *value = 0;
    for (unsigned k = 0; k < bytes; k++)
        *value |= (uint64_t)s.bytes[k] << (8 * k);
    return true;
}

static bool read_16_bytes(cursor *c, uint8_t *bytes) {
    span s;
    if (!cursor_bytes(c, 16, &s))
        return false;
    memcpy(bytes, s.bytes, 16);
    return true;
}

static bool read_labels(cursor *c, instr *i) {
    if (!cursor_u32(c, &i->count))
        return false;
    if (i->count > (size_t)(c->end - c->at))
        return diag_fail(c->diag, cursor_offset(c), "unexpected end");
    i->list = *c;
    for (uint32_t k = 0; k <= i->count; k++)
        if (!cursor_u32(c, &i->index))
            return false;
    return true;
}

static bool read_catch(cursor *c, catch_clause *clause) {
    size_t offset = cursor_offset(c);
    if (!cursor_byte(c, &clause->kind))
        return false;
    if (clause->kind > 3)
        return diag_fail(c->diag, offset, "malformed catch clause");
    clause->tag = 0;
    return (clause->kind > 1 || cursor_u32(c, &clause->tag)) && cursor_u32(c, &clause->label);
}

static bool read_try_table(cursor *c, const module *m, instr *i) {
    if (!read_block_type(c, m, &i->block) || !cursor_u32(c, &i->count))
        return false;
    i->list = *c;
    for (uint32_t k = 0; k < i->count; k++) {
        catch_clause clause;
        if (!read_catch(c, &clause))
            return false;
    }
    return true;
}

static bool read_select_types(cursor *c, const module *m, instr *i) {
    if (!cursor_u32(c, &i->count))
        return false;
    for (uint32_t k = 0; k < i->count; k++) {
        wasmelt_valtype t;
        if (!cursor_valtype(c, m, &t))
            return false;
        if (k == 0)
            i->type = t;
    }
    return true;
}

static bool read_heap_operand(cursor *c, const module *m, instr *i) {
    uint32_t heap;
    if (!cursor_heap_type(c, m, &heap))
        return false;
    bool non_null = i->op == OP_REF_TEST || i->op == OP_REF_CAST;
    i->type = non_null ? WASMELT_REF(heap) : WASMELT_REF_NULL(heap);
    return true;
}

static bool read_cast_branch(cursor *c, const module *m, instr *i) {
    size_t offset = cursor_offset(c);
    uint8_t flags;
    uint32_t source, goal;
    if (!cursor_byte(c, &flags))
        return false;
    if (flags > 3)
        return diag_fail(c->diag, offset, "malformed br_on_cast flags");
    if (!cursor_u32(c, &i->index) || !cursor_heap_type(c, m, &source) || !cursor_heap_type(c, m, &goal))
        return false;
    i->type = flags & 1 ? WASMELT_REF_NULL(source) : WASMELT_REF(source);
    i->type2 = flags & 2 ? WASMELT_REF_NULL(goal) : WASMELT_REF(goal);
    return true;
}

static bool read_fence(cursor *c) {
    size_t offset = cursor_offset(c);
    uint8_t zero;
    if (!cursor_byte(c, &zero))
        return false;
    return zero == 0 || diag_fail(c->diag, offset, "zero byte expected");
}

static OUT_OF_LINE bool read_i32(cursor *c, instr *i) {
    int32_t value;
    if (!cursor_s32(c, &value))
        return false;
    i->value = (uint32_t)value;
    return true;
}

static bool read_i64(cursor *c, instr *i) {
    int64_t value;
    if (!cursor_s64(c, &value))
        return false;
    i->value = (uint64_t)value;
    return true;
}

/* Reads immediates of the rarer kinds. A function of its own, not inlined, so that the common case, one index, need not save registers. */
static OUT_OF_LINE bool read_other_immediates(cursor *c, const module *m, instr *i) {
    switch (opcode_table[i->op].immediates) {
    case IMM_I64:
        return read_i64(c, i);
    case IMM_TABLE_TABLE:
    case IMM_ELEM_TABLE:
    case IMM_MEMORY_MEMORY:
    case IMM_DATA_MEMORY:
        return cursor_u32(c, &i->index) && cursor_u32(c, &i->index2);
    case IMM_LABELS:
        return read_labels(c, i);
    case IMM_TYPE:
        return cursor_type_index(c, m, &i->index);
    case IMM_TYPE_TABLE:
    case IMM_TYPE_FIELD:
    case IMM_TYPE_DATA:
    case IMM_TYPE_ELEM:
        return cursor_type_index(c, m, &i->index) && cursor_u32(c, &i->index2);
    case IMM_TYPE_COUNT:
        return cursor_type_index(c, m, &i->index) && cursor_u32(c, &i->count);
    case IMM_TYPE_TYPE:
        return cursor_type_index(c, m, &i->index) && cursor_type_index(c, m, &i->index2);
    case IMM_MEMARG_LANE:
        return read_memarg(c, i) && cursor_byte(c, &i->lane);
    case IMM_LANE:
        return cursor_byte(c, &i->lane);
    case IMM_SHUFFLE:
    case IMM_V128:
        return read_16_bytes(c, i->bytes);
    case IMM_F32:
        return read_bits(c, 4, &i->value);
    case IMM_F64:
        return read_bits(c, 8, &i->value);
    case IMM_HEAP:
        return read_heap_operand(c, m, i);
    case IMM_TYPES:
        return read_select_types(c, m, i);
    case IMM_TRY_TABLE:
        return read_try_table(c, m, i);
    case IMM_CAST_BR:
        return read_cast_branch(c, m, i);
    case IMM_ATOMIC_FENCE:
        return read_fence(c);
    default:
        return false;
    }
}

static bool read_immediates(cursor *c, const module *m, instr *i) {
    switch (opcode_table[i->op].immediates) {
    case IMM_NONE:
        return true;
    case IMM_LABEL:
    case IMM_FUNC:
    case IMM_LOCAL:
    case IMM_GLOBAL:
    case IMM_TABLE:
    case IMM_ELEM:
    case IMM_MEMORY:
    case IMM_DATA:
    case IMM_TAG:
        return cursor_u32(c, &i->index);
    case IMM_MEMARG:
        return read_memarg(c, i);
    case IMM_I32:
        return read_i32(c, i);
    case IMM_BLOCK:
        return read_block_type(c, m, &i->block);
    default:
        return read_other_immediates(c, m, i);
    }
}

/* Reads an instruction whose first byte is a prefix, or no opcode at all. */
static OUT_OF_LINE bool read_prefixed(cursor *c, const module *m, instr *i, uint8_t first) {
    uint32_t code;
    if (!opcode_is_prefix(first))
        return later_check(LATER_OPCODE, first, i->offset, c->diag) && diag_fail(c->diag, i->offset, "illegal opcode 0x%02x", first);
    if (!cursor_u32(c, &code))
        return false;
    if (!opcode_find(first, code, &i->op))
        return later_check(LATER_OPCODE_FB + (first - 0xFBu), code, i->offset, c->diag) &&
               diag_fail(c->diag, i->offset, "illegal opcode 0x%02x 0x%02x", first, (unsigned)code);
    return read_immediates(c, m, i);
}

bool instr_read_any(cursor *c, const module *m, instr *i) {
    i->offset = cursor_offset(c);
    if (cursor_done(c))
        return cursor_fail_end(c);
    uint8_t first = *c->at++;
    return opcode_find(0, first, &i->op) ? read_immediates(c, m, i) : read_prefixed(c, m, i, first);
}

uint32_t instr_next_label(cursor *list) {
    uint32_t label_index = 0;
    cursor_u32(list, &label_index);
    return label_index;
}

catch_clause instr_next_catch(cursor *list) {
    catch_clause clause = {0};
    read_catch(list, &clause);
    return clause;
}

bool const_expr_integer(const module *m, const const_expr *e, uint64_t *value) {
    diag none;
    instr i;
    if (!e->code.bytes)
        return false;
    diag_init(&none);
    cursor c = {e->code.bytes, e->code.bytes + e->code.length, m->input.bytes, &none};
    if (!instr_read(&c, m, &i) || (i.op != OP_I32_CONST && i.op != OP_I64_CONST))
        return false;
    *value = i.value;
    return instr_read(&c, m, &i) && i.op == OP_END;
}
