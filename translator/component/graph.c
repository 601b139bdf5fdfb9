/* Instantiates a component as far as that is possible without running it: walks through the definitions of each component in order, and
 * gives each member of its index spaces what it is (`entity`). Validation has made sure that everything fits. */
#include "component/graph.h"

enum {
    MOST_DEPTH = 100,       /* of instantiations in each other */
    MOST_INSTANCES = 10000, /* of core modules and of components: a component of two instances of another, and so on, is small */
    MOST_WORK = 4000000     /* definitions and searches: a file is read in fewer */
};

typedef struct entity entity;

/* An instance: what its exports are. */
typedef struct instance_value {
    const member_list *names;
    entity *values; /* in their order */
} instance_value;

struct entity {
    union {
        uint32_t index;                 /* a function; an instance of a core module; a resource type, or NO_INDEX for other types */
        core_ref core;                  /* a core function, table, memory, global or tag */
        const core_module *module;      /* a core module */
        const instance_value *instance; /* an instance */
        struct {                        /* a component, and the scope in which it stands */
            const component *component;
            const graph_scope *outer;
        };
    };
    const instance_value *exports; /* of a core instance that was put together; else null */
};

struct graph_scope {
    const component *c;
    const graph_scope *outer;
    const graph_scope *by; /* who instantiates it, with the arguments; null: the host */
    const member_list *arguments;
    entity *spaces[SORT_COUNT];
    uint32_t part, depth;
    VEC(graph_binding) bindings;
    graph_scope *next; /* all scopes, to be freed */
};

static bool spend(graph *g, uint64_t steps, size_t offset) {
    g->work += steps;
    return g->work <= MOST_WORK || diag_unsupported(g->diag, offset, "components of this size", NULL);
}

static span nothing(void) {
    return (span){NULL, 0};
}

/* ---- Resources ---- */

uint32_t graph_resource_of(graph *g, const graph_scope *s, const ctype *type) {
    g->work += s->bindings.count;
    for (size_t k = s->bindings.count; k-- > 0;)
        if (s->bindings.data[k].number == type->resource)
            return s->bindings.data[k].resource;
    return NO_INDEX;
}

static void bind(graph_scope *s, const ctype *type, uint32_t resource) {
    if (type->kind == CTYPE_RESOURCE && resource != NO_INDEX)
        *vec_push(&s->bindings) = (graph_binding){type->resource, resource};
}

static uint32_t add_resource(graph *g, graph_resource r) {
    *vec_push(&g->resources) = r;
    return (uint32_t)g->resources.count - 1;
}

/* The resource types that the instance exports have these numbers in the scope. */
static bool bind_instance(graph *g, graph_scope *s, const ctype *type, const instance_value *value, size_t offset) {
    if (!spend(g, type->members.count + 1, offset))
        return false;
    for (uint32_t k = 0; k < type->members.count; k++) {
        const member *m = &type->members.data[k];
        if (m->sort != SORT_TYPE && m->sort != SORT_INSTANCE)
            continue;
        const member *given = ctype_find(value->names, nothing(), m->name);
        if (!given)
            continue;
        const entity *e = &value->values[given - value->names->data];
        if (m->sort == SORT_TYPE)
            bind(s, m->type, e->index);
        else if (!bind_instance(g, s, m->type, e->instance, offset))
            return false;
    }
    return true;
}

/* ---- What the host provides ---- */

static bool host_entity(graph *g, graph_scope *s, span interface, span name, sort sort, const ctype *type, size_t offset, entity *e);

static bool host_instance(graph *g, graph_scope *s, span name, const ctype *type, size_t offset, entity *e) {
    instance_value *v = arena_alloc(g->arena, sizeof *v);
    v->names = &type->members;
    v->values = arena_array(g->arena, type->members.count, sizeof *v->values);
    for (uint32_t k = 0; k < type->members.count; k++) {
        const member *m = &type->members.data[k];
        if (m->sort == SORT_INSTANCE)
            return diag_unsupported(g->diag, offset, "imported instances inside imported instances", NULL);
        if (!spend(g, 1, offset) || !host_entity(g, s, name, m->name, m->sort, m->type, offset, &v->values[k]))
            return false;
    }
    e->instance = v;
    return true;
}

