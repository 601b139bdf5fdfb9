#include "emit/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "emit/entries.h"
#include "emit/symbols.h"
#include "system/system.h"

#define MAX_NAME 80

/* Appends the text with each character that cannot stand in a C identifier replaced by '_'. */
static void put_clean(strbuf *s, span text) {
    for (size_t i = 0; i < text.length && i < MAX_NAME; i++) {
        uint8_t c = text.bytes[i];
        bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        strbuf_put(s, keep ? (char)c : '_');
    }
}

/* ---- The set of names that are taken ---- */

typedef struct name_set {
    char **slots; /* open addressing; a power of two */
    size_t size;
    uint64_t seed;
} name_set;

static name_set name_set_new(arena *a, size_t names) {
    name_set set = {.size = 16, .seed = system_seed()};
    while (set.size < names * 2)
        set.size *= 2;
    set.slots = arena_array(a, set.size, sizeof *set.slots);
    return set;
}

/* Adds a name; false if it is there already. */
static bool name_set_add(name_set *set, char *name) {
    uint64_t hash = set->seed;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    size_t at = (hash ^ hash >> 32) & (set->size - 1);
    for (; set->slots[at]; at = (at + 1) & (set->size - 1))
        if (strcmp(set->slots[at], name) == 0)
            return false;
    set->slots[at] = name;
    return true;
}

/* Takes a name: the text itself or, if that is taken, the text and the number. No other name is the same. */
static char *claim(generator *g, name_set *set, strbuf *text, uint32_t number) {
    char *name = arena_string(g->arena, text->data, text->count);
    while (!name_set_add(set, name)) {
        strbuf_printf(text, "_%u", (unsigned)number);
        name = arena_string(g->arena, text->data, text->count);
    }
    return name;
}

bool is_provided_import(const generator *g, const import *i, const char **family) {
    return g->options->emit_main ? is_program_import(g->m, i, family) : is_wasi_import(g->m, i, family);
}

/* ---- Imports. `scratch` is for memory that is only needed while names are assigned. ---- */

static char *keep(generator *g, const strbuf *text) {
    return arena_string(g->arena, text->data, text->count);
}

/* Appends what distinguishes imports of the same kind and name to a C compiler: their types, as far as one C object cannot stand for all of
 * them. */
static void put_import_type(strbuf *s, const module *m, const import *i) {
    const type_def *t = NULL;
    switch (i->kind) {
    case EXTERN_FUNC:
        t = &m->types[m->funcs[i->index].type];
        break;
    case EXTERN_TAG:
        t = &m->types[m->tags[i->index].type];
        break;
    case EXTERN_GLOBAL:
        strbuf_put(s, type_letter(m, m->globals[i->index].type));
        return;
    case EXTERN_TABLE:
        strbuf_put(s, m->tables[i->index].is64 ? 'I' : 'i');
        strbuf_put(s, type_letter(m, m->tables[i->index].element));
        return;
    case EXTERN_MEMORY: {
        const wasmelt_memory_type *type = &m->memories[i->index].type;
        strbuf_printf(s, "%c%s%u", type->is64 ? 'I' : 'i', type->shared ? "s" : "", type->page_size_log2);
        return;
    }
    }
    for (uint32_t k = 0; k < t->param_count; k++)
        strbuf_put(s, type_letter(m, t->params[k]));
    strbuf_puts(s, "_0");
    for (uint32_t k = 0; k < t->result_count; k++)
        strbuf_put(s, type_letter(m, t->results[k]));
}

static void put_import_name(strbuf *s, const generator *g, const import *i, const char *type) {
    static const char *const kinds[] = {
        [EXTERN_TABLE] = "table", [EXTERN_MEMORY] = "memory", [EXTERN_GLOBAL] = "global", [EXTERN_TAG] = "tag"};
    if (i->kind == EXTERN_FUNC)
        strbuf_printf(s, "wasmelt_import_%s_", g->host_name);
    else
        strbuf_printf(s, "%s_", kinds[i->kind]);
    symbol_put_import(s, i->module, i->name, type);
}

