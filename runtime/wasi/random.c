/* Randomness, from the kernel. */
#include "random.h"

uint32_t wasmelt_rt_wasi_random(const wasmelt_wasi *w, uint8_t *out, size_t size) {
    if (w->hooks && w->hooks->random)
        return wasmelt_rt_wasi_errno(w->hooks->random(w->hooks_context, out, size));
    for (size_t done = 0; done < size;) {
        ssize_t got = getrandom(out + done, size - done, 0);
        if (got < 0 && errno != EINTR)
            return wasmelt_rt_wasi_errno(errno);
        done += got > 0 ? (size_t)got : 0;
    }
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_random_get(void *wasi, uint32_t buf, uint32_t buf_len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    uint8_t *out = guest_at(w, buf, buf_len);
    return out ? wasmelt_rt_wasi_random(w, out, buf_len) : WASI_FAULT;
}
