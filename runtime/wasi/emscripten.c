/* Functions that programs made by Emscripten import besides WASI (wasmelt/emscripten.def). */
#include "context.h"

static _Thread_local uint32_t temp_ret; /* each of emscripten's threads has one */

uint32_t wasmelt_emscripten_getTempRet0(void *wasi) {
    (void)wasi;
    return temp_ret;
}

void wasmelt_emscripten_setTempRet0(void *wasi, uint32_t value) {
    (void)wasi;
    temp_ret = value;
}

void wasmelt_emscripten_emscripten_notify_memory_growth(void *wasi, uint32_t memory) {
    (void)wasi, (void)memory;
}
