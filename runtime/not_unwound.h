/* Included by files whose functions are never between a trap, or what a host throws, and the code of a module: those that only work when a
 * program or an instance begins or ends, or that print what a backtrace has noted. No unwinder goes through them, so their tables for
 * unwinding are for debuggers only: they are not in memory, and `strip` removes them. A third of an executable's tables are left out thus.
 * What a module can call does not include this: its stack may end there, and that is a trap. */
#ifndef WASMELT_RUNTIME_NOT_UNWOUND_H
#define WASMELT_RUNTIME_NOT_UNWOUND_H

#if defined(__ELF__)
__asm__(".cfi_sections .debug_frame");
#endif

#endif
