/* Reads and checks canonical definitions (Binary.md, canonical definitions; CanonicalABI.md, canonical definitions and canonopt
 * validation). Each makes a core function, or, lift, a function. */
#include <assert.h>
#include <string.h>

#include "component/reader.h"
#include "read/types.h"

enum { MOST_FLAT_RESULTS = 1, MOST_FLAT_ASYNC_PARAMS = 4 };

typedef struct canon_row {
    uint8_t code;
    const char *name, *operands, *signature;
} canon_row;

static const canon_row rows[] = {
#define CANON(ID, code, name, operands, signature) {code, name, operands, signature},
#include "component/canons.def"
#undef CANON
};

const char *canon_name(canon_kind k) {
    return rows[k].name;
}

/* ---- Core function types ---- */

/* A core function type being put together. */
typedef struct signature {
    flat params, results;
} signature;

static wasmelt_valtype core_type(char letter, bool is64) {
    switch (letter) {
    case 'i':
        return WASMELT_I32;
    case 'I':
        return WASMELT_I64;
    case 'f':
        return WASMELT_F32;
    case 'F':
        return WASMELT_F64;
    default:
        return is64 ? WASMELT_I64 : WASMELT_I32;
    }
}

static wasmelt_valtype *core_types(reader *r, const flat *f, bool is64) {
    wasmelt_valtype *types = arena_array(r->pool.arena, f->count, sizeof *types);
    for (uint8_t k = 0; k < f->count; k++)
        types[k] = core_type(f->types[k], is64);
    return types;
}

static const ctype *core_func(reader *r, const signature *s, bool is64, size_t offset) {
    type_def *f = arena_alloc(r->pool.arena, sizeof *f);
    *f = (type_def){.kind = TYPE_FUNC, .is_final = true, .supertype = NO_INDEX, .offset = offset};
    f->param_count = s->params.count;
    f->result_count = s->results.count;
    f->params = core_types(r, &s->params, is64);
    f->results = core_types(r, &s->results, is64);
    const ctype node = {.kind = CTYPE_CORE_FUNC, .core_func = f};
    return ctype_make(&r->pool, &node, offset);
}

static bool has_types(const wasmelt_valtype *types, uint32_t count, const flat *f, bool is64) {
    if (count != f->count)
        return false;
    for (uint32_t k = 0; k < count; k++)
        if (types[k] != core_type(f->types[k], is64))
            return false;
    return true;
}

static void flat_letter(flat *f, char letter) {
    const flat one = {1, {letter}};
    flat_append(f, &one);
}

static signature signature_of(const char *text) {
    signature s = {0};
    flat *f = &s.params;
    for (; *text; text++)
        if (*text == ':')
            f = &s.results;
        else
            flat_letter(f, *text);
    return s;
}

/* The types of parameters, and that of the result, before it is known whether they are passed in memory. */
static signature flatten(const ctype *func) {
    signature s = {0};
    for (uint32_t k = 0; k < func->members.count; k++)
        flat_append(&s.params, &func->members.data[k].type->flat);
    if (func->first)
        s.results = func->first->flat;
    return s;
}

/* ---- Options ---- */

static bool read_option_index(reader *r, sort s, uint32_t *index, const char *name, size_t offset) {
    if (*index != NO_INDEX)
        return reader_invalid(r, offset, "canonical option `%s` is specified more than once", name);
    return reader_item(r, s, index) != NULL;
}

static bool read_option(reader *r, canon_options *o) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    if (!cursor_byte(&r->c, &code))
        return false;
    switch (code) {
    case 0:
    case 1:
    case 2:
        if (o->has_encoding)
            return reader_invalid(r, offset, "canonical encoding option conflicts with another");
        o->has_encoding = true;
        o->encoding = (string_encoding)code;
        return true;
    case 3:
        return read_option_index(r, SORT_CORE_MEMORY, &o->memory, "memory", offset);
    case 4:
        return read_option_index(r, SORT_CORE_FUNC, &o->realloc, "realloc", offset);
    case 5:
        return read_option_index(r, SORT_CORE_FUNC, &o->post_return, "post-return", offset);
    case 6:
        if (o->is_async)
            return reader_invalid(r, offset, "canonical option `async` is specified more than once");
        return o->is_async = true;
    case 7:
        return read_option_index(r, SORT_CORE_FUNC, &o->callback, "callback", offset);
    default:
        return reader_bad_byte(r, offset, code, "canonical option");
    }
}

