/* External visibility of types (Explainer.md): who is outside of a component has to be able to name the types of its imports and exports.
 * So each record, variant, enum, flags and resource in them has to be an import or export itself; types of imports, an import. */
#include "component/reader.h"

static bool is_nominal(ctype_kind k) {
    return k == CTYPE_RECORD || k == CTYPE_VARIANT || k == CTYPE_FLAGS || k == CTYPE_ENUM || k == CTYPE_RESOURCE;
}

/* What is wrong is found, not reported: *ok becomes false. */
static bool parts_visible(reader *r, const ctype *t, bool of_import, size_t offset, bool *ok);

static bool visible(reader *r, const ctype *t, bool of_import, size_t offset, bool *ok) {
    if (t && is_nominal(t->kind)) {
        *ok &= t->name.bytes && !(of_import && t->is_own_export);
        return true;
    }
    return !t || parts_visible(r, t, of_import, offset, ok);
}

static bool parts_visible(reader *r, const ctype *t, bool of_import, size_t offset, bool *ok) {
    if (!ctype_work(&r->pool, 1, offset))
        return false;
    if (t->kind == CTYPE_COMPONENT || t->kind >= CTYPE_CORE_FUNC)
        return true;
    if (!visible(r, t->first, of_import, offset, ok) || !visible(r, t->second, of_import, offset, ok))
        return false;
    for (uint32_t k = 0; *ok && k < t->members.count; k++) {
        const member *m = &t->members.data[k];
        bool is_definition = t->kind == CTYPE_INSTANCE && m->sort == SORT_TYPE;
        if (!m->type)
            continue;
        if (is_definition ? !parts_visible(r, m->type, of_import, offset, ok) : !visible(r, m->type, of_import, offset, ok))
            return false;
    }
    return true;
}

bool reader_check_visible(reader *r, const member *m, bool is_import) {
    bool ok = true;
    if (!parts_visible(r, m->type, is_import, m->offset, &ok))
        return false;
    return ok || reader_invalid(r, m->offset, "%s not valid to be used as %s: it has a type that is none itself", sort_name(m->sort),
                                is_import ? "import" : "export");
}
