/* Reads the sections, in the order that the format prescribes. An array is allocated only after checking that the rest of the input can
 * hold as many items as its count says; every item takes at least one byte. */
#include <string.h>

#include "base/vec.h"
#include "read/instr.h"
#include "read/later.h"
#include "read/module.h"
#include "read/hints.h"
#include "read/names.h"
#include "read/storage.h"
#include "read/types.h"

#define MAX_ITEMS 10000000 /* in any index space */
/* Limit for module names that several imports share, counted once for each import, because each is printed. */
#define MAX_SHARED_BYTES ((size_t)64 << 20)

enum section_id {
    SECTION_CUSTOM,
    SECTION_TYPE,
    SECTION_IMPORT,
    SECTION_FUNCTION,
    SECTION_TABLE,
    SECTION_MEMORY,
    SECTION_GLOBAL,
    SECTION_EXPORT,
    SECTION_START,
    SECTION_ELEMENT,
    SECTION_CODE,
    SECTION_DATA,
    SECTION_DATA_COUNT,
    SECTION_TAG,
    SECTION_COUNT
};

/* The position of each section in the prescribed order. */
static const uint8_t rank[SECTION_COUNT] = {
    [SECTION_TYPE] = 1,        [SECTION_IMPORT] = 2, [SECTION_FUNCTION] = 3, [SECTION_TABLE] = 4, [SECTION_MEMORY] = 5,
    [SECTION_TAG] = 6,         [SECTION_GLOBAL] = 7, [SECTION_EXPORT] = 8,   [SECTION_START] = 9, [SECTION_ELEMENT] = 10,
    [SECTION_DATA_COUNT] = 11, [SECTION_CODE] = 12,  [SECTION_DATA] = 13};

typedef struct reader {
    module *m;
    cursor c;
    VEC(import) imports;
    VEC(func) funcs;
    VEC(table) tables;
    VEC(memory) memories;
    VEC(global) globals;
    VEC(tag) tags;
    VEC(custom_section) customs;
    uint32_t data_count, code_count;
    size_t shared_bytes; /* of module names that imports get from their group, counted once for each import */
    bool has_code;
    span name_section;
} reader;

/* ---- Helpers ---- */

/* Reads a count of items, each of which takes at least one byte. */
static bool read_count(cursor *c, uint32_t *count) {
    size_t offset = cursor_offset(c);
    if (!cursor_u32(c, count))
        return false;
    if (*count > (size_t)(c->end - c->at))
        return diag_fail(c->diag, (size_t)(c->end - c->file), "unexpected end");
    return *count <= MAX_ITEMS || diag_fail(c->diag, offset, "too many items");
}

static bool read_func_type_index(reader *r, uint32_t *type) {
    return cursor_type_index(&r->c, r->m, type);
}

static bool read_tag_type(reader *r, uint32_t *type) {
    size_t offset = cursor_offset(&r->c);
    uint8_t attribute;
    if (!cursor_byte(&r->c, &attribute))
        return false;
    if (attribute != 0)
        return diag_fail(r->c.diag, offset, "malformed tag attribute");
    return read_func_type_index(r, type);
}

/* Finds the end of an expression; what it holds is validated later. */
static bool read_const_expr(reader *r, const_expr *e) {
    const uint8_t *start = r->c.at;
    e->offset = cursor_offset(&r->c);
    uint32_t depth = 0;
    for (;;) {
        instr i;
        if (!instr_read(&r->c, r->m, &i))
            return false;
        uint8_t imm = opcode_table[i.op].immediates;
        if (imm == IMM_BLOCK || imm == IMM_TRY_TABLE)
            depth++;
        else if ((i.op == OP_END || i.op == OP_DELEGATE) && depth-- == 0)
            break;
    }
    e->code = (span){start, (size_t)(r->c.at - start)};
    return true;
}

/* ---- Sections ---- */

static bool read_each(reader *r, bool (*one)(reader *)) {
    uint32_t count;
    if (!read_count(&r->c, &count))
        return false;
    while (count-- > 0)
        if (!one(r))
            return false;
    return true;
}

/* The type of an import. */
typedef struct extern_type {
    extern_kind kind;
    func func;
    table table;
    memory memory;
    global global;
    tag tag;
} extern_type;

/* In place of an import's kind: several imports with this module name follow. */
enum { GROUP_TYPES = 0x7F, GROUP_NAMES = 0x7E };

