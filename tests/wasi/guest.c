#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../runtime/wasi/resolve.h"

enum { SECONDS = 60 }; /* a case that takes longer hangs */

wasmelt_wasi *wasi;
wasmelt_memory memory;

/* ---- Checks ---- */

void check(bool holds, const char *what, const char *file, int line) {
    if (holds)
        return;
    printf("    %s:%d: not so: %s (errno %d)\n", strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line, what, errno);
    fflush(stdout);
    _exit(1);
}

void check_same(uint64_t expected, uint64_t actual, const char *what, const char *file, int line) {
    if (expected == actual)
        return;
    printf("    %s:%d: %s is %llu, not %llu\n", strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line, what, (unsigned long long)actual,
           (unsigned long long)expected);
    fflush(stdout);
    _exit(1);
}

/* ---- Memory ---- */

uint32_t get32(uint32_t address) {
    const uint8_t *p = memory.base + address;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint64_t get64(uint32_t address) {
    return get32(address) | (uint64_t)get32(address + 4) << 32;
}

void put32(uint32_t address, uint32_t value) {
    for (int k = 0; k < 4; k++)
        memory.base[address + k] = (uint8_t)(value >> (8 * k));
}

void put64(uint32_t address, uint64_t value) {
    put32(address, (uint32_t)value);
    put32(address + 4, (uint32_t)(value >> 32));
}

uint32_t put_text(uint32_t address, const char *text) {
    size_t length = strlen(text);
    CHECK(address + length <= MEMORY_SIZE);
    memcpy(memory.base + address, text, length);
    return (uint32_t)length;
}

/* ---- Calls ---- */

uint32_t open_with(uint32_t dir, const char *path, uint32_t lookup, uint32_t oflags, uint64_t base, uint64_t inheriting, uint32_t fdflags,
                   uint32_t *fd) {
    uint32_t length = put_text(PATH, path);
    uint32_t error = wasmelt_wasi_path_open(wasi, dir, lookup, PATH, length, oflags, base, inheriting, fdflags, OUT);
    *fd = error ? UINT32_MAX : get32(OUT);
    return error;
}

uint32_t open_file(uint32_t dir, const char *path, uint32_t oflags, uint64_t base) {
    uint32_t fd;
    SAME(WASI_SUCCESS, open_with(dir, path, 0, oflags, base, 0, 0, &fd));
    return fd;
}

uint32_t new_file(const char *path) {
    return open_file(BOX, path, OFLAG_CREAT | OFLAG_TRUNC, READ_WRITE);
}

uint32_t flags_of(uint32_t fd) {
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, fd, OUT));
    return get32(OUT) >> 16;
}

uint64_t now(uint32_t clock) {
    SAME(WASI_SUCCESS, wasmelt_wasi_clock_time_get(wasi, clock, 1, OUT));
    return get64(OUT);
}

uint32_t open_dir(uint32_t dir, const char *path) {
    uint32_t fd;
    SAME(WASI_SUCCESS, open_with(dir, path, 0, OFLAG_DIRECTORY, RIGHTS_ALL & ~RIGHT_FD_WRITE, RIGHTS_ALL, 0, &fd));
    return fd;
}

uint32_t make_dir(uint32_t dir, const char *path) {
    return wasmelt_wasi_path_create_directory(wasi, dir, PATH, put_text(PATH, path));
}

uint32_t remove_dir(uint32_t dir, const char *path) {
    return wasmelt_wasi_path_remove_directory(wasi, dir, PATH, put_text(PATH, path));
}

uint32_t unlink_file(uint32_t dir, const char *path) {
    return wasmelt_wasi_path_unlink_file(wasi, dir, PATH, put_text(PATH, path));
}

uint32_t symlink_to(const char *target, uint32_t dir, const char *path) {
    uint32_t length = put_text(PATH, target);
    return wasmelt_wasi_path_symlink(wasi, PATH, length, dir, PATH2, put_text(PATH2, path));
}

uint32_t link_file(uint32_t dir, const char *path, uint32_t new_dir, const char *new_path) {
    uint32_t length = put_text(PATH, path);
    return wasmelt_wasi_path_link(wasi, dir, 0, PATH, length, new_dir, PATH2, put_text(PATH2, new_path));
}

uint32_t rename_file(uint32_t dir, const char *path, uint32_t new_dir, const char *new_path) {
    uint32_t length = put_text(PATH, path);
    return wasmelt_wasi_path_rename(wasi, dir, PATH, length, new_dir, PATH2, put_text(PATH2, new_path));
}

uint32_t stat_path(uint32_t dir, uint32_t lookup, const char *path) {
    return wasmelt_wasi_path_filestat_get(wasi, dir, lookup, PATH, put_text(PATH, path), OUT);
}

uint32_t read_link(uint32_t dir, const char *path, uint32_t length) {
    return wasmelt_wasi_path_readlink(wasi, dir, PATH, put_text(PATH, path), BUFFER, length, OUT);
}

