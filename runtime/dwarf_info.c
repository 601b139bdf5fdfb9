#include "dwarf_info.h"

#include <string.h>

/* Constants of the DWARF specification. */
enum {
    DW_TAG_inlined_subroutine = 0x1d,
    DW_TAG_subprogram = 0x2e,
    DW_AT_name = 0x03,
    DW_AT_low_pc = 0x11,
    DW_AT_high_pc = 0x12,
    DW_AT_abstract_origin = 0x31,
    DW_AT_specification = 0x47,
    DW_AT_ranges = 0x55,
    DW_AT_call_file = 0x58,
    DW_AT_call_line = 0x59,
    DW_AT_str_offsets_base = 0x72,
    DW_AT_addr_base = 0x73,
    DW_AT_rnglists_base = 0x74,
    DW_FORM_addr = 0x01,
    DW_FORM_strx = 0x1a,
    DW_FORM_addrx = 0x1b,
    DW_FORM_rnglistx = 0x23,
    DW_FORM_strx1 = 0x25,
    DW_FORM_strx4 = 0x28,
    DW_FORM_addrx1 = 0x29,
    DW_FORM_addrx4 = 0x2c,
    DW_FORM_ref_addr = 0x10,
    DW_FORM_implicit_const = 0x21
};

/* ---- Units and entries ---- */

enum { CACHED_CODES = 512 };

typedef struct unit {
    const dwarf_sections *s;
    size_t offset, end; /* of the unit in .debug_info */
    size_t first;       /* offset of the unit's own entry */
    size_t abbrev;
    unsigned version;
    uint8_t offset_size, address_size;
    uint64_t low_pc, str_offsets, addr, rnglists;
    size_t declarations[CACHED_CODES]; /* for each code: the offset after the code of its declaration; 0: not seen yet */
} unit;

typedef struct attribute {
    bool there;
    uint64_t form;
    dwarf_value value;
} attribute;

/* The attributes of an entry that matter here. */
typedef struct entry {
    uint64_t tag;
    attribute name, low_pc, high_pc, ranges, origin, call_file, call_line, str_offsets, addr, rnglists;
} entry;

static dwarf_cursor cursor_at(dwarf_bytes section, size_t offset, size_t end) {
    if (end > section.size)
        end = section.size;
    if (offset > end)
        offset = end;
    return (dwarf_cursor){section.data + offset, section.data + end, false};
}

static bool next_attribute(dwarf_cursor *d, uint64_t *name, uint64_t *form, int64_t *implicit) {
    *name = wasmelt_rt_dwarf_uleb(d);
    *form = wasmelt_rt_dwarf_uleb(d);
    *implicit = *form == DW_FORM_implicit_const ? wasmelt_rt_dwarf_sleb(d) : 0;
    return !d->failed && (*name != 0 || *form != 0);
}

/* Moves `d` to what follows the code in the unit's declaration with this code. */
static bool find_declaration(unit *u, uint64_t code, dwarf_cursor *d) {
    dwarf_bytes section = u->s->abbrev;
    if (code < CACHED_CODES && u->declarations[code]) {
        *d = cursor_at(section, u->declarations[code], section.size);
        return true;
    }
    *d = cursor_at(section, u->abbrev, section.size);
    while (!d->failed) {
        uint64_t name, form, found = wasmelt_rt_dwarf_uleb(d);
        int64_t implicit;
        size_t at = (size_t)(d->at - section.data);
        if (found == 0)
            return false;
        if (found < CACHED_CODES)
            u->declarations[found] = at;
        if (found == code)
            return !d->failed;
        wasmelt_rt_dwarf_uleb(d);
        wasmelt_rt_dwarf_fixed(d, 1);
        while (next_attribute(d, &name, &form, &implicit)) {
        }
    }
    return false;
}

static attribute *slot(entry *e, uint64_t name) {
    switch (name) {
    case DW_AT_name:
        return &e->name;
    case DW_AT_low_pc:
        return &e->low_pc;
    case DW_AT_high_pc:
        return &e->high_pc;
    case DW_AT_ranges:
        return &e->ranges;
    case DW_AT_abstract_origin:
    case DW_AT_specification:
        return &e->origin;
    case DW_AT_call_file:
        return &e->call_file;
    case DW_AT_call_line:
        return &e->call_line;
    case DW_AT_str_offsets_base:
        return &e->str_offsets;
    case DW_AT_addr_base:
        return &e->addr;
    case DW_AT_rnglists_base:
        return &e->rnglists;
    default:
        return NULL;
    }
}

