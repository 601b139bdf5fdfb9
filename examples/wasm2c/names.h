/* The names of wasm2c's API that the host uses, for a module that Wasmelt has translated. */
#include "adder.h"

#include <wasmelt/wasm2c.h>

struct w2c_env;
wasm_rt_memory_t *w2c_env_table(struct w2c_env *env);
u32 w2c_env_report(struct w2c_env *env, u32 sum, u32 at);

WASM2C_MODULE(adder)
WASM2C_INSTANTIATE_WITH(adder, (struct w2c_env * env), .context_env = env, .memory_env_0table = w2c_env_table(env)->memory)
WASM2C_MEMORY(adder, memory)
#define w2c_adder_sum(self, at, count) WASMELT_EXPORT(adder, sum)((self)->instance, at, count)
#define w2c_adder_grow(self, pages) WASMELT_EXPORT(adder, grow)((self)->instance, pages)
#define w2c_adder_divide(self, a, b) WASMELT_EXPORT(adder, divide)((self)->instance, a, b)

u32 WASMELT_IMPORT(adder, env, report)(void *env, u32 sum, u32 at) {
    return w2c_env_report((struct w2c_env *)env, sum, at);
}

/* wasm_rt_impl_try() is a setjmp, which has no like: the host's own function that used it now calls wasm2c_try. */
#define try_call wasm2c_try
