#include "emit/image.h"

#include <stdlib.h>
#include <string.h>

#include <wasmelt/support.h>

#include "read/instr.h"

/* Segments that are no further apart than this share an image. */
#define MOST_GAP 65536u
/* An image is no smaller than this. */
#define LEAST_IMAGE 65536u

/* ---- Deciding ---- */

/* Whether the segment is copied to a place that is known now and within bounds. */
static bool is_certain(const module *m, const data_segment *s, uint64_t *at) {
    if (s->memory < m->imported_memories || !const_expr_integer(m, &s->offset_expr, at))
        return false;
    const wasmelt_memory_type *t = &m->memories[s->memory].type;
    uint64_t size = t->minimum << 16;
    return t->page_size_log2 == 16 && t->minimum <= UINT64_MAX >> 16 && *at <= size && s->bytes.length <= size - *at;
}

static int by_place(const void *left, const void *right) {
    const image_part *a = left, *b = right;
    if (a->memory != b->memory)
        return a->memory < b->memory ? -1 : 1;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->segment < b->segment ? -1 : 1;
}

static uint32_t collect(const module *m, image_part *parts) {
    uint32_t count = 0;
    for (uint32_t k = 0; k < m->data_count; k++) {
        const data_segment *s = &m->datas[k];
        uint64_t at;
        if (s->mode == SEGMENT_PASSIVE)
            continue;
        if (!is_certain(m, s, &at))
            break;
        if (s->bytes.length > 0)
            parts[count++] = (image_part){.segment = k, .memory = s->memory, .at = at, .end = at + s->bytes.length};
    }
    if (count > 0)
        qsort(parts, count, sizeof *parts, by_place);
    return count;
}

/* The end of the parts of one memory that begin at `from`. */
static uint32_t end_of_memory(const image_part *parts, uint32_t count, uint32_t from, bool *overlap) {
    uint32_t k = from + 1;
    *overlap = false;
    for (; k < count && parts[k].memory == parts[from].memory; k++)
        *overlap = *overlap || parts[k].at < parts[k - 1].end;
    return k;
}

typedef VEC(image) image_list;

static void add_image(generator *g, image_list *images, const image_part *parts, uint32_t count) {
    uint64_t start = parts[0].at / WASMELT_IMAGE_PAGE * WASMELT_IMAGE_PAGE;
    if (parts[count - 1].end - start < LEAST_IMAGE)
        return;
    *vec_push(images) = (image){.parts = parts, .count = count, .start = start, .end = parts[count - 1].end};
    for (uint32_t k = 0; k < count; k++)
        g->in_image[parts[k].segment] = true;
}

void images_plan(generator *g) {
    const module *m = g->m;
    image_part *parts = arena_array(g->arena, m->data_count, sizeof *parts);
    g->in_image = arena_array(g->arena, m->data_count, sizeof *g->in_image);
    uint32_t count = collect(m, parts);
    image_list images = {0};
    for (uint32_t from = 0; from < count;) {
        bool overlap;
        uint32_t end = end_of_memory(parts, count, from, &overlap);
        for (uint32_t k = from + 1; !overlap && k <= end; k++)
            if (k == end || parts[k].at - parts[k - 1].end > MOST_GAP) {
                add_image(g, &images, parts + from, k - from);
                from = k;
            }
        from = end;
    }
    g->image_count = (uint32_t)images.count;
    g->images = arena_array(g->arena, images.count, sizeof *g->images);
    if (images.count > 0)
        memcpy(g->images, images.data, images.count * sizeof *g->images);
    vec_free(&images);
}

/* ---- Printing ---- */

/* A member of an image: segments without a gap between them. Their bytes are a string, whose final zero stands in the
 * gap that follows. Returns the first part behind it. */
static uint32_t run_end(const image *i, uint32_t from) {
    uint32_t k = from + 1;
    while (k < i->count && i->parts[k].at == i->parts[k - 1].end)
        k++;
    return k;
}

static void put_gap(out *o, uint32_t segment, uint64_t length) {
    if (length > 0)
        out_line(o, "u8 gap%u[%llu];", (unsigned)segment, (unsigned long long)length);
}

static void put_members(out *o, const image *i) {
    uint64_t at = i->start;
    for (uint32_t k = 0, end; k < i->count; k = end) {
        end = run_end(i, k);
        put_gap(o, i->parts[k].segment, i->parts[k].at - at);
        at = i->parts[end - 1].end + 1;
        out_line(o, "u8 data%u[%llu];", (unsigned)i->parts[k].segment, (unsigned long long)(at - i->parts[k].at));
    }
    uint64_t whole = (i->end + WASMELT_IMAGE_PAGE - 1) / WASMELT_IMAGE_PAGE * WASMELT_IMAGE_PAGE;
    if (at < whole)
        out_line(o, "u8 rest[%llu];", (unsigned long long)(whole - at));
}

void put_image(const generator *g, out *o, uint32_t number) {
    const image *i = &g->images[number];
    out_line(o, "/* Memory %u from 0x%llx to 0x%llx as it is at first: its pages can be mapped from the file this is in. */",
             (unsigned)i->parts[0].memory, (unsigned long long)i->start, (unsigned long long)i->end);
    out_open(o, "static const struct");
    put_members(o, i);
    out_close(o, "");
    strbuf_printf(&o->text, " %s_image%u __attribute__((aligned(WASMELT_IMAGE_PAGE))) = {\n", g->name, (unsigned)number);
    for (uint32_t k = 0, end; k < i->count; k = end) {
        end = run_end(i, k);
        strbuf_printf(&o->text, "\t.data%u =", (unsigned)i->parts[k].segment);
        for (uint32_t part = k; part < end; part++) {
            if (part > k)
                strbuf_printf(&o->text, "\n\t/* %u */", (unsigned)i->parts[part].segment);
            put_literal(o, g->m->datas[i->parts[part].segment].bytes);
        }
        strbuf_puts(&o->text, ",\n");
    }
    strbuf_puts(&o->text, "};\n");
    out_line(o, "static wasmelt_image_source %s_image%u_source;\n", g->name, (unsigned)number);
}

void put_image_uses(const generator *g, out *o) {
    for (uint32_t k = 0; k < g->image_count; k++) {
        const image *i = &g->images[k];
        out_line(o, "wasmelt_memory_image(self->memory%u, 0x%llxu, &%s_image%u, 0x%llxu, &%s_image%u_source);",
                 (unsigned)i->parts[0].memory, (unsigned long long)i->start, g->name, (unsigned)k,
                 (unsigned long long)(i->end - i->start), g->name, (unsigned)k);
    }
}
