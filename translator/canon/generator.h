/* What the files that print components share. */
#ifndef WASMELT_CANON_GENERATOR_H
#define WASMELT_CANON_GENERATOR_H

#include "canon/canon.h"
#include "component/shape.h"
#include "translate.h"

/* What the C needs of a shape: its type, in the source or for hosts, too; and the functions that convert its values. */
enum {
    SHAPE_USED = 1,
    SHAPE_PUBLIC = 2,
    SHAPE_LOAD = 4,
    SHAPE_STORE = 8,
    SHAPE_LIFT = 16,
    SHAPE_LOWER = 32,
    SHAPE_READ = 64,  /* from text */
    SHAPE_PRINT = 128 /* as text */
};

enum { MOST_FLAT_RESULTS = 1, MOST_FLAT_ASYNC_PARAMS = 4 }; /* of parameters CTYPE_MOST_FLAT; what is more is passed in memory */

enum { STREAM_VERBS = 5 };

/* The C name of a shape. */
typedef struct shape_name {
    const char *type;                /* its type in C */
    const char *suffix;              /* of the functions that convert it: load_SUFFIX ... */
    const char *elements;            /* the same of those that convert the elements of a list */
    const char *macro;               /* what the names of its labels begin with */
    const char *verbs[STREAM_VERBS]; /* of a stream or future that hosts have: names of the functions for it (streams.c) */
    uint8_t marks;
    enum { TEXT_UNKNOWN, TEXT_YES, TEXT_NO } text; /* whether its values can be written as text (wave.c) */
} shape_name;

/* Shapes and name of a function. */
typedef struct func_name {
    uint32_t params;          /* a tuple */
    uint32_t result;          /* or NO_INDEX */
    const char *name;         /* of an import */
    const char *context;      /* of an import: the member of NAME_imports */
    const char *later, *give; /* of an import that may return later: names of the functions by which it does; or null */
    bool is_first;            /* none before it has the same context */
    bool is_called;           /* lifted: by a host or another component */
    bool is_hosted;           /* an import that is a function of the runtime */
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
    uint32_t *canon_shapes;         /* of the graph's canons: of the stream, future, or result of task.return; or NO_INDEX */
    const char **exports;           /* names of the graph's exports */
    const char **starts, **results; /* of functions that start an export, and give its result; null: it is not async */
    resource_name *resources;
    taken_name *taken; /* a hash table of names */
    size_t taken_count, taken_room;
    bool counts_fuel;
    bool uses_host;                   /* some import is the runtime's */
    const char *go_on;                /* of one whose streams hosts have, or that has async functions: the function that lets it go on */
    const char *drop_call;            /* the function that ends a call which the host has started; null: there are none */
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
/* Whether hosts can have all values that functions pass to or from them; false with the reason. */
bool names_check_public(const canon_generator *c);
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
/* Appends how C names a member of `v`. */
void convert_put_member(strbuf *s, const shape *t, uint32_t k);

/* ---- streams.c: functions by which hosts read and write streams and futures ---- */

/* Names them. */
void streams_name(canon_generator *c, shape_name *n);
/* Whether hosts have any. */
bool streams_any(const canon_generator *c);
/* Prints their declarations, or them. */
void streams_put(canon_generator *c, strbuf *s, bool bodies);

/* ---- calls.c ---- */

core_signature calls_signature(const canon_generator *c, uint32_t func, bool is_lifted);
/* Of a core function that is given to modules. */
core_signature calls_canon_signature(const canon_generator *c, uint32_t canon);
/* The C type of a core value. */
const char *calls_core_type(char flat);
void calls_put(canon_generator *c, strbuf *s);

/* How the printed function calls things: `&c` or `c` is the call, `a` or `v.a` stands before the number of a parameter. */
typedef struct call_words {
    const char *call, *member, *argument;
} call_words;

/* Parts of functions, for async.c and host_calls.c. */
void calls_put_from_bits(strbuf *s, char flat, const char *element);
/* Prints a parameter of the core function, by its number, as an element of an array of core values; and such an array of the first ones. */
void calls_put_param_bits(strbuf *s, char flat, size_t param);
void calls_put_flat(strbuf *s, const char *flat, size_t count);
void calls_put_where(strbuf *s, size_t offset);
void calls_put_lowered_params(canon_generator *c, strbuf *s, uint32_t func, const core_signature *g, call_words w);
void calls_put_core_call(strbuf *s, const core_signature *g, call_words w);
void calls_put_lifted_result(canon_generator *c, strbuf *s, uint32_t result, const core_signature *g, call_words w);
void calls_put_post_return(strbuf *s, const core_signature *g, call_words w);
void calls_put_core_head(canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g);

/* ---- async.c ---- */

/* Whether it is a function of the runtime that the canon's options are passed to (wasmelt/code/async.h). */
bool async_is_built_in(canon_kind k);
/* Prints what streams and futures carry: first that it is there, then what it is. */
void async_put_elements(canon_generator *c, strbuf *s, bool contents);
/* These print what the functions of calls.c of the same purpose do, for a component with something async. */
void async_put_lifted(canon_generator *c, strbuf *s, uint32_t func);
void async_put_lowered(canon_generator *c, strbuf *s, uint32_t canon);
void async_put_built_in(canon_generator *c, strbuf *s, uint32_t canon);
void async_put_destroy(canon_generator *c, strbuf *s, uint32_t resource);
/* Prints the call of a lifted function by the host; then `result` is its result, if it has one. */
void async_put_host_call(canon_generator *c, strbuf *s, uint32_t func);
/* Prints what else its options say than those of others, in the instance's struct. */
void async_put_lift_options(canon_generator *c, strbuf *s, const char *place, uint32_t func);
void async_put_canon_options(canon_generator *c, strbuf *s, const char *place, uint32_t canon);

/* Prints how the result of a lowered function is lowered when it returns later. */
void async_put_resolve(canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g);
/* Prints the parameters of a call by the host, "const arguments0 v = {...}", and how they are passed on, "&v, sizeof v". */
void async_put_host_params(canon_generator *c, strbuf *s, uint32_t func);
const char *async_host_params(const canon_generator *c, uint32_t func);

/* ---- host_calls.c: calls that do not keep the host waiting ---- */

/* Whether there are any; names their functions. */
bool host_calls_any(const canon_generator *c);
void host_calls_name(canon_generator *c);
/* Prints their declarations, or them. */
void host_calls_put(canon_generator *c, strbuf *s, bool bodies);
/* Around the call of a function of the host: what is said before; and what is done, behind it, if it returns later. */
void host_calls_put_ask(const canon_generator *c, strbuf *s, uint32_t func);
void host_calls_put_answer(const canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g);

/* ---- wave.c: calls of exports with arguments as text ---- */

/* Marks the types of exports whose values have text. */
void wave_mark(canon_generator *c);
/* Prints the functions, and PREFIX_calls, which has all of them. */
void wave_put(canon_generator *c, strbuf *s);
/* Whether the call that the options have begins with a function of the component; false after a message. */
bool wave_names_function(canon_generator *c);

/* ---- instance.c ---- */

void instance_put_struct(canon_generator *c, strbuf *s);
void instance_put(canon_generator *c, strbuf *s);

#endif
