/* Peeling removes the adapter only if nothing else can be meant than that program on preview 1. So everything in the component has to be
 * there for that:
 *
 *   main      imports functions of wasi_snapshot_preview1 and nothing else; each is the function of that name of
 *   adapter   whose functions are all known ones (adapters.def), with functions of WASI 0.2 that are those which the component imports,
 *             the memory and _start of main; it exports wasi:cli/run, which is all that the component exports
 *   shim      functions that only call what is in a table, for the others are instantiated in a circle;
 *   fixup     fills that table
 *
 * A component around a component, as composition makes it, or a module more, and it is none. */
#include "component/peel.h"

#include "base/say.h"
#include "component/fingerprint.h"
#include "read/instr.h"
#include "read/types.h"

#define PREVIEW1 "wasi_snapshot_preview1"
#define RUN "wasi:cli/run"

/* Where a core function, memory or table comes from in the end. */
typedef struct source {
    const canon *canon; /* a canonical function; or null, */
    uint32_t instance;  /* and the core instance, an instance of a module, */
    span name;          /* exports it under this name */
} source;

typedef struct peeler {
    const component *c;
    diag *d;
    import *imports;                     /* of main, under the names that the adapter has for them */
    uint32_t main, adapter, shim, fixup; /* core instances; NO_INDEX if there is none */
} peeler;

/* ---- Refusing ---- */

static bool refuse(peeler *p, size_t offset, const char *what, span name) {
    strbuf s = {0};
    strbuf_puts(&s, what);
    if (name.bytes) {
        strbuf_puts(&s, " \"");
        say_quoted(&s, name.bytes, name.length, 100);
        strbuf_put(&s, '"');
    }
    diag_unsupported(p->d, offset, "components other than programs of WASI preview 1 with their adapter", s.data);
    strbuf_free(&s);
    return false;
}

static span nothing(void) {
    return (span){NULL, 0};
}

static bool same(span a, span b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* Whether the name is this one with a version of WASI 0.2 and `after` behind it. */
static bool is_interface(span name, const char *text, const char *after) {
    size_t length = strlen(text);
    unversioned u = name_without_version(name);
    return u.before.length == length && memcmp(u.before.bytes, text, length) == 0 && span_is(u.after, after) && name.length > length + 5 &&
           memcmp(name.bytes + length, "@0.2.", 5) == 0;
}

/* ---- Following definitions ---- */

static const core_instance *core_instance_at(const peeler *p, uint32_t index) {
    return &p->c->core_instances[p->c->spaces[SORT_CORE_INSTANCE].data[index].index];
}

/* The module of which the core instance is one; null if the module is imported. */
static const core_module *module_of(const peeler *p, uint32_t instance) {
    const core_instance *i = core_instance_at(p, instance);
    const item *m = component_item(p->c, SORT_CORE_MODULE, i->module);
    return i->is_instantiation && m->origin == ITEM_DEFINED ? &p->c->modules[m->index] : NULL;
}

/* Follows the member of an index space to where it is made. Each step leads to what was defined before, so there is an end. */
static bool find_source(const peeler *p, sort s, uint32_t index, source *found) {
    for (;;) {
        const item *i = &p->c->spaces[s].data[index];
        *found = (source){.instance = i->index, .name = i->name};
        if (i->origin == ITEM_DEFINED)
            found->canon = &p->c->canons[i->index];
        if (i->origin != ITEM_ALIAS)
            return i->origin == ITEM_DEFINED;
        const core_instance *from = core_instance_at(p, i->index);
        if (from->is_instantiation)
            return true;
        index = ctype_find(&from->arguments, nothing(), i->name)->index;
    }
}

/* Where the import of a core instance's module comes from. */
static bool find_import_source(const peeler *p, uint32_t instance, const import *i, source *found) {
    static const sort sorts[] = {SORT_CORE_FUNC, SORT_CORE_TABLE, SORT_CORE_MEMORY, SORT_CORE_GLOBAL, SORT_CORE_TAG};
    const member *argument = ctype_find(&core_instance_at(p, instance)->arguments, nothing(), i->module);
    const core_instance *from = core_instance_at(p, argument->index);
    if (from->is_instantiation) {
        *found = (source){.instance = argument->index, .name = i->name};
        return true;
    }
    return find_source(p, sorts[i->kind], ctype_find(&from->arguments, nothing(), i->name)->index, found);
}

static const export *find_export(const module *m, extern_kind kind, span name) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == kind && same(m->exports[k].name, name))
            return &m->exports[k];
    return NULL;
}

