/* A host written for wasm2c's API, which adds up numbers in a memory of its own: the same file works with what wasm2c makes of adder.wat,
 * beside a names.h that includes adder.h and wasm-rt-impl.h, and defines try_call by wasm_rt_impl_try().
 *
 *     wasmelt adder.wat --emit=lib
 *     cc host.c libadder.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>

#include "names.h"

struct w2c_env {
    wasm_rt_memory_t memory;
    u32 reports;
};

wasm_rt_memory_t *w2c_env_table(struct w2c_env *env) {
    return &env->memory;
}

static w2c_adder instance;

u32 w2c_env_report(struct w2c_env *env, u32 sum, u32 at) {
    const wasm_rt_memory_t *memory = w2c_adder_memory(&instance);
    env->reports++;
    printf("%u, %u in %llu bytes\n", sum, memory->data[at], (unsigned long long)memory->size);
    if (sum == 666)
        wasm_rt_trap(WASM_RT_TRAP_UNREACHABLE);
    return sum;
}

static void numbers(void *env_of_host) {
    struct w2c_env *env = env_of_host;
    for (u32 k = 0; k < 5; k++)
        env->memory.data[4 * k] = (u8)(k + 1);
    w2c_adder_sum(&instance, 0, 5);
}

static void divide(void *unused) {
    (void)unused;
    w2c_adder_divide(&instance, 1, 0);
}

static void overflow(void *unused) {
    (void)unused;
    w2c_adder_divide(&instance, 0x80000000u, (u32)-1);
}

static void outside(void *unused) {
    (void)unused;
    w2c_adder_sum(&instance, 65536, 1);
}

static void own_trap(void *env_of_host) {
    struct w2c_env *env = env_of_host;
    env->memory.data[0] = 666 & 255;
    env->memory.data[1] = 666 >> 8;
    w2c_adder_sum(&instance, 0, 1);
}

static void report(const char *what, wasm_rt_trap_t trap) {
    printf("%s: %d\n", what, (int)trap);
}

int main(void) {
    struct w2c_env env = {.reports = 0};
    wasm_rt_init();
    wasm_rt_allocate_memory(&env.memory, 1, 2, false, WASM_DEFAULT_PAGE_SIZE);
    wasm2c_adder_instantiate(&instance, &env);
    report("numbers", try_call(numbers, &env));
    report("divide", try_call(divide, NULL));
    report("overflow", try_call(overflow, NULL));
    report("outside", try_call(outside, NULL));
    report("own", try_call(own_trap, &env));
    const wasm_rt_memory_t *memory = w2c_adder_memory(&instance);
    printf("%u pages of %u, at most %u\n", (u32)memory->pages, memory->page_size, (u32)memory->max_pages);
    u32 before = w2c_adder_grow(&instance, 1);
    printf("grown from %u to %u pages\n", before, (u32)memory->pages);
    before = (u32)wasm_rt_grow_memory(&env.memory, 1);
    printf("%u, then %u, %llu bytes\n", before, (u32)env.memory.pages, (unsigned long long)env.memory.size);
    printf("%u\n", (u32)wasm_rt_grow_memory(&env.memory, 1));
    printf("%d, %u reports, %s\n", wasm_rt_is_initialized(), env.reports, wasm_rt_strerror(WASM_RT_TRAP_NONE));
    wasm2c_adder_free(&instance);
    wasm_rt_free_memory(&env.memory);
    wasm_rt_free();
    return 0;
}
