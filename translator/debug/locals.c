#include "debug/locals.h"

#include <stdlib.h>
#include <string.h>

#include "../runtime/dwarf_line.h"
#include "base/sort.h"
#include "base/vec.h"

/* Constants of the DWARF specification. */
enum {
    DW_TAG_formal_parameter = 0x05,
    DW_TAG_compile_unit = 0x11,
    DW_TAG_inlined_subroutine = 0x1d,
    DW_TAG_subprogram = 0x2e,
    DW_TAG_variable = 0x34
};
enum { DW_AT_location = 0x02, DW_AT_name = 0x03, DW_AT_low_pc = 0x11, DW_AT_abstract_origin = 0x31 };
enum { DW_AT_str_offsets_base = 0x72, DW_AT_addr_base = 0x73, DW_AT_loclists_base = 0x8c };
enum { DW_FORM_exprloc = 0x18, DW_FORM_ref4 = 0x13, DW_FORM_strx = 0x1a, DW_FORM_strx1 = 0x25, DW_FORM_strx4 = 0x28 };
enum { DW_FORM_implicit_const = 0x21, DW_FORM_addr = 0x01, DW_FORM_sec_offset = 0x17, DW_FORM_loclistx = 0x22 };
enum { DW_FORM_addrx = 0x1b, DW_FORM_addrx1 = 0x29, DW_FORM_addrx4 = 0x2c };
enum { DW_OP_WASM_location = 0xed, DW_OP_stack_value = 0x9f, DW_UT_compile = 1, DW_UT_partial = 3 };
enum { DW_LLE_startx_length = 3, DW_LLE_offset_pair = 4, DW_LLE_default_location = 5, DW_LLE_start_end = 7, DW_LLE_start_length = 8 };

#define MOST_DEPTH 500   /* of the nesting of entries */
#define MOST_LIST 64     /* locations of one variable that are examined */
#define WORK_PER_BYTE 16 /* limit on the attributes and declarations that are read, for each byte of the sections */
#define NO_LOCAL UINT32_MAX

struct debug_locals {
    VEC(debug_local) found; /* sorted by function and local, each once */
};

/* An entry's declaration in .debug_abbrev. */
typedef struct declaration {
    uint32_t tag;
    bool has_children;
    const uint8_t *attributes;
} declaration;

typedef struct reader {
    const module *m;
    debug_locals *out;
    dwarf_bytes info, abbrev, loc, loclists, str_offsets, addr;
    dwarf_line_sections strings;
    uint64_t work;  /* attributes and declarations that may still be read */
    uint64_t table; /* offset of the declarations that have been read; UINT64_MAX: none */
    VEC(declaration) declarations;
    /* Of the current unit: */
    const uint8_t *unit;
    unsigned version;
    uint8_t offset_size, address_size;
    uint64_t str_base, addr_base, loclists_base; /* of the tables that its attributes index */
} reader;

/* The attributes of an entry that matter here. */
typedef struct entry {
    const declaration *of;
    dwarf_string name;
    uint64_t low_pc, origin;
    bool has_low_pc, has_origin;
    uint32_t local;
} entry;

static dwarf_bytes section(const module *m, const char *name) {
    for (uint32_t k = 0; k < m->custom_count; k++)
        if (span_is(m->customs[k].name, name))
            return (dwarf_bytes){m->customs[k].bytes.bytes, m->customs[k].bytes.length};
    return (dwarf_bytes){(const uint8_t *)"", 0};
}

static dwarf_cursor cursor_in(dwarf_bytes s, uint64_t offset) {
    bool outside = offset > s.size;
    return (dwarf_cursor){s.data + (outside ? s.size : offset), s.data + s.size, outside};
}

static bool takes(reader *r, uint64_t work) {
    bool enough = r->work >= work;
    r->work -= enough ? work : r->work;
    return enough;
}

/* ---- Declarations ---- */

static bool next_attribute(dwarf_cursor *d, uint64_t *name, uint64_t *form, int64_t *implicit) {
    *name = wasmelt_rt_dwarf_uleb(d);
    *form = wasmelt_rt_dwarf_uleb(d);
    *implicit = *form == DW_FORM_implicit_const ? wasmelt_rt_dwarf_sleb(d) : 0;
    return !d->failed && (*name != 0 || *form != 0);
}

/* Reads the declarations of a unit. Compilers number them 1, 2, 3 ...; the first out of order ends the table. */
static void read_declarations(reader *r, uint64_t table) {
    if (r->table == table)
        return;
    r->table = table;
    vec_clear(&r->declarations);
    dwarf_cursor d = cursor_in(r->abbrev, table);
    while (wasmelt_rt_dwarf_uleb(&d) == r->declarations.count + 1 && !d.failed) {
        uint64_t tag = wasmelt_rt_dwarf_uleb(&d), name, form;
        int64_t implicit;
        declaration new = {.tag = tag < UINT32_MAX ? (uint32_t)tag : 0, .has_children = wasmelt_rt_dwarf_fixed(&d, 1) != 0};
        new.attributes = d.at;
        while (next_attribute(&d, &name, &form, &implicit))
            if (!takes(r, 1))
                return;
        if (d.failed || !takes(r, 1))
            return;
        *vec_push(&r->declarations) = new;
    }
}

