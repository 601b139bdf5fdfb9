#if !defined(_WIN32)

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/children.h"
#include "system/posix.h"
#include "system/process.h"
#include "system/system.h"

enum { MOST_CHILDREN = 1024 };

const size_t children_most = MOST_CHILDREN;

volatile sig_atomic_t process_stopped_by;

/* The running children; 0 in free slots. The signal handler stops them itself: if it only set a flag, a signal that arrives just before
 * waitpid would not be noticed until some child ends by itself. */
static volatile pid_t children[MOST_CHILDREN];

static void stop_children(void) {
    for (int k = 0; k < MOST_CHILDREN; k++)
        if (children[k])
            kill(children[k], SIGTERM);
}

/* The first signal stops the children, so that everything is cleaned up; a second one ends this process at once. */
static void on_signal(int number) {
    if (process_stopped_by)
        _exit(128 + number);
    process_stopped_by = number;
    int error = errno;
    stop_children();
    errno = error;
}

void process_catch_signals(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction old, action = {.sa_handler = on_signal}; /* no SA_RESTART: waiting must end */
    sigemptyset(&action.sa_mask);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        if (sigaction(numbers[k], NULL, &old) == 0 && old.sa_handler != SIG_IGN) /* leave ignored signals ignored, as under nohup */
            sigaction(numbers[k], &action, NULL);
}

void process_end_if_stopped(void) {
    if (!process_stopped_by)
        return;
    signal(process_stopped_by, SIG_DFL);
    raise(process_stopped_by);
}

/* Limits the processor time of a child; a lower limit that it already has stays. Only Linux can do that to another process. */
static void limit_time(pid_t pid, uint64_t seconds) {
#ifndef __linux__
    (void)pid, (void)seconds;
#else
    struct rlimit limit;
    if (prlimit(pid, RLIMIT_CPU, NULL, &limit) != 0 || limit.rlim_cur <= seconds)
        return;
    limit.rlim_cur = seconds;
    prlimit(pid, RLIMIT_CPU, &limit, NULL);
#endif
}

#define UNLIMITED UINT64_MAX

/* Starts the program `file`, which is looked for in PATH if it is only a name, and puts it into a free slot of `children`. `actions` may be
 * null. */
static int start(const char *file, const char *const *command, const posix_spawn_file_actions_t *actions, uint64_t seconds) {
    int slot = 0;
    while (children[slot])
        slot++;
    pid_t pid;
    int error = posix_spawnp(&pid, file, actions, NULL, (char *const *)command, environ);
    if (error)
        return error == ENOENT ? PROCESS_NOT_FOUND : 127;
    children[slot] = pid;
    if (seconds != UNLIMITED)
        limit_time(pid, seconds);
    if (process_stopped_by) /* the signal came before this child was in `children` */
        stop_children();
    return 0;
}

int children_wait(void) {
    int status;
    pid_t pid;
    do
        pid = waitpid(-1, &status, 0);
    while (pid < 0 && errno == EINTR);
    for (int k = 0; k < MOST_CHILDREN; k++)
        if (pid < 0 || children[k] == pid)
            children[k] = 0;
    if (pid < 0)
        return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

size_t children_count(void) {
    size_t count = 0;
    for (int k = 0; k < MOST_CHILDREN; k++)
        count += children[k] != 0;
    return count;
}

int children_start(const char *directory, const char *const *command) {
    posix_spawn_file_actions_t actions;
    if (!directory)
        return start(command[0], command, NULL, UNLIMITED);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return 127;
    int status = posix_spawn_file_actions_addchdir_np(&actions, directory) == 0 ? start(command[0], command, &actions, UNLIMITED) : 127;
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

int process_run_for(const char *const *command, uint64_t seconds) {
    int status = start(command[0], command, NULL, seconds);
    if (status == 0)
        status = children_wait();
    if (status == 128 + SIGXCPU)
        status = PROCESS_TOO_LONG;
    return process_stopped_by ? PROCESS_STOPPED : status;
}

static void read_all(int fd, strbuf *output) {
    char buffer[4096];
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got > 0)
            strbuf_append(output, buffer, (size_t)got);
        else if (got == 0 || errno != EINTR || process_stopped_by)
            return;
    }
}

/* A pipe that children do not inherit. */
static bool make_pipe(int ends[2]) {
#ifdef __APPLE__
    return pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
#else
    return pipe2(ends, O_CLOEXEC) == 0;
#endif
}

int process_capture(const char *const *command, strbuf *output) {
    int ends[2];
    posix_spawn_file_actions_t actions;
    if (!make_pipe(ends))
        return 127;
    int status = 127;
    if (posix_spawn_file_actions_init(&actions) == 0) {
        if (posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0)
            status = start(command[0], command, &actions, UNLIMITED);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (status == 0) {
        read_all(ends[0], output);
        status = children_wait();
    }
    close(ends[0]);
    return process_stopped_by ? PROCESS_STOPPED : status;
}

#ifdef __APPLE__
int process_become(const char *file, char *const *words, const char *scratch) {
    int status = start(file, (const char *const *)words, NULL, UNLIMITED);
    if (status == 0)
        status = children_wait();
    system_remove_tree(scratch);
    return process_stopped_by ? PROCESS_STOPPED : status;
}
#else
int process_become(const char *file, char *const *words, const char *scratch) {
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    system_remove_tree(scratch);
    process_end_if_stopped();
    if (fd >= 0)
        fexecve(fd, words, environ);
    int error = errno;
    system_close(fd);
    errno = error;
    return -1;
}
#endif

#endif
