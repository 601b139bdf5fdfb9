/* Prints an inspection for people: first the verdict, then a paragraph for each subject. */
#include "../runtime/facts/address_space.h"
#include "inspect/origin.h"
#include "inspect/print.h"
#include "read/instr.h"

#include "base/say.h"

enum {
    MOST_LINES = 40,  /* of a list, unless the user asked for the whole */
    MOST_VALUES = 16, /* of a signature */
    MOST_NAME = 100   /* bytes of a name */
};

typedef struct text {
    const inspection *i;
    strbuf *out;
    FILE *to;
    bool whole;
} text;

/* ---- Words and numbers ---- */

static void put_unquoted(strbuf *s, span name) {
    say_quoted(s, name.bytes, name.length, MOST_NAME);
}

static void put_name(strbuf *s, span name) {
    strbuf_put(s, '"');
    put_unquoted(s, name);
    strbuf_put(s, '"');
}

/* Appends a number of bytes in the largest unit that divides it evenly. */
static void put_size(strbuf *s, uint64_t bytes) {
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
    unsigned unit = 0;
    while (bytes > 0 && bytes % 1024 == 0 && unit < 5) {
        bytes /= 1024;
        unit++;
    }
    describe_number(s, bytes);
    strbuf_printf(s, " %s", bytes == 1 && unit == 0 ? "byte" : units[unit]);
}

static void heading(const text *t, const char *title) {
    strbuf_printf(t->out, "\n%s\n", title);
}

static void heading_count(const text *t, const char *title, uint64_t count) {
    strbuf_printf(t->out, "\n%s (", title);
    describe_number(t->out, count);
    strbuf_puts(t->out, ")\n");
}

/* Whether line `k` of a list is to be printed; if not, prints how many are left out. */
static bool goes_on(const text *t, uint64_t k, uint64_t count) {
    print_out(t->out, t->to, PRINT_OFTEN);
    if (k < count && (t->whole || k < MOST_LINES || count == MOST_LINES + 1))
        return true;
    if (k < count) {
        strbuf_puts(t->out, "  ... ");
        describe_number(t->out, count - k);
        strbuf_puts(t->out, " more: -v lists them\n");
    }
    return false;
}

/* The name of a function: from the name section, else that of its first export; null bytes if it has neither. */
static span func_name(const module *m, uint32_t index) {
    if (m->funcs[index].name.bytes)
        return m->funcs[index].name;
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_FUNC && m->exports[k].index == index)
            return m->exports[k].name;
    return (span){NULL, 0};
}

static void put_func(const text *t, uint32_t index) {
    span name = func_name(t->i->m, index);
    strbuf_printf(t->out, "function %u", (unsigned)index);
    if (name.bytes) {
        strbuf_put(t->out, ' ');
        put_name(t->out, name);
    }
}

static void put_location(const text *t, size_t offset, uint32_t func_index) {
    if (offset != DIAG_NO_OFFSET)
        strbuf_printf(t->out, " at byte 0x%zx", offset);
    if (func_index < t->i->m->func_count) {
        strbuf_puts(t->out, " in ");
        put_func(t, func_index);
    }
}

/* ---- What the module can be used for ---- */

static void print_verdict(const text *t) {
    const inspection *i = t->i;
    strbuf *s = t->out;
    heading(t, "Wasmelt");
    if (i->problem.failed) {
        strbuf_printf(s, "  cannot translate it yet: %s,", i->problem.message);
        put_location(t, i->problem.offset, i->problem.func);
        strbuf_puts(s, "\n");
    } else if (i->use == USE_PROGRAM) {
        strbuf_puts(s, "  translates it as a program: wasmelt INPUT -o PROGRAM\n");
    } else if (i->use == USE_LIBRARY) {
        strbuf_puts(s, "  translates it as a library that needs nothing from its host: wasmelt INPUT --emit=lib\n");
    } else {
        strbuf_puts(s, "  translates it as a library for a host: wasmelt INPUT --emit=lib\n");
    }
    if (i->linkage == LINKAGE_OBJECT)
        strbuf_puts(s, "  it is an object file, to be linked with others by wasm-ld first\n");
    if (i->linkage == LINKAGE_DYNAMIC)
        strbuf_puts(s, "  it is made for dynamic linking: whoever loads it decides where its data and stack are\n");
    if (i->has_dwarf)
        strbuf_puts(s, "  it carries the lines of its source: -g shows them in debuggers\n");
    if (i->use != USE_HOSTED)
        return;
    strbuf_puts(s, "  the host has to provide ");
    describe_count(s, i->needed_imports, "import");
    strbuf_puts(s, " of ");
    for (size_t k = 0; k < i->needed_count; k++) {
        strbuf_puts(s, k > 0 ? ", " : "");
        put_name(s, i->needed[k].name);
    }
    strbuf_puts(s, i->needed_count == MAX_NEEDED_MODULES ? ", ...\n" : "\n");
    const char *origin = i->linkage == LINKAGE_FINAL ? module_origin(i->m) : NULL;
    if (origin)
        strbuf_printf(s, "  it is %s\n", origin);
}

