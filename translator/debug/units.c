#include "debug/units.h"

#include "base/sort.h"

#include <stdlib.h>

/* Constants of the DWARF specification. */
enum { DW_AT_stmt_list = 0x10, DW_AT_comp_dir = 0x1b, DW_FORM_implicit_const = 0x21 };
enum { DW_UT_type = 2, DW_UT_skeleton = 4, DW_UT_split_compile = 5, DW_UT_split_type = 6 };

/* The declaration of the unit's own entry is among the first of its table, so only this many bytes are searched. Otherwise many units that
 * share one long table would take quadratic time. */
enum { MOST_TABLE_BYTES = 4096 };

typedef struct reader {
    dwarf_bytes abbrev;
    const dwarf_line_sections *strings;
} reader;

/* Reads one attribute of a declaration; false at the end of the declaration. */
static bool next_attribute(dwarf_cursor *d, uint64_t *name, uint64_t *form, int64_t *implicit) {
    *name = wasmelt_rt_dwarf_uleb(d);
    *form = wasmelt_rt_dwarf_uleb(d);
    *implicit = *form == DW_FORM_implicit_const ? wasmelt_rt_dwarf_sleb(d) : 0;
    return !d->failed && (*name != 0 || *form != 0);
}

/* Moves `d` from the beginning of a table to the attributes of declaration `code`. */
static bool find_declaration(dwarf_cursor *d, uint64_t code) {
    for (;;) {
        uint64_t name, form, found = wasmelt_rt_dwarf_uleb(d);
        int64_t implicit;
        if (found == 0 || d->failed)
            return false;
        wasmelt_rt_dwarf_uleb(d);     /* skip the tag */
        wasmelt_rt_dwarf_fixed(d, 1); /* whether it has children */
        if (found == code)
            return true;
        while (next_attribute(d, &name, &form, &implicit)) {
        }
    }
}

/* Reads the first entry of a unit, at `c`. */
static bool read_entry(const reader *r, dwarf_cursor *c, uint64_t table, uint8_t offset_size, uint8_t address_size, unit_directory *u) {
    if (table >= r->abbrev.size)
        return false;
    size_t most = r->abbrev.size - (size_t)table;
    if (most > MOST_TABLE_BYTES)
        most = MOST_TABLE_BYTES;
    dwarf_cursor d = {r->abbrev.data + table, r->abbrev.data + table + most, false};
    uint64_t name, form, code = wasmelt_rt_dwarf_uleb(c);
    int64_t implicit;
    bool has_lines = false, has_directory = false;
    if (code == 0 || !find_declaration(&d, code))
        return false;
    while (!(has_lines && has_directory) && next_attribute(&d, &name, &form, &implicit)) {
        dwarf_value v;
        if (!wasmelt_rt_dwarf_form(c, form, offset_size, address_size, implicit, r->strings, &v))
            return false;
        if (name == DW_AT_stmt_list) {
            u->line_offset = v.number;
            has_lines = true;
        } else if (name == DW_AT_comp_dir && v.is_string) {
            u->directory = v.string;
            has_directory = true;
        }
    }
    return has_lines && has_directory;
}

static bool read_unit(const reader *r, dwarf_cursor *c, uint8_t offset_size, unit_directory *u) {
    unsigned version = (unsigned)wasmelt_rt_dwarf_fixed(c, 2);
    uint8_t address_size;
    uint64_t table;
    if (version < 2 || version > 5)
        return false;
    if (version == 5) {
        uint64_t type = wasmelt_rt_dwarf_fixed(c, 1);
        address_size = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
        table = wasmelt_rt_dwarf_fixed(c, offset_size);
        if (type == DW_UT_skeleton || type == DW_UT_split_compile)
            wasmelt_rt_dwarf_fixed(c, 8);
        else if (type == DW_UT_type || type == DW_UT_split_type)
            return false;
    } else {
        table = wasmelt_rt_dwarf_fixed(c, offset_size);
        address_size = (uint8_t)wasmelt_rt_dwarf_fixed(c, 1);
    }
    return !c->failed && address_size <= 8 && read_entry(r, c, table, offset_size, address_size, u);
}

static int by_offset(const void *a, const void *b) {
    uint64_t x = ((const unit_directory *)a)->line_offset, y = ((const unit_directory *)b)->line_offset;
    return x < y ? -1 : x > y;
}

void units_read(dwarf_bytes info, dwarf_bytes abbrev, const dwarf_line_sections *strings, unit_directories *found) {
    reader r = {abbrev, strings};
    dwarf_cursor c = {info.data, info.data + info.size, false};
    while (c.at < c.end) {
        uint8_t offset_size;
        uint64_t length = wasmelt_rt_dwarf_initial_length(&c, &offset_size);
        if (c.failed || length > (uint64_t)(c.end - c.at))
            break;
        dwarf_cursor inside = {c.at, c.at + length, false};
        unit_directory u;
        if (read_unit(&r, &inside, offset_size, &u))
            *vec_push(found) = u;
        c.at += length;
    }
    if (found->count > 0)
        sort_stable(found->data, found->count, sizeof *found->data, by_offset);
}

dwarf_string units_directory(const unit_directories *units, uint64_t line_offset) {
    unit_directory key = {.line_offset = line_offset};
    const unit_directory *u = units->count > 0 ? bsearch(&key, units->data, units->count, sizeof key, by_offset) : NULL;
    return u ? u->directory : (dwarf_string){NULL, 0};
}
