/* What every part of the emitter knows. One for a translation; while functions are emitted, which several threads do
 * at a time, only `called` changes. */
#ifndef WASMELT_EMIT_GENERATOR_H
#define WASMELT_EMIT_GENERATOR_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "lower/callgraph.h"
#include "lower/lower.h"
#include "translate.h"
#include "wasm/representation.h"
#include "wasm/subtype.h"

#include <wasmelt/version.h>

/* A data segment in a startup image, and a startup image: see emit/image.h. */
typedef struct image_part {
    uint32_t segment, memory;
    uint64_t at, end; /* in the memory */
    uint64_t from;    /* in the segment: an image may end within it */
} image_part;

typedef struct image {
    const image_part *parts; /* by place */
    uint32_t count;
    uint64_t start, end; /* in the memory; `start` is that of a page */
} image;

typedef struct generator {
    const module *m;
    const translate_options *options;
    arena *arena;
    const char *name;            /* of the module in C: emit/symbols.h. Files have the one in `options` */
    const uint8_t *kinds;        /* of each function, the special_kind of its file */
    bool split;                  /* several C files: functions are shared between them */
    bool declares_locally;       /* each of the files declares the functions that it uses, so that it need not be compiled
                                    again when there are others */
    struct debug_locals *locals; /* with -g: what DWARF calls them (debug/locals.h), or null */
    const bool *local;           /* of each function: only its own C file mentions it; null unless declared locally */
    callgraph calls;
    lower_plan plan;                 /* of this and what follows, for functions to be lowered */
    char **func_names;               /* C name of each function */
    char **import_names;             /* C name of what each import is bound to; see names.h */
    const char **type_names;         /* C name of each struct and array type */
    const char *const **field_names; /* short names of each such type's fields, or null */
    bool *import_repeats;            /* an import before it has the same one */
    char **context_names;            /* of each import that is a function: member that has its first argument */
    char **export_names;             /* C name of each export's accessor */
    uint32_t *records;               /* number of each function's record in the instance, or NO_INDEX */
    uint32_t record_count;
    uint32_t *record_funcs;    /* the inverse */
    bool *referred;            /* of each function: records and tables have its code, which is called as one that takes a
                                  `void *`, as the caller may not know whose it is */
    const fixed_table *tables; /* for each table: what it always holds, if that is known */
    bool *called;              /* of each function: a direct call by another one has been printed */
    bool uses_exceptions;      /* something may throw, or refers to exceptions */
    bool uses_vectors;         /* the module has vector types or instructions */
    bool uses_data_sizes;      /* memory.init or data.drop may be used */
    image *images;
    uint32_t image_count;
    bool *in_image;           /* of each data segment: there is no array of its bytes */
    uint32_t data_file_count; /* C files that data stands in: see emit/data.h; 0: it stands where the definitions do */
    uint64_t data_per_file;
} generator;

/* ---- Text helpers, in text.c ---- */

/* That a function is used, or defined, by the one whose text begins there: what to declare before it. */
typedef struct mention {
    size_t before;
    uint32_t func;
    bool defined;
} mention;

/* A line of C at the current depth: tabs, the text, a line end. */
typedef struct out {
    strbuf text;
    unsigned depth;
    struct line_marks *marks; /* null without -g: emit/marks.h */
    size_t function;          /* where the text of the function that is being printed begins */
    VEC(mention) mentions;    /* in the text, if functions are declared locally */
    /* Takes text out that has become long; null where it has to stay together, as that of a function. */
    void (*drain)(void *context, struct out *o);
    void *drain_context;
} out;

void out_line(out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
void out_text(out *o, const char *text);                                              /* the same for a line that is no format */
void out_open(out *o, const char *format, ...) __attribute__((format(printf, 2, 3))); /* "... {" */
void out_close(out *o, const char *tail);                                             /* "}TAIL" */
void out_indent(out *o);
void out_drain(out *o);

/* The C type of a value in functions. */
static inline const char *c_type(const module *m, wasmelt_valtype t) {
    return representation_of(m, t)->c;
}
/* An element of an array of wasmelt_value, as a value of the type that can be assigned to. */
void put_slot(strbuf *s, const module *m, const char *array, uint32_t index, wasmelt_valtype t);
/* The parameter's place in the buffer of tail calls: references to exceptions have one of their own (wasmelt/code/support.h). */
void put_tail_slot(strbuf *s, const module *m, const type_def *t, uint32_t param);
/* Says in that buffer how many of these are on their way to a function of the type. */
void put_tail_exceptions(out *o, const module *m, const type_def *t);
/* A letter for it, to build names of types from. */
static inline char type_letter(const module *m, wasmelt_valtype t) {
    return representation_of(m, t)->letter;
}
/* "_NAME" behind a local's number, if it has a name: emit/locals.h. */
void put_local_name(strbuf *s, const char *name);
/* The type of a function's result: void, a value type, or the struct of several. */
void put_result_type(strbuf *s, const generator *g, const type_def *t);
/* At most 200 bytes of a text that the module has, as the inside of a comment. */
void put_comment_text(strbuf *s, span text);
/* The bytes as the inside of a C string literal. */
void put_string(strbuf *s, const uint8_t *bytes, size_t length);
/* Bytes as C string literals on lines of their own. */
void put_literal(out *o, span bytes);

/* The name of the type's number, which stands beside the type, or where the instance keeps the number. */
void put_type_id(strbuf *s, const module *m, uint32_t type);

/* Whether the C has a constant array of all of a fixed table's elements with their types, or of those of one type. */
bool has_fixed_elements(const generator *g, uint32_t table);
bool has_typed_elements(const generator *g, uint32_t table, uint32_t type);

#endif
