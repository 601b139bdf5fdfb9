# What emitted C is compiled with, wherever it is compiled: by the command, which is built with this list, and by
# wasmelt_add_library and wasmelt_add_executable.
# - No errno from mathematical functions, no contraction of a * b + c: WebAssembly's arithmetic has neither.
# - Frames are probed page by page, so that a large one cannot step over the stack's guard.
set(WASMELT_C_FLAGS -std=gnu11 -fno-math-errno -ffp-contract=off -fstack-clash-protection)
