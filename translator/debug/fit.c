#include "debug/fit.h"

#include "read/instr.h"
#include "read/types.h"

/* A walk along the code and the rows, both by address. */
typedef struct walk {
    const debug_lines *lines;
    size_t row;     /* number of rows passed */
    size_t misfits; /* how many of them no compiler would give */
} walk;

/* Passes the rows before an offset; `fit`: they are where they may be. */
static void pass(walk *w, size_t offset, bool fit) {
    size_t before = w->row;
    while (w->row < debug_lines_count(w->lines) && debug_lines_offset(w->lines, w->row) < offset)
        w->row++;
    if (!fit)
        w->misfits += w->row - before;
}

/* Passes the rows at the beginning of what is at this offset; those before it are inside of something. */
static void pass_boundary(walk *w, size_t offset) {
    pass(w, offset, false);
    pass(w, offset + 1, true);
}

static bool skip_locals(cursor *c, const module *m) {
    uint32_t groups, count;
    wasmelt_valtype type;
    if (!cursor_u32(c, &groups))
        return false;
    for (uint32_t g = 0; g < groups; g++)
        if (!cursor_u32(c, &count) || !cursor_valtype(c, m, &type))
            return false;
    return true;
}

/* Passes the rows up to the end of a function's body. Those before it are at its size. */
static void pass_function(walk *w, const module *m, const func *f) {
    diag d;
    diag_init(&d);
    cursor c = {f->body.bytes, f->body.bytes + f->body.length, m->input.bytes, &d};
    pass(w, f->offset + 1, true);
    bool ok = skip_locals(&c, m);
    while (ok && !cursor_done(&c)) {
        instr i;
        pass_boundary(w, cursor_offset(&c));
        ok = instr_read(&c, m, &i);
    }
    pass_boundary(w, f->offset + f->body.length);
}

bool debug_lines_fit(const debug_lines *lines, const module *m) {
    walk w = {.lines = lines};
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++)
        pass_function(&w, m, &m->funcs[k]);
    size_t count = debug_lines_count(lines), outside = debug_lines_outside(lines);
    w.misfits += count - w.row;
    return (w.misfits + outside) * 100 <= count + outside;
}
