/* What the files that read components share: where they are in the file, and the scope that they are in. */
#ifndef WASMELT_COMPONENT_READER_H
#define WASMELT_COMPONENT_READER_H

#include "base/vec.h"
#include "component/component.h"
#include "read/cursor.h"

typedef VEC(member) member_vec;

typedef enum scope_kind { SCOPE_COMPONENT, SCOPE_COMPONENT_TYPE, SCOPE_INSTANCE_TYPE, SCOPE_MODULE_TYPE } scope_kind;

/* A component, or a type that is written as one: what has index spaces of its own. */
typedef struct scope {
    scope_kind kind;
    struct scope *parent;
    VEC(item) spaces[SORT_COUNT];
    VEC(definition) definitions;
    member_vec imports, exports;
    uint32_t low;    /* the number of the first resource made inside */
    uint32_t number; /* of a component: tells whose resources are whose */
    component *c;    /* of a component; else null */
    VEC(core_module) modules;
    VEC(core_instance) core_instances;
    VEC(instance) instances;
    VEC(component *) components;
    VEC(canon) canons;
    VEC(component_extern) import_list, export_list;
    VEC(component_section) sections;
} scope;

typedef struct reader {
    ctype_pool pool;
    cursor c;
    scope *scope;
    uint32_t depth;                      /* of scopes */
    uint32_t threads;                    /* for validation of core modules */
    uint32_t items, modules, components; /* read until now, in the whole file */
    bool implements;                     /* the name of an import or export that was read last has the attribute of that name */
    bool is_invalid;                     /* the error, if there is one, is in what the bytes mean, not in the format */
} reader;

enum { READER_MOST_SCOPES = 100, READER_MOST_ITEMS = 1000000 };

void scope_open(reader *r, scope *s, scope_kind kind);
/* Frees what the scope needed while it was read. */
void scope_close(reader *r, scope *s);

/* Reads a count and so many things. */
bool reader_each(reader *r, bool (*one)(reader *));

/* Reads a count of things that take at least one byte each. */
bool reader_count(reader *r, uint32_t *count);

/* Reports that the bytes are read but what they say is not valid. Always false. */
bool reader_invalid(reader *r, size_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Reports a byte that stands for nothing here. Always false. */
bool reader_bad_byte(reader *r, size_t offset, uint8_t byte, const char *where);

/* Reads a byte that is 0 or 1. */
bool reader_bool(reader *r, bool *value);
/* The same where it says whether something follows; `what` for the message. */
bool reader_optional(reader *r, bool *is_there, const char *what);

/* Whether the scopes are not nested too deep. */
bool reader_depth(reader *r);

/* Adds a member to the scope's index space. */
bool reader_add(reader *r, sort s, item i);

/* Reads an index and finds the member of the scope's index space; null with the reason. */
const item *reader_item(reader *r, sort s, uint32_t *index);
const item *reader_item_at(reader *r, sort s, uint32_t index, size_t offset);

/* Reads a sort; and one of core sorts only. */
bool reader_sort(reader *r, sort *s);
bool reader_core_sort(reader *r, sort *s);

/* ---- types.c ---- */

bool reader_types(reader *r); /* contents of a type section */

/* Reads what an import or export of the type makes: a type of that name, an instance with resources of its own. Null with the reason. */
const ctype *reader_named(reader *r, const member *m, size_t offset);

/* Reads a type of values; null with the reason. */
const ctype *reader_valtype(reader *r);

/* Reads an optional result of a function: the byte 0 and a type, or 1 and 0. */
bool reader_result(reader *r, const ctype **result);

/* Reads the type of an import or export. */
bool reader_extern_type(reader *r, sort *s, bool *is_bound, const ctype **type);

/* ---- core_types.c ---- */

bool reader_core_type(reader *r);

/* The type of a module that was read; null with the reason. */
const ctype *reader_module_type(reader *r, const core_module *m);

/* ---- names.c ---- */

/* Reads the name of an import or export, with its attributes, which mean nothing for running it. */
bool reader_extern_name(reader *r, span *name, size_t *offset);

/* Whether the text is a label, such as "check-write". */
bool name_is_label(span text);

/* Reads a label: a name that is one. `what` for the message, as "record field". */
bool reader_label(reader *r, const char *what, span *name, size_t *offset);

/* Whether no two of the labels are equal but for upper and lower case; false with the reason. */
bool reader_labels_unique(reader *r, const member_vec *members, const char *what);

/* Whether no two names of imports or exports are so alike that languages could not tell them apart (Explainer.md, name uniqueness). */
bool reader_names_unique(reader *r, const member_vec *members, const char *what);

/* Whether an import or export of this sort and type may have the name that was read last: with an annotation, such as [method]r.m, and
 * attributes. `before`: the imports or exports before it. */
bool reader_check_annotation(reader *r, const member *m, const member_vec *before);

/* ---- visible.c ---- */

/* Whether the import or export has only types that can be named outside; false with the reason. */
bool reader_check_visible(reader *r, const member *m, bool is_import);

/* ---- canon.c ---- */

bool reader_canon(reader *r);

/* ---- instances.c ---- */

bool reader_core_instance(reader *r);
bool reader_instance(reader *r);
bool reader_alias(reader *r);

#endif
