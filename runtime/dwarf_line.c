#include "dwarf_line.h"

#include <string.h>

enum { /* constants of the DWARF specification */
       DW_LNS_copy = 1,
       DW_LNS_advance_pc,
       DW_LNS_advance_line,
       DW_LNS_set_file,
       DW_LNS_set_column,
       DW_LNS_negate_stmt,
       DW_LNS_set_basic_block,
       DW_LNS_const_add_pc,
       DW_LNS_fixed_advance_pc,
       DW_LNE_end_sequence = 1,
       DW_LNE_set_address = 2,
       DW_LNCT_path = 1,
       DW_LNCT_directory_index = 2
};

/* ---- Items ---- */

uint64_t wasmelt_rt_dwarf_fixed(dwarf_cursor *c, unsigned size) {
    uint64_t value = 0;
    if ((size_t)(c->end - c->at) < size) {
        c->failed = true;
        c->at = c->end;
        return 0;
    }
    for (unsigned k = 0; k < size && k < 8; k++)
        value |= (uint64_t)c->at[k] << (8 * k);
    c->at += size;
    return value;
}

/* Reads groups of seven bits. Stores in *bits how many bits there were, at most 70. */
static uint64_t leb(dwarf_cursor *c, unsigned *bits, uint8_t *last) {
    uint64_t value = 0;
    *bits = 0;
    do {
        *last = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
        if (*bits < 64)
            value |= (uint64_t)(*last & 0x7F) << *bits;
        if (*bits < 70)
            *bits += 7;
    } while (*last & 0x80 && !c->failed);
    return value;
}

uint64_t wasmelt_rt_dwarf_uleb(dwarf_cursor *c) {
    unsigned bits;
    uint8_t last;
    return leb(c, &bits, &last);
}

int64_t wasmelt_rt_dwarf_sleb(dwarf_cursor *c) {
    unsigned bits;
    uint8_t last;
    uint64_t value = leb(c, &bits, &last);
    if (last & 0x40 && bits < 64)
        value |= UINT64_MAX << bits;
    return (int64_t)value;
}

void wasmelt_rt_dwarf_skip(dwarf_cursor *c, uint64_t size) {
    if ((uint64_t)(c->end - c->at) < size) {
        c->failed = true;
        size = (uint64_t)(c->end - c->at);
    }
    c->at += size;
}

dwarf_string wasmelt_rt_dwarf_inline_string(dwarf_cursor *c) {
    dwarf_string s = {c->at, (size_t)(c->end - c->at)};
    const uint8_t *zero = s.size > 0 ? memchr(s.data, 0, s.size) : NULL;
    if (!zero)
        c->failed = true;
    c->at = zero ? zero + 1 : c->end;
    return s;
}

static dwarf_string string_in(dwarf_bytes section, uint64_t offset) {
    if (offset >= section.size)
        return (dwarf_string){NULL, 0};
    return (dwarf_string){section.data + offset, section.size - (size_t)offset};
}

size_t wasmelt_rt_dwarf_string_length(dwarf_string s) {
    size_t most = s.size < DWARF_STRING_MAX + 1 ? s.size : DWARF_STRING_MAX + 1;
    const uint8_t *zero = most > 0 ? memchr(s.data, 0, most) : NULL;
    return zero ? (size_t)(zero - s.data) : SIZE_MAX;
}

uint64_t wasmelt_rt_dwarf_initial_length(dwarf_cursor *c, uint8_t *offset_size) {
    uint64_t length = wasmelt_rt_dwarf_fixed(c, 4);
    *offset_size = 4;
    if (length == 0xFFFFFFFF) {
        length = wasmelt_rt_dwarf_fixed(c, 8);
        *offset_size = 8;
    } else if (length >= 0xFFFFFFF0) {
        c->failed = true;
    }
    return length;
}

/* ---- Forms (section 7.5.6) ---- */

/* How a form that is a plain number is stored: its size in bytes, or one of these. */
enum { IS_ULEB = 100, IS_OFFSET, IS_ADDRESS, IS_UNKNOWN };

