#include "read/later.h"

typedef struct later {
    later_place place;
    uint32_t first, last;
    const char *feature;
} later;

static const later table[] = {
#define LATER(place, first, last, feature) {LATER_##place, first, last, feature},
#include "read/later.def"
#undef LATER
};

bool later_check(later_place place, uint32_t code, size_t offset, diag *d) {
    for (size_t k = 0; k < sizeof table / sizeof *table; k++)
        if (table[k].place == place && code >= table[k].first && code <= table[k].last)
            return diag_unsupported(d, offset, table[k].feature, NULL);
    return true;
}

bool later_fail(later_place place, uint32_t code, size_t offset, const char *what, diag *d) {
    return later_check(place, code, offset, d) && diag_fail(d, offset, "malformed %s", what);
}
