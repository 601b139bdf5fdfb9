#if defined(_WIN32)

#include "system/process.h"

#include <errno.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "system/children.h"
#include "system/system.h"
#include "system/windows.h"

enum { MOST_CHILDREN = MAXIMUM_WAIT_OBJECTS };

const size_t children_most = MOST_CHILDREN;

volatile sig_atomic_t process_stopped_by;

/* The running children; null in free slots. */
static HANDLE children[MOST_CHILDREN];

/* All children are in it. It ends them when this process ends, however that happens. */
static HANDLE job;

/* ---- Stopping ---- */

/* Called by a thread of its own. The first event stops the children, so that everything is cleaned up; a second one ends this process. */
static BOOL WINAPI on_control(DWORD event) {
    if (process_stopped_by)
        return FALSE;
    process_stopped_by = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT ? SIGINT : SIGTERM;
    if (job)
        TerminateJobObject(job, 1);
    return TRUE;
}

void process_catch_signals(void) {
    SetConsoleCtrlHandler(on_control, TRUE);
}

void process_end_if_stopped(void) {
    enum { BASE = 128 };
    if (process_stopped_by)
        ExitProcess(BASE + (UINT)process_stopped_by);
}

/* ---- Command lines ---- */

/* Appends an argument so that the C library of the program, which gets one text, finds it as it was: in quotes, with a backslash before
 * each quote, and twice as many backslashes before a quote as there are. */
static void put_argument(strbuf *line, const char *argument) {
    size_t backslashes = 0;
    strbuf_puts(line, line->count > 0 ? " \"" : "\"");
    for (const char *at = argument; *at; at++) {
        if (*at == '"')
            strbuf_repeat(line, '\\', backslashes + 1);
        backslashes = *at == '\\' ? backslashes + 1 : 0;
        strbuf_put(line, *at);
    }
    strbuf_repeat(line, '\\', backslashes);
    strbuf_put(line, '"');
}

/* Null with errno set. */
static wchar_t *command_line(const char *const *words) {
    strbuf line = {0};
    for (; *words; words++)
        put_argument(&line, *words);
    wchar_t *wide = windows_wide(line.data);
    strbuf_free(&line);
    return wide;
}

/* ---- Starting ---- */

/* The handles that a child gets, and no others. */
typedef struct inherited {
    STARTUPINFOEXW start;
    HANDLE handles[3];
    DWORD count;
} inherited;

static bool inherit(inherited *i, HANDLE output) {
    const HANDLE ours[] = {GetStdHandle(STD_INPUT_HANDLE), output ? output : GetStdHandle(STD_OUTPUT_HANDLE),
                           GetStdHandle(STD_ERROR_HANDLE)};
    HANDLE copies[3] = {NULL};
    SIZE_T size = 0;
    *i = (inherited){.start.StartupInfo = {.cb = sizeof i->start, .dwFlags = STARTF_USESTDHANDLES}};
    for (int k = 0; k < 3; k++)
        if (ours[k] && ours[k] != INVALID_HANDLE_VALUE &&
            DuplicateHandle(GetCurrentProcess(), ours[k], GetCurrentProcess(), &copies[k], 0, TRUE, DUPLICATE_SAME_ACCESS))
            i->handles[i->count++] = copies[k];
    i->start.StartupInfo.hStdInput = copies[0];
    i->start.StartupInfo.hStdOutput = copies[1];
    i->start.StartupInfo.hStdError = copies[2];
    if (i->count == 0)
        return true;
    InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    i->start.lpAttributeList = memory_alloc(size, 1);
    return InitializeProcThreadAttributeList(i->start.lpAttributeList, 1, 0, &size) &&
           UpdateProcThreadAttribute(i->start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, i->handles,
                                     i->count * sizeof *i->handles, NULL, NULL);
}

static void inherit_end(inherited *i) {
    for (DWORD k = 0; k < i->count; k++)
        CloseHandle(i->handles[k]);
    if (i->start.lpAttributeList)
        DeleteProcThreadAttributeList(i->start.lpAttributeList);
    free(i->start.lpAttributeList);
}

static void make_job(void) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
    if (job || !(job = CreateJobObjectW(NULL, NULL)))
        return;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
}

/* Starts the program `file`, which is looked for in PATH if it is only a name, and puts it into a free slot of `children`. `directory` and
 * `output` may be null: the current directory, and this process's output. */
static int start(const char *file, const char *const *words, const char *directory, HANDLE output) {
    strbuf path = {0};
    int slot = 0;
    if (!system_find_program(file, &path)) {
        strbuf_free(&path);
        return PROCESS_NOT_FOUND;
    }
    while (children[slot])
        slot++;
    make_job();
    inherited i;
    PROCESS_INFORMATION made;
    wchar_t *program = windows_path(path.data, true), *line = command_line(words), *where = directory ? windows_wide(directory) : NULL;
    bool ok = inherit(&i, output) && program && line && (where || !directory);
    DWORD flags = CREATE_SUSPENDED | (i.start.lpAttributeList ? EXTENDED_STARTUPINFO_PRESENT : 0);
    if (ok && !CreateProcessW(program, line, NULL, NULL, i.count > 0, flags, NULL, where, &i.start.StartupInfo, &made))
        ok = windows_fail();
    int error = errno;
    if (ok) {
        children[slot] = made.hProcess;
        if (job)
            AssignProcessToJobObject(job, made.hProcess);
        ResumeThread(made.hThread);
        CloseHandle(made.hThread);
        if (process_stopped_by) /* the event came before this child was in the job */
            TerminateProcess(made.hProcess, 1);
    }
    inherit_end(&i);
    free(program);
    free(line);
    free(where);
    strbuf_free(&path);
    errno = error;
    return ok ? 0 : error == ENOENT ? PROCESS_NOT_FOUND : 127;
}

