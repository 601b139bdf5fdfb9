/* Stands for a C compiler on Windows: notes its arguments, one a line, in the file that LOG names, and makes a copy of itself where -o
 * says. Without -o it is the program that was made, which prints its arguments, and returns 7. */
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

static void put(FILE *f, const wchar_t *text) {
    char bytes[4096];
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
    fprintf(f, "%s\n", bytes);
}

int wmain(int argc, wchar_t **argv) {
    const wchar_t *to = NULL, *log = _wgetenv(L"LOG");
    wchar_t own[4096];
    for (int k = 1; k + 1 < argc; k++)
        if (wcscmp(argv[k], L"-o") == 0)
            to = argv[k + 1];
    if (argc > 1 && wcscmp(argv[1], L"-dumpmachine") == 0) {
        puts("x86_64-w64-mingw32");
        return 0;
    }
    FILE *f = to && log ? _wfopen(log, L"ab") : stdout;
    for (int k = to ? 1 : 0; f && k < argc; k++)
        put(f, argv[k]);
    if (!to)
        return 7;
    fclose(f);
    GetModuleFileNameW(NULL, own, sizeof own / sizeof *own);
    return CopyFileW(own, to, FALSE) ? 0 : 1;
}
