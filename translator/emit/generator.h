/* What all parts of the emitter need to know. There is one generator for a translation. While several threads emit functions, only `called`
 * changes. */
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

/* A data segment, or a part of one, in a startup image; and a startup image: see emit/image.h. */
typedef struct image_part {
    uint32_t segment, memory;
    uint64_t at, end; /* addresses in the memory */
    uint64_t from;    /* offset in the segment: an image may end in the middle of a segment */
} image_part;

typedef struct image {
    const image_part *parts; /* in ascending order of address */
    uint32_t count;
    uint64_t start, end; /* addresses in the memory; `start` is the beginning of a page */
} image;

/* What the C that is being made is of the module. With two forms (BOUNDS_EITHER), an instance belongs to one of them: both have the same
 * instance struct, so that what hosts call is there once, in the guarded form, and calls the code of the instance's own form. */
typedef enum module_form { FORM_ONLY, FORM_GUARDED, FORM_CHECKED } module_form;

/* Formats for the module's name in C and for its name: what they are in the checked form. */
#define CHECKED_NAME "%s_2checked"
#define CHECKED_FILES "%s_checked"

typedef struct generator {
    const module *m;
    const translate_options *options;
    arena *arena;
    module_form form;
    const char *host_name;       /* of the module in C, for hosts: see emit/symbols.h */
    const char *name;            /* the same for what is this form's own: MODULE_2checked in the checked form */
    const char *files;           /* the beginning of the names of files: that of the module, or NAME_checked */
    const uint8_t *kinds;        /* for each function: the special_kind of its file */
    const bool *ends_chain;      /* of each function, whether it must not be inlined (emit/chains.h) */
    bool counts_exceptions;      /* references to them are values of the module's */
    bool split;                  /* several C files: functions are shared between them */
    bool declares_locally;       /* each file declares only the functions that it uses, so that it need not be compiled again when
                                    other functions are added */
    struct debug_locals *locals; /* with -g: names of locals from DWARF (debug/locals.h), or null */
    const bool *local;           /* for each function: only its own C file mentions it; null unless declares_locally */
    callgraph calls;
    lower_plan plan;                 /* for lowering: this and the members below are set before functions are lowered */
    char **func_names;               /* for each function: its C name */
    char **import_names;             /* for each import: the C name of what it is bound to; see names.h */
    const char **type_names;         /* for each struct and array type: its C name */
    const char *const **field_names; /* for each such type: short names of its fields, or null */
    bool *import_repeats;            /* for each import: an earlier import has the same kind, name and type */
    char **context_names;            /* for each import that is a function: the member that has its first argument */
    char **export_names;             /* for each export: the C name by which hosts use it */
    uint32_t *records;               /* for each function: the number of its record in the instance, or NO_INDEX */
    uint32_t record_count;
    uint32_t *record_funcs;    /* for each record: its function */
    bool *referred;            /* for each function: records and tables contain its code. Its first parameter then is a `void *`, because
                                  a caller by reference may not know the type of the instance */
    const fixed_table *tables; /* for each table: its contents, if they never change */
    bool *called;              /* for each function: a direct call by another function has been printed */
    bool uses_exceptions;      /* something may throw, or refers to exceptions */
    bool uses_vectors;         /* the module has vector types or instructions */
    bool uses_data_sizes;      /* memory.init or data.drop may be used */
    image *images;
    uint32_t image_count;
    bool *in_image;           /* for each data segment: an image has its bytes, so that it has no array of its own */
    uint32_t data_file_count; /* number of C files with data: see emit/data.h; 0: data stands with the definitions */
    uint64_t data_per_file;
} generator;

/* ---- Text helpers, in text.c ---- */

/* Notes that the function whose text begins at `before` uses or defines another function, which may have to be declared before it. */
typedef struct mention {
    size_t before;
    uint32_t func;
    bool defined;
} mention;

/* The output of the emitter: text with a current depth of indentation. */
typedef struct out {
    strbuf text;
    unsigned depth;
    struct line_marks *marks; /* null without -g: emit/marks.h */
    size_t function;          /* position in the text where the function that is being printed begins */
    VEC(mention) mentions;    /* of functions in the text, if functions are declared locally */
    /* Called to write the text out when it has become long; null while it has to stay together, as the text of a function does. */
    void (*drain)(void *context, struct out *o);
    void *drain_context;
} out;

/* Print one line each, indented by the current depth; out_open and out_close change the depth. */
void out_line(out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
void out_text(out *o, const char *text);                                              /* the same; `text` is not a format */
void out_open(out *o, const char *format, ...) __attribute__((format(printf, 2, 3))); /* "... {" */
void out_close(out *o, const char *tail);                                             /* "}TAIL" */
void out_indent(out *o);
void out_drain(out *o);

/* The C type that functions use for values of the type. */
static inline const char *c_type(const module *m, wasmelt_valtype t) {
    return representation_of(m, t)->c;
}
/* Appends an element of an array of wasmelt_value, as a value of the type. */
void put_slot(strbuf *s, const module *m, const char *array, uint32_t index, wasmelt_valtype t);
/* Append what comes before and after the value that is stored into such an element. */
void begin_slot(strbuf *s, const module *m, const char *array, uint32_t index, wasmelt_valtype t);
void end_slot(strbuf *s, const module *m, wasmelt_valtype t);
/* At the end of the name of a function that computes apart (lower/recursion.c). */
#define APART_SUFFIX "_again"

/* Appends the place of a parameter in the tail-call buffer. References to exceptions have places of their own (wasmelt/code/support.h). */
void put_tail_slot(strbuf *s, const module *m, const type_def *t, uint32_t param);
/* What comes before the value that is stored there; end_slot is what comes after it. */
void begin_tail_slot(strbuf *s, const module *m, const type_def *t, uint32_t param);
/* Prints an assignment that stores in the tail-call buffer how many references to exceptions are passed to a function of the type. */
void put_tail_exceptions(out *o, const module *m, const type_def *t);
/* The letter for the type, of which names of types are made. */
static inline char type_letter(const module *m, wasmelt_valtype t) {
    return representation_of(m, t)->letter;
}
/* Appends "_NAME", which follows the number of a local, if `name` is not null: see emit/locals.h. */
void put_local_name(strbuf *s, const char *name);
/* Appends the C type of a function's result: void, the type of a value, or the struct for several results. */
void put_result_type(strbuf *s, const generator *g, const type_def *t);
/* Appends at most 200 bytes of a text from the module, as the inside of a comment. */
void put_comment_text(strbuf *s, span text);
/* Appends bytes as the inside of a C string literal. */
void put_string(strbuf *s, const uint8_t *bytes, size_t length);
/* Prints bytes as C string literals on lines of their own. */
void put_literal(out *o, span bytes);

/* Appends the number of a function type: the name of a constant or, if the number is not known when translating, the place in the instance
 * that keeps it. */
void put_type_id(strbuf *s, const module *m, uint32_t type);

/* has_fixed_elements: whether the C has a constant array of all elements of a fixed table with their types; the second function: of the
 * elements of one type. */
bool has_fixed_elements(const generator *g, uint32_t table);
bool has_typed_elements(const generator *g, uint32_t table, uint32_t type);

#endif