/* ---- Waiting ---- */

static DWORD running(HANDLE list[MOST_CHILDREN]) {
    DWORD count = 0;
    for (int k = 0; k < MOST_CHILDREN; k++)
        if (children[k])
            list[count++] = children[k];
    return count;
}

/* The status of a process that has ended, as process_run returns it. What ended by an exception has its number, a large one. */
static int status_of(HANDLE process) {
    enum { KILLED = 128 + SIGABRT, CRASHED = 128 + SIGSEGV };
    DWORD code;
    if (!GetExitCodeProcess(process, &code))
        return 127;
    return code < 256 ? (int)code : code == EXCEPTION_ACCESS_VIOLATION || code == EXCEPTION_STACK_OVERFLOW ? CRASHED : KILLED;
}

/* Waits for a child to end, and takes it out of the list; null if waiting fails. To be closed. */
static HANDLE wait_for_process(DWORD milliseconds) {
    HANDLE list[MOST_CHILDREN];
    DWORD count = running(list), which = WaitForMultipleObjects(count, list, FALSE, milliseconds) - WAIT_OBJECT_0;
    if (which >= count)
        return NULL;
    for (int k = 0; k < MOST_CHILDREN; k++)
        if (children[k] == list[which])
            children[k] = NULL;
    return list[which];
}

int children_wait(void) {
    HANDLE process = wait_for_process(INFINITE);
    if (!process) {
        memset(children, 0, sizeof children);
        return 127;
    }
    int status = status_of(process);
    CloseHandle(process);
    return status;
}

size_t children_count(void) {
    HANDLE list[MOST_CHILDREN];
    return running(list);
}

int children_start(const char *directory, const char *const *command) {
    return start(command[0], command, directory, NULL);
}

static uint64_t seconds_used(HANDLE process) {
    FILETIME created, ended, in_kernel, in_user;
    if (!GetProcessTimes(process, &created, &ended, &in_kernel, &in_user))
        return 0;
    uint64_t kernel = (uint64_t)in_kernel.dwHighDateTime << 32 | in_kernel.dwLowDateTime;
    uint64_t user = (uint64_t)in_user.dwHighDateTime << 32 | in_user.dwLowDateTime;
    return (kernel + user) / 10000000;
}

int process_run_for(const char *const *command, uint64_t seconds) {
    enum { LOOK = 200 }; /* milliseconds */
    int status = start(command[0], command, NULL, NULL);
    bool too_long = false;
    while (status == 0) {
        HANDLE list[MOST_CHILDREN];
        if (running(list) == 0)
            break;
        HANDLE ended = wait_for_process(LOOK);
        if (ended) {
            status = status_of(ended);
            CloseHandle(ended);
            break;
        }
        if (!too_long && seconds_used(list[0]) >= seconds)
            too_long = TerminateProcess(list[0], 1);
    }
    return process_stopped_by ? PROCESS_STOPPED : too_long ? PROCESS_TOO_LONG : status;
}

int process_capture(const char *const *command, strbuf *output) {
    HANDLE from, to;
    if (!CreatePipe(&from, &to, NULL, 0)) {
        windows_fail();
        return 127;
    }
    int status = start(command[0], command, NULL, to);
    CloseHandle(to);
    if (status == 0) {
        char buffer[4096];
        for (DWORD got; ReadFile(from, buffer, sizeof buffer, &got, NULL) && got > 0;)
            strbuf_append(output, buffer, got);
        status = children_wait();
    }
    CloseHandle(from);
    for (size_t k = 0, kept = 0; k < output->count; k++) { /* lines end with CR LF */
        bool drop = output->data[k] == '\r' && k + 1 < output->count && output->data[k + 1] == '\n';
        if (!drop)
            output->data[kept++] = output->data[k];
        if (k + 1 == output->count) {
            strbuf_truncate(output, kept);
            break;
        }
    }
    return process_stopped_by ? PROCESS_STOPPED : status;
}

int process_become(const char *file, char *const *words, const char *scratch) {
    int status = start(file, (const char *const *)words, NULL, NULL), error = errno;
    if (status == 0) {
        HANDLE process = wait_for_process(INFINITE);
        DWORD code;
        status = process && GetExitCodeProcess(process, &code) && code != (DWORD)-1 ? (int)code : 127;
        if (process)
            CloseHandle(process);
    } else {
        status = -1;
    }
    system_remove_tree(scratch);
    errno = error;
    return process_stopped_by ? PROCESS_STOPPED : status;
}

#endif
