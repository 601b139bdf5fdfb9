/* What a signal handler is told of the code that the signal has interrupted; 0 on machines that are not listed. */
#ifndef WASMELT_RUNTIME_INTERRUPTED_CODE_H
#define WASMELT_RUNTIME_INTERRUPTED_CODE_H

#include <stdbool.h>
#include <stdint.h>
#if defined(__APPLE__)
#include <sys/ucontext.h>
#else
#include <ucontext.h>
#endif

/* Members of uc_mcontext: where that code was, and its stack pointer. */
#if defined(__APPLE__) && defined(__x86_64__)
#define PROGRAM_COUNTER uc_mcontext->__ss.__rip
#define STACK_POINTER uc_mcontext->__ss.__rsp
#elif defined(__APPLE__) && defined(__aarch64__)
#define PROGRAM_COUNTER uc_mcontext->__ss.__pc
#define STACK_POINTER uc_mcontext->__ss.__sp
#elif defined(__FreeBSD__) && defined(__x86_64__)
#define PROGRAM_COUNTER uc_mcontext.mc_rip
#define STACK_POINTER uc_mcontext.mc_rsp
#elif defined(__FreeBSD__) && defined(__aarch64__)
#define PROGRAM_COUNTER uc_mcontext.mc_gpregs.gp_elr
#define STACK_POINTER uc_mcontext.mc_gpregs.gp_sp
#elif defined(__linux__) && defined(__x86_64__)
#define PROGRAM_COUNTER uc_mcontext.gregs[REG_RIP]
#define STACK_POINTER uc_mcontext.gregs[REG_RSP]
#elif defined(__linux__) && defined(__aarch64__)
#define PROGRAM_COUNTER uc_mcontext.pc
#define STACK_POINTER uc_mcontext.sp
#elif defined(__linux__) && defined(__riscv)
#define PROGRAM_COUNTER uc_mcontext.__gregs[REG_PC]
#define STACK_POINTER uc_mcontext.__gregs[REG_SP]
#elif defined(__linux__) && defined(__i386__)
#define PROGRAM_COUNTER uc_mcontext.gregs[REG_EIP]
#define STACK_POINTER uc_mcontext.gregs[REG_ESP]
#elif defined(__linux__) && defined(__arm__)
#define PROGRAM_COUNTER uc_mcontext.arm_pc
#define STACK_POINTER uc_mcontext.arm_sp
#elif defined(__linux__) && defined(__s390x__)
#define PROGRAM_COUNTER uc_mcontext.psw.addr
#define STACK_POINTER uc_mcontext.gregs[15]
#elif defined(__linux__) && defined(__powerpc64__)
#define PROGRAM_COUNTER uc_mcontext.gp_regs[32]
#define STACK_POINTER uc_mcontext.gp_regs[1]
#endif

static inline uintptr_t interrupted_program_counter(const ucontext_t *context) {
#ifdef PROGRAM_COUNTER
    return (uintptr_t)context->PROGRAM_COUNTER;
#else
    (void)context;
    return 0;
#endif
}

static inline uintptr_t interrupted_stack_pointer(const ucontext_t *context) {
#ifdef STACK_POINTER
    return (uintptr_t)context->STACK_POINTER;
#else
    (void)context;
    return 0;
#endif
}

/* Whether the system has just called the handler whose frame is at `frame`, so that the thread is where `context` says. The system puts the
 * context on the handler's own stack, just before it. ThreadSanitizer calls handlers of signals later, out of a function of the C library,
 * with a copy of the context in which the signal came: the thread may hold a lock of that function by then. Frames of what stands between
 * the system and a handler (sanitizers, Go's runtime) are below 4 KiB. */
static inline bool interrupted_just_now(const ucontext_t *context, const void *frame) {
    return (uintptr_t)context - (uintptr_t)frame < 16 * 1024;
}

#undef PROGRAM_COUNTER
#undef STACK_POINTER

#endif