/* ---- Lists ---- */

static void print_sections(const text *t) {
    const inspection *i = t->i;
    strbuf *s = t->out;
    heading_count(t, "Sections", i->section_count);
    strbuf_puts(s, "         bytes    offset\n");
    for (uint64_t k = 0; goes_on(t, k, i->section_count); k++) {
        const section *section = &i->sections[k];
        describe_right(s, 14, section->size);
        strbuf_printf(s, " %#9zx  ", section->offset);
        strbuf_puts(s, section_name(section->id));
        if (section->name.bytes) {
            strbuf_put(s, ' ');
            put_name(s, section->name);
        }
        strbuf_put(s, '\n');
    }
}

static void print_features(const text *t) {
    heading(t, "Features beyond WebAssembly 1.0");
    unsigned count = 0;
    for (unsigned k = 0; k < FEATURE_COUNT; k++) {
        const feature_use *u = &t->i->features[k];
        if (!u->used || k == FEATURE_MVP)
            continue;
        count++;
        strbuf_printf(t->out, "  %s", feature_names[k]);
        if (u->instructions > 0) {
            strbuf_puts(t->out, ": ");
            describe_count(t->out, u->instructions, "instruction");
            strbuf_puts(t->out, u->instructions > 1 ? ", the first" : ",");
            put_location(t, u->offset, u->func);
        } else if (u->offset != DIAG_NO_OFFSET) {
            strbuf_puts(t->out, ": first");
            put_location(t, u->offset, u->func);
        }
        strbuf_put(t->out, '\n');
    }
    if (count == 0)
        strbuf_puts(t->out, "  none\n");
}

static void put_limits(strbuf *s, uint64_t minimum, bool has_maximum, uint64_t maximum, const char *what) {
    describe_number(s, minimum);
    if (has_maximum && maximum == minimum)
        strbuf_printf(s, " %s%s, fixed", what, minimum == 1 ? "" : "s");
    else if (has_maximum)
        strbuf_puts(s, " to "), describe_count(s, maximum, what);
    else
        strbuf_printf(s, " %s%s or more", what, minimum == 1 ? "" : "s");
}

static void put_memory_type(strbuf *s, const wasmelt_memory_type *m) {
    put_limits(s, m->minimum, m->has_maximum, m->maximum, "page");
    if (m->page_size_log2 != 16) {
        strbuf_puts(s, " of ");
        put_size(s, UINT64_C(1) << m->page_size_log2);
    }
    strbuf_puts(s, m->is64 ? ", 64-bit" : "");
    strbuf_puts(s, m->shared ? ", shared" : "");
}

static void put_table_type(strbuf *s, const table *t) {
    describe_valtype(s, t->element);
    strbuf_puts(s, ", ");
    put_limits(s, t->minimum, t->has_maximum, t->maximum, "element");
    strbuf_puts(s, t->is64 ? ", 64-bit" : "");
}

static void put_type_of_global(strbuf *s, const global *g) {
    strbuf_puts(s, g->is_mutable ? "mutable " : "");
    describe_valtype(s, g->type);
}

static void put_entity(const text *t, extern_kind kind, uint32_t index) {
    const module *m = t->i->m;
    switch (kind) {
    case EXTERN_FUNC:
        describe_signature(t->out, &m->types[m->funcs[index].type], MOST_VALUES);
        break;
    case EXTERN_TABLE:
        put_table_type(t->out, &m->tables[index]);
        break;
    case EXTERN_MEMORY:
        put_memory_type(t->out, &m->memories[index].type);
        break;
    case EXTERN_GLOBAL:
        put_type_of_global(t->out, &m->globals[index]);
        break;
    case EXTERN_TAG:
        describe_signature(t->out, &m->types[m->tags[index].type], MOST_VALUES);
        break;
    }
    strbuf_put(t->out, '\n');
}

static void print_imports(const text *t) {
    const module *m = t->i->m;
    if (m->import_count == 0)
        return;
    heading_count(t, "Imports", m->import_count);
    for (uint64_t k = 0; goes_on(t, k, m->import_count); k++) {
        strbuf_printf(t->out, "  %s", extern_name(m->imports[k].kind));
        describe_column(t->out, 10);
        put_name(t->out, m->imports[k].module);
        strbuf_put(t->out, ' ');
        put_name(t->out, m->imports[k].name);
        describe_column(t->out, 60);
        put_entity(t, m->imports[k].kind, m->imports[k].index);
    }
}