static unsigned number_size(uint64_t form) {
    switch (form) {
    case 0x0b:
    case 0x0c:
    case 0x11:
    case 0x25:
    case 0x29: /* data1 flag ref1 strx1 addrx1 */
        return 1;
    case 0x05:
    case 0x12:
    case 0x26:
    case 0x2a: /* data2 ref2 strx2 addrx2 */
        return 2;
    case 0x27:
    case 0x2b: /* strx3 addrx3 */
        return 3;
    case 0x06:
    case 0x13:
    case 0x1c:
    case 0x28:
    case 0x2c: /* data4 ref4 ref_sup4 strx4 addrx4 */
        return 4;
    case 0x07:
    case 0x14:
    case 0x20:
    case 0x24: /* data8 ref8 ref_sig8 ref_sup8 */
        return 8;
    case 0x0f:
    case 0x15:
    case 0x1a:
    case 0x1b:
    case 0x22:
    case 0x23: /* udata ref_udata strx addrx loclistx rnglistx */
    case 0x1f01:
    case 0x1f02: /* GNU_addr_index GNU_str_index */
        return IS_ULEB;
    case 0x10:
    case 0x17:
    case 0x1d: /* ref_addr sec_offset strp_sup */
    case 0x1f20:
    case 0x1f21: /* GNU_ref_alt GNU_strp_alt */
        return IS_OFFSET;
    case 0x01:
        return IS_ADDRESS;
    default:
        return IS_UNKNOWN;
    }
}

bool wasmelt_rt_dwarf_form(dwarf_cursor *c, uint64_t form, uint8_t offset_size, uint8_t address_size, int64_t implicit,
                           const dwarf_line_sections *strings, dwarf_value *value) {
    *value = (dwarf_value){0};
    switch (form) {
    case 0x08: /* string */
        value->is_string = true;
        value->string = wasmelt_rt_dwarf_inline_string(c);
        break;
    case 0x0e: /* strp */
    case 0x1f: /* line_strp */
        value->is_string = true;
        value->string = string_in(form == 0x0e ? strings->str : strings->line_str, wasmelt_rt_dwarf_fixed(c, offset_size));
        break;
    case 0x0d: /* sdata */
        value->number = (uint64_t)wasmelt_rt_dwarf_sleb(c);
        break;
    case 0x19: /* flag_present */
        value->number = 1;
        break;
    case 0x21: /* implicit_const */
        value->number = (uint64_t)implicit;
        break;
    case 0x1e: /* data16 */
        wasmelt_rt_dwarf_skip(c, 16);
        break;
    case 0x0a: /* block1 */
        wasmelt_rt_dwarf_skip(c, wasmelt_rt_dwarf_fixed(c, 1));
        break;
    case 0x03: /* block2 */
        wasmelt_rt_dwarf_skip(c, wasmelt_rt_dwarf_fixed(c, 2));
        break;
    case 0x04: /* block4 */
        wasmelt_rt_dwarf_skip(c, wasmelt_rt_dwarf_fixed(c, 4));
        break;
    case 0x09: /* block */
    case 0x18: /* exprloc */
        wasmelt_rt_dwarf_skip(c, wasmelt_rt_dwarf_uleb(c));
        break;
    default: {
        unsigned size = number_size(form);
        if (size == IS_UNKNOWN)
            return false;
        value->number = size == IS_ULEB      ? wasmelt_rt_dwarf_uleb(c)
                        : size == IS_OFFSET  ? wasmelt_rt_dwarf_fixed(c, offset_size)
                        : size == IS_ADDRESS ? wasmelt_rt_dwarf_fixed(c, address_size)
                                             : wasmelt_rt_dwarf_fixed(c, size);
    }
    }
    return !c->failed;
}

/* ---- Headers ---- */

