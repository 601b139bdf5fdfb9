/* Types of the component model, and what of core types they contain. A type is a tree of nodes that never change once they are made, so
 * that nodes are shared: an index in a type section becomes a pointer. Two bounds make it safe to walk such a tree whatever the input:
 * its depth is at most CTYPE_MOST_DEPTH, which bounds recursion; and walks count their steps (ctype_work), because a small file can
 * describe a tree with more nodes than there are atoms. */
#ifndef WASMELT_COMPONENT_CTYPE_H
#define WASMELT_COMPONENT_CTYPE_H

#include "base/diag.h"
#include "wasm/module.h"

enum { CTYPE_MOST_DEPTH = 100, CTYPE_MOST_FLAT = 16 };

/* Sorts of definitions (component-model, Binary.md): each has an index space. */
typedef enum sort {
#define SORT(ID, code, core, name) SORT_##ID,
#include "component/sorts.def"
#undef SORT
    SORT_COUNT
} sort;

const char *sort_name(sort s);

typedef enum ctype_kind {
    CTYPE_PRIMITIVE,
    CTYPE_RECORD,
    CTYPE_VARIANT,
    CTYPE_LIST,
    CTYPE_TUPLE,
    CTYPE_FLAGS,
    CTYPE_ENUM,
    CTYPE_OPTION,
    CTYPE_RESULT,
    CTYPE_MAP,
    CTYPE_OWN,
    CTYPE_BORROW,
    CTYPE_STREAM,
    CTYPE_FUTURE,
    CTYPE_LAST_VALUE = CTYPE_FUTURE, /* those before are types of values */
    CTYPE_RESOURCE,
    CTYPE_FUNC,
    CTYPE_INSTANCE,
    CTYPE_COMPONENT,
    CTYPE_CORE_FUNC,
    CTYPE_CORE_TABLE,
    CTYPE_CORE_MEMORY,
    CTYPE_CORE_GLOBAL,
    CTYPE_CORE_TAG,
    CTYPE_CORE_MODULE,
    CTYPE_CORE_INSTANCE
} ctype_kind;

typedef struct ctype ctype;

/* A field, case, parameter, import, export, or argument of an instantiation. */
typedef struct member {
    span module;       /* of an import of a core module; else null bytes */
    span name;         /* null bytes in a tuple */
    sort sort;         /* of an import, export or argument */
    uint32_t index;    /* of an export or argument: in the index space of its sort, where it was put together; else 0 */
    bool is_bound;     /* an import or export of a type (sub resource): whoever instantiates or imports chooses the resource */
    const ctype *type; /* null: a case without payload, a label */
    size_t offset;     /* of the name in the file */
} member;

typedef struct member_list {
    const member *data;
    uint32_t count;
    const uint32_t *sorted; /* of imports and exports: indices in the order of module and name */
} member_list;

/* Core values that a value is passed as: 'i' i32, 'I' i64, 'f' f32, 'F' f64, 'p' an address, whose type is that of the memory's. */
typedef struct flat {
    uint8_t count; /* CTYPE_MOST_FLAT + 1: more than that */
    char types[CTYPE_MOST_FLAT];
} flat;

struct ctype {
    ctype_kind kind;
    uint8_t code;        /* of a primitive type: its byte in the binary format */
    bool is_async;       /* of a function */
    bool has_borrow;     /* a value of the type contains borrowed handles */
    bool has_pointer;    /* values of it have parts in memory: strings, lists, maps */
    bool is_defined;     /* of a resource: by a component, with the representation and destructor below; else it is imported */
    bool is_own_export;  /* it got its name as an export of the component being read */
    flat flat;           /* the core values that a value is passed as */
    uint32_t depth;      /* of the tree: 1 without children */
    uint32_t length;     /* of a list of fixed length; 0: any length */
    uint32_t alignment;  /* of values in memory */
    const ctype *first;  /* element; payload of ok; key; result of a function; the resource of a handle */
    const ctype *second; /* payload of error; value of a map */
    member_list members; /* fields, cases, labels, parameters; exports of an instance, component or module */
    member_list imports; /* of a component or core module */
    uint32_t resource;   /* of a resource: its number */
    bool has_destructor;
    uint32_t destructor;          /* of a defined resource: the core function, in the component that defines it */
    uint32_t owner;               /* the number of the component that defines the resource */
    uint32_t low, high;           /* of an instance or component: numbers from `low` up to `high` are of resources inside */
    uint32_t free_low, free_high; /* the resources that it refers to have numbers in this range (or it refers to none), */
    uint32_t all_low, all_high;   /* and with those that are inside, in this one */
    uint64_t bytes;               /* a value's size in a memory with 64-bit addresses */
    /* of core types: what they are in the module that has them. Concrete heap types in them are the module's (match.c) */
    const type_def *core_func;
    const table *core_table;
    const memory *core_memory;
    const global *core_global;
    span name;                      /* under which it was imported or exported first; null bytes: it has none */
    span interface;                 /* the import in which that is; null bytes: none */
    span used_name, used_interface; /* those of the type that this one was made from by importing or exporting it again */
};

/* What all types of one file share. */
typedef struct ctype_pool {
    arena *arena;
    diag *diag;
    bool is_invalid;         /* what was reported is not about the format */
    uint64_t work;           /* steps of walks until now */
    uint32_t types;          /* nodes made */
    uint32_t next_resource;  /* the number of the next resource type */
    uint32_t next_component; /* the number of the next component */
} ctype_pool;

/* Reports that types do not fit. Always false. */
bool ctype_invalid(ctype_pool *p, size_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Counts the steps of a walk. False, with the reason, if there are too many for a file that somebody means to use. */
bool ctype_work(ctype_pool *p, uint64_t steps, size_t offset);

/* The primitive type with this byte in the binary format, or null. */
const ctype *ctype_primitive(uint8_t code);

/* Completes a node whose children are set: depth, flags, size and flat types; copies it into the pool. Null, with the reason, if the type
 * is beyond a limit. */
const ctype *ctype_make(ctype_pool *p, const ctype *node, size_t offset);

/* A copy of the list in the pool. `what` is "import" or "export": it is sorted, and the same name twice is an error; or null: it is not. */
bool ctype_members(ctype_pool *p, const member *data, size_t count, const char *what, member_list *list);

/* The import or export of this name (of a core module also: module), or null. */
const member *ctype_find(const member_list *list, span module, span name);

/* The type with new resources: as an import or an instance has it, different from those of all others. */
const ctype *ctype_fresh(ctype_pool *p, const ctype *type, span interface, size_t offset);

/* Whether `sub` can be given where `super` is expected; false with the reason, which begins with "type mismatch". */
bool ctype_matches(ctype_pool *p, const ctype *sub, const ctype *super, size_t offset);

/* The type of the instance that the component makes with these arguments; null with the reason. */
const ctype *ctype_instantiate(ctype_pool *p, const ctype *component, const member_list *arguments, size_t offset);

/* Whether the module's imports are satisfied by the arguments, which are core instances; false with the reason. */
bool ctype_link(ctype_pool *p, const ctype *module, const member_list *arguments, size_t offset);

/* Adds the flat types of `more` to `to`. */
void flat_append(flat *to, const flat *more);

#endif
