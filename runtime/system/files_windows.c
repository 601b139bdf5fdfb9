/* Descriptors, names, opening and attributes of files on Windows. A name is opened relative to the handle of its directory, by the function
 * of the kernel's interface (NtCreateFile), so that nobody can replace the directory in between, and the names that only the upper layers
 * of Windows know (drives, devices, "..") are none. */
#if defined(_WIN32)

#include "files_windows.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include "../allocator.h"

/* ---- The functions of the kernel ---- */

static nt_functions functions;

static void find_functions(void) {
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    const struct {
        const char *name;
        void *to;
    } all[] = {{"NtCreateFile", &functions.create},
               {"NtSetInformationFile", &functions.set_information},
               {"NtQueryObject", &functions.query_object},
               {"NtQueryDirectoryFile", &functions.read_directory}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        FARPROC found = GetProcAddress(ntdll, all[k].name); /* each version of Windows has them */
        memcpy(all[k].to, &found, sizeof found);
    }
}

const nt_functions *wasmelt_rt_windows_nt(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_functions);
    return &functions;
}

/* ---- Errors ---- */

int wasmelt_rt_windows_fail(NTSTATUS status) {
    static const struct {
        uint32_t status;
        int error;
    } known[] = {
        {0xC0000002, EOPNOTSUPP}, {0xC0000008, EBADF},     {0xC000000D, EINVAL},     {0xC000000F, ENOENT},       {0xC0000010, EOPNOTSUPP},
        {0xC0000017, ENOMEM},     {0xC0000022, EACCES},    {0xC0000024, ENOTDIR},    {0xC0000033, EINVAL},       {0xC0000034, ENOENT},
        {0xC0000035, EEXIST},     {0xC000003A, ENOENT},    {0xC000003B, EINVAL},     {0xC0000043, EBUSY},        {0xC0000056, ENOENT},
        {0xC000007F, ENOSPC},     {0xC000009A, ENOMEM},    {0xC00000A2, EROFS},      {0xC00000BA, EISDIR},       {0xC00000BB, EOPNOTSUPP},
        {0xC00000D4, EXDEV},      {0xC0000101, ENOTEMPTY}, {0xC0000103, ENOTDIR},    {0xC0000106, ENAMETOOLONG}, {0xC000011F, EMFILE},
        {0xC0000121, EACCES},     {0xC0000265, EMLINK},    {0xC0000279, EOPNOTSUPP}, {0xC000050B, ELOOP},
    };
    errno = EIO;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].status == (uint32_t)status)
            errno = known[k].error;
    return -1;
}

int wasmelt_rt_windows_fail_with(DWORD error) {
    static const struct {
        DWORD windows;
        int error;
    } known[] = {
        {ERROR_FILE_NOT_FOUND, ENOENT},
        {ERROR_PATH_NOT_FOUND, ENOENT},
        {ERROR_INVALID_NAME, ENOENT},
        {ERROR_BAD_PATHNAME, ENOENT},
        {ERROR_DIRECTORY, ENOTDIR},
        {ERROR_ACCESS_DENIED, EACCES},
        {ERROR_SHARING_VIOLATION, EBUSY},
        {ERROR_LOCK_VIOLATION, EACCES},
        {ERROR_INVALID_HANDLE, EBADF},
        {ERROR_NOT_ENOUGH_MEMORY, ENOMEM},
        {ERROR_OUTOFMEMORY, ENOMEM},
        {ERROR_NO_SYSTEM_RESOURCES, ENOMEM},
        {ERROR_DISK_FULL, ENOSPC},
        {ERROR_HANDLE_DISK_FULL, ENOSPC},
        {ERROR_WRITE_PROTECT, EROFS},
        {ERROR_BROKEN_PIPE, EPIPE},
        {ERROR_NO_DATA, EPIPE},
        {ERROR_NEGATIVE_SEEK, EINVAL},
        {ERROR_INVALID_PARAMETER, EINVAL},
        {ERROR_NOT_SUPPORTED, EOPNOTSUPP},
        {ERROR_INVALID_FUNCTION, EOPNOTSUPP},
        {ERROR_TOO_MANY_OPEN_FILES, EMFILE},
    };
    errno = EIO;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].windows == error)
            errno = known[k].error;
    return -1;
}