/* ---- Locations ---- */

/* The local in which a variable is, according to a location expression of `size` bytes; NO_INDEX if it is in none. */
static uint32_t local_of(const uint8_t *at, uint64_t size) {
    dwarf_cursor c = {at, at + size, false};
    if (wasmelt_rt_dwarf_fixed(&c, 1) != DW_OP_WASM_location || wasmelt_rt_dwarf_fixed(&c, 1) != 0 || c.failed)
        return NO_LOCAL;
    uint64_t local = wasmelt_rt_dwarf_uleb(&c);
    bool is_all = c.at == c.end || (c.end - c.at == 1 && *c.at == DW_OP_stack_value);
    return !c.failed && is_all && local < NO_LOCAL ? (uint32_t)local : NO_LOCAL;
}

/* Reads a location expression and moves past it; returns the local that it names. */
static uint32_t take_expression(dwarf_cursor *c, uint64_t size) {
    if (c->failed || size > (uint64_t)(c->end - c->at))
        return c->failed = true, NO_LOCAL;
    uint32_t local = local_of(c->at, size);
    c->at += size;
    return local;
}

/* Moves to the expression of the next location; false at the end of the list. */
static bool next_location(const reader *r, dwarf_cursor *c, uint64_t *size) {
    if (r->version < 5) {
        uint64_t begin = wasmelt_rt_dwarf_fixed(c, r->address_size), end = wasmelt_rt_dwarf_fixed(c, r->address_size);
        if (c->failed || (begin == 0 && end == 0))
            return false;
        bool is_base = begin == (r->address_size == 4 ? UINT32_MAX : UINT64_MAX);
        *size = is_base ? 0 : wasmelt_rt_dwarf_fixed(c, 2);
        return !c->failed;
    }
    uint64_t kind = wasmelt_rt_dwarf_fixed(c, 1);
    *size = 0;
    switch (kind) {
    case 1: /* a base address, or an index of one */
        wasmelt_rt_dwarf_uleb(c);
        return !c->failed;
    case 6:
        wasmelt_rt_dwarf_fixed(c, r->address_size);
        return !c->failed;
    case 2:
    case DW_LLE_startx_length:
    case DW_LLE_offset_pair:
        wasmelt_rt_dwarf_uleb(c);
        wasmelt_rt_dwarf_uleb(c);
        break;
    case DW_LLE_default_location:
        break;
    case DW_LLE_start_end:
        wasmelt_rt_dwarf_fixed(c, r->address_size);
        wasmelt_rt_dwarf_fixed(c, r->address_size);
        break;
    case DW_LLE_start_length:
        wasmelt_rt_dwarf_fixed(c, r->address_size);
        wasmelt_rt_dwarf_uleb(c);
        break;
    default:
        return false;
    }
    *size = wasmelt_rt_dwarf_uleb(c);
    return !c->failed;
}

/* For a variable with a list of locations: the local that it is in, if only one local occurs in the list. */
static uint32_t local_in_list(reader *r, uint64_t offset) {
    dwarf_cursor c = cursor_in(r->version < 5 ? r->loc : r->loclists, offset);
    uint32_t found = NO_LOCAL;
    uint64_t size;
    for (int k = 0; k < MOST_LIST && takes(r, 1) && next_location(r, &c, &size); k++) {
        uint32_t local = take_expression(&c, size);
        if (found != NO_LOCAL && local != NO_LOCAL && local != found)
            return NO_LOCAL;
        found = local != NO_LOCAL ? local : found;
    }
    return found;
}

/* ---- Entries ---- */

/* Reads number `index` of a table of numbers of `width` bytes, which begins at `base` of a section. */
static bool indexed(dwarf_bytes s, uint64_t base, uint64_t index, unsigned width, uint64_t *number) {
    if (index > s.size || base > s.size)
        return false;
    dwarf_cursor c = cursor_in(s, base + index * width);
    *number = wasmelt_rt_dwarf_fixed(&c, width);
    return !c.failed;
}

static dwarf_string string_at(const reader *r, uint64_t index) {
    uint64_t offset;
    if (!indexed(r->str_offsets, r->str_base, index, r->offset_size, &offset) || offset > r->strings.str.size)
        return (dwarf_string){NULL, 0};
    return (dwarf_string){r->strings.str.data + offset, r->strings.str.size - (size_t)offset};
}

