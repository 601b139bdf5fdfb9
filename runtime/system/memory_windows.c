/* Address space and memory by VirtualAlloc. */
#if defined(_WIN32)

#include <errno.h>
#include <string.h>
#include <windows.h>

#include "system.h"

uint64_t wasmelt_rt_host_page_size(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwPageSize;
}

void *wasmelt_rt_system_reserve_at(void *wish, size_t size) {
    void *base = VirtualAlloc(wish, size, MEM_RESERVE, PAGE_NOACCESS);
    return base || !wish ? base : VirtualAlloc(NULL, size, MEM_RESERVE, PAGE_NOACCESS);
}

/* A part of what was reserved cannot be given back. So a place that is large enough is found, given up, and reserved again from an aligned
 * address on; another thread may take it in between. */
void *wasmelt_rt_system_reserve(size_t size, size_t alignment) {
    enum { ATTEMPTS = 100, GRANULARITY = 65536 };
    if (alignment <= GRANULARITY)
        return wasmelt_rt_system_reserve_at(NULL, size);
    void *found = NULL;
    for (int k = 0; k < ATTEMPTS && !found && alignment <= SIZE_MAX - size; k++) {
        void *all = VirtualAlloc(NULL, size + alignment, MEM_RESERVE, PAGE_NOACCESS);
        if (!all)
            return NULL;
        VirtualFree(all, 0, MEM_RELEASE);
        found = VirtualAlloc((void *)(((uintptr_t)all + alignment - 1) & ~((uintptr_t)alignment - 1)), size, MEM_RESERVE, PAGE_NOACCESS);
    }
    return found;
}

void wasmelt_rt_system_release(void *base, size_t size) {
    (void)size;
    VirtualFree(base, 0, MEM_RELEASE);
}

static bool note_error(bool ok) {
    if (!ok)
        errno = ENOMEM;
    return ok;
}

bool wasmelt_rt_system_commit(void *from, size_t size) {
    return note_error(VirtualAlloc(from, size, MEM_COMMIT, PAGE_READWRITE) != NULL);
}

void wasmelt_rt_system_join(void *from, size_t size) {
    (void)from;
    (void)size;
}

bool wasmelt_rt_system_protect(void *from, size_t size) {
    DWORD before;
    return note_error(VirtualProtect(from, size, PAGE_NOACCESS, &before));
}

bool wasmelt_rt_system_unprotect(void *from, size_t size) {
    DWORD before;
    return note_error(VirtualProtect(from, size, PAGE_READWRITE, &before));
}

/* If memory that was given back cannot be had again, nothing may go on: the caller counts on it. Nobody else can have taken the addresses,
 * and the system had as much memory a moment ago. */
bool wasmelt_rt_system_discard(void *from, size_t size) {
    if (!VirtualFree(from, size, MEM_DECOMMIT))
        return false;
    if (!VirtualAlloc(from, size, MEM_COMMIT, PAGE_READWRITE))
        FatalAppExitA(0, "wasmelt: no memory");
    return true;
}

void wasmelt_rt_system_populate(void *from, size_t size) {
    (void)from;
    (void)size;
}

bool wasmelt_rt_system_prefer_huge_pages(void *from, size_t size, bool are_preferred) {
    (void)from;
    (void)size;
    (void)are_preferred;
    return false;
}

uintptr_t wasmelt_rt_system_memory_below(uintptr_t low, uintptr_t high) {
    MEMORY_BASIC_INFORMATION part;
    while (high > low && VirtualQuery((void *)(high - 1), &part, sizeof part) == sizeof part) {
        if (part.State != MEM_COMMIT || part.Protect & (PAGE_GUARD | PAGE_NOACCESS))
            break;
        high = (uintptr_t)part.BaseAddress;
    }
    return high > low ? high : low;
}

#endif