static void print_exports(const text *t) {
    const module *m = t->i->m;
    if (m->export_count == 0)
        return;
    heading_count(t, "Exports", m->export_count);
    for (uint64_t k = 0; goes_on(t, k, m->export_count); k++) {
        strbuf_printf(t->out, "  %s", extern_name(m->exports[k].kind));
        describe_column(t->out, 10);
        put_name(t->out, m->exports[k].name);
        describe_column(t->out, 40);
        put_entity(t, m->exports[k].kind, m->exports[k].index);
    }
}

/* ---- Storage ---- */

static void print_memories(const text *t) {
    const module *m = t->i->m;
    strbuf *s = t->out;
    if (m->memory_count == 0)
        return;
    heading_count(t, "Memories", m->memory_count);
    for (uint64_t k = 0; goes_on(t, k, m->memory_count); k++) {
        const wasmelt_memory_type *type = &m->memories[k].type;
        strbuf_printf(s, "  %u%s: ", (unsigned)k, m->memories[k].import != NO_INDEX ? ", imported" : "");
        put_memory_type(s, type);
        strbuf_puts(s, "; ");
        put_size(s, type->minimum << type->page_size_log2);
        if (type->has_maximum && type->maximum != type->minimum && type->maximum <= UINT64_MAX >> type->page_size_log2) {
            strbuf_puts(s, " to ");
            put_size(s, type->maximum << type->page_size_log2);
        }
        strbuf_puts(s, "\n     reserves ");
        put_size(s, memory_wanted_bytes(type, memory_type_limit(type)));
        strbuf_puts(s, memory_has_guard(type) ? " of address space; bounds are checked by guard pages\n"
                                              : " of address space; bounds are checked by code\n");
    }
}

static void print_tables(const text *t) {
    const module *m = t->i->m;
    if (m->table_count == 0)
        return;
    heading_count(t, "Tables", m->table_count);
    for (uint64_t k = 0; goes_on(t, k, m->table_count); k++) {
        strbuf_printf(t->out, "  %u%s: ", (unsigned)k, m->tables[k].import != NO_INDEX ? ", imported" : "");
        put_table_type(t->out, &m->tables[k]);
        strbuf_put(t->out, '\n');
    }
}

static void print_globals(const text *t) {
    const module *m = t->i->m;
    if (m->global_count == 0)
        return;
    heading_count(t, "Globals", m->global_count);
    for (uint64_t k = 0; goes_on(t, k, m->global_count); k++) {
        const global *g = &m->globals[k];
        uint64_t value;
        strbuf_printf(t->out, "  %u%s: ", (unsigned)k, g->import != NO_INDEX ? ", imported" : "");
        put_type_of_global(t->out, g);
        if (const_expr_integer(m, &g->init, &value))
            strbuf_printf(t->out, " = %llu", (unsigned long long)value);
        if (g->name.bytes) {
            strbuf_put(t->out, ' ');
            put_name(t->out, g->name);
        }
        strbuf_put(t->out, '\n');
    }
}

static void print_tags(const text *t) {
    const module *m = t->i->m;
    if (m->tag_count == 0)
        return;
    heading_count(t, "Tags", m->tag_count);
    for (uint64_t k = 0; goes_on(t, k, m->tag_count); k++) {
        strbuf_printf(t->out, "  %u%s: ", (unsigned)k, m->tags[k].import != NO_INDEX ? ", imported" : "");
        describe_signature(t->out, &m->types[m->tags[k].type], MOST_VALUES);
        strbuf_put(t->out, '\n');
    }
}

static void print_stack(const text *t) {
    const shadow_stack *k = &t->i->stack;
    strbuf *s = t->out;
    if (!k->found_by)
        return;
    heading(t, "Shadow stack in memory 0");
    if (k->has_top && k->has_low) {
        strbuf_puts(s, "  ");
        strbuf_puts(s, k->low_is_exact ? "" : "at most ");
        put_size(s, k->top - k->low);
        strbuf_printf(s, ", from 0x%llx down to 0x%llx\n", (unsigned long long)k->top, (unsigned long long)k->low);
    } else if (k->has_top) {
        strbuf_printf(s, "  from 0x%llx down; where it ends cannot be told\n", (unsigned long long)k->top);
    } else {
        strbuf_puts(s, "  its place is decided when the module is instantiated\n");
    }
    if (k->overflow == OVERFLOW_TRAPS)
        strbuf_puts(s, "  an overflow traps: nothing lies below it\n");
    else if (k->overflow == OVERFLOW_OVERWRITES)
        strbuf_puts(s, "  an overflow overwrites data, which lie below it; LLVM's linker puts the stack first with\n"
                       "  --stack-first, and then it traps\n");
    else if (k->has_top)
        strbuf_puts(s, "  whether an overflow traps or overwrites data cannot be told\n");
    strbuf_printf(s, "  the stack pointer is global %u, recognised by %s\n", (unsigned)k->global, k->found_by);
}

