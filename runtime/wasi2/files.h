/* What the files for wasi:filesystem share. A descriptor is one of preview 1, and what is asked of it are the functions of preview 1. They
 * get paths from a memory and put results there: of the host's own here, a view, so that all its addresses are right. */
#ifndef WASMELT_RUNTIME_WASI2_FILES_H
#define WASMELT_RUNTIME_WASI2_FILES_H

#include "host.h"

#pragma GCC visibility push(hidden)

/* Where what is in the view. */
enum {
    VIEW_PATH_BYTES = 4096,
    VIEW_PATH = 0,
    VIEW_OTHER_PATH = VIEW_PATH_BYTES,
    VIEW_OUT = 2 * VIEW_PATH_BYTES,
    VIEW_DATA = VIEW_OUT + 64,
    VIEW_DATA_BYTES = 4096,
    VIEW_BYTES = VIEW_DATA + VIEW_DATA_BYTES
};

/* Bits of descriptor-flags. */
enum { FILE_READ = 1, FILE_WRITE = 2, FILE_SYNC = 4, FILE_DATA_SYNC = 8, FILE_READ_SYNC = 16, DIRECTORY_MUTATE = 32 };

/* Directory entries that have been read but not asked for yet. */
struct directory_reader {
    uint64_t cookie; /* of the next one */
    size_t at, used;
    uint8_t bytes[4096];
};

/* The descriptor that a borrowed handle stands for, resource `k` of the function's type. */
static inline uint32_t fd_of(const wasmelt_wasi2_call *c, unsigned k, u32 handle) {
    return wasmelt_rt_wasi2_borrowed(c, k, handle, OBJECT_DESCRIPTOR)->u.fd;
}

/* A stream for the file, which begins at the offset, or for what has none `at`. Returns an error of preview 1. */
uint32_t wasmelt_rt_wasi2_open_stream(const wasmelt_wasi2_call *c, u32 self, object_kind kind, u64 offset, int64_t at, object *o);

/* Puts a string of the program into the view. Returns an error of preview 1. */
uint32_t wasmelt_rt_wasi2_take_path(const wasmelt_wasi2_call *c, u32 address, u32 length, uint32_t place, uint32_t *bytes);

/* The error-code for an error of preview 1, in 0.2 and 0.3. */
u8 wasmelt_rt_wasi2_error_code(uint32_t error);
u8 wasmelt_rt_wasi3_error_code(uint32_t error);

/* Stores the case of a result, and the code of an error, which is one of preview 1: see put_case. */
u8 *wasmelt_rt_wasi2_result(const wasmelt_wasi2_call *c, u32 to, uint32_t error, u32 bytes, u32 payload);

/* A result without a value. */
static inline void put_done(const wasmelt_wasi2_call *c, u32 to, uint32_t error) {
    wasmelt_rt_wasi2_result(c, to, error, 0, 1);
}

/* A descriptor-type: its size, and how it is stored. In 0.2 it is an enum, in 0.3 a variant, with a payload for what has no case. */
static inline u32 wasmelt_rt_wasi2_type_bytes(const wasmelt_wasi2_call *c) {
    return c->is_0_3 ? 16 : 1;
}
void wasmelt_rt_wasi2_put_type(const wasmelt_wasi2_call *c, u8 *at, uint8_t filetype, bool is_pipe);

/* A reader of the directory's entries. Returns an error of preview 1. */
uint32_t wasmelt_rt_wasi2_open_directory(const wasmelt_wasi2_call *c, u32 self, object *o);
/* Its next entry, of which the name lasts until the next but one call of it; false with an error, or without one if there are no more. */
bool wasmelt_rt_wasi2_next_entry(wasmelt_wasi *w, object *o, wasmelt_string *name, uint8_t *filetype, uint32_t *error);

/* Attributes, and what identifies a file. */
void wasmelt_rt_wasi2_put_stat(const wasmelt_wasi2_call *c, u32 to, uint32_t error, const struct stat *st, uint8_t filetype);
void wasmelt_rt_wasi2_put_hash(const wasmelt_wasi2_call *c, u32 to, uint32_t error, const struct stat *st);

/* A new-timestamp as its core values. */
typedef struct new_timestamp {
    u32 tag;
    u64 seconds;
    u32 nanoseconds;
} new_timestamp;

/* Two of them as functions of preview 1 take them; an error of preview 1 if they are none. */
typedef struct new_times {
    uint64_t access, modification;
    uint32_t flags;
} new_times;
uint32_t wasmelt_rt_wasi2_times(new_timestamp access, new_timestamp modification, new_times *t);

#pragma GCC visibility pop

#endif
