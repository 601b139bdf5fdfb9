/* The functions of a component with something async in C: what calls.c prints for others. A lifted function becomes the body of a task,
 * which asks for its parameters when it starts; a lowered one says how they are lifted, and how the result is lowered, whenever that will
 * be (wasmelt/code/async.h). */
#include "canon/generator.h"

static const call_words words = {"c", "c->", "v.a"};

bool async_is_built_in(canon_kind k) {
    return k != CANON_LIFT && k != CANON_LOWER && k != CANON_RESOURCE_NEW && k != CANON_RESOURCE_DROP && k != CANON_RESOURCE_REP;
}

static bool has_params(const canon_generator *c, uint32_t func) {
    return shape_at(c, c->funcs[func].params)->member_count > 0;
}

static const char *truth(bool is_so) {
    return is_so ? "true" : "false";
}

/* ---- What streams and futures carry ---- */

static void put_element(canon_generator *c, strbuf *s, uint32_t k) {
    uint32_t of = shape_at(c, k)->members[0].shape;
    if (of == NO_INDEX) {
        strbuf_printf(s, "\nstatic const wasmelt_canon_element element%u = {0};\n", (unsigned)k);
        return;
    }
    const shape *t = shape_at(c, of);
    const char *suffix = c->names[of].suffix;
    strbuf_printf(s, "\nstatic void copy%u(wasmelt_canon_call *reader, u8 *to, wasmelt_canon_call *writer, const u8 *from, u32 count) {\n",
                  (unsigned)k);
    bool is_float = shape_is_float(t), is_number = is_float || shape_is_integer(t);
    if (is_number) /* both may be in one memory, and overlap */
        strbuf_printf(s, "\tmemmove(to, from, (size_t)count * %u);\n", (unsigned)t->bytes);
    if (is_float || !is_number)
        strbuf_printf(s, "\tfor (size_t k = 0; k < count; k++)\n\t\tstore_%s(reader, load_%s(writer, %s + k * %u), to + k * %u);\n", suffix,
                      suffix, is_float ? "to" : "from", (unsigned)t->bytes, (unsigned)t->bytes);
    strbuf_puts(s, "}\n");
    const bool is_for_hosts = c->names[k].marks & SHAPE_PUBLIC;
    const char *type = c->names[of].type;
    if (is_for_hosts)
        strbuf_printf(
            s,
            "\nstatic void load%u(wasmelt_canon_call *writer, void *to, const u8 *from, u32 count) {\n\t%s *const v = to;\n"
            "\tfor (size_t k = 0; k < count; k++)\n\t\tv[k] = load_%s(writer, from + k * %u);\n}\n"
            "\nstatic void store%u(wasmelt_canon_call *reader, u8 *to, const void *from, u32 count) {\n\tconst %s *const v = from;\n"
            "\tfor (size_t k = 0; k < count; k++)\n\t\tstore_%s(reader, v[k], to + k * %u);\n}\n",
            (unsigned)k, type, suffix, (unsigned)t->bytes, (unsigned)k, type, suffix, (unsigned)t->bytes);
    strbuf_printf(s, "\nstatic const wasmelt_canon_element element%u = {%u, %u, %s, copy%u", (unsigned)k, (unsigned)t->bytes,
                  (unsigned)t->alignment, truth(is_number), (unsigned)k);
    if (is_for_hosts)
        strbuf_printf(s, ", sizeof(%s), load%u, store%u};\n", type, (unsigned)k, (unsigned)k);
    else
        strbuf_puts(s, ", 0, NULL, NULL};\n");
}

void async_put_elements(canon_generator *c, strbuf *s, bool contents) {
    for (uint32_t k = 0; k < c->shapes.all.count && has_room(c, s); k++) {
        ctype_kind kind = shape_at(c, k)->kind;
        if ((kind != CTYPE_STREAM && kind != CTYPE_FUTURE) || !(c->names[k].marks & SHAPE_USED))
            continue;
        if (contents)
            put_element(c, s, k);
        else
            strbuf_printf(s, "\nstatic const wasmelt_canon_element element%u;\n", (unsigned)k);
    }
}