/* ---- The shim and its table ---- */

/* Whether the function only calls what is in slot *slot of table 0, with its own arguments. */
static bool is_thunk(const module *m, const func *f, uint32_t *slot) {
    diag none;
    diag_init(&none);
    cursor c = {f->body.bytes, f->body.bytes + f->body.length, m->input.bytes, &none};
    uint32_t locals;
    instr i;
    if (f->import != NO_INDEX || !cursor_u32(&c, &locals) || locals != 0)
        return false;
    for (uint32_t k = 0; k < m->types[f->type].param_count; k++)
        if (!instr_read(&c, m, &i) || i.op != OP_LOCAL_GET || i.index != k)
            return false;
    if (!instr_read(&c, m, &i) || i.op != OP_I32_CONST)
        return false;
    *slot = (uint32_t)i.value;
    if (!instr_read(&c, m, &i) || i.op != OP_CALL_INDIRECT || i.index != f->type || i.index2 != 0)
        return false;
    return instr_read(&c, m, &i) && i.op == OP_END && cursor_done(&c);
}

static bool is_shim(const module *m) {
    bool ok = m->import_count == 0 && m->table_count == 1 && m->memory_count + m->global_count + m->elem_count + m->data_count == 0 &&
              m->start == NO_INDEX;
    uint32_t slot;
    for (uint32_t k = 0; ok && k < m->func_count; k++)
        ok = is_thunk(m, &m->funcs[k], &slot);
    return ok;
}

/* Whether the module does nothing but fill a table that it imports with functions that it imports, from slot 0. */
static bool is_fixup(const module *m) {
    uint64_t start;
    return m->func_count == m->imported_funcs && m->imported_tables == 1 && m->table_count == 1 && m->elem_count == 1 &&
           m->memory_count + m->global_count + m->data_count + m->export_count == 0 && m->start == NO_INDEX &&
           m->elems[0].mode == SEGMENT_ACTIVE && m->elems[0].funcs && const_expr_integer(m, &m->elems[0].offset_expr, &start) && start == 0;
}

/* Replaces a function of the shim by the one that the fixup puts into its slot. */
static bool pass_shim(const peeler *p, source *s) {
    if (s->canon || s->instance != p->shim)
        return true;
    const module *shim = &module_of(p, p->shim)->m, *fixup = p->fixup == NO_INDEX ? NULL : &module_of(p, p->fixup)->m;
    const export *e = find_export(shim, EXTERN_FUNC, s->name);
    uint32_t slot;
    if (!fixup || !e || !is_thunk(shim, &shim->funcs[e->index], &slot) || slot >= fixup->elems[0].count)
        return false;
    const func *f = &fixup->funcs[fixup->elems[0].funcs[slot]];
    return find_import_source(p, p->fixup, &fixup->imports[f->import], s) && (s->canon || s->instance != p->shim);
}

/* Whether the fixup fills the shim's table. */
static bool check_table(peeler *p) {
    if (p->fixup == NO_INDEX)
        return true;
    const core_module *fixup = module_of(p, p->fixup);
    source s;
    const export *e = NULL;
    if (p->shim != NO_INDEX && find_import_source(p, p->fixup, &fixup->m.imports[fixup->m.tables[0].import], &s) && !s.canon &&
        s.instance == p->shim)
        e = find_export(&module_of(p, p->shim)->m, EXTERN_TABLE, s.name);
    return e || refuse(p, fixup->offset, "a module fills a table that is not the shim's", nothing());
}