static bool host_entity(graph *g, graph_scope *s, span interface, span name, sort sort, const ctype *type, size_t offset, entity *e) {
    switch (sort) {
    case SORT_FUNC:
        e->index = (uint32_t)g->funcs.count;
        *vec_push(&g->funcs) =
            (graph_func){.is_import = true, .interface = interface, .name = name, .type = type, .scope = s, .offset = offset};
        return true;
    case SORT_TYPE:
        e->index = NO_INDEX;
        if (type->kind != CTYPE_RESOURCE)
            return true;
        e->index = graph_resource_of(g, s, type);
        if (e->index == NO_INDEX)
            e->index = add_resource(g, (graph_resource){.part = NO_INDEX, .interface = interface, .name = name});
        bind(s, type, e->index);
        return true;
    case SORT_INSTANCE:
        return host_instance(g, s, name, type, offset, e);
    default:
        return diag_unsupported(g->diag, offset, sort == SORT_COMPONENT ? "imported components" : "imported core modules", NULL);
    }
}

/* ---- Definitions ---- */

static core_ref option(const graph_scope *s, sort sort, uint32_t index) {
    return index == NO_INDEX ? (core_ref){0} : s->spaces[sort][index].core;
}

/* Whether the options say something that is supported; then what. */
static bool options_of(graph *g, const graph_scope *s, const canon *c, graph_options *options) {
    const canon_options *o = &c->options;
    g->is_async |= o->is_async || (c->type && c->type->is_async);
    if (o->memory != NO_INDEX && s->c->spaces[SORT_CORE_MEMORY].data[o->memory].type->core_memory->type.is64)
        return diag_unsupported(g->diag, c->offset, "the canonical ABI with 64-bit memories", NULL);
    *options = (graph_options){.encoding = o->has_encoding ? o->encoding : STRING_UTF8,
                               .memory = option(s, SORT_CORE_MEMORY, o->memory),
                               .realloc = option(s, SORT_CORE_FUNC, o->realloc),
                               .post_return = option(s, SORT_CORE_FUNC, o->post_return),
                               .callback = option(s, SORT_CORE_FUNC, o->callback),
                               .is_async = o->is_async};
    return true;
}

static void add_step(graph *g, graph_step_kind kind, size_t index) {
    *vec_push(&g->steps) = (graph_step){kind, (uint32_t)index};
}

static bool define_lift(graph *g, graph_scope *s, const canon *c, entity *e) {
    graph_options options;
    if (!options_of(g, s, c, &options))
        return false;
    e->index = (uint32_t)g->funcs.count;
    *vec_push(&g->funcs) = (graph_func){.type = c->type,
                                        .scope = s,
                                        .part = s->part,
                                        .core = s->spaces[SORT_CORE_FUNC][c->func].core,
                                        .options = options,
                                        .offset = c->offset};
    add_step(g, STEP_LIFT, e->index);
    return true;
}

/* Whether a call of it may wait. */
static bool may_block(const canon *c) {
    switch (c->kind) {
    case CANON_LOWER:
        return c->type->is_async && !c->options.is_async;
    case CANON_STREAM_READ:
    case CANON_STREAM_WRITE:
    case CANON_FUTURE_READ:
    case CANON_FUTURE_WRITE:
        return !c->options.is_async;
    case CANON_SUBTASK_CANCEL:
        return !c->flag;
    case CANON_WAITABLE_SET_WAIT:
    case CANON_THREAD_YIELD:
        return true;
    default:
        return c->kind >= CANON_THREAD_NEW_INDIRECT;
    }
}

