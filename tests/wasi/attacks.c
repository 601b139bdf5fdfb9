/* Attacks on the sandbox. The current directory holds what the guest has (box/ to read and write, ro/ to read) and,
 * beside them, what it must not touch: secret, outside/, elsewhere/. After each attack the tree outside of box/ is
 * what it was, byte for byte, no descriptor that the guest has reads the secret, and nothing hung or crashed (each
 * case is a process with a time limit; guest.c). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define SECRET "THE SECRET"
#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- The host's tree ---- */

static void host_link(const char *target, const char *path) {
    CHECK(symlink(target, path) == 0);
}

static void make_tree(void) {
    char here[4096], text[5000];
    CHECK(getcwd(here, sizeof here));
    host_file("secret", SECRET);
    CHECK(mkdir("outside", 0777) == 0 && mkdir("outside/dir", 0777) == 0 && mkdir("elsewhere", 0777) == 0);
    host_file("outside/secret", SECRET);
    host_file("outside/dir/secret", SECRET);
    host_file("boxer", SECRET); /* begins like "box" */
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

/* A number made from everything outside of box/: names, types, modes, links, contents, times of change. */
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

static uint64_t digest(void) {
    return digest_tree(UINT64_C(0xCBF29CE484222325), ".", 0);
}

static bool same_file(uint64_t device, uint64_t inode, const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static bool is_outside(uint64_t device, uint64_t inode) {
    static const char *const paths[] = {".", "secret", "outside", "outside/secret", "outside/dir", "outside/dir/secret",
                                        "elsewhere", "boxer", "/", "/etc", "/etc/passwd", "/proc", "/tmp"};
    for (size_t k = 0; k < COUNT(paths); k++)
        if (same_file(device, inode, paths[k]))
            return true;
    return false;
}

/* ---- What the guest has got ---- */

/* Every open descriptor: reads no secret, and is nothing from outside. Those of files are closed. */
static void check_loot(void) {
    for (uint32_t fd = 0; fd < 64; fd++) {
        if (wasmelt_wasi_fd_filestat_get(wasi, fd, OUT) != WASI_SUCCESS)
            continue;
        CHECK(!is_outside(get64(OUT), get64(OUT + 8)));
        if (memory.base[OUT + 16] != FILETYPE_REGULAR_FILE)
            continue;
        memset(memory.base + BUFFER, 0, 4096);
        if (pread_some(fd, 4096, 0) == WASI_SUCCESS)
            CHECK(!memmem(memory.base + BUFFER, 4096, SECRET, strlen(SECRET)) &&
                  !memmem(memory.base + BUFFER, 4096, "root:", 5));
        if (fd != BOX && fd != READ_ONLY)
            wasmelt_wasi_fd_close(wasi, fd);
    }
}

static uint64_t before;

static void begin(void) {
    enter_jail();
    make_tree();
    before = digest();
}

static void end(void) {
    check_loot();
    SAME(before, digest());
    CHECK(host_file_is("secret", SECRET));
}

/* ---- Every operation on a path ---- */

typedef uint32_t operation(uint32_t dir, const char *path);

static uint32_t open_rw(uint32_t dir, const char *path, uint32_t lookup, uint32_t oflags) {
    uint32_t fd;
    uint32_t error = open_with(dir, path, lookup, oflags, RIGHTS_FILE, RIGHTS_ALL, 0, &fd);
    if (error == WASI_NOTCAPABLE) /* not for writing, then: it is written to all the same */
        error = open_with(dir, path, lookup, oflags, RIGHTS_FILE & ~RIGHT_FD_WRITE, RIGHTS_ALL, 0, &fd);
    if (error == WASI_SUCCESS)
        write_text(fd, "defaced"); /* check_loot looks at what it is */
    return error;
}

static uint32_t do_open(uint32_t dir, const char *path) {
    uint32_t fd;
    return open_with(dir, path, 0, 0, RIGHT_FD_READ | RIGHT_FD_SEEK | RIGHT_FD_FILESTAT_GET, 0, 0, &fd);
}

static uint32_t do_open_follow(uint32_t dir, const char *path) {
    uint32_t fd;
    return open_with(dir, path, LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ | RIGHT_FD_SEEK | RIGHT_FD_FILESTAT_GET, 0, 0, &fd);
}

static uint32_t do_open_write(uint32_t dir, const char *path) {
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

static uint32_t do_stat(uint32_t dir, const char *path) {
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

static uint32_t do_rename_from(uint32_t dir, const char *path) {
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
static operation *const operations[] = {
    do_open,      do_open_follow, do_open_write, do_stat,       do_stat_follow, do_readlink,  do_set_times, do_truncate,
    do_open_dir,  do_create,      do_create_new, do_mkdir,      do_symlink_at,  do_link_to,   do_link_from, do_rename_from,
    do_rename_to, do_unlink,      do_rmdir,
};
enum { OPERATIONS = COUNT(operations) };

/* ---- Paths out of the box: every operation on each ---- */

static const char *const escapes[] = {
    "..", "../", "../.", "../..", "../secret", "../outside", "../outside/secret", "../outside/new", "../new", "../boxer",
    "./../secret", ".//..//secret", "in/../../secret", "in/deep/../../../secret", "in/./.././../secret", "../box/file",
    "../box/../secret", "../ro/file", "in/deep/../../../box", "nothing/../../secret", "file/../../secret", "file/..",
    "/", "//", "/secret", "/etc/passwd", "//etc/passwd", "/../etc/passwd", "/tmp", "/proc/self/mem", "/proc/self/cwd/secret",
    "/dev/mem", "/dev/stdin", "/dev/fd/0",
    "to-secret", "to-secret/", "to-secret/.", "to-outside/", "to-outside/.", "to-outside/secret", "to-outside/new",
    "to-outside/dir/secret", "to-outside/../secret", "to-nothing", "to-nothing/", "to-nothing/new", "to-parent/",
    "to-parent/secret", "to-parent/box/file", "to-parent/new", "to-root/", "to-root/etc/passwd", "to-passwd", "to-proc-root/",
    "to-proc-root/etc/passwd", "to-proc-cwd", "to-proc-fd/0", "in/to-secret", "chain", "chain2", "climb/", "climb/etc/passwd",
    "in-and-out", "loop-a", "loop-a/", "loop-a/x", "to-ro/", "to-ro/file", "to-ro/new", "out-and-back", "to-absolute-secret",
    "to-absolute-inside", ".", "./", "in/..", "in/../", "in/.", "",
};

static void escape(int index) {
    begin();
    for (size_t k = 0; k < OPERATIONS; k++) {
        operations[k](BOX, escapes[index]);
        end();
    }
}

/* The same from a directory further in, whose ".." is allowed nothing more. */
static void escape_from_within(int index) {
    begin();
    uint32_t dir = open_dir(BOX, "in/deep");
    char path[256];
    snprintf(path, sizeof path, "../../%s", escapes[index]);
    for (size_t k = 0; k < OPERATIONS; k++) {
        CHECK(operations[k](dir, path) != WASI_SUCCESS); /* ".." leads out of the directory that is given */
        SAME(before, digest());
    }
    end();
}

/* ---- What lies outside makes no difference to any answer ---- */

static const char *const oracle_forms[] = {"%s", "%s/", "%s/.", "%s/x", "%s//", "in/../%s/", "%s/../file"};

static void no_answer_tells_what_is_outside(int form) {
    static const char *const targets[][4] = {
        {"../outside", "../secret", "../nothing", "../boxer"},
        {"../outside/dir", "../outside/secret", "../outside/nothing", "../nothing/nothing"},
        {"/etc", "/etc/passwd", "/etc/nothing", "/nothing"},
    };
    begin();
    char name[64], path[128];
    for (size_t t = 0; t < COUNT(targets); t++) {
        for (size_t k = 0; k < OPERATIONS; k++) {
            uint32_t answers[4];
            for (size_t v = 0; v < 4; v++) {
                snprintf(name, sizeof name, "box/l%zu-%zu", t, v);
                unlink(name);
                host_link(targets[t][v], name);
                snprintf(path, sizeof path, oracle_forms[form], name + 4);
                answers[v] = operations[k](BOX, path);
                check_loot();
                unlink("box/in/moving");
                unlink("box/in/moved");
            }
            for (size_t v = 1; v < 4; v++)
                SAME(answers[0], answers[v]);
        }
        for (size_t k = 0; k < OPERATIONS; k++) /* and by the path itself */
            for (size_t v = 1; v < 4; v++)
                SAME(operations[k](BOX, targets[t][0]), operations[k](BOX, targets[t][v]));
    }
    end();
}

/* ---- Links that the guest makes ---- */

static void links_of_the_guest_lead_nowhere(int unused) {
    (void)unused;
    static const char *const targets[] = {"..", "../secret", "../outside", "in/../../secret", "./../secret", "to-parent/secret"};
    begin();
    for (size_t t = 0; t < COUNT(targets); t++) {
        for (size_t k = 0; k < OPERATIONS; k++) {
            unlink("box/mine");
            SAME(WASI_SUCCESS, symlink_to(targets[t], BOX, "mine"));
            operations[k](BOX, "mine");
            end();
            operations[k](BOX, "mine/");
            operations[k](BOX, "mine/secret");
            end();
        }
    }
}

static void links_to_absolute_paths_cannot_be_made(int unused) {
    (void)unused;
    begin();
    SAME(WASI_PERM, symlink_to("/", BOX, "mine"));
    SAME(WASI_PERM, symlink_to("/etc/passwd", BOX, "mine"));
    SAME(WASI_PERM, symlink_to("//", BOX, "mine"));
    CHECK(!host_exists("box/mine"));
    end();
}

static void a_link_moved_up_leads_no_further(int unused) {
    (void)unused;
    begin();
    SAME(WASI_SUCCESS, symlink_to("../file", BOX, "in/l"));
    SAME(WASI_SUCCESS, do_open_follow(BOX, "in/l"));
    SAME(WASI_SUCCESS, symlink_to("../../secret", BOX, "in/deep/l"));
    SAME(WASI_SUCCESS, rename_file(BOX, "in/deep/l", BOX, "in/l2"));
    CHECK(do_open_follow(BOX, "in/l2") != WASI_SUCCESS);
    SAME(WASI_SUCCESS, rename_file(BOX, "in/deep", BOX, "top"));
    CHECK(do_open_follow(BOX, "in/l2") != WASI_SUCCESS);
    end();
}

static void a_directory_moved_away_does_not_take_dot_dot_along(int unused) {
    (void)unused;
    begin();
    SAME(0, wasmelt_wasi_preopen(wasi, "outside/dir", "/other", WASMELT_WASI_READ | WASMELT_WASI_WRITE));
    uint32_t deep = open_dir(BOX, "in/deep");
    SAME(WASI_SUCCESS, rename_file(BOX, "in/deep", 5, "deep"));
    CHECK(do_open(deep, "../secret") != WASI_SUCCESS);
    CHECK(do_open(deep, "../../secret") != WASI_SUCCESS);
    SAME(WASI_SUCCESS, rename_file(5, "deep", BOX, "in/deep"));
    host_file("outside/dir/secret", "");
    CHECK(wasmelt_wasi_fd_close(wasi, 5) == WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_close(wasi, deep) == WASI_SUCCESS);
}

/* ---- Races ---- */

/* Another process swaps box/x between a directory and a link to the outside while the guest opens beneath it. */
static void swapped_while_walking(int kind) {
    static const char *const targets[] = {"../outside", "..", "in/../../outside"};
    begin();
    CHECK(mkdir("box/x", 0777) == 0);
    host_file("box/x/secret", "harmless");
    host_link(targets[kind], "box/y");
    pid_t other = accomplice();
    for (int dir = open("box", O_RDONLY); other == 0;)
        renameat2(dir, "x", dir, "y", RENAME_EXCHANGE);
    struct timeval start, at;
    gettimeofday(&start, NULL);
    long opened = 0, tries = 0;
    do {
        uint32_t fd;
        tries++;
        uint32_t error = open_with(BOX, tries % 2 ? "x/secret" : "in/../x/./secret", LOOKUP_SYMLINK_FOLLOW, 0, RIGHTS_FILE & ~RIGHT_FD_WRITE, 0, 0, &fd);
        if (error == WASI_SUCCESS) {
            opened++;
            SAME(WASI_SUCCESS, read_some(fd, 100));
            CHECK(buffer_is("harmless"));
            SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, fd));
        }
        if (stat_path(BOX, LOOKUP_SYMLINK_FOLLOW, "x/secret") == WASI_SUCCESS)
            CHECK(!is_outside(get64(OUT), get64(OUT + 8)));
        uint32_t made;
        if (open_with(BOX, "x/made", LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT, RIGHTS_FILE, 0, 0, &made) == WASI_SUCCESS)
            wasmelt_wasi_fd_close(wasi, made);
        unlink_file(BOX, "x/secret/");
        make_dir(BOX, "x/dir");
        remove_dir(BOX, "x/dir");
        gettimeofday(&at, NULL);
    } while ((at.tv_sec - start.tv_sec) * 1000000 + at.tv_usec - start.tv_usec < 700000);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    CHECK(opened > 0 && opened < tries); /* both were met */
    end();
}

/* The guest itself moves the directory of which it resolves "..". */
static void moved_while_walking(int unused) {
    (void)unused;
    begin();
    CHECK(mkdir("box/a", 0777) == 0 && mkdir("box/a/b", 0777) == 0 && mkdir("box/a/b/c", 0777) == 0);
    pid_t other = accomplice();
    while (other == 0) {
        rename("box/a/b/c", "box/c");
        rename("box/c", "box/a/b/c");
    }
    for (int k = 0; k < 20000; k++)
        CHECK(do_open(BOX, "a/b/c/../../../../secret") != WASI_SUCCESS);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    end();
}

/* ---- procfs, devices ---- */

static void procfs_is_closed(int unused) {
    (void)unused;
    begin();
    leave_jail();
    SAME(EACCES, wasmelt_wasi_preopen(wasi, "/proc", "/proc", WASMELT_WASI_READ));
    SAME(EACCES, wasmelt_wasi_preopen(wasi, "/proc/self/fdinfo", "/proc", WASMELT_WASI_READ));
    SAME(0, wasmelt_wasi_preopen(wasi, "/", "/", WASMELT_WASI_READ | WASMELT_WASI_WRITE));
    uint32_t fd;
    static const char *const paths[] = {"proc/self/mem", "proc/self/environ", "proc/self/maps", "proc/1/mem", "proc",
                                        "proc/self/fd/3", "proc/self/root/etc", "proc/self/cwd", "proc/self/exe",
                                        "proc/self/task", "dev/fd/0", "dev/stdin"};
    for (size_t k = 0; k < COUNT(paths); k++) {
        CHECK(open_with(5, paths[k], LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd) != WASI_SUCCESS);
        CHECK(open_with(5, paths[k], LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_WRITE, 0, 0, &fd) != WASI_SUCCESS);
    }
    CHECK(read_link(5, "proc/self/exe", 4096) != WASI_SUCCESS);
    CHECK(read_link(5, "proc/self/cwd", 4096) != WASI_SUCCESS);
}

static void a_fifo_hangs_nothing(int unused) {
    (void)unused;
    CHECK(mkfifo("box/fifo", 0666) == 0);
    begin();
    for (size_t k = 0; k < OPERATIONS; k++)
        operations[k](BOX, "fifo");
    SAME(before, digest());
}

static void a_socket_is_not_opened(int unused) {
    (void)unused;
    CHECK(mknod("box/socket", S_IFSOCK | 0666, 0) == 0);
    begin();
    SAME(WASI_NXIO, do_open(BOX, "socket"));
    SAME(WASI_NXIO, do_open_write(BOX, "socket"));
    end();
}

/* ---- What is for reading only ---- */

static void read_only_stays_as_it_is(int operation) {
    static const char *const paths[] = {"file", "file/", "dir", "dir/", "dir/file", "link", "new", "dir/new", ".", "./new", "dir/../file", ""};
    begin();
    for (size_t k = 0; k < COUNT(paths); k++) {
        operations[operation](READ_ONLY, paths[k]);
        SAME(before, digest());
    }
    end();
}

static void read_only_descriptors_change_nothing(int unused) {
    (void)unused;
    begin();
    uint32_t fd, dir;
    SAME(WASI_NOTCAPABLE, open_with(READ_ONLY, "file", 0, 0, RIGHTS_FILE, 0, 0, &fd));
    fd = open_file(READ_ONLY, "file", 0, RIGHTS_FILE & ~RIGHT_FD_WRITE);
    dir = open_dir(READ_ONLY, "dir");
    CHECK(write_text(fd, "x") != WASI_SUCCESS);
    CHECK(pwrite_text(fd, "x", 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_size(wasi, fd, 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_allocate(wasi, fd, 0, 100) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_times(wasi, fd, 1, 1, FST_ATIM | FST_MTIM) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_times(wasi, dir, 1, 1, FST_ATIM | FST_MTIM) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_times(wasi, READ_ONLY, 1, 1, FST_MTIM) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, RIGHTS_ALL, 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_fdstat_set_rights(wasi, READ_ONLY, RIGHTS_ALL, RIGHTS_ALL) != WASI_SUCCESS);
    wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, FDFLAG_APPEND);
    CHECK(write_text(fd, "x") != WASI_SUCCESS);
    CHECK(open_with(dir, "new", 0, OFLAG_CREAT, RIGHTS_FILE, 0, 0, &fd) != WASI_SUCCESS);
    CHECK(open_with(dir, "file", 0, OFLAG_TRUNC, 0, 0, 0, &fd) != WASI_SUCCESS);
    CHECK(make_dir(dir, "new") != WASI_SUCCESS);
    end();
}

static void read_only_files_are_not_linked_or_moved_to_where_one_can_write(int unused) {
    (void)unused;
    begin();
    CHECK(link_file(READ_ONLY, "file", BOX, "f") != WASI_SUCCESS);
    CHECK(rename_file(READ_ONLY, "file", BOX, "f") != WASI_SUCCESS);
    CHECK(link_file(BOX, "file", READ_ONLY, "f") != WASI_SUCCESS);
    CHECK(rename_file(BOX, "file", READ_ONLY, "f") != WASI_SUCCESS);
    CHECK(rename_file(BOX, "file", READ_ONLY, "file") != WASI_SUCCESS);
    CHECK(symlink_to("file", READ_ONLY, "f") != WASI_SUCCESS);
    end();
}

static void renumbering_gives_no_rights(int unused) {
    (void)unused;
    begin();
    uint32_t fd = open_file(READ_ONLY, "file", 0, RIGHT_FD_READ), mine = open_file(BOX, "file", 0, RIGHTS_FILE);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_renumber(wasi, fd, mine));
    CHECK(write_text(mine, "x") != WASI_SUCCESS);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_renumber(wasi, READ_ONLY, BOX));
    CHECK(make_dir(BOX, "new") != WASI_SUCCESS);
    SAME(WASI_BADF, make_dir(READ_ONLY, "new"));
    end();
}

/* ---- Paths that are no paths ---- */

static uint32_t open_bytes(const void *bytes, uint32_t length) {
    memcpy(memory.base + PATH, bytes, length);
    return wasmelt_wasi_path_open(wasi, BOX, 0, PATH, length, OFLAG_CREAT, RIGHTS_FILE, 0, 0, OUT);
}

static void a_zero_in_a_path_does_not_cut_it(int unused) {
    (void)unused;
    begin();
    SAME(WASI_INVAL, open_bytes("file\0.txt", 9));
    SAME(WASI_INVAL, open_bytes("\0", 1));
    SAME(WASI_INVAL, open_bytes("new\0", 4));
    CHECK(!host_exists("box/new"));
    end();
}

static void a_path_of_a_megabyte_is_too_long(int kind) {
    static const char *const units[] = {"a", "/", "./", "../", "a/", "in/../", "to-parent/"};
    begin();
    const char *unit = units[kind];
    for (uint32_t at = 0; at < 1 << 20; at++)
        memory.base[PATH + at] = (uint8_t)unit[at % strlen(unit)];
    for (uint32_t length = 1; length <= 1 << 20; length *= 2) {
        uint32_t error = wasmelt_wasi_path_open(wasi, BOX, LOOKUP_SYMLINK_FOLLOW, PATH, length, 0, RIGHT_FD_READ | RIGHT_FD_FILESTAT_GET, 0, 0, OUT);
        CHECK(length < 4096 || error == WASI_NAMETOOLONG);
        error = wasmelt_wasi_path_create_directory(wasi, BOX, PATH, length);
        CHECK(length < 4096 || error == WASI_NAMETOOLONG);
        error = wasmelt_wasi_path_symlink(wasi, PATH, length, BOX, PATH, length);
        CHECK(length < 4096 || error != WASI_SUCCESS);
        check_loot();
    }
    end();
}

static void a_chain_of_links_ends(int unused) {
    (void)unused;
    begin();
    char name[32], target[32];
    SAME(WASI_SUCCESS, symlink_to("file", BOX, "c0"));
    for (int k = 1; k < 100; k++) {
        snprintf(name, sizeof name, "c%d", k);
        snprintf(target, sizeof target, "c%d", k - 1);
        SAME(WASI_SUCCESS, symlink_to(target, BOX, name));
    }
    SAME(WASI_SUCCESS, do_open_follow(BOX, "c30"));
    SAME(WASI_LOOP, do_open_follow(BOX, "c60"));
    SAME(WASI_LOOP, do_open_follow(BOX, "c99"));
    /* Links that double: what is walked is bounded by the number of links. */
    SAME(WASI_SUCCESS, symlink_to("in/..", BOX, "d0"));
    for (int k = 1; k < 40; k++) {
        snprintf(name, sizeof name, "d%d", k);
        snprintf(target, sizeof target, "d%d/d%d", k - 1, k - 1);
        SAME(WASI_SUCCESS, symlink_to(target, BOX, name));
    }
    SAME(WASI_LOOP, do_open_follow(BOX, "d39/file"));
    end();
}

static void a_deep_tree_is_walked(int unused) {
    (void)unused;
    begin();
    uint32_t dir = BOX;
    for (int k = 0; k < 40; k++) {
        SAME(WASI_SUCCESS, make_dir(dir, "d"));
        dir = open_dir(dir, "d");
    }
    char path[512] = "";
    for (int k = 0; k < 40; k++)
        strcat(path, "d/");
    SAME(WASI_SUCCESS, do_stat(BOX, path));
    for (int k = 0; k < 41; k++)
        strcat(path, "../");
    CHECK(do_stat(BOX, path) != WASI_SUCCESS);
    end();
}

/* ---- Pointers ---- */

/* Every function with pointers: what its arguments are. i: a number, d: BOX, f: a file, p: an address and a length
 * of bytes (two arguments), v: vectors (two), o: the address of a result, I: 64 bits, s: two addresses of as many
 * subscriptions and events as the next argument says. */
typedef struct function {
    const char *name, *arguments;
    uint32_t result_size; /* of the last `o` */
    uint32_t (*call)(const uint64_t *a);
} function;

#define A(k) ((uint32_t)a[k])
#define CALLS(X)                                                                                                       \
    X(args_get, "oo", 0, A(0), A(1))                                                                                   \
    X(args_sizes_get, "oo", 4, A(0), A(1))                                                                             \
    X(environ_get, "oo", 0, A(0), A(1))                                                                                \
    X(environ_sizes_get, "oo", 4, A(0), A(1))                                                                          \
    X(clock_res_get, "io", 8, A(0), A(1))                                                                              \
    X(clock_time_get, "iIo", 8, A(0), a[1], A(2))                                                                      \
    X(fd_fdstat_get, "fo", 24, A(0), A(1))                                                                             \
    X(fd_filestat_get, "fo", 64, A(0), A(1))                                                                           \
    X(fd_pread, "fvIo", 4, A(0), A(1), A(2), a[3], A(4))                                                               \
    X(fd_prestat_get, "do", 8, A(0), A(1))                                                                             \
    X(fd_prestat_dir_name, "dp", 0, A(0), A(1), A(2))                                                                  \
    X(fd_pwrite, "fvIo", 4, A(0), A(1), A(2), a[3], A(4))                                                              \
    X(fd_read, "fvo", 4, A(0), A(1), A(2), A(3))                                                                       \
    X(fd_readdir, "dpIo", 4, A(0), A(1), A(2), a[3], A(4))                                                             \
    X(fd_seek, "fIio", 8, A(0), a[1], A(2), A(3))                                                                      \
    X(fd_tell, "fo", 8, A(0), A(1))                                                                                    \
    X(fd_write, "fvo", 4, A(0), A(1), A(2), A(3))                                                                      \
    X(path_create_directory, "dp", 0, A(0), A(1), A(2))                                                                \
    X(path_filestat_get, "dipo", 64, A(0), A(1), A(2), A(3), A(4))                                                     \
    X(path_filestat_set_times, "dipIIi", 0, A(0), A(1), A(2), A(3), a[4], a[5], A(6))                                  \
    X(path_link, "dipdp", 0, A(0), A(1), A(2), A(3), A(4), A(5), A(6))                                                 \
    X(path_open, "dipiIIio", 4, A(0), A(1), A(2), A(3), A(4), a[5], a[6], A(7), A(8))                                  \
    X(path_readlink, "dppo", 4, A(0), A(1), A(2), A(3), A(4), A(5))                                                    \
    X(path_remove_directory, "dp", 0, A(0), A(1), A(2))                                                                \
    X(path_rename, "dpdp", 0, A(0), A(1), A(2), A(3), A(4), A(5))                                                      \
    X(path_symlink, "pdp", 0, A(0), A(1), A(2), A(3), A(4))                                                            \
    X(path_unlink_file, "dp", 0, A(0), A(1), A(2))                                                                     \
    X(poll_oneoff, "sso", 4, A(0), A(1), A(2), A(3))                                                                   \
    X(random_get, "p", 0, A(0), A(1))                                                                                  \
    X(sock_accept, "eio", 4, A(0), A(1), A(2))                                                                         \
    X(sock_recv, "evioh", 2, A(0), A(1), A(2), A(3), A(4), A(5))                                                       \
    X(sock_send, "evio", 4, A(0), A(1), A(2), A(3), A(4))

#define WRAP(name, arguments, size, ...)                                                                               \
    static uint32_t call_##name(const uint64_t *a) {                                                                   \
        return wasmelt_wasi_##name(wasi, __VA_ARGS__);                                                                 \
    }
CALLS(WRAP)
#define ROW(name, arguments, size, ...) {#name, arguments, size, call_##name},
static const function functions[] = {CALLS(ROW)};

enum { MAX_ARGUMENTS = 12 };

static uint32_t file_fd, socket_fd;

/* Fills the arguments with what is right, or, for argument `bad` of the signature, a bad address or length. Returns
 * false if there is nothing to be bad about. */
static bool fill(const function *f, uint64_t *a, size_t bad, uint32_t address, uint32_t length) {
    size_t n = 0;
    bool used = false;
    for (size_t k = 0; f->arguments[k]; k++) {
        bool is_bad = k == bad;
        used |= is_bad && strchr("pvosh", f->arguments[k]);
        switch (f->arguments[k]) {
        case 'd':
            a[n++] = BOX;
            break;
        case 'f':
            a[n++] = file_fd;
            break;
        case 'e':
            a[n++] = socket_fd;
            break;
        case 'p':
            a[n++] = is_bad ? address : PATH;
            a[n++] = is_bad ? length : 4;
            break;
        case 'v':
            a[n++] = is_bad ? address : IOVS;
            a[n++] = is_bad ? length : 1;
            break;
        case 's':
            a[n++] = is_bad ? address : IOVS;
            if (f->arguments[k + 1] != 's')
                a[n++] = is_bad ? length : 1;
            break;
        case 'o':
        case 'h':
            a[n++] = is_bad ? address : OUT;
            break;
        default:
            a[n++] = 0;
        }
    }
    return used;
}

static void bad_pointers_are_refused_before_anything_is_done(int index) {
    static const uint32_t bad[][2] = {
        {MEMORY_SIZE, 1},          {MEMORY_SIZE - 1, 64},     {0xFFFFFFFF, 1},          {0xFFFFFFFF, 0xFFFFFFFF},
        {0x80000000, 0x80000000},  {MEMORY_SIZE - 7, 8},      {0xFFFFFFF8, 16},         {PATH, 0xFFFFFFFF},
        {PATH, 0x80000000},        {0x7FFFFFFF, 2},           {1, 0xFFFFFFFF},          {MEMORY_SIZE - 4, 0x20000001},
    };
    const function *f = &functions[index];
    CHECK(wasmelt_wasi_add_arg(wasi, "argument") && wasmelt_wasi_add_env(wasi, "A=B"));
    begin();
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    CHECK(write(ends[1], "0123456789", 10) == 10);
    file_fd = open_file(BOX, "file", 0, RIGHTS_FILE);
    socket_fd = 0;
    put_text(PATH, "new!");
    put32(IOVS, BUFFER);
    put32(IOVS + 4, 4);
    uint64_t a[MAX_ARGUMENTS];
    int refused = 0;
    for (size_t argument = 0; f->arguments[argument]; argument++) {
        for (size_t k = 0; k < COUNT(bad); k++) {
            char kind = f->arguments[argument];
            bool is_single = kind == 'o' || kind == 'h' || (kind == 's' && f->arguments[argument + 1] == 's');
            if (!fill(f, a, argument, bad[k][0], bad[k][1]))
                break;
            uint64_t size = is_single ? (f->arguments[argument + 1] ? 4 : f->result_size ? f->result_size : 4) : bad[k][1];
            if (bad[k][0] + size <= MEMORY_SIZE)
                continue; /* within bounds for so short a result */
            uint32_t error = f->call(a);
            CHECK(error != WASI_SUCCESS);
            CHECK(error == WASI_FAULT || error == WASI_NAMETOOLONG || error == WASI_INVAL);
            refused++;
        }
    }
    CHECK(refused > 0);
    /* A vector whose buffer is bad, behind a good one. */
    if (strchr(f->arguments, 'v')) {
        for (size_t k = 0; k < COUNT(bad); k++) {
            fill(f, a, SIZE_MAX, 0, 0);
            put32(IOVS + 8, bad[k][0]);
            put32(IOVS + 12, bad[k][1]);
            a[2] = 2;
            SAME(WASI_FAULT, f->call(a));
        }
    }
    CHECK(host_file_is("box/file", "inside") && !host_exists("box/new!"));
    char left[16];
    SAME(10, recv(ends[0], left, sizeof left, MSG_PEEK | MSG_DONTWAIT)); /* nothing was taken */
    end();
    close(ends[0]);
    close(ends[1]);
}

static void without_memory_every_pointer_is_bad(int unused) {
    (void)unused;
    begin();
    put_text(PATH, "new!");
    wasmelt_wasi_attach(wasi, NULL);
    for (size_t k = 0; k < COUNT(functions); k++) {
        uint64_t a[MAX_ARGUMENTS];
        file_fd = socket_fd = BOX;
        fill(&functions[k], a, SIZE_MAX, 0, 0);
        CHECK(functions[k].call(a) != WASI_SUCCESS);
    }
    wasmelt_wasi_attach(wasi, &memory);
    CHECK(!host_exists("box/new!"));
    end();
}

static void vectors_may_overlap_their_own_list(int unused) {
    (void)unused;
    begin();
    host_file("box/big", "0123456789abcdef0123456789abcdef");
    uint32_t fd = open_file(BOX, "big", 0, RIGHT_FD_READ);
    put32(IOVS, IOVS);
    put32(IOVS + 4, 16);
    put32(IOVS + 8, BUFFER);
    put32(IOVS + 12, 16);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_read(wasi, fd, IOVS, 2, IOVS + 4));
    CHECK(memcmp(memory.base + BUFFER, "0123456789abcdef", 16) == 0);
    end();
}

