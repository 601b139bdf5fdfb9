#include "emit/image.h"

#include <stdlib.h>
#include <string.h>

#include <wasmelt/code/support.h>

#include "base/sort.h"
#include "emit/func.h"
#include "read/instr.h"

/* Segments with at most this many bytes between them share an image. */
#define MOST_GAP 65536u
/* The smallest size of an image, */
#define LEAST_IMAGE 65536u
/* and the largest, if data stands in several C files. */
#define MOST_IMAGE WASMELT_DATA_PART

/* ---- Planning ---- */

/* Whether copying the segment certainly succeeds: its offset is constant, and it is within bounds of the memory's minimum size. */
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
        sort_stable(parts, count, sizeof *parts, by_place);
    return count;
}

/* The end of the parts that belong to the same memory as the one at `from`. Stores whether parts overlap. */
static uint32_t end_of_memory(const image_part *parts, uint32_t count, uint32_t from, bool *overlap) {
    uint32_t k = from + 1;
    *overlap = false;
    for (; k < count && parts[k].memory == parts[from].memory; k++)
        *overlap = *overlap || parts[k].at < parts[k - 1].end;
    return k;
}

/* Segments of one memory without large gaps between them. */
typedef struct run {
    const image_part *parts;
    uint32_t count;
    uint64_t data, gaps; /* numbers of bytes */
} run;

typedef struct plan {
    VEC(image) images;
    image_part *parts; /* the parts of all images: segments, cut where images end */
    size_t part_count;
} plan;

static void begin_image(plan *p, const image_part *first) {
    uint64_t start = first->at / WASMELT_IMAGE_PAGE * WASMELT_IMAGE_PAGE;
    *vec_push(&p->images) = (image){.parts = p->parts + p->part_count, .start = start};
}

/* Adds the images for a run. Images end at addresses that are multiples of `most`. */
static void add_images(generator *g, plan *p, const run *r, uint64_t most) {
    uint64_t limit = 0;
    for (uint32_t k = 0; k < r->count; k++) {
        image_part rest = r->parts[k];
        g->in_image[rest.segment] = true;
        while (rest.at < rest.end) {
            if (rest.at >= limit) {
                begin_image(p, &rest);
                limit = (rest.at / most + 1) * most;
            }
            image_part *part = &p->parts[p->part_count++];
            *part = rest;
            if (part->end > limit)
                part->end = limit;
            vec_last(&p->images).count++;
            vec_last(&p->images).end = part->end;
            rest.from += part->end - rest.at;
            rest.at = part->end;
        }
    }
}

/* Whether the run becomes images: it is large enough, and has no page in common with the image before. */
static bool is_worth_images(const plan *p, const run *r) {
    const image_part *first = &r->parts[0];
    if (r->parts[r->count - 1].end - first->at < LEAST_IMAGE)
        return false;
    if (p->images.count == 0 || vec_last(&p->images).parts->memory != first->memory)
        return true;
    return (vec_last(&p->images).end - 1) / WASMELT_IMAGE_PAGE < first->at / WASMELT_IMAGE_PAGE;
}

/* Whether the next segment belongs to the run: the gap is small enough, and all gaps together are no larger than the data. */
static bool joins(const run *r, const image_part *next, uint64_t *gap) {
    *gap = next->at - r->parts[r->count - 1].end;
    return *gap <= MOST_GAP && r->gaps + *gap <= r->data + (next->end - next->at);
}

/* The run that begins with the first of `parts`, which are the `count` parts left of one memory. */
static run run_from(const image_part *parts, uint32_t count) {
    run r = {.parts = parts, .count = 1, .data = parts[0].end - parts[0].at};
    for (uint64_t gap; r.count < count && joins(&r, &parts[r.count], &gap); r.count++) {
        r.gaps += gap;
        r.data += parts[r.count].end - parts[r.count].at;
    }
    return r;
}

void images_plan(generator *g) {
    const module *m = g->m;
    image_part *parts = arena_array(g->arena, m->data_count, sizeof *parts);
    g->in_image = arena_array(g->arena, m->data_count, sizeof *g->in_image);
    uint32_t count = collect(m, parts);
    uint64_t most = g->data_file_count > 0 ? MOST_IMAGE : UINT64_C(1) << 62;
    plan p = {.parts = arena_array(g->arena, count + m->input.length / MOST_IMAGE + 1, sizeof *parts)};
    for (uint32_t from = 0; from < count;) {
        bool overlap;
        uint32_t end = end_of_memory(parts, count, from, &overlap);
        while (!overlap && from < end) {
            run r = run_from(parts + from, end - from);
            if (is_worth_images(&p, &r))
                add_images(g, &p, &r, most);
            from += r.count;
        }
        from = end;
    }
    g->image_count = (uint32_t)p.images.count;
    g->images = arena_array(g->arena, p.images.count, sizeof *g->images);
    if (p.images.count > 0)
        memcpy(g->images, p.images.data, p.images.count * sizeof *g->images);
    vec_free(&p.images);
}

/* ---- Printing ---- */

/* One member of an image consists of segments without a gap between them. Their bytes are one string, whose final zero stands in the gap
 * that follows. Returns the first part after the member that begins with part `from`. */
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

static span part_bytes(const generator *g, const image_part *part) {
    return (span){g->m->datas[part->segment].bytes.bytes + part->from, (size_t)(part->end - part->at)};
}

void put_image(const generator *g, out *o, uint32_t number) {
    const image *i = &g->images[number];
    out_line(o, "/* Memory %u from 0x%llx to 0x%llx as it is at first: its pages can be mapped from the file this is in. */",
             (unsigned)i->parts[0].memory, (unsigned long long)i->start, (unsigned long long)i->end);
    out_open(o, "%sconst struct %s_2image%u", g->data_file_count > 0 ? data_linkage(g) : "static ", g->name, (unsigned)number);
    put_members(o, i);
    out_close(o, "");
    strbuf_printf(&o->text, " %s_2image%u __attribute__((aligned(WASMELT_IMAGE_PAGE))) = {\n", g->name, (unsigned)number);
    for (uint32_t k = 0, end; k < i->count; k = end) {
        end = run_end(i, k);
        strbuf_printf(&o->text, "\t.data%u =", (unsigned)i->parts[k].segment);
        for (uint32_t part = k; part < end; part++) {
            if (part > k)
                strbuf_printf(&o->text, "\n\t/* %u */", (unsigned)i->parts[part].segment);
            put_literal(o, part_bytes(g, &i->parts[part]));
        }
        strbuf_puts(&o->text, ",\n");
    }
    strbuf_puts(&o->text, "};\n\n");
}

void put_image_sources(const generator *g, out *o) {
    for (uint32_t k = 0; k < g->image_count; k++)
        out_line(o, "static wasmelt_image_source %s_2image%u_source;", g->name, (unsigned)k);
}

void put_image_use(const generator *g, out *o, uint32_t k) {
    const image *i = &g->images[k];
    out_line(o, "wasmelt_memory_image(self->memory%u, 0x%llxu, &%s_2image%u, 0x%llxu, &%s_2image%u_source);", (unsigned)i->parts[0].memory,
             (unsigned long long)i->start, g->name, (unsigned)k, (unsigned long long)(i->end - i->start), g->name, (unsigned)k);
}
