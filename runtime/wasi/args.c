/* Arguments and environment. */
#include "context.h"

/* Writes the strings one after the other at `buffer`, and their addresses at `pointers`. */
static uint32_t put_strings(wasmelt_wasi *w, const string_list *list, uint32_t pointers, uint32_t buffer) {
    uint8_t *at = guest_at(w, pointers, (uint64_t)list->count * 4);
    uint8_t *text = guest_at(w, buffer, list->bytes);
    if (!at || !text)
        return WASI_FAULT;
    for (uint32_t k = 0; k < list->count; k++) {
        size_t length = strlen(list->items[k]) + 1;
        guest_store(at + 4 * (size_t)k, buffer, 4);
        memcpy(text, list->items[k], length);
        text += length;
        buffer += (uint32_t)length;
    }
    return WASI_SUCCESS;
}

static uint32_t put_sizes(wasmelt_wasi *w, const string_list *list, uint32_t count, uint32_t bytes) {
    uint8_t *a = guest_at(w, count, 4), *b = guest_at(w, bytes, 4);
    if (!a || !b)
        return WASI_FAULT;
    if (list->bytes > UINT32_MAX)
        return WASI_OVERFLOW;
    guest_store(a, list->count, 4);
    guest_store(b, list->bytes, 4);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_args_get(void *wasi, uint32_t argv, uint32_t argv_buf) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return put_strings(w, &w->args, argv, argv_buf);
}

uint32_t wasmelt_wasi_args_sizes_get(void *wasi, uint32_t argc, uint32_t argv_buf_size) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return put_sizes(w, &w->args, argc, argv_buf_size);
}

uint32_t wasmelt_wasi_environ_get(void *wasi, uint32_t pointers, uint32_t environ_buf) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return put_strings(w, &w->env, pointers, environ_buf);
}

uint32_t wasmelt_wasi_environ_sizes_get(void *wasi, uint32_t environc, uint32_t environ_buf_size) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return put_sizes(w, &w->env, environc, environ_buf_size);
}