static bool read_extern_type(reader *r, extern_type *x) {
    size_t offset = cursor_offset(&r->c);
    uint8_t kind;
    if (!cursor_byte(&r->c, &kind))
        return false;
    *x = (extern_type){.kind = (extern_kind)kind};
    switch (kind) {
    case EXTERN_FUNC:
        return read_func_type_index(r, &x->func.type);
    case EXTERN_TABLE:
        return cursor_table_type(&r->c, r->m, &x->table);
    case EXTERN_MEMORY:
        return cursor_memory_type(&r->c, &x->memory);
    case EXTERN_GLOBAL:
        return cursor_global_type(&r->c, r->m, &x->global);
    case EXTERN_TAG:
        return read_tag_type(r, &x->tag.type);
    default:
        return later_fail(LATER_IMPORT, kind, offset, "import kind", r->c.diag);
    }
}

/* Adds the import, and the function, table, memory, global or tag that it imports. */
static void add_import(reader *r, import i, const extern_type *x) {
    uint32_t number = (uint32_t)r->imports.count;
    i.kind = x->kind;
    switch (x->kind) {
    case EXTERN_FUNC:
        i.index = (uint32_t)r->funcs.count;
        *vec_push(&r->funcs) = (func){.type = x->func.type, .import = number, .offset = i.offset};
        break;
    case EXTERN_TABLE:
        i.index = (uint32_t)r->tables.count;
        *vec_push(&r->tables) = x->table;
        vec_last(&r->tables).import = number;
        vec_last(&r->tables).offset = i.offset;
        break;
    case EXTERN_MEMORY:
        i.index = (uint32_t)r->memories.count;
        *vec_push(&r->memories) = x->memory;
        vec_last(&r->memories).import = number;
        break;
    case EXTERN_GLOBAL:
        i.index = (uint32_t)r->globals.count;
        *vec_push(&r->globals) = x->global;
        vec_last(&r->globals).import = number;
        vec_last(&r->globals).offset = i.offset;
        break;
    case EXTERN_TAG:
        i.index = (uint32_t)r->tags.count;
        *vec_push(&r->tags) = x->tag;
        vec_last(&r->tags).import = number;
        vec_last(&r->tags).offset = i.offset;
        break;
    }
    *vec_push(&r->imports) = i;
}

/* Reads a group of imports (proposal compact-import-section). `i` has the module name. After that and an empty name come either GROUP_TYPES
 * and names, each with its type; or GROUP_NAMES, one type, and the names that share it. */
static bool read_group(reader *r, import i) {
    uint8_t marker;
    uint32_t count;
    extern_type x;
    r->m->has_compact_imports = true;
    if (!cursor_byte(&r->c, &marker) || (marker == GROUP_NAMES && !read_extern_type(r, &x)))
        return false;
    if (!read_count(&r->c, &count))
        return false;
    while (count-- > 0) {
        i.offset = cursor_offset(&r->c);
        if (!cursor_name(&r->c, &i.name) || (marker == GROUP_TYPES && !read_extern_type(r, &x)))
            return false;
        r->shared_bytes += i.module.length;
        if (r->imports.count >= MAX_ITEMS || r->shared_bytes > MAX_SHARED_BYTES)
            return diag_fail(r->c.diag, i.offset, "too many items");
        add_import(r, i, &x);
    }
    return true;
}

static bool read_import(reader *r) {
import i = {.offset = cursor_offset(& r->c) };
    extern_type x;
    if (!cursor_name(&r->c, &i.module) || !cursor_name(&r->c, &i.name))
        return false;
    if (i.name.length == 0 && !cursor_done(&r->c) && (*r->c.at == GROUP_TYPES || *r->c.at == GROUP_NAMES))
        return read_group(r, i);
    if (!read_extern_type(r, &x))
        return false;
    add_import(r, i, &x);
    return true;
}

static bool read_imports(reader *r) {
    if (!read_each(r, read_import))
        return false;
    module *m = r->m;
    m->imported_funcs = (uint32_t)r->funcs.count;
    m->imported_tables = (uint32_t)r->tables.count;
    m->imported_memories = (uint32_t)r->memories.count;
    m->imported_globals = (uint32_t)r->globals.count;
    m->imported_tags = (uint32_t)r->tags.count;
    return true;
}

static bool read_functions(reader *r) {
    uint32_t count;
    if (!read_count(&r->c, &count))
        return false;
    while (count-- > 0) {
        func f = {.import = NO_INDEX, .offset = cursor_offset(&r->c)};
        if (!read_func_type_index(r, &f.type))
            return false;
        *vec_push(&r->funcs) = f;
    }
    return true;
}

