/* Where stacks are and how they end, as Windows says. Below the part of a stack that has been used is a guard page. When it is touched the
 * system moves it down; when there is no more room for that, the thread gets an exception (faults_windows.c), which it handles on what is
 * left of the same stack: STACK_LEFT bytes. */
#if defined(_WIN32)

#define _WIN32_WINNT 0x0602
#include <errno.h>
#include <windows.h>

#include "system.h"
#include "windows_stack.h"

bool wasmelt_rt_system_own_stack(system_stack *s) {
    ULONG_PTR low, high;
    ULONG left = STACK_LEFT;
    GetCurrentThreadStackLimits(&low, &high);
    *s = (system_stack){.low = low, .size = high - low, .fault_low = low, .fault_high = low + 2 * STACK_LEFT};
    return s->size > 4 * STACK_LEFT && SetThreadStackGuarantee(&left);
}

bool wasmelt_rt_system_is_handling(void) {
    return false;
}

bool wasmelt_rt_page_is_readable(uintptr_t page) {
    MEMORY_BASIC_INFORMATION part;
    return VirtualQuery((void *)page, &part, sizeof part) == sizeof part && part.State == MEM_COMMIT &&
           !(part.Protect & (PAGE_GUARD | PAGE_NOACCESS));
}

/* A page in the middle of a stack would be taken for the guard that the system moves. */
bool wasmelt_rt_system_end_stack(uintptr_t *end, uintptr_t here, bool *is_mapped) {
    (void)end, (void)here, (void)is_mapped;
    errno = ENOTSUP;
    return false;
}

void wasmelt_rt_system_unend_stack(uintptr_t end, bool is_mapped) {
    (void)end, (void)is_mapped;
}

#endif
