/* Does what its arguments say, in their order, with shared objects X.so:
 *   +X load, X call into it, X* let it call all others that are loaded, too, -X free its instance and unload it;
 *   iX let a run of X that would not end be ended by its deadline, sN so many signals beyond SIGRTMIN have handlers;
 *   t start a thread, /X call into X in that thread, T end the thread;
 *   h install a handler of SIGSEGV that hands on what it does not know, H take it back;
 *   ! cause a fault in a child: that must reach the handler that the host has from the beginning;
 *   m remember how many mappings there are and how much of the heap is in use, M compare.
 * Ends with 0 if all of it went as it should. */
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef bool plug(void (*other)(void));

static void *objects[128];
static volatile int *volatile nowhere = (int *)8;

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    _exit(1);
}

static void nothing(void) {
}

static void call(char name, void (*other)(void)) {
    plug *p = (plug *)dlsym(objects[(int)name], "plug");
    if (!p(other))
        fail("a call ended otherwise");
}

static void call_all(void) {
    for (int k = 'a'; k <= 'z'; k++)
        if (objects[k])
            call((char)k, nothing);
}

static void interrupt(char name) {
    bool (*end_by_deadline)(void) = (bool (*)(void))dlsym(objects[(int)name], "end_by_deadline");
    if (!end_by_deadline())
        fail("a run was not ended by its deadline");
}

/* ---- The thread ---- */

static pthread_t thread;
static sem_t asked, done;
static char asked_for;

static void *serve(void *unused) {
    (void)unused;
    for (;;) {
        sem_wait(&asked);
        if (!asked_for)
            return NULL;
        call(asked_for, nothing);
        sem_post(&done);
    }
}

static void ask_thread(char name) {
    asked_for = name;
    sem_post(&asked);
    if (name)
        sem_wait(&done);
    else
        pthread_join(thread, NULL);
}

/* ---- Signals ---- */

static void first_handler(int number) {
    (void)number;
    _exit(42);
}

static struct sigaction below;

static void later_handler(int number, siginfo_t *info, void *context) {
    if (below.sa_flags & SA_SIGINFO)
        below.sa_sigaction(number, info, context);
    else
        below.sa_handler(number);
}

static void cause_fault(void) {
    pid_t child = fork();
    if (child == 0) {
        *nowhere = 1;
        _exit(1);
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 42)
        fail("the fault did not reach the host's handler");
}

static int count_handlers(void) {
    int count = 0;
    for (int n = SIGRTMIN; n <= SIGRTMAX; n++) {
        struct sigaction now;
        sigaction(n, NULL, &now);
        count += (now.sa_flags & SA_SIGINFO) || now.sa_handler != SIG_DFL;
    }
    return count;
}

/* ---- Mappings ---- */

static int count_mappings(void) {
    int lines = 0;
    FILE *f = fopen("/proc/self/maps", "r");
    for (int c; (c = getc(f)) != EOF;)
        lines += c == '\n';
    fclose(f);
    return lines;
}

static void load(char name) {
    char path[] = "./?.so";
    path[2] = name;
    objects[(int)name] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!objects[(int)name])
        fail(dlerror());
}

static void unload(char name) {
    void *o = objects[(int)name];
    ((void (*)(void))dlsym(o, "unplug"))();
    objects[(int)name] = NULL;
    if (dlclose(o) != 0)
        fail(dlerror());
}

static void step(const char *s) {
    static int mappings;
    static size_t heap;
    struct sigaction later = {.sa_sigaction = later_handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    switch (s[0]) {
    case '+':
        load(s[1]);
        break;
    case '-':
        unload(s[1]);
        break;
    case 'i':
        interrupt(s[1]);
        break;
    case 's':
        if (count_handlers() != s[1] - '0')
            fail("another number of signals has handlers");
        break;
    case 't':
        pthread_create(&thread, NULL, serve, NULL);
        break;
    case '/':
        ask_thread(s[1]);
        break;
    case 'T':
        ask_thread(0);
        break;
    case 'h':
        sigaction(SIGSEGV, &later, &below);
        break;
    case 'H':
        sigaction(SIGSEGV, &below, NULL);
        break;
    case '!':
        cause_fault();
        break;
    case 'm':
        mappings = count_mappings(), heap = mallinfo2().uordblks;
        break;
    case 'M':
        if (count_mappings() > mappings)
            fail("there are more mappings");
        if (mallinfo2().uordblks > heap)
            fail("more of the heap is in use");
        break;
    default:
        call(s[0], s[1] ? call_all : nothing);
        break;
    }
}

int main(int argc, char **argv) {
    sem_init(&asked, 0, 0);
    sem_init(&done, 0, 0);
    signal(SIGSEGV, first_handler);
    count_mappings();
    for (int k = 1; k < argc; k++)
        step(argv[k]);
    return 0;
}
