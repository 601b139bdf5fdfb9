/* The functions of a component in C. A lifted one is called with values of C, by hosts or by other components; a lowered one is a core
 * function that modules are given (CanonicalABI.md, canon lift and canon lower). */
#include <stdio.h>

#include "canon/program.h"

/* ---- Core signatures ---- */

const char *calls_core_type(char flat) {
    switch (flat) {
    case 'i':
        return "u32";
    case 'I':
        return "u64";
    case 'f':
        return "f32";
    case 'F':
        return "f64";
    default:
        return "void";
    }
}

core_signature calls_signature(const canon_generator *c, uint32_t func, bool is_lifted) {
    core_signature g = {0};
    const shape *params = shape_at(c, c->funcs[func].params);
    g.params_in_memory = params->flat_count > CTYPE_MOST_FLAT;
    uint32_t count = g.params_in_memory ? 1 : params->flat_count;
    memcpy(g.params, g.params_in_memory ? "i" : params->flat, count);
    if (c->funcs[func].result == NO_INDEX)
        return g;
    const shape *result = shape_at(c, c->funcs[func].result);
    g.result_in_memory = result->flat_count > MOST_FLAT_RESULTS;
    if (!g.result_in_memory)
        g.result = result->flat[0];
    else if (is_lifted)
        g.result = 'i';
    else
        g.params[count] = 'i';
    return g;
}

core_signature calls_canon_signature(const canon_generator *c, uint32_t canon) {
    static const char *const signatures[] = {
#define CANON(ID, code, name, operands, signature) signature,
#include "component/canons.def"
#undef CANON
    };
    const graph_canon *k = &c->g->canons.data[canon];
    core_signature g = {0};
    if (k->kind == CANON_LOWER) {
        g = calls_signature(c, k->func, false);
        if (!k->options.is_async)
            return g;
        const shape *params = shape_at(c, c->funcs[k->func].params);
        g = (core_signature){.params_in_memory = params->flat_count > MOST_FLAT_ASYNC_PARAMS, .result = 'i'};
        uint32_t count = g.params_in_memory ? 1 : params->flat_count;
        memcpy(g.params, g.params_in_memory ? "i" : params->flat, count);
        g.result_in_memory = c->funcs[k->func].result != NO_INDEX;
        if (g.result_in_memory)
            g.params[count] = 'i';
        return g;
    }
    if (k->kind == CANON_TASK_RETURN) {
        if (c->canon_shapes[canon] == NO_INDEX)
            return g;
        const shape *result = shape_at(c, c->canon_shapes[canon]);
        g.params_in_memory = result->flat_count > CTYPE_MOST_FLAT;
        memcpy(g.params, g.params_in_memory ? "i" : result->flat, g.params_in_memory ? 1 : result->flat_count);
        return g;
    }
    size_t count = 0;
    bool is_result = false;
    for (const char *p = signatures[k->kind]; *p; p++) {
        char flat = *p == 'p' ? 'i' : *p;
        if (*p == ':')
            is_result = true;
        else if (is_result)
            g.result = flat;
        else
            g.params[count++] = flat;
    }
    if (k->is_wide && k->kind == CANON_CONTEXT_GET)
        g.result = 'I';
    else if (k->is_wide)
        g.params[count - 1] = 'I';
    return g;
}

/* Appends the element of an array of core values as one of its type. */
void calls_put_from_bits(strbuf *s, char flat, const char *element) {
    strbuf_printf(s, flat == 'i' ? "(u32)%s" : flat == 'I' ? "%s" : flat == 'f' ? "f32_bits((u32)%s)" : "f64_bits(%s)", element);
}

static void put_to_bits(strbuf *s, char flat, const char *value) {
    strbuf_printf(s, flat == 'f' ? "bits_f32(%s)" : flat == 'F' ? "bits_f64(%s)" : "%s", value);
}

void calls_put_param_bits(strbuf *s, char flat, size_t param) {
    char name[24];
    snprintf(name, sizeof name, "p%zu", param);
    put_to_bits(s, flat, name);
}

