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

void parts_next(parts *p) {
    if (!p->several || p->room-- > 0)
        return;
    if (p->begun > 0)
        out_close(p->o, "\n");
    out_open(p->o, "static __attribute__((noinline)) void %s_part%u(struct %s *self)", p->name, (unsigned)p->begun++, p->g->name);
    p->room = MOST_IN_PART - 1;
}

void parts_end(parts *p) {
    if (p->begun > 0)
        out_close(p->o, "\n");
    if (p->several)
        begin_function(p);
    for (uint32_t k = 0; k < p->begun; k++)
        out_line(p->o, "%s_part%u(self);", p->name, (unsigned)k);
}
