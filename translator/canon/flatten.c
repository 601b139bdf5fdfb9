/* Parameters that a component passes in memory as the core values that the same function is called with otherwise: the runtime's functions
 * take these (CanonicalABI.md, flattening; the joined types of cases are all in 64 bits here). Printed in line: they are few, and known. */
#include "canon/program.h"

static void put_shape(const canon_generator *c, strbuf *s, uint32_t k, uint32_t offset, uint32_t flat);

static void put_load(strbuf *s, unsigned bits, uint32_t offset, uint32_t flat) {
    strbuf_printf(s, "\tflat[%u] = load_u%u(&c, at + %u);\n", (unsigned)flat, bits, (unsigned)offset);
}

static void put_cases(const canon_generator *c, strbuf *s, const shape *t, uint32_t offset, uint32_t flat) {
    const unsigned count = t->kind == CTYPE_VARIANT ? t->member_count : 2;
    put_load(s, t->discriminant_bytes * 8, offset, flat);
    strbuf_printf(s, "\tdiscriminant((u32)flat[%u], %u);\n", (unsigned)flat, count);
    for (uint32_t n = 0; n < t->member_count; n++) {
        const shape_member *m = &t->members[n];
        if (m->shape == NO_INDEX)
            continue;
        strbuf_printf(s, "\tif (flat[%u] == %u) {\n", (unsigned)flat, (unsigned)(t->kind == CTYPE_OPTION ? 1 : n));
        put_shape(c, s, m->shape, offset + m->offset, flat + 1);
        strbuf_puts(s, "\t}\n");
    }
}

/* As deep as the type, which is that of a function of the runtime. */
static void put_shape(const canon_generator *c, strbuf *s, uint32_t k, uint32_t offset, uint32_t flat) {
    const shape *t = shape_at(c, k);
    if (shape_has_cases(t)) {
        put_cases(c, s, t, offset, flat);
    } else if (t->kind == CTYPE_RECORD || t->kind == CTYPE_TUPLE) {
        for (uint32_t n = 0; n < t->member_count; n++) {
            put_shape(c, s, t->members[n].shape, offset + t->members[n].offset, flat);
            flat += shape_at(c, t->members[n].shape)->flat_count;
        }
    } else if (t->flat_count == 2) { /* a string or list */
        put_load(s, 32, offset, flat);
        put_load(s, 32, offset + 4, flat + 1);
    } else {
        put_load(s, t->bytes * 8, offset, flat);
    }
}

void flatten_put(const canon_generator *c, strbuf *s, uint32_t func) {
    const uint32_t k = c->funcs[func].params;
    const shape *params = shape_at(c, k);
    strbuf_printf(s, "\tconst u8 *const at = wasmelt_canon_range(&c, p0, 1, %u, %u);\n\tu64 flat[%u] = {0};\n", (unsigned)params->bytes,
                  (unsigned)params->alignment, (unsigned)params->flat_count);
    put_shape(c, s, k, 0, 0);
}
