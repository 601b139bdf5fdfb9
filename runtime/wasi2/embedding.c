/* WASI 0.2 for libraries made of components (wasmelt/wasi2.h). */
#include "../allocator.h"
#include "host.h"

/* The text of a grant. */
struct kept_text {
    struct kept_text *next;
    char text[];
};

wasmelt_wasi2 *wasmelt_wasi2_new(wasmelt_wasi *wasi) {
    wasmelt_wasi2 *h = wasmelt_rt_allocate(sizeof *h);
    if (!h || wasmelt_rt_wasi2_init(h, wasi))
        return h;
    wasmelt_wasi2_free(h);
    return NULL;
}

bool wasmelt_wasi2_is_given(const wasmelt_wasi2 *h, wasmelt_error *error) {
    if (!h)
        *error = (wasmelt_error){.status = WASMELT_UNLINKABLE,
                                 .message = "the member `wasi` of the imports is null: there is no WASI 0.2 (wasmelt/wasi2.h)"};
    return h;
}

void wasmelt_wasi2_free(wasmelt_wasi2 *h) {
    if (!h)
        return;
    wasmelt_rt_wasi2_free(h);
    while (h->texts) {
        struct kept_text *t = h->texts;
        h->texts = t->next;
        wasmelt_rt_release(t);
    }
    wasmelt_rt_release(h);
}

static const char *allow(wasmelt_wasi2 *h, const char *address, bool listens) {
    const size_t bytes = strlen(address) + 1;
    struct kept_text *t = wasmelt_rt_allocate(sizeof *t + bytes);
    if (!t)
        return "out of memory";
    memcpy(t->text, address, bytes);
    t->next = h->texts;
    h->texts = t;
    return wasmelt_rt_wasi2_grant(h, t->text, listens);
}

const char *wasmelt_wasi2_allow_listen(wasmelt_wasi2 *h, const char *address) {
    return allow(h, address, true);
}

const char *wasmelt_wasi2_allow_connect(wasmelt_wasi2 *h, const char *address) {
    return allow(h, address, false);
}
