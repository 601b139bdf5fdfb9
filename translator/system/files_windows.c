#if defined(_WIN32)

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/sort.h"
#include "system/process.h"
#include "system/system.h"
#include "system/windows.h"

/* ---- Paths ---- */

HANDLE windows_open(const char *path, DWORD access, DWORD flags) {
    wchar_t *wide = windows_path(path, false);
    if (!wide)
        return INVALID_HANDLE_VALUE;
    HANDLE file = CreateFileW(wide, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                              flags | FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (file == INVALID_HANDLE_VALUE)
        windows_fail();
    memory_release(wide);
    return file;
}

char *system_real_path(const char *path) {
    HANDLE file = windows_open(path, 0, 0);
    if (file == INVALID_HANDLE_VALUE)
        return NULL;
    strbuf s = {0};
    wchar_t *wide = windows_final_path(file);
    if (wide)
        windows_put(&s, wide);
    free(wide);
    CloseHandle(file);
    return s.data;
}

char *system_current_directory(void) {
    strbuf s = {0};
    DWORD length = GetCurrentDirectoryW(0, NULL);
    wchar_t *wide = memory_alloc((size_t)length + 1, sizeof *wide);
    if (length > 0 && GetCurrentDirectoryW(length + 1, wide) > 0)
        windows_put(&s, wide);
    memory_release(wide);
    return s.data;
}

/* ---- Files by name ---- */

/* The attributes of what the name leads to, without following a link; INVALID_FILE_ATTRIBUTES with errno set. */
static DWORD attributes_of(const char *path) {
    wchar_t *wide = windows_path(path, false);
    DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    if (wide && attributes == INVALID_FILE_ATTRIBUTES)
        windows_fail();
    free(wide);
    return attributes;
}

FILE *system_open(const char *path, const char *mode) {
    bool writes = mode[0] == 'w', is_new = strchr(mode, 'x') != NULL;
    wchar_t *wide = windows_path(path, false);
    int flags = _O_BINARY | _O_NOINHERIT | (writes ? _O_WRONLY | _O_CREAT | (is_new ? _O_EXCL : _O_TRUNC) : _O_RDONLY);
    int fd = wide ? _wopen(wide, flags, _S_IREAD | _S_IWRITE) : -1;
    free(wide);
    FILE *file = fd >= 0 ? _fdopen(fd, writes ? "wb" : "rb") : NULL;
    if (fd >= 0 && !file)
        _close(fd);
    return file;
}

bool system_exists(const char *path) {
    return attributes_of(path) != INVALID_FILE_ATTRIBUTES;
}

bool system_can_read(const char *path) {
    HANDLE file = windows_open(path, GENERIC_READ, 0);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    CloseHandle(file);
    return true;
}

static bool ends_in_exe(const strbuf *path) {
    return path->count > 4 && _stricmp(path->data + path->count - 4, ".exe") == 0;
}

bool system_complete_program(strbuf *path) {
    if (!ends_in_exe(path))
        strbuf_puts(path, ".exe");
    DWORD attributes = attributes_of(path->data);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

static bool describe(const char *path, BY_HANDLE_FILE_INFORMATION *d) {
    HANDLE file = windows_open(path, 0, 0);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool known = GetFileType(file) == FILE_TYPE_DISK && GetFileInformationByHandle(file, d);
    CloseHandle(file);
    return known;
}

static uint64_t whole(DWORD high, DWORD low) {
    return (uint64_t)high << 32 | low;
}

bool system_is_directory(const char *path) {
    BY_HANDLE_FILE_INFORMATION d;
    return describe(path, &d) && (d.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
}

uint64_t system_size(const char *path) {
    BY_HANDLE_FILE_INFORMATION d;
    return describe(path, &d) ? whole(d.nFileSizeHigh, d.nFileSizeLow) : 0;
}

bool system_is_same_file(const char *a, const char *b) {
    BY_HANDLE_FILE_INFORMATION left, right;
    return describe(a, &left) && describe(b, &right) && left.dwVolumeSerialNumber == right.dwVolumeSerialNumber &&
           left.nFileIndexHigh == right.nFileIndexHigh && left.nFileIndexLow == right.nFileIndexLow;
}

bool system_is_link(const char *path) {
    DWORD attributes = attributes_of(path);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_REPARSE_POINT);
}

bool system_remove(const char *path) {
    wchar_t *wide = windows_path(path, true);
    bool removed = wide && (DeleteFileW(wide) || windows_fail());
    free(wide);
    return removed;
}

bool system_remove_directory(const char *path) {
    wchar_t *wide = windows_path(path, true);
    bool removed = wide && (RemoveDirectoryW(wide) || windows_fail());
    free(wide);
    return removed;
}

/* Calls `visit` for each name in a directory but . and .. */
static bool each_entry(const char *directory, void (*visit)(const WIN32_FIND_DATAW *entry, void *context), void *context) {
    strbuf pattern = {0};
    strbuf_printf(&pattern, "%s/*", directory);
    wchar_t *wide = windows_path(pattern.data, true);
    WIN32_FIND_DATAW entry;
    HANDLE found = wide ? FindFirstFileW(wide, &entry) : INVALID_HANDLE_VALUE;
    bool ok = found != INVALID_HANDLE_VALUE || (wide && windows_fail());
    for (bool more = ok; more; more = FindNextFileW(found, &entry))
        if (wcscmp(entry.cFileName, L".") != 0 && wcscmp(entry.cFileName, L"..") != 0)
            visit(&entry, context);
    if (ok)
        FindClose(found);
    free(wide);
    strbuf_free(&pattern);
    return ok;
}

static void remove_entry(const WIN32_FIND_DATAW *entry, void *directory) {
    strbuf path = {0};
    strbuf_printf(&path, "%s/", (const char *)directory);
    windows_put(&path, entry->cFileName);
    bool is_directory = entry->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
    if (is_directory && !(entry->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)) /* a link to a directory is removed, not followed */
        system_remove_tree(path.data);
    else if (is_directory)
        system_remove_directory(path.data);
    else
        system_remove(path.data);
    strbuf_free(&path);
}

void system_remove_tree(const char *path) {
    each_entry(path, remove_entry, (void *)path);
    system_remove_directory(path);
}

/* As GetTempPath finds it, but in UTF-8. It lives as long as the process. */
const char *system_temporary_directory(void) {
    static char *directory;
    wchar_t wide[MAX_PATH + 2];
    if (!directory) {
        strbuf s = {0};
        DWORD length = GetTempPathW(MAX_PATH + 1, wide);
        windows_put(&s, length > 0 && length <= MAX_PATH ? wide : L".");
        directory = s.data ? s.data : "";
    }
    return directory;
}

bool system_make_scratch(const char *parent, const char *prefix, strbuf *path) {
    wchar_t name[WINDOWS_RANDOM_NAME];
    if (!windows_random_name(prefix, name)) {
        errno = EIO;
        return false;
    }
    bool has_separator = *parent && *system_last_component(parent) == 0;
    strbuf_printf(path, "%s%s", parent, has_separator ? "" : "/");
    windows_put(path, name);
    /* Who may use it is what the parent hands down: the directory for temporary files is the user's own. */
    wchar_t *wide = windows_path(path->data, true);
    bool made = wide && (CreateDirectoryW(wide, NULL) || windows_fail());
    free(wide);
    return made;
}

static void add_name(const WIN32_FIND_DATAW *entry, void *context) {
    system_names *names = context;
    strbuf name = {0};
    if (entry->cFileName[0] == L'.')
        return;
    windows_put(&name, entry->cFileName);
    if (name.data)
        *vec_push(names) = name.data;
}

static int by_name(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

bool system_list(const char *directory, system_names *names) {
    *names = (system_names){0};
    bool ok = each_entry(directory, add_name, names);
    if (names->count > 1)
        sort_stable(names->data, names->count, sizeof *names->data, by_name);
    return ok;
}

bool system_stamp_of(const char *path, system_stamp *stamp) {
    BY_HANDLE_FILE_INFORMATION d;
    if (!describe(path, &d) || (d.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
        return false;
    int64_t written = (int64_t)(whole(d.ftLastWriteTime.dwHighDateTime, d.ftLastWriteTime.dwLowDateTime) - 116444736000000000u) * 100;
    *stamp = (system_stamp){
        .device = d.dwVolumeSerialNumber,
        .number = whole(d.nFileIndexHigh, d.nFileIndexLow),
        .size = whole(d.nFileSizeHigh, d.nFileSizeLow),
        .written = written,
        .changed = written,
    };
    return true;
}

/* ---- Open files ---- */

int system_open_input(const char *path, unsigned how) {
    HANDLE file = windows_open(path, GENERIC_READ, how & SYSTEM_NO_LINK ? FILE_FLAG_OPEN_REPARSE_POINT : 0);
    BY_HANDLE_FILE_INFORMATION d;
    if (file == INVALID_HANDLE_VALUE)
        return -1;
    if ((how & SYSTEM_NO_LINK) && GetFileInformationByHandle(file, &d) && (d.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)) {
        CloseHandle(file);
        errno = ELOOP;
        return -1;
    }
    int fd = _open_osfhandle((intptr_t)file, _O_RDONLY | _O_BINARY | _O_NOINHERIT);
    if (fd < 0)
        CloseHandle(file);
    return fd;
}

void system_close(int fd) {
    if (fd >= 0)
        _close(fd);
}

static HANDLE handle_of(int fd) {
    return (HANDLE)_get_osfhandle(fd);
}

int64_t system_read(int fd, void *to, size_t size) {
    DWORD got;
    enum { MOST = 1 << 30 };
    if (process_stopped_by) {
        errno = EINTR;
        return -1;
    }
    if (ReadFile(handle_of(fd), to, size < MOST ? (DWORD)size : MOST, &got, NULL))
        return got;
    if (GetLastError() == ERROR_BROKEN_PIPE || GetLastError() == ERROR_HANDLE_EOF) /* whoever writes into the pipe has closed it */
        return 0;
    windows_fail();
    return -1;
}

bool system_read_at(int fd, uint64_t offset, void *to, size_t size) {
    OVERLAPPED at = {.Offset = (DWORD)offset, .OffsetHigh = (DWORD)(offset >> 32)};
    DWORD got;
    return size <= UINT32_MAX && ReadFile(handle_of(fd), to, (DWORD)size, &got, &at) && got == size;
}

opened_kind system_kind_of(int fd, uint64_t *size) {
    BY_HANDLE_FILE_INFORMATION d;
    *size = 0;
    if (GetFileType(handle_of(fd)) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle_of(fd), &d))
        return OPENED_OTHER;
    if (d.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        return OPENED_DIRECTORY;
    *size = whole(d.nFileSizeHigh, d.nFileSizeLow);
    return OPENED_FILE;
}

/* A file in a directory of its own. */
bool system_pass(system_passed *p, const void *bytes, size_t count) {
    *p = (system_passed){.fd = -1};
    if (!system_make_scratch(system_temporary_directory(), "wasmelt-", &p->name))
        return false;
    p->has_file = true;
    strbuf_puts(&p->name, "/module");
    FILE *file = system_open(p->name.data, "wx");
    bool ok = file && fwrite(bytes, 1, count, file) == count;
    if (file && fclose(file) != 0)
        ok = false;
    if (ok)
        p->fd = system_open_input(p->name.data, 0);
    int error = errno;
    if (p->fd < 0)
        system_pass_end(p);
    errno = error;
    return p->fd >= 0;
}

#endif