/* ---- Descriptors ---- */

/* What is known of a descriptor beside its handle. The C runtime has at most as many. */
static struct {
    atomic_int flags;
    entry_reader *reader; /* of a directory that has been read */
} open_files[8192];
enum { MOST_FILES = sizeof open_files / sizeof *open_files };

HANDLE wasmelt_rt_windows_handle(int fd) {
    intptr_t handle = fd >= 0 && fd < MOST_FILES ? _get_osfhandle(fd) : -1;
    if (handle == -1 || handle == -2) { /* -2: a standard stream that is not there */
        errno = EBADF;
        return NULL;
    }
    return (HANDLE)handle;
}

int wasmelt_rt_windows_flags(int fd) {
    return atomic_load_explicit(&open_files[fd].flags, memory_order_relaxed);
}

int wasmelt_rt_windows_adopt(HANDLE handle, int flags) {
    int fd = _open_osfhandle((intptr_t)handle, O_BINARY | O_NOINHERIT);
    if (fd >= 0 && fd < MOST_FILES) {
        atomic_store_explicit(&open_files[fd].flags, flags, memory_order_relaxed);
        return fd;
    }
    if (fd >= 0)
        _close(fd);
    else
        CloseHandle(handle);
    errno = EMFILE;
    return -1;
}

int close(int fd) {
    if (fd >= 0 && fd < MOST_FILES && open_files[fd].reader) {
        if (open_files[fd].reader->handle)
            CloseHandle(open_files[fd].reader->handle);
        wasmelt_rt_release(open_files[fd].reader);
        open_files[fd].reader = NULL;
    }
    return _close(fd);
}

entry_reader *wasmelt_rt_windows_reader(int fd) {
    if (!wasmelt_rt_windows_handle(fd))
        return NULL;
    if (!open_files[fd].reader)
        open_files[fd].reader = wasmelt_rt_allocate_zeroed(1, sizeof(entry_reader));
    if (!open_files[fd].reader)
        errno = ENOMEM;
    return open_files[fd].reader;
}

/* How a handle was opened that the host passes on. */
static int flags_of(HANDLE handle) {
    struct {
        ULONG attributes, access, handles, pointers, reserved[10];
    } basic = {0};
    if (wasmelt_rt_windows_nt()->query_object(handle, 0, &basic, sizeof basic, NULL) < 0)
        return O_RDWR;
    bool reads = basic.access & FILE_READ_DATA, writes = basic.access & FILE_WRITE_DATA, appends = basic.access & FILE_APPEND_DATA;
    return (writes || appends ? reads ? O_RDWR : O_WRONLY : O_RDONLY) | (appends && !writes ? O_APPEND : 0);
}

/* A copy of the descriptor with the number 3 or above, where messages do not go. */
static int copy_of(int fd) {
    HANDLE handle = wasmelt_rt_windows_handle(fd), copy;
    int low[3], count = 0, copied;
    if (!handle)
        return -1;
    const int flags = flags_of(handle);
    for (;;) {
        if (!DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
            copied = wasmelt_rt_windows_fail_with(GetLastError());
            break;
        }
        copied = wasmelt_rt_windows_adopt(copy, flags);
        if (copied < 0 || copied > 2 || count == 3)
            break;
        low[count++] = copied;
    }
    int error = errno;
    while (count > 0)
        close(low[--count]);
    errno = error;
    return copied;
}

int fcntl(int fd, int command, ...) {
    va_list more;
    va_start(more, command);
    int argument = command == F_GETFL ? 0 : va_arg(more, int);
    va_end(more);
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    if (!handle)
        return -1;
    if (command == F_DUPFD_CLOEXEC)
        return copy_of(fd);
    int flags = wasmelt_rt_windows_flags(fd);
    if (command == F_GETFL)
        return fd <= 2 ? flags_of(handle) : flags;
    const int changes = O_APPEND | O_NONBLOCK;
    atomic_store_explicit(&open_files[fd].flags, (flags & ~changes) | (argument & changes), memory_order_relaxed);
    return 0;
}

