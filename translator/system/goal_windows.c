/* The directory of the goal is held open so that nobody can rename or remove it, or a directory above it: Windows refuses that while
 * something in them is open that is not shared for it. So the path, of which the system has resolved the links, stays right. What is at its
 * end is opened without following a link. */
#if defined(_WIN32)

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "system/goal.h"
#include "system/system.h"
#include "system/windows.h"

static bool fail(int error) {
    errno = error;
    return false;
}

static bool is_separator(char c) {
    return c == '/' || c == '\\';
}

/* A name that Windows or its programs take for something else: a device, a stream of a file, or another name, as dots and blanks at the end
 * are dropped. */
static bool is_plain_name(const char *name) {
    static const char *const devices[] = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM", "LPT"};
    size_t length = strlen(name), stem = strcspn(name, ". ");
    if (length == 0 || name[length - 1] == '.' || name[length - 1] == ' ' || strpbrk(name, ":*?\"<>|"))
        return false;
    for (size_t k = 0; k < length; k++)
        if ((unsigned char)name[k] < ' ')
            return false;
    for (size_t k = 0; k < sizeof devices / sizeof *devices; k++) {
        size_t own = strlen(devices[k]);
        bool numbered = k >= 6;
        if (_strnicmp(name, devices[k], own) == 0 && (numbered ? stem > own && stem <= own + 3 : stem == own))
            return false;
    }
    return true;
}

/* The attributes of what is at the goal; INVALID_FILE_ATTRIBUTES with errno set. */
static DWORD look(const goal *g) {
    wchar_t *path = windows_path(g->path.data, true);
    DWORD attributes = path ? GetFileAttributesW(path) : INVALID_FILE_ATTRIBUTES;
    if (path && attributes == INVALID_FILE_ATTRIBUTES)
        windows_fail();
    free(path);
    return attributes;
}

/* Opens the directory and appends its path. */
static bool hold(goal *g, const char *directory) {
    wchar_t *wide = windows_path(directory, true), *real = NULL;
    HANDLE held = wide ? CreateFileW(wide, FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                                     FILE_FLAG_BACKUP_SEMANTICS, NULL)
                       : INVALID_HANDLE_VALUE;
    BY_HANDLE_FILE_INFORMATION d;
    bool ok = held != INVALID_HANDLE_VALUE || (wide && windows_fail());
    if (ok && (!GetFileInformationByHandle(held, &d) || !(d.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)))
        ok = fail(ENOTDIR);
    if (ok)
        real = windows_final_path(held);
    ok = ok && real;
    if (ok) {
        windows_put(&g->path, real);
        g->directory = (intptr_t)held;
    } else if (held != INVALID_HANDLE_VALUE) {
        int error = errno;
        CloseHandle(held);
        errno = error;
    }
    free(wide);
    free(real);
    return ok;
}