/* Reads an entry; tag 0 is the end of a list of children. False if nothing more can be read. */
static bool read_entry(unit *u, dwarf_cursor *c, entry *e) {
    dwarf_cursor d;
    uint64_t name, form, code = wasmelt_rt_dwarf_uleb(c);
    int64_t implicit;
    e->tag = 0;
    if (code == 0)
        return !c->failed;
    if (!find_declaration(u, code, &d))
        return false;
    *e = (entry){.tag = wasmelt_rt_dwarf_uleb(&d)};
    wasmelt_rt_dwarf_fixed(&d, 1); /* skip whether it has children */
    while (next_attribute(&d, &name, &form, &implicit)) {
        dwarf_value v;
        if (!wasmelt_rt_dwarf_form(c, form, u->offset_size, u->address_size, implicit, &u->s->lines, &v))
            return false;
        attribute *a = slot(e, name);
        if (a)
            *a = (attribute){true, form, v};
    }
    return !c->failed;
}

static uint64_t resolve_address(const unit *u, const attribute *a) {
    bool by_index = a->form == DW_FORM_addrx || (a->form >= DW_FORM_addrx1 && a->form <= DW_FORM_addrx4);
    if (!by_index)
        return a->value.number;
    uint64_t index = a->value.number;
    if (index > u->s->addr.size)
        return 0;
    dwarf_cursor c = cursor_at(u->s->addr, (size_t)(u->addr + index * u->address_size), u->s->addr.size);
    return wasmelt_rt_dwarf_fixed(&c, u->address_size);
}

/* Reads the header of the unit at `offset`, and the unit's own entry. `u` is large, so the caller provides it and reuses it. */
static bool open_unit(const dwarf_sections *s, size_t offset, unit *u) {
    dwarf_cursor c = cursor_at(s->info, offset, s->info.size);
    memset(u, 0, sizeof *u);
    u->s = s;
    u->offset = offset;
    uint64_t length = wasmelt_rt_dwarf_initial_length(&c, &u->offset_size);
    if (c.failed || length > (uint64_t)(c.end - c.at))
        return false;
    u->end = (size_t)(c.at - s->info.data) + (size_t)length;
    c.end = c.at + length;
    u->version = (unsigned)wasmelt_rt_dwarf_fixed(&c, 2);
    if (u->version == 5) {
        uint64_t type = wasmelt_rt_dwarf_fixed(&c, 1);
        u->address_size = (uint8_t)wasmelt_rt_dwarf_fixed(&c, 1);
        u->abbrev = (size_t)wasmelt_rt_dwarf_fixed(&c, u->offset_size);
        if (type != 1 && type != 3) /* other than compile and partial units have no code */
            u->version = 0;
    } else if (u->version >= 2 && u->version <= 4) {
        u->abbrev = (size_t)wasmelt_rt_dwarf_fixed(&c, u->offset_size);
        u->address_size = (uint8_t)wasmelt_rt_dwarf_fixed(&c, 1);
    }
    u->first = (size_t)(c.at - s->info.data);
    entry e;
    if (c.failed || u->version < 2 || u->version > 5 || u->address_size > 8 || !read_entry(u, &c, &e) || e.tag == 0) {
        u->version = 0; /* skip this unit */
        return true;
    }
    u->str_offsets = e.str_offsets.value.number;
    u->addr = e.addr.value.number;
    u->rnglists = e.rnglists.value.number;
    u->low_pc = resolve_address(u, &e.low_pc);
    return true;
}

/* ---- Ranges ---- */

typedef struct ranges {
    dwarf_address *addresses;
    unsigned count;
    uint64_t least, most; /* the lowest and the highest address of all of them */
    dwarf_call call;      /* the call whose ranges are being read */
} ranges;

/* Notes that code of the call is from `low` up to `high`. */
static void note_range(const ranges *r, uint64_t low, uint64_t high) {
    if (high <= r->least || low > r->most)
        return;
    for (unsigned k = 0; k < r->count; k++) {
        dwarf_address *p = &r->addresses[k];
        if (p->address >= low && p->address < high && p->call_count < DWARF_MOST_CALLS)
            p->calls[p->call_count++] = r->call;
    }
}