/* ---- What the component exports ---- */

/* The function behind the one export of the component, which is wasi:cli/run with that function; NO_INDEX if it is not so. */
static uint32_t find_run(const peeler *p) {
    const component *c = p->c;
    static const uint8_t run[] = {'r', 'u', 'n'};
    const item *i = component_item(c, SORT_INSTANCE, c->exports[0].index);
    if (i->origin != ITEM_DEFINED || i->type->members.count != 1)
        return NO_INDEX;
    const instance *made = &c->instances[i->index];
    const member *m;
    if (!made->is_instantiation) {
        m = ctype_find(&made->arguments, nothing(), (span){run, sizeof run});
        return m && m->sort == SORT_FUNC ? m->index : NO_INDEX;
    }
    const item *wrapped = component_item(c, SORT_COMPONENT, made->component);
    const component *wrapper = wrapped->origin == ITEM_DEFINED ? c->components[wrapped->index] : NULL;
    if (!wrapper || wrapper->export_count != 1 || wrapper->exports[0].sort != SORT_FUNC || !span_is(wrapper->exports[0].name, "run"))
        return NO_INDEX;
    const item *inner = component_item(wrapper, SORT_FUNC, wrapper->exports[0].index);
    m = inner->origin == ITEM_IMPORT ? ctype_find(&made->arguments, nothing(), wrapper->imports[inner->index].name) : NULL;
    return m && m->sort == SORT_FUNC ? m->index : NO_INDEX;
}

/* Finds the adapter: what the exported function is of. */
static bool find_adapter(peeler *p) {
    const component *c = p->c;
    if (c->export_count == 0)
        return refuse(p, c->offset, "this one exports nothing", nothing());
    for (uint32_t k = 0; k < c->export_count; k++)
        if (c->exports[k].sort != SORT_INSTANCE || !is_interface(c->exports[k].name, RUN, ""))
            return refuse(p, c->exports[k].offset, "this one exports", c->exports[k].name);
    uint32_t func = c->export_count == 1 ? find_run(p) : NO_INDEX;
    const item *i = func == NO_INDEX ? NULL : component_item(c, SORT_FUNC, func);
    if (!i || i->origin != ITEM_DEFINED)
        return refuse(p, c->exports[0].offset, "this one is composed: another component is behind", c->exports[0].name);
    source s;
    if (!find_source(p, SORT_CORE_FUNC, c->canons[i->index].func, &s) || s.canon || !module_of(p, s.instance))
        return refuse(p, i->offset, "this one has no adapter behind", c->exports[0].name);
    p->adapter = s.instance;
    return is_interface(s.name, RUN, "#run") || refuse(p, i->offset, "this one has no adapter behind", c->exports[0].name);
}

/* ---- Modules and imports ---- */

/* Finds the main module: the one whose _start the adapter calls. */
static bool find_main(peeler *p) {
    const core_module *adapter = module_of(p, p->adapter);
    for (uint32_t k = 0; k < adapter->m.import_count; k++) {
        const import *i = &adapter->m.imports[k];
        source s;
        if (!span_is(i->module, "__main_module__") || !span_is(i->name, "_start"))
            continue;
        if (!find_import_source(p, p->adapter, i, &s) || s.canon || s.instance == p->adapter || !module_of(p, s.instance) ||
            !span_is(s.name, "_start"))
            break;
        p->main = s.instance;
        return true;
    }
    return refuse(p, adapter->offset, "its main module brings its own " RUN ", without an adapter", nothing());
}

/* Whether no component inside has code. */
static bool check_components(peeler *p) {
    const component *c = p->c;
    for (uint32_t k = 0; k < c->component_count; k++) {
        const component *inner = c->components[k];
        if (inner->module_count + inner->component_count + inner->canon_count + inner->instance_count + inner->core_instance_count > 0)
            return refuse(p, inner->offset, "this one is composed of others", inner->name);
    }
    return c->instance_count <= 1 || refuse(p, c->instances[1].offset, "this one is composed of instances", nothing());
}

