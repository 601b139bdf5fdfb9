#include "debug/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "debug/units.h"

/* The greatest line used: compilers count on from a #line, and that must not overflow. */
#define MAX_LINE 1000000000u

/* The source line of the code from this address of the code section up to the address of the next row. */
typedef struct row {
    uint32_t address;
    uint32_t file; /* NO_FILE: no line */
    uint32_t line;
} row;

typedef struct file {
    dwarf_string name, directory, base; /* base: the directory that a relative `directory` is relative to */
} file;

struct debug_lines {
    dwarf_line_sections sections;
    size_t code_offset; /* offset in the file of the code section's contents, from which addresses count */
    VEC(row) rows;      /* by address */
    VEC(file) files;
    size_t outside; /* number of sequences that begin behind the code */
};

/* ---- One unit ---- */

typedef struct unit_reader {
    debug_lines *lines;
    const dwarf_line_unit *unit;
    size_t code_size;
    dwarf_string base;
    VEC(dwarf_string) dirs;
    size_t first_file;     /* of this unit */
    size_t sequence;       /* index of the first row of the current sequence */
    bool sequence_dropped; /* the current sequence is for code that is not in the module */
} unit_reader;

static bool add_file(void *context, const dwarf_file *f) {
    unit_reader *r = context;
    if (f->is_dir) {
        *vec_push(&r->dirs) = f->name;
        return true;
    }
    /* The others are relative to directory 0, which the table contains from version 5 on. */
    bool has_base = r->unit->version >= 5;
    size_t position = has_base ? f->dir : (size_t)f->dir - 1;
    file new = {.name = f->name, .base = r->base};
    if (has_base && r->dirs.count > 0)
        new.base = r->dirs.data[0];
    if (f->dir != 0 && position < r->dirs.count)
        new.directory = r->dirs.data[position];
    *vec_push(&r->lines->files) = new;
    return true;
}

static uint32_t file_number(const unit_reader *r, uint32_t index) {
    size_t own = r->lines->files.count - r->first_file;
    size_t position = r->unit->version < 5 ? (size_t)index - 1 : index;
    if ((r->unit->version < 5 && index == 0) || position >= own || r->first_file + position >= NO_FILE)
        return NO_FILE;
    return (uint32_t)(r->first_file + position);
}

/* Functions that the linker dropped have an address that no function can have: 0 or one of the largest. */
#define FIRST_TOMBSTONE 0xffff0000u

static bool add_row(void *context, const dwarf_row *from) {
    unit_reader *r = context;
    debug_lines *l = r->lines;
    if (from->is_first) {
        r->sequence = l->rows.count;
        r->sequence_dropped = from->address == 0 || from->address >= r->code_size;
        l->outside += from->address >= r->code_size && (from->address & FIRST_TOMBSTONE) != FIRST_TOMBSTONE;
    }
    if (r->sequence_dropped)
        return true;
    row new = {.address = (uint32_t)from->address, .file = NO_FILE};
    if (from->address > r->code_size)
        new.address = (uint32_t)r->code_size;
    if (!from->is_end && from->line > 0 && from->line <= MAX_LINE) {
        new.file = file_number(r, from->file);
        new.line = new.file == NO_FILE ? 0 : from->line;
    }
    bool follows = l->rows.count > r->sequence; /* not the first row of its sequence */
    row *last = follows ? &vec_last(&l->rows) : NULL;
    if (follows && new.address < last->address) /* addresses must not descend: the table is malformed */
        r->sequence_dropped = true;
    else if (follows && new.address == last->address)
        *last = new;
    else if (!follows || last->file != new.file || last->line != new.line)
        *vec_push(&l->rows) = new;
    return true;
}

static bool read_unit(unit_reader *r) {
    r->first_file = r->lines->files.count;
    vec_clear(&r->dirs);
    if (r->unit->version == 0)
        return false;
    bool files = wasmelt_rt_dwarf_line_files(r->unit, add_file, r);
    return wasmelt_rt_dwarf_line_rows(r->unit, add_row, r) && files;
}

/* ---- All ---- */

static dwarf_bytes section(const module *m, const char *name) {
    for (uint32_t k = 0; k < m->custom_count; k++)
        if (m->customs[k].name.length == strlen(name) && memcmp(m->customs[k].name.bytes, name, m->customs[k].name.length) == 0)
            return (dwarf_bytes){m->customs[k].bytes.bytes, m->customs[k].bytes.length};
    return (dwarf_bytes){(const uint8_t *)"", 0};
}

