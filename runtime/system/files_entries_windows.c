/* Entries of directories on Windows: reading, making, removing and renaming them. And texts of the process, in UTF-8. */
#if defined(_WIN32)

#include "files_windows.h"

#include <string.h>

#include "../allocator.h"

/* ---- Reading ---- */

/* FILE_ID_FULL_DIR_INFORMATION. */
typedef struct directory_record {
    ULONG next, index;
    LARGE_INTEGER created, accessed, written, changed, size, allocated;
    ULONG attributes, name_bytes, extended_size;
    LARGE_INTEGER id;
    WCHAR name[256];
} directory_record;
enum { FILE_ID_FULL_DIRECTORY = 38 };
#define NO_MORE_FILES 0x80000006u
#define NO_SUCH_FILE 0xC000000Fu

int wasmelt_rt_files_go_to_entry(int dir, uint64_t position) {
    entry_reader *r = wasmelt_rt_windows_reader(dir);
    if (!r)
        return -1;
    r->wanted = position;
    return 0;
}

/* Stands before the first entry of what the directory holds now: not every system reads it again for a handle that has been read
 * (Wine gives what it found the first time). */
static int begin_anew(int dir, entry_reader *r) {
    HANDLE handle;
    if (wasmelt_rt_windows_open_in(dir, ".", FILE_LIST_DIRECTORY, FILE_OPEN, FILE_DIRECTORY_FILE, false, &handle) != 0)
        return -1;
    if (r->handle)
        CloseHandle(r->handle);
    r->handle = handle;
    r->at = 0;
    r->has_last = false;
    return 0;
}

/* Reads the next entry into r->last. 1; 0 at the end; -1 with errno. */
static int read_next(entry_reader *r) {
    directory_record record;
    IO_STATUS_BLOCK block;
    for (;;) {
        NTSTATUS status = wasmelt_rt_windows_nt()->read_directory(r->handle, NULL, NULL, NULL, &block, &record, sizeof record,
                                                                  FILE_ID_FULL_DIRECTORY, TRUE, NULL, FALSE);
        if ((uint32_t)status == NO_MORE_FILES || (uint32_t)status == NO_SUCH_FILE)
            return 0;
        if (status < 0)
            return wasmelt_rt_windows_fail(status);
        r->at++;
        r->last_ino = (uint64_t)record.id.QuadPart;
        r->last_type = record.attributes & FILE_ATTRIBUTE_REPARSE_POINT ? DT_LNK
                       : record.attributes & FILE_ATTRIBUTE_DIRECTORY   ? DT_DIR
                                                                        : DT_REG;
        int length = WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, record.name, (int)(record.name_bytes / 2), r->last_name, NAME_MAX,
                                         NULL, NULL);
        if (length <= 0)
            continue; /* not Unicode: the guest could not name it */
        r->last_name[length] = 0;
        r->has_last = true;
        return 1;
    }
}

/* One entry at a time, so that the system stands where the guest does: if it removes files between two calls, none is skipped. Only to go
 * back further than one entry, all is read from the beginning. */
long wasmelt_rt_files_read_entries(int dir, void *block, size_t size) {
    entry_reader *r = wasmelt_rt_windows_reader(dir);
    if (!r)
        return -1;
    if (r->wanted == 0 || r->wanted + 1 != r->at || !r->has_last) {
        if ((!r->handle || r->wanted < r->at) && begin_anew(dir, r) != 0)
            return -1;
        do {
            int got = read_next(r);
            if (got <= 0)
                return got;
        } while (r->at <= r->wanted);
    }
    size_t name = strlen(r->last_name) + 1;
    size_t length = (offsetof(files_entry, name) + name + 7) & ~(size_t)7;
    files_entry *e = block;
    if (length > size) {
        errno = EINVAL;
        return -1;
    }
    *e = (files_entry){.ino = r->last_ino, .next = (int64_t)r->at, .length = (uint16_t)length, .type = r->last_type};
    memcpy(e->name, r->last_name, name);
    r->wanted = r->at;
    return (long)length;
}

/* ---- Changing ---- */

/* Closes, and returns what went before. */
static int done(HANDLE handle, int result) {
    int error = errno;
    CloseHandle(handle);
    errno = error;
    return result;
}