static uint64_t indexed_address(const unit *u, uint64_t index) {
    attribute a = {.form = DW_FORM_addrx, .value = {.number = index}};
    return resolve_address(u, &a);
}

/* Section 2.17.3 of DWARF 5. */
static void read_new_ranges(const unit *u, const ranges *r, uint64_t offset) {
    dwarf_cursor c = cursor_at(u->s->rnglists, (size_t)offset, u->s->rnglists.size);
    uint64_t base = u->low_pc, low, high;
    while (!c.failed && c.at < c.end) {
        switch (wasmelt_rt_dwarf_fixed(&c, 1)) {
        case 1: /* base_addressx */
            base = indexed_address(u, wasmelt_rt_dwarf_uleb(&c));
            continue;
        case 2: /* startx_endx */
            low = indexed_address(u, wasmelt_rt_dwarf_uleb(&c));
            high = indexed_address(u, wasmelt_rt_dwarf_uleb(&c));
            break;
        case 3: /* startx_length */
            low = indexed_address(u, wasmelt_rt_dwarf_uleb(&c));
            high = low + wasmelt_rt_dwarf_uleb(&c);
            break;
        case 4: /* offset_pair */
            low = base + wasmelt_rt_dwarf_uleb(&c);
            high = base + wasmelt_rt_dwarf_uleb(&c);
            break;
        case 5: /* base_address */
            base = wasmelt_rt_dwarf_fixed(&c, u->address_size);
            continue;
        case 6: /* start_end */
            low = wasmelt_rt_dwarf_fixed(&c, u->address_size);
            high = wasmelt_rt_dwarf_fixed(&c, u->address_size);
            break;
        case 7: /* start_length */
            low = wasmelt_rt_dwarf_fixed(&c, u->address_size);
            high = low + wasmelt_rt_dwarf_uleb(&c);
            break;
        default:
            return;
        }
        if (!c.failed)
            note_range(r, low, high);
    }
}

/* Section 2.17.3 of DWARF 4. */
static void read_old_ranges(const unit *u, const ranges *r, uint64_t offset) {
    dwarf_cursor c = cursor_at(u->s->ranges, (size_t)offset, u->s->ranges.size);
    uint64_t base = u->low_pc, largest = u->address_size == 8 ? UINT64_MAX : UINT32_MAX;
    while (!c.failed) {
        uint64_t low = wasmelt_rt_dwarf_fixed(&c, u->address_size), high = wasmelt_rt_dwarf_fixed(&c, u->address_size);
        if (c.failed || (low == 0 && high == 0))
            return;
        if (low == largest)
            base = high;
        else
            note_range(r, base + low, base + high);
    }
}

static void note_entry(const unit *u, const ranges *r, const entry *e) {
    if (e->ranges.there && u->version < 5) {
        read_old_ranges(u, r, e->ranges.value.number);
    } else if (e->ranges.there) {
        uint64_t offset = e->ranges.value.number;
        if (e->ranges.form == DW_FORM_rnglistx) {
            dwarf_cursor c = cursor_at(u->s->rnglists, (size_t)(u->rnglists + offset * u->offset_size), u->s->rnglists.size);
            offset = u->rnglists + wasmelt_rt_dwarf_fixed(&c, u->offset_size);
        }
        read_new_ranges(u, r, offset);
    } else if (e->low_pc.there && e->high_pc.there) {
        uint64_t low = resolve_address(u, &e->low_pc);
        bool is_address = e->high_pc.form == DW_FORM_addr || e->high_pc.form == DW_FORM_addrx;
        note_range(r, low, is_address ? resolve_address(u, &e->high_pc) : low + e->high_pc.value.number);
    }
}

/* ---- Finding ---- */

static void find_in_unit(unit *u, ranges *r) {
    dwarf_cursor c = cursor_at(u->s->info, u->first, u->end);
    while (c.at < c.end) {
        entry e;
        size_t at = (size_t)(c.at - u->s->info.data);
        if (!read_entry(u, &c, &e))
            return;
        if (e.tag != DW_TAG_subprogram && e.tag != DW_TAG_inlined_subroutine)
            continue;
        r->call = (dwarf_call){
            .unit = u->offset,
            .entry = at,
            .file = (uint32_t)e.call_file.value.number,
            .line = (uint32_t)e.call_line.value.number,
        };
        note_entry(u, r, &e);
    }
}