/* ---- Lifted functions ---- */

static void put_params_struct(canon_generator *c, strbuf *s, uint32_t func) {
    const shape *params = shape_at(c, c->funcs[func].params);
    if (params->member_count == 0)
        return;
    strbuf_printf(s, "\ntypedef struct arguments%u {\n", (unsigned)func);
    for (uint32_t k = 0; k < params->member_count; k++)
        strbuf_printf(s, "\t%s a%u;\n", c->names[params->members[k].shape].type, (unsigned)k);
    strbuf_printf(s, "} arguments%u;\n", (unsigned)func);
}

void async_put_lifted(canon_generator *c, strbuf *s, uint32_t func) {
    const graph_func *f = &c->g->funcs.data[func];
    core_signature g = calls_signature(c, func, true);
    bool any = has_params(c, func), has_result = c->funcs[func].result != NO_INDEX;
    if (f->options.is_async)
        g.result = f->options.callback.kind != CORE_NONE ? 'i' : 0;
    put_params_struct(c, s, func);
    calls_put_where(s, f->offset);
    strbuf_printf(s, "static void run%u(wasmelt_canon_task *t) {\n\twasmelt_canon_call *const c = &t->call;\n", (unsigned)func);
    if (any)
        strbuf_printf(s, "\targuments%u v;\n", (unsigned)func);
    strbuf_printf(s, "\twasmelt_canon_task_start(t, %s);\n", any ? "&v" : "NULL");
    calls_put_lowered_params(c, s, func, &g, words);
    strbuf_puts(s, "\twasmelt_canon_task_started(t);\n");
    calls_put_core_call(s, &g, words);
    if (f->options.is_async) {
        strbuf_puts(s, g.result ? "\tt->packed = core;\n}\n" : "}\n");
        return;
    }
    strbuf_puts(s, "\twasmelt_canon_task_returning(t);\n");
    calls_put_lifted_result(c, s, c->funcs[func].result, &g, words);
    strbuf_printf(s, "\twasmelt_canon_task_return(t, %s);\n", has_result ? "&result" : "t");
    if (f->options.post_return.kind != CORE_NONE)
        calls_put_post_return(s, &g, words);
    strbuf_puts(s, "}\n");
}

void async_put_destroy(canon_generator *c, strbuf *s, uint32_t resource) {
    unsigned k = (unsigned)resource;
    strbuf_printf(s,
                  "\nstatic void run_destructor%u(wasmelt_canon_task *t) {\n\tu32 rep;\n\twasmelt_canon_task_start(t, &rep);\n"
                  "\twasmelt_canon_task_started(t);\n\tconst wasmelt_func *const f = t->call.canon->func;\n"
                  "\t((void (*)(void *, u32))f->code)(f->instance, rep);\n\tno_exception();\n\twasmelt_canon_task_returning(t);\n"
                  "\twasmelt_canon_task_return(t, t);\n}\n",
                  k);
    strbuf_printf(s,
                  "\nstatic void destroy%u(%s *self, const wasmelt_canon_part *caller, u32 rep) {\n"
                  "\twasmelt_canon_call_destructor(&self->destructor%u, caller, rep);\n}\n",
                  k, c->prefix, k);
}

void async_put_host_params(canon_generator *c, strbuf *s, uint32_t func) {
    if (!has_params(c, func))
        return;
    strbuf_printf(s, "\tconst arguments%u v = {", (unsigned)func);
    for (uint32_t k = 0; k < shape_at(c, c->funcs[func].params)->member_count; k++)
        strbuf_printf(s, "%s.a%u = a%u", k > 0 ? ", " : "", (unsigned)k, (unsigned)k);
    strbuf_puts(s, "};\n");
}

const char *async_host_params(const canon_generator *c, uint32_t func) {
    return has_params(c, func) ? "&v, sizeof v" : "NULL, 0";
}

