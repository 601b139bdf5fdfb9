/* Making and freeing instances (section 4.5.4), and looking up what they export. */
#include "instance.h"

#include <errno.h>
#include <string.h>

#include <wasmelt/usage.h>

#include "allocator.h"
#include "exception.h"
#include "fault.h"
#include "heap/heap.h"
#include "linking.h"
#include "memory.h"
#include "shortage.h"
#include "stoppable.h"
#include "store.h"
#include "system/text.h"
#include "table.h"
#include "tag.h"
#include "types.h"
#include "usage.h"

/* The address of a member of the instance struct, by its offset. */
static void *at(const wasmelt_instance *i, size_t offset) {
    return (char *)i + offset;
}

static void *pointer_at(const wasmelt_instance *i, size_t offset) {
    void *p;
    memcpy(&p, at(i, offset), sizeof p);
    return p;
}

static void set_pointer_at(wasmelt_instance *i, size_t offset, void *p) {
    memcpy(at(i, offset), &p, sizeof p);
}

static wasmelt_func *records(const wasmelt_instance *i) {
    return at(i, i->module->funcs_offset);
}

static bool fail(wasmelt_error *error, wasmelt_status status, const char *message) {
    error->status = status;
    system_print(error->message, sizeof error->message, "%s", message);
    return false;
}

/* ---- Making the parts ---- */

static bool no_memory(wasmelt_error *error, const wasmelt_memory_type *type, const wasmelt_options *options) {
    error->status = WASMELT_OUT_OF_MEMORY;
    wasmelt_rt_shortage_of_memory(type, options->memory.space != NULL, error->message, sizeof error->message);
    return false;
}

static bool over_limit(wasmelt_error *error, const char *what, uint64_t has, uint64_t allowed, const char *unit) {
    error->status = WASMELT_OVER_LIMIT;
    system_print(error->message, sizeof error->message, "a %s begins with %" SYSTEM_NUMBER " %s, the host allows %" SYSTEM_NUMBER, what,
                 (system_number)has, unit, (system_number)allowed);
    return false;
}

static bool make_memories(wasmelt_instance *i, const wasmelt_options *options, wasmelt_error *error) {
    for (uint32_t k = 0; k < i->module->memory_count; k++) {
        const wasmelt_memory_desc *d = &i->module->memories[k];
        wasmelt_memory *m = wasmelt_memory_new_with(&d->type, &options->memory);
        if (!m && errno == ERANGE)
            return over_limit(error, "memory", d->type.minimum << d->type.page_size_log2, options->memory.maximum_bytes, "bytes");
        if (!m)
            return no_memory(error, &d->type, options);
        wasmelt_rt_memory_leave_last_page(m);
        set_pointer_at(i, d->offset, m);
    }
    return true;
}

static bool make_tables(wasmelt_instance *i, const wasmelt_options *options, wasmelt_error *error) {
    for (uint32_t k = 0; k < i->module->table_count; k++) {
        const wasmelt_table_desc *d = &i->module->tables[k];
        typed element = {d->type.element, i->module->types, wasmelt_rt_instance_type_ids(i)};
        uint64_t limit = options->table_elements;
        if (limit && d->type.minimum > limit)
            return over_limit(error, "table", d->type.minimum, limit, "elements");
        wasmelt_table *t = wasmelt_rt_table_new(&d->type, wasmelt_rt_typed_is_func(element), wasmelt_rt_typed_id(element));
        if (!t)
            return fail(error, WASMELT_OUT_OF_MEMORY, "memory is short for a table");
        if (limit && limit < t->maximum)
            t->maximum = limit;
        set_pointer_at(i, d->offset, t);
    }
    return true;
}

static bool make_tags(wasmelt_instance *i, wasmelt_error *error) {
    for (uint32_t k = 0; k < i->module->tag_count; k++) {
        const wasmelt_tag_desc *d = &i->module->tags[k];
        const wasmelt_type *type = &i->module->types[d->type];
        const wasmelt_tag *tag = wasmelt_rt_tag_new(i->store, type, wasmelt_rt_instance_type_ids(i)[d->type]);
        if (!tag)
            return fail(error, WASMELT_OUT_OF_MEMORY, "memory is short for a tag");
        set_pointer_at(i, d->pointer, (void *)tag);
    }
    return true;
}

