/* The time limit of a program: a thread that waits and then ends the process. */
#if defined(_WIN32)

#include <errno.h>
#include <windows.h>
#undef STATUS_TIMEOUT /* of the kernel */

#include "../wasi/timeout.h"

static uint64_t left;

static DWORD WINAPI end_process(void *unused) {
    static const char message[] = "wasmelt: the program has run as long as --timeout allows\n";
    const uint64_t most = 1000u * 60 * 60 * 24;
    DWORD written;
    (void)unused;
    for (; left > most; left -= most)
        Sleep((DWORD)most);
    Sleep((DWORD)left);
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), message, sizeof message - 1, &written, NULL);
    TerminateProcess(GetCurrentProcess(), STATUS_TIMEOUT);
    return 0;
}

bool wasmelt_rt_timeout_begin(uint64_t nanoseconds) {
    left = nanoseconds / 1000000 + (nanoseconds % 1000000 != 0);
    HANDLE thread = CreateThread(NULL, 64 * 1024, end_process, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (!thread) {
        errno = EAGAIN;
        return false;
    }
    CloseHandle(thread);
    return true;
}

#endif