static bool read_header(dwarf_line_unit *u, dwarf_cursor *c) {
    unsigned version = (unsigned)wasmelt_rt_dwarf_fixed(c, 2);
    if (version < 2 || version > 5)
        return false;
    if (version == 5) {
        uint64_t address_size = wasmelt_rt_dwarf_fixed(c, 1), segment_selectors = wasmelt_rt_dwarf_fixed(c, 1);
        if (address_size > 8 || segment_selectors != 0)
            return false;
    }
    uint64_t length = wasmelt_rt_dwarf_fixed(c, u->offset_size);
    if (c->failed || length > (uint64_t)(c->end - c->at))
        return false;
    u->program.data = c->at + length;
    u->program.size = (size_t)(c->end - u->program.data);
    c->end = u->program.data;
    u->min_inst_length = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
    if (version >= 4 && wasmelt_rt_dwarf_fixed(c, 1) != 1) /* operations in an instruction */
        return false;
    wasmelt_rt_dwarf_fixed(c, 1); /* whether rows begin statements */
    u->line_base = (int8_t)wasmelt_rt_dwarf_fixed(c, 1);
    u->line_range = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
    u->opcode_base = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
    if (c->failed || u->opcode_base == 0 || u->line_range == 0)
        return false;
    u->lengths = (dwarf_bytes){c->at, u->opcode_base - 1u};
    wasmelt_rt_dwarf_skip(c, u->opcode_base - 1u);
    u->names = (dwarf_bytes){c->at, (size_t)(c->end - c->at)};
    u->version = c->failed ? 0 : version;
    return true;
}

bool wasmelt_rt_dwarf_line_next(const dwarf_line_sections *sections, size_t *at, dwarf_line_unit *unit) {
    if (*at >= sections->line.size)
        return false;
    *unit = (dwarf_line_unit){.sections = sections, .offset = *at};
    dwarf_cursor c = {sections->line.data + *at, sections->line.data + sections->line.size, false};
    uint64_t length = wasmelt_rt_dwarf_initial_length(&c, &unit->offset_size);
    if (c.failed || length > (uint64_t)(c.end - c.at))
        return false;
    c.end = c.at + length;
    *at = (size_t)(c.end - sections->line.data);
    if (!read_header(unit, &c))
        unit->version = 0;
    return true;
}

/* ---- Programs ---- */

typedef struct machine {
    const dwarf_line_unit *unit;
    dwarf_cursor c;
    dwarf_row row;
    bool (*visit)(void *context, const dwarf_row *row);
    void *context;
    bool stopped;
} machine;

static void begin_sequence(machine *m) {
    m->row = (dwarf_row){.file = 1, .line = 1, .is_first = true};
}

static void give_row(machine *m) {
    m->stopped = !m->visit(m->context, &m->row);
    m->row.is_first = false;
}

static void advance(machine *m, uint64_t operations) {
    m->row.address += operations * m->unit->min_inst_length;
}

static void run_extended(machine *m) {
    uint64_t length = wasmelt_rt_dwarf_uleb(&m->c);
    if (m->c.failed || length == 0 || length > (uint64_t)(m->c.end - m->c.at)) {
        m->c.failed = true;
        return;
    }
    const uint8_t *next = m->c.at + length;
    switch (wasmelt_rt_dwarf_fixed(&m->c, 1)) {
    case DW_LNE_end_sequence:
        m->row.is_end = true;
        give_row(m);
        begin_sequence(m);
        break;
    case DW_LNE_set_address:
        if (length - 1 > 8)
            m->c.failed = true;
        else
            m->row.address = wasmelt_rt_dwarf_fixed(&m->c, (unsigned)(length - 1));
        break;
    default: /* files defined here, which no producer uses; discriminators */
        break;
    }
    m->c.at = next;
}

static void run_standard(machine *m, uint8_t opcode) {
    const dwarf_line_unit *u = m->unit;
    switch (opcode) {
    case DW_LNS_copy:
        give_row(m);
        break;
    case DW_LNS_advance_pc:
        advance(m, wasmelt_rt_dwarf_uleb(&m->c));
        break;
    case DW_LNS_advance_line:
        m->row.line += (uint32_t)wasmelt_rt_dwarf_sleb(&m->c);
        break;
    case DW_LNS_set_file:
        m->row.file = (uint32_t)wasmelt_rt_dwarf_uleb(&m->c);
        break;
    case DW_LNS_const_add_pc:
        advance(m, (255u - u->opcode_base) / u->line_range);
        break;
    case DW_LNS_fixed_advance_pc:
        m->row.address += wasmelt_rt_dwarf_fixed(&m->c, 2);
        break;
    default: /* an opcode that does not matter here, or is unknown: the header says how many operands it has */
        for (unsigned k = u->lengths.data[opcode - 1]; k > 0; k--)
            wasmelt_rt_dwarf_uleb(&m->c);
    }
}