static bool define_canon(graph *g, graph_scope *s, const canon *c, const ctype *core, entity *e) {
    graph_canon made = {.kind = c->kind, .part = s->part, .scope = s, .type = c->type, .core = core, .offset = c->offset};
    g->parts.data[s->part].may_block |= may_block(c);
    switch (c->kind) {
    case CANON_LOWER:
        if (!options_of(g, s, c, &made.options))
            return false;
        made.func = s->spaces[SORT_FUNC][c->func].index;
        break;
    case CANON_RESOURCE_NEW:
    case CANON_RESOURCE_DROP:
    case CANON_RESOURCE_REP:
        made.resource = graph_resource_of(g, s, c->type);
        if (made.resource == NO_INDEX)
            return diag_unsupported(g->diag, c->offset, "a resource that nothing provides", NULL);
        break;
    default:
        if (!options_of(g, s, c, &made.options))
            return false;
        g->is_async = true;
        made.is_wide = c->is_wide;
        made.flag = c->flag;
        made.slot = c->slot;
        if (c->kind == CANON_THREAD_NEW_INDIRECT)
            made.table = s->spaces[SORT_CORE_TABLE][c->table].core;
    }
    e->core = (core_ref){.kind = CORE_CANON, .index = (uint32_t)g->canons.count};
    *vec_push(&g->canons) = made;
    add_step(g, STEP_CANON, e->core.index);
    return true;
}

static const entity *core_export(const entity *from, span name, entity *scratch) {
    if (from->exports) {
        const member *m = ctype_find(from->exports->names, nothing(), name);
        return &from->exports->values[m - from->exports->names->data];
    }
    scratch->core = (core_ref){.kind = CORE_EXPORT, .index = from->index, .name = name};
    return scratch;
}

/* What an instance has that is put together of things of the scope, each under a name. */
static const instance_value *put_together(graph *g, const graph_scope *s, const member_list *things) {
    instance_value *v = arena_alloc(g->arena, sizeof *v);
    v->names = things;
    v->values = arena_array(g->arena, things->count, sizeof *v->values);
    for (uint32_t k = 0; k < things->count; k++)
        v->values[k] = s->spaces[things->data[k].sort][things->data[k].index];
    return v;
}

static bool define_core_instance(graph *g, graph_scope *s, const core_instance *i, entity *e) {
    if (!i->is_instantiation) {
        e->exports = put_together(g, s, &i->arguments);
        return spend(g, i->arguments.count, i->offset);
    }
    const core_module *m = s->spaces[SORT_CORE_MODULE][i->module].module;
    graph_core made = {.part = s->part, .imports = arena_array(g->arena, m->m.import_count, sizeof(core_ref))};
    while (made.module < g->modules.count && g->modules.data[made.module] != m)
        made.module++;
    if (made.module == g->modules.count)
        *vec_push(&g->modules) = m;
    if (!spend(g, m->m.import_count + g->modules.count, i->offset))
        return false;
    for (uint32_t k = 0; k < m->m.import_count; k++) {
        span module = m->m.imports[k].module, name = m->m.imports[k].name;
        if (memchr(module.bytes, 0, module.length) || memchr(name.bytes, 0, name.length))
            return diag_unsupported(g->diag, i->offset, "U+0000 in the name of an import", NULL);
        const member *argument = ctype_find(&i->arguments, nothing(), m->m.imports[k].module);
        const entity *from = &s->spaces[SORT_CORE_INSTANCE][argument->index];
        entity scratch = {0};
        made.imports[k] = core_export(from, m->m.imports[k].name, &scratch)->core;
    }
    e->index = (uint32_t)g->cores.count;
    if (g->cores.count >= MOST_INSTANCES)
        return diag_unsupported(g->diag, i->offset, "this many instances", NULL);
    *vec_push(&g->cores) = made;
    add_step(g, STEP_CORE, e->index);
    return true;
}

static bool instantiate(graph *g, const component *c, const graph_scope *outer, graph_scope *by, const member_list *arguments, entity *e,
                        size_t offset);