/* Releases the tags of an instance. It counts imported tags, too. */
static void release_tags(const wasmelt_instance *i) {
    const wasmelt_module *m = i->module;
    for (uint32_t k = 0; k < m->tag_count; k++)
        wasmelt_rt_tag_release(pointer_at(i, m->tags[k].pointer));
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == WASMELT_EXTERN_TAG)
            wasmelt_rt_tag_release(pointer_at(i, m->imports[k].offset));
}

/* ---- The store ---- */

/* Whether the instance needs a store: for exceptions, which only a module with tags can throw, or for objects to which others may refer. */
static bool needs_store(const wasmelt_module *m) {
    bool needs = m->tag_count > 0 || shares_heap(m);
    for (uint32_t k = 0; k < m->import_count; k++)
        needs |= m->imports[k].kind == WASMELT_EXTERN_TAG;
    return needs;
}

/* Enough for a few exceptions of the largest type there is. */
#define LEAST_EXCEPTION_BYTES (UINT64_C(64) * 1024)

static uint64_t exception_limit(const wasmelt_options *options) {
    uint64_t memory = options->memory.maximum_bytes;
    if (options->exception_bytes || !memory)
        return options->exception_bytes;
    return memory > LEAST_EXCEPTION_BYTES ? memory : LEAST_EXCEPTION_BYTES;
}

/* Makes a store, unless binding imports has brought the instance into one. */
static bool find_store(wasmelt_instance *i, const wasmelt_options *options, wasmelt_error *error) {
    if (i->store || !needs_store(i->module))
        return true;
    i->store = wasmelt_rt_store_new(exception_limit(options));
    return i->store || fail(error, WASMELT_OUT_OF_MEMORY, "memory is short for a store");
}

/* ---- The heap ---- */

static bool no_heap(wasmelt_error *error) {
    return fail(error, WASMELT_OUT_OF_MEMORY, "memory or address space is short for a heap of structs and arrays");
}

/* Makes or finds the heap of the instance. Called once it has its store. */
static bool find_heap(wasmelt_instance *i, const wasmelt_options *options, wasmelt_error *error) {
    if (!i->module->collector)
        return true;
    const collector *c = i->module->collector();
    if (!i->module->heap_is_closed) {
        heap *h = wasmelt_rt_store_heap(i->store, c, &options->heap);
        return (h && c->join(h, i)) || no_heap(error);
    }
    heap *own = c->make(&options->heap);
    if (own && c->join(own, i))
        return true;
    c->end(own);
    return no_heap(error);
}

/* Lets instances that import tables or globals of this one find its store. */
static bool share_objects(wasmelt_instance *i, wasmelt_error *error) {
    heap *h = shares_heap(i->module) ? heap_of(i->heap) : NULL;
    return !h || h->collector->share(h, i) || no_heap(error);
}

static void unshare_objects(wasmelt_instance *i) {
    heap *h = i->heap && shares_heap(i->module) ? heap_of(i->heap) : NULL;
    if (h)
        h->collector->unshare(h, i);
}

static void leave_heap(wasmelt_instance *i) {
    if (!i->heap)
        return;
    heap *h = heap_of(i->heap);
    h->collector->leave(h, i);
    if (i->module->heap_is_closed)
        h->collector->end(h);
}

/* The record of an imported function is a copy of the owner's record. Its type has the number by which this module knows it, which is the
 * same, because equal types have equal numbers. */
static wasmelt_func imported_record(const wasmelt_instance *i, const wasmelt_func_desc *d) {
    const wasmelt_func *import = pointer_at(i, d->imported);
    wasmelt_func f = *import;
    if (f.type_id == wasmelt_rt_instance_type_ids(i)[d->type])
        f.type = &i->module->types[d->type];
    return f;
}

static void make_records(wasmelt_instance *i) {
    for (uint32_t k = 0; k < i->module->func_count; k++) {
        const wasmelt_func_desc *d = &i->module->funcs[k];
        if (!d->code) {
            records(i)[k] = imported_record(i, d);
            continue;
        }
        records(i)[k] = (wasmelt_func){
            .code = d->code,
            .instance = d->context ? pointer_at(i, d->context) : i,
            .tail = d->tail,
            .type = &i->module->types[d->type],
            .type_id = wasmelt_rt_instance_type_ids(i)[d->type],
        };
    }
}