void calls_put_flat(strbuf *s, const char *flat, size_t count) {
    strbuf_puts(s, "\tconst u64 flat[] = {");
    for (size_t k = 0; k < count; k++) {
        strbuf_puts(s, k > 0 ? ", " : "");
        calls_put_param_bits(s, flat[k], k);
    }
    strbuf_puts(s, "};\n");
}

/* ---- Lifted functions ---- */

void calls_put_where(strbuf *s, size_t offset) {
    strbuf_printf(s, "\n/* byte 0x%zx */\n", offset);
}

void calls_put_lowered_params(canon_generator *c, strbuf *s, uint32_t func, const core_signature *g, call_words w) {
    const shape *params = shape_at(c, c->funcs[func].params);
    if (g->params[0])
        strbuf_printf(s, "\tu64 flat[%zu];\n", strlen(g->params));
    if (g->params_in_memory)
        strbuf_printf(s, "\tu8 *at;\n\tflat[0] = wasmelt_canon_allocate(%s, 1, %u, %u, &at);\n", w.call, (unsigned)params->bytes,
                      (unsigned)params->alignment);
    for (uint32_t k = 0, flat = 0; k < params->member_count; k++) {
        const shape_member *m = &params->members[k];
        strbuf_printf(s, "\t%s_%s(%s, %s%u, %s + %u);\n", g->params_in_memory ? "store" : "lower", c->names[m->shape].suffix, w.call,
                      w.argument, (unsigned)k, g->params_in_memory ? "at" : "flat", (unsigned)(g->params_in_memory ? m->offset : flat));
        flat += shape_at(c, m->shape)->flat_count;
    }
}

void calls_put_core_call(strbuf *s, const core_signature *g, call_words w) {
    strbuf_printf(s, "\tconst wasmelt_func *const f = %scanon->func;\n\t", w.member);
    if (g->result)
        strbuf_printf(s, "const %s core = ", calls_core_type(g->result));
    strbuf_printf(s, "((%s (*)(void *", calls_core_type(g->result));
    for (const char *p = g->params; *p; p++)
        strbuf_printf(s, ", %s", calls_core_type(*p));
    strbuf_puts(s, "))f->code)(f->instance");
    for (size_t k = 0; g->params[k]; k++) {
        char element[16];
        snprintf(element, sizeof element, "flat[%zu]", k);
        strbuf_puts(s, ", ");
        calls_put_from_bits(s, g->params[k], element);
    }
    strbuf_puts(s, ");\n\tno_exception();\n");
}

void calls_put_lifted_result(canon_generator *c, strbuf *s, uint32_t result, const core_signature *g, call_words w) {
    if (result == NO_INDEX)
        return;
    const shape *t = shape_at(c, result);
    const shape_name *n = &c->names[result];
    if (g->result_in_memory) {
        strbuf_printf(s, "\tconst %s result = load_%s(%s, wasmelt_canon_range(%s, core, 1, %u, %u));\n", n->type, n->suffix, w.call, w.call,
                      (unsigned)t->bytes, (unsigned)t->alignment);
        return;
    }
    strbuf_puts(s, "\tconst u64 bits[] = {");
    put_to_bits(s, g->result, "core");
    strbuf_printf(s, "};\n\tconst %s result = lift_%s(%s, bits);\n", n->type, n->suffix, w.call);
}

void calls_put_post_return(strbuf *s, const core_signature *g, call_words w) {
    strbuf_printf(s, "\tconst wasmelt_func *const post_return = %scanon->post_return;\n\t%scanon->part->may_leave = false;\n", w.member,
                  w.member);
    strbuf_printf(s, "\t((void (*)(void *%s%s))post_return->code)(post_return->instance%s);\n", g->result ? ", " : "",
                  g->result ? calls_core_type(g->result) : "", g->result ? ", core" : "");
    strbuf_printf(s, "\tno_exception();\n\t%scanon->part->may_leave = true;\n", w.member);
}

