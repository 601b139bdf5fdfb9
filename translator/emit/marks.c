#include "emit/marks.h"

#include <string.h>

#include "base/digest.h"
#include "base/say.h"
#include "debug/rust_names.h"
#include "emit/generator.h"

/* The bytes of paths in #line directives that a C file may have, in addition to some for each byte of code: paths are long, and hostile
 * input could ask for one at each statement. */
#define PATH_BYTES ((size_t)16 << 20)

/* A line of the C file, and the offset in the module of the code that it comes from. */
typedef struct mark {
    uint32_t line, offset;
} mark;

struct line_marks {
    const generator *g;
    const debug_lines *lines;
    char *c_file; /* the name of the C file in directives */
    char *base_name;
    size_t scanned;    /* lines in the text before this position have been counted */
    uint32_t c_line;   /* the line of the C file at `scanned`, counted from 1 */
    source_line known; /* the line that the compiler assumes there; file NO_FILE: the C file's own line */
    source_line wanted;
    bool in_function, has_lines;
    uint32_t *first_lines; /* for each function printed: its first source line, or 0 */
    size_t offset;         /* offset in the module of the code that is being printed; 0: none */
    size_t path_bytes;     /* bytes that are left for paths */
    VEC(mark) table;
};

line_marks *marks_new(const generator *g, const debug_lines *lines) {
    line_marks *m = memory_alloc(1, sizeof *m);
    m->g = g;
    m->lines = lines;
    m->first_lines = memory_alloc(g->m->func_count + 1, sizeof *m->first_lines);
    m->path_bytes = PATH_BYTES + 16 * g->m->code.length;
    m->known.file = m->wanted.file = NO_FILE;
    return m;
}

void marks_free(line_marks *m) {
    if (!m)
        return;
    memory_release(m->c_file);
    memory_release(m->base_name);
    memory_release(m->first_lines);
    vec_free(&m->table);
    memory_release(m);
}

/* Counts the lines that have been written since the last call. */
static void catch_up(line_marks *m, const strbuf *text) {
    if (m->scanned == text->count)
        return;
    uint32_t count = 0;
    const char *at = text->data + m->scanned, *end = text->data + text->count;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    m->scanned = text->count;
    m->c_line += count;
    m->known.line += count;
}

/* ---- Files ---- */

void marks_begin_file(out *o, const char *name) {
    line_marks *m = o->marks;
    if (!m)
        return;
    strbuf path = {0}, mapped = {0}, base = {0};
    const char *directory = m->g->options->c_directory;
    if (directory && strcmp(directory, ".") != 0)
        strbuf_printf(&path, "%s/", directory);
    strbuf_puts(&path, name);
    prefix_map_put(m->g->options->prefix_maps, m->g->options->prefix_map_count, path.data, &mapped);
    strbuf_free(&path);
    strbuf_puts(&base, name);
    memory_release(m->c_file);
    memory_release(m->base_name);
    m->c_file = mapped.data;
    m->base_name = base.data;
    m->scanned = 0;
    m->c_line = 1;
    m->known = m->wanted = (source_line){NO_FILE, 1};
    m->in_function = false;
    vec_clear(&m->table);
}

void marks_end_file(out *o) {
    line_marks *m = o->marks;
    if (!m || m->table.count == 0)
        return;
    strbuf *s = &o->text;
    strbuf_printf(s, "static const wasmelt_debug_line wasmelt_debug_lines[%zu] = {", m->table.count);
    for (size_t k = 0; k < m->table.count; k++)
        strbuf_printf(s, "%s{%u, 0x%x},", k % 8 == 0 ? "\n\t" : " ", (unsigned)m->table.data[k].line, (unsigned)m->table.data[k].offset);
    strbuf_puts(s, "\n};\nWASMELT_DEBUG_KEEP static const wasmelt_debug_file wasmelt_debug_file_lines = {\n\t"
                   "WASMELT_DEBUG_VERSION, \"");
    put_string(s, (const uint8_t *)m->base_name, strlen(m->base_name));
    strbuf_printf(s, "\", wasmelt_debug_lines, %zu,\n};\n", m->table.count);
    vec_clear(&m->table);
}

void marks_flush(out *o) {
    if (!o->marks || o->text.count == 0)
        return;
    catch_up(o->marks, &o->text);
    o->marks->scanned = 0;
}

/* ---- Lines ---- */

/* Puts the path into a string of C, as it is printed: compilers, debuggers and profilers print paths as they are, and this one may be a
 * hostile module's. */
static void put_plain_path(strbuf *s, const char *path, size_t length) {
    strbuf shown = {0};
    say_plain(&shown, path, length);
    put_string(s, (const uint8_t *)shown.data, shown.count);
    strbuf_free(&shown);
}

static void put_path(line_marks *m, strbuf *s, uint32_t file) {
    strbuf path = {0};
    debug_lines_path(m->lines, file, m->g->options->prefix_maps, m->g->options->prefix_map_count, &path);
    size_t before = s->count;
    put_plain_path(s, path.data, path.count);
    size_t taken = s->count - before;
    m->path_bytes -= taken < m->path_bytes ? taken : m->path_bytes;
    strbuf_free(&path);
}

