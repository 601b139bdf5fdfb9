/* Functions of preview 1 that attacks.c calls, made of those of WASI 0.3. A descriptor is a handle, but for 3 and 4, the directories that
 * the program is given. */
#define IMPORT(interface, name) __attribute__((import_module("wasi:filesystem/" interface "@0.3.0"), import_name(name)))
#define METHOD(name) IMPORT("types", "[method]descriptor." name)
#define OF_READ(what) IMPORT("types", "[" what "][method]descriptor.read-via-stream")
#define OF_WRITE(what) IMPORT("types", "[" what "][method]descriptor.write-via-stream")
#define OF_LIST(what) IMPORT("types", "[" what "][method]descriptor.read-directory")

enum { FIRST_HANDLE = 100, DONE = 0, FLAG_READ = 1, FLAG_WRITE = 2, FLAG_MUTATE = 32, TIME_NOW = 1, COUNT_SHIFT = 4 };

/* Where results are put: the first byte says whether it is an error. */
typedef union result {
    uint64_t aligned[32];
    uint32_t words[64];
    uint8_t is_error;
} result;

typedef struct ends {
    uint32_t stream, future;
} ends;

IMPORT("preopens", "get-directories") void get_directories(uint32_t *list);
IMPORT("types", "[resource-drop]descriptor") void drop_descriptor(uint32_t self);
METHOD("open-at")
void open_at(uint32_t self, uint32_t path_flags, const char *path, size_t length, uint32_t open_flags, uint32_t flags, result *r);
METHOD("create-directory-at") void create_directory_at(uint32_t self, const char *path, size_t length, result *r);
METHOD("stat-at") void stat_at(uint32_t self, uint32_t path_flags, const char *path, size_t length, result *r);
METHOD("set-times-at")
void set_times_at(uint32_t self, uint32_t path_flags, const char *path, size_t length, uint32_t access, int64_t seconds,
                  uint32_t nanoseconds, uint32_t modification, int64_t m_seconds, uint32_t m_nanoseconds, result *r);
METHOD("link-at")
void link_at(uint32_t self, uint32_t path_flags, const char *path, size_t length, uint32_t in, const char *other, size_t other_length,
             result *r);
METHOD("readlink-at") void readlink_at(uint32_t self, const char *path, size_t length, result *r);
METHOD("remove-directory-at") void remove_directory_at(uint32_t self, const char *path, size_t length, result *r);
METHOD("rename-at")
void rename_at(uint32_t self, const char *path, size_t length, uint32_t in, const char *other, size_t other_length, result *r);
METHOD("symlink-at") void symlink_at(uint32_t self, const char *goal, size_t goal_length, const char *path, size_t length, result *r);
METHOD("unlink-file-at") void unlink_file_at(uint32_t self, const char *path, size_t length, result *r);
METHOD("set-size") void set_size(uint32_t self, uint64_t size, result *r);
METHOD("set-times")
void set_times(uint32_t self, uint32_t access, int64_t seconds, uint32_t nanoseconds, uint32_t modification, int64_t m_seconds,
               uint32_t m_nanoseconds, result *r);
METHOD("read-via-stream") void read_via_stream(uint32_t self, uint64_t offset, ends *e);
OF_READ("stream-read-0") uint32_t read_bytes(uint32_t stream, void *to, size_t count);
OF_READ("stream-drop-readable-0") void drop_bytes(uint32_t stream);
OF_READ("future-drop-readable-1") void drop_read(uint32_t future);
METHOD("read-directory") void read_directory(uint32_t self, ends *e);
OF_LIST("stream-read-0") uint32_t read_entries(uint32_t stream, void *to, size_t count);
OF_LIST("stream-drop-readable-0") void drop_entries(uint32_t stream);
OF_LIST("future-drop-readable-1") void drop_list(uint32_t future);
METHOD("write-via-stream") uint32_t write_via_stream(uint32_t self, uint32_t data, uint64_t offset);
OF_WRITE("stream-new-0") uint64_t new_stream(void);
OF_WRITE("stream-write-0") uint32_t write_bytes(uint32_t stream, const void *from, size_t count);
OF_WRITE("stream-drop-writable-0") void drop_writable(uint32_t stream);
OF_WRITE("future-read-1") uint32_t read_written(uint32_t future, result *r);
OF_WRITE("future-drop-readable-1") void drop_written(uint32_t future);

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
    (void)alignment;
    (void)old_size;
    return realloc(old, size);
}

static uint32_t handle_of(__wasi_fd_t fd) {
    static uint32_t given[2];
    if (fd >= FIRST_HANDLE)
        return fd - FIRST_HANDLE;
    if (given[0] == 0) {
        uint32_t list[2];
        get_directories(list);
        const uint32_t *const entries = (const uint32_t *)list[0];
        given[0] = entries[0];
        given[1] = entries[3];
    }
    return given[fd - 3];
}

#define AT(path) path, strlen(path)
#define ANSWER(call)                                                                                                                       \
    result r = {{0}};                                                                                                                      \
    call;                                                                                                                                  \
    return r.is_error

static int wasi3_path_open(__wasi_fd_t in, uint32_t follows, const char *path, uint32_t flags, uint64_t rights, uint64_t inherited,
                           int fdflags, __wasi_fd_t *fd) {
    result r = {{0}};
    (void)inherited;
    (void)fdflags;
    open_at(handle_of(in), follows, AT(path), flags,
            (rights & __WASI_RIGHTS_FD_READ ? FLAG_READ : 0) | (rights & __WASI_RIGHTS_FD_WRITE ? FLAG_WRITE : 0) |
                (rights == ~0ull ? FLAG_MUTATE : 0),
            &r);
    *fd = r.words[1] + FIRST_HANDLE;
    return r.is_error;
}