static void put_lifted(canon_generator *c, strbuf *s, uint32_t func) {
    const graph_func *f = &c->g->funcs.data[func];
    const call_words w = {"&c", "c.", "a"};
    core_signature g = calls_signature(c, func, true);
    calls_put_where(s, f->offset);
    strbuf_printf(s, "static %s call%u(%s *self, const wasmelt_canon_part *caller", types_result(c, func), (unsigned)func, c->prefix);
    types_put_params(c, s, func, false);
    strbuf_puts(s, ") {\n");
    strbuf_printf(s, "\twasmelt_canon_call c = {.canon = &self->lift%u};\n", (unsigned)func);
    strbuf_puts(s, "\twasmelt_canon_enter(c.canon->part, caller);\n");
    calls_put_lowered_params(c, s, func, &g, w);
    calls_put_core_call(s, &g, w);
    calls_put_lifted_result(c, s, c->funcs[func].result, &g, w);
    strbuf_puts(s, "\twasmelt_canon_no_borrows(&c);\n");
    if (f->options.post_return.kind != CORE_NONE)
        calls_put_post_return(s, &g, w);
    strbuf_puts(s, "\twasmelt_canon_leave(c.canon->part, caller);\n");
    if (c->funcs[func].result != NO_INDEX)
        strbuf_puts(s, "\treturn result;\n");
    strbuf_puts(s, "}\n");
}

/* ---- Lowered functions ---- */

static void put_lifted_params(canon_generator *c, strbuf *s, uint32_t func, const core_signature *g) {
    const shape *params = shape_at(c, c->funcs[func].params);
    if (g->params_in_memory)
        strbuf_printf(s, "\tconst u8 *const at = wasmelt_canon_range(&c, p0, 1, %u, %u);\n", (unsigned)params->bytes,
                      (unsigned)params->alignment);
    else if (params->flat_count > 0)
        calls_put_flat(s, params->flat, params->flat_count);
    for (uint32_t k = 0, flat = 0; k < params->member_count; k++) {
        const shape_member *m = &params->members[k];
        const shape_name *n = &c->names[m->shape];
        strbuf_printf(s, "\tconst %s a%u = %s_%s(&c, %s + %u);\n", n->type, (unsigned)k, g->params_in_memory ? "load" : "lift", n->suffix,
                      g->params_in_memory ? "at" : "flat", (unsigned)(g->params_in_memory ? m->offset : flat));
        flat += shape_at(c, m->shape)->flat_count;
    }
}

static void put_lowered_call(canon_generator *c, strbuf *s, uint32_t func) {
    strbuf_puts(s, "\t");
    if (c->funcs[func].result != NO_INDEX)
        strbuf_printf(s, "const %s result = ", types_result(c, func));
    if (c->g->funcs.data[func].is_import)
        strbuf_printf(s, "%s(self->imports.%s", c->funcs[func].name, c->funcs[func].context);
    else
        strbuf_printf(s, "call%u(self, c.canon->part", (unsigned)func);
    types_put_arguments(c, s, func);
    strbuf_puts(s, ");\n");
    if (c->g->funcs.data[func].is_import)
        strbuf_puts(s, "\tno_exception();\n");
}

static void put_lowered_result(canon_generator *c, strbuf *s, uint32_t func, const core_signature *g) {
    uint32_t result = c->funcs[func].result;
    if (result == NO_INDEX)
        return;
    const shape *t = shape_at(c, result);
    const char *suffix = c->names[result].suffix;
    if (g->result_in_memory)
        strbuf_printf(s, "\tstore_%s(&c, result, wasmelt_canon_range(&c, p%zu, 1, %u, %u));\n", suffix, strlen(g->params) - 1,
                      (unsigned)t->bytes, (unsigned)t->alignment);
    else
        strbuf_printf(s, "\tu64 core[1];\n\tlower_%s(&c, result, core);\n", suffix);
}

void calls_put_core_head(canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    calls_put_where(s, c->g->canons.data[canon].offset);
    strbuf_printf(s, "static %s core%u(void *instance", calls_core_type(g->result), (unsigned)canon);
    for (size_t k = 0; g->params[k]; k++)
        strbuf_printf(s, ", %s p%zu", calls_core_type(g->params[k]), k);
    strbuf_printf(s, ") {\n\tstruct %s *const self = instance;\n", c->prefix);
}