static bool run_part(wasmelt_instance *i, void (*part)(void *), wasmelt_error *error) {
    if (!part || wasmelt_run(part, i, &error->trap) == WASMELT_TRAP_NONE)
        return true;
    return fail(error, WASMELT_TRAPPED, wasmelt_trap_message(error->trap.code));
}

static bool fill(wasmelt_instance *i, const wasmelt_import *imports, size_t count, const wasmelt_options *options, wasmelt_error *error) {
    i->store = wasmelt_rt_store_hold(options->store);
    if (!wasmelt_rt_link_imports(i, imports, count, error) || !find_store(i, options, error) || !find_heap(i, options, error) ||
        !make_tags(i, error) || !make_memories(i, options, error) || !make_tables(i, options, error))
        return false;
    make_records(i);
    return share_objects(i, error);
}

/* Stores the address of the instance for the host. A typed instantiation passes the address of a pointer to its own struct, which begins
 * with an instance. The bytes of the pointer are copied, to obey C's aliasing rules. */
static void publish(wasmelt_instance **to, wasmelt_instance *i) {
    memcpy(to, &i, sizeof i);
}

static wasmelt_status make(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count, const wasmelt_options *options,
                           wasmelt_instance **instance, wasmelt_error *error) {
    memset(error, 0, sizeof *error);
    publish(instance, NULL);
    if (!module) {
        fail(error, WASMELT_WRONG_ABI, "there is no module: its descriptor is a null pointer");
        return error->status;
    }
    if (module->abi_version != WASMELT_ABI_VERSION) {
        fail(error, WASMELT_WRONG_ABI, "the module was translated for another version of the runtime");
        return error->status;
    }
    wasmelt_instance *i = wasmelt_rt_allocate_zeroed(1, module->instance_size);
    if (!i) {
        fail(error, WASMELT_OUT_OF_MEMORY, "memory is short for an instance");
        return error->status;
    }
    i->module = module;
    wasmelt_rt_fault_check();
    if (module->type_groups)
        module->type_groups();
    if (!wasmelt_rt_types_intern(module->types, module->type_count, wasmelt_rt_instance_type_ids(i))) {
        wasmelt_rt_release(i);
        fail(error, WASMELT_OUT_OF_MEMORY, "memory is short for type numbers");
        return error->status;
    }
    if (!wasmelt_rt_stoppable_add(module->stoppable, module->stoppable_end)) {
        wasmelt_rt_types_release(module->types, module->type_count, wasmelt_rt_instance_type_ids(i));
        wasmelt_rt_release(i);
        fail(error, WASMELT_OUT_OF_MEMORY, "memory is short for an instance");
        return error->status;
    }
    wasmelt_rt_usage_instances(1);
    if (!fill(i, imports, import_count, options, error)) {
        wasmelt_instance_free(i);
        return error->status;
    }
    publish(instance, i);
    return WASMELT_OK;
}

/* Whether memories may have guard pages, if that can be chosen. All of them together leave half of the address space that a process has on
 * x86-64 and aarch64 to memories without guard pages, and to everything else. A host that gives address space has its own limits. */
static bool guards_may_fit(const wasmelt_options *options) {
    uint64_t most = UINT64_C(1) << 46;
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    return !options->without_guard && (options->memory.space || usage.reserved_bytes < most);
}

wasmelt_status wasmelt_rt_instance_make(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                                        const wasmelt_options *options, wasmelt_instance **instance, wasmelt_error *error) {
    static const wasmelt_options none;
    wasmelt_error unused;
    if (!options)
        options = &none;
    if (!error)
        error = &unused;
    bool can_choose = module && module->abi_version == WASMELT_ABI_VERSION && module->checked_form;
    if (!can_choose || guards_may_fit(options)) {
        wasmelt_status status = make(module, imports, import_count, options, instance, error);
        if (!can_choose || (status != WASMELT_OUT_OF_MEMORY && status != WASMELT_UNLINKABLE))
            return status;
    }
    return make(module->checked_form, imports, import_count, options, instance, error);
}

