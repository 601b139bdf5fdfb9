// The public headers in C++: a host function, a call, a memory.
#include <wasmelt/wasmelt.h>
#include <wasmelt/version.h>
#include <wasmelt/wasi.h>

#include <cstdio>
#include <cstring>

static const wasmelt_valtype i32_type[] = {WASMELT_I32};

static uint32_t twice(void *, uint32_t a) {
    return 2 * a;
}

static void invoke(const wasmelt_func *f, const wasmelt_value *args, wasmelt_value *results) {
    results[0].i32 = reinterpret_cast<uint32_t (*)(void *, uint32_t)>(f->code)(f->instance, args[0].i32);
}

int main() {
    wasmelt_type type{};
    type.kind = WASMELT_TYPE_FUNC;
    type.params = type.results = i32_type;
    type.param_count = type.result_count = 1;
    type.invoke = invoke;
    wasmelt_func f;
    if (!wasmelt_func_init(&f, reinterpret_cast<wasmelt_code>(twice), nullptr, &type))
        return 1;
    wasmelt_value v{};
    v.i32 = 21;
    if (wasmelt_call(&f, &v, &v, nullptr) != WASMELT_TRAP_NONE || v.i32 != 42)
        return 2;

    wasmelt_memory_type memory_type{};
    memory_type.minimum = 1;
    memory_type.page_size_log2 = 16;
    wasmelt_memory *memory = wasmelt_memory_new(&memory_type);
    void *bytes = memory ? wasmelt_memory_at(memory, 10, 4) : nullptr;
    if (!bytes || wasmelt_memory_at(memory, 65533, 4))
        return 3;
    std::memcpy(bytes, "wasm", 4);
    auto out_of_bounds = [](void *base) { static_cast<volatile char *>(base)[65536] = 1; };
    wasmelt_trap trap;
    if (wasmelt_run(out_of_bounds, memory->base, &trap) != WASMELT_TRAP_MEMORY_BOUNDS)
        return 4;
    std::puts(wasmelt_trap_message(trap.code));
    wasmelt_memory_free(memory);
    return 0;
}
