#include "driver/load.h"

#include "driver/input.h"
#include "read/module.h"
#include "validate/validate.h"

static bool decode(loaded *l, uint32_t jobs) {
    l->state = LOAD_MALFORMED;
    if (!module_read(&l->m, l->bytes, &l->a, &l->d))
        return false;
    l->state = module_validate(&l->m, jobs, &l->d) ? LOAD_VALID : LOAD_INVALID;
    return l->state == LOAD_VALID;
}

bool load_bytes(loaded *l, span bytes, uint32_t jobs) {
    *l = (loaded){.bytes = bytes};
    diag_init(&l->d);
    return decode(l, jobs);
}

bool load_file(loaded *l, const char *path, uint32_t jobs) {
    *l = (loaded){.state = LOAD_UNREADABLE};
    diag_init(&l->d);
    l->owns_bytes = input_load(path, &l->bytes);
    return l->owns_bytes && decode(l, jobs);
}

void load_free(loaded *l) {
    arena_free(&l->a);
    if (l->owns_bytes)
        input_free(&l->bytes);
}