int mkdirat(int dir, const char *name, mode_t mode) {
    HANDLE handle;
    (void)mode;
    int result = wasmelt_rt_windows_open_in(dir, name, FILE_LIST_DIRECTORY, FILE_CREATE, FILE_DIRECTORY_FILE, false, &handle);
    return result == 0 ? done(handle, 0) : -1;
}

/* Whether a newer kind of request is not known, and the older one is to be made. */
static bool is_unknown(NTSTATUS status) {
    uint32_t s = (uint32_t)status;
    return s == 0xC0000002 || s == 0xC0000003 || s == 0xC000000D || s == 0xC0000010 || s == 0xC00000BB;
}

enum { DISPOSITION = 13, DISPOSITION_EX = 64, RENAME = 10, RENAME_EX = 65, LINK = 11 };

/* The name goes at once, even if the file is open, where the file system knows how. */
static int remove_opened(HANDLE handle) {
    ULONG flags = 0x01 | 0x02 | 0x10; /* delete, as POSIX says, also what is only for reading */
    BOOLEAN deletes = TRUE;
    IO_STATUS_BLOCK block;
    NTSTATUS status = wasmelt_rt_windows_nt()->set_information(handle, &block, &flags, sizeof flags, DISPOSITION_EX);
    if (is_unknown(status))
        status = wasmelt_rt_windows_nt()->set_information(handle, &block, &deletes, sizeof deletes, DISPOSITION);
    return status < 0 ? wasmelt_rt_windows_fail(status) : 0;
}

static bool ends_in_slash(const char *name) {
    size_t length = strlen(name);
    return length > 0 && name[length - 1] == '/';
}

int unlinkat(int dir, const char *name, int flags) {
    HANDLE handle;
    bool removes_directory = flags & AT_REMOVEDIR;
    if (!removes_directory && ends_in_slash(name)) {
        system_stat st;
        if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            errno = EISDIR;
        return -1;
    }
    if (strcmp(name, ".") == 0 || strcmp(name, "./") == 0) {
        errno = EINVAL;
        return -1;
    }
    int result = wasmelt_rt_windows_open_in(dir, name, DELETE, FILE_OPEN, removes_directory ? FILE_DIRECTORY_FILE : FILE_NON_DIRECTORY_FILE,
                                            true, &handle);
    return result == 0 ? done(handle, remove_opened(handle)) : -1;
}

/* FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION. */
typedef struct new_name {
    ULONG flags; /* of the older requests: a byte that says whether to replace */
    HANDLE root;
    ULONG bytes;
    WCHAR name[256];
} new_name;

/* False with errno. */
static bool prepare(int dir, const char *name, new_name *to) {
    file_name n;
    *to = (new_name){.root = wasmelt_rt_windows_handle(dir)};
    if (!to->root || wasmelt_rt_windows_name(name, &n) != 0)
        return false;
    if (n.length == 0) {
        errno = EBUSY; /* the directory itself */
        return false;
    }
    to->bytes = n.length * (ULONG)sizeof(WCHAR);
    memcpy(to->name, n.text, to->bytes);
    return true;
}

/* Whether the target may be replaced by the source; removes an empty directory that is, since Windows replaces only files. 1: both are the
 * same, so nothing is to be done; -1 with errno. */