static void put_lowered(canon_generator *c, strbuf *s, uint32_t canon) {
    uint32_t func = c->g->canons.data[canon].func;
    core_signature g = calls_canon_signature(c, canon);
    const bool may_return_later = c->funcs[func].later != NULL;
    if (may_return_later)
        async_put_resolve(c, s, canon, &g);
    calls_put_core_head(c, s, canon, &g);
    if (c->funcs[func].is_hosted) {
        program_put_body(c, s, canon, &g);
        strbuf_puts(s, "}\n");
        return;
    }
    strbuf_printf(s, "\twasmelt_canon_call c = wasmelt_canon_begin(&self->canon%u);\n", (unsigned)canon);
    if (may_return_later)
        strbuf_puts(s, "\tc.is_async = true;\n");
    put_lifted_params(c, s, func, &g);
    if (may_return_later)
        host_calls_put_ask(c, s, func);
    put_lowered_call(c, s, func);
    if (may_return_later)
        host_calls_put_answer(c, s, canon, &g);
    put_lowered_result(c, s, func, &g);
    strbuf_puts(s, may_return_later ? "\twasmelt_canon_returned(&c);\n" : "\twasmelt_canon_end(&c);\n");
    if (c->g->canons.data[canon].options.is_async) {
        strbuf_puts(s, "\treturn WASMELT_CANON_RETURNED;\n");
    } else if (g.result) {
        strbuf_puts(s, "\treturn ");
        calls_put_from_bits(s, g.result, "core[0]");
        strbuf_puts(s, ";\n");
    }
    strbuf_puts(s, "}\n");
}

/* ---- Resources ---- */

/* Prints the function that destroys a resource which a component defines, for the part `caller`, or for the host. */
static void put_destroy(canon_generator *c, strbuf *s, uint32_t resource) {
    const graph_resource *r = &c->g->resources.data[resource];
    if (c->g->is_async && r->destructor.kind != CORE_NONE) {
        async_put_destroy(c, s, resource);
        return;
    }
    strbuf_printf(s, "\nstatic void destroy%u(%s *self, const wasmelt_canon_part *caller, u32 rep) {\n", (unsigned)resource, c->prefix);
    strbuf_printf(s, "\twasmelt_canon_part *const part = &self->base.parts[%u];\n\twasmelt_canon_enter(part, caller);\n",
                  (unsigned)r->part);
    if (r->destructor.kind != CORE_NONE)
        strbuf_printf(s,
                      "\tconst wasmelt_func *const f = self->destructor%u;\n\t((void (*)(void *, u32))f->code)(f->instance, "
                      "rep);\n\tno_exception();\n",
                      (unsigned)resource);
    strbuf_puts(s, "\twasmelt_canon_leave(part, caller);\n}\n");
}

static void put_drop(canon_generator *c, strbuf *s, uint32_t canon) {
    const graph_canon *k = &c->g->canons.data[canon];
    const graph_resource *r = &c->g->resources.data[k->resource];
    unsigned number = (unsigned)k->resource;
    strbuf_printf(s, "\twasmelt_canon_part *const part = &self->base.parts[%u];\n\tu32 rep;\n\twasmelt_canon_may_leave(part);\n",
                  (unsigned)k->part);
    strbuf_printf(s, "\tif (!wasmelt_canon_resource_drop(part, %u, p0, &rep))\n\t\treturn;\n", number + 1);
    if (r->part != NO_INDEX)
        strbuf_printf(s, "\tdestroy%u(self, part, rep);\n", number);
    else if (c->resources[k->resource].is_hosted)
        strbuf_printf(s, "\twasmelt_wasi2_drop(%s, rep);\n", program_host(c));
    else
        strbuf_printf(s, "\t%s(self->imports.%s, rep);\n\tno_exception();\n", c->resources[number].drop, c->resources[number].context);
}

