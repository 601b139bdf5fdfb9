/* Calls into and out of components (CanonicalABI.md, canon lift and canon lower).
 *
 * A trap drops the frames of calls: what they have entered stays entered, so that the component cannot be called any more, as the
 * specification wants it; what they have allocated is freed with the component. */
#include <wasmelt/code/component.h>

#include "scratch.h"

/* ---- Calls by the host ---- */

void wasmelt_canon_host_begin(wasmelt_canon_component *self) {
    if (!self->parts[0].may_enter)
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_ENTER);
    wasmelt_rt_scratch_free(self, &self->before); /* of a call that has trapped before it entered */
    if (self->scratch.blocks) {
        self->before = self->scratch;
        self->scratch = (wasmelt_canon_scratch){0};
    }
}

void wasmelt_canon_host_end(wasmelt_canon_component *self) {
    wasmelt_rt_scratch_free(self, &self->before);
}

/* ---- Entering and leaving ---- */

static bool is_around(const wasmelt_canon_part *part, const wasmelt_canon_part *inner) {
    while (inner && inner != part)
        inner = inner->parent;
    return inner != NULL;
}

bool wasmelt_canon_may_enter(const wasmelt_canon_part *part, const wasmelt_canon_part *caller) {
    for (const wasmelt_canon_part *p = part; p && !is_around(p, caller); p = p->parent)
        if (!p->may_enter)
            return false;
    return true;
}

void wasmelt_canon_enter(wasmelt_canon_part *part, const wasmelt_canon_part *caller) {
    if (!wasmelt_canon_may_enter(part, caller))
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_ENTER);
    for (wasmelt_canon_part *p = part; p && !is_around(p, caller); p = p->parent)
        p->may_enter = false;
}

void wasmelt_canon_leave(wasmelt_canon_part *part, const wasmelt_canon_part *caller) {
    for (wasmelt_canon_part *p = part; p && !is_around(p, caller); p = p->parent)
        p->may_enter = true;
}

void wasmelt_canon_may_leave(const wasmelt_canon_part *part) {
    if (!part->may_leave)
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_LEAVE);
}

wasmelt_canon_call wasmelt_canon_begin(const wasmelt_canon *canon) {
    wasmelt_canon_may_leave(canon->part);
    return (wasmelt_canon_call){.canon = canon, .scratch = canon->component->scratch};
}

void wasmelt_canon_end(wasmelt_canon_call *c) {
    for (const wasmelt_canon_lend *l = c->lends; l; l = l->next)
        c->canon->part->handles[l->handle].lends--;
    wasmelt_rt_scratch_rewind(c->canon->component, &c->canon->component->scratch, &c->scratch);
}

void wasmelt_canon_no_borrows(const wasmelt_canon_call *c) {
    if (c->borrows > 0)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_LEFT);
}
