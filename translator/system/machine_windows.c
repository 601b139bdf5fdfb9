#if defined(_WIN32)

#include <fcntl.h>
#include <io.h>
#include <stdlib.h>

#include "base/memory.h"
#include "system/system.h"
#include "system/windows.h"

#include <shellapi.h> /* needs windows.h */

/* SystemFunction036, as the headers of mingw-w64 do not name it without a macro. */
BOOLEAN NTAPI SystemFunction036(void *bytes, ULONG count);

static uint64_t seed;

/* Makes arguments of the command line UTF-8: those of main have lost what the code page of the system has not. They live as long as the
 * process. */
static void read_arguments(int *argc, char ***argv) {
    int count;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    if (!wide || count < 1)
        return;
    char **arguments = memory_alloc((size_t)count + 1, sizeof *arguments);
    for (int k = 0; k < count; k++) {
        strbuf s = {0};
        strbuf_puts(&s, "");
        windows_put(&s, wide[k]);
        arguments[k] = s.data;
    }
    LocalFree(wide);
    *argc = count;
    *argv = arguments;
}

void system_start(int *argc, char ***argv) {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX); /* no windows that wait for somebody */
    for (int fd = 0; fd < 3; fd++)
        _setmode(fd, _O_BINARY);
    if (!system_random(&seed))
        seed = GetCurrentProcessId();
    read_arguments(argc, argv);
}

uint64_t system_seed(void) {
    return seed;
}

bool system_random(uint64_t *number) {
    return SystemFunction036(number, sizeof *number);
}

uint32_t system_processors(void) {
    DWORD_PTR ours, all;
    uint32_t count = 0;
    if (GetProcessAffinityMask(GetCurrentProcess(), &ours, &all))
        for (; ours; ours &= ours - 1)
            count++;
    return count > 0 ? count : 1;
}

bool system_is_terminal(FILE *stream) {
    HANDLE console = (HANDLE)_get_osfhandle(_fileno(stream));
    DWORD mode;
    return GetConsoleMode(console, &mode) && SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

void system_own_path(strbuf *path) {
    enum { LONGEST = 1 << 15 };
    wchar_t *name = memory_alloc(LONGEST, sizeof *name);
    DWORD length = GetModuleFileNameW(NULL, name, LONGEST);
    if (length > 0 && length < LONGEST)
        windows_put(path, name);
    memory_release(name);
}

void system_machine(strbuf *s, bool whole) {
    (void)whole;
    strbuf_puts(s, "x86_64");
}

#endif
