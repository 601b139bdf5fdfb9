/* What the files that print components share. */
#ifndef WASMELT_CANON_GENERATOR_H
#define WASMELT_CANON_GENERATOR_H

#include "canon/canon.h"
#include "component/shape.h"
#include "translate.h"

/* What the C needs of a shape: its type, in the source or for hosts, too; and the functions that convert its values. */
enum { SHAPE_USED = 1, SHAPE_PUBLIC = 2, SHAPE_LOAD = 4, SHAPE_STORE = 8, SHAPE_LIFT = 16, SHAPE_LOWER = 32 };

enum { MOST_FLAT_RESULTS = 1 }; /* of parameters CTYPE_MOST_FLAT; what is more is passed in memory */

/* The C name of a shape. */
typedef struct shape_name {
    const char *type;     /* its type in C */
    const char *suffix;   /* of the functions that convert it: load_SUFFIX ... */
    const char *elements; /* the same of those that convert the elements of a list */
    const char *macro;    /* what the names of its labels begin with */
    uint8_t marks;
} shape_name;

/* Shapes and name of a function. */
typedef struct func_name {
    uint32_t params;     /* a tuple */
    uint32_t result;     /* or NO_INDEX */
    const char *name;    /* of an import */
    const char *context; /* of an import: the member of NAME_imports */
    bool is_first;       /* none before it has the same context */
    bool is_called;      /* lifted: by a host or another component */
    bool is_hosted;      /* an import that is a function of the runtime */
} func_name;

/* How a core function of the canonical ABI is called. */
typedef struct core_signature {
    char params[CTYPE_MOST_FLAT + 2]; /* i, I, f, F */
    char result;                      /* or 0 */
    bool params_in_memory;            /* the first parameter is where they are */
    bool result_in_memory;            /* the result, of a lowered function the last parameter, is where it is */
} core_signature;

/* Names of a resource. */
typedef struct resource_name {
    uint32_t own;        /* the shape of its owned handles, or NO_INDEX */
    const char *drop;    /* the function that destroys it: of a resource that hosts know, for them; of one of theirs, theirs; or null */
    const char *context; /* of one of the host's: the member of NAME_imports */
    bool is_first;       /* none before it, nor a function, has the same context */
    bool is_dropped;     /* by a component */
    bool is_hosted;      /* it is the runtime's */
} resource_name;

/* A name that is taken, and the number to try behind it for the next one of its kind. */
typedef struct taken_name {
    const char *text; /* or null */
    unsigned next;
} taken_name;

typedef struct canon_generator {
    graph *g;
    shape_list shapes;
    const char *name;   /* as the user gave it */
    const char *prefix; /* of all names */
    shape_name *names;  /* of the shapes */
    func_name *funcs;
    const char **exports; /* names of the graph's exports */
    resource_name *resources;
    taken_name *taken; /* a hash table of names */
    size_t taken_count, taken_room;
    bool counts_fuel;
    bool uses_host;                   /* some import is the runtime's */
    size_t most;                      /* bytes of text: when there are more, printing ends */
    const translate_options *program; /* it becomes a program, as these say (canon/program.h); null: a library */
} canon_generator;

static inline const shape *shape_at(const canon_generator *c, uint32_t k) {
    return &c->shapes.all.data[k];
}

/* Whether there is still room for text. Asked for each function, type and instance: what one of them becomes is bounded by the input. */
static inline bool has_room(const canon_generator *c, const strbuf *s) {
    return s->count <= c->most;
}

/* ---- names.c ---- */

bool names_make(canon_generator *c);
/* Appends the text in small letters, with `_` for what C names cannot have, up to a version. */
void names_put_snake(strbuf *s, span text);
/* The name of a field, case or parameter. */
void names_put_label(strbuf *s, span label);
/* A name that no other is equal to: the text, or the text with a number. */
const char *names_claim(canon_generator *c, const strbuf *text);
/* PREFIX_[INTERFACE_]NAME, perhaps with something before and behind the last part. */
const char *names_claim_member(canon_generator *c, const char *before, span interface, const char *middle, span name, const char *behind);
const char *names_label_macro(canon_generator *c, const shape_name *n, span label);

/* ---- types.c ---- */

void types_put(canon_generator *c, strbuf *s, bool is_public);
const char *types_result(const canon_generator *c, uint32_t func);
/* ", uint32_t a0" for each parameter; with the names that they have if `labels`. */
void types_put_params(const canon_generator *c, strbuf *s, uint32_t func, bool labels);
/* ", a0" for each. */
void types_put_arguments(const canon_generator *c, strbuf *s, uint32_t func);

/* ---- header.c ---- */

void header_put(canon_generator *c, strbuf *s);
/* Whether the user has to define functions. */
bool header_has_imports(const canon_generator *c);
/* The parameter of functions that make an instance: what it imports. A format for the prefix. */
const char *header_given(const canon_generator *c);

/* ---- convert.c ---- */

void convert_put(canon_generator *c, strbuf *s);

/* ---- calls.c ---- */

core_signature calls_signature(const canon_generator *c, uint32_t func, bool is_lifted);
/* The C type of a core value. */
const char *calls_core_type(char flat);
void calls_put(canon_generator *c, strbuf *s);

/* ---- instance.c ---- */

void instance_put_struct(canon_generator *c, strbuf *s);
void instance_put(canon_generator *c, strbuf *s);

#endif
