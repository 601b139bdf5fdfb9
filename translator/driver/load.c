#include "driver/load.h"

#include "component/peel.h"
#include "component/read.h"
#include "driver/input.h"
#include "read/module.h"
#include "validate/validate.h"

static bool decode_module(loaded *l, uint32_t jobs) {
    l->state = LOAD_MALFORMED;
    if (!module_read(&l->m, l->bytes, &l->a, &l->d))
        return false;
    l->state = module_validate(&l->m, jobs, &l->d) ? LOAD_VALID : LOAD_INVALID;
    return l->state == LOAD_VALID;
}

static bool decode_component(loaded *l, uint32_t jobs) {
    bool is_invalid;
    l->component = component_read(l->bytes, jobs, &l->a, &is_invalid, &l->d);
    l->state = l->component ? LOAD_VALID : is_invalid ? LOAD_INVALID : LOAD_MALFORMED;
    if (l->component)
        component_peel(l->component, &l->a, &l->m, &l->refusal);
    return l->component != NULL;
}

static bool decode(loaded *l, uint32_t jobs) {
    return component_is(l->bytes) ? decode_component(l, jobs) : decode_module(l, jobs);
}

bool load_bytes(loaded *l, span bytes, uint32_t jobs) {
    *l = (loaded){.bytes = bytes};
    diag_init(&l->d);
    diag_init(&l->refusal);
    return decode(l, jobs);
}

bool load_file(loaded *l, const char *path, uint32_t jobs) {
    *l = (loaded){.state = LOAD_UNREADABLE};
    diag_init(&l->d);
    diag_init(&l->refusal);
    l->owns_bytes = input_load(path, &l->bytes);
    return l->owns_bytes && decode(l, jobs);
}

bool load_has_module(const loaded *l) {
    return l->state == LOAD_VALID && !l->refusal.failed;
}

void load_free(loaded *l) {
    arena_free(&l->a);
    if (l->owns_bytes)
        input_free(&l->bytes);
}
