#include "emit/data.h"

#include <wasmelt/code/support.h>

#include "emit/func.h"
#include "emit/image.h"

/* Bytes of data for each C file. */
#define BYTES_PER_FILE WASMELT_DATA_PART

/* ---- Planning ---- */

uint64_t data_files(const module *m) {
    uint64_t total = 0;
    for (uint32_t k = 0; k < m->data_count; k++)
        total += m->datas[k].bytes.length;
    return (total + BYTES_PER_FILE - 1) / BYTES_PER_FILE;
}

void data_plan(generator *g, uint32_t files) {
    uint64_t wanted = data_files(g->m);
    g->data_file_count = files > 1 && wanted > 1 ? files : 0;
    g->data_per_file = BYTES_PER_FILE;
    if (wanted > files)
        g->data_per_file *= (wanted + files - 1) / files;
}

/* The number of parts of a segment; 0: it is one array, or in images. */
static uint32_t part_count(const generator *g, uint32_t segment) {
    size_t length = g->m->datas[segment].bytes.length;
    return g->data_file_count > 0 && !g->in_image[segment] && length > WASMELT_DATA_PART ? (uint32_t)((length - 1) / WASMELT_DATA_PART + 1)
                                                                                         : 0;
}

static uint64_t file_of(const generator *g, uint64_t before) {
    uint64_t file = before / g->data_per_file;
    return file < g->data_file_count ? file : g->data_file_count - 1;
}

/* ---- Printing ---- */

static void put_array(const generator *g, out *o, uint32_t segment, const char *name, span bytes) {
    /* A passive segment may only be used by code that is not emitted. */
    const char *unused = !g->split && g->m->datas[segment].mode == SEGMENT_PASSIVE ? perhaps_unused(g) : "";
    strbuf_printf(&o->text, "%s%sconst u8 %s[%zu] =", unused, data_linkage(g), name, bytes.length + 1);
    put_literal(o, bytes);
    strbuf_puts(&o->text, ";\n\n");
}

/* Prints the next part of a segment, or all of it; returns whether it was the last part. */
static bool put_segment(const generator *g, out *o, data_cursor *c) {
    span bytes = g->m->datas[c->segment].bytes;
    uint32_t parts = part_count(g, c->segment);
    strbuf name = {0};
    strbuf_printf(&name, parts ? "%s_2data%u_%u" : "%s_2data%u", g->name, (unsigned)c->segment, (unsigned)c->part);
    if (parts) {
        bytes.bytes += (size_t)c->part * WASMELT_DATA_PART;
        bytes.length = c->part + 1 < parts ? WASMELT_DATA_PART : bytes.length - (size_t)c->part * WASMELT_DATA_PART;
    }
    put_array(g, o, c->segment, name.data, bytes);
    strbuf_free(&name);
    c->before += bytes.length;
    return ++c->part >= parts;
}

void put_data_of_file(const generator *g, out *o, data_cursor *c, uint32_t file) {
    while (c->image < g->image_count && (file == ALL_DATA || file_of(g, c->before) <= file)) {
        c->before += g->images[c->image].end - g->images[c->image].start;
        put_image(g, o, c->image++);
    }
    while (c->segment < g->m->data_count && c->image == g->image_count && (file == ALL_DATA || file_of(g, c->before) <= file))
        if (g->in_image[c->segment] || put_segment(g, o, c)) {
            c->segment++;
            c->part = 0;
        }
}

void put_data_declarations(const generator *g, out *o) {
    bool elsewhere = g->data_file_count > 0; /* in other files than the definitions */
    for (uint32_t k = 0; elsewhere && k < g->image_count; k++)
        strbuf_printf(&o->text, "extern const struct %s_2image%u %s_2image%u;\n", g->name, (unsigned)k, g->name, (unsigned)k);
    for (uint32_t k = 0; k < g->m->data_count; k++)
        if (part_count(g, k))
            strbuf_printf(&o->text, "extern const u8 *const %s_2data%u_parts[];\n", g->name, (unsigned)k);
        else if (!g->in_image[k] && (elsewhere || g->m->datas[k].mode == SEGMENT_PASSIVE))
            strbuf_printf(&o->text, "extern const u8 %s_2data%u[];\n", g->name, (unsigned)k);
}

static void put_parts(const generator *g, out *o, uint32_t segment, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        out_line(o, "extern WASMELT_HIDDEN const u8 %s_2data%u_%u[];", g->name, (unsigned)segment, (unsigned)k);
    out_open(o, "const u8 *const %s_2data%u_parts[] =", g->name, (unsigned)segment);
    for (uint32_t k = 0; k < count; k++)
        out_line(o, "%s_2data%u_%u,", g->name, (unsigned)segment, (unsigned)k);
    out_close(o, ";\n");
}

void put_data_definitions(const generator *g, out *o) {
    for (uint32_t k = 0; k < g->m->data_count; k++)
        if (part_count(g, k))
            put_parts(g, o, k, part_count(g, k));
    put_image_sources(g, o);
}

bool has_data_parts(const generator *g, uint32_t segment) {
    return part_count(g, segment) > 0;
}

const char *copy_function(const generator *g, uint32_t segment) {
    return part_count(g, segment) ? "wasmelt_memory_init_parts" : "wasmelt_memory_init";
}

void put_segment_name(const generator *g, strbuf *s, uint32_t segment) {
    strbuf_printf(s, part_count(g, segment) ? "%s_2data%u_parts" : "%s_2data%u", g->name, (unsigned)segment);
}