/* Writes a #line directive that makes the compiler take the next line for `source`. */
static void direct(line_marks *m, strbuf *s, source_line source) {
    strbuf_printf(s, "#line %u", (unsigned)(source.file == NO_FILE ? m->c_line + 1 : source.line));
    if (source.file != m->known.file) {
        strbuf_puts(s, " \"");
        if (source.file == NO_FILE)
            put_plain_path(s, m->c_file, strlen(m->c_file));
        else
            put_path(m, s, source.file);
        strbuf_put(s, '"');
    }
    strbuf_put(s, '\n');
    m->c_line++;
    m->scanned = s->count;
    m->known = source;
    if (source.file == NO_FILE)
        m->known.line = m->c_line;
}

void marks_line(out *o) {
    line_marks *m = o->marks;
    if (!m || (o->text.count > 0 && o->text.data[o->text.count - 1] != '\n'))
        return;
    catch_up(m, &o->text);
    if (m->in_function && !m->has_lines && m->offset > 0) {
        *vec_push(&m->table) = (mark){m->c_line, (uint32_t)m->offset};
        m->offset = 0;
    }
    if (m->wanted.file == NO_FILE ? m->known.file != NO_FILE : m->known.file != m->wanted.file || m->known.line != m->wanted.line)
        direct(m, &o->text, m->wanted);
}

void marks_at(out *o, size_t offset) {
    line_marks *m = o->marks;
    if (!m || !m->in_function || offset == 0)
        return;
    m->offset = offset;
    if (!m->has_lines)
        return;
    source_line source = debug_lines_find(m->lines, offset);
    if (source.file != NO_FILE && m->path_bytes > 0)
        m->wanted = source;
}

void marks_begin_function(out *o, uint32_t index) {
    line_marks *m = o->marks;
    if (!m)
        return;
    const func *f = &m->g->m->funcs[index];
    m->in_function = true;
    m->offset = f->offset;
    m->has_lines = false;
    if (!m->lines || m->path_bytes == 0)
        return;
    source_line source = debug_lines_first(m->lines, f->offset, f->offset + f->body.length);
    m->has_lines = source.file != NO_FILE;
    m->first_lines[index] = m->has_lines ? source.line : 0;
    m->wanted = source;
}

void marks_end_function(out *o) {
    line_marks *m = o->marks;
    if (!m)
        return;
    m->in_function = false;
    m->wanted.file = NO_FILE;
    marks_line(o);
}

/* ---- Names ---- */

/* Prints the members of the table that say where the module is. */
static void put_file(const generator *g, strbuf *s) {
    const translate_options *options = g->options;
    uint8_t sum[DIGEST_BYTES];
    if (options->file) {
        strbuf mapped = {0};
        prefix_map_put(options->prefix_maps, options->prefix_map_count, options->file, &mapped);
        strbuf_put(s, '"');
        put_string(s, (const uint8_t *)mapped.data, mapped.count);
        strbuf_put(s, '"');
        strbuf_free(&mapped);
    } else {
        strbuf_put(s, '0');
    }
    strbuf_printf(s, ", %zu, %zu, \"", options->file_start, g->m->input.length);
    digest_of_bytes(g->m->input.bytes, g->m->input.length, sum);
    for (int k = 0; k < DIGEST_BYTES; k++)
        strbuf_printf(s, "%02x", sum[k]);
    strbuf_put(s, '"');
}

/* Prints the name that backtraces show. */
static void put_name(strbuf *s, const uint8_t *name, size_t length) {
    strbuf readable = {0};
    if (rust_name_put(name, length, &readable)) {
        name = (const uint8_t *)readable.data;
        length = readable.count;
    }
    strbuf_put(s, '"');
    put_string(s, name, length < 4096 ? length : 4096);
    strbuf_put(s, '"');
    strbuf_free(&readable);
}

void marks_put_functions(const generator *g, out *o) {
    if (!o->marks)
        return;
    strbuf *s = &o->text;
    strbuf_puts(s, "static const wasmelt_debug_func wasmelt_debug_funcs[] = {\n");
    uint32_t count = 0;
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        const func *f = &g->m->funcs[k];
        if (!g->calls.reachable[k])
            continue;
        strbuf_printf(s, "\t{\"%s\", ", g->func_names[k]);
        if (f->name.length > 0) {
            put_name(s, f->name.bytes, f->name.length);
        } else {
            strbuf_puts(s, "0");
        }
        strbuf_printf(s, ", %u, 0x%zx, %u},\n", (unsigned)k, f->offset, (unsigned)o->marks->first_lines[k]);
        count++;
    }
    strbuf_printf(s,
                  "\t{0, 0, 0, 0, 0}\n};\nWASMELT_DEBUG_KEEP static const wasmelt_debug_module wasmelt_debug_module_functions = {\n"
                  "\tWASMELT_DEBUG_VERSION, \"%s\", wasmelt_debug_funcs, %u,\n\t",
                  g->options->name, (unsigned)count);
    put_file(g, s);
    strbuf_puts(s, ",\n};\n\n");
}
