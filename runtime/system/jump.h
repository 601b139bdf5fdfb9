/* Leaving functions that have not ended, as traps do. Nothing is done on the way. */
#ifndef WASMELT_RUNTIME_SYSTEM_JUMP_H
#define WASMELT_RUNTIME_SYSTEM_JUMP_H

#include <wasmelt/target.h>

#include <setjmp.h>

#if WASMELT_SMALL_SYSTEM

typedef jmp_buf system_jump;
#define SYSTEM_JUMP_SET(jump) setjmp(jump)
#define SYSTEM_JUMP_TO(jump) longjmp(jump, 1)

#elif defined(_WIN32)

/* Without the address of a frame longjmp does not look for handlers of exceptions in the frames that it leaves. */
typedef jmp_buf system_jump;
#define SYSTEM_JUMP_SET(jump) _setjmp(jump, NULL)
#define SYSTEM_JUMP_TO(jump) longjmp(jump, 1)

#else

/* The signal mask is not saved, which takes a system call. */
typedef sigjmp_buf system_jump;
#define SYSTEM_JUMP_SET(jump) sigsetjmp(jump, 0)
#define SYSTEM_JUMP_TO(jump) siglongjmp(jump, 1)

#endif

#endif