/* Sorts the instances of modules; there may be no others than those four. */
static bool find_instances(peeler *p) {
    const component *c = p->c;
    for (uint32_t k = 0; k < c->core_instance_count; k++) {
        const core_instance *i = &c->core_instances[k];
        const core_module *m = i->is_instantiation ? module_of(p, k) : NULL;
        if (!i->is_instantiation || k == p->main || k == p->adapter)
            continue;
        if (m && is_shim(&m->m) && p->shim == NO_INDEX)
            p->shim = k;
        else if (m && is_fixup(&m->m) && p->fixup == NO_INDEX)
            p->fixup = k;
        else
            return refuse(p, m ? m->offset : i->offset, "this one has another module", m ? m->m.name : nothing());
    }
    return check_table(p);
}

/* Whether the component imports nothing but interfaces of WASI 0.2. */
static bool check_imports(peeler *p) {
    for (uint32_t k = 0; k < p->c->import_count; k++) {
        const component_extern *e = &p->c->imports[k];
        unversioned u = name_without_version(e->name);
        bool is_wasi = e->name.length > 5 && memcmp(e->name.bytes, "wasi:", 5) == 0 && e->name.length > u.before.length + 5 &&
                       memcmp(e->name.bytes + u.before.length, "@0.2.", 5) == 0;
        if (e->sort != SORT_INSTANCE || !is_wasi)
            return refuse(p, e->offset, "this one imports", e->name);
    }
    return true;
}

/* ---- What main and the adapter get ---- */

static bool refuse_import(peeler *p, const core_module *m, const import *i) {
    strbuf both = {0};
    strbuf_append(&both, (const char *)i->module.bytes, i->module.length);
    strbuf_put(&both, ' ');
    strbuf_append(&both, (const char *)i->name.bytes, i->name.length);
    refuse(p, m->offset + i->offset, "its main module itself imports", (span){(const uint8_t *)both.data, both.count});
    strbuf_free(&both);
    return false;
}

/* Whether the name stands for this function: wit-component calls what is imported a second time "fd_write [v2]". */
static bool stands_for(span name, span func) {
    size_t rest = name.length - func.length;
    if (same(name, func))
        return true;
    return name.length > func.length + 4 && memcmp(name.bytes, func.bytes, func.length) == 0 &&
           memcmp(name.bytes + func.length, " [v", 3) == 0 && name.bytes[name.length - 1] == ']' && rest <= sizeof " [v1000000]";
}

static bool check_main_imports(peeler *p, arena *a) {
    const core_module *m = module_of(p, p->main);
    p->imports = arena_array(a, m->m.import_count, sizeof *p->imports);
    for (uint32_t k = 0; k < m->m.import_count; k++) {
        const import *i = &m->m.imports[k];
        source s;
        if (!span_is(i->module, PREVIEW1))
            return refuse_import(p, m, i);
        if (i->kind != EXTERN_FUNC || !find_import_source(p, p->main, i, &s) || !pass_shim(p, &s) || s.canon || s.instance != p->adapter ||
            !stands_for(i->name, s.name))
            return refuse(p, m->offset + i->offset, "something else than the adapter provides", i->name);
        p->imports[k] = *i;
        p->imports[k].name = s.name;
    }
    return true;
}

/* Whether results are stored where main looks for them. */
static bool is_main_memory(const peeler *p, const canon_options *o) {
    source s;
    return o->memory == NO_INDEX ||
           (find_source(p, SORT_CORE_MEMORY, o->memory, &s) && !s.canon && s.instance == p->main && span_is(s.name, "memory"));
}

