"""C with POSIX threads: the whole of wasi-libc's, compiled by a toolchain that has it, with the same output as natively.

Debian has no C library for wasm32-wasi-threads, nor is one in the packages that these tests use, so the compiler has to be
named, for instance

    WASMELT_THREADS_CC='/opt/wasi-sdk/bin/clang --target=wasm32-wasip1-threads -pthread
                        -Wl,--import-memory,--export-memory,--max-memory=67108864'

Programs with the few functions of bench/threads/pthreads are always run, by tests/bench."""
import os
import shlex
import subprocess

import pytest

CC = shlex.split(os.environ.get('WASMELT_THREADS_CC', ''))
pytestmark = pytest.mark.skipif(not CC, reason='WASMELT_THREADS_CC names no compiler for wasm32-wasi-threads')

PROGRAM = r'''
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COUNT = 8, ROUNDS = 2000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, recursive;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t readers = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t places;
static _Thread_local int own = 100;
static long total, turn, initialised, destroyed, inside, most_inside, version;

static void initialise(void) { initialised++; }

static void destroy(void *text) {
    pthread_mutex_lock(&lock);
    destroyed++;
    pthread_mutex_unlock(&lock);
    free(text);
}

static void use_memory(long me) {
    char *blocks[16] = {0};
    for (int k = 0; k < ROUNDS; k++) {
        char **b = &blocks[(k * 7 + me) % 16];
        if (*b && (*b)[0] != (char)me) abort();
        free(*b);
        *b = malloc((size_t)(k % 500 + 1));
        (*b)[0] = (char)me;
    }
    for (int k = 0; k < 16; k++) free(blocks[k]);
}

static void *work(void *argument) {
    long me = (long)argument;
    char *text = malloc(40);
    own += (int)me;
    pthread_once(&once, initialise);
    snprintf(text, 40, "thread %ld", me);
    pthread_setspecific(key, text);
    pthread_barrier_wait(&barrier);
    errno = 1000 + (int)me;
    for (volatile int k = 0; k < 1000000; k++) continue;
    if (errno != 1000 + (int)me) abort();
    use_memory(me);
    for (int k = 0; k < ROUNDS; k++) {
        pthread_mutex_lock(&recursive);
        pthread_mutex_lock(&recursive);
        total += own;
        pthread_mutex_unlock(&recursive);
        pthread_mutex_unlock(&recursive);
        if (k % 100 == me) {
            pthread_rwlock_wrlock(&readers);
            version++;
            pthread_rwlock_unlock(&readers);
        } else {
            pthread_rwlock_rdlock(&readers);
            if (version < 0) abort();
            pthread_rwlock_unlock(&readers);
        }
    }
    sem_wait(&places);
    pthread_mutex_lock(&lock);
    most_inside = ++inside > most_inside ? inside : most_inside;
    pthread_mutex_unlock(&lock);
    struct timespec nap = {.tv_nsec = 5000000};
    nanosleep(&nap, NULL);
    pthread_mutex_lock(&lock);
    inside--;
    pthread_mutex_unlock(&lock);
    sem_post(&places);
    pthread_mutex_lock(&lock);
    while (turn != me) pthread_cond_wait(&turned, &lock);
    printf("%s: own %d\n", (char *)pthread_getspecific(key), own);
    turn++;
    pthread_cond_broadcast(&turned);
    pthread_mutex_unlock(&lock);
    return (void *)(me * me);
}

static void *end(void *status) {
    exit((int)(long)status);
}

int main(void) {
    pthread_t threads[COUNT], ender;
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &kind);
    pthread_key_create(&key, destroy);
    pthread_barrier_init(&barrier, NULL, COUNT);
    sem_init(&places, 0, 2);
    for (long k = 0; k < COUNT; k++)
        if (pthread_create(&threads[k], NULL, work, (void *)k) != 0) return puts("no thread"), 1;
    long sum = 0;
    for (int k = 0; k < COUNT; k++) {
        void *result;
        pthread_join(threads[k], &result);
        sum += (long)result;
    }
    printf("sum %ld, total %ld, initialised %ld, destroyed %ld, version %ld, own %d, inside %d\n", sum, total, initialised,
           destroyed, version, own, most_inside <= 2);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    if ((until.tv_nsec += 20000000) >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&lock);
    int error;
    while ((error = pthread_cond_timedwait(&turned, &lock, &until)) == 0) continue;
    pthread_mutex_unlock(&lock);
    printf("timed out: %d\n", error == ETIMEDOUT);
    fflush(stdout);
    pthread_create(&ender, NULL, end, (void *)42L);
    for (;;) sleep(100);
}
'''


@pytest.fixture
def source(tmp_path):
    (tmp_path / 'program.c').write_text(PROGRAM)
    return tmp_path / 'program.c'


@pytest.mark.parametrize('level', ['-O0', '-O2'])
def test_runs_as_natively(source, run_wasmelt, tmp_path, cc, level):
    subprocess.run(['gcc', '-O1', '-pthread', source, '-o', tmp_path / 'expected'], check=True)
    subprocess.run([*CC, '-O2', source, '-o', tmp_path / 'program.wasm'], check=True)
    made = run_wasmelt(tmp_path / 'program.wasm', level, '--cc', cc, '--cflags=-Wall -Wextra -Werror', '-o', tmp_path / 'app')
    assert (made.returncode, made.stderr) == (0, '')
    expected, found = (subprocess.run([tmp_path / name], capture_output=True, text=True, timeout=60) for name in ('expected', 'app'))
    assert expected.returncode == 42 and 'timed out: 1' in expected.stdout
    assert (found.returncode, found.stdout, found.stderr) == (42, expected.stdout, '')