static bool read_table(reader *r) {
    table t = {.import = NO_INDEX, .offset = cursor_offset(&r->c)};
    if (!cursor_done(&r->c) && *r->c.at == 0x40) {
        size_t offset = cursor_offset(&r->c);
        uint8_t zero;
        r->c.at++;
        if (!cursor_byte(&r->c, &zero))
            return false;
        if (zero != 0)
            return diag_fail(r->c.diag, offset, "malformed table");
        if (!cursor_table_type(&r->c, r->m, &t) || !read_const_expr(r, &t.init))
            return false;
    } else if (!cursor_table_type(&r->c, r->m, &t)) {
        return false;
    }
    *vec_push(&r->tables) = t;
    return true;
}

static bool read_memory(reader *r) {
    memory mem = {.import = NO_INDEX};
    if (!cursor_memory_type(&r->c, &mem))
        return false;
    *vec_push(&r->memories) = mem;
    return true;
}

static bool read_tag(reader *r) {
    tag t = {.import = NO_INDEX, .offset = cursor_offset(&r->c)};
    if (!read_tag_type(r, &t.type))
        return false;
    *vec_push(&r->tags) = t;
    return true;
}

static bool read_global(reader *r) {
    global g = {.import = NO_INDEX, .offset = cursor_offset(&r->c)};
    if (!cursor_global_type(&r->c, r->m, &g) || !read_const_expr(r, &g.init))
        return false;
    *vec_push(&r->globals) = g;
    return true;
}

static bool read_exports(reader *r) {
    module *m = r->m;
    if (!read_count(&r->c, &m->export_count))
        return false;
    m->exports = arena_array(m->arena, m->export_count, sizeof *m->exports);
    for (uint32_t k = 0; k < m->export_count; k++) {
        export *e = &m->exports[k];
        uint8_t kind;
        if (!cursor_name(&r->c, &e->name))
            return false;
        size_t offset = cursor_offset(&r->c);
        if (!cursor_byte(&r->c, &kind))
            return false;
        if (kind > 4)
            return diag_fail(r->c.diag, offset, "malformed export kind");
        e->kind = (extern_kind)kind;
        if (!cursor_u32(&r->c, &e->index))
            return false;
    }
    return true;
}

static bool read_elem_items(reader *r, elem_segment *e, bool exprs) {
    module *m = r->m;
    if (!read_count(&r->c, &e->count))
        return false;
    if (exprs)
        e->exprs = arena_array(m->arena, e->count ? e->count : 1, sizeof *e->exprs);
    else
        e->funcs = arena_array(m->arena, e->count ? e->count : 1, sizeof *e->funcs);
    for (uint32_t k = 0; k < e->count; k++)
        if (exprs ? !read_const_expr(r, &e->exprs[k]) : !cursor_u32(&r->c, &e->funcs[k]))
            return false;
    return true;
}

static bool read_elem(reader *r, elem_segment *e) {
    size_t offset = e->offset = cursor_offset(&r->c);
    uint32_t flags;
    if (!cursor_u32(&r->c, &flags))
        return false;
    if (flags > 7)
        return diag_fail(r->c.diag, offset, "malformed elements segment kind");
    bool exprs = flags & 4;
    bool typed = flags & 3; /* only flags 0 and 4 leave out the type */
    e->mode = !(flags & 1) ? SEGMENT_ACTIVE : flags & 2 ? SEGMENT_DECLARATIVE : SEGMENT_PASSIVE;
    if (e->mode == SEGMENT_ACTIVE) {
        if ((flags & 2) && !cursor_u32(&r->c, &e->table))
            return false;
        if (!read_const_expr(r, &e->offset_expr))
            return false;
    }
    e->type = exprs ? WASMELT_FUNCREF : WASMELT_REF(WASMELT_HEAP_FUNC);
    if (typed && exprs && !cursor_reftype(&r->c, r->m, &e->type))
        return false;
    if (typed && !exprs) {
        uint8_t kind;
        offset = cursor_offset(&r->c);
        if (!cursor_byte(&r->c, &kind))
            return false;
        if (kind != 0)
            return diag_fail(r->c.diag, offset, "malformed element kind");
    }
    return read_elem_items(r, e, exprs);
}

static bool read_elems(reader *r) {
    module *m = r->m;
    if (!read_count(&r->c, &m->elem_count))
        return false;
    m->elems = arena_array(m->arena, m->elem_count, sizeof *m->elems);
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (!read_elem(r, &m->elems[k]))
            return false;
    return true;
}