void async_put_host_call(canon_generator *c, strbuf *s, uint32_t func) {
    bool has_result = c->funcs[func].result != NO_INDEX;
    async_put_host_params(c, s, func);
    if (has_result)
        strbuf_printf(s, "\t%s result;\n", types_result(c, func));
    strbuf_printf(s, "\twasmelt_canon_call_host(&self->lift%u, %s, %s);\n", (unsigned)func, async_host_params(c, func),
                  has_result ? "&result, sizeof result" : "NULL, 0");
}

/* ---- Lowered functions ---- */

static void put_start(canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    uint32_t func = c->g->canons.data[canon].func;
    const shape *params = shape_at(c, c->funcs[func].params);
    calls_put_where(s, c->g->canons.data[canon].offset);
    strbuf_printf(s, "static void start%u(wasmelt_canon_subtask *s, void *params) {\n", (unsigned)canon);
    if (params->member_count > 0) {
        strbuf_printf(s, "\twasmelt_canon_call *const c = &s->call;\n\targuments%u *const v = params;\n", (unsigned)func);
        if (g->params_in_memory)
            strbuf_printf(s, "\tconst u8 *const at = wasmelt_canon_range(c, (u32)s->flat[0], 1, %u, %u);\n", (unsigned)params->bytes,
                          (unsigned)params->alignment);
    }
    for (uint32_t k = 0, flat = 0; k < params->member_count; k++) {
        const shape_member *m = &params->members[k];
        strbuf_printf(s, "\tv->a%u = %s_%s(c, %s + %u);\n", (unsigned)k, g->params_in_memory ? "load" : "lift", c->names[m->shape].suffix,
                      g->params_in_memory ? "at" : "s->flat", (unsigned)(g->params_in_memory ? m->offset : flat));
        flat += shape_at(c, m->shape)->flat_count;
    }
    strbuf_puts(s, "}\n");
}

void async_put_resolve(canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    uint32_t result = c->funcs[c->g->canons.data[canon].func].result;
    strbuf_printf(s, "\nstatic void resolve%u(wasmelt_canon_subtask *s, const void *result) {\n", (unsigned)canon);
    if (result != NO_INDEX) {
        const shape *t = shape_at(c, result);
        const shape_name *n = &c->names[result];
        strbuf_printf(s, "\twasmelt_canon_call *const c = &s->call;\n\tconst %s *const v = result;\n", n->type);
        if (g->result_in_memory)
            strbuf_printf(s, "\tstore_%s(c, *v, wasmelt_canon_range(c, (u32)s->flat[%zu], 1, %u, %u));\n", n->suffix, strlen(g->params) - 1,
                          (unsigned)t->bytes, (unsigned)t->alignment);
        else
            strbuf_printf(s, "\tlower_%s(c, *v, s->core);\n", n->suffix);
    }
    strbuf_puts(s, "}\n");
}

void async_put_lowered(canon_generator *c, strbuf *s, uint32_t canon) {
    const graph_canon *k = &c->g->canons.data[canon];
    core_signature g = calls_canon_signature(c, canon);
    unsigned number = (unsigned)canon;
    put_start(c, s, canon, &g);
    async_put_resolve(c, s, canon, &g);
    calls_put_core_head(c, s, canon, &g);
    strbuf_printf(s, "\twasmelt_canon_subtask s = {.start = start%u, .resolve = resolve%u};\n", number, number);
    for (size_t p = 0; g.params[p]; p++) {
        strbuf_printf(s, "\ts.flat[%zu] = ", p);
        calls_put_param_bits(s, g.params[p], p);
        strbuf_puts(s, ";\n");
    }
    strbuf_printf(s, "\t%swasmelt_canon_call_%s(&self->canon%u, &self->lift%u, &s);\n", k->options.is_async ? "return " : "",
                  k->options.is_async ? "async" : "wait", number, (unsigned)k->func);
    if (!k->options.is_async && g.result) {
        strbuf_puts(s, "\treturn ");
        calls_put_from_bits(s, g.result, "s.core[0]");
        strbuf_puts(s, ";\n");
    }
    strbuf_puts(s, "}\n");
}

