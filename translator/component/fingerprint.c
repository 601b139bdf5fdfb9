#include "component/fingerprint.h"

#include "base/digest.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "read/instr.h"
#include "read/types.h"

enum {
    MOST_FUNCS = 1000,   /* that one function leads to */
    MOST_TEXT = 1 << 22, /* bytes, of their description */
};

/* A function and all that it leads to, described as a text. Functions and globals are numbered in the order in which they are met. */
typedef struct closure {
    const module *m;
    uint32_t realloc;
    strbuf text;
    VEC(uint32_t) funcs;
    VEC(uint32_t) globals;
    bool is_strange; /* it uses what adapters do not use */
} closure;

/* ---- Names ---- */

unversioned name_without_version(span name) {
    unversioned u = {.before = name};
    const uint8_t *at = name.length > 0 ? memchr(name.bytes, '@', name.length) : NULL;
    if (!at)
        return u;
    size_t version = (size_t)(at - name.bytes), end = version;
    while (end < name.length && name.bytes[end] != '#')
        end++;
    u.before.length = version;
    u.after = (span){name.bytes + end, name.length - end};
    return u;
}

static bool same(span a, span b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* Whether the name has no version, or one of WASI 0.2: "wasi:io/error@0.2.3". */
static bool is_version_2(span name, const unversioned *u) {
    size_t length = name.length - u->before.length - u->after.length;
    return length == 0 || (length > 5 && memcmp(name.bytes + u->before.length, "@0.2.", 5) == 0);
}

bool names_match(span a, span b) {
    unversioned left = name_without_version(a), right = name_without_version(b);
    return same(a, b) ||
           (same(left.before, right.before) && same(left.after, right.after) && is_version_2(a, &left) && is_version_2(b, &right));
}

static void put_name(closure *c, span name) {
    unversioned u = name_without_version(name);
    strbuf_append(&c->text, (const char *)u.before.bytes, u.before.length);
    strbuf_append(&c->text, (const char *)u.after.bytes, u.after.length);
    strbuf_put(&c->text, 0);
}

/* ---- Parts of a description ---- */

static void put_values(closure *c, const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        strbuf_printf(&c->text, " %x", (unsigned)types[k]);
}

static void put_signature(closure *c, uint32_t type) {
    const type_def *t = &c->m->types[type];
    put_values(c, t->params, t->param_count);
    strbuf_puts(&c->text, " ->");
    put_values(c, t->results, t->result_count);
    strbuf_put(&c->text, '\n');
}

static void put_func(closure *c, uint32_t index) {
    const func *f = &c->m->funcs[index];
    const import *i = f->import == NO_INDEX ? NULL : &c->m->imports[f->import];
    bool is_allocator = index == c->realloc || (i && span_is(i->module, "__main_module__") && span_is(i->name, "cabi_realloc"));
    if (is_allocator) {
        strbuf_puts(&c->text, " allocator");
    } else if (i) {
        strbuf_puts(&c->text, " import ");
        put_name(c, i->module);
        put_name(c, i->name);
        put_signature(c, f->type);
    } else {
        size_t number = 0;
        while (number < c->funcs.count && c->funcs.data[number] != index)
            number++;
        if (number == c->funcs.count)
            *vec_push(&c->funcs) = index;
        strbuf_printf(&c->text, " function %zu", number);
    }
}

static void put_global(closure *c, uint32_t index) {
    size_t number = 0;
    while (number < c->globals.count && c->globals.data[number] != index)
        number++;
    strbuf_printf(&c->text, " global %zu", number);
    if (number < c->globals.count)
        return;
    *vec_push(&c->globals) = index;
    const global *g = &c->m->globals[index];
    uint64_t value;
    if (g->import != NO_INDEX || !const_expr_integer(c->m, &g->init, &value))
        c->is_strange = true;
    else
        strbuf_printf(&c->text, " %x %d %llx", (unsigned)g->type, g->is_mutable, (unsigned long long)value);
}

static void put_labels(closure *c, const instr *i) {
    cursor list = i->list;
    for (uint32_t k = 0; k <= i->count; k++)
        strbuf_printf(&c->text, " %u", (unsigned)instr_next_label(&list));
}

static void put_block_type(closure *c, const block_type *b) {
    if (b->kind == BLOCK_VALUE)
        put_values(c, &b->value, 1);
    else if (b->kind == BLOCK_TYPE)
        put_signature(c, b->type);
}

static void put_instruction(closure *c, const instr *i) {
    strbuf_puts(&c->text, opcode_table[i->op].text);
    switch (opcode_table[i->op].immediates) {
    case IMM_NONE:
        break;
    case IMM_BLOCK:
        put_block_type(c, &i->block);
        break;
    case IMM_LABEL:
    case IMM_LOCAL:
        strbuf_printf(&c->text, " %u", (unsigned)i->index);
        break;
    case IMM_LABELS:
        put_labels(c, i);
        break;
    case IMM_FUNC:
        put_func(c, i->index);
        break;
    case IMM_GLOBAL:
        put_global(c, i->index);
        break;
    case IMM_MEMORY:
        c->is_strange |= i->index != 0;
        break;
    case IMM_MEMORY_MEMORY:
        c->is_strange |= i->index != 0 || i->index2 != 0;
        break;
    case IMM_MEMARG:
        c->is_strange |= i->index != 0;
        strbuf_printf(&c->text, " %llu %u", (unsigned long long)i->value, (unsigned)i->align_log2);
        break;
    case IMM_I32:
    case IMM_I64:
    case IMM_F32:
    case IMM_F64:
        strbuf_printf(&c->text, " %llx", (unsigned long long)i->value);
        break;
    default:
        c->is_strange = true;
        break;
    }
    strbuf_put(&c->text, '\n');
}

/* ---- Functions ---- */

static bool put_locals(closure *c, cursor *at) {
    uint32_t groups, count;
    wasmelt_valtype type;
    if (!cursor_u32(at, &groups))
        return false;
    while (groups-- > 0) {
        if (!cursor_u32(at, &count) || !cursor_valtype(at, c->m, &type))
            return false;
        strbuf_printf(&c->text, " %u %x", (unsigned)count, (unsigned)type);
    }
    strbuf_put(&c->text, '\n');
    return true;
}

static void put_body(closure *c, const func *f) {
    diag none;
    diag_init(&none);
    cursor at = {f->body.bytes, f->body.bytes + f->body.length, c->m->input.bytes, &none};
    put_signature(c, f->type);
    bool ok = put_locals(c, &at);
    while (ok && !c->is_strange && !cursor_done(&at)) {
        instr i;
        ok = instr_read(&at, c->m, &i);
        if (ok)
            put_instruction(c, &i);
        c->is_strange |= c->text.count > MOST_TEXT || c->funcs.count > MOST_FUNCS;
    }
}

static uint64_t hash_of(const strbuf *text) {
    uint8_t digest[DIGEST_BYTES];
    uint64_t hash = 0;
    digest_of_bytes(text->data, text->count, digest);
    for (int k = 0; k < 8; k++)
        hash = hash << 8 | digest[k];
    return hash;
}

bool fingerprint_of(const module *m, uint32_t func, uint32_t realloc, uint64_t *result) {
    closure c = {.m = m, .realloc = realloc};
    *vec_push(&c.funcs) = func;
    c.is_strange = m->funcs[func].import != NO_INDEX;
    for (size_t k = 0; k < c.funcs.count && !c.is_strange; k++)
        put_body(&c, &m->funcs[c.funcs.data[k]]);
    bool ok = !c.is_strange;
    if (ok)
        *result = hash_of(&c.text);
    strbuf_free(&c.text);
    vec_free(&c.funcs);
    vec_free(&c.globals);
    return ok;
}

/* ---- What is known ---- */

static const struct {
    const char *name;
    uint64_t fingerprint;
} known[] = {
#define ADAPTER(name, fingerprint) {name, fingerprint},
#include "component/adapters.def"
#undef ADAPTER
};

bool fingerprint_is_known(span name, uint64_t fingerprint) {
    unversioned u = name_without_version(name);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        span listed = {(const uint8_t *)known[k].name, strlen(known[k].name)};
        if (known[k].fingerprint == fingerprint && listed.length == u.before.length + u.after.length &&
            memcmp(listed.bytes, u.before.bytes, u.before.length) == 0 &&
            (u.after.length == 0 || memcmp(listed.bytes + u.before.length, u.after.bytes, u.after.length) == 0))
            return true;
    }
    return false;
}