static ranges all_of(dwarf_address *addresses, unsigned count) {
    ranges r = {.addresses = addresses, .count = count, .least = UINT64_MAX};
    for (unsigned k = 0; k < count; k++) {
        r.least = addresses[k].address < r.least ? addresses[k].address : r.least;
        r.most = addresses[k].address > r.most ? addresses[k].address : r.most;
    }
    return r;
}

void wasmelt_rt_dwarf_find_calls(const dwarf_sections *s, dwarf_address *addresses, unsigned count) {
    ranges r = all_of(addresses, count);
    unit u;
    for (unsigned k = 0; k < count; k++)
        addresses[k].call_count = 0;
    for (size_t at = 0; at < s->info.size && open_unit(s, at, &u); at = u.end)
        if (u.version > 0)
            find_in_unit(&u, &r);
}

typedef struct line_search {
    ranges all;
    const dwarf_line_unit *unit;
    dwarf_row before;
} line_search;

static bool check_row(void *context, const dwarf_row *row) {
    line_search *l = context;
    if (!row->is_first && row->address > l->all.least && l->before.address <= l->all.most)
        for (unsigned k = 0; k < l->all.count; k++) {
            dwarf_address *p = &l->all.addresses[k];
            if (p->address < l->before.address || p->address >= row->address)
                continue;
            p->unit = *l->unit;
            p->file = l->before.file;
            p->line = l->before.line;
        }
    l->before = *row;
    return true;
}

void wasmelt_rt_dwarf_find_lines(const dwarf_sections *s, dwarf_address *addresses, unsigned count) {
    line_search l = {.all = all_of(addresses, count)};
    dwarf_line_unit u;
    l.unit = &u;
    for (unsigned k = 0; k < count; k++) {
        addresses[k].unit = (dwarf_line_unit){0};
        addresses[k].file = addresses[k].line = 0;
    }
    for (size_t at = 0; wasmelt_rt_dwarf_line_next(&s->lines, &at, &u);)
        if (u.version > 0)
            wasmelt_rt_dwarf_line_rows(&u, check_row, &l);
}

/* ---- Names ---- */

static dwarf_string attribute_string(const unit *u, const attribute *a) {
    bool by_index = a->form == DW_FORM_strx || (a->form >= DW_FORM_strx1 && a->form <= DW_FORM_strx4);
    if (!by_index)
        return a->value.string;
    uint64_t index = a->value.number;
    if (index > u->s->str_offsets.size)
        return (dwarf_string){NULL, 0};
    dwarf_cursor c = cursor_at(u->s->str_offsets, (size_t)(u->str_offsets + index * u->offset_size), u->s->str_offsets.size);
    uint64_t offset = wasmelt_rt_dwarf_fixed(&c, u->offset_size);
    if (offset >= u->s->lines.str.size)
        return (dwarf_string){NULL, 0};
    return (dwarf_string){u->s->lines.str.data + offset, u->s->lines.str.size - (size_t)offset};
}

static bool open_unit_around(const dwarf_sections *s, size_t entry, unit *u) {
    for (size_t at = 0; at <= entry && open_unit(s, at, u); at = u->end)
        if (entry < u->end)
            return u->version > 0;
    return false;
}

/* The name may be in another entry, to which this one refers: so for an inlined call, and for the body of a function that was inlined
 * elsewhere. */
dwarf_string wasmelt_rt_dwarf_call_name(const dwarf_sections *s, const dwarf_call *call) {
    unit u;
    size_t at = call->entry;
    if (!open_unit(s, call->unit, &u) || u.version == 0)
        return (dwarf_string){NULL, 0};
    for (int hops = 0; hops < 4; hops++) {
        entry e;
        dwarf_cursor c = cursor_at(s->info, at, u.end);
        if (!read_entry(&u, &c, &e) || e.tag == 0)
            break;
        if (e.name.there)
            return attribute_string(&u, &e.name);
        if (!e.origin.there)
            break;
        at = (size_t)e.origin.value.number;
        if (e.origin.form != DW_FORM_ref_addr)
            at += u.offset;
        else if (!open_unit_around(s, at, &u)) /* another unit's, which link-time optimisation inlined */
            break;
    }
    return (dwarf_string){NULL, 0};
}