static bool define_instance(graph *g, graph_scope *s, const instance *i, const ctype *type, entity *e) {
    if (i->is_instantiation) {
        const entity of = s->spaces[SORT_COMPONENT][i->component];
        if (!instantiate(g, of.component, of.outer, s, &i->arguments, e, i->offset))
            return false;
    } else {
        e->instance = put_together(g, s, &i->arguments);
    }
    return bind_instance(g, s, type, e->instance, i->offset);
}

static uint32_t define_resource(graph *g, graph_scope *s, const ctype *type) {
    uint32_t known = graph_resource_of(g, s, type); /* a type section may name a type again */
    if (known != NO_INDEX)
        return known;
    graph_resource r = {.part = s->part};
    if (type->has_destructor)
        r.destructor = s->spaces[SORT_CORE_FUNC][type->destructor].core;
    uint32_t made = add_resource(g, r);
    if (type->has_destructor)
        add_step(g, STEP_RESOURCE, made);
    return made;
}

static bool define(graph *g, graph_scope *s, sort sort, const item *i, entity *e) {
    switch (sort) {
    case SORT_FUNC:
        return define_lift(g, s, &s->c->canons[i->index], e);
    case SORT_CORE_FUNC:
        return define_canon(g, s, &s->c->canons[i->index], i->type, e);
    case SORT_CORE_MODULE:
        e->module = &s->c->modules[i->index];
        return true;
    case SORT_COMPONENT:
        e->component = s->c->components[i->index];
        e->outer = s;
        return true;
    case SORT_CORE_INSTANCE:
        return define_core_instance(g, s, &s->c->core_instances[i->index], e);
    case SORT_INSTANCE:
        return define_instance(g, s, &s->c->instances[i->index], i->type, e);
    case SORT_TYPE:
        e->index = i->type->kind == CTYPE_RESOURCE ? define_resource(g, s, i->type) : NO_INDEX;
        return true;
    default:
        return true; /* core types */
    }
}

static bool import_entity(graph *g, graph_scope *s, sort sort, const item *i, entity *e) {
    const component_extern *x = &s->c->imports[i->index];
    if (!s->by)
        return host_entity(g, s, nothing(), x->name, sort, i->type, x->offset, e);
    const member *given = ctype_find(s->arguments, nothing(), x->name);
    *e = s->by->spaces[given->sort][given->index];
    return true;
}

static void alias_entity(const graph_scope *s, sort sort, const item *i, entity *e) {
    if (sort >= SORT_CORE_FUNC && sort <= SORT_CORE_TAG) {
        const entity *from = &s->spaces[SORT_CORE_INSTANCE][i->index];
        entity scratch = {0};
        *e = *core_export(from, i->name, &scratch);
        return;
    }
    const instance_value *from = s->spaces[SORT_INSTANCE][i->index].instance;
    const member *m = ctype_find(from->names, nothing(), i->name);
    *e = from->values[m - from->names->data];
}

static void outer_entity(const graph_scope *s, sort sort, const item *i, entity *e) {
    for (uint32_t k = 0; k < i->outer; k++)
        s = s->outer;
    *e = s->spaces[sort][i->index];
}

static bool evaluate(graph *g, graph_scope *s, sort sort, uint32_t index) {
    const item *i = &s->c->spaces[sort].data[index];
    entity *e = &s->spaces[sort][index];
    bool ok = spend(g, 1, i->offset);
    switch (i->origin) {
    case ITEM_DEFINED:
        ok = ok && define(g, s, sort, i, e);
        break;
    case ITEM_IMPORT:
        ok = ok && import_entity(g, s, sort, i, e);
        break;
    case ITEM_EXPORT:
        *e = s->spaces[sort][i->index];
        break;
    case ITEM_ALIAS:
        alias_entity(s, sort, i, e);
        break;
    case ITEM_OUTER:
        outer_entity(s, sort, i, e);
        break;
    }
    if (ok && sort == SORT_TYPE)
        bind(s, i->type, e->index);
    return ok && (sort != SORT_INSTANCE || i->origin == ITEM_DEFINED || bind_instance(g, s, i->type, e->instance, i->offset));
}

/* ---- Components ---- */

