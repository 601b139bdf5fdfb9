/* Startup images: pages of the file from which the program was loaded become the first pages of a memory, and are copied only when they are
 * written to.
 *
 * /proc/self/maps says in which file the image is, and at which offset. A file that has replaced it since must not be used: the executable
 * is opened through /proc/self/exe, which leads to the file that runs, and a shared object must have the device and inode of the mapping.
 * If anything is not as expected the image is copied, which is right in any case. */
#if defined(__linux__)

#include "../image.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <wasmelt/code/support.h>

#include "../reservation.h"

enum { UNKNOWN, COPIED, EXECUTABLE, SHARED_OBJECT };

/* Smaller images are copied, which is faster. */
#define LEAST_MAPPED (UINT64_C(128) * 1024)

static const char own_executable[] = "/proc/self/exe", own_map[] = "/proc/self/maps";

static int held_executable = -1, held_map = -1;

void wasmelt_rt_image_hold_files(void) {
    wasmelt_rt_image_release_files();
    held_executable = open(own_executable, O_RDONLY | O_CLOEXEC);
    held_map = open(own_map, O_RDONLY | O_CLOEXEC);
}

void wasmelt_rt_image_release_files(void) {
    if (held_executable >= 0)
        close(held_executable);
    if (held_map >= 0)
        close(held_map);
    held_executable = held_map = -1;
}

/* ---- Finding the file ---- */

static FILE *open_map(void) {
    int fd = held_map >= 0 ? fcntl(held_map, F_DUPFD_CLOEXEC, 3) : open(own_map, O_RDONLY | O_CLOEXEC);
    FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (!f && fd >= 0)
        close(fd);
    return f;
}

static bool is_executable(const char *path) {
    char target[4096];
    ssize_t length = readlink(own_executable, target, sizeof target - 1);
    if (length <= 0)
        return false;
    target[length] = 0;
    return strcmp(target, path) == 0;
}

/* Reads one line of the map; false unless the whole image is in it, unchanged and at a page of a file. */
static bool read_line(const char *line, uintptr_t from, uintptr_t to, wasmelt_image_source *s) {
    uint64_t start, end, offset, inode;
    unsigned major, minor;
    char rights[5];
    int path = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &start, &end, rights, &offset, &major, &minor, &inode,
               &path) < 7)
        return false;
    if (from < start || to > end || rights[0] != 'r' || rights[1] == 'w' || inode == 0 || line[path] != '/')
        return false;
    s->offset = offset + (from - start);
    s->device = makedev(major, minor);
    s->inode = inode;
    size_t length = strcspn(line + path, "\n");
    if (s->offset % wasmelt_rt_host_page_size() != 0)
        return false;
    char name[4096];
    if (length >= sizeof name)
        return false;
    memcpy(name, line + path, length);
    name[length] = 0;
    if (is_executable(name)) {
        s->state = EXECUTABLE;
        return true;
    }
    if (length >= sizeof s->path)
        return false;
    memcpy(s->path, name, length + 1);
    s->state = SHARED_OBJECT;
    return true;
}

/* Finds the file of an image; returns the value for `source->state`. */
static uint32_t find(uintptr_t from, uintptr_t to, wasmelt_image_source *source) {
    char line[4096 + 128];
    wasmelt_image_source found = {.state = COPIED};
    FILE *f = open_map();
    while (f && fgets(line, sizeof line, f))
        if (strtoull(line, NULL, 16) <= from && read_line(line, from, to, &found))
            break;
    if (f)
        fclose(f);
    source->offset = found.offset;
    source->device = found.device;
    source->inode = found.inode;
    memcpy(source->path, found.path, sizeof found.path);
    return found.state;
}

static uint32_t state_of(uintptr_t from, uintptr_t to, wasmelt_image_source *source) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    uint32_t state = __atomic_load_n(&source->state, __ATOMIC_ACQUIRE);
    if (state != UNKNOWN)
        return state;
    pthread_mutex_lock(&lock);
    state = source->state;
    if (state == UNKNOWN) {
        state = find(from, to, source);
        __atomic_store_n(&source->state, state, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
    return state;
}

static int open_source(uint32_t state, const wasmelt_image_source *source) {
    struct stat st;
    if (state == EXECUTABLE)
        return held_executable >= 0 ? fcntl(held_executable, F_DUPFD_CLOEXEC, 3) : open(own_executable, O_RDONLY | O_CLOEXEC);
    if (state != SHARED_OBJECT)
        return -1;
    int fd = open(source->path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && (fstat(fd, &st) != 0 || st.st_dev != source->device || st.st_ino != source->inode)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* ---- Filling ---- */

/* Maps a file over pages of a reservation. A mapping that fails may leave a hole, and whatever is mapped next could then lie inside the
 * reservation. So the mapping is first tried elsewhere. If it still fails, for want of memory, the hole is filled at once, or the process
 * ends. */
static bool replace_pages(uint8_t *pages, size_t size, int fd, off_t offset) {
    void *trial = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, offset);
    if (trial == MAP_FAILED)
        return false;
    munmap(trial, size);
    if (mmap(pages, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, offset) == pages)
        return true;
    if (mmap(pages, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != pages)
        abort();
    return false;
}

static bool map(wasmelt_memory *m, uint64_t address, const void *image, uint64_t length, wasmelt_image_source *source) {
    uint64_t page = wasmelt_rt_host_page_size();
    uint64_t size = (length + page - 1) / page * page;
    if (length < LEAST_MAPPED || page > WASMELT_IMAGE_PAGE || address % page != 0)
        return false;
    uint32_t state = state_of((uintptr_t)image, (uintptr_t)image + (uintptr_t)size, source);
    int fd = open_source(state, source);
    if (fd < 0)
        return false;
    bool mapped = replace_pages(m->base + address, (size_t)size, fd, (off_t)source->offset);
    close(fd);
    return mapped;
}

void wasmelt_memory_image(wasmelt_memory *m, uint64_t address, const void *image, uint64_t length, wasmelt_image_source *source) {
    if (!wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
    if (!map(m, address, image, length, source))
        memcpy(m->base + address, image, (size_t)length);
}

#endif