static bool read_bodies(reader *r) {
    module *m = r->m;
    size_t offset = cursor_offset(&r->c);
    m->code = (span){r->c.at, (size_t)(r->c.end - r->c.at)};
    if (!read_count(&r->c, &r->code_count))
        return false;
    r->has_code = true;
    if (r->code_count != r->funcs.count - m->imported_funcs)
        return diag_fail(r->c.diag, offset, "function and code section have inconsistent lengths");
    for (uint32_t k = 0; k < r->code_count; k++) {
        func *f = &r->funcs.data[m->imported_funcs + k];
        uint32_t size;
        if (!cursor_u32(&r->c, &size))
            return false;
        f->offset = cursor_offset(&r->c);
        if (!cursor_bytes(&r->c, size, &f->body))
            return false;
    }
    return true;
}

static bool read_datas(reader *r) {
    module *m = r->m;
    if (!read_count(&r->c, &m->data_count))
        return false;
    m->datas = arena_array(m->arena, m->data_count, sizeof *m->datas);
    for (uint32_t k = 0; k < m->data_count; k++) {
        data_segment *s = &m->datas[k];
        uint32_t flags, length;
        size_t offset = s->offset = cursor_offset(&r->c);
        if (!cursor_u32(&r->c, &flags))
            return false;
        if (flags > 2)
            return diag_fail(r->c.diag, offset, "malformed data segment kind");
        s->mode = flags == 1 ? SEGMENT_PASSIVE : SEGMENT_ACTIVE;
        if (flags == 2 && !cursor_u32(&r->c, &s->memory))
            return false;
        if (flags != 1 && !read_const_expr(r, &s->offset_expr))
            return false;
        if (!cursor_u32(&r->c, &length) || !cursor_bytes(&r->c, length, &s->bytes))
            return false;
    }
    return true;
}

static bool read_custom(reader *r) {
    custom_section s;
    if (!cursor_name(&r->c, &s.name))
        return false;
    s.offset = cursor_offset(&r->c);
    s.bytes = (span){r->c.at, (size_t)(r->c.end - r->c.at)};
    r->c.at = r->c.end;
    *vec_push(&r->customs) = s;
    if (span_is(s.name, "name"))
        r->name_section = s.bytes;
    return true;
}

static bool read_start(reader *r) {
    size_t offset = cursor_offset(&r->c);
    if (!cursor_u32(&r->c, &r->m->start))
        return false;
    return r->m->start != NO_INDEX || diag_fail(r->c.diag, offset, "unknown function %u", (unsigned)NO_INDEX);
}

static bool read_section(reader *r, uint8_t id) {
    switch (id) {
    case SECTION_CUSTOM:
        return read_custom(r);
    case SECTION_TYPE:
        return read_types(&r->c, r->m);
    case SECTION_IMPORT:
        return read_imports(r);
    case SECTION_FUNCTION:
        return read_functions(r);
    case SECTION_TABLE:
        return read_each(r, read_table);
    case SECTION_MEMORY:
        return read_each(r, read_memory);
    case SECTION_TAG:
        return read_each(r, read_tag);
    case SECTION_GLOBAL:
        /* Initial values may use ref.func with any function index; the validator checks it. */
        return read_each(r, read_global);
    case SECTION_EXPORT:
        return read_exports(r);
    case SECTION_START:
        return read_start(r);
    case SECTION_ELEMENT:
        return read_elems(r);
    case SECTION_DATA_COUNT:
        r->m->has_data_count = true;
        return cursor_u32(&r->c, &r->data_count);
    case SECTION_CODE:
        return read_bodies(r);
    default:
        return read_datas(r);
    }
}

/* ---- The module ---- */

#define COMPRESSED(by) "the file is compressed by " by ", so it has to be decompressed first"
#define OTHER(what) "not a WebAssembly binary, but " what

/* Files that are taken for modules, by how they begin: modules come compressed, as servers deliver them; compilers and repositories leave
 * other things under their names. */
static const struct {
    const char *start, *said;
} other_files[] = {
    {"\x1f\x8b", COMPRESSED("gzip")},
    {"\x28\xb5\x2f\xfd", COMPRESSED("zstd")},
    {"\3757zXZ", COMPRESSED("xz")},
    {"BZh", COMPRESSED("bzip2")},
    {"PK\3\4", COMPRESSED("zip")},
    {"\x7f"
     "ELF",
     OTHER("native code: compile for wasm32-wasi")},
    {"!<arch>\n", OTHER("an archive: link it first, with clang or wasm-ld")},
    {"BC\xc0\xde", OTHER("LLVM's bitcode: compile and link it first")},
    {"version https://git-lfs", OTHER("what Git LFS keeps in its place: 'git lfs pull' gets the module")},
    {"<", OTHER("HTML or XML, as servers answer with")},
    {"#!", OTHER("a script")},
    {"\xef\xbb\xbf", OTHER("text that begins with a byte order mark")},
};

