/* For the files of this folder that are for Windows. */
#ifndef WASMELT_SYSTEM_WINDOWS_H
#define WASMELT_SYSTEM_WINDOWS_H

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* A text in UTF-16, to be freed; null with errno set if the bytes are not UTF-8. */
wchar_t *windows_wide(const char *text);

/* The same for a path: as the functions take it that know no limit of its length, \\?\C:\..., with the names of directories resolved.
 * Null with errno set, also for names that are devices, such as NUL and COM1, if `files_only`. */
wchar_t *windows_path(const char *path, bool files_only);

/* Appends a text in UTF-8. Lone surrogates, which file names may have, become U+FFFD: no file is found under that name. */
void windows_put(strbuf *s, const wchar_t *text);

/* Sets errno from the last error; false. */
bool windows_fail(void);

/* Opens an existing file or directory; INVALID_HANDLE_VALUE with errno set. */
HANDLE windows_open(const char *path, DWORD access, DWORD flags);

/* The path to which an open file's name leads, in UTF-16 and without \\?\; to be freed. Null with errno set. */
wchar_t *windows_final_path(HANDLE file);

/* Makes a name that is almost certainly unused. Its first characters are `prefix`. */
enum { WINDOWS_RANDOM_NAME = 16 + 16 + 1 };
bool windows_random_name(const char *prefix, wchar_t name[WINDOWS_RANDOM_NAME]);

#endif
