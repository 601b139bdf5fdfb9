/* Constants and types of the kernel that the runtime needs. The kernel's headers are not part of the C library, and musl-gcc does not find
 * them. The kernel guarantees these numbers to programs; they do not change. */
#ifndef WASMELT_RUNTIME_KERNEL_H
#define WASMELT_RUNTIME_KERNEL_H

#include <stdint.h>

/* linux/futex.h */
enum { FUTEX_WAKE = 1, FUTEX_WAIT_BITSET = 9, FUTEX_PRIVATE_FLAG = 128 };
#define FUTEX_BITSET_MATCH_ANY 0xFFFFFFFFu

/* linux/magic.h */
#define PROC_SUPER_MAGIC 0x9FA0

/* linux/openat2.h */
struct kernel_open_how {
    uint64_t flags, mode, resolve;
};
enum { KERNEL_RESOLVE_NO_MAGICLINKS = 0x02, KERNEL_RESOLVE_BENEATH = 0x08 };

#endif