int isatty(int fd) {
    DWORD mode;
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    return handle && GetConsoleMode(handle, &mode);
}

/* ---- Names ---- */

static WCHAR upper(WCHAR c) {
    return c >= 'a' && c <= 'z' ? (WCHAR)(c - 'a' + 'A') : c;
}

static bool begins_with(const WCHAR *text, size_t length, const char *what) {
    size_t k = 0;
    for (; what[k]; k++)
        if (k == length || upper(text[k]) != (WCHAR)what[k])
            return false;
    return true;
}

/* Whether programs of Windows take the name for a device: CON, NUL, COM1 and so on, also with anything after a dot or a colon, and with
 * spaces before that. */
static bool is_device(const WCHAR *text, size_t length) {
    static const char *const names[] = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"};
    size_t end = 0;
    while (end < length && text[end] != '.')
        end++;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (end == strlen(names[k]) && begins_with(text, end, names[k]))
            return true;
    if (end != 4 || !(begins_with(text, end, "COM") || begins_with(text, end, "LPT")))
        return false;
    return (text[3] >= '0' && text[3] <= '9') || text[3] == 0xB9 || text[3] == 0xB2 || text[3] == 0xB3; /* superscript digits count */
}

/* Whether the name may be the short one that Windows gives files with long names, such as PROGRA~1 or A1B2~3.TXT. */
static bool is_short(const WCHAR *text, size_t length) {
    size_t dot = length, digits = 0;
    for (size_t k = 0; k < length; k++)
        if (text[k] == '.')
            dot = k;
    while (digits < dot && text[dot - 1 - digits] >= '0' && text[dot - 1 - digits] <= '9')
        digits++;
    if (digits == 0 || digits == dot || text[dot - 1 - digits] != '~')
        return false;
    return dot <= 8 && (dot == length || length - dot - 1 <= 3);
}

/* Whether a file of this name in its directory is what the name means for each program of Windows. */
static bool is_plain(const WCHAR *text, size_t length) {
    for (size_t k = 0; k < length; k++)
        if (text[k] < 0x20 || (text[k] < 0x80 && strchr("\\/:*?\"<>|", text[k])))
            return false;
    return length > 0 && text[length - 1] != '.' && text[length - 1] != ' ' && !is_device(text, length) && !is_short(text, length);
}

int wasmelt_rt_windows_name(const char *name, file_name *n) {
    size_t bytes = strlen(name);
    n->has_slash = bytes > 0 && name[bytes - 1] == '/';
    bytes -= n->has_slash;
    n->length = 0;
    if (bytes == 1 && name[0] == '.')
        return 0; /* the directory itself: an empty name */
    int length = bytes > NAME_MAX ? 0 : MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, name, (int)bytes, n->text, 255);
    if (length <= 0 && (bytes > NAME_MAX || GetLastError() == ERROR_INSUFFICIENT_BUFFER)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (length <= 0 || !is_plain(n->text, (size_t)length)) {
        errno = EINVAL;
        return -1;
    }
    n->length = (unsigned)length;
    return 0;
}

/* ---- Opening ---- */

/* Fails for reparse points, and for what is not on a disk. */
static int check_opened(HANDLE handle, bool finds_points) {
    FILE_ATTRIBUTE_TAG_INFO attributes = {0};
    if (GetFileType(handle) != FILE_TYPE_DISK) {
        errno = EACCES;
        return -1;
    }
    if (!GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &attributes, sizeof attributes)) {
        BY_HANDLE_FILE_INFORMATION info; /* some file systems do not know the tag */
        if (!GetFileInformationByHandle(handle, &info))
            return wasmelt_rt_windows_fail_with(GetLastError());
        attributes.FileAttributes = info.dwFileAttributes;
    }
    if ((attributes.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) && !finds_points) {
        errno = ELOOP;
        return -1;
    }
    return 0;
}