static void vectors_of_4_gigabytes_in_all_are_a_short_write(int unused) {
    (void)unused;
    begin();
    uint32_t fd = open_file(BOX, "sink", OFLAG_CREAT, RIGHTS_FILE);
    for (uint32_t k = 0; k < 2000; k++) {
        put32(IOVS + 8 * k, 0);
        put32(IOVS + 8 * k + 4, MEMORY_SIZE);
    }
    int ends[2];
    CHECK(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 && wasmelt_wasi_set_stdio(wasi, 1, ends[1]) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_write(wasi, 1, IOVS, 2000, OUT));
    CHECK(get32(OUT) > 0 && get32(OUT) < MEMORY_SIZE);
    wasmelt_wasi_fd_close(wasi, fd);
    close(ends[0]);
    close(ends[1]);
    end();
}

/* ---- Numbers ---- */

static const uint32_t odd_fds[] = {1, 5, 63, 1023, 1024, 65536, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};

static void descriptors_that_are_not_open_are_refused(int index) {
    begin();
    uint32_t fd = odd_fds[index], n = 0;
    uint32_t errors[] = {
        wasmelt_wasi_fd_advise(wasi, fd, 0, 1, 0),
        wasmelt_wasi_fd_allocate(wasi, fd, 0, 1),
        wasmelt_wasi_fd_close(wasi, fd),
        wasmelt_wasi_fd_datasync(wasi, fd),
        wasmelt_wasi_fd_fdstat_get(wasi, fd, OUT),
        wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, 0),
        wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, 0, 0),
        wasmelt_wasi_fd_filestat_get(wasi, fd, OUT),
        wasmelt_wasi_fd_filestat_set_size(wasi, fd, 0),
        wasmelt_wasi_fd_filestat_set_times(wasi, fd, 0, 0, 0),
        pread_some(fd, 1, 0),
        wasmelt_wasi_fd_prestat_get(wasi, fd, OUT),
        wasmelt_wasi_fd_prestat_dir_name(wasi, fd, BUFFER, 100),
        pwrite_text(fd, "x", 0),
        read_some(fd, 1),
        wasmelt_wasi_fd_readdir(wasi, fd, BUFFER, 100, 0, OUT),
        wasmelt_wasi_fd_renumber(wasi, fd, BOX),
        wasmelt_wasi_fd_renumber(wasi, BOX, fd),
        wasmelt_wasi_fd_seek(wasi, fd, 0, 0, OUT),
        wasmelt_wasi_fd_sync(wasi, fd),
        wasmelt_wasi_fd_tell(wasi, fd, OUT),
        write_text(fd, "x"),
        wasmelt_wasi_sock_accept(wasi, fd, 0, OUT),
        wasmelt_wasi_sock_recv(wasi, fd, IOVS, 1, 0, OUT, OUT2),
        wasmelt_wasi_sock_send(wasi, fd, IOVS, 1, 0, OUT),
        wasmelt_wasi_sock_shutdown(wasi, fd, SDFLAG_RD),
        link_file(BOX, "file", fd, "f"),
        rename_file(BOX, "file", fd, "f"),
    };
    for (; n < COUNT(errors); n++)
        SAME(WASI_BADF, errors[n]);
    for (size_t k = 0; k < OPERATIONS; k++)
        if (operations[k] != do_rename_from)
            SAME(WASI_BADF, operations[k](fd, "file"));
    CHECK(do_open(BOX, "file") == WASI_SUCCESS);
    end();
}