/* Whether the canonical function is the interface's function, or drops its resource, that the adapter imports by this name. */
static bool is_wasi_func(const peeler *p, const canon *f, const import *i) {
    static const char drop[] = "[resource-drop]";
    if (f->kind == CANON_RESOURCE_DROP) {
        size_t length = sizeof drop - 1;
        return i->name.length > length && memcmp(i->name.bytes, drop, length) == 0 && names_match(f->type->interface, i->module) &&
               same(f->type->name, (span){i->name.bytes + length, i->name.length - length});
    }
    if (f->kind != CANON_LOWER || f->options.is_async || f->options.encoding != STRING_UTF8 || !is_main_memory(p, &f->options))
        return false;
    const item *from = component_item(p->c, SORT_FUNC, f->func);
    if (from->origin != ITEM_ALIAS || !same(from->name, i->name))
        return false;
    const item *interface = component_item(p->c, SORT_INSTANCE, from->index);
    return interface->origin == ITEM_IMPORT && names_match(p->c->imports[interface->index].name, i->module);
}

static bool check_adapter_imports(peeler *p) {
    const core_module *m = module_of(p, p->adapter);
    for (uint32_t k = 0; k < m->m.import_count; k++) {
        const import *i = &m->m.imports[k];
        source s;
        bool ok = find_import_source(p, p->adapter, i, &s) && (i->kind != EXTERN_FUNC || pass_shim(p, &s));
        if (ok && i->kind == EXTERN_MEMORY)
            ok = !s.canon && s.instance == p->main && span_is(s.name, "memory");
        else if (ok && i->kind == EXTERN_FUNC && span_is(i->module, "__main_module__"))
            ok = !s.canon && s.instance == p->main && same(s.name, i->name);
        else if (ok)
            ok = i->kind == EXTERN_FUNC && s.canon && is_wasi_func(p, s.canon, i);
        if (!ok)
            return refuse(p, m->offset + i->offset, "something else than WASI 0.2 is given to its adapter as", i->name);
    }
    return true;
}

/* ---- What the adapter is ---- */

static span text(const char *s) {
    return (span){(const uint8_t *)s, strlen(s)};
}

/* The function that gets memory by growing it, which wit-component puts in where the main module has no allocator; NO_INDEX if there is
 * none. */
static uint32_t find_growing(const module *m) {
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        uint64_t fingerprint;
        if (m->types[m->funcs[k].type].param_count == 4 && fingerprint_of(m, k, NO_INDEX, &fingerprint) &&
            fingerprint_is_known(text("(realloc)"), fingerprint))
            return k;
    }
    return NO_INDEX;
}

static bool check_adapter_func(peeler *p, const core_module *m, uint32_t func, uint32_t growing, span name) {
    uint64_t fingerprint;
    return (fingerprint_of(&m->m, func, growing, &fingerprint) && fingerprint_is_known(name, fingerprint)) ||
           refuse(p, m->offset + m->m.funcs[func].offset, "its adapter is not one that is known: see function", name);
}

/* Whether the adapter consists of functions of known adapters. */
static bool check_adapter(peeler *p) {
    const core_module *m = module_of(p, p->adapter);
    if (m->m.data_count + m->m.elem_count > 0 || m->m.memory_count != m->m.imported_memories)
        return refuse(p, m->offset, "its adapter is not one that is known", m->m.name);
    uint32_t growing = find_growing(&m->m);
    for (uint32_t k = 0; k < m->m.export_count; k++) {
        const export *e = &m->m.exports[k];
        if (e->kind != EXTERN_FUNC)
            return refuse(p, m->offset, "its adapter is not one that is known: it exports", e->name);
        if (!check_adapter_func(p, m, e->index, growing, e->name))
            return false;
    }
    return m->m.start == NO_INDEX || check_adapter_func(p, m, m->m.start, growing, text("(start)"));
}

bool component_peel(const component *c, arena *a, module *program, diag *d) {
    peeler p = {.c = c, .d = d, .main = NO_INDEX, .adapter = NO_INDEX, .shim = NO_INDEX, .fixup = NO_INDEX};
    if (!check_imports(&p) || !find_adapter(&p) || !find_main(&p) || !find_instances(&p) || !check_main_imports(&p, a) ||
        !check_components(&p) || !check_adapter_imports(&p) || !check_adapter(&p))
        return false;
    *program = module_of(&p, p.main)->m;
    program->imports = p.imports;
    return true;
}
