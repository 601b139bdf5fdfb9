# What emitted C is compiled with, wherever it is compiled: by the command, which is built with this list, and by
# wasmelt_add_library and wasmelt_add_executable.
# - No errno from mathematical functions, no contraction of a * b + c: WebAssembly's arithmetic has neither.
# - Frames are probed page by page, so that a large one cannot step over the stack's guard.
set(WASMELT_C_FLAGS -std=gnu11 -fno-math-errno -ffp-contract=off -fstack-clash-protection)
# What the command gives GCC beside these at -O2. GCC clones functions for constant arguments only at -O3, where it
# also takes larger functions into others (30 instead of 15). Recursive functions run twice as fast for these two, and
# 22 costs a twentieth of the size and of the compile time.
set(WASMELT_GCC_O2_FLAGS -fipa-cp-clone --param=max-inline-insns-auto=22)
# What the runtime is compiled with. It is linked into executables and into hosts that also load shared modules, so it
# is position-independent and its parts are dropped one by one where unused.
set(WASMELT_RUNTIME_FLAGS -std=c11 -D_GNU_SOURCE -fPIC -ffunction-sections -fdata-sections -fstack-clash-protection)