static void put_built_in(canon_generator *c, strbuf *s, uint32_t canon) {
    const graph_canon *k = &c->g->canons.data[canon];
    unsigned number = (unsigned)k->resource + 1, part = (unsigned)k->part;
    core_signature g = calls_canon_signature(c, canon);
    calls_put_core_head(c, s, canon, &g);
    if (k->kind == CANON_RESOURCE_NEW)
        strbuf_printf(
            s, "\twasmelt_canon_may_leave(&self->base.parts[%u]);\n\treturn wasmelt_canon_resource_new(&self->base.parts[%u], %u, p0);\n",
            part, part, number);
    else if (k->kind == CANON_RESOURCE_REP)
        strbuf_printf(s, "\treturn wasmelt_canon_resource_rep(&self->base.parts[%u], %u, p0);\n", part, number);
    else
        put_drop(c, s, canon);
    strbuf_puts(s, "}\n");
}

/* ---- Functions that hosts call ---- */

static void put_export(canon_generator *c, strbuf *s, size_t k) {
    uint32_t func = c->g->exports.data[k].func;
    bool is_import = c->g->funcs.data[func].is_import, has_result = c->funcs[func].result != NO_INDEX;
    strbuf_printf(s, "\n%s %s(%s *self", types_result(c, func), c->exports[k], c->prefix);
    types_put_params(c, s, func, false);
    strbuf_puts(s, ") {\n\twasmelt_canon_host_begin(&self->base);\n");
    if (c->g->is_async && !is_import) {
        async_put_host_call(c, s, func);
        strbuf_puts(s, "\twasmelt_canon_host_end(&self->base);\n");
        strbuf_puts(s, has_result ? "\treturn result;\n}\n" : "}\n");
        return;
    }
    strbuf_puts(s, "\t");
    if (has_result)
        strbuf_printf(s, "const %s result = ", types_result(c, func));
    if (is_import)
        strbuf_printf(s, "%s(self->imports.%s", c->funcs[func].name, c->funcs[func].context);
    else
        strbuf_printf(s, "call%u(self, NULL", (unsigned)func);
    types_put_arguments(c, s, func);
    strbuf_puts(s, ");\n\twasmelt_canon_host_end(&self->base);\n");
    strbuf_puts(s, has_result ? "\treturn result;\n}\n" : "}\n");
}

static void put_drop_export(canon_generator *c, strbuf *s, uint32_t resource) {
    const resource_name *n = &c->resources[resource];
    strbuf_printf(s, "\nvoid %s(%s *self, %s handle) {\n\twasmelt_canon_host_begin(&self->base);\n", n->drop, c->prefix,
                  c->names[n->own].type);
    strbuf_printf(s, "\tdestroy%u(self, NULL, handle.rep);\n\twasmelt_canon_host_end(&self->base);\n}\n", (unsigned)resource);
}

void calls_put(canon_generator *c, strbuf *s) {
    const graph *g = c->g;
    for (uint32_t k = 0; k < g->resources.count; k++)
        if (g->resources.data[k].part != NO_INDEX && (c->resources[k].is_dropped || c->resources[k].drop))
            put_destroy(c, s, k);
    for (uint32_t k = 0; k < g->funcs.count && has_room(c, s); k++) {
        if (g->funcs.data[k].is_import || !c->funcs[k].is_called)
            continue;
        if (g->is_async)
            async_put_lifted(c, s, k);
        else
            put_lifted(c, s, k);
    }
    for (uint32_t k = 0; k < g->canons.count && has_room(c, s); k++) {
        const graph_canon *l = &g->canons.data[k];
        if (l->kind == CANON_LOWER && g->is_async && !g->funcs.data[l->func].is_import)
            async_put_lowered(c, s, k);
        else if (l->kind == CANON_LOWER)
            put_lowered(c, s, k);
        else if (async_is_built_in(l->kind))
            async_put_built_in(c, s, k);
        else
            put_built_in(c, s, k);
    }
    for (size_t k = 0; k < g->exports.count && has_room(c, s); k++)
        put_export(c, s, k);
    for (uint32_t k = 0; k < g->resources.count; k++)
        if (g->resources.data[k].part != NO_INDEX && c->resources[k].drop)
            put_drop_export(c, s, k);
}
