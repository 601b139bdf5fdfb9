/* What a signal handler is told of the code that the signal has interrupted; 0 on machines that are not listed. */
#ifndef WASMELT_RUNTIME_INTERRUPTED_CODE_H
#define WASMELT_RUNTIME_INTERRUPTED_CODE_H

#include <stdint.h>
#include <ucontext.h>

/* Members of mcontext_t: where that code was, and its stack pointer. */
#if defined(__x86_64__)
#define PROGRAM_COUNTER gregs[REG_RIP]
#define STACK_POINTER gregs[REG_RSP]
#elif defined(__aarch64__)
#define PROGRAM_COUNTER pc
#define STACK_POINTER sp
#elif defined(__riscv)
#define PROGRAM_COUNTER __gregs[REG_PC]
#define STACK_POINTER __gregs[REG_SP]
#elif defined(__i386__)
#define PROGRAM_COUNTER gregs[REG_EIP]
#define STACK_POINTER gregs[REG_ESP]
#elif defined(__arm__)
#define PROGRAM_COUNTER arm_pc
#define STACK_POINTER arm_sp
#elif defined(__s390x__)
#define PROGRAM_COUNTER psw.addr
#define STACK_POINTER gregs[15]
#elif defined(__powerpc64__)
#define PROGRAM_COUNTER gp_regs[32]
#define STACK_POINTER gp_regs[1]
#endif

static inline uintptr_t interrupted_program_counter(const ucontext_t *context) {
#ifdef PROGRAM_COUNTER
    return (uintptr_t)context->uc_mcontext.PROGRAM_COUNTER;
#else
    (void)context;
    return 0;
#endif
}

static inline uintptr_t interrupted_stack_pointer(const ucontext_t *context) {
#ifdef STACK_POINTER
    return (uintptr_t)context->uc_mcontext.STACK_POINTER;
#else
    (void)context;
    return 0;
#endif
}

#undef PROGRAM_COUNTER
#undef STACK_POINTER

#endif
