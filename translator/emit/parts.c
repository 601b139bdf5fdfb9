#include "emit/parts.h"

static void begin_function(const parts *p) {
    out_open(p->o, "static void %s(void *instance)", p->name);
    out_line(p->o, "struct %s *const self = instance;", p->g->name);
}

parts parts_begin(const generator *g, out *o, const char *name, uint64_t count) {
    parts p = {.g = g, .o = o, .name = name, .several = count > MOST_WHOLE};
    if (!p.several)
        begin_function(&p);
    return p;
}

static void next(parts *p, uint64_t statements) {
    if (!p->several)
        return;
    if (p->begun == 0 || p->room < statements) {
        if (p->begun > 0)
            out_close(p->o, "\n");
        out_open(p->o, "UNOPTIMIZED static void %s_part%u(struct %s *self)", p->name, (unsigned)p->begun++, p->g->name);
        p->room = MOST_IN_PART;
    }
    p->room -= statements < p->room ? statements : p->room;
}

void parts_next(parts *p) {
    next(p, 1);
}

void parts_next_constant(parts *p, const const_expr *code) {
    next(p, constant_statements(code));
}

/* The most bytes of an expression of one instruction (v128.const), and the bytes for each statement of a longer expression. */
#define MOST_SIMPLE 20
#define BYTES_FOR_STATEMENT 4

uint64_t constant_statements(const const_expr *code) {
    return code->code.length > MOST_SIMPLE ? code->code.length / BYTES_FOR_STATEMENT : 1;
}

void parts_end(parts *p) {
    if (p->begun > 0)
        out_close(p->o, "\n");
    if (p->several)
        begin_function(p);
    for (uint32_t k = 0; k < p->begun; k++)
        out_line(p->o, "%s_part%u(self);", p->name, (unsigned)k);
}
