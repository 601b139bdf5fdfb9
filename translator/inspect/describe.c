/* Words for types and signatures, numbers and columns, which both formats print. */
#include <stdio.h>

#include "../runtime/facts/heap_types.h"
#include "inspect/print.h"
#include "wasm/subtype.h"

void print_out(strbuf *s, FILE *to, size_t least) {
    if (s->count > 0 && s->count >= least) {
        fwrite(s->data, 1, s->count, to);
        strbuf_clear(s);
    }
}

/* The bottom types have names of their own: (ref null none) is nullref. */
static const char *heap_short_name(uint32_t heap) {
    switch (heap) {
    case WASMELT_HEAP_NONE:
        return "null";
    case WASMELT_HEAP_NOFUNC:
        return "nullfunc";
    case WASMELT_HEAP_NOEXTERN:
        return "nullextern";
    case WASMELT_HEAP_NOEXN:
        return "nullexn";
    default:
        return heap_type_name(heap);
    }
}

void describe_valtype(strbuf *s, wasmelt_valtype t) {
    if (!wasmelt_is_ref(t)) {
        char buffer[32];
        strbuf_puts(s, valtype_name(t, buffer, sizeof buffer));
        return;
    }
    uint32_t heap = wasmelt_heap_type(t);
    const char *null = wasmelt_is_nullable(t) ? "null " : "";
    if (wasmelt_heap_is_concrete(heap))
        strbuf_printf(s, "(ref %s%u)", null, (unsigned)heap);
    else if (*null)
        strbuf_printf(s, "%sref", heap_short_name(heap));
    else
        strbuf_printf(s, "(ref %s)", heap_type_name(heap));
}

static void put_types(strbuf *s, const wasmelt_valtype *types, uint32_t count, uint32_t most) {
    strbuf_put(s, '(');
    for (uint32_t k = 0; k < count; k++) {
        strbuf_puts(s, k > 0 ? ", " : "");
        if (k == most) {
            strbuf_printf(s, "... %u more", (unsigned)(count - k));
            break;
        }
        describe_valtype(s, types[k]);
    }
    strbuf_put(s, ')');
}

void describe_signature(strbuf *s, const type_def *t, uint32_t most) {
    put_types(s, t->params, t->param_count, most);
    strbuf_puts(s, " -> ");
    if (t->result_count == 1)
        describe_valtype(s, t->results[0]);
    else
        put_types(s, t->results, t->result_count, most);
}

const char *section_name(uint8_t id) {
    static const char *const names[] = {"custom", "type",  "import",  "function", "table", "memory",     "global",
                                        "export", "start", "element", "code",     "data",  "data count", "tag"};
    return names[id];
}

const char *extern_name(extern_kind kind) {
    static const char *const names[] = {"func", "table", "memory", "global", "tag"};
    return names[kind];
}

const char *overflow_name(overflow o) {
    static const char *const names[] = {"unknown", "traps", "overwrites data"};
    return names[o];
}

const char *use_name(use u) {
    static const char *const names[] = {"program", "library", "hosted"};
    return names[u];
}

const char *linkage_name(linkage l) {
    static const char *const names[] = {"final", "object", "dynamic"};
    return names[l];
}

/* ---- Numbers and columns ---- */

void describe_number(strbuf *s, uint64_t value) {
    char digits[32];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count-- > 0) {
        strbuf_put(s, digits[count]);
        if (count > 0 && count % 3 == 0)
            strbuf_put(s, ',');
    }
}

void describe_count(strbuf *s, uint64_t count, const char *what) {
    describe_number(s, count);
    strbuf_printf(s, " %s%s", what, count == 1 ? "" : "s");
}

void describe_column(strbuf *s, size_t column) {
    size_t start = s->count;
    while (start > 0 && s->data[start - 1] != '\n')
        start--;
    do
        strbuf_put(s, ' ');
    while (s->count - start < column);
}

void describe_right(strbuf *s, size_t column, uint64_t value) {
    strbuf number = {0};
    describe_number(&number, value);
    describe_column(s, column > number.count ? column - number.count : 0);
    strbuf_puts(s, number.data);
    strbuf_free(&number);
}