bool wasmelt_rt_dwarf_line_rows(const dwarf_line_unit *unit, bool (*visit)(void *context, const dwarf_row *row), void *context) {
    machine m = {.unit = unit, .visit = visit, .context = context};
    m.c = (dwarf_cursor){unit->program.data, unit->program.data + unit->program.size, false};
    begin_sequence(&m);
    while (m.c.at < m.c.end && !m.c.failed && !m.stopped) {
        uint8_t opcode = (uint8_t)wasmelt_rt_dwarf_fixed(&m.c, 1);
        if (opcode >= unit->opcode_base) {
            unsigned special = opcode - unit->opcode_base;
            advance(&m, special / unit->line_range);
            m.row.line += (uint32_t)(unit->line_base + (int)(special % unit->line_range));
            give_row(&m);
        } else if (opcode == 0) {
            run_extended(&m);
        } else {
            run_standard(&m, opcode);
        }
    }
    return !m.c.failed;
}

/* ---- Directories and files ---- */

typedef bool file_visitor(void *context, const dwarf_file *file);

static bool old_files(const dwarf_line_unit *u, file_visitor *visit, void *context) {
    dwarf_cursor c = {u->names.data, u->names.data + u->names.size, false};
    for (int part = 0; part < 2; part++) {
        for (uint32_t index = 1;; index++) {
            dwarf_file f = {.index = index, .is_dir = part == 0};
            if (c.at < c.end && *c.at == 0) {
                c.at++;
                break;
            }
            f.name = wasmelt_rt_dwarf_inline_string(&c);
            if (!f.is_dir) {
                f.dir = (uint32_t)wasmelt_rt_dwarf_uleb(&c);
                wasmelt_rt_dwarf_uleb(&c); /* time */
                wasmelt_rt_dwarf_uleb(&c); /* length */
            }
            if (c.failed)
                return false;
            if (!visit(context, &f))
                return true;
        }
    }
    return true;
}

/* Reads one of the two tables of version 5, which describe their own format. *stopped: a visitor has returned false. */
static bool new_table(const dwarf_line_unit *u, dwarf_cursor *c, bool is_dir, file_visitor *visit, void *context, bool *stopped) {
    struct {
        uint64_t content, form;
    } format[255];
    unsigned columns = (unsigned)wasmelt_rt_dwarf_fixed(c, 1);
    for (unsigned k = 0; k < columns; k++) {
        format[k].content = wasmelt_rt_dwarf_uleb(c);
        format[k].form = wasmelt_rt_dwarf_uleb(c);
    }
    uint64_t count = wasmelt_rt_dwarf_uleb(c);
    if (c->failed || count > UINT32_MAX)
        return false;
    for (uint32_t index = 0; index < count; index++) {
        dwarf_file f = {.index = index, .is_dir = is_dir};
        const uint8_t *before = c->at;
        for (unsigned k = 0; k < columns; k++) {
            dwarf_value v;
            if (!wasmelt_rt_dwarf_form(c, format[k].form, u->offset_size, 0, 0, u->sections, &v))
                return false;
            if (format[k].content == DW_LNCT_path)
                f.name = v.string;
            else if (format[k].content == DW_LNCT_directory_index)
                f.dir = v.number < UINT32_MAX ? (uint32_t)v.number : UINT32_MAX;
        }
        if (c->at == before) /* entries without bytes: their number cannot be trusted */
            return false;
        if (!visit(context, &f)) {
            *stopped = true;
            return true;
        }
    }
    return true;
}

bool wasmelt_rt_dwarf_line_files(const dwarf_line_unit *unit, file_visitor *visit, void *context) {
    if (unit->version < 5)
        return old_files(unit, visit, context);
    dwarf_cursor c = {unit->names.data, unit->names.data + unit->names.size, false};
    bool stopped = false;
    return new_table(unit, &c, true, visit, context, &stopped) && (stopped || new_table(unit, &c, false, visit, context, &stopped));
}