static bool is_string_index(uint64_t form) {
    return form == DW_FORM_strx || (form >= DW_FORM_strx1 && form <= DW_FORM_strx4);
}

static bool is_address_index(uint64_t form) {
    return form == DW_FORM_addrx || (form >= DW_FORM_addrx1 && form <= DW_FORM_addrx4);
}

static void take_base(reader *r, uint64_t name, uint64_t base) {
    if (name == DW_AT_str_offsets_base)
        r->str_base = base;
    else if (name == DW_AT_addr_base)
        r->addr_base = base;
    else if (name == DW_AT_loclists_base)
        r->loclists_base = base;
}

static void take_attribute(reader *r, entry *e, uint64_t name, uint64_t form, const dwarf_value *v) {
    switch (name) {
    case DW_AT_name:
        e->name = v->is_string ? v->string : is_string_index(form) ? string_at(r, v->number) : e->name;
        break;
    case DW_AT_low_pc:
        e->low_pc = v->number;
        e->has_low_pc =
            form == DW_FORM_addr || (is_address_index(form) && indexed(r->addr, r->addr_base, v->number, r->address_size, &e->low_pc));
        break;
    case DW_AT_abstract_origin:
        e->has_origin = form == DW_FORM_ref4;
        e->origin = v->number;
        break;
    case DW_AT_location: {
        uint64_t list = v->number;
        if (form == DW_FORM_loclistx && indexed(r->loclists, r->loclists_base, v->number, r->offset_size, &list))
            e->local = local_in_list(r, r->loclists_base + list);
        else if (form == DW_FORM_sec_offset)
            e->local = local_in_list(r, list);
        break;
    }
    default:
        if (e->of->tag == DW_TAG_compile_unit)
            take_base(r, name, v->number);
    }
}

/* Reads the next entry. False if nothing more can be read. At the end of a list of children, `of` of the entry is null. */
static bool read_entry(reader *r, dwarf_cursor *c, entry *e) {
    *e = (entry){.local = NO_LOCAL};
    uint64_t code = wasmelt_rt_dwarf_uleb(c), name, form;
    int64_t implicit;
    if (c->failed || code > r->declarations.count || !takes(r, 1))
        return false;
    if (code == 0)
        return true;
    e->of = &r->declarations.data[code - 1];
    dwarf_cursor d = {e->of->attributes, r->abbrev.data + r->abbrev.size, false};
    while (next_attribute(&d, &name, &form, &implicit)) {
        dwarf_value v;
        if (!takes(r, 1))
            return false;
        if (form == DW_FORM_exprloc && name == DW_AT_location)
            e->local = take_expression(c, wasmelt_rt_dwarf_uleb(c));
        else if (!wasmelt_rt_dwarf_form(c, form, r->offset_size, r->address_size, implicit, &r->strings, &v))
            return false;
        else
            take_attribute(r, e, name, form, &v);
        if (c->failed)
            return false;
    }
    return true;
}

/* The name of a variable. A variable of an inlined function refers to the entry in the function's own description that has the name. */
static dwarf_string name_of(reader *r, const dwarf_cursor *c, const entry *e) {
    if (e->name.data || !e->has_origin || e->origin >= (uint64_t)(c->end - r->unit))
        return e->name;
    dwarf_cursor at = {r->unit + e->origin, c->end, false};
    entry origin;
    return read_entry(r, &at, &origin) ? origin.name : e->name;
}

/* The function whose code contains the address, or NO_INDEX. Addresses count from the beginning of the code section's contents; that of a
 * function may be the address of the size before its body. Functions that the linker dropped have the address 0. */