static const ctype *item_type(const reader *r, sort s, uint32_t index) {
    return r->scope->spaces[s].data[index].type;
}

/* Whether addresses have 64 bits. */
static bool is_wide(const reader *r, const canon_options *o) {
    return o->memory != NO_INDEX && item_type(r, SORT_CORE_MEMORY, o->memory)->core_memory->type.is64;
}

static bool check_option_func(reader *r, uint32_t func, const char *text, bool is64, const char *name, size_t offset) {
    if (func == NO_INDEX)
        return true;
    const type_def *t = item_type(r, SORT_CORE_FUNC, func)->core_func;
    const signature s = signature_of(text);
    return (t->kind == TYPE_FUNC && has_types(t->params, t->param_count, &s.params, is64) &&
            has_types(t->results, t->result_count, &s.results, is64)) ||
           reader_invalid(r, offset, "canonical option `%s` uses a core function with an incorrect signature", name);
}

static bool read_options(reader *r, canon *c) {
    canon_options *o = &c->options;
    uint32_t count;
    if (!reader_count(r, &count))
        return false;
    while (count-- > 0)
        if (!read_option(r, o))
            return false;
    if (o->realloc != NO_INDEX && o->memory == NO_INDEX)
        return reader_invalid(r, c->offset, "canonical option `memory` is required");
    if (o->callback != NO_INDEX && !o->is_async)
        return reader_invalid(r, c->offset, "cannot specify callback without async");
    if (o->post_return != NO_INDEX && (o->is_async || c->kind != CANON_LIFT))
        return reader_invalid(r, c->offset, "canonical option `post-return` cannot be specified here");
    if (o->callback != NO_INDEX && c->kind != CANON_LIFT)
        return reader_invalid(r, c->offset, "canonical option `callback` cannot be specified here");
    return check_option_func(r, o->realloc, "pppp:p", is_wide(r, o), "realloc", c->offset) &&
           check_option_func(r, o->callback, "iii:i", false, "callback", c->offset);
}

static bool require(reader *r, const canon *c, bool needs_memory, bool needs_realloc) {
    if (needs_memory && c->options.memory == NO_INDEX)
        return reader_invalid(r, c->offset, "canonical option `memory` is required");
    return !needs_realloc || c->options.realloc != NO_INDEX || reader_invalid(r, c->offset, "canonical option `realloc` is required");
}

static bool params_have_pointer(const ctype *func) {
    for (uint32_t k = 0; k < func->members.count; k++)
        if (func->members.data[k].type->has_pointer)
            return true;
    return false;
}

/* ---- lift and lower ---- */

static void set_flat(flat *f, const char *letters) {
    *f = signature_of(letters).params;
}

static bool check_lift(reader *r, const canon *c) {
    assert(c->type);
    const type_def *t = item_type(r, SORT_CORE_FUNC, c->func)->core_func;
    signature s = flatten(c->type);
    bool async = c->options.is_async, is64 = is_wide(r, &c->options);
    bool result_points = c->type->first && c->type->first->has_pointer;
    bool params_in_memory = s.params.count > CTYPE_MOST_FLAT;
    uint32_t most = async ? CTYPE_MOST_FLAT : MOST_FLAT_RESULTS;
    bool result_in_memory = s.results.count > most;
    if (async && !c->type->is_async)
        return reader_invalid(r, c->offset, "the `async` canonical option requires an async function type");
    if (params_in_memory)
        set_flat(&s.params, "p");
    if (async)
        set_flat(&s.results, c->options.callback != NO_INDEX ? "i" : "");
    else if (result_in_memory)
        set_flat(&s.results, "p");
    bool realloc = params_in_memory || params_have_pointer(c->type);
    if (!require(r, c, realloc || result_in_memory || result_points, realloc))
        return false;
    if (t->kind != TYPE_FUNC || !has_types(t->params, t->param_count, &s.params, is64))
        return reader_invalid(r, c->offset, "lowered parameter types do not match the parameter types of the core function");
    if (!has_types(t->results, t->result_count, &s.results, is64))
        return reader_invalid(r, c->offset, "lowered result types do not match the result types of the core function");
    if (c->options.post_return == NO_INDEX)
        return true;
    const type_def *after = item_type(r, SORT_CORE_FUNC, c->options.post_return)->core_func;
    return (after->kind == TYPE_FUNC && has_types(after->params, after->param_count, &s.results, is64) && after->result_count == 0) ||
           reader_invalid(r, c->offset, "canonical option `post-return` uses a core function with an incorrect signature");
}

