/* A compiler on Windows that is one of this machine's (test_windows.py): hands its directory and arguments over in a file of the folder
 * that FORWARD names, each ended by a zero, waits for the answer there, a status and what was printed, and passes it on. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

static void put(FILE *f, const wchar_t *text) {
    char bytes[8192];
    if (WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL) == 0)
        exit(99);
    fputs(bytes, f);
    putc(0, f);
}

int wmain(int argc, wchar_t **argv) {
    wchar_t asked[4096], request[4096], answer[4096], here[4096];
    const wchar_t *folder = _wgetenv(L"FORWARD");
    const unsigned number = (unsigned)GetCurrentProcessId();
    if (!folder || wcslen(folder) > 4000)
        return 99;
    wsprintfW(asked, L"%s\\%u.asked", folder, number);
    wsprintfW(request, L"%s\\%u.request", folder, number);
    wsprintfW(answer, L"%s\\%u.answer", folder, number);
    GetCurrentDirectoryW(sizeof here / sizeof *here, here);
    FILE *f = _wfopen(asked, L"wb");
    if (!f)
        return 99;
    put(f, here);
    for (int k = 1; k < argc; k++)
        put(f, argv[k]);
    fclose(f);
    MoveFileW(asked, request);
    while (!(f = _wfopen(answer, L"rb")))
        Sleep(50);
    int status = 99;
    if (fscanf(f, "%d", &status) == 1)
        getc(f);
    for (int c; (c = getc(f)) != EOF;)
        putc(c, status == 0 ? stdout : stderr);
    return status;
}
