/* A program that tries to reach what is outside of its directories, by the functions of preview 1 themselves, which an adapter turns into
 * those of WASI 0.2; or, with WASI_0_3, by those of 0.3. Descriptor 3 may be changed, 4 may be read.
 *
 *   paths           every operation on every path that leads out; prints what it has read of files that it should not
 *   readonly        every operation that would change something on 4
 *   race SECONDS    opens and changes through a directory that others exchange with a link
 *
 * It prints "operations: N, succeeded: M" last. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wasi/api.h>

#ifdef WASI_0_3
#include "attacks_0_3.h"
#endif

static const char *const paths[] = {
    "..",
    "../",
    "../.",
    "../..",
    "../secret",
    "../outside",
    "../outside/secret",
    "../outside/new",
    "../new",
    "../box/../secret",
    "./../secret",
    ".//..//secret",
    "in/../../secret",
    "in/deep/../../../secret",
    "in/./.././../secret",
    "nothing/../../secret",
    "file/../../secret",
    "/",
    "//",
    "/etc/passwd",
    "/../etc/passwd",
    "/proc/self/cwd/secret",
    "/dev/fd/0",
    "to-secret",
    "to-secret/",
    "to-outside",
    "to-outside/",
    "to-outside/.",
    "to-outside/secret",
    "to-outside/new",
    "to-outside/../secret",
    "to-up/secret",
    "to-up/new",
    "absolute",
    "absolute-folder/secret",
    "absolute-folder/new",
    "loop",
    "loop/secret",
    "chain/secret",
    "chain/new",
    "to-proc/cwd/secret",
    "in/deep/up/secret",
    "hard/../../secret",
    "\\..\\secret",
    "..\\secret",
    "in/..%2f../secret",
    "",
};

static unsigned operations, succeeded;

static int tried(int error) {
    operations++;
    succeeded += error == 0;
    return error == 0;
}

/* Whatever is opened is read: the test looks for what must not be printed. */
static void show(const char *path, __wasi_fd_t fd) {
    uint8_t bytes[64];
    __wasi_size_t count;
    const __wasi_iovec_t buffer = {bytes, sizeof bytes};
    if (__wasi_fd_read(fd, &buffer, 1, &count) == 0)
        printf("read %s: %.*s\n", path, (int)count, (const char *)bytes);
    if (__wasi_fd_readdir(fd, bytes, sizeof bytes, 0, &count) == 0)
        printf("list %s: %u\n", path, (unsigned)count);
}

static void open_all(__wasi_fd_t in, const char *path) {
    const __wasi_rights_t all = ~0ull;
    for (unsigned flags = 0; flags < 16; flags++)
        for (unsigned follows = 0; follows < 2; follows++)
            for (unsigned rights = 0; rights < 3; rights++) {
                const __wasi_rights_t wanted = rights == 0 ? __WASI_RIGHTS_FD_READ : rights == 1 ? all : __WASI_RIGHTS_FD_WRITE;
                __wasi_fd_t fd;
                if (!tried(__wasi_path_open(in, follows, path, flags, wanted, wanted, 0, &fd)))
                    continue;
                const __wasi_ciovec_t text = {(const uint8_t *)"changed", 7};
                __wasi_size_t count;
                show(path, fd);
                tried(__wasi_fd_write(fd, &text, 1, &count));
                tried(__wasi_fd_filestat_set_size(fd, 3));
                tried(__wasi_fd_filestat_set_times(fd, 0, 0, __WASI_FSTFLAGS_MTIM));
                /* From there once more upwards. */
                __wasi_fd_t up;
                if (tried(__wasi_path_open(fd, 1, "../secret", 0, wanted, wanted, 0, &up))) {
                    show("../secret of it", up);
                    (void)!__wasi_fd_close(up);
                }
                (void)!__wasi_fd_close(fd);
            }
}

static void change(__wasi_fd_t in, const char *path) {
    uint8_t text[64];
    __wasi_size_t count;
    __wasi_filestat_t st;
    tried(__wasi_path_create_directory(in, path));
    tried(__wasi_path_filestat_get(in, 1, path, &st));
    tried(__wasi_path_filestat_set_times(in, 1, path, 0, 0, __WASI_FSTFLAGS_MTIM));
    tried(__wasi_path_link(in, 1, path, in, "linked"));
    tried(__wasi_path_link(in, 0, "file", in, path));
    if (tried(__wasi_path_readlink(in, path, text, sizeof text, &count)))
        printf("link %s\n", path);
    tried(__wasi_path_rename(in, path, in, "taken"));
    tried(__wasi_path_rename(in, "file", in, path));
    tried(__wasi_path_symlink("file", in, path));
    tried(__wasi_path_symlink(path, in, "made"));
    open_all(in, "made");
    open_all(in, "made/secret");
    tried(__wasi_path_unlink_file(in, "made"));
    tried(__wasi_path_unlink_file(in, path));
    tried(__wasi_path_remove_directory(in, path));
}

int main(int argc, char **argv) {
    if (strcmp(argv[1], "race") == 0) {
        for (const time_t end = time(NULL) + atoi(argv[2]); time(NULL) < end;) {
            __wasi_fd_t fd;
            if (tried(__wasi_path_open(3, 1, "swapped/secret", 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd))) {
                show("swapped/secret", fd);
                (void)!__wasi_fd_close(fd);
            }
            tried(__wasi_path_create_directory(3, "swapped/new"));
            tried(__wasi_path_remove_directory(3, "swapped/new"));
            tried(__wasi_path_rename(3, "file", 3, "swapped/file"));
            tried(__wasi_path_rename(3, "swapped/file", 3, "file"));
            tried(__wasi_path_unlink_file(3, "swapped/victim"));
        }
    } else {
        const int readonly = strcmp(argv[1], "readonly") == 0;
        for (unsigned k = 0; k < sizeof paths / sizeof *paths; k++) {
            open_all(readonly ? 4 : 3, paths[k]);
            change(readonly ? 4 : 3, paths[k]);
        }
        if (readonly) {
            open_all(4, "file");
            open_all(4, "new");
            change(4, "file");
            change(4, "new");
        }
    }
    (void)argc;
    printf("operations: %u, succeeded: %u\n", operations, succeeded);
    return 0;
}
