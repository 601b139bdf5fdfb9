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
    if (stack_used > SIZE_MAX / 2) /* never */
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

/* Runs a case, and returns the exit status. */
static int run_case(const char *name) {
    for (int k = 0; k < case_count; k++)
        if (strcmp(cases[k].name, name) == 0) {
            cases[k].run();
            return 0;
        }
    fprintf(stderr, "usage: PROGRAM CASE, or --each CASE...\n");
    return 2;
}

/* Opens NAME.KIND in the current directory. */
static FILE *open_output(const char *name, const char *kind, FILE *stream) {
    char path[200];
    snprintf(path, sizeof path, "%s.%s", name, kind);
    FILE *file = stream ? freopen(path, "w", stream) : fopen(path, "w");
    if (!file)
        case_failed(__FILE__, __LINE__, path);
    return file;
}

/* Runs a case in a child process: a process that begins anew takes longer, with AddressSanitizer above all. With ThreadSanitizer it does,
 * because threads that a forked process starts may wait forever. What the case says is in NAME.output; its exit status, or the negative
 * number of the signal that ended it, in NAME.status. */
static void run_in_child(const char *name) {
    pid_t child = fork();
    if (child < 0)
        case_failed(__FILE__, __LINE__, "fork");
    if (child == 0) {
        open_output(name, "output", stderr);
        setvbuf(stderr, NULL, _IONBF, 0);
#ifdef __SANITIZE_THREAD__
        execl("/proc/self/exe", "case", name, (char *)NULL);
        case_failed(__FILE__, __LINE__, "execl");
#else
        exit(run_case(name));
#endif
    }
    int status;
    if (waitpid(child, &status, 0) != child)
        case_failed(__FILE__, __LINE__, "waitpid");
    FILE *file = open_output(name, "status", NULL);
    fprintf(file, "%d\n", WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status));
    fclose(file);
}

int main(int argc, char **argv) {
    if (argc < 2 || strcmp(argv[1], "--each") != 0)
        return run_case(argc == 2 ? argv[1] : "");
    for (int k = 2; k < argc; k++)
        run_in_child(argv[k]);
    return 0;
}
