/* Randomness, from the kernel. */
#include <errno.h>
#include <sys/random.h>

#include "context.h"

uint32_t wasmelt_wasi_random_get(void *wasi, uint32_t buf, uint32_t buf_len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    uint8_t *out = guest_at(w, buf, buf_len);
    if (!out)
        return WASI_FAULT;
    if (w->hooks && w->hooks->random)
        return wasmelt_rt_wasi_errno(w->hooks->random(w->hooks_context, out, buf_len));
    for (size_t done = 0; done < buf_len;) {
        ssize_t got = getrandom(out + done, buf_len - done, 0);
        if (got < 0 && errno != EINTR)
            return wasmelt_rt_wasi_errno(errno);
        done += got > 0 ? (size_t)got : 0;
    }
    return WASI_SUCCESS;
}
