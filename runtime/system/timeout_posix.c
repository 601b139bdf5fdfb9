/* The time limit uses a timer and SIGALRM. The process is the executable's own, and no module can change the handler or block the
 * signal. */
#if !defined(_WIN32) && !defined(__APPLE__) /* WASI is not for macOS yet */

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "../not_unwound.h"
#include "../wasi/timeout.h"

static void end_process(int number) {
    static const char message[] = "wasmelt: the program has run as long as --timeout allows\n";
    (void)number;
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(STATUS_TIMEOUT);
}

bool wasmelt_rt_timeout_begin(uint64_t nanoseconds) {
    struct sigaction action = {.sa_handler = end_process, .sa_flags = SA_ONSTACK};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    struct itimerspec when = {.it_value = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)}};
    sigset_t own;
    timer_t timer; /* exists as long as the process */
    sigfillset(&action.sa_mask);
    sigemptyset(&own);
    sigaddset(&own, SIGALRM);
    return sigaction(SIGALRM, &action, NULL) == 0 && pthread_sigmask(SIG_UNBLOCK, &own, NULL) == 0 &&
           timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 && timer_settime(timer, 0, &when, NULL) == 0;
}

#endif
