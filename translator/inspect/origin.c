#include "inspect/origin.h"

#include <string.h>

#include "inspect/program.h"

enum {
#define ORIGIN(kind, text) kind,
#include "inspect/origins.def"
};

static const char *const texts[] = {
#define ORIGIN(kind, text) text,
#include "inspect/origins.def"
};

typedef struct imported {
    unsigned kind;
    const char *module, *name;
} imported;

static const imported rows[] = {
#define IMPORTS(kind, module, name) {kind, module, name},
#include "inspect/origins.def"
};

/* Whether the text matches the pattern, in which one * may stand for any text. */
static bool matches(span text, const char *pattern) {
    const char *star = strchr(pattern, '*');
    if (!star)
        return span_is(text, pattern);
    size_t before = (size_t)(star - pattern), after = strlen(star + 1);
    return text.length >= before + after && memcmp(text.bytes, pattern, before) == 0 &&
           memcmp(text.bytes + text.length - after, star + 1, after) == 0;
}

/* Whether the names of imports are those that Emscripten chooses when it optimises: a, b, c ..., all of a module "a". */
static bool is_shortened(const module *m) {
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        if (!span_is(i->module, "a") || i->name.length > 2 || (k == 0 && !span_is(i->name, "a")))
            return false;
    }
    return m->import_count > 0;
}

const char *module_origin(const module *m) {
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (uint32_t k = 0; k < m->import_count; k++)
            if (!program_provides(m, &m->imports[k]) && matches(m->imports[k].module, rows[r].module) &&
                matches(m->imports[k].name, rows[r].name))
                return texts[rows[r].kind];
    return is_shortened(m) ? texts[EMSCRIPTEN] : NULL;
}
