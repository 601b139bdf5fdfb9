/* The functions by which the host of a library only starts calls of async functions, and returns later from its own. */
#include "canon/program.h"

/* ---- Which there are ---- */

static bool is_started(const canon_generator *c, size_t k) {
    const graph_func *f = &c->g->funcs.data[c->g->exports.data[k].func];
    return !c->program && !f->is_import && f->type->is_async;
}

static bool may_return_later(const canon_generator *c, uint32_t func) {
    const graph_func *f = &c->g->funcs.data[func];
    return f->is_import && f->type->is_async && c->funcs[func].is_called && !c->funcs[func].is_hosted;
}

static bool any_started(const canon_generator *c) {
    for (size_t k = 0; k < c->g->exports.count; k++)
        if (is_started(c, k))
            return true;
    return false;
}

bool host_calls_any(const canon_generator *c) {
    for (uint32_t k = 0; k < c->g->funcs.count; k++)
        if (may_return_later(c, k))
            return true;
    return any_started(c);
}

void host_calls_name(canon_generator *c) {
    c->starts = arena_array(c->g->arena, c->g->exports.count, sizeof *c->starts);
    c->results = arena_array(c->g->arena, c->g->exports.count, sizeof *c->results);
    for (size_t k = 0; k < c->g->exports.count; k++) {
        const graph_export *e = &c->g->exports.data[k];
        if (!is_started(c, k))
            continue;
        c->starts[k] = names_claim_member(c, "", e->interface, "", e->name, "_start");
        c->results[k] = names_claim_member(c, "", e->interface, "", e->name, "_result");
    }
    for (uint32_t k = 0; k < c->g->funcs.count; k++) {
        const graph_func *f = &c->g->funcs.data[k];
        if (!may_return_later(c, k))
            continue;
        c->funcs[k].later = names_claim_member(c, "", f->interface, "", f->name, "_later");
        c->funcs[k].give = names_claim_member(c, "", f->interface, "", f->name, "_return");
    }
    if (any_started(c)) {
        strbuf s = {0};
        strbuf_printf(&s, "%s_drop_call", c->prefix);
        c->drop_call = names_claim(c, &s);
        strbuf_free(&s);
    }
}

/* ---- Calls that the host starts ---- */

static void put_start(canon_generator *c, strbuf *s, size_t k, bool has_body) {
    const uint32_t func = c->g->exports.data[k].func;
    const bool has_result = c->funcs[func].result != NO_INDEX;
    strbuf_printf(s, "%swasmelt_started_call *%s(%s *self", has_body ? "\n" : "", c->starts[k], c->prefix);
    types_put_params(c, s, func, !has_body);
    if (!has_body) {
        strbuf_puts(s, ", void (*done_)(void *own), void *own_);\n"); /* no label ends with an underscore, but for words of C */
        return;
    }
    strbuf_puts(s, ", void (*done)(void *own), void *own) {\n\twasmelt_canon_host_begin(&self->base);\n");
    async_put_host_params(c, s, func);
    strbuf_printf(s, "\twasmelt_started_call *const call = wasmelt_canon_host_start(&self->lift%u, %s, ", (unsigned)func,
                  async_host_params(c, func));
    if (has_result)
        strbuf_printf(s, "sizeof(%s)", types_result(c, func));
    else
        strbuf_puts(s, "0");
    strbuf_puts(s, ", done, own);\n\twasmelt_canon_host_end(&self->base);\n\treturn call;\n}\n");
}

static void put_result(canon_generator *c, strbuf *s, size_t k, bool has_body) {
    const uint32_t func = c->g->exports.data[k].func;
    const bool has_result = c->funcs[func].result != NO_INDEX;
    strbuf_printf(s, "%sbool %s(const wasmelt_started_call *call", has_body ? "\n" : "", c->results[k]);
    if (has_result)
        strbuf_printf(s, ", %s *result", types_result(c, func));
    if (has_body)
        strbuf_printf(s, ") {\n\treturn wasmelt_canon_host_result(call, %s);\n}\n", has_result ? "result" : "NULL");
    else
        strbuf_puts(s, ");\n");
}

/* ---- Functions of the host that return later ---- */