typedef struct import_key {
    const import *imports;
    uint32_t index;
} import_key;

static int compare_spans(span a, span b) {
    if (a.length != b.length)
        return a.length < b.length ? -1 : 1;
    return a.length ? memcmp(a.bytes, b.bytes, a.length) : 0;
}

static int by_kind_and_names(const void *a, const void *b) {
    const import_key *x = a, *y = b;
    const import *s = &x->imports[x->index], *t = &y->imports[y->index];
    if (s->kind != t->kind)
        return s->kind < t->kind ? -1 : 1;
    int order = compare_spans(s->module, t->module);
    return order ? order : compare_spans(s->name, t->name);
}

static int by_all(const void *a, const void *b) {
    const import_key *x = a, *y = b;
    int order = by_kind_and_names(a, b);
    return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* Finds for each import the first one of the same kind and names. */
static uint32_t *find_namesakes(const module *m, arena *scratch) {
    import_key *keys = arena_array(scratch, m->import_count, sizeof *keys);
    uint32_t *first = arena_array(scratch, m->import_count, sizeof *first);
    for (uint32_t k = 0; k < m->import_count; k++)
        keys[k] = (import_key){m->imports, k};
    if (m->import_count > 0)
        sort_stable(keys, m->import_count, sizeof *keys, by_all);
    for (uint32_t k = 0; k < m->import_count; k++)
        first[keys[k].index] = k > 0 && by_kind_and_names(&keys[k - 1], &keys[k]) == 0 ? first[keys[k - 1].index] : keys[k].index;
    return first;
}

/* Whether two imports have the same type. Writes both types to `text`, one after the other, and stores in *second where the second
 * begins. */
static bool same_types(strbuf *text, const module *m, const import *a, const import *b, size_t *second) {
    strbuf_clear(text);
    put_import_type(text, m, a);
    *second = text->count + 1;
    strbuf_put(text, 0);
    put_import_type(text, m, b);
    return text->count - *second == *second - 1 && memcmp(text->data, text->data + *second, *second - 1) == 0;
}

static void name_import(generator *g, uint32_t k, uint32_t first, strbuf *text, strbuf *types) {
    const module *m = g->m;
    const import *i = &m->imports[k];
    const char *family;
    strbuf_clear(text);
    if (i->kind == EXTERN_FUNC) {
        strbuf_puts(text, "context_");
        symbol_put_from(text, i->module);
        g->context_names[k] = keep(g, text);
        strbuf_clear(text);
    }
    if (!g->options->bind_imports && is_provided_import(g, i, &family)) {
        strbuf_printf(text, "wasmelt_%s_", family);
        put_clean(text, i->name); /* thread-spawn */
    } else {
        size_t own;
        bool differs = first != k && !same_types(types, m, &m->imports[first], i, &own);
        put_import_name(text, g, i, differs ? types->data + own : NULL);
    }
    g->import_names[k] = keep(g, text);
}

static void name_imports(generator *g, arena *scratch) {
    uint32_t count = g->m->import_count;
    const uint32_t *first = find_namesakes(g->m, scratch);
    name_set set = name_set_new(scratch, count);
    strbuf text = {0}, types = {0};
    g->import_names = arena_array(g->arena, count, sizeof *g->import_names);
    g->import_repeats = arena_array(g->arena, count, sizeof *g->import_repeats);
    g->context_names = arena_array(g->arena, count, sizeof *g->context_names);
    for (uint32_t k = 0; k < count; k++) {
        name_import(g, k, first[k], &text, &types);
        g->import_repeats[k] = !name_set_add(&set, g->import_names[k]);
    }
    strbuf_free(&text);
    strbuf_free(&types);
}

/* ---- Exports and functions ---- */

static void name_exports(generator *g) {
    strbuf text = {0};
    g->export_names = arena_array(g->arena, g->m->export_count, sizeof *g->export_names);
    for (uint32_t k = 0; k < g->m->export_count; k++) {
        span name = g->m->exports[k].name;
        bool is_taken = g->options->plain_entries && span_is(name, ENTRIES_NEW);
        strbuf_clear(&text);
        (is_taken ? symbol_put_escaped_export : symbol_put_export)(&text, g->name, name);
        g->export_names[k] = keep(g, &text);
    }
    strbuf_free(&text);
}

/* The number of names that the header defines for the module itself: functions in a single file must not have one of these. */
enum { PUBLIC_NAMES = 6 };

static void take_public_names(generator *g, arena *scratch, name_set *set) {
    static const char *const names[] = {"%s", "%s_module", "%s_imports", "%s_instantiate", "%s_instantiate_with", "%s_instance_free"};
    _Static_assert(sizeof names / sizeof *names == PUBLIC_NAMES, "all of them");
    const module *m = g->m;
    strbuf text = {0};
    for (size_t k = 0; k < PUBLIC_NAMES; k++) {
        strbuf_clear(&text);
        strbuf_printf(&text, names[k], g->name);
        name_set_add(set, arena_string(scratch, text.data, text.count));
    }
    for (uint32_t k = 0; k < m->type_count; k++) {
        if (m->types[k].kind != TYPE_FUNC || m->types[k].result_count < 2)
            continue;
        strbuf_clear(&text);
        put_result_type(&text, g, &m->types[k]);
        name_set_add(set, arena_string(scratch, text.data, text.count));
    }
    for (uint32_t k = 0; k < m->export_count; k++)
        name_set_add(set, g->export_names[k]);
    strbuf_free(&text);
}

static void name_functions(generator *g, arena *scratch) {
    const module *m = g->m;
    span *best = arena_array(scratch, m->func_count, sizeof *best);
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == EXTERN_FUNC)
            best[m->imports[k].index] = m->imports[k].name;
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_FUNC && best[m->exports[k].index].length == 0)
            best[m->exports[k].index] = m->exports[k].name;
    name_set set = name_set_new(scratch, (size_t)m->func_count * 2 + m->export_count + m->type_count + PUBLIC_NAMES + 2);
    name_set_add(&set, "f32"); /* types of the emitted C */
    name_set_add(&set, "f64");
    take_public_names(g, scratch, &set);
    strbuf text = {0};
    g->func_names = arena_array(g->arena, m->func_count, sizeof(char *));
    for (uint32_t k = 0; k < m->func_count; k++) {
        span name = m->funcs[k].name.length > 0 ? m->funcs[k].name : best[k];
        strbuf_clear(&text);
        if (g->split)
            strbuf_printf(&text, "%s_2", g->name);
        if (name.length > 0) {
            strbuf_puts(&text, "f_");
            put_clean(&text, name);
        } else {
            strbuf_printf(&text, "f%u", (unsigned)k);
        }
        g->func_names[k] = claim(g, &set, &text, k);
    }
    /* A function that makes tail calls has a second entry, `f_x_tail`, and one that calls itself may be in two parts, of which one is
     * `f_x_again`. These may also be the names of other functions. */
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        const char *second = g->calls.tail_calls[k] ? "_tail" : g->calls.heads[k] ? APART_SUFFIX : NULL;
        while (second) {
            strbuf_clear(&text);
            strbuf_printf(&text, "%s%s", g->func_names[k], second);
            if (name_set_add(&set, arena_string(scratch, text.data, text.count)))
                break;
            strbuf_clear(&text);
            strbuf_printf(&text, "%s_%u", g->func_names[k], (unsigned)k);
            g->func_names[k] = claim(g, &set, &text, k);
        }
    }
    for (uint32_t k = 0; k < m->func_count; k++)
        g->func_names[k] = g->func_names[g->calls.code[k]];
    strbuf_free(&text);
}

void names_assign(generator *g) {
    arena scratch = {0};
    name_imports(g, &scratch);
    name_exports(g);
    name_functions(g, &scratch);
    arena_free(&scratch);
}
