/* Eight functions of WASI and a main for what wasm2c emits, whose own tree has none. PROGRAM_HEADER is the emitted
 * header; NEW_NAMES chooses the names of wabt after 1.0.32. Only for the programs that bench/run.py
 * runs, which are trusted: it checks nothing but what writing output needs. */
#include PROGRAM_HEADER

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SUCCESS = 0, BAD_FILE = 8, INVALID_SEEK = 70 };

#ifdef NEW_NAMES
struct w2c_wasi__snapshot__preview1 {
    w2c_program *program;
};
#define WASI_CONTEXT struct w2c_wasi__snapshot__preview1
#define WASI(name) w2c_wasi__snapshot__preview1_##name
#define MEMORY(wasi) w2c_program_memory((wasi)->program)
#else
struct Z_wasi_snapshot_preview1_instance_t {
    Z_program_instance_t *program;
};
#define WASI_CONTEXT struct Z_wasi_snapshot_preview1_instance_t
#define WASI(name) Z_wasi_snapshot_preview1Z_##name
#define MEMORY(wasi) Z_programZ_memory((wasi)->program)
#endif

u32 WASI(fd_write)(WASI_CONTEXT *wasi, u32 fd, u32 vectors, u32 count, u32 written) {
    u8 *memory = MEMORY(wasi)->data;
    u32 total = 0;
    for (u32 k = 0; k < count; k++) {
        u32 vector[2];
        memcpy(vector, memory + vectors + 8 * k, sizeof vector);
        if (write((int)fd, memory + vector[0], vector[1]) != (ssize_t)vector[1])
            return BAD_FILE;
        total += vector[1];
    }
    memcpy(memory + written, &total, sizeof total);
    return SUCCESS;
}

/* Standard output is a character device, so that the library buffers lines. */
u32 WASI(fd_fdstat_get)(WASI_CONTEXT *wasi, u32 fd, u32 result) {
    u8 *stat = MEMORY(wasi)->data + result;
    memset(stat, 0, 24);
    stat[0] = 2;
    stat[8] = 0x40; /* the right to write */
    return fd <= 2 ? SUCCESS : BAD_FILE;
}

u32 WASI(fd_close)(WASI_CONTEXT *wasi, u32 fd) {
    (void)wasi, (void)fd;
    return SUCCESS;
}

u32 WASI(fd_seek)(WASI_CONTEXT *wasi, u32 fd, u64 offset, u32 whence, u32 result) {
    (void)wasi, (void)fd, (void)offset, (void)whence, (void)result;
    return INVALID_SEEK;
}

/* No arguments. */
u32 WASI(args_sizes_get)(WASI_CONTEXT *wasi, u32 count, u32 bytes) {
    memset(MEMORY(wasi)->data + count, 0, 4);
    memset(MEMORY(wasi)->data + bytes, 0, 4);
    return SUCCESS;
}

u32 WASI(args_get)(WASI_CONTEXT *wasi, u32 pointers, u32 characters) {
    (void)wasi, (void)pointers, (void)characters;
    return SUCCESS;
}

u32 WASI(clock_time_get)(WASI_CONTEXT *wasi, u32 clock, u64 precision, u32 result) {
    (void)clock, (void)precision;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    u64 nanoseconds = (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
    memcpy(MEMORY(wasi)->data + result, &nanoseconds, sizeof nanoseconds);
    return SUCCESS;
}

void WASI(proc_exit)(WASI_CONTEXT *wasi, u32 status) {
    (void)wasi;
    exit((int)status);
}

int main(void) {
    static WASI_CONTEXT wasi;
#ifdef NEW_NAMES
    static w2c_program program;
    wasi.program = &program;
    wasm_rt_init();
    wasm2c_program_instantiate(&program, &wasi);
    w2c_program_0x5Fstart(&program);
#else
    static Z_program_instance_t program;
    wasi.program = &program;
    wasm_rt_init();
    Z_program_init_module();
    Z_program_instantiate(&program, &wasi);
    Z_programZ__start(&program);
#endif
    return 0;
}
