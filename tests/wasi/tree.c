#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree.h"

/* ---- The host's tree ---- */

void host_link(const char *target, const char *path) {
    CHECK(symlink(target, path) == 0);
}

void make_tree(void) {
    char here[4096], text[5000];
    CHECK(getcwd(here, sizeof here));
    host_file("secret", SECRET);
    CHECK(mkdir("outside", 0777) == 0 && mkdir("outside/dir", 0777) == 0 && mkdir("elsewhere", 0777) == 0);
    host_file("outside/secret", SECRET);
    host_file("outside/dir/secret", SECRET);
    host_file("boxer", SECRET);                                                           /* begins like "box" */
    CHECK(mkdir("etc", 0777) == 0 && mkdir("tmp", 0777) == 0 && mkdir("dev", 0777) == 0); /* for who is in jail */
    host_file("etc/passwd", SECRET);
    CHECK(mkdir("box/in", 0777) == 0 && mkdir("box/in/deep", 0777) == 0 && mkdir("box/empty", 0777) == 0);
    host_file("box/file", "inside");
    host_file("box/in/file", "inside");
    host_file("ro/file", "read only");
    CHECK(mkdir("ro/dir", 0777) == 0);
    host_file("ro/dir/file", "read only");
    host_link("file", "ro/link");
    /* Links made by the host. */
    host_link("../secret", "box/to-secret");
    host_link("../outside", "box/to-outside");
    host_link("../nothing", "box/to-nothing");
    host_link("..", "box/to-parent");
    host_link("/", "box/to-root");
    host_link("/etc/passwd", "box/to-passwd");
    host_link("/proc/self/root", "box/to-proc-root");
    host_link("/proc/self/cwd/secret", "box/to-proc-cwd");
    host_link("/proc/self/fd", "box/to-proc-fd");
    host_link("../../secret", "box/in/to-secret");
    host_link("in/to-secret", "box/chain");
    host_link("chain", "box/chain2");
    host_link("to-parent/to-parent", "box/climb");
    host_link("in/../../secret", "box/in-and-out");
    host_link("loop-b", "box/loop-a");
    host_link("loop-a", "box/loop-b");
    host_link("../ro", "box/to-ro");
    host_link("../box/file", "box/out-and-back");
    snprintf(text, sizeof text, "%s/secret", here);
    host_link(text, "box/to-absolute-secret");
    snprintf(text, sizeof text, "%s/box/file", here);
    host_link(text, "box/to-absolute-inside");
}

/* A number made from everything outside of box/: names, types, modes, links, contents, times of
 * change. */
static uint64_t mix(uint64_t sum, const void *bytes, size_t length) {
    for (const unsigned char *p = bytes; length-- > 0; p++)
        sum = (sum ^ *p) * UINT64_C(0x100000001B3);
    return sum;
}

static uint64_t digest_file(uint64_t sum, const char *path, const struct stat *st) {
    char text[4096];
    ssize_t length = 0;
    if (S_ISLNK(st->st_mode)) {
        length = readlink(path, text, sizeof text);
    } else if (S_ISREG(st->st_mode)) {
        int fd = open(path, O_RDONLY);
        CHECK(fd >= 0);
        length = read(fd, text, sizeof text);
        close(fd);
    }
    CHECK(length >= 0);
    return mix(sum, text, (size_t)length);
}

static uint64_t digest_tree(uint64_t sum, const char *path, int depth) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    CHECK(count >= 0 && depth < 20);
    for (int k = 0; k < count; k++) {
        char name[4096];
        struct stat st;
        snprintf(name, sizeof name, "%s/%s", path, entries[k]->d_name);
        bool skip = strcmp(entries[k]->d_name, ".") == 0 || strcmp(entries[k]->d_name, "..") == 0 || strcmp(name, "./box") == 0;
        if (!skip && lstat(name, &st) == 0) {
            sum = mix(sum, name, strlen(name));
            sum = mix(sum, &st.st_mode, sizeof st.st_mode);
            sum = mix(sum, &st.st_nlink, sizeof st.st_nlink);
            sum = mix(sum, &st.st_ino, sizeof st.st_ino);
            sum = mix(sum, &st.st_mtim, sizeof st.st_mtim);
            sum = S_ISDIR(st.st_mode) ? digest_tree(sum, name, depth + 1) : digest_file(sum, name, &st);
        }
        free(entries[k]);
    }
    free(entries);
    return sum;
}

uint64_t digest(void) {
    return digest_tree(UINT64_C(0xCBF29CE484222325), ".", 0);
}

