/* What the files for files on Windows share. */
#ifndef WASMELT_RUNTIME_SYSTEM_FILES_WINDOWS_H
#define WASMELT_RUNTIME_SYSTEM_FILES_WINDOWS_H

#define WIN32_LEAN_AND_MEAN /* without sockets, whose names are those of POSIX */
#include <windows.h>

#include <winternl.h>

#include "files.h"

#pragma GCC visibility push(hidden)

/* The functions of ntdll, which take names relative to a directory that is open. They are found when the first one is called: hosts need
 * not link another library. */
typedef struct nt_functions {
    NTSTATUS(NTAPI *create)
    (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, LARGE_INTEGER *, ULONG, ULONG, ULONG, ULONG, void *, ULONG);
    NTSTATUS(NTAPI *set_information)(HANDLE, IO_STATUS_BLOCK *, void *, ULONG, int);
    NTSTATUS(NTAPI *query_object)(HANDLE, int, void *, ULONG, ULONG *);
    NTSTATUS(NTAPI *read_directory)
    (HANDLE, HANDLE, void *, void *, IO_STATUS_BLOCK *, void *, ULONG, int, BOOLEAN, UNICODE_STRING *, BOOLEAN);
} nt_functions;
const nt_functions *wasmelt_rt_windows_nt(void);

/* Store in errno what an error means, and return -1. */
int wasmelt_rt_windows_fail(NTSTATUS status);
int wasmelt_rt_windows_fail_with(DWORD error);

/* The handle of a descriptor; null with errno. */
HANDLE wasmelt_rt_windows_handle(int fd);

/* How a descriptor was opened, as open(2) takes it. */
int wasmelt_rt_windows_flags(int fd);

/* Opens a name in an open directory. Nothing follows a reparse point; `finds_points`: one may itself be opened. -1 with errno. */
int wasmelt_rt_windows_open_in(int dir, const char *name, ACCESS_MASK access, ULONG disposition, ULONG options, bool finds_points,
                               HANDLE *handle);

/* A name of a file in UTF-16. -1 with errno, which is EINVAL if it may mean something else than a file of this name in its directory. */
typedef struct file_name {
    WCHAR text[256];
    unsigned length; /* in units */
    bool has_slash;  /* "/" followed */
} file_name;
int wasmelt_rt_windows_name(const char *name, file_name *n);

/* Gives a handle a descriptor, which owns it; closes it after a failure. */
int wasmelt_rt_windows_adopt(HANDLE handle, int flags);

/* How far the entries of a directory have been read. Belongs to the descriptor. */
typedef struct entry_reader {
    HANDLE handle;   /* of the directory, opened again whenever reading begins anew; null: not yet */
    uint64_t wanted; /* position that is asked for next */
    uint64_t at;     /* position of the entry that the system would say next */
    bool has_last;   /* `last` is the entry before that: a reader without room for it asks again */
    uint64_t last_ino;
    uint8_t last_type;
    char last_name[NAME_MAX + 1];
} entry_reader;
/* Null with errno. One thread at a time may use it. */
entry_reader *wasmelt_rt_windows_reader(int fd);

#pragma GCC visibility pop

#endif
