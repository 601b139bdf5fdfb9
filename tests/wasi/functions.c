/* One case for each function of WASI and each of its semantics that hosts tend to get wrong. */
#include "guest.h"

extern const test_case process_cases[], descriptors_cases[], paths_cases[], events_cases[], threads_cases[];

int main(int argc, char **argv) {
    const test_case *const lists[] = {process_cases, descriptors_cases, paths_cases, events_cases, threads_cases};
    enum { MOST = 500 };
    static test_case cases[MOST];
    size_t count = 0;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (const test_case *c = lists[k]; c->name && count < MOST; c++)
            cases[count++] = *c;
    return run_cases(cases, count, argc, argv);
}
