/* Work that is mostly system calls, for bench/files.py: the same program as WASI module and native.
 *
 *   files small DIR COUNT ROUNDS    makes COUNT files, then opens, examines, reads and closes each,
 * ROUNDS times files copy FROM TO              copies a file in blocks of 64 KiB
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char block[1 << 16];

static int fail(const char *what) {
    perror(what);
    return 1;
}

static int small(const char *dir, int count, int rounds) {
    char path[4096];
    unsigned long sum = 0;
    for (int round = -1; round < rounds; round++) {
        for (int k = 0; k < count; k++) {
            snprintf(path, sizeof path, "%s/%d/file%d", dir, k % 16, k);
            int fd = open(path, round < 0 ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY, 0666);
            if (fd < 0)
                return fail(path);
            struct stat st;
            if (fstat(fd, &st) != 0 || stat(path, &st) != 0)
                return fail(path);
            long got = round < 0 ? write(fd, path, 500) : read(fd, block, sizeof block);
            if (got < 0 || close(fd) != 0)
                return fail(path);
            sum += (unsigned long)got + (unsigned long)st.st_size;
        }
    }
    printf("%lu\n", sum);
    return 0;
}

static int copy(const char *from, const char *to) {
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    unsigned long total = 0;
    long got;
    if (in < 0 || out < 0)
        return fail(in < 0 ? from : to);
    while ((got = read(in, block, sizeof block)) > 0) {
        if (write(out, block, (size_t)got) != got)
            return fail(to);
        total += (unsigned long)got;
    }
    printf("%lu\n", total);
    return got < 0 || close(out) != 0 ? fail(from) : 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[1], "small") == 0) {
        char path[4096];
        for (int k = 0; k < 16; k++) {
            snprintf(path, sizeof path, "%s/%d", argv[2], k);
            mkdir(path, 0777);
        }
        return small(argv[2], atoi(argv[3]), atoi(argv[4]));
    }
    if (argc == 4 && strcmp(argv[1], "copy") == 0)
        return copy(argv[2], argv[3]);
    fprintf(stderr, "usage: files small DIR COUNT ROUNDS | files copy FROM TO\n");
    return 2;
}