/* The directory itself is the goal: "." and "..", a drive. */
static bool is_directory_itself(const char *name) {
    return *name == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool goal_open(goal *g, const char *path) {
    strbuf given = {0}, directory = {0};
    *g = (goal){.directory = (intptr_t)INVALID_HANDLE_VALUE};
    if (!*path)
        return fail(ENOENT);
    strbuf_puts(&given, path);
    while (given.count > 1 && is_separator(given.data[given.count - 1]) && given.data[given.count - 2] != ':') {
        strbuf_truncate(&given, given.count - 1);
        g->wants_directory = true;
    }
    size_t length = system_directory_length(given.data);
    const char *name = system_last_component(given.data);
    bool ok;
    if (_stricmp(given.data, SYSTEM_NOTHING) == 0) { /* takes everything */
        strbuf_puts(&g->path, SYSTEM_NOTHING);
        g->name = g->path.data;
        g->kind = GOAL_SPECIAL;
        ok = true;
    } else if (is_directory_itself(name)) {
        ok = hold(g, given.data);
        g->name = g->path.data ? g->path.data + strlen(g->path.data) : "";
        g->kind = GOAL_DIRECTORY;
    } else {
        strbuf_append(&directory, given.data, length);
        ok = is_plain_name(name) || fail(EINVAL);
        ok = ok && hold(g, length > 0 ? directory.data : ".");
        if (ok) {
            if (!is_separator(g->path.data[g->path.count - 1]))
                strbuf_put(&g->path, '\\');
            size_t start = g->path.count;
            strbuf_puts(&g->path, name);
            g->name = g->path.data + start;
            DWORD attributes = look(g);
            if (attributes == INVALID_FILE_ATTRIBUTES)
                ok = errno == ENOENT;
            else if (attributes & FILE_ATTRIBUTE_REPARSE_POINT)
                ok = fail(EPERM);
            else
                g->kind = attributes & FILE_ATTRIBUTE_DIRECTORY ? GOAL_DIRECTORY : GOAL_FILE;
        }
    }
    if (ok && g->wants_directory && g->kind != GOAL_NOTHING && g->kind != GOAL_DIRECTORY)
        ok = fail(ENOTDIR);
    int error = errno;
    strbuf_free(&given);
    strbuf_free(&directory);
    if (!ok)
        goal_close(g);
    errno = error;
    return ok;
}

void goal_close(goal *g) {
    if ((HANDLE)g->directory != INVALID_HANDLE_VALUE)
        CloseHandle((HANDLE)g->directory);
    g->directory = (intptr_t)INVALID_HANDLE_VALUE;
    strbuf_free(&g->path);
}

/* A new file beside the goal, with a name that nobody can foresee; its path is stored in *path. */
static HANDLE make_beside(const goal *g, wchar_t **path) {
    wchar_t name[WINDOWS_RANDOM_NAME];
    strbuf beside = {0};
    if (!windows_random_name(".melt-", name)) {
        errno = EIO;
        return INVALID_HANDLE_VALUE;
    }
    strbuf_append(&beside, g->path.data, (size_t)(g->name - g->path.data));
    windows_put(&beside, name);
    *path = windows_path(beside.data, true);
    strbuf_free(&beside);
    HANDLE file = *path ? CreateFileW(*path, GENERIC_WRITE | DELETE, 0, NULL, CREATE_NEW, 0, NULL) : INVALID_HANDLE_VALUE;
    if (*path && file == INVALID_HANDLE_VALUE)
        windows_fail();
    return file;
}

bool goal_can_write(const goal *g) {
    if (g->wants_directory || g->kind == GOAL_DIRECTORY)
        return fail(EISDIR);
    if (g->kind == GOAL_SPECIAL)
        return true;
    wchar_t *path = NULL;
    HANDLE file = make_beside(g, &path);
    bool ok = file != INVALID_HANDLE_VALUE;
    if (ok) {
        CloseHandle(file);
        DeleteFileW(path);
    }
    free(path);
    if (ok && g->kind == GOAL_FILE && (look(g) & FILE_ATTRIBUTE_READONLY))
        ok = fail(EACCES); /* would be refused in the end */
    return ok;
}

bool goal_make_directory(const goal *g) {
    wchar_t *path = windows_path(g->path.data, true);
    bool made = path && (CreateDirectoryW(path, NULL) || windows_fail());
    free(path);
    return made;
}

int goal_open_input(const goal *g) {
    return g->kind == GOAL_FILE ? system_open_input(g->path.data, SYSTEM_NO_LINK) : -1;
}

/* ---- Moving and copying ---- */

static bool copy_bytes(HANDLE in, HANDLE out) {
    char buffer[1 << 16];
    for (;;) {
        DWORD got, put;
        if (!ReadFile(in, buffer, sizeof buffer, &got, NULL))
            return windows_fail();
        if (got == 0)
            return true;
        for (DWORD done = 0; done < got; done += put)
            if (!WriteFile(out, buffer + done, got - done, &put, NULL))
                return windows_fail();
    }
}

static bool copy_beside(HANDLE in, const goal *g, const wchar_t *to) {
    wchar_t *path = NULL;
    HANDLE out = make_beside(g, &path);
    bool ok = out != INVALID_HANDLE_VALUE;
    if (ok) {
        ok = copy_bytes(in, out);
        CloseHandle(out);
        ok = ok && (MoveFileExW(path, to, MOVEFILE_REPLACE_EXISTING) || windows_fail());
        int error = errno;
        if (!ok)
            DeleteFileW(path);
        errno = error;
    }
    free(path);
    return ok;
}

static bool write_into(HANDLE in, const wchar_t *to) {
    HANDLE out = CreateFileW(to, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (out == INVALID_HANDLE_VALUE)
        return windows_fail();
    bool ok = copy_bytes(in, out);
    CloseHandle(out);
    return ok;
}

bool goal_put(const goal *g, const char *from, bool move) {
    bool special = g->kind == GOAL_SPECIAL;
    if (g->wants_directory || g->kind == GOAL_DIRECTORY)
        return fail(EISDIR);
    wchar_t *source = windows_path(from, true), *to = windows_path(g->path.data, !special);
    bool ok = source && to, done = false;
    if (ok && move && !special) {
        done = MoveFileExW(source, to, MOVEFILE_REPLACE_EXISTING);
        ok = done || GetLastError() == ERROR_NOT_SAME_DEVICE || windows_fail();
    }
    if (ok && !done) {
        HANDLE in = CreateFileW(source, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
        ok = in != INVALID_HANDLE_VALUE || windows_fail();
        if (ok) {
            ok = special ? write_into(in, to) : copy_beside(in, g, to);
            CloseHandle(in);
        }
        if (ok && move)
            DeleteFileW(source);
    }
    free(source);
    free(to);
    return ok;
}

#endif