static bool instantiate(graph *g, const component *c, const graph_scope *outer, graph_scope *by, const member_list *arguments, entity *e,
                        size_t offset) {
    graph_scope *s = arena_alloc(g->arena, sizeof *s);
    *s = (graph_scope){.c = c, .outer = outer, .by = by, .arguments = arguments, .part = (uint32_t)g->parts.count};
    s->depth = by ? by->depth + 1 : 1;
    if (s->depth > MOST_DEPTH || g->parts.count >= MOST_INSTANCES)
        return diag_unsupported(g->diag, offset, "this many instances", NULL);
    s->next = g->scopes;
    g->scopes = s;
    *vec_push(&g->parts) = (graph_part){.parent = by ? by->part : NO_INDEX};
    for (int k = 0; k < SORT_COUNT; k++) {
        if (!spend(g, c->spaces[k].count, offset))
            return false;
        s->spaces[k] = arena_array(g->arena, c->spaces[k].count, sizeof(entity));
    }
    for (uint32_t k = 0; k < c->definition_count; k++)
        if (!evaluate(g, s, c->definitions[k].sort, c->definitions[k].index))
            return false;
    instance_value *v = arena_alloc(g->arena, sizeof *v);
    v->names = &c->type->members;
    v->values = arena_array(g->arena, c->export_count, sizeof *v->values);
    for (uint32_t k = 0; k < c->export_count; k++) {
        const component_extern *x = &c->exports[k];
        const member *m = ctype_find(v->names, nothing(), x->name);
        v->values[m - v->names->data] = s->spaces[x->sort][x->index];
    }
    e->instance = v;
    return true;
}

/* ---- What hosts see ---- */

static void name_resource(graph *g, uint32_t resource, span interface, span name) {
    if (resource == NO_INDEX || g->resources.data[resource].name.bytes)
        return;
    g->resources.data[resource].interface = interface;
    g->resources.data[resource].name = name;
    g->resources.data[resource].is_exported = true;
}

static bool export_all(graph *g, span interface, const instance_value *v, size_t offset) {
    for (uint32_t k = 0; k < v->names->count; k++) {
        const member *m = &v->names->data[k];
        const entity *e = &v->values[k];
        if (!spend(g, 1, offset))
            return false;
        if (m->sort == SORT_TYPE)
            name_resource(g, e->index, interface, m->name);
        else if (m->sort == SORT_FUNC)
            *vec_push(&g->exports) = (graph_export){interface, m->name, e->index};
        else if (m->sort == SORT_INSTANCE && interface.bytes)
            return diag_unsupported(g->diag, offset, "exported instances inside exported instances", NULL);
        else if (m->sort == SORT_INSTANCE && !export_all(g, m->name, e->instance, offset))
            return false;
    }
    return true;
}

/* A collector looks for references on the stack that runs, not on those that wait. */
static bool check_fibers(graph *g) {
    bool any = false;
    for (size_t k = 0; k < g->parts.count; k++)
        any |= g->parts.data[k].may_block;
    for (size_t k = 0; any && k < g->modules.count; k++)
        if (g->modules.data[k]->m.uses_heap)
            return diag_unsupported(g->diag, g->modules.data[k]->offset, "garbage collection in components that wait within calls", NULL);
    return true;
}

bool graph_make(graph *g, const component *root, arena *a, diag *d) {
    *g = (graph){.root = root, .arena = a, .diag = d};
    entity all = {0};
    return instantiate(g, root, NULL, NULL, NULL, &all, root->offset) && export_all(g, nothing(), all.instance, root->offset) &&
           check_fibers(g);
}

void graph_free(graph *g) {
    for (graph_scope *s = g->scopes; s; s = s->next)
        vec_free(&s->bindings);
    vec_free(&g->modules);
    vec_free(&g->parts);
    vec_free(&g->cores);
    vec_free(&g->resources);
    vec_free(&g->funcs);
    vec_free(&g->canons);
    vec_free(&g->steps);
    vec_free(&g->exports);
}
