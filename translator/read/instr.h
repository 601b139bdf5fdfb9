/* Decoding one instruction (WebAssembly 3.0, section 5.4). */
#ifndef WASMELT_READ_INSTR_H
#define WASMELT_READ_INSTR_H

#include <stdbool.h>

#include "base/forget.h"
#include "read/cursor.h"
#include "wasm/module.h"
#include "wasm/opcodes.h"

typedef enum block_type_kind { BLOCK_EMPTY, BLOCK_VALUE, BLOCK_TYPE } block_type_kind;

typedef struct block_type {
    block_type_kind kind;
    wasmelt_valtype value; /* BLOCK_VALUE: the one result */
    uint32_t type;         /* BLOCK_TYPE: canonical index of a function type */
} block_type;

/* A catch clause of try_table. */
typedef struct catch_clause {
    uint8_t kind; /* 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref */
    uint32_t tag;
    uint32_t label;
} catch_clause;

/* A decoded instruction. The immediates column of its row in opcodes.def says which members are set; the others must not be read. Heap
 * types and type indices in it are canonical. */
typedef struct instr {
    opcode op;
    size_t offset;         /* of its first byte in the file */
    uint32_t index;        /* label, function, local, global, table, memory, type, tag, segment, field */
    uint32_t index2;       /* second index: call_indirect's table, copy's source, init's memory ... */
    block_type block;      /* block, loop, if, try, try_table */
    wasmelt_valtype type;  /* ref.null, ref.test, ref.cast, br_on_cast (source), select with a type */
    wasmelt_valtype type2; /* br_on_cast (target) */
    uint8_t align_log2;    /* memory accesses: the alignment hint */
    uint8_t lane;
    uint8_t bytes[16]; /* v128.const, shuffle */
    uint64_t value;    /* constants: bit pattern, i32 zero-extended; memory accesses: the offset */
    uint32_t count;    /* br_table: number of labels without the default; try_table: clauses;
                          array.new_fixed: length */
    cursor list;       /* br_table: at the first label; try_table: at the first clause */
} instr;

/* Reads one instruction. False, with the error in the cursor's diag, if it is malformed or its opcode unknown. Type indices are checked
 * and replaced by canonical ones of `m`; other indices are not checked. */
static inline bool instr_read(cursor *c, const module *m, instr *i);
bool instr_read_any(cursor *c, const module *m, instr *i);

/* The next label of br_table, and the next clause of try_table. `list` is a copy of i->list, which instr_read has checked: these cannot
 * fail. */
uint32_t instr_next_label(cursor *list);
catch_clause instr_next_catch(cursor *list);

/* The value of a constant expression that consists of one i32.const (zero-extended) or i64.const. False for any other expression, and if
 * there is none. */
bool const_expr_integer(const module *m, const const_expr *e, uint64_t *value);

#define INSTR_SHORT 4 /* the longest instruction, in bytes, that is decoded inline */

/* Decodes inline an instruction with a one-byte opcode and immediates of one or two bytes, and leaves all others to a function. */
static inline bool instr_read(cursor *c, const module *m, instr *i) {
    const uint8_t *at = c->at;
    forget_bytes(i, sizeof *i);
    if (c->end - at < INSTR_SHORT)
        return instr_read_any(c, m, i);
    opcode_reading r = opcode_readings[at[0]];
    i->offset = cursor_offset(c);
    i->op = (opcode)r.op;
    switch ((short_form)r.form) {
    case SHORT_NONE:
        c->at = at + 1;
        return true;
    case SHORT_INDEX:
        if ((at[1] & at[2]) >= 0x80)
            break;
        i->index = cursor_short_number(at + 1);
        c->at = at + 2 + (at[1] >> 7);
        return true;
    case SHORT_SIGNED:
        if ((at[1] & at[2]) >= 0x80)
            break;
        i->value = at[1] < 0x80 ? (uint32_t)cursor_sign_extend(at[1], 7) : (uint32_t)cursor_sign_extend(cursor_short_number(at + 1), 14);
        c->at = at + 2 + (at[1] >> 7);
        return true;
    case SHORT_MEMARG:
        if (at[1] >= 0x20 || (at[2] & at[3]) >= 0x80) /* bit 6: a memory's index follows; bit 5: a later proposal's */
            break;
        i->align_log2 = at[1];
        i->index = 0;
        i->value = cursor_short_number(at + 2);
        c->at = at + 3 + (at[2] >> 7);
        return true;
    case SHORT_BLOCK:
        if (at[1] != 0x40)
            break;
        i->block.kind = BLOCK_EMPTY;
        c->at = at + 2;
        return true;
    case SHORT_NEVER:
        break;
    }
    return instr_read_any(c, m, i);
}

#endif