/* ---- Built-ins ---- */

static void put_task_return(canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    uint32_t result = c->canon_shapes[canon];
    strbuf_printf(s, "\twasmelt_canon_task *const t = wasmelt_canon_task_of(&self->canon%u);\n", (unsigned)canon);
    if (result != NO_INDEX) {
        const shape *t = shape_at(c, result);
        const shape_name *n = &c->names[result];
        strbuf_puts(s, "\twasmelt_canon_call *const c = &t->call;\n");
        if (g->params_in_memory) {
            strbuf_printf(s, "\tconst %s result = load_%s(c, wasmelt_canon_range(c, p0, 1, %u, %u));\n", n->type, n->suffix,
                          (unsigned)t->bytes, (unsigned)t->alignment);
        } else {
            calls_put_flat(s, g->params, strlen(g->params));
            strbuf_printf(s, "\tconst %s result = lift_%s(c, flat);\n", n->type, n->suffix);
        }
    }
    strbuf_printf(s, "\twasmelt_canon_task_return(t, %s);\n", result != NO_INDEX ? "&result" : "t");
}

void async_put_built_in(canon_generator *c, strbuf *s, uint32_t canon) {
    const graph_canon *k = &c->g->canons.data[canon];
    core_signature g = calls_canon_signature(c, canon);
    calls_put_core_head(c, s, canon, &g);
    if (k->kind == CANON_TASK_RETURN) {
        put_task_return(c, s, canon, &g);
        strbuf_puts(s, "}\n");
        return;
    }
    strbuf_puts(s, g.result == 'i' && k->kind == CANON_CONTEXT_GET ? "\treturn (u32)wasmelt_canon_"
                   : g.result                                      ? "\treturn wasmelt_canon_"
                                                                   : "\twasmelt_canon_");
    for (const char *p = canon_name(k->kind); *p; p++)
        strbuf_put(s, *p == '.' || *p == '-' ? '_' : *p);
    strbuf_printf(s, "(&self->canon%u", (unsigned)canon);
    if (k->kind == CANON_CONTEXT_GET || k->kind == CANON_CONTEXT_SET)
        strbuf_printf(s, ", %u", (unsigned)k->slot);
    for (size_t p = 0; g.params[p]; p++)
        strbuf_printf(s, ", p%zu", p);
    strbuf_puts(s, ");\n}\n");
}

/* ---- Options ---- */

void async_put_lift_options(canon_generator *c, strbuf *s, const char *place, uint32_t func) {
    const graph_func *f = &c->g->funcs.data[func];
    uint32_t result = c->funcs[func].result;
    strbuf_printf(s, "\t%s.run = run%u;\n\t%s.is_async = %s;\n\t%s.is_async_type = %s;\n\t%s.may_block = %s;\n\t%s.result = %u;\n", place,
                  (unsigned)func, place, truth(f->options.is_async), place, truth(f->type->is_async), place,
                  truth(c->g->parts.data[f->part].may_block), place, result == NO_INDEX ? 0 : (unsigned)result + 1);
}

void async_put_canon_options(canon_generator *c, strbuf *s, const char *place, uint32_t canon) {
    const graph_canon *k = &c->g->canons.data[canon];
    uint32_t of = c->canon_shapes[canon];
    bool flag = k->kind == CANON_THREAD_NEW_INDIRECT ? k->is_wide : k->flag;
    strbuf_printf(s, "\t%s.is_async = %s;\n\t%s.flag = %s;\n", place, truth(k->options.is_async), place, truth(flag));
    if (of != NO_INDEX && k->kind == CANON_TASK_RETURN)
        strbuf_printf(s, "\t%s.result = %u;\n", place, (unsigned)of + 1);
    else if (of != NO_INDEX)
        strbuf_printf(s, "\t%s.element = &element%u;\n", place, (unsigned)of);
}