static int make_room(HANDLE source, int dir, const char *name) {
    BY_HANDLE_FILE_INFORMATION from;
    system_stat to;
    if (!GetFileInformationByHandle(source, &from))
        return wasmelt_rt_windows_fail_with(GetLastError());
    bool moves_directory = (from.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) && !(from.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT);
    if (fstatat(dir, name, &to, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return -1;
        if (errno == ENOTDIR || (ends_in_slash(name) && !moves_directory)) {
            errno = ENOTDIR;
            return -1;
        }
        return 0;
    }
    bool onto_directory = S_ISDIR(to.st_mode);
    bool is_same = to.st_ino == ((uint64_t)from.nFileIndexHigh << 32 | from.nFileIndexLow) && to.st_dev == from.dwVolumeSerialNumber;
    if (is_same && moves_directory)
        return 0; /* another spelling of its name, or the same */
    if (is_same && from.nNumberOfLinks > 1)
        return 1;
    if (moves_directory != onto_directory) {
        errno = moves_directory ? ENOTDIR : EISDIR;
        return -1;
    }
    return moves_directory ? unlinkat(dir, name, AT_REMOVEDIR) : 0;
}

static int rename_opened(HANDLE source, new_name *to) {
    IO_STATUS_BLOCK block;
    to->flags = 0x01 | 0x02 | 0x40; /* replace, as POSIX says, also what is only for reading */
    NTSTATUS status = wasmelt_rt_windows_nt()->set_information(source, &block, to, sizeof *to, RENAME_EX);
    if (is_unknown(status)) {
        to->flags = 1;
        status = wasmelt_rt_windows_nt()->set_information(source, &block, to, sizeof *to, RENAME);
    }
    return status < 0 ? wasmelt_rt_windows_fail(status) : 0;
}

int renameat(int from_dir, const char *from, int to_dir, const char *to) {
    HANDLE source;
    new_name target;
    if (strcmp(from, ".") == 0 || strcmp(from, "./") == 0) {
        errno = EBUSY;
        return -1;
    }
    if (!prepare(to_dir, to, &target) || wasmelt_rt_windows_open_in(from_dir, from, DELETE, FILE_OPEN, 0, true, &source) != 0)
        return -1;
    int room = make_room(source, to_dir, to);
    return done(source, room == 0 ? rename_opened(source, &target) : room == 1 ? 0 : -1);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
    HANDLE source;
    new_name target;
    IO_STATUS_BLOCK block;
    (void)flags;
    if (!prepare(to_dir, to, &target))
        return -1;
    if (wasmelt_rt_windows_open_in(from_dir, from, FILE_WRITE_ATTRIBUTES, FILE_OPEN, FILE_NON_DIRECTORY_FILE, false, &source) != 0) {
        if (errno == EISDIR)
            errno = EPERM; /* directories have one name */
        return -1;
    }
    if (ends_in_slash(to)) {
        errno = ENOENT;
        return done(source, -1);
    }
    NTSTATUS status = wasmelt_rt_windows_nt()->set_information(source, &block, &target, sizeof target, LINK);
    return done(source, status < 0 ? wasmelt_rt_windows_fail(status) : 0);
}

int symlinkat(const char *target, int dir, const char *name) {
    system_stat st;
    (void)target;
    errno = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? EEXIST : errno == ENOENT ? EOPNOTSUPP : errno;
    return -1;
}

/* What a reparse point says is not for guests; whatever else is there is no link. */
ssize_t readlinkat(int dir, const char *name, char *target, size_t size) {
    system_stat st;
    (void)target, (void)size;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        errno = S_ISLNK(st.st_mode) ? EOPNOTSUPP : EINVAL;
    return -1;
}

/* ---- The process ---- */

static char *utf8_of(const WCHAR *text) {
    int bytes = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *copy = bytes > 0 ? wasmelt_rt_allocate((size_t)bytes) : NULL;
    if (copy)
        WideCharToMultiByte(CP_UTF8, 0, text, -1, copy, bytes, NULL, NULL);
    return copy;
}

static void free_list(char **list) {
    for (char **at = list; list && *at; at++)
        wasmelt_rt_release(*at);
    wasmelt_rt_release(list);
}

static char **utf8_list(WCHAR **texts) {
    size_t count = 0;
    while (texts && texts[count])
        count++;
    char **list = wasmelt_rt_allocate_zeroed(count + 1, sizeof *list);
    for (size_t k = 0; list && k < count; k++) {
        list[k] = utf8_of(texts[k]);
        if (!list[k]) {
            free_list(list);
            list = NULL;
        }
    }
    return list;
}

static char **arguments, **environment;

static void free_texts(void) {
    free_list(arguments);
    free_list(environment);
    arguments = environment = NULL;
}

extern int __wgetmainargs(int *count, WCHAR ***arguments, WCHAR ***environment, int expands, void *mode);

static void make_texts(void) {
    int count = 0, mode = 0;
    WCHAR **wide = NULL, **variables = NULL;
    if (__wgetmainargs(&count, &wide, &variables, 0, &mode) != 0)
        return;
    arguments = utf8_list(wide);
    environment = utf8_list(variables);
    atexit(free_texts);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

char **wasmelt_rt_windows_arguments(void) {
    pthread_once(&once, make_texts);
    return arguments;
}

char **wasmelt_rt_windows_environment(void) {
    pthread_once(&once, make_texts);
    return environment;
}

#endif
