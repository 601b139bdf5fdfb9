#include "process.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/vec.h"

extern char **environ;

volatile sig_atomic_t process_stopped_by;

/* The second time at once: something does not come to an end. */
static void on_signal(int number) {
    if (process_stopped_by)
        _exit(128 + number);
    process_stopped_by = number;
}

void process_catch_signals(void) {
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: waiting must end */
    sigemptyset(&action.sa_mask);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        sigaction(numbers[k], &action, NULL);
}

void process_end_if_stopped(void) {
    if (!process_stopped_by)
        return;
    signal(process_stopped_by, SIG_DFL);
    raise(process_stopped_by);
}

static int start(const char *const *command, pid_t *pid) {
    int error = posix_spawnp(pid, command[0], NULL, NULL, (char *const *)command, environ);
    return error == 0 ? 0 : error == ENOENT ? PROCESS_NOT_FOUND : 127;
}

/* Waits for any child. */
static int wait_for_one(pid_t *pid) {
    int status;
    *pid = waitpid(-1, &status, 0);
    if (*pid < 0)
        return process_stopped_by ? PROCESS_STOPPED : 127;
    if (process_stopped_by)
        return PROCESS_STOPPED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

typedef VEC(pid_t) pid_list;

static void forget(pid_list *running, pid_t pid) {
    for (size_t k = 0; k < running->count; k++)
        if (running->data[k] == pid) {
            running->data[k] = vec_last(running);
            running->count--;
            return;
        }
}

static void stop_all(pid_list *running) {
    for (size_t k = 0; k < running->count; k++)
        kill(running->data[k], SIGTERM);
    for (size_t k = 0; k < running->count; k++)
        while (waitpid(running->data[k], NULL, 0) < 0 && errno == EINTR)
            continue;
    running->count = 0;
}

int process_run_all(const command_list *list, uint32_t at_a_time) {
    pid_list running = {0};
    size_t next = 0;
    int result = 0;
    while ((result == 0 && next < list->count) || running.count > 0) {
        if (result == 0 && !process_stopped_by && next < list->count && running.count < at_a_time) {
            if (list->started)
                list->started(list->context, next);
            pid_t pid;
            result = start(list->commands[next++], &pid);
            if (result == 0)
                *vec_push(&running) = pid;
            continue;
        }
        if (process_stopped_by || running.count == 0) {
            stop_all(&running);
            result = process_stopped_by ? PROCESS_STOPPED : result;
            break;
        }
        pid_t pid;
        int status = wait_for_one(&pid);
        if (pid > 0)
            forget(&running, pid);
        if (result == 0 && status != PROCESS_STOPPED)
            result = status;
    }
    vec_free(&running);
    return result;
}

int process_run(const char *const *command) {
    return process_run_all(&(command_list){.commands = &command, .count = 1}, 1);
}