static void bogus_cookies_give_an_error_or_entries(int unused) {
    (void)unused;
    static const uint64_t cookies[] = {1, 2, 3, 1000, UINT64_C(1) << 31, UINT64_C(1) << 32, UINT64_C(1) << 62, INT64_MAX,
                                       UINT64_C(1) << 63, UINT64_MAX, 0xDEADBEEF};
    begin();
    for (size_t k = 0; k < COUNT(cookies); k++)
        for (uint32_t length = 0; length < 300; length += 37)
            if (wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, length, cookies[k], OUT) == WASI_SUCCESS)
                CHECK(get32(OUT) <= length);
    end();
}

static void bogus_flags_are_refused(int unused) {
    (void)unused;
    begin();
    uint32_t fd;
    SAME(WASI_INVAL, open_with(BOX, "new", 0, 0x10 | OFLAG_CREAT, RIGHTS_FILE, 0, 0, &fd));
    SAME(WASI_INVAL, open_with(BOX, "new", 0, 0xFFFFFFFF, RIGHTS_FILE, 0, 0, &fd));
    SAME(WASI_INVAL, open_with(BOX, "new", 0, OFLAG_CREAT, RIGHTS_FILE, 0, 0x20, &fd));
    CHECK(!host_exists("box/new"));
    SAME(WASI_SUCCESS, open_with(BOX, "file", 0xFFFFFFFE, 0, UINT64_MAX, UINT64_MAX, 0, &fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, fd, OUT));
    SAME(0, get64(OUT + 8) & ~RIGHTS_ALL);
    end();
}

