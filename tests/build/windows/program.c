/* A guest that prints what it was given and what becomes of files: the same lines on each system. "." is its directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void outcome(const char *what, int result) {
    printf("%s: %s\n", what, result >= 0 ? "done" : strerror(errno));
}

static void show(const char *path) {
    char text[100];
    int fd = open(path, O_RDONLY);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof text) : -1;
    printf("%s: %.*s\n", path, got < 0 ? 0 : (int)got, text);
    close(fd);
}

static void write_file(const char *path, int flags, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | flags, 0666);
    outcome(path, fd < 0 ? fd : (int)write(fd, text, strlen(text)));
    close(fd);
}

/* Reads from the beginning again what has changed since: with the new entry, without the old one. */
static void list_again(const char *path) {
    DIR *dir = opendir(path);
    for (int round = 0; dir && round < 3; round++) {
        int entries = 0;
        if (round > 0)
            close(openat(dirfd(dir), round == 1 ? "new" : "newer", O_WRONLY | O_CREAT, 0666));
        if (round == 2)
            unlinkat(dirfd(dir), "new", 0), unlinkat(dirfd(dir), "newer", 0);
        for (rewinddir(dir); readdir(dir); entries++)
            ;
        printf("%d entries\n", entries);
    }
    if (dir)
        closedir(dir);
}

/* Removes entries while it reads them: each is seen once. */
static void empty(const char *path) {
    DIR *dir = opendir(path);
    int removed = 0;
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.')
            removed += unlinkat(dirfd(dir), e->d_name, 0) == 0;
    printf("%d removed\n", removed);
    if (dir)
        closedir(dir);
    outcome("rmdir", rmdir(path));
}

static void positions(void) {
    char text[8] = "";
    int fd = open("a", O_RDWR);
    struct stat st;
    printf("%d", (int)pwrite(fd, "XY", 2, 3));
    printf(" %d %s", (int)pread(fd, text, 4, 2), text);
    printf(" %d", (int)lseek(fd, 0, SEEK_CUR));
    printf(" %d", (int)lseek(fd, -1, SEEK_END));
    printf(" %d", ftruncate(fd, 4));
    printf(" %d %d", fstat(fd, &st), (int)st.st_size);
    struct timespec times[2] = {{1200000000, 500}, {1100000000, 700}};
    printf(" %d", futimens(fd, times));
    fstat(fd, &st);
    /* Not the time of the last access: wine reads the beginning of each file of which it tells the attributes. */
    printf(" %lld.%ld", (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    printf(" %d\n", fsync(fd));
    close(fd);
}

static void waits(void) {
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    usleep(30000);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long gone = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
    unsigned char a[32], b[32];
    printf("slept %d, year %d", gone >= 29000000, time(NULL) > 1700000000);
    printf(", random %d", getentropy(a, 32) == 0 && getentropy(b, 32) == 0 && memcmp(a, b, 32) != 0);
    struct pollfd ready = {.fd = 1, .events = POLLOUT};
    printf(", ready %d\n", poll(&ready, 1, 1000));
}

int main(int argc, char **argv) {
    char line[100];
    struct stat st;
    for (int k = 1; k < argc; k++)
        printf("%s|", argv[k]);
    for (char **e = environ; *e; e++)
        printf(" %s", *e);
    printf("\n%s", fgets(line, sizeof line, stdin) ? line : "nothing\n");
    write_file("a", O_EXCL, "one\ntwo\n");
    write_file("a", O_EXCL, "never");
    write_file("a", O_APPEND, "three");
    show("a");
    positions();
    write_file("a", O_TRUNC, "new");
    show("a");
    outcome("mkdir", mkdir("dir", 0777));
    outcome("mkdir", mkdir("dir", 0777));
    outcome("rename", rename("a", "dir/b"));
    outcome("stat", stat("a", &st));
    write_file("a", 0, "over");
    outcome("rename over", rename("a", "dir/b"));
    show("dir/b");
    outcome("link", link("dir/b", "dir/c"));
    outcome("stat", stat("dir/c", &st));
    printf("%d links\n", (int)st.st_nlink);
    outcome("rmdir of what is not empty", rmdir("dir"));
    outcome("unlink of a directory", unlink("dir"));
    outcome("rmdir of a file", rmdir("dir/c"));
    outcome("open a directory to write", open("dir", O_WRONLY));
    outcome("a file as a directory", open("dir/c/x", O_RDONLY));
    outcome("readlink", (int)readlink("dir/c", line, sizeof line));
    for (int k = 0; k < 300; k++) {
        snprintf(line, sizeof line, "dir/%03d-with-a-name-that-fills-the-buffer", k);
        close(open(line, O_WRONLY | O_CREAT, 0666));
    }
    list_again("dir");
    empty("dir");
    outcome("mkdir", mkdir("from", 0777));
    outcome("mkdir", mkdir("onto", 0777));
    outcome("rename a directory", rename("from", "onto"));
    outcome("rmdir", rmdir("onto"));
    outcome("outside", open("../program.exe", O_RDONLY));
    outcome("read-only", open("ro/new", O_WRONLY | O_CREAT, 0666));
    show("ro/given");
    waits();
    fprintf(stderr, "to the other stream\n");
    if (argc > 3)
        __builtin_trap();
    return 7;
}