int wasmelt_rt_windows_open_in(int dir, const char *name, ACCESS_MASK access, ULONG disposition, ULONG options, bool finds_points,
                               HANDLE *handle) {
    file_name n;
    HANDLE root = wasmelt_rt_windows_handle(dir);
    if (!root || wasmelt_rt_windows_name(name, &n) != 0)
        return -1;
    UNICODE_STRING text = {(USHORT)(n.length * sizeof(WCHAR)), (USHORT)(n.length * sizeof(WCHAR)), n.text};
    OBJECT_ATTRIBUTES attributes = {
        .Length = sizeof attributes, .RootDirectory = root, .ObjectName = &text, .Attributes = OBJ_CASE_INSENSITIVE};
    IO_STATUS_BLOCK block;
    NTSTATUS status = wasmelt_rt_windows_nt()->create(
        handle, access | FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes, &block, NULL, FILE_ATTRIBUTE_NORMAL,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, disposition,
        options | FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_REPARSE_POINT | (n.has_slash ? FILE_DIRECTORY_FILE : 0), NULL, 0);
    if (status < 0)
        return wasmelt_rt_windows_fail(status);
    if (check_opened(*handle, finds_points) == 0)
        return 0;
    CloseHandle(*handle);
    return -1;
}

int openat(int dir, const char *name, int flags, ...) {
    bool writes = (flags & O_ACCMODE) != O_RDONLY, reads = (flags & O_ACCMODE) != O_WRONLY;
    ACCESS_MASK access = flags & O_PATH ? 0 : (reads ? FILE_READ_DATA : 0) | (writes ? FILE_WRITE_DATA | FILE_APPEND_DATA : 0);
    ULONG disposition = !(flags & O_CREAT) ? FILE_OPEN : flags & O_EXCL ? FILE_CREATE : FILE_OPEN_IF;
    ULONG options = flags & O_DIRECTORY ? FILE_DIRECTORY_FILE : writes || (flags & (O_CREAT | O_TRUNC)) ? FILE_NON_DIRECTORY_FILE : 0;
    HANDLE handle;
    if ((flags & O_DIRECTORY) && writes) {
        errno = EISDIR;
        return -1;
    }
    if (flags & O_TRUNC)
        access |= FILE_WRITE_DATA;
    if (flags & O_SYNC)
        options |= FILE_WRITE_THROUGH;
    if (wasmelt_rt_windows_open_in(dir, name, access, disposition, options, false, &handle) != 0)
        return -1;
    FILE_END_OF_FILE_INFO empty = {0};
    if ((flags & O_TRUNC) && !SetFileInformationByHandle(handle, FileEndOfFileInfo, &empty, sizeof empty)) {
        int failed = wasmelt_rt_windows_fail_with(GetLastError());
        CloseHandle(handle);
        return failed;
    }
    return wasmelt_rt_windows_adopt(handle, flags & (O_ACCMODE | O_APPEND | O_SYNC | O_NONBLOCK));
}

/* Only the host's own paths come here. */
int open(const char *path, int flags) {
    WCHAR wide[PATH_MAX];
    if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, PATH_MAX) <= 0) {
        errno = GetLastError() == ERROR_INSUFFICIENT_BUFFER ? ENAMETOOLONG : ENOENT;
        return -1;
    }
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    HANDLE handle =
        CreateFileW(wide, FILE_READ_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE | (writes ? GENERIC_WRITE : 0),
                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return wasmelt_rt_windows_fail_with(GetLastError());
    int fd = wasmelt_rt_windows_adopt(handle, flags & O_ACCMODE);
    system_stat st;
    if (fd >= 0 && (flags & O_DIRECTORY) && (fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode))) {
        close(fd);
        errno = ENOTDIR;
        return -1;
    }
    return fd;
}

int wasmelt_rt_files_open_beneath(int dir, const char *path, int flags, mode_t mode) {
    (void)dir, (void)path, (void)flags, (void)mode;
    errno = ENOSYS;
    return -1;
}

bool wasmelt_rt_files_in_procfs(int fd) {
    (void)fd;
    return false;
}

/* ---- Attributes ---- */

/* Times of Windows count from 1601, in units of 100 ns. */
#define UNITS_TO_1970 INT64_C(116444736000000000)
#define UNITS_PER_SECOND 10000000

