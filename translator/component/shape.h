/* Types of values as running them needs: with the resources of one instance of the component in place of names for them, equal types as
 * one, and laid out for memories with 32-bit addresses (CanonicalABI.md, alignment, element size, flattening). */
#ifndef WASMELT_COMPONENT_SHAPE_H
#define WASMELT_COMPONENT_SHAPE_H

#include "component/graph.h"

/* A field, case, or label; the element of a list; the payload of an option, or of ok and error of a result. */
typedef struct shape_member {
    span name;
    uint32_t shape;  /* NO_INDEX: none */
    uint32_t offset; /* in the memory */
} shape_member;

typedef struct shape {
    ctype_kind kind; /* never CTYPE_MAP, which is a list of tuples */
    uint8_t code;    /* of a primitive type, as in ctype.h */
    shape_member *members;
    uint32_t member_count;
    uint32_t length;   /* of a list of fixed length, else 0 */
    uint32_t resource; /* of a handle */
    uint32_t bytes, alignment;
    uint32_t discriminant_bytes; /* of a variant, option, result, enum; of flags all of it */
    uint32_t flat_count;         /* more than CTYPE_MOST_FLAT: CTYPE_MOST_FLAT + 1 */
    char flat[CTYPE_MOST_FLAT];  /* i, I, f, F */
    uint32_t depth;
    uint64_t host_bytes;  /* at most so many bytes of C */
    span interface, name; /* under which it was met first; null bytes: it has no name */
    size_t offset;        /* in the file */
    uint32_t next;        /* with the same hash, or NO_INDEX */
} shape;

/* The shape that a type has in a scope. */
typedef struct known_shape {
    const ctype *type; /* null: a free place */
    const graph_scope *scope;
    uint32_t shape;
    uint64_t steps; /* of finding it */
} known_shape;

typedef struct shape_list {
    VEC(shape) all;
    uint32_t *buckets;
    uint32_t bucket_count;
    known_shape *known; /* a hash table */
    size_t known_room, known_count;
    graph *graph;
} shape_list;

void shapes_init(shape_list *l, graph *g);
void shapes_free(shape_list *l);

/* The number of the type's shape; NO_INDEX with the reason if it is not supported. */
uint32_t shape_of(shape_list *l, const graph_scope *s, const ctype *type, size_t offset);

/* The shape of a tuple of the function's parameters. */
uint32_t shape_of_params(shape_list *l, const graph_scope *s, const ctype *func, size_t offset);

/* Whether the kind has one of several payloads. */
bool shape_has_cases(const shape *s);

/* Whether it is a floating-point number; an integer, not bool or char. */
static inline bool shape_is_float(const shape *s) {
    return s->kind == CTYPE_PRIMITIVE && (s->code == 0x75 || s->code == 0x76);
}

static inline bool shape_is_integer(const shape *s) {
    return s->kind == CTYPE_PRIMITIVE && s->code >= 0x77 && s->code <= 0x7e; /* u64 to s8 */
}

#endif
