/* What running a component means, once all that is known before it runs is done: its instantiation as a list of steps, with the components
 * inside it, aliases, re-exports and arguments gone. Each step makes an instance of a core module or a core function of the canonical ABI;
 * each function is a lifted one or the host's. */
#ifndef WASMELT_COMPONENT_GRAPH_H
#define WASMELT_COMPONENT_GRAPH_H

#include "base/vec.h"
#include "component/component.h"

/* A member of a core instance. */
typedef struct core_ref {
    enum { CORE_NONE, CORE_EXPORT, CORE_CANON } kind;
    uint32_t index; /* EXPORT: of the core instance; CANON: among the graph's canons */
    span name;      /* EXPORT */
} core_ref;

/* An instance of a component (definitions.py: ComponentInstance). */
typedef struct graph_part {
    uint32_t parent; /* the instance around it, or NO_INDEX */
    bool may_block;  /* code in it may wait in the middle of a call */
} graph_part;

typedef struct graph_core {
    uint32_t module, part;
    core_ref *imports; /* one for each import of the module */
} graph_core;

/* A resource type. */
typedef struct graph_resource {
    uint32_t part; /* the instance that defines it; NO_INDEX: the host does */
    core_ref destructor;
    span interface, name; /* the import or export under which hosts know it; null bytes: they do not */
    bool is_exported;
} graph_resource;

/* The numbers of resources in the types of one instance of a component, and which resources they are there. */
typedef struct graph_binding {
    uint32_t number, resource;
} graph_binding;

typedef struct graph_scope graph_scope;

typedef struct graph_options {
    string_encoding encoding;
    core_ref memory, realloc, post_return, callback;
    bool is_async; /* the option */
} graph_options;

/* A function: lifted, or an import that the host defines. */
typedef struct graph_func {
    bool is_import;
    span interface, name; /* of an import */
    const ctype *type;    /* its resources are those of `scope` */
    const graph_scope *scope;
    uint32_t part; /* lifted: the instance to which it belongs */
    core_ref core;
    graph_options options;
    size_t offset;
} graph_func;

/* A core function of the canonical ABI. */
typedef struct graph_canon {
    canon_kind kind;
    uint32_t part;
    uint32_t func;      /* lower: among the graph's functions */
    uint32_t resource;  /* of the built-ins for resources */
    const ctype *type;  /* lower: as the instance that lowers it sees it; of a built-in: the stream or future, or the result, or null */
    bool is_wide, flag; /* as in component.h */
    uint32_t slot;
    core_ref table;
    const ctype *core; /* its core type */
    const graph_scope *scope;
    graph_options options;
    size_t offset;
} graph_canon;

typedef enum graph_step_kind { STEP_RESOURCE, STEP_CORE, STEP_CANON, STEP_LIFT } graph_step_kind;

/* In the order in which they happen. RESOURCE: one with a destructor. */
typedef struct graph_step {
    graph_step_kind kind;
    uint32_t index;
} graph_step;

/* A function that the component exports, itself or in an interface. */
typedef struct graph_export {
    span interface, name;
    uint32_t func;
} graph_export;

typedef struct graph {
    const component *root;
    arena *arena;
    diag *diag;
    VEC(const core_module *) modules;
    VEC(graph_part) parts;
    VEC(graph_core) cores;
    VEC(graph_resource) resources;
    VEC(graph_func) funcs;
    VEC(graph_canon) canons;
    VEC(graph_step) steps;
    VEC(graph_export) exports;
    graph_scope *scopes; /* all of them */
    bool is_async;       /* there is something async in it */
    uint64_t work;
} graph;

/* Makes the graph of a valid component; false with the reason in `d` if something in it is not supported. Memory comes from `a`, but for
 * what graph_free frees. */
bool graph_make(graph *g, const component *root, arena *a, diag *d);
void graph_free(graph *g);

/* The resource that has this number in the types of the scope; NO_INDEX if there is none. */
uint32_t graph_resource_of(graph *g, const graph_scope *s, const ctype *type);

#endif
