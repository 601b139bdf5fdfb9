#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_CASES = 64 };

static struct {
    const char *name;
    void (*run)(void);
} cases[MOST_CASES];
static int case_count;

void case_add(const char *name, void (*run)(void)) {
    if (case_count == MOST_CASES)
        abort();
    cases[case_count].name = name;
    cases[case_count++].run = run;
}

void case_failed(const char *file, int line, const char *condition) {
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    _exit(1);
}

int signal_of_child(void (*body)(void)) {
    pid_t child = fork();
    if (child < 0)
        case_failed(__FILE__, __LINE__, "fork");
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        body();
        _exit(0);
    }
    int status;
    if (waitpid(child, &status, 0) != child)
        case_failed(__FILE__, __LINE__, "waitpid");
    if (WIFSIGNALED(status))
        return WTERMSIG(status);
    return WEXITSTATUS(status) == 0 ? 0 : -1;
}

bool died_of(int how, int number) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (how == -1)
        return true;
#endif
    return how == number;
}

static _Thread_local volatile int depth;

static int recurse(int n) {
    volatile char frame[200];
    frame[n % 200] = (char)n;
    depth = n;
    if (depth < 0)
        return 0;
    return recurse(n + 1) + frame[n % 200];
}

void recurse_forever(void *unused) {
    (void)unused;
    recurse(0);
}

char *stack_start;
size_t stack_used;

static int measure(int n) {
    volatile char frame[100];
    frame[n % 100] = (char)n;
    stack_used = (size_t)(stack_start - (char *)frame);
    if (stack_used > (size_t)1 << 40)
        return 0;
    return measure(n + 1) + frame[n % 100];
}

void measure_forever(void *unused) {
    (void)unused;
    measure(0);
}

void nothing(void *unused) {
    (void)unused;
}

int mapping_count(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    int lines = 0;
    if (!maps)
        case_failed(__FILE__, __LINE__, "/proc/self/maps");
    for (int c; (c = getc(maps)) != EOF;)
        lines += c == '\n';
    fclose(maps);
    return lines;
}

int main(int argc, char **argv) {
    for (int k = 0; argc == 2 && k < case_count; k++)
        if (strcmp(cases[k].name, argv[1]) == 0) {
            cases[k].run();
            return 0;
        }
    fprintf(stderr, "usage: %s CASE\n", argv[0]);
    return 2;
}