bool wasmelt_rt_instance_begin(wasmelt_instance *instance, wasmelt_error *error) {
    return run_part(instance, instance->module->init, error) && run_part(instance, instance->module->start, error);
}

wasmelt_status wasmelt_instantiate(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                                   wasmelt_instance **instance, wasmelt_error *error) {
    return wasmelt_instantiate_with(module, imports, import_count, NULL, instance, error);
}

wasmelt_status wasmelt_instantiate_with(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                                        const wasmelt_options *options, wasmelt_instance **instance, wasmelt_error *error) {
    wasmelt_error unused;
    if (!error)
        error = &unused;
    if (wasmelt_rt_instance_make(module, imports, import_count, options, instance, error) == WASMELT_OK) {
        wasmelt_instance *made;
        memcpy(&made, instance, sizeof made);
        wasmelt_rt_instance_begin(made, error);
    }
    return error->status;
}

void wasmelt_rt_instance_release(wasmelt_instance *instance) {
    const wasmelt_module *m = instance->module;
    unshare_objects(instance);
    if (m->fini)
        m->fini(instance);
    for (uint32_t k = 0; k < m->memory_count; k++)
        wasmelt_memory_free(pointer_at(instance, m->memories[k].offset));
    for (uint32_t k = 0; k < m->table_count; k++)
        wasmelt_table_free(pointer_at(instance, m->tables[k].offset));
    const exceptions_part *exceptions = exceptions_of_program();
    if (exceptions)
        exceptions->free_dead(); /* those that `fini` has released, or code outside of wasmelt_run */
    release_tags(instance);
    leave_heap(instance);
    wasmelt_rt_store_let_go(instance->store);
    wasmelt_rt_types_release(m->types, m->type_count, wasmelt_rt_instance_type_ids(instance));
    wasmelt_rt_stoppable_remove(m->stoppable);
    wasmelt_rt_usage_instances(UINT64_MAX);
    wasmelt_rt_release(instance);
}

void wasmelt_instance_free(wasmelt_instance *instance) {
    if (!instance)
        return;
    wasmelt_rt_instance_release(instance);
    wasmelt_rt_fault_check(); /* perhaps the last opportunity before this object is unloaded */
}

/* ---- Exports ---- */

wasmelt_extern wasmelt_rt_instance_export(wasmelt_instance *i, const wasmelt_export_desc *d) {
    wasmelt_extern e = {.kind = d->kind, .owner = i};
    switch (d->kind) {
    case WASMELT_EXTERN_FUNC:
        e.func = &records(i)[d->place];
        break;
    case WASMELT_EXTERN_TABLE:
        e.table = pointer_at(i, d->place);
        break;
    case WASMELT_EXTERN_MEMORY:
        e.memory = pointer_at(i, d->place);
        break;
    case WASMELT_EXTERN_GLOBAL:
        e.global = d->imported ? pointer_at(i, d->place) : at(i, d->place);
        e.global_type = d->global;
        break;
    case WASMELT_EXTERN_TAG:
        e.tag = pointer_at(i, d->place);
        break;
    default:
        break;
    }
    return e;
}

bool wasmelt_export_n(wasmelt_instance *instance, const char *name, size_t length, wasmelt_extern *value) {
    const wasmelt_module *m = instance->module;
    for (uint32_t k = 0; k < m->export_count; k++) {
        const wasmelt_name *own = &m->exports[k].name;
        if (own->length == length && memcmp(own->bytes, name, length) == 0) {
            *value = wasmelt_rt_instance_export(instance, &m->exports[k]);
            return true;
        }
    }
    return false;
}

bool wasmelt_export(wasmelt_instance *instance, const char *name, wasmelt_extern *value) {
    return wasmelt_export_n(instance, name, strlen(name), value);
}

size_t wasmelt_exports_as_imports(wasmelt_instance *instance, const char *module, wasmelt_import *list, size_t room) {
    const wasmelt_module *m = instance->module;
    size_t count = 0;
    for (uint32_t k = 0; k < m->export_count; k++) {
        const wasmelt_name *name = &m->exports[k].name;
        if (memchr(name->bytes, 0, name->length))
            continue;
        if (count < room)
            list[count] = (wasmelt_import){module, name->bytes, wasmelt_rt_instance_export(instance, &m->exports[k])};
        count++;
    }
    return count;
}