static void a_stream_that_is_a_directory_opens_nothing(int unused) {
    (void)unused;
    begin();
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(dir >= 0 && wasmelt_wasi_set_stdio(wasi, 0, dir) == 0);
    close(dir);
    for (size_t k = 0; k < OPERATIONS; k++)
        CHECK(operations[k](0, "secret") != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_readdir(wasi, 0, BUFFER, 100, 0, OUT) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_get(wasi, 0, OUT) != WASI_SUCCESS);
    end();
}

static void descriptors_of_the_process_are_not_the_guest_s(int unused) {
    (void)unused;
    begin();
    int fds[50];
    for (size_t k = 0; k < COUNT(fds); k++)
        fds[k] = open("secret", O_RDWR); /* whatever the numbers are */
    for (uint32_t fd = 5; fd < 200; fd++) {
        SAME(WASI_BADF, read_some(fd, 10));
        SAME(WASI_BADF, write_text(fd, "x"));
    }
    for (size_t k = 0; k < COUNT(fds); k++)
        close(fds[k]);
    end();
}

static void no_descriptor_is_left_to_other_programs(int unused) {
    (void)unused;
    begin();
    open_file(BOX, "file", 0, RIGHT_FD_READ);
    open_dir(BOX, "in");
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && wasmelt_wasi_set_stdio(wasi, 0, pair[0]) == 0);
    close(pair[0]);
    close(pair[1]);
    for (int fd = 3; fd < 100; fd++) {
        int flags = fcntl(fd, F_GETFD);
        CHECK(flags < 0 || (flags & FD_CLOEXEC));
    }
    end();
}