static bool fail_other_file(const cursor *c) {
    const char *said = "not a WebAssembly binary";
    for (size_t k = 0; k < sizeof other_files / sizeof *other_files; k++) {
        size_t length = strlen(other_files[k].start);
        if ((size_t)(c->end - c->at) >= length && memcmp(c->at, other_files[k].start, length) == 0)
            said = other_files[k].said;
    }
    return diag_fail(c->diag, 0, "magic header not detected: %s", said);
}

static bool read_header(cursor *c) {
    span header;
    if (c->at == c->end)
        return diag_fail(c->diag, 0, "unexpected end: the file is empty");
    if ((size_t)(c->end - c->at) < 4 || memcmp(c->at, "\0asm", 4) != 0)
        return fail_other_file(c);
    c->at += 4;
    if (!cursor_bytes(c, 4, &header))
        return false;
    if (memcmp(header.bytes, "\1\0\0\0", 4) == 0)
        return true;
    return diag_fail(c->diag, 4, "unknown binary version");
}

static bool read_sections(reader *r) {
    const uint8_t *end = r->c.end;
    uint8_t last = 0;
    while (!cursor_done(&r->c)) {
        size_t offset = cursor_offset(&r->c);
        uint8_t id;
        uint32_t size;
        if (!cursor_byte(&r->c, &id))
            return false;
        if (id >= SECTION_COUNT)
            return later_fail(LATER_SECTION, id, offset, "section id", r->c.diag);
        if (!cursor_u32(&r->c, &size))
            return false;
        if (size > (size_t)(end - r->c.at))
            return diag_fail(r->c.diag, cursor_offset(&r->c), "length out of bounds");
        if (id != SECTION_CUSTOM && rank[id] <= last)
            return diag_fail(r->c.diag, offset, "unexpected content after last section");
        if (id != SECTION_CUSTOM)
            last = rank[id];
        r->c.end = r->c.at + size;
        if (!read_section(r, id))
            return false;
        if (!cursor_done(&r->c))
            return diag_fail(r->c.diag, cursor_offset(&r->c), "section size mismatch");
        r->c.end = end;
    }
    return true;
}

static void *keep(arena *a, const void *data, size_t count, size_t size) {
    void *copy = arena_array(a, count, size);
    if (count > 0)
        memcpy(copy, data, count * size);
    return copy;
}

#define KEEP(vec, array, number) (m->array = keep(m->arena, (vec).data, (vec).count, sizeof *(vec).data), m->number = (uint32_t)(vec).count)

static void finish(reader *r) {
    module *m = r->m;
    KEEP(r->imports, imports, import_count);
    KEEP(r->funcs, funcs, func_count);
    KEEP(r->tables, tables, table_count);
    KEEP(r->memories, memories, memory_count);
    KEEP(r->globals, globals, global_count);
    KEEP(r->tags, tags, tag_count);
    KEEP(r->customs, customs, custom_count);
    if (r->name_section.bytes)
        read_names(m, r->name_section);
    read_hints(m);
}

static bool check_counts(reader *r) {
    size_t end = r->m->input.length;
    if (!r->has_code && r->funcs.count > r->m->imported_funcs)
        return diag_fail(r->c.diag, end, "function and code section have inconsistent lengths");
    if (r->m->has_data_count && r->data_count != r->m->data_count)
        return diag_fail(r->c.diag, end, "data count and data section have inconsistent lengths");
    return true;
}

bool module_read(module *m, span input, arena *a, diag *d) {
    *m = (module){.arena = a, .input = input, .start = NO_INDEX};
    reader r = {.m = m};
    r.c = (cursor){input.bytes, input.bytes + input.length, input.bytes, d};
    bool ok = read_header(&r.c) && read_sections(&r) && check_counts(&r);
    if (ok)
        finish(&r);
    vec_free(&r.imports);
    vec_free(&r.funcs);
    vec_free(&r.tables);
    vec_free(&r.memories);
    vec_free(&r.globals);
    vec_free(&r.tags);
    vec_free(&r.customs);
    return ok;
}
