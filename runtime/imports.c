/* Binding imports that have types: everything but contexts. Only descriptors of modules with such imports refer to this. */
#include "linking.h"

#include <string.h>

#include <wasmelt/code/support.h>

#include "facts/address_space.h"
#include "heap/heap.h"
#include "not_unwound.h"
#include "store.h"
#include "system/text.h"
#include "tag.h"
#include "plain.h"
#include "types.h"

/* Whether `given` has the names of the module's import, whatever its type. */
static bool is_named(const wasmelt_module *m, const wasmelt_import *given, const wasmelt_import_desc *wanted) {
    return given->value.kind != WASMELT_EXTERN_CONTEXT && wasmelt_rt_import_has_name(m, given->module, wanted->module) &&
           wasmelt_rt_import_has_name(m, given->name, wanted->name);
}

/* ---- Types of imports (section 4.5.3) ---- */

static typed own_type(const wasmelt_instance *i, wasmelt_valtype t) {
    return (typed){t, i->module->types, wasmelt_rt_instance_type_ids(i)};
}

/* A type of what is given to the instance. */
static typed type_of(const wasmelt_extern *e, const wasmelt_instance *importer, wasmelt_valtype t) {
    return own_type(e->owner ? e->owner : importer, t);
}

static bool limits_match(uint64_t have, bool have_maximum, uint64_t maximum, uint64_t want_minimum, bool want_maximum, uint64_t most) {
    return have >= want_minimum && (!want_maximum || (have_maximum && maximum <= most));
}

static const char *check_memory(const wasmelt_memory *m, const wasmelt_memory_type *want) {
    if (m->type.is64 != want->is64)
        return "the index type differs";
    if (m->type.page_size_log2 != want->page_size_log2)
        return "the page size differs";
    if (m->type.shared != want->shared)
        return want->shared ? "the memory must be shared" : "the memory must not be shared";
    if (memory_has_guard(want) && !memory_has_guard(&m->type))
        return "the memory has no guard pages, which the importing module needs";
    uint64_t pages = __atomic_load_n(&m->pages, __ATOMIC_RELAXED);
    return limits_match(pages, m->type.has_maximum, m->type.maximum, want->minimum, want->has_maximum, want->maximum)
               ? NULL
               : "the limits do not fit";
}

static const char *check_table(const wasmelt_instance *i, const wasmelt_extern *e, const wasmelt_table_type *want) {
    const wasmelt_table_type *have = &e->table->type;
    if (have->is64 != want->is64)
        return "the index type differs";
    /* The table may come from a third module, so its concrete types are compared by number. */
    typed element = own_type(i, want->element);
    bool same = wasmelt_rt_typed_id(element) ? wasmelt_is_nullable(have->element) == wasmelt_is_nullable(want->element) &&
                                                   e->table->element_id == wasmelt_rt_typed_id(element)
                                             : have->element == want->element;
    if (!same)
        return "the element type differs";
    return limits_match(e->table->size, have->has_maximum, have->maximum, want->minimum, want->has_maximum, want->maximum)
               ? NULL
               : "the limits do not fit";
}

static const char *check_global(const wasmelt_instance *i, const wasmelt_extern *e, wasmelt_global_type want) {
    if (e->global_type.is_mutable != want.is_mutable)
        return want.is_mutable ? "the global must be mutable" : "the global must not be mutable";
    typed have = type_of(e, i, e->global_type.type), goal = own_type(i, want.type);
    bool ok = want.is_mutable ? wasmelt_rt_typed_equal(have, goal) : wasmelt_rt_typed_matches(have, goal);
    return ok ? NULL : "the value type differs";
}

static const char *check_tag(const wasmelt_instance *i, const wasmelt_extern *e, uint32_t type) {
    return e->tag->type_id == wasmelt_rt_instance_type_ids(i)[type] ? NULL : "the tag's type differs";
}

/* Whether `e` may be bound to `want`: null if so, else the reason why not. */
static const char *check(const wasmelt_instance *i, const wasmelt_extern *e, const wasmelt_import_desc *want) {
    if (e->kind != want->kind)
        return "it is of another kind";
    switch (want->kind) {
    case WASMELT_EXTERN_FUNC:
        return wasmelt_rt_type_id_matches(e->func->type_id, wasmelt_rt_instance_type_ids(i)[want->type]) ? NULL
                                                                                                         : "the function type differs";
    case WASMELT_EXTERN_TABLE:
        return check_table(i, e, want->table);
    case WASMELT_EXTERN_MEMORY:
        return check_memory(e->memory, want->memory);
    case WASMELT_EXTERN_GLOBAL:
        return check_global(i, e, want->global);
    case WASMELT_EXTERN_TAG:
        return check_tag(i, e, want->type);
    default:
        return NULL;
    }
}

/* The first of the given imports with these names that fits: a module may import the same names several times, with several kinds or types.
 * Null if there is none; then *why says why the first one of these names does not fit. */
