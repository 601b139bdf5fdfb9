/* Finds out whether a reference in a module, such as an element of a table, can be to a function of somebody else: of the host, or of
 * another module. Functions that ref.func or a segment names are the module's own or its imports, of which the call graph knows. Others
 * come in:
 *
 * - as a value that is handed over to the module: an import's result, an export's argument, an imported global or one that others may
 *   set, a table that it shares, the payload of an exception. For each of these the type is known, and a conversion (any.convert_extern,
 *   ref.cast) only makes something of a value that has come in.
 * - as an argument, or in the payload or result that it exchanges, of a function that is not exported, if a reference to it has gone out.
 * - in a field of an object. It is all the same here who has made the object, and which way it went: whoever has a reference to an object
 *   can write to its mutable fields, and to those of what it refers to. Reading a function from an object needs a type of the module that
 *   has such a field.
 *
 * Any tag counts as known to others, since whoever gets an exception can ask for its tag and make another one. References to exceptions
 * lead to functions only by way of their payloads. */
#include "lower/throwers.h"

#include "wasm/objects.h"
#include "wasm/representation.h"

/* Which values cross the border of the module. */
typedef struct crossings {
    const module *m;
    bool fields_hold_functions;       /* some type of the module has a field for a function */
    bool functions_in, functions_out; /* references to functions */
    bool objects;                     /* references that may be to objects from which functions can be read; in or out */
} crossings;

static bool has_function_field(const module *m, const type_def *t) {
    for (uint32_t k = 0; k < t->field_count; k++)
        if (!storage_is_packed(t->fields[k].type) && representation_of(m, t->fields[k].type)->type == WASMELT_FUNCREF)
            return true;
    return false;
}

static crossings none_yet(const module *m) {
    crossings c = {.m = m};
    for (uint32_t k = 0; k < m->type_count; k++)
        c.fields_hold_functions |= has_function_field(m, &m->types[k]);
    return c;
}

static void note_value(crossings *c, wasmelt_valtype t, bool in, bool out) {
    wasmelt_valtype as = representation_of(c->m, t)->type;
    c->functions_in |= as == WASMELT_FUNCREF && in;
    c->functions_out |= as == WASMELT_FUNCREF && out;
    c->objects |= (as == WASMELT_ANYREF || as == WASMELT_EXTERNREF) && c->fields_hold_functions;
}

/* Arguments go in if others call the function, and results go out; if the module calls it, the other way round. */
static void note_calls(crossings *c, uint32_t type, bool by_others) {
    const type_def *t = &c->m->types[type];
    for (uint32_t k = 0; k < t->param_count; k++)
        note_value(c, t->params[k], by_others, !by_others);
    for (uint32_t k = 0; k < t->result_count; k++)
        note_value(c, t->results[k], !by_others, by_others);
}

/* Imports and exports; a global that is not mutable goes one way only, from whoever exports it to those that import it. */
static void note_shared(crossings *c, extern_kind kind, uint32_t index, bool is_import) {
    const module *m = c->m;
    if (kind == EXTERN_FUNC)
        note_calls(c, m->funcs[index].type, !is_import);
    else if (kind == EXTERN_TABLE)
        note_value(c, m->tables[index].element, true, true);
    else if (kind == EXTERN_GLOBAL)
        note_value(c, m->globals[index].type, is_import || m->globals[index].is_mutable, !is_import || m->globals[index].is_mutable);
}

static void note_payload(crossings *c, uint32_t tag) {
    const type_def *t = &c->m->types[c->m->tags[tag].type];
    for (uint32_t k = 0; k < t->param_count; k++)
        note_value(c, t->params[k], true, true);
}

bool throwers_come_in(const module *m) {
    crossings c = none_yet(m);
    for (uint32_t k = 0; k < m->import_count; k++)
        note_shared(&c, m->imports[k].kind, m->imports[k].index, true);
    for (uint32_t k = 0; k < m->export_count; k++)
        note_shared(&c, m->exports[k].kind, m->exports[k].index, false);
    for (uint32_t k = 0; k < m->tag_count; k++)
        note_payload(&c, k);
    /* Others that have one function of the module may get any other from it. */
    for (uint32_t k = 0; c.functions_out && k < m->func_count; k++)
        if (m->funcs[k].is_referenced)
            note_calls(&c, m->funcs[k].type, true);
    return c.functions_in || c.objects;
}