static struct timespec time_of(FILETIME t) {
    int64_t units = (int64_t)((uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime) - UNITS_TO_1970;
    if (units < 0)
        units = 0; /* WASI has no times before 1970 */
    return (struct timespec){.tv_sec = units / UNITS_PER_SECOND, .tv_nsec = (long)(units % UNITS_PER_SECOND) * 100};
}

static int stat_handle(HANDLE handle, system_stat *st) {
    BY_HANDLE_FILE_INFORMATION info;
    *st = (system_stat){.st_nlink = 1};
    switch (GetFileType(handle)) {
    case FILE_TYPE_CHAR:
        st->st_mode = S_IFCHR;
        return 0;
    case FILE_TYPE_PIPE:
        st->st_mode = S_IFIFO;
        return 0;
    case FILE_TYPE_DISK:
        break;
    default:
        errno = EBADF;
        return -1;
    }
    if (!GetFileInformationByHandle(handle, &info)) {
        /* A stream that the process was given may be a file of which no more is told than its size. */
        LARGE_INTEGER size;
        if (!GetFileSizeEx(handle, &size))
            size.QuadPart = 0;
        st->st_mode = S_IFREG;
        st->st_size = size.QuadPart;
        return 0;
    }
    st->st_mode = info.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT ? S_IFLNK
                  : info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY   ? S_IFDIR
                                                                       : S_IFREG;
    st->st_dev = info.dwVolumeSerialNumber;
    st->st_ino = (uint64_t)info.nFileIndexHigh << 32 | info.nFileIndexLow;
    st->st_nlink = info.nNumberOfLinks;
    st->st_size = (int64_t)((uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow);
    st->st_atim = time_of(info.ftLastAccessTime);
    st->st_mtim = time_of(info.ftLastWriteTime);
    st->st_ctim = st->st_mtim; /* the time of a change of attributes is another system call away, and FAT has none */
    return 0;
}

int fstat(int fd, system_stat *st) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    return handle ? stat_handle(handle, st) : -1;
}

int fstatat(int dir, const char *name, system_stat *st, int flags) {
    HANDLE handle;
    (void)flags; /* nothing is followed in any case */
    if (wasmelt_rt_windows_open_in(dir, name, 0, FILE_OPEN, 0, true, &handle) != 0)
        return -1;
    int result = stat_handle(handle, st);
    int error = errno;
    CloseHandle(handle);
    errno = error;
    return result;
}

/* The time in units of Windows; false if the time is to stay. */
static bool to_set(const struct timespec *t, FILETIME *time) {
    if (t->tv_nsec == UTIME_OMIT)
        return false;
    if (t->tv_nsec == UTIME_NOW) {
        GetSystemTimeAsFileTime(time);
        return true;
    }
    const int64_t most = (INT64_MAX - UNITS_TO_1970) / UNITS_PER_SECOND - 1;
    int64_t seconds = t->tv_sec < most ? t->tv_sec : most;
    int64_t units = seconds * UNITS_PER_SECOND + t->tv_nsec / 100 + UNITS_TO_1970;
    *time = (FILETIME){(DWORD)units, (DWORD)(units >> 32)};
    return true;
}

int futimens(int fd, const struct timespec times[2]) {
    HANDLE handle = wasmelt_rt_windows_handle(fd), again;
    FILETIME access, write;
    if (!handle)
        return -1;
    /* The descriptor may be for reading, or only stand for the file. */
    again = ReOpenFile(handle, FILE_WRITE_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
    if (again == INVALID_HANDLE_VALUE)
        return wasmelt_rt_windows_fail_with(GetLastError());
    bool sets_access = to_set(&times[0], &access), sets_write = to_set(&times[1], &write);
    bool ok = SetFileTime(again, NULL, sets_access ? &access : NULL, sets_write ? &write : NULL);
    int result = ok ? 0 : wasmelt_rt_windows_fail_with(GetLastError());
    CloseHandle(again);
    return result;
}

int utimensat(int fd, const char *name, const struct timespec times[2], int flags) {
    if (fd >= 0 && !*name && (flags & AT_EMPTY_PATH))
        return futimens(fd, times);
    errno = ENOENT;
    return -1;
}

#endif
