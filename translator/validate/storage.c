/* Instructions on memories, tables and their segments (sections 3.4.7, 3.4.8 and 3.4.10). Loads and stores are checked by their
 * signatures in code.c. */
#include "validate/validator.h"

static wasmelt_valtype memory_address(const validator *v, uint32_t index) {
    return address_type(v->m->memories[index].type.is64);
}

static wasmelt_valtype table_address(const validator *v, uint32_t index) {
    return address_type(v->m->tables[index].is64);
}

/* The type of the length of a copy between a 32-bit and a 64-bit memory or table: the smaller of the two address types. */
static wasmelt_valtype smaller(wasmelt_valtype a, wasmelt_valtype b) {
    return a == WASMELT_I32 ? a : b;
}

static bool pop3(validator *v, wasmelt_valtype first, wasmelt_valtype second, wasmelt_valtype third) {
    return operand_pop(v, third) && operand_pop(v, second) && operand_pop(v, first);
}

static bool validate_memory(validator *v, const instr *i) {
    if (!check_memory(v, i->index))
        return false;
    wasmelt_valtype address = memory_address(v, i->index);
    switch (i->op) {
    case OP_MEMORY_FILL:
        return pop3(v, address, WASMELT_I32, address);
    case OP_MEMORY_COPY: {
        if (!check_memory(v, i->index2))
            return false;
        wasmelt_valtype source = memory_address(v, i->index2);
        return pop3(v, address, source, smaller(address, source));
    }
    case OP_MEMORY_GROW:
        if (!operand_pop(v, address))
            return false;
        break;
    default: /* memory.size */
        break;
    }
    operand_push(v, address);
    return true;
}

static bool validate_table_copy(validator *v, const instr *i) {
    if (!check_table(v, i->index2))
        return false;
    wasmelt_valtype to = table_address(v, i->index), from = table_address(v, i->index2);
    if (!valtype_matches(v->m, v->m->tables[i->index2].element, v->m->tables[i->index].element))
        return report_invalid(v, "type mismatch: the tables' element types differ");
    return pop3(v, to, from, smaller(to, from));
}

static bool validate_table_instr(validator *v, const instr *i) {
    if (!check_table(v, i->index))
        return false;
    wasmelt_valtype address = table_address(v, i->index), element = v->m->tables[i->index].element;
    switch (i->op) {
    case OP_TABLE_GET:
        if (!operand_pop(v, address))
            return false;
        operand_push(v, element);
        return true;
    case OP_TABLE_SET:
        return operand_pop(v, element) && operand_pop(v, address);
    case OP_TABLE_FILL:
        return pop3(v, address, element, address);
    case OP_TABLE_COPY:
        return validate_table_copy(v, i);
    case OP_TABLE_GROW:
        if (!operand_pop(v, address) || !operand_pop(v, element))
            return false;
        break;
    default: /* table.size */
        break;
    }
    operand_push(v, address);
    return true;
}

static bool validate_table_init(validator *v, const instr *i) {
    if (!check_table(v, i->index2) || !check_elem(v, i->index))
        return false;
    if (!valtype_matches(v->m, v->m->elems[i->index].type, v->m->tables[i->index2].element))
        return report_invalid(v, "type mismatch: the segment's type is not the table's");
    return pop3(v, table_address(v, i->index2), WASMELT_I32, WASMELT_I32);
}

static bool validate_memory_init(validator *v, const instr *i) {
    return check_memory(v, i->index2) && check_data(v, i->index) && pop3(v, memory_address(v, i->index2), WASMELT_I32, WASMELT_I32);
}

bool validate_storage(validator *v, const instr *i) {
    switch (i->op) {
    case OP_MEMORY_INIT:
        return validate_memory_init(v, i);
    case OP_DATA_DROP:
        return check_data(v, i->index);
    case OP_TABLE_INIT:
        return validate_table_init(v, i);
    case OP_ELEM_DROP:
        return check_elem(v, i->index);
    case OP_MEMORY_SIZE:
    case OP_MEMORY_GROW:
    case OP_MEMORY_COPY:
    case OP_MEMORY_FILL:
        return validate_memory(v, i);
    default:
        return validate_table_instr(v, i);
    }
}