static int by_address(const void *a, const void *b) {
    const row *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

/* Sorts the rows by address; mostly they are in order already. Of several rows at one address, those with a line come last, so that they
 * apply: the end of a sequence is often the beginning of another. */
static void sort_rows(debug_lines *l) {
    bool sorted = true;
    for (size_t k = 1; sorted && k < l->rows.count; k++)
        sorted = l->rows.data[k - 1].address <= l->rows.data[k].address;
    if (!sorted)
        sort_stable(l->rows.data, l->rows.count, sizeof(row), by_address);
    size_t kept = 0;
    for (size_t k = 0; k < l->rows.count; k++) {
        row r = l->rows.data[k];
        if (kept > 0 && l->rows.data[kept - 1].address == r.address) {
            if (r.file != NO_FILE)
                l->rows.data[kept - 1] = r;
        } else {
            l->rows.data[kept++] = r;
        }
    }
    l->rows.count = kept;
}

debug_lines *debug_lines_read(const module *m, bool *malformed) {
    debug_lines *l = memory_alloc(1, sizeof *l);
    unit_reader r = {.lines = l, .code_size = m->code.length};
    l->sections = (dwarf_line_sections){section(m, ".debug_line"), section(m, ".debug_line_str"), section(m, ".debug_str")};
    l->code_offset = m->code.bytes ? (size_t)(m->code.bytes - m->input.bytes) : 0;
    unit_directories directories = {0};
    dwarf_line_unit unit;
    size_t at = 0;
    *malformed = false;
    if (l->sections.line.size > 0)
        units_read(section(m, ".debug_info"), section(m, ".debug_abbrev"), &l->sections, &directories);
    while (wasmelt_rt_dwarf_line_next(&l->sections, &at, &unit)) {
        r.unit = &unit;
        r.base = units_directory(&directories, unit.offset);
        *malformed |= !read_unit(&r);
    }
    *malformed |= at < l->sections.line.size;
    vec_free(&directories);
    vec_free(&r.dirs);
    sort_rows(l);
    bool any = false;
    for (size_t k = 0; !any && k < l->rows.count; k++)
        any = l->rows.data[k].file != NO_FILE;
    if (any)
        return l;
    debug_lines_free(l);
    return NULL;
}

void debug_lines_free(debug_lines *lines) {
    if (!lines)
        return;
    vec_free(&lines->rows);
    vec_free(&lines->files);
    memory_release(lines);
}

/* ---- Queries ---- */

/* The number of rows at or below an address. */
static size_t rows_up_to(const debug_lines *l, uint64_t address) {
    size_t low = 0, high = l->rows.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->rows.data[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

source_line debug_lines_find(const debug_lines *lines, size_t offset) {
    size_t count = offset < lines->code_offset ? 0 : rows_up_to(lines, offset - lines->code_offset);
    if (count == 0)
        return (source_line){NO_FILE, 0};
    const row *r = &lines->rows.data[count - 1];
    return (source_line){r->file, r->line};
}

source_line debug_lines_first(const debug_lines *lines, size_t offset, size_t end) {
    source_line found = debug_lines_find(lines, offset);
    if (offset < lines->code_offset || end < lines->code_offset)
        return found;
    for (size_t k = rows_up_to(lines, offset - lines->code_offset);
         found.file == NO_FILE && k < lines->rows.count && lines->rows.data[k].address < end - lines->code_offset; k++)
        found = (source_line){lines->rows.data[k].file, lines->rows.data[k].line};
    return found;
}

size_t debug_lines_count(const debug_lines *lines) {
    return lines->rows.count;
}

size_t debug_lines_offset(const debug_lines *lines, size_t index) {
    return lines->code_offset + lines->rows.data[index].address;
}

size_t debug_lines_outside(const debug_lines *lines) {
    return lines->outside;
}

prefix_map prefix_map_of(const char *text) {
    const char *end = strchr(text, '=');
    return (prefix_map){text, (size_t)(end - text), end + 1};
}

void prefix_map_put(const prefix_map *maps, size_t count, const char *path, strbuf *s) {
    for (size_t k = count; k-- > 0;)
        if (strncmp(path, maps[k].old, maps[k].old_length) == 0) {
            strbuf_puts(s, maps[k].new);
            path += maps[k].old_length;
            break;
        }
    strbuf_puts(s, path);
}

/* Appends a directory or file to a path; an absolute one replaces the path. */
static void add_part(strbuf *path, dwarf_string part) {
    size_t length = wasmelt_rt_dwarf_string_length(part);
    if (length == SIZE_MAX || length == 0)
        return;
    if (part.data[0] == '/' || (length > 2 && part.data[1] == ':' && (part.data[2] == '\\' || part.data[2] == '/')))
        strbuf_clear(path);
    else if (path->count > 0 && path->data[path->count - 1] != '/')
        strbuf_put(path, '/');
    strbuf_append(path, (const char *)part.data, length);
}

void debug_lines_path(const debug_lines *lines, uint32_t file_number, const prefix_map *maps, size_t map_count, strbuf *path) {
    const file *f = &lines->files.data[file_number];
    strbuf whole = {0};
    add_part(&whole, f->base);
    add_part(&whole, f->directory);
    add_part(&whole, f->name);
    if (whole.count == 0)
        strbuf_puts(&whole, "unknown");
    prefix_map_put(maps, map_count, whole.data, path);
    strbuf_free(&whole);
}
