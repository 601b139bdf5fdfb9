/* A decoded and validated component (component-model, Binary.md). component/read.c makes it. Its arrays live in one arena; names and
 * modules point into the input. Both must outlive it. */
#ifndef WASMELT_COMPONENT_COMPONENT_H
#define WASMELT_COMPONENT_COMPONENT_H

#include "component/ctype.h"

typedef struct component component;

/* Where a member of an index space comes from. */
typedef enum item_origin {
    ITEM_DEFINED, /* `index`: among the component's modules, components, instances, core instances or canons */
    ITEM_IMPORT,  /* `index`: among the imports */
    ITEM_EXPORT,  /* an export is a new member of its index space: `index` is what it exports, in the same index space */
    ITEM_ALIAS,   /* an export, `name`, of the instance or core instance `index` */
    ITEM_OUTER    /* of a component around this one */
} item_origin;

/* A member of an index space. */
typedef struct item {
    item_origin origin;
    uint32_t index;
    span name;
    uint32_t outer; /* ITEM_OUTER: how many components out; the index is in its index space */
    const ctype *type;
    size_t offset;
} item;

typedef struct item_list {
    item *data;
    uint32_t count;
} item_list;

/* A definition: a member of an index space. */
typedef struct definition {
    sort sort;
    uint32_t index;
} definition;

/* A section of a component. */
typedef struct component_section {
    uint8_t id;
    span name;     /* of a custom section, else null bytes */
    size_t offset; /* of the contents, in the file */
    size_t size;
} component_section;

typedef struct core_module {
    module m;      /* its offsets count from its own first byte */
    span bytes;    /* what is a module file of its own */
    size_t offset; /* in the file */
} core_module;

/* An instance of a core module, or exports put together. */
typedef struct core_instance {
    bool is_instantiation;
    uint32_t module;       /* in the index space of core modules */
    member_list arguments; /* core instances; or the exports, of any core sort */
    size_t offset;
} core_instance;

typedef struct instance {
    bool is_instantiation;
    uint32_t component;    /* in the index space of components */
    member_list arguments; /* of any sort; or the exports */
    size_t offset;
} instance;

/* Kinds of canonical definitions. */
typedef enum canon_kind {
#define CANON(ID, code, name, operands, signature) CANON_##ID,
#include "component/canons.def"
#undef CANON
    CANON_COUNT
} canon_kind;

typedef enum string_encoding { STRING_UTF8, STRING_UTF16, STRING_LATIN1_UTF16 } string_encoding;

/* The options of a canonical definition; indices are NO_INDEX where the option is not given. */
typedef struct canon_options {
    bool has_encoding, is_async;
    string_encoding encoding;
    uint32_t memory, realloc, post_return, callback;
} canon_options;

typedef struct canon {
    canon_kind kind;
    uint32_t func;     /* lift: the core function; lower: the function */
    const ctype *type; /* of the function that is lifted or lowered; the resource, stream or future that a built-in is for */
    canon_options options;
    bool is_wide;   /* context.get, context.set and the argument of a new thread: of 64 bits */
    bool flag;      /* of a built-in: whether it can be cancelled, or does not wait */
    uint32_t slot;  /* of context.get and context.set */
    uint32_t table; /* of thread.new-indirect */
    size_t offset;
} canon;

typedef struct component_extern {
    span name;
    sort sort;
    uint32_t index; /* of an import: its own, in the index space of the sort; of an export: what it exports */
    const ctype *type;
    size_t offset;
} component_extern;

struct component {
    const component *parent; /* the component around it, or null */
    span input;              /* its own bytes */
    size_t offset;           /* in the file */
    item_list spaces[SORT_COUNT];
    core_module *modules;
    core_instance *core_instances;
    instance *instances;
    component **components;
    canon *canons;
    component_extern *imports, *exports;
    component_section *sections;
    definition *definitions; /* the members of all index spaces, in the order of the file, which is that in which they are made */
    uint32_t definition_count;
    uint32_t module_count, core_instance_count, instance_count, component_count, canon_count, import_count, export_count, section_count;
    const ctype *type;
    span name; /* from the section component-name, or null bytes */
};

const char *canon_name(canon_kind k);

/* What core or component item `index` of the sort is, seen through exports: the item that is no export of another. */
const item *component_item(const component *c, sort s, uint32_t index);

#endif