static bool same_file(uint64_t device, uint64_t inode, const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

bool is_outside(uint64_t device, uint64_t inode) {
    static const char *const paths[] = {".",         "secret", "outside", "outside/secret", "outside/dir", "outside/dir/secret",
                                        "elsewhere", "boxer",  "/",       "/etc",           "/etc/passwd", "/proc",
                                        "/tmp"};
    for (size_t k = 0; k < COUNT(paths); k++)
        if (same_file(device, inode, paths[k]))
            return true;
    return false;
}

/* ---- What the guest has got ---- */

/* Every open descriptor: reads no secret, and is nothing from outside. Those of files are closed.
 */
void check_loot(void) {
    for (uint32_t fd = 0; fd < 64; fd++) {
        if (wasmelt_wasi_fd_filestat_get(wasi, fd, OUT) != WASI_SUCCESS)
            continue;
        CHECK(!is_outside(get64(OUT), get64(OUT + 8)));
        if (memory.base[OUT + 16] != FILETYPE_REGULAR_FILE)
            continue;
        memset(memory.base + BUFFER, 0, 4096);
        if (pread_some(fd, 4096, 0) == WASI_SUCCESS)
            CHECK(!memmem(memory.base + BUFFER, 4096, SECRET, strlen(SECRET)) && !memmem(memory.base + BUFFER, 4096, "root:", 5));
        if (fd != BOX && fd != READ_ONLY)
            wasmelt_wasi_fd_close(wasi, fd);
    }
}

uint64_t before;

void begin(void) {
    enter_jail();
    make_tree();
    before = digest();
}

void end(void) {
    check_loot();
    SAME(before, digest());
    CHECK(host_file_is("secret", SECRET));
}

/* ---- Every operation on a path ---- */

static uint32_t open_rw(uint32_t dir, const char *path, uint32_t lookup, uint32_t oflags) {
    uint32_t fd;
    uint32_t error = open_with(dir, path, lookup, oflags, RIGHTS_FILE, RIGHTS_ALL, 0, &fd);
    if (error == WASI_NOTCAPABLE) /* not for writing, then: it is written to all the same */
        error = open_with(dir, path, lookup, oflags, RIGHTS_FILE & ~RIGHT_FD_WRITE, RIGHTS_ALL, 0, &fd);
    if (error == WASI_SUCCESS)
        write_text(fd, "defaced"); /* check_loot looks at what it is */
    return error;
}

uint32_t do_open(uint32_t dir, const char *path) {
    uint32_t fd;
    return open_with(dir, path, 0, 0, RIGHT_FD_READ | RIGHT_FD_SEEK | RIGHT_FD_FILESTAT_GET, 0, 0, &fd);
}

uint32_t do_open_follow(uint32_t dir, const char *path) {
    uint32_t fd;
    return open_with(dir, path, LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ | RIGHT_FD_SEEK | RIGHT_FD_FILESTAT_GET, 0, 0, &fd);
}

uint32_t do_open_write(uint32_t dir, const char *path) {
    return open_rw(dir, path, LOOKUP_SYMLINK_FOLLOW, 0);
}

static uint32_t do_create(uint32_t dir, const char *path) {
    return open_rw(dir, path, LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT);
}

static uint32_t do_create_new(uint32_t dir, const char *path) {
    return open_rw(dir, path, 0, OFLAG_CREAT | OFLAG_EXCL);
}

static uint32_t do_truncate(uint32_t dir, const char *path) {
    uint32_t fd;
    return open_with(dir, path, LOOKUP_SYMLINK_FOLLOW, OFLAG_TRUNC, 0, 0, 0, &fd);
}

static uint32_t do_open_dir(uint32_t dir, const char *path) {
    uint32_t fd;
    return open_with(dir, path, LOOKUP_SYMLINK_FOLLOW, OFLAG_DIRECTORY, RIGHTS_ALL & ~RIGHT_FD_WRITE, RIGHTS_ALL, 0, &fd);
}

static uint32_t checked_stat(uint32_t dir, uint32_t lookup, const char *path) {
    uint32_t error = stat_path(dir, lookup, path);
    if (error == WASI_SUCCESS)
        CHECK(!is_outside(get64(OUT), get64(OUT + 8)));
    return error;
}

uint32_t do_stat(uint32_t dir, const char *path) {
    return checked_stat(dir, 0, path);
}

static uint32_t do_stat_follow(uint32_t dir, const char *path) {
    return checked_stat(dir, LOOKUP_SYMLINK_FOLLOW, path);
}

static uint32_t do_set_times(uint32_t dir, const char *path) {
    return set_path_times(dir, LOOKUP_SYMLINK_FOLLOW, path, 1, 1, FST_ATIM | FST_MTIM);
}

static uint32_t do_readlink(uint32_t dir, const char *path) {
    return read_link(dir, path, 4096);
}

static uint32_t do_mkdir(uint32_t dir, const char *path) {
    return make_dir(dir, path);
}

static uint32_t do_symlink_at(uint32_t dir, const char *path) {
    return symlink_to("file", dir, path);
}

static uint32_t do_link_to(uint32_t dir, const char *path) {
    return link_file(BOX, "file", dir, path);
}

static uint32_t do_link_from(uint32_t dir, const char *path) {
    uint32_t error = link_file(dir, path, BOX, "in/linked");
    if (error == WASI_SUCCESS) {
        do_open_follow(BOX, "in/linked");
        unlink_file(BOX, "in/linked");
    }
    return error;
}

uint32_t do_rename_from(uint32_t dir, const char *path) {
    uint32_t error = rename_file(dir, path, BOX, "in/moved");
    if (error == WASI_SUCCESS) {
        do_open_follow(BOX, "in/moved");
        rename_file(BOX, "in/moved", dir, path);
    }
    return error;
}

static uint32_t do_rename_to(uint32_t dir, const char *path) {
    put_text(BUFFER, "x");
    host_file("box/in/moving", "moving");
    return rename_file(BOX, "in/moving", dir, path);
}

static uint32_t do_unlink(uint32_t dir, const char *path) {
    return unlink_file(dir, path);
}

static uint32_t do_rmdir(uint32_t dir, const char *path) {
    return remove_dir(dir, path);
}

/* In an order in which what goes away does so last. */
operation *const operations[OPERATIONS] = {
    do_open,      do_open_follow, do_open_write, do_stat,       do_stat_follow, do_readlink,   do_set_times,
    do_truncate,  do_open_dir,    do_create,     do_create_new, do_mkdir,       do_symlink_at, do_link_to,
    do_link_from, do_rename_from, do_rename_to,  do_unlink,     do_rmdir,
};