static const wasmelt_import *find(const wasmelt_instance *i, const wasmelt_import_desc *wanted, const wasmelt_import *given, size_t count,
                                  const char **why) {
    *why = NULL;
    for (size_t k = 0; k < count; k++) {
        if (!is_named(i->module, &given[k], wanted))
            continue;
        const char *reason = check(i, &given[k].value, wanted);
        if (!reason)
            return &given[k];
        if (!*why)
            *why = reason;
    }
    return NULL;
}

/* ---- Binding ---- */

static const void *bound_object(const wasmelt_extern *e) {
    switch (e->kind) {
    case WASMELT_EXTERN_FUNC:
        return e->func;
    case WASMELT_EXTERN_TABLE:
        return e->table;
    case WASMELT_EXTERN_MEMORY:
        return e->memory;
    case WASMELT_EXTERN_GLOBAL:
        return e->global;
    case WASMELT_EXTERN_TAG:
        return e->tag;
    default:
        return NULL;
    }
}

/* Room for a name in a message, including its zero byte. */
enum { SHOWN = 80 };

static const char *shown(char buffer[static SHOWN], wasmelt_name name) {
    wasmelt_rt_plain_put(buffer, SHOWN, name.bytes, name.length, "\"\\");
    return buffer;
}

static bool fail(wasmelt_error *error, const char *what, const wasmelt_import_desc *d, const char *why) {
    char module[SHOWN], name[SHOWN];
    error->status = WASMELT_UNLINKABLE;
    system_print(error->message, sizeof error->message, "%s \"%s\" \"%s\"%s%s", what, shown(module, d->module), shown(name, d->name),
                 why ? ": " : "", why ? why : "");
    return false;
}

/* ---- Stores ---- */

/* The store of what an instance of the module imports; null: none, or not known. What a host gives by its address, as through a header, has
 * no owner: it is searched for where objects could be behind it. */
static wasmelt_store *store_of(const wasmelt_module *importer, const wasmelt_extern *e) {
    if (e->kind == WASMELT_EXTERN_TAG)
        return e->tag->store;
    if (e->kind == WASMELT_EXTERN_MEMORY)
        return NULL;
    if (e->owner)
        return e->owner->store;
    bool may_share = e->kind == WASMELT_EXTERN_TABLE || (e->kind == WASMELT_EXTERN_GLOBAL && wasmelt_is_ref(e->global_type.type));
    return may_share && shares_heap(importer) ? importer->collector()->store_with(bound_object(e)) : NULL;
}

/* Puts the instance into the store of what it imports; returns null, or why that is impossible. */
static const char *join(wasmelt_instance *instance, wasmelt_store *store, bool is_placed) {
    if (!store || store == instance->store)
        return NULL;
    if (!instance->store) {
        instance->store = wasmelt_rt_store_hold(store);
        return NULL;
    }
    if (is_placed || (wasmelt_rt_store_is_named(store) && wasmelt_rt_store_is_named(instance->store)))
        return "it belongs to another store than the instance";
    if (!shares_heap(instance->module) || !wasmelt_rt_store_heap_or_null(store))
        return NULL;
    if (wasmelt_rt_store_heap_or_null(instance->store))
        return "its structs and arrays are in another heap than those of other imports";
    wasmelt_rt_store_let_go(instance->store); /* the store into which an earlier import has put the instance */
    instance->store = wasmelt_rt_store_hold(store);
    return NULL;
}

bool wasmelt_link_imports(wasmelt_instance *instance, const wasmelt_import *given, size_t count, wasmelt_error *error) {
    const wasmelt_module *m = instance->module;
    bool is_placed = instance->store != NULL;
    for (uint32_t k = 0; k < m->import_count; k++) {
        const wasmelt_import_desc *want = &m->imports[k];
        const char *why;
        if (want->kind == WASMELT_EXTERN_CONTEXT)
            continue;
        const wasmelt_import *found = find(instance, want, given, count, &why);
        if (!found)
            return fail(error, why ? "incompatible import type for" : "unknown import", want, why);
        why = join(instance, store_of(m, &found->value), is_placed);
        if (why)
            return fail(error, "cannot link", want, why);
        const void *object = bound_object(&found->value);
        memcpy((char *)instance + want->offset, &object, sizeof object);
        if (want->kind == WASMELT_EXTERN_TAG)
            wasmelt_rt_tag_retain(found->value.tag);
    }
    return true;
}

bool wasmelt_rt_imports_have_store(const wasmelt_module *module, const wasmelt_import *given, size_t count) {
    for (uint32_t k = 0; k < module->import_count; k++)
        for (size_t n = 0; n < count; n++)
            if (given[n].value.kind == module->imports[k].kind && is_named(module, &given[n], &module->imports[k]) &&
                store_of(module, &given[n].value))
                return true;
    return false;
}