static uint32_t function_at(const module *m, uint64_t address) {
    if (address == 0 || address >= m->code.length)
        return NO_INDEX;
    size_t offset = (size_t)(m->code.bytes - m->input.bytes) + (size_t)address;
    uint32_t low = m->imported_funcs, high = m->func_count;
    while (low < high) { /* finds the first whose body ends after the address */
        uint32_t middle = low + (high - low) / 2;
        if (m->funcs[middle].offset + m->funcs[middle].body.length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->func_count ? low : NO_INDEX;
}

static void note(reader *r, uint32_t func, uint32_t local, dwarf_string name) {
    size_t length = wasmelt_rt_dwarf_string_length(name);
    if (length != SIZE_MAX && length > 0)
        *vec_push(&r->out->found) = (debug_local){func, local, {name.data, length}};
}

/* Reads the entries of the unit from `c` on. `func[depth]` is the function to which variables at that depth belong. */
static void read_entries(reader *r, dwarf_cursor *c) {
    uint32_t funcs[MOST_DEPTH] = {NO_INDEX};
    entry e;
    unsigned depth = 0;
    while (c->at < c->end && read_entry(r, c, &e)) {
        if (!e.of) {
            if (depth-- == 0)
                return;
            continue;
        }
        bool is_variable = e.of->tag == DW_TAG_variable || e.of->tag == DW_TAG_formal_parameter;
        if (is_variable && e.local != NO_LOCAL && funcs[depth] != NO_INDEX)
            note(r, funcs[depth], e.local, name_of(r, c, &e));
        if (!e.of->has_children)
            continue;
        if (++depth == MOST_DEPTH)
            return;
        funcs[depth] = funcs[depth - 1];
        if (e.of->tag == DW_TAG_subprogram)
            funcs[depth] = e.has_low_pc ? function_at(r->m, e.low_pc) : NO_INDEX;
        else if (e.of->tag == DW_TAG_inlined_subroutine)
            funcs[depth] = NO_INDEX;
    }
}

static void read_unit(reader *r, dwarf_cursor *c) {
    uint64_t type = DW_UT_compile, table;
    r->version = (unsigned)wasmelt_rt_dwarf_fixed(c, 2);
    if (r->version == 5) {
        type = wasmelt_rt_dwarf_fixed(c, 1);
        r->address_size = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
        table = wasmelt_rt_dwarf_fixed(c, r->offset_size);
    } else {
        table = wasmelt_rt_dwarf_fixed(c, r->offset_size);
        r->address_size = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
    }
    bool is_known = r->version >= 4 && r->version <= 5 && (type == DW_UT_compile || type == DW_UT_partial);
    if (c->failed || !is_known || (r->address_size != 4 && r->address_size != 8) || table >= r->abbrev.size)
        return;
    r->str_base = r->addr_base = r->offset_size == 4 ? 8 : 16; /* the first table of a section begins after its header */
    r->loclists_base = r->offset_size == 4 ? 12 : 20;
    read_declarations(r, table);
    read_entries(r, c);
}

/* ---- All ---- */

static int by_local(const void *a, const void *b) {
    const debug_local *x = a, *y = b;
    if (x->func != y->func)
        return x->func < y->func ? -1 : 1;
    if (x->local != y->local)
        return x->local < y->local ? -1 : 1;
    return x->name.bytes < y->name.bytes ? -1 : x->name.bytes > y->name.bytes;
}

static bool same_name(span a, span b) {
    return a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;
}

/* Removes duplicates. A local that holds several variables, one after the other, gets an empty name. */
static void keep_one_of_each(debug_locals *l) {
    size_t kept = 0;
    if (l->found.count > 0)
        sort_stable(l->found.data, l->found.count, sizeof *l->found.data, by_local);
    for (size_t k = 0; k < l->found.count; k++) {
        debug_local d = l->found.data[k], *last = kept > 0 ? &l->found.data[kept - 1] : NULL;
        if (!last || last->func != d.func || last->local != d.local)
            l->found.data[kept++] = d;
        else if (last->name.length > 0 && !same_name(last->name, d.name))
            last->name.length = 0;
    }
    l->found.count = kept;
}

debug_locals *debug_locals_read(const module *m) {
    debug_locals *l = memory_alloc(1, sizeof *l);
    reader r = {.m = m, .out = l, .table = UINT64_MAX};
    r.info = section(m, ".debug_info");
    r.abbrev = section(m, ".debug_abbrev");
    r.loc = section(m, ".debug_loc");
    r.loclists = section(m, ".debug_loclists");
    r.str_offsets = section(m, ".debug_str_offsets");
    r.addr = section(m, ".debug_addr");
    r.strings = (dwarf_line_sections){section(m, ".debug_line"), section(m, ".debug_line_str"), section(m, ".debug_str")};
    r.work = WORK_PER_BYTE * ((uint64_t)r.info.size + r.abbrev.size);
    dwarf_cursor c = cursor_in(r.info, 0);
    while (c.at < c.end) {
        r.unit = c.at;
        uint64_t length = wasmelt_rt_dwarf_initial_length(&c, &r.offset_size);
        if (c.failed || length > (uint64_t)(c.end - c.at))
            break;
        dwarf_cursor inside = {c.at, c.at + length, false};
        read_unit(&r, &inside);
        c.at += length;
    }
    vec_free(&r.declarations);
    keep_one_of_each(l);
    if (l->found.count > 0)
        return l;
    debug_locals_free(l);
    return NULL;
}

void debug_locals_free(debug_locals *l) {
    if (!l)
        return;
    vec_free(&l->found);
    memory_release(l);
}

/* The index of the first local of this function or, if it has none, of a later one. */
static size_t first_of(const debug_locals *l, uint32_t func) {
    size_t low = 0, high = l->found.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->found.data[middle].func < func)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const debug_local *debug_locals_of(const debug_locals *l, uint32_t func, size_t *count) {
    size_t begin = first_of(l, func);
    *count = first_of(l, func + 1) - begin;
    return *count > 0 ? &l->found.data[begin] : NULL;
}
