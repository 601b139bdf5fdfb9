/* Attacks on the sandbox, each a process with a time limit (guest.c). After each, the host's tree
 * is what it was and nothing of it is known to the guest (tree.h). */
#include <stdio.h>

#include "tree.h"

enum { MOST = 1000 };

static test_case cases[MOST];
static char names[MOST][128];
static size_t count;

static void add(const family *f) {
    for (; f->name; f++) {
        for (int k = 0; k < f->count && count < MOST; k++) {
            const char *detail = f->detail ? f->detail(k) : "";
            const char *format = f->count > 1 ? "%s[%d]%s%s" : "%s";
            snprintf(names[count], sizeof *names, format, f->name, k, *detail ? " " : "", detail);
            cases[count] = (test_case){names[count], f->run, k};
            count++;
        }
    }
}

int main(int argc, char **argv) {
    add(path_attacks);
    add(value_attacks);
    return run_cases(cases, count, argc, argv);
}