static void exhausted_descriptors_harm_nothing(int unused) {
    (void)unused;
    begin();
    uint32_t fd;
    for (int k = 0; k < 3000; k++)
        open_with(BOX, "file", 0, 0, RIGHT_FD_READ, 0, 0, &fd);
    SAME(WASI_MFILE, open_with(BOX, "file", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_MFILE, open_with(BOX, "file", 0, OFLAG_TRUNC, RIGHTS_FILE, 0, 0, &fd));
    CHECK(host_file_is("box/file", "inside"));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "file"));
    for (fd = 5; fd < 1100; fd++)
        wasmelt_wasi_fd_close(wasi, fd);
    SAME(WASI_SUCCESS, open_with(BOX, "file", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    end();
}

static void thousands_of_subscriptions_are_answered(int unused) {
    (void)unused;
    begin();
    uint32_t count = 40000;
    memset(memory.base + PATH, 0, count * SIZEOF_SUBSCRIPTION); /* clock 0, in no time */
    SAME(WASI_SUCCESS, wasmelt_wasi_poll_oneoff(wasi, PATH, PATH, count, OUT));
    SAME(count, get32(OUT));
    for (uint32_t k = 0; k < count; k++)
        memory.base[PATH + k * SIZEOF_SUBSCRIPTION + 8] = EVENT_FD_READ;
    wasmelt_wasi_poll_oneoff(wasi, PATH, PATH, count, OUT);
    end();
}

static void confined_the_first_wall_is_not_needed(int unused) {
    (void)unused;
    make_tree();
    if (wasmelt_wasi_confine(wasi) != 0)
        return;
    CHECK(open("secret", O_RDONLY) < 0);
    CHECK(open("/etc/passwd", O_RDONLY) < 0);
    CHECK(open("ro/file", O_WRONLY) < 0);
    CHECK(open("box/new", O_WRONLY | O_CREAT, 0600) >= 0);
    CHECK(mkdir("outside/new", 0777) < 0);
    CHECK(open("/proc/self/mem", O_RDWR) < 0);
    CHECK(rename("box/file", "elsewhere/file") < 0);
    CHECK(link("box/file", "ro/f") < 0);
    CHECK(mknod("box/device", S_IFCHR | 0600, 0x103) < 0);
    _exit(0); /* no search for leaks: that reads /proc */
}

/* ---- ---- */

typedef struct family {
    const char *name;
    void (*run)(int);
    int count; /* of arguments */
} family;

static const family families[] = {
    {"escape", escape, COUNT(escapes)},
    {"escape_from_within", escape_from_within, COUNT(escapes)},
    {"no_answer_tells_what_is_outside", no_answer_tells_what_is_outside, COUNT(oracle_forms)},
    {"links_of_the_guest_lead_nowhere", links_of_the_guest_lead_nowhere, 1},
    {"links_to_absolute_paths_cannot_be_made", links_to_absolute_paths_cannot_be_made, 1},
    {"a_link_moved_up_leads_no_further", a_link_moved_up_leads_no_further, 1},
    {"a_directory_moved_away_does_not_take_dot_dot_along", a_directory_moved_away_does_not_take_dot_dot_along, 1},
    {"swapped_while_walking", swapped_while_walking, 3},
    {"moved_while_walking", moved_while_walking, 1},
    {"procfs_is_closed", procfs_is_closed, 1},
    {"a_fifo_hangs_nothing", a_fifo_hangs_nothing, 1},
    {"a_socket_is_not_opened", a_socket_is_not_opened, 1},
    {"read_only_stays_as_it_is", read_only_stays_as_it_is, OPERATIONS},
    {"read_only_descriptors_change_nothing", read_only_descriptors_change_nothing, 1},
    {"read_only_files_are_not_linked_or_moved_to_where_one_can_write", read_only_files_are_not_linked_or_moved_to_where_one_can_write, 1},
    {"renumbering_gives_no_rights", renumbering_gives_no_rights, 1},
    {"a_zero_in_a_path_does_not_cut_it", a_zero_in_a_path_does_not_cut_it, 1},
    {"a_path_of_a_megabyte_is_too_long", a_path_of_a_megabyte_is_too_long, 7},
    {"a_chain_of_links_ends", a_chain_of_links_ends, 1},
    {"a_deep_tree_is_walked", a_deep_tree_is_walked, 1},
    {"bad_pointers_are_refused_before_anything_is_done", bad_pointers_are_refused_before_anything_is_done, COUNT(functions)},
    {"without_memory_every_pointer_is_bad", without_memory_every_pointer_is_bad, 1},
    {"vectors_may_overlap_their_own_list", vectors_may_overlap_their_own_list, 1},
    {"vectors_of_4_gigabytes_in_all_are_a_short_write", vectors_of_4_gigabytes_in_all_are_a_short_write, 1},
    {"descriptors_that_are_not_open_are_refused", descriptors_that_are_not_open_are_refused, COUNT(odd_fds)},
    {"bogus_cookies_give_an_error_or_entries", bogus_cookies_give_an_error_or_entries, 1},
    {"bogus_flags_are_refused", bogus_flags_are_refused, 1},
    {"a_stream_that_is_a_directory_opens_nothing", a_stream_that_is_a_directory_opens_nothing, 1},
    {"descriptors_of_the_process_are_not_the_guest_s", descriptors_of_the_process_are_not_the_guest_s, 1},
    {"no_descriptor_is_left_to_other_programs", no_descriptor_is_left_to_other_programs, 1},
    {"exhausted_descriptors_harm_nothing", exhausted_descriptors_harm_nothing, 1},
    {"thousands_of_subscriptions_are_answered", thousands_of_subscriptions_are_answered, 1},
    {"confined_the_first_wall_is_not_needed", confined_the_first_wall_is_not_needed, 1},
};

int main(int argc, char **argv) {
    enum { MOST = 1000 };
    static test_case cases[MOST];
    static char names[MOST][128];
    size_t count = 0;
    for (size_t f = 0; f < COUNT(families); f++) {
        for (int k = 0; k < families[f].count && count < MOST; k++) {
            const char *detail = families[f].run == escape || families[f].run == escape_from_within ? escapes[k]
                                 : families[f].count > 1 && families[f].run == bad_pointers_are_refused_before_anything_is_done ? functions[k].name : "";
            snprintf(names[count], sizeof names[count], families[f].count > 1 ? "%s[%d]%s%s" : "%s", families[f].name, k, *detail ? " " : "", detail);
            cases[count] = (test_case){names[count], families[f].run, k};
            count++;
        }
    }
    return run_cases(cases, count, argc, argv);
}