static void print_allocators(const text *t) {
    const module *m = t->i->m;
    if (t->i->allocator_count == 0)
        return;
    heading(t, "Allocators");
    for (size_t k = 0; k < t->i->allocator_count; k++) {
        const export *e = &m->exports[t->i->allocators[k].export_index];
        strbuf_printf(t->out, "  %s", t->i->allocators[k].role);
        describe_column(t->out, 12);
        put_name(t->out, e->name);
        describe_column(t->out, 40);
        put_entity(t, EXTERN_FUNC, e->index);
    }
}

static void print_object_types(const text *t) {
    const module *m = t->i->m;
    uint32_t structs = 0, arrays = 0, fields = 0, depth = 0;
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *type = &m->types[k];
        if (type->kind == TYPE_FUNC)
            continue;
        structs += type->kind == TYPE_STRUCT;
        arrays += type->kind == TYPE_ARRAY;
        fields = type->field_count > fields ? type->field_count : fields;
        depth = type->depth > depth ? type->depth : depth;
    }
    if (structs + arrays == 0)
        return;
    heading(t, "Structs and arrays");
    strbuf_puts(t->out, "  ");
    describe_count(t->out, structs, "struct type");
    strbuf_puts(t->out, " of up to ");
    describe_count(t->out, fields, "field");
    strbuf_puts(t->out, ", ");
    describe_count(t->out, arrays, "array type");
    strbuf_puts(t->out, "; the deepest is below ");
    describe_count(t->out, depth, "other");
    strbuf_put(t->out, '\n');
}

static void print_functions(const text *t) {
    const inspection *i = t->i;
    const module *m = i->m;
    heading(t, "Code and data");
    strbuf_puts(t->out, "  ");
    describe_count(t->out, m->func_count - m->imported_funcs, "function");
    strbuf_puts(t->out, " of ");
    describe_count(t->out, i->code_bytes, "byte");
    strbuf_puts(t->out, ", ");
    describe_count(t->out, m->data_count, "data segment");
    strbuf_puts(t->out, " of ");
    describe_count(t->out, i->data_bytes, "byte");
    strbuf_put(t->out, '\n');
    if (m->start != NO_INDEX) {
        strbuf_puts(t->out, "  instantiation calls ");
        put_func(t, m->start);
        strbuf_put(t->out, '\n');
    }
    if (i->largest_count > 0) {
        heading(t, "Largest functions");
        strbuf_puts(t->out, "         bytes    offset\n");
    }
    for (size_t k = 0; k < i->largest_count; k++) {
        describe_right(t->out, 14, m->funcs[i->largest[k]].body.length);
        strbuf_printf(t->out, " %#9zx  ", m->funcs[i->largest[k]].offset);
        put_func(t, i->largest[k]);
        strbuf_put(t->out, '\n');
    }
}

static void print_origin(const text *t) {
    const inspection *i = t->i;
    if (i->producer_count > 0)
        heading(t, "Producers");
    for (uint64_t k = 0; goes_on(t, k, i->producer_count); k++) {
        strbuf_puts(t->out, "  ");
        put_unquoted(t->out, i->producers[k].field);
        describe_column(t->out, 16);
        put_unquoted(t->out, i->producers[k].name);
        strbuf_puts(t->out, i->producers[k].version.length > 0 ? " " : "");
        put_unquoted(t->out, i->producers[k].version);
        strbuf_put(t->out, '\n');
    }
    if (i->target_feature_count > 0)
        heading(t, "Target features, as the compiler noted them");
    for (uint64_t k = 0; goes_on(t, k, i->target_feature_count); k++) {
        strbuf_printf(t->out, "  %c", i->target_features[k].prefix);
        put_unquoted(t->out, i->target_features[k].name);
        strbuf_put(t->out, '\n');
    }
}

void inspect_text(const inspection *i, bool whole, FILE *to) {
    strbuf out = {0}, *s = &out;
    const text t = {i, s, to, whole};
    span path = {(const uint8_t *)i->path, 0};
    while (i->path[path.length])
        path.length++;
    put_unquoted(s, path);
    strbuf_puts(s, ": ");
    describe_count(s, i->m->input.length, "byte");
    if (i->m->name.bytes) {
        strbuf_puts(s, ", module ");
        put_name(s, i->m->name);
    }
    strbuf_put(s, '\n');
    print_verdict(&t);
    print_sections(&t);
    print_features(&t);
    print_imports(&t);
    print_exports(&t);
    print_memories(&t);
    print_tables(&t);
    print_globals(&t);
    print_tags(&t);
    print_stack(&t);
    print_allocators(&t);
    print_object_types(&t);
    print_functions(&t);
    print_origin(&t);
    print_out(s, to, 0);
    strbuf_free(s);
}