static void put_later(canon_generator *c, strbuf *s, uint32_t func, bool has_body) {
    const bool has_result = c->funcs[func].result != NO_INDEX;
    strbuf_printf(s, "%swasmelt_pending_call *%s(%s *self, void (*given_up)(void *own), void *own)", has_body ? "\n" : "",
                  c->funcs[func].later, c->prefix);
    if (has_body)
        strbuf_printf(s, " {\n\treturn wasmelt_canon_host_later(&self->base, %u, given_up, own);\n}\n\n", (unsigned)func);
    else
        strbuf_puts(s, ";\n");
    strbuf_printf(s, "bool %s(%s *self, wasmelt_pending_call *call", c->funcs[func].give, c->prefix);
    if (has_result)
        strbuf_printf(s, ", %s result", types_result(c, func));
    if (has_body)
        strbuf_printf(s, ") {\n\treturn wasmelt_canon_host_return(&self->base, call, %s);\n}\n", has_result ? "&result" : "NULL");
    else
        strbuf_puts(s, ");\n");
}

void host_calls_put_ask(const canon_generator *c, strbuf *s, uint32_t func) {
    (void)c;
    strbuf_printf(s, "\twasmelt_canon_ask(&c, %u);\n", (unsigned)func);
}

void host_calls_put_answer(const canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    const bool is_async = c->g->canons.data[canon].options.is_async;
    unsigned param = 0;
    if (g->result_in_memory)
        param = (unsigned)strlen(g->params) - 1;
    strbuf_puts(s, "\twasmelt_pending_call *const later = wasmelt_canon_answer(&c);\n\tif (later)");
    if (!is_async && !g->result)
        strbuf_puts(s, " {\n\t\t");
    else
        strbuf_puts(s, "\n\t\treturn ");
    strbuf call = {0};
    strbuf_printf(&call, "wasmelt_canon_pend%s(&c, later, resolve%u, %u, ", is_async ? "" : "_waiting", (unsigned)canon, param);
    if (g->result_in_memory)
        strbuf_printf(&call, "p%u)", param);
    else
        strbuf_puts(&call, "0)");
    if (is_async || !g->result)
        strbuf_puts(s, call.data);
    else
        calls_put_from_bits(s, g->result, call.data);
    strbuf_puts(s, !is_async && !g->result ? ";\n\t\treturn;\n\t}\n" : ";\n");
    strbuf_free(&call);
}

/* ---- Both ---- */

static void put_comments(const canon_generator *c, strbuf *s) {
    if (c->drop_call)
        strbuf_puts(
            s,
            "\n/* Calls that only start. `done_`, if it is not null, is called once the function has returned, by go_on and nothing else. "
            "Then result gives\n * what it has returned, which is there until the call is dropped. What parameters refer to has to be "
            "there until the function has\n * begun: at the latest until it has returned, or the call is dropped. Each call is dropped, "
            "once; one that has not returned yet is\n * cancelled, if the component heeds that. */\n");
}

void host_calls_put(canon_generator *c, strbuf *s, bool bodies) {
    if (!bodies)
        put_comments(c, s);
    for (size_t k = 0; k < c->g->exports.count && has_room(c, s); k++) {
        if (!c->starts[k])
            continue;
        put_start(c, s, k, bodies);
        put_result(c, s, k, bodies);
    }
    if (c->drop_call)
        strbuf_printf(s,
                      bodies ? "\nvoid %s(%s *self, wasmelt_started_call *call) {\n\twasmelt_canon_host_drop_call(&self->base, call);\n}\n"
                             : "void %s(%s *self, wasmelt_started_call *call);\n",
                      c->drop_call, c->prefix);
    bool is_first = true;
    for (uint32_t k = 0; k < c->g->funcs.count && has_room(c, s); k++) {
        if (!c->funcs[k].later)
            continue;
        if (is_first && !bodies)
            strbuf_puts(
                s, "\n/* Functions of the host that return later. One that calls `later` may return anything at once; when its result is "
                   "there, `return`\n * gives it, and go_on lets the component have it. Null: the function is not called now, or has asked "
                   "before. `given_up`, if it\n * is not null, is called when the component does not want the result any more; `return` is "
                   "called once all the same, and says\n * whether it was wanted. */\n");
        is_first = false;
        put_later(c, s, k, bodies);
    }
    if (c->go_on)
        strbuf_printf(s, "%svoid %s(%s *self)%s", "\n", c->go_on, c->prefix,
                      bodies ? " {\n\twasmelt_canon_host_go_on(&self->base);\n}\n"
                             : "; /* lets everything in the component go on that can; then `done_` is called for what has returned */\n");
}
