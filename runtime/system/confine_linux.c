/* wasmelt_wasi_confine, by Landlock (landlock(7)): the process can then reach only what the context names. The system calls are made by
 * number. Numbers and constants that are newer than the headers of the oldest supported C library are defined here. */
#if defined(__linux__)

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../not_unwound.h"
#include "../wasi/context.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

/* Rights of Landlock on files. */
#define EXECUTE (UINT64_C(1) << 0)
#define WRITE_FILE (UINT64_C(1) << 1)
#define READ_FILE (UINT64_C(1) << 2)
#define READ_DIR (UINT64_C(1) << 3)
#define REMOVE_DIR (UINT64_C(1) << 4)
#define REMOVE_FILE (UINT64_C(1) << 5)
#define MAKE_DIR (UINT64_C(1) << 7)
#define MAKE_REG (UINT64_C(1) << 8)
#define MAKE_SYM (UINT64_C(1) << 12)
#define ALL_1 ((UINT64_C(1) << 13) - 1)
#define REFER (UINT64_C(1) << 13)     /* from version 2 of Landlock on */
#define TRUNCATE (UINT64_C(1) << 14)  /* from version 3 on */
#define IOCTL_DEV (UINT64_C(1) << 15) /* from version 5 on */
#define NETWORK_ALL UINT64_C(3)       /* from version 4 on: bind and connect TCP */
#define SCOPED_ALL UINT64_C(3)        /* from version 6 on: abstract sockets and signals */

typedef struct ruleset_attributes {
    uint64_t files, network, scoped;
} ruleset_attributes;

typedef struct path_beneath {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed)) path_beneath;

static const uint64_t reading = READ_FILE | READ_DIR;
static const uint64_t changing = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE;

static ruleset_attributes handled(long version) {
    uint64_t files = ALL_1 | (version >= 2 ? REFER : 0) | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? IOCTL_DEV : 0);
    return (ruleset_attributes){files, version >= 4 ? NETWORK_ALL : 0, version >= 6 ? SCOPED_ALL : 0};
}

static size_t attributes_size(long version) {
    return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

static int add_rules(const wasmelt_wasi *w, int ruleset, uint64_t files) {
    for (uint32_t k = 0; k < w->fd_count; k++) {
        const descriptor *d = w->fds[k];
        if (!d || !d->preopen)
            continue;
        bool writes = d->rights_inheriting & RIGHT_FD_WRITE;
        path_beneath rule = {(reading | (writes ? changing : 0)) & files, d->host};
        if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0)
            return errno;
    }
    return 0;
}

int wasmelt_wasi_confine(const wasmelt_wasi *w) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    if (version < 0)
        return errno;
    ruleset_attributes attributes = handled(version);
    long ruleset = syscall(SYS_landlock_create_ruleset, &attributes, attributes_size(version), 0);
    if (ruleset < 0)
        return errno;
    int error = add_rules(w, (int)ruleset, attributes.files);
    if (!error && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        error = errno;
    if (!error && syscall(SYS_landlock_restrict_self, (int)ruleset, 0) != 0)
        error = errno;
    close((int)ruleset);
    return error;
}

#endif
