/* What a signal handler is told of the code that the signal has interrupted; 0 on machines that are not listed. */
#ifndef WASMELT_RUNTIME_INTERRUPTED_CODE_H
#define WASMELT_RUNTIME_INTERRUPTED_CODE_H

#include <stdint.h>
#include <ucontext.h>

/* Where that code was. */
static inline uintptr_t interrupted_program_counter(const ucontext_t *context) {
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#elif defined(__riscv)
    return (uintptr_t)context->uc_mcontext.__gregs[REG_PC];
#elif defined(__i386__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_EIP];
#elif defined(__arm__)
    return (uintptr_t)context->uc_mcontext.arm_pc;
#elif defined(__s390x__)
    return (uintptr_t)context->uc_mcontext.psw.addr;
#elif defined(__powerpc64__)
    return (uintptr_t)context->uc_mcontext.gp_regs[32];
#else
    (void)context;
    return 0;
#endif
}

/* Its stack pointer. */
static inline uintptr_t interrupted_stack_pointer(const ucontext_t *context) {
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.sp;
#elif defined(__riscv)
    return (uintptr_t)context->uc_mcontext.__gregs[REG_SP];
#elif defined(__i386__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_ESP];
#elif defined(__arm__)
    return (uintptr_t)context->uc_mcontext.arm_sp;
#elif defined(__s390x__)
    return (uintptr_t)context->uc_mcontext.gregs[15];
#elif defined(__powerpc64__)
    return (uintptr_t)context->uc_mcontext.gp_regs[1];
#else
    (void)context;
    return 0;
#endif
}

#endif