/* The core function that a lowered function is. */
static const ctype *lower(reader *r, const canon *c) {
    assert(c->type);
    signature s = flatten(c->type);
    bool async = c->options.is_async;
    bool params_point = params_have_pointer(c->type), result_points = c->type->first && c->type->first->has_pointer;
    bool params_in_memory = s.params.count > (async ? MOST_FLAT_ASYNC_PARAMS : CTYPE_MOST_FLAT);
    bool result_in_memory = s.results.count > (async ? 0 : MOST_FLAT_RESULTS);
    if (async && !c->type->is_async) {
        reader_invalid(r, c->offset, "the `async` canonical option requires an async function type");
        return NULL;
    }
    if (!require(r, c, params_in_memory || result_in_memory || params_point || result_points, result_points))
        return NULL;
    if (params_in_memory)
        set_flat(&s.params, "p");
    if (result_in_memory)
        s.results.count = 0;
    if (async)
        set_flat(&s.results, "i");
    const ctype *t = NULL;
    if (!result_in_memory)
        return core_func(r, &s, is_wide(r, &c->options), c->offset);
    /* Sixteen parameters may be followed by the address of the result. */
    signature one = {0};
    set_flat(&one.params, "p");
    t = core_func(r, &s, is_wide(r, &c->options), c->offset);
    if (!t)
        return NULL;
    type_def *f = arena_alloc(r->pool.arena, sizeof *f);
    *f = *t->core_func;
    f->param_count++;
    f->params = arena_array(r->pool.arena, f->param_count, sizeof *f->params);
    for (uint32_t k = 0; k + 1 < f->param_count; k++)
        f->params[k] = t->core_func->params[k];
    f->params[f->param_count - 1] = core_type('p', is_wide(r, &c->options));
    const ctype node = {.kind = CTYPE_CORE_FUNC, .core_func = f};
    return ctype_make(&r->pool, &node, c->offset);
}

/* ---- Built-ins ---- */

/* task.return takes the result as a lowered function takes parameters. */
static const ctype *task_return(reader *r, const canon *c) {
    signature s = {0};
    if (c->type)
        s.params = c->type->flat;
    bool in_memory = s.params.count > CTYPE_MOST_FLAT;
    if (in_memory)
        set_flat(&s.params, "p");
    if (!require(r, c, in_memory || (c->type && c->type->has_pointer), false))
        return NULL;
    if (c->options.realloc != NO_INDEX || c->options.is_async) {
        reader_invalid(r, c->offset, "task.return takes no options but memory and string encoding");
        return NULL;
    }
    return core_func(r, &s, is_wide(r, &c->options), c->offset);
}

static bool read_zero(reader *r, const char *where) {
    size_t offset = cursor_offset(&r->c);
    uint8_t zero;
    if (!cursor_byte(&r->c, &zero))
        return false;
    return zero == 0 || reader_bad_byte(r, offset, zero, where);
}

static bool read_typed(reader *r, canon *c, ctype_kind kind, const char *what) {
    size_t offset = cursor_offset(&r->c);
    uint32_t index;
    const item *i = reader_item(r, SORT_TYPE, &index);
    if (!i)
        return false;
    c->type = i->type;
    return i->type->kind == kind || reader_invalid(r, offset, "type index %u is not a %s type", (unsigned)index, what);
}

static bool read_context(reader *r, canon *c) {
    wasmelt_valtype type;
    size_t offset = cursor_offset(&r->c);
    const module none = {0};
    if (!cursor_valtype(&r->c, &none, &type) || !cursor_u32(&r->c, &c->slot))
        return false;
    c->is_wide = type == WASMELT_I64;
    if (type != WASMELT_I32 && type != WASMELT_I64)
        return reader_invalid(r, offset, "the type of a context slot must be i32 or i64");
    return c->slot < 2 || reader_invalid(r, offset, "immediate must be less than 2: %u", (unsigned)c->slot);
}

/* The type of what a new thread calls. */
static bool check_start(reader *r, canon *c, const ctype *type, size_t offset) {
    if (type->kind != CTYPE_CORE_FUNC)
        return reader_invalid(r, offset, "start function must be a function type");
    const type_def *t = type->core_func;
    bool is_one = t->kind == TYPE_FUNC && t->param_count == 1 && t->result_count == 0;
    c->is_wide = is_one && t->params[0] == WASMELT_I64;
    return (is_one && (c->is_wide || t->params[0] == WASMELT_I32)) ||
           reader_invalid(r, offset, "start function must take a single i32 or i64 argument and return nothing");
}

