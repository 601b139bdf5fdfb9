# What emitted C is compiled with, wherever it is compiled: by the command, which is built with this list, and by
# wasmelt_add_library and wasmelt_add_executable.
# - No errno from mathematical functions, no contraction of a * b + c: WebAssembly's arithmetic has neither.
# - Frames are probed page by page, so that a large one cannot step over the stack's guard.
set(WASMELT_C_FLAGS -std=gnu11 -fno-math-errno -ffp-contract=off -fstack-clash-protection)
# How far it is optimised where nobody asked for a level: the module was optimised once when it was made, so what is left out
# of -O2 takes more time than it saves.
# GCC: -fipa-cp-clone is of -O3: it clones functions for constant arguments, and makes recursion fast. Recursion that counts
# from a constant is cloned for 12 depths instead of 8: a search that deep has most of its calls in the last ones. The limit
# of functions that are taken into others stays at -O2's 15 statements: with 22 the compiler works a twelfth more on SQLite,
# and programs run as many instructions.
# Left out are, in this order: what finds out where pointers of C point to (all accesses go through the base of the memory; SQLite's
# object has the same size without it, in a twenty-fifth less time); what looks for values computed twice (all of it has been done by the
# compiler that made the module); what joins equal ends of blocks, and functions; second orders of the machine's
# instructions, which processors find by themselves, and registers by regions of loops; what knows C's library and undefined
# behaviour, which the emitted C hardly has.
# Three that were left out once are back, chosen by one half of others' programs (bench/run.py run --others) and judged by the other.
# Together they take a ninth more time for SQLite. -ftree-pre: without it a heap sort takes 1.5 times as long. -ftree-slp-vectorize: a
# product of small matrices 1.9 times. -fexpensive-optimizations, above all for the threading of jumps: it removes the tests of `br`, the
# exit that is being taken, and CoreMark takes 0.86 of the time. Giving them only to functions with loops and to what these call saves
# nothing: functions with loops are 78 % of SQLite's code, with what they call in the loops and with recursive ones 91 %.
# -fvect-cost-model=cheap: a loop becomes one of vectors also where that needs a check before it, or leaves a few turns after it, as
# loops over arrays of the garbage-collected heap do (one that fills and sums an array takes half the time). Loops over linear memory,
# whose indices wrap, hardly ever become others by it: eight programs are the same byte for byte, SQLite grows by 0.04 %.
# Joining of stores stays: a number that is stored in parts, as the state of rand48 is, and then loaded as a whole waits until the parts
# have reached the cache (McGill's misr takes 0.43 of the time). SQLite's code hardly changes, as the compiler that made the
# module has joined what there was, and takes about 1.03 of the time to compile.
# -free stays: addresses are 32 bits wide and extended at each access, and without it an interpreter or a decoder runs an
# eighth more instructions, for a twenty-fifth of the time to compile.
set(WASMELT_GCC_OPTIMIZE_FLAGS
    -O2 -fipa-cp-clone --param=ipa-cp-max-recursive-depth=12 -fvect-cost-model=cheap
    -fno-tree-pta -fno-code-hoisting -fno-gcse -fno-cse-follow-jumps -fno-rerun-cse-after-loop
    -fno-tree-tail-merge -fno-crossjumping -fno-ipa-icf -fno-partial-inlining
    -fno-schedule-insns2 -fno-lra-remat -fira-region=one
    -fno-optimize-strlen -fno-isolate-erroneous-paths-dereference -fno-hoist-adjacent-loads)
# Clang: -O1 takes 0.95 of -O2's time, without vectors it is 0.99: there is nothing to leave out. Not vectors of statements side by
# side either, though Clang 14 looks for them in time that grows with the square of a loop's ways round (10 of 12 s for a switch of
# 2,264 cases with 30 locals): without them a product of matrices takes 1.5 times as long, nbody 1.2, AES 1.1.
set(WASMELT_CLANG_OPTIMIZE_FLAGS -O2)
# Functions that stand in NAME_large.c and NAME_huge.c, as compilers take time and memory out of proportion for them
# (translator/emit/split.c).
set(WASMELT_LARGE_FLAGS -O1)
set(WASMELT_HUGE_FLAGS -O0)
# What the runtime is compiled with. It is linked into executables and into hosts that also load shared modules, so it
# is position-independent and its parts are dropped one by one where unused.
set(WASMELT_RUNTIME_FLAGS -std=c11 -D_GNU_SOURCE -fPIC -fvisibility=protected -ffunction-sections -fdata-sections -fstack-clash-protection)
# Its files for small systems (wasmelt/small.h), where it is compiled with more flags.
set(WASMELT_RUNTIME_FOR_SMALL_SYSTEMS allocator.c call.c exception.c fuel.c imports.c instance.c linking.c matching.c
    memory.c plain.c store.c table.c tag.c tail.c trap.c type_groups.c types.c usage.c system/atomic_small.c
    system/faults_small.c system/memory_small.c system/stacks_small.c system/text_small.c system/wasi_small.c)
set(WASMELT_FLAGS_FOR_SMALL_SYSTEMS -ffreestanding -fno-pic -fno-stack-clash-protection)
# Its files that only work at the start, at the end or at a fault of a program, or that spend their time in system calls,
# are made small rather than fast.
set(WASMELT_RUNTIME_SMALL
    allocator.c imports.c instance.c linking.c matching.c memory.c named_stacks.c plain.c reservation.c shortage.c
    stack.c stack_limit.c stoppable.c store.c tag.c thread.c trap.c type_groups.c types.c unload.c usage.c
    heap/layouts.c system/alternate_posix.c system/backtrace_frames_posix.c
    system/backtrace_posix.c system/calls_linux.c system/copies_posix.c system/elf_image_posix.c
    system/faults_posix.c system/image_linux.c system/machine_linux.c system/memory_posix.c system/signals_linux.c
    system/stacks_linux.c wasi/command.c wasi/context.c wasi/invoke.c wasi/threads.c wasi2/command.c
    component/wave.c component/wave_begin.c component/wave_print.c component/wave_read.c system/confine_linux.c system/timeout_posix.c)
