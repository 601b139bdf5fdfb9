#if defined(_WIN32)

#include <errno.h>
#include <stdlib.h>
#include <wchar.h>

#include "base/memory.h"
#include "system/system.h"
#include "system/windows.h"

bool windows_fail(void) {
    static const struct {
        DWORD code;
        int number;
    } errors[] = {
        {ERROR_FILE_NOT_FOUND, ENOENT},      {ERROR_PATH_NOT_FOUND, ENOENT},   {ERROR_INVALID_DRIVE, ENOENT},
        {ERROR_BAD_PATHNAME, ENOENT},        {ERROR_INVALID_NAME, ENOENT},     {ERROR_BAD_NETPATH, ENOENT},
        {ERROR_ACCESS_DENIED, EACCES},       {ERROR_SHARING_VIOLATION, EBUSY}, {ERROR_LOCK_VIOLATION, EBUSY},
        {ERROR_FILE_EXISTS, EEXIST},         {ERROR_ALREADY_EXISTS, EEXIST},   {ERROR_DIR_NOT_EMPTY, ENOTEMPTY},
        {ERROR_NOT_ENOUGH_MEMORY, ENOMEM},   {ERROR_DISK_FULL, ENOSPC},        {ERROR_HANDLE_DISK_FULL, ENOSPC},
        {ERROR_DIRECTORY, ENOTDIR},          {ERROR_NOT_SAME_DEVICE, EXDEV},   {ERROR_WRITE_PROTECT, EROFS},
        {ERROR_TOO_MANY_OPEN_FILES, EMFILE}, {ERROR_BROKEN_PIPE, EPIPE},       {ERROR_FILENAME_EXCED_RANGE, ENAMETOOLONG},
    };
    DWORD code = GetLastError();
    errno = EIO;
    for (size_t k = 0; k < sizeof errors / sizeof *errors; k++)
        if (errors[k].code == code)
            errno = errors[k].number;
    return false;
}

wchar_t *windows_wide(const char *text) {
    int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    if (length <= 0) {
        errno = EILSEQ;
        return NULL;
    }
    wchar_t *wide = memory_alloc((size_t)length, sizeof *wide);
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
    return wide;
}

void windows_put(strbuf *s, const wchar_t *text) {
    int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    if (length <= 1)
        return;
    char *bytes = memory_alloc((size_t)length, 1);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, length, NULL, NULL);
    strbuf_puts(s, bytes);
    memory_release(bytes);
}

static bool starts_with(const wchar_t *text, const wchar_t *start) {
    return wcsncmp(text, start, wcslen(start)) == 0;
}

/* Appends one text to another, and frees both. */
static wchar_t *joined(const wchar_t *first, wchar_t *second) {
    wchar_t *both = memory_alloc(wcslen(first) + wcslen(second) + 1, sizeof *both);
    wcscpy(both, first);
    wcscat(both, second);
    memory_release(second);
    return both;
}

wchar_t *windows_path(const char *path, bool files_only) {
    wchar_t *given = windows_wide(path), *whole = NULL;
    if (!given)
        return NULL;
    DWORD length = *given ? GetFullPathNameW(given, 0, NULL, NULL) : 0;
    if (length > 0) {
        whole = memory_alloc((size_t)length + 1, sizeof *whole);
        length = GetFullPathNameW(given, length + 1, whole, NULL);
    }
    if (length == 0) {
        free(whole);
        whole = NULL;
        errno = ENOENT;
    } else if (starts_with(whole, L"\\\\?\\")) {
        /* as it is */
    } else if (starts_with(whole, L"\\\\.\\")) { /* a device: GetFullPathName finds those */
        if (files_only) {
            memory_release(whole);
            whole = NULL;
            errno = ENOENT;
        }
    } else if (starts_with(whole, L"\\\\")) {
        wchar_t *rest = memory_alloc(wcslen(whole), sizeof *rest);
        wcscpy(rest, whole + 2);
        memory_release(whole);
        whole = joined(L"\\\\?\\UNC\\", rest);
    } else {
        whole = joined(L"\\\\?\\", whole);
    }
    memory_release(given);
    return whole;
}

wchar_t *windows_final_path(HANDLE file) {
    DWORD length = GetFinalPathNameByHandleW(file, NULL, 0, FILE_NAME_NORMALIZED);
    wchar_t *path = length > 0 ? memory_alloc((size_t)length + 1, sizeof *path) : NULL;
    if (!path || GetFinalPathNameByHandleW(file, path, length + 1, FILE_NAME_NORMALIZED) == 0) {
        windows_fail();
        free(path);
        return NULL;
    }
    if (starts_with(path, L"\\\\?\\UNC\\"))
        memmove(path + 1, path + 7, (wcslen(path + 7) + 1) * sizeof *path);
    else if (starts_with(path, L"\\\\?\\"))
        memmove(path, path + 4, (wcslen(path + 4) + 1) * sizeof *path);
    return path;
}

bool windows_random_name(const char *prefix, wchar_t name[WINDOWS_RANDOM_NAME]) {
    uint64_t number;
    if (!system_random(&number))
        return false;
    _snwprintf(name, WINDOWS_RANDOM_NAME - 1, L"%.16hs%08x%08x", prefix, (unsigned)(number >> 32), (unsigned)number);
    name[WINDOWS_RANDOM_NAME - 1] = 0;
    return true;
}

#endif