static bool read_operand(reader *r, canon *c, char operand) {
    uint32_t index;
    const item *i;
    size_t offset = cursor_offset(&r->c);
    switch (operand) {
    case 'F':
        return read_zero(r, "canonical function lift") && reader_item(r, SORT_CORE_FUNC, &c->func) != NULL;
    case 'f':
        if (!read_zero(r, "canonical function lower") || !(i = reader_item(r, SORT_FUNC, &c->func)))
            return false;
        c->type = i->type;
        return true;
    case 'O':
        return read_options(r, c);
    case 'T':
        return read_typed(r, c, CTYPE_FUNC, "function");
    case 'R':
        return read_typed(r, c, CTYPE_RESOURCE, "resource");
    case 'S':
        return read_typed(r, c, CTYPE_STREAM, "stream");
    case 'U':
        return read_typed(r, c, CTYPE_FUTURE, "future");
    case 'r':
        return reader_result(r, &c->type);
    case 'b':
        return reader_bool(r, &c->flag);
    case 'c':
        return read_context(r, c);
    case 'M':
        return reader_item(r, SORT_CORE_MEMORY, &c->options.memory) != NULL;
    case 't':
        i = reader_item(r, SORT_CORE_TYPE, &index);
        return i && check_start(r, c, i->type, offset);
    default:
        return reader_item(r, SORT_CORE_TABLE, &c->table) != NULL;
    }
}

/* What a built-in that moves elements needs to reach them. */
static bool check_builtin(reader *r, const canon *c) {
    const ctype *element = c->type && (c->type->kind == CTYPE_STREAM || c->type->kind == CTYPE_FUTURE) ? c->type->first : NULL;
    switch (c->kind) {
    case CANON_RESOURCE_NEW:
    case CANON_RESOURCE_REP:
        return (c->type && c->type->is_defined && c->type->owner == r->scope->number) ||
               reader_invalid(r, c->offset, "not a local resource");
    case CANON_STREAM_READ:
    case CANON_FUTURE_READ:
        return require(r, c, element != NULL, element && element->has_pointer);
    case CANON_STREAM_WRITE:
    case CANON_FUTURE_WRITE:
        return require(r, c, element != NULL, false);
    case CANON_ERROR_CONTEXT_NEW:
        return require(r, c, true, false);
    case CANON_ERROR_CONTEXT_DEBUG_MESSAGE:
        return require(r, c, true, true);
    default:
        return true;
    }
}

/* ---- A definition ---- */

static bool find_kind(uint8_t code, canon_kind *kind) {
    for (int k = 0; k < CANON_COUNT; k++)
        if (rows[k].code == code) {
            *kind = (canon_kind)k;
            return true;
        }
    return false;
}

/* The core function that the definition makes; null with the reason. */
static const ctype *made_func(reader *r, const canon *c) {
    if (c->kind == CANON_LOWER)
        return lower(r, c);
    if (c->kind == CANON_TASK_RETURN)
        return task_return(r, c);
    const signature s = signature_of(rows[c->kind].signature);
    signature given = s;
    if (c->is_wide && c->kind == CANON_THREAD_NEW_INDIRECT)
        set_flat(&given.params, "iI");
    else if (c->is_wide) /* a context slot of 64 bits */
        set_flat(c->kind == CANON_CONTEXT_GET ? &given.results : &given.params, "I");
    return check_builtin(r, c) ? core_func(r, &given, is_wide(r, &c->options), c->offset) : NULL;
}

bool reader_canon(reader *r) {
    canon c = {.offset = cursor_offset(&r->c), .func = NO_INDEX};
    uint8_t code;
    c.options.memory = c.options.realloc = c.options.post_return = c.options.callback = NO_INDEX;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (!find_kind(code, &c.kind))
        return reader_bad_byte(r, c.offset, code, "canonical function");
    for (const char *operand = rows[c.kind].operands; *operand; operand++)
        if (!read_operand(r, &c, *operand))
            return false;
    item i = {.origin = ITEM_DEFINED, .index = (uint32_t)r->scope->canons.count, .offset = c.offset};
    if (c.kind == CANON_LIFT)
        i.type = check_lift(r, &c) ? c.type : NULL;
    else
        i.type = made_func(r, &c);
    if (!i.type)
        return false;
    *vec_push(&r->scope->canons) = c;
    return reader_add(r, c.kind == CANON_LIFT ? SORT_FUNC : SORT_CORE_FUNC, i);
}
