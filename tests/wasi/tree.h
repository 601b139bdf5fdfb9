/* What the attacks have in common: the host's tree, how it is seen that nothing in it changed or
 * leaked, and every operation that takes a path. */
#ifndef WASI_TEST_TREE_H
#define WASI_TEST_TREE_H

#include "guest.h"

#define SECRET "THE SECRET"
#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Makes the tree: what the guest has (box/ to read and write, ro/ to read) and, beside them, what
 * it must not touch: secret, outside/, elsewhere/. */
void make_tree(void);
void host_link(const char *target, const char *path);

/* A number made from everything outside of box/. */
uint64_t digest(void);
extern uint64_t before; /* what it was when the attack began */

/* Before an attack (root goes to jail), and after each of its steps: the tree is what it was, byte
 * for byte, and no descriptor that the guest has reads the secret. */
void begin(void);
void end(void);
void check_loot(void);

/* Whether a file with these numbers is one that the guest must not see. */
bool is_outside(uint64_t device, uint64_t inode);

/* Every operation on a path; what makes things go away comes last. They return the errno of WASI.
 */
typedef uint32_t operation(uint32_t dir, const char *path);
enum { OPERATIONS = 19 };
extern operation *const operations[OPERATIONS];
operation do_open, do_open_follow, do_open_write, do_stat, do_rename_from;

/* Attacks of one kind: one for each number below `count`. `detail` says which, or is null. */
typedef struct family {
    const char *name;
    void (*run)(int number);
    int count;
    const char *(*detail)(int number);
} family;

/* They end with a null name. */
extern const family path_attacks[], value_attacks[];

#endif