uint32_t set_path_times(uint32_t dir, uint32_t lookup, const char *path, uint64_t atim, uint64_t mtim, uint32_t flags) {
    return wasmelt_wasi_path_filestat_set_times(wasi, dir, lookup, PATH, put_text(PATH, path), atim, mtim, flags);
}

static void one_vector(uint32_t length) {
    put32(IOVS, BUFFER);
    put32(IOVS + 4, length);
}

uint32_t read_some(uint32_t fd, uint32_t length) {
    one_vector(length);
    return wasmelt_wasi_fd_read(wasi, fd, IOVS, 1, OUT);
}

uint32_t write_text(uint32_t fd, const char *text) {
    one_vector(put_text(BUFFER, text));
    return wasmelt_wasi_fd_write(wasi, fd, IOVS, 1, OUT);
}

uint32_t pread_some(uint32_t fd, uint32_t length, uint64_t offset) {
    one_vector(length);
    return wasmelt_wasi_fd_pread(wasi, fd, IOVS, 1, offset, OUT);
}

uint32_t pwrite_text(uint32_t fd, const char *text, uint64_t offset) {
    one_vector(put_text(BUFFER, text));
    return wasmelt_wasi_fd_pwrite(wasi, fd, IOVS, 1, offset, OUT);
}

bool buffer_is(const char *text) {
    return get32(OUT) == strlen(text) && memcmp(memory.base + BUFFER, text, strlen(text)) == 0;
}

/* ---- The host ---- */

void host_file(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

bool host_file_is(const char *path, const char *text) {
    char found[4096] = "";
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    size_t length = fread(found, 1, sizeof found - 1, f);
    fclose(f);
    return length == strlen(text) && memcmp(found, text, length) == 0;
}

bool host_exists(const char *path) {
    struct stat st;
    return lstat(path, &st) == 0;
}

wasmelt_wasi *another_context(void) {
    wasmelt_wasi *w = wasmelt_wasi_new();
    CHECK(w);
    wasmelt_wasi_attach(w, &memory);
    return w;
}

static int real_root = -1;
static char directory[] = "/tmp/wasi-test-XXXXXX"; /* of the case */

void enter_jail(void) {
    if (geteuid() != 0)
        return;
    real_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    CHECK(real_root >= 0 && chroot(".") == 0);
}

void leave_jail(void) {
    if (real_root < 0)
        return;
    CHECK(fchdir(real_root) == 0 && chroot(".") == 0 && chdir(directory) == 0);
    close(real_root);
    real_root = -1;
}

pid_t accomplice(void) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return child;
}

/* ---- Running ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place) {
    (void)st, (void)place;
    if (type == FTW_DP || type == FTW_D)
        rmdir(path);
    else
        unlink(path);
    return 0;
}

static void run_one(const test_case *c) {
    memory.base = calloc(1, MEMORY_SIZE);
    memory.size = MEMORY_SIZE;
    CHECK(memory.base);
    CHECK(mkdir("box", 0777) == 0 && mkdir("ro", 0777) == 0);
    wasi = another_context();
    SAME(0, wasmelt_wasi_preopen(wasi, "box", "/box", WASMELT_WASI_READ | WASMELT_WASI_WRITE));
    SAME(0, wasmelt_wasi_preopen(wasi, "ro", "/ro", WASMELT_WASI_READ));
    c->run(c->argument);
    leave_jail();
    wasmelt_wasi_free(wasi);
    free(memory.base);
}

static bool passes(const test_case *c) {
    memcpy(directory + strlen(directory) - 6, "XXXXXX", 6);
    CHECK(mkdtemp(directory));
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        CHECK(chdir(directory) == 0);
        alarm(SECONDS);
        run_one(c);
        exit(0); /* not _exit: leaks are looked for */
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("    ended by signal %d%s\n", WTERMSIG(status), WTERMSIG(status) == SIGALRM ? ": it hangs" : "");
    nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool is_wanted(const char *name, int argc, char **argv) {
    bool named = false;
    for (int k = 1; k < argc; k++) {
        if (argv[k][0] == '-')
            continue;
        named = true;
        if (strstr(name, argv[k]))
            return true;
    }
    return !named;
}

int run_cases(const test_case *cases, size_t count, int argc, char **argv) {
    int passed = 0, failed = 0;
    bool list = false;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int fd = 3; fd < 256; fd++) /* whatever was inherited */
        close(fd);
    for (int k = 1; k < argc; k++) {
        if (strcmp(argv[k], "--walk") == 0)
            wasmelt_rt_resolve_without_openat2();
        list |= strcmp(argv[k], "--list") == 0;
    }
    for (size_t k = 0; k < count; k++) {
        if (!is_wanted(cases[k].name, argc, argv))
            continue;
        if (list) {
            printf("%s\n", cases[k].name);
        } else if (passes(&cases[k])) {
            passed++;
        } else {
            failed++;
            printf("FAIL %s\n", cases[k].name);
        }
    }
    if (!list)
        printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