static int wasi3_fd_close(__wasi_fd_t fd) {
    drop_descriptor(handle_of(fd));
    return DONE;
}

static int wasi3_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *buffer, size_t count, __wasi_size_t *done) {
    ends e;
    (void)count;
    read_via_stream(handle_of(fd), 0, &e);
    *done = read_bytes(e.stream, buffer->buf, buffer->buf_len) >> COUNT_SHIFT;
    drop_bytes(e.stream);
    drop_read(e.future);
    return *done == 0;
}

static int wasi3_fd_readdir(__wasi_fd_t fd, uint8_t *to, size_t size, uint64_t cookie, __wasi_size_t *done) {
    ends e;
    uint32_t entry[6];
    (void)to;
    (void)size;
    (void)cookie;
    read_directory(handle_of(fd), &e);
    *done = read_entries(e.stream, entry, 1) >> COUNT_SHIFT;
    if (*done > 0)
        printf("entry %.*s\n", (int)entry[5], (const char *)entry[4]);
    drop_entries(e.stream);
    drop_list(e.future);
    return *done == 0;
}

static int wasi3_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *buffer, size_t count, __wasi_size_t *done) {
    const uint64_t made = new_stream();
    result r = {{0}};
    (void)count;
    const uint32_t future = write_via_stream(handle_of(fd), (uint32_t)made, 0);
    *done = write_bytes((uint32_t)(made >> 32), buffer->buf, buffer->buf_len) >> COUNT_SHIFT;
    drop_writable((uint32_t)(made >> 32));
    read_written(future, &r);
    drop_written(future);
    return r.is_error;
}

static int wasi3_fd_filestat_set_size(__wasi_fd_t fd, uint64_t size) {
    ANSWER(set_size(handle_of(fd), size, &r));
}

static int wasi3_fd_filestat_set_times(__wasi_fd_t fd, uint64_t access, uint64_t modification, int flags) {
    (void)flags;
    ANSWER(set_times(handle_of(fd), TIME_NOW, (int64_t)access, 0, TIME_NOW, (int64_t)modification, 0, &r));
}

static int wasi3_path_create_directory(__wasi_fd_t in, const char *path) {
    ANSWER(create_directory_at(handle_of(in), AT(path), &r));
}

static int wasi3_path_filestat_get(__wasi_fd_t in, uint32_t follows, const char *path, __wasi_filestat_t *st) {
    (void)st;
    ANSWER(stat_at(handle_of(in), follows, AT(path), &r));
}

static int wasi3_path_filestat_set_times(__wasi_fd_t in, uint32_t follows, const char *path, uint64_t access, uint64_t modification,
                                         int flags) {
    (void)flags;
    ANSWER(set_times_at(handle_of(in), follows, AT(path), TIME_NOW, (int64_t)access, 0, TIME_NOW, (int64_t)modification, 0, &r));
}

static int wasi3_path_link(__wasi_fd_t in, uint32_t follows, const char *path, __wasi_fd_t to, const char *other) {
    ANSWER(link_at(handle_of(in), follows, AT(path), handle_of(to), AT(other), &r));
}

static int wasi3_path_readlink(__wasi_fd_t in, const char *path, uint8_t *to, size_t size, __wasi_size_t *done) {
    (void)to;
    (void)size;
    (void)done;
    ANSWER(readlink_at(handle_of(in), AT(path), &r));
}

static int wasi3_path_rename(__wasi_fd_t in, const char *path, __wasi_fd_t to, const char *other) {
    ANSWER(rename_at(handle_of(in), AT(path), handle_of(to), AT(other), &r));
}

static int wasi3_path_symlink(const char *goal, __wasi_fd_t in, const char *path) {
    ANSWER(symlink_at(handle_of(in), AT(goal), AT(path), &r));
}

static int wasi3_path_unlink_file(__wasi_fd_t in, const char *path) {
    ANSWER(unlink_file_at(handle_of(in), AT(path), &r));
}

static int wasi3_path_remove_directory(__wasi_fd_t in, const char *path) {
    ANSWER(remove_directory_at(handle_of(in), AT(path), &r));
}

#define __wasi_path_open wasi3_path_open
#define __wasi_fd_close wasi3_fd_close
#define __wasi_fd_read wasi3_fd_read
#define __wasi_fd_readdir wasi3_fd_readdir
#define __wasi_fd_write wasi3_fd_write
#define __wasi_fd_filestat_set_size wasi3_fd_filestat_set_size
#define __wasi_fd_filestat_set_times wasi3_fd_filestat_set_times
#define __wasi_path_create_directory wasi3_path_create_directory
#define __wasi_path_filestat_get wasi3_path_filestat_get
#define __wasi_path_filestat_set_times wasi3_path_filestat_set_times
#define __wasi_path_link wasi3_path_link
#define __wasi_path_readlink wasi3_path_readlink
#define __wasi_path_rename wasi3_path_rename
#define __wasi_path_symlink wasi3_path_symlink
#define __wasi_path_unlink_file wasi3_path_unlink_file
#define __wasi_path_remove_directory wasi3_path_remove_directory

/* The program itself: main, called with the arguments by the C library. */
int __main_void(void);

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) int run(void) {
    const int status = __main_void() != 0;
    fflush(stdout);
    return status;
}
