"""wasi-threads: programs that start threads, as executables without any option, and in a host of ours."""
import os
import pathlib
import re
import resource
import subprocess

import pytest

from support import binaryen
from support.hosts import SANITIZERS, compile_objects

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What every program below has. $join waits until the counter at 8 has reached a number.
MODULE = r'''
(module
  (memory (export "memory") (import {memory}) 2 2 shared)
  (func $spawn (import "wasi" "thread-spawn") (param i32) (result i32))
  (func $exit (import "wasi_snapshot_preview1" "proc_exit") (param i32))
  (func $poll (import "wasi_snapshot_preview1" "poll_oneoff") (param i32 i32 i32 i32) (result i32))
  (func $read (import "wasi_snapshot_preview1" "fd_read") (param i32 i32 i32 i32) (result i32))
  (func $check (param i32) (if (i32.eqz (local.get 0)) (then (call $exit (i32.const 77)))))
  (func $start (param i32) (call $check (i32.gt_s (call $spawn (local.get 0)) (i32.const 0))))
  (func $arrive
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 8) (i32.const -1))))
  (func $join (param $count i32) (local $now i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_u (local.tee $now (i32.atomic.load (i32.const 8))) (local.get $count)))
        (drop (memory.atomic.wait32 (i32.const 8) (local.get $now) (i64.const -1)))
        (br $again))))
  (func $sleep (param $milliseconds i64)
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.mul (local.get 0) (i64.const 1000000)))))
  ;; ---- What a thread can be in when the program ends ----
  (func $wait (loop (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))) (br 0)))
  (func $wait64 (loop (drop (memory.atomic.wait64 (i32.const 0) (i64.const 0) (i64.const -1))) (br 0)))
  (func $spin (loop (br 0)))
  (func $poll_forever ;; a clock, in an hour
    (i64.store (i32.const 1024) (i64.const 7))
    (i32.store (i32.const 1040) (i32.const 1))
    (i64.store (i32.const 1048) (i64.const 3600000000000))
    (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 2040))))
  (func $read_forever
    (i32.store (i32.const 3072) (i32.const 3100))
    (i32.store (i32.const 3076) (i32.const 1))
    (drop (call $read (i32.const 0) (i32.const 3072) (i32.const 1) (i32.const 3090))))
  {body})
'''
STATES = ['wait', 'wait64', 'spin', 'poll_forever', 'read_forever']
TRAP = 'wasmelt: trap: '


@pytest.fixture
def program(assemble, run_wasmelt, tmp_path):
    """program(BODY, ...): an executable made of it."""
    def make(body, memory='"env" "memory"', flags=()):
        wasm = assemble(MODULE.replace('{memory}', memory).replace('{body}', body))
        made = run_wasmelt(wasm, '-o', tmp_path / 'app', '-O1', *flags)
        assert made.returncode == 0, made.stderr
        return tmp_path / 'app'
    return make


@pytest.fixture
def run(program):
    """run(BODY, ...): the finished process. Its standard input stays open and silent."""
    def run_it(body, timeout=20, preexec_fn=None, **how):
        silent, end = os.pipe()
        try:
            return subprocess.run([program(body, **how)], stdin=silent, capture_output=True, text=True, timeout=timeout,
                                  preexec_fn=preexec_fn)
        finally:
            os.close(silent)
            os.close(end)
    return run_it


# ---- Threads ----

SUM = r'''
  (global $own (mut i32) (i32.const 5))
  (func (export "wasi_thread_start") (param $id i32) (param $argument i32)
    ;; the arguments; a global of its own, whatever the others do
    (call $check (i32.gt_s (local.get $id) (i32.const 0)))
    (call $check (i32.lt_u (local.get $id) (i32.const 0x20000000)))
    (global.set $own (i32.add (global.get $own) (i32.const 1)))
    (call $check (i32.eq (global.get $own) (i32.const 6)))
    ;; what it was given, and its number in a place of its own
    (drop (i32.atomic.rmw.add (i32.const 4) (local.get $argument)))
    (i32.store (i32.mul (local.get $argument) (i32.const 16)) (local.get $id))
    (call $arrive))
  (func (export "_start") (local $k i32) (local $j i32)
    (loop $more
      (call $start (local.tee $k (i32.add (local.get $k) (i32.const 1))))
      (br_if $more (i32.lt_u (local.get $k) (i32.const 20))))
    (call $join (i32.const 20))
    (call $check (i32.eq (i32.load (i32.const 4)) (i32.const 210)))
    (call $check (i32.eq (global.get $own) (i32.const 5)))
    ;; no two have had the same number
    (loop $outer
      (local.set $j (i32.const 0))
      (loop $inner
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (call $check (i32.or
          (i32.eq (local.get $j) (local.get $k))
          (i32.ne (i32.load (i32.mul (local.get $j) (i32.const 16))) (i32.load (i32.mul (local.get $k) (i32.const 16))))))
        (br_if $inner (i32.lt_u (local.get $j) (i32.const 20))))
      (br_if $outer (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
    (call $exit (i32.const 22)))
'''


@pytest.mark.parametrize('memory', ['"env" "memory"', '"foo" "bar"', '"" ""', '"wasi" "m e m"', r'"\c3\a9" "!"'])
def test_threads_share_the_memory_and_nothing_else(run, memory):
    done = run(SUM, memory=memory)
    assert (done.returncode, done.stderr) == (22, '')


@pytest.mark.once
def test_the_only_memory_need_not_be_exported(assemble, run_wasmelt, tmp_path):
    """As LLVM's linker has it before version 16."""
    text = MODULE.replace('(export "memory")', '').replace('{memory}', '"env" "memory"').replace('{body}', '''
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      (func (export "wasi_thread_start") (param i32 i32)
        (call $check (i32.eqz (call $clock (i32.const 0) (i64.const 0) (i32.const 64)))) (call $arrive))
      (func (export "_start")
        (call $start (i32.const 0)) (call $join (i32.const 1))
        (call $check (i64.ne (i64.load (i32.const 64)) (i64.const 0))) (call $exit (i32.const 4)))''')
    imports = text.index('(import "wasi_snapshot_preview1" "clock')  # imports come first
    clock = text[imports:text.index('\n', imports)]
    text = text.replace(clock, '').replace('(func $spawn', clock + '\n  (func $spawn', 1)
    assert run_wasmelt(assemble(text), '-o', tmp_path / 'app').returncode == 0
    done = subprocess.run([tmp_path / 'app'], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (4, '')


def test_a_thread_that_returns_ends_alone(run):
    done = run('''
      (func (export "wasi_thread_start") (param i32 i32) (call $arrive))
      (func (export "_start") (local $k i32)
        (loop $more ;; far more than there may be at a time
          (call $start (i32.const 0))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (call $join (local.get $k))
          (br_if $more (i32.lt_u (local.get $k) (i32.const 10000)))))''', timeout=60)
    assert (done.returncode, done.stderr) == (0, '')


def test_threads_start_threads(run):
    done = run('''
      (func (export "wasi_thread_start") (param i32) (param $more i32)
        (if (local.get $more) (then (call $start (i32.sub (local.get $more) (i32.const 1)))))
        (call $arrive))
      (func (export "_start") (call $start (i32.const 50)) (call $join (i32.const 51)) (call $exit (i32.const 3)))''')
    assert (done.returncode, done.stderr) == (3, '')


def test_each_instance_runs_the_start_function_and_copies_active_segments(run):
    """What toolchains avoid by passive segments, but is how it is specified."""
    done = run('''
      (data (i32.const 16) "x")
      (func $begin (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1))))
      (start $begin)
      (func (export "wasi_thread_start") (param i32 i32)
        (call $check (i32.eq (i32.load8_u (i32.const 16)) (i32.const 120)))
        (call $arrive))
      (func (export "_start")
        (i32.store8 (i32.const 16) (i32.const 0))
        (call $start (i32.const 0))
        (call $join (i32.const 1))
        (call $exit (i32.load (i32.const 4))))''')
    assert (done.returncode, done.stderr) == (2, '')


def limit_address_space():
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))


@pytest.mark.parametrize('prepare', [None, limit_address_space], ids=['of threads', 'of memory'])
def test_spawning_beyond_a_limit_is_a_negative_number(run, prepare):
    """Of threads there are 4096 at a time; with 8 GiB of address space, over 4 of which are the memory's, fewer."""
    done = run('''
      (func (export "wasi_thread_start") (param i32 i32) (call $wait))
      (func (export "_start") (local $count i32) (local $id i32)
        (loop $more
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (br_if $more (i32.gt_s (local.tee $id (call $spawn (i32.const 0))) (i32.const 0))))
        (call $check (i32.lt_s (local.get $id) (i32.const 0)))
        (call $check (i32.le_s (local.get $count) (i32.const 4097)))
        (call $check (i32.gt_s (local.get $count) (i32.const 10)))
        (call $exit (i32.const 5)))''', timeout=60, preexec_fn=prepare)
    assert (done.returncode, done.stderr) == (5, '')


# ---- Ends ----

ENDS = {'(unreachable)': (134, TRAP + 'unreachable\n'),
        '(drop (i32.load (i32.const 0x7fffffff)))': (134, TRAP + 'out of bounds memory access\n'),
        '(call $deep)': (134, TRAP + 'call stack exhausted\n'),
        '(call $exit (i32.const 0))': (0, ''),
        '(call $exit (i32.const 99))': (99, '')}
DEEP = '(func $deep (call $deep) (drop (i32.load (i32.const 0))))'


def ends_as(done, end):
    status, message = ENDS[end]
    assert done.returncode == status
    assert done.stderr.startswith(message) and done.stderr.count('trap:') == message.count('trap:'), done.stderr


@pytest.mark.parametrize('end', ENDS)
@pytest.mark.parametrize('state', STATES)
def test_a_thread_ends_the_program(run, state, end):
    """While the main thread, and two others, are in such a state."""
    ends_as(run(f'''
      {DEEP}
      (func (export "wasi_thread_start") (param i32) (param $ends i32)
        (if (i32.eqz (local.get $ends)) (then (call ${state})))
        (call $sleep (i64.const 50))
        {end})
      (func (export "_start")
        (call $start (i32.const 0)) (call $start (i32.const 0)) (call $start (i32.const 1))
        (call ${state}))'''), end)


@pytest.mark.parametrize('end', [*ENDS, ''])
@pytest.mark.parametrize('state', STATES)
def test_the_main_thread_ends_the_program(run, state, end):
    ENDS[''] = 0, ''
    ends_as(run(f'''
      {DEEP}
      (func (export "wasi_thread_start") (param i32 i32) (call $arrive) (call ${state}))
      (func (export "_start")
        (call $start (i32.const 0)) (call $start (i32.const 0)) (call $join (i32.const 2))
        (call $sleep (i64.const 20))
        {end})'''), end)


def test_of_many_ends_one_is_reported(run):
    body = '''
      (func (export "wasi_thread_start") (param i32 i32)
        (call $arrive)
        (loop $not_yet (br_if $not_yet (i32.eqz (i32.atomic.load (i32.const 4)))))
        (unreachable))
      (func (export "_start") (local $k i32)
        (loop $more
          (call $start (i32.const 0))
          (br_if $more (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 30))))
        (call $join (i32.const 30))
        (i32.atomic.store (i32.const 4) (i32.const 1))
        (unreachable))'''
    for _ in range(3):
        done = run(body)
        assert done.returncode == 134 and done.stderr.count('wasmelt: trap: unreachable') == 1, done.stderr


@pytest.mark.parametrize('traps', ['(data (i32.const 0x30000) "x")', '(func $f (unreachable)) (start $f)'],
                         ids=['segment', 'start'])
def test_an_instance_that_traps_while_it_is_made_ends_the_program(run, traps):
    """Of the first instance, of course; of a thread's, if it comes to that."""
    later = traps.replace('(unreachable)', '(if (i32.atomic.rmw.add (i32.const 4) (i32.const 1)) (then (unreachable)))')
    done = run(later + '''
      (func (export "wasi_thread_start") (param i32 i32))
      (func (export "_start") (call $start (i32.const 0)) (call $wait))''')
    assert done.returncode == 134 and done.stderr.count('trap:') == 1


def test_the_backtrace_is_that_of_the_thread(run):
    done = run('''
      (func (export "wasi_thread_start") (param i32 i32) (unreachable))
      (func (export "_start") (call $start (i32.const 0)) (call $wait))''')
    assert done.returncode == 134 and ': wasi_thread_start\n' in done.stderr and ': _start\n' not in done.stderr


# ---- What cannot be an executable ----

@pytest.mark.once
@pytest.mark.parametrize('module', [
    '(import "wasi" "thread-spawn" (func (param i32) (result i32))) (memory (export "memory") 1 1 shared) '
    '(func (export "wasi_thread_start") (param i32 i32)) (func (export "_start"))',
    '(import "wasi" "thread-spawn" (func (param i32) (result i32))) (memory (export "memory") (import "a" "b") 1 1 shared) '
    '(func (export "wasi_thread_start") (param i32 i64)) (func (export "_start"))',
    '(import "wasi" "thread-spawn" (func (param i32) (result i32))) (memory (export "memory") (import "a" "b") 1 1 shared) '
    '(func (export "_start"))',
    '(import "wasi" "thread-spawn" (func (param i32) (result i32))) (memory (import "a" "b") 1 1 shared) (memory 1) '
    '(func (export "wasi_thread_start") (param i32 i32)) (func (export "_start"))',
], ids=['own memory', 'type', 'no start', 'not exported'])
def test_what_cannot_have_threads_is_refused(assemble, run_wasmelt, tmp_path, module):
    done = run_wasmelt(assemble(f'(module {module})'), '-o', tmp_path / 'app')
    assert done.returncode == 1 and 'a program that starts threads must import a shared memory' in done.stderr
    assert not (tmp_path / 'app').exists()


@pytest.mark.once
@pytest.mark.parametrize('module, missing', [
    ('(memory (import "a" "b") 1) (func (export "_start"))', '"a" "b"'),
    (r'(memory (import "a\00" "b") 1 1 shared) (func (export "_start"))', '"b"'),
    ('(import "wasi" "thread-spawn" (func (param i64) (result i32))) (func (export "_start"))', '"wasi" "thread-spawn"'),
    ('(import "wasi" "thread-exit" (func (param i32))) (func (export "_start"))', '"wasi" "thread-exit"'),
])
def test_other_imports_need_a_host(assemble, run_wasmelt, tmp_path, module, missing):
    done = run_wasmelt(assemble(f'(module {module})'), '-o', tmp_path / 'app')
    assert done.returncode == 1 and 'an executable has no host to provide 1 import: ' in done.stderr and missing in done.stderr


@pytest.mark.once
def test_a_shared_memory_can_be_imported_without_threads(assemble, run_wasmelt, tmp_path):
    wasm = assemble('''(module (memory (import "a" "b") 1 3 shared)
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (func (export "_start") (call $exit (i32.add (memory.grow (i32.const 2)) (memory.size)))))''')
    assert run_wasmelt(wasm, '-o', tmp_path / 'app').returncode == 0
    assert subprocess.run([tmp_path / 'app']).returncode == 4


# Four threads make lists, in a table of 64, and throw one; the main thread does the same afterwards, and finds the same sums.
OBJECTS = r'''
(module
  (type $node (struct (field (mut i32)) (field (mut (ref null $node)))))
  (type $all (array (mut (ref null $node))))
  (import "env" "memory" (memory 2 2 shared))
  (export "memory" (memory 0))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (tag $oops (param (ref null $node)))
  (global $kept (mut (ref null $all)) (ref.null $all))
  (func $work (param $seed i32) (result i32) (local $k i32) (local $sum i32) (local $n (ref null $node))
    (global.set $kept (array.new $all (ref.null $node) (i32.const 64)))
    (loop $l
      (array.set $all (global.get $kept) (i32.and (local.get $k) (i32.const 63))
        (struct.new $node (i32.add (local.get $k) (local.get $seed))
          (if (result (ref null $node)) (i32.and (local.get $k) (i32.const 4095))
            (then (array.get $all (global.get $kept) (i32.and (local.get $k) (i32.const 63)))) (else (ref.null $node)))))
      (br_if $l (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 300000))))
    (local.set $k (i32.const 0))
    (loop $each
      (local.set $n (array.get $all (global.get $kept) (local.get $k)))
      (block $out (loop $down
        (br_if $out (ref.is_null (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (struct.get $node 0 (local.get $n))))
        (local.set $n (struct.get $node 1 (local.get $n)))
        (br $down)))
      (br_if $each (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 64))))
    (block $caught (result (ref null $node))
      (try_table (catch $oops $caught) (throw $oops (struct.new $node (local.get $sum) (ref.null $node))))
      (unreachable))
    (struct.get $node 0))
  (func (export "wasi_thread_start") (param i32 i32)
    (i32.store (i32.add (i32.const 64) (i32.shl (local.get 1) (i32.const 2))) (call $work (local.get 1)))
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 8) (i32.const -1))))
  (func (export "_start") (local $k i32) (local $now i32)
    (loop $more
      (if (i32.lt_s (call $spawn (local.get $k)) (i32.const 1)) (then (call $exit (i32.const 70))))
      (br_if $more (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 4))))
    (block $done (loop $again
      (br_if $done (i32.ge_u (local.tee $now (i32.atomic.load (i32.const 8))) (i32.const 4)))
      (drop (memory.atomic.wait32 (i32.const 8) (local.get $now) (i64.const -1)))
      (br $again)))
    (local.set $k (i32.const 0))
    (loop $check
      (if (i32.ne (call $work (local.get $k)) (i32.load (i32.add (i32.const 64) (i32.shl (local.get $k) (i32.const 2))))) (then (call $exit (i32.const 71))))
      (br_if $check (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 4))))
    (call $exit (i32.const 5))))
'''


@pytest.mark.parametrize('also', ['', '(func (export "first") (result anyref) (array.get $all (global.get $kept) (i32.const 0)))'],
                         ids=['of the instance', 'of a store'])
def test_each_thread_has_a_heap_of_its_own(run_wasmelt, tmp_path, also):
    (tmp_path / 'app.wat').write_text(OBJECTS.rstrip().removesuffix(')') + also + ')')
    wasm = binaryen.assemble(tmp_path / 'app.wat', tmp_path / 'app.wasm')
    made = run_wasmelt(wasm, '-o', tmp_path / 'app', '-O1')
    assert made.returncode == 0, made.stderr
    done = subprocess.run([tmp_path / 'app'], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (5, '')


# ---- In a host ----

HOST = r'''
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wasmelt/wasi.h>
#include "app.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ends;

static void on_end(void *context, wasmelt_trap trap) {
    pthread_mutex_lock(&lock);
    ends += trap.code == WASMELT_TRAP_EXIT && trap.exit_status == 7 && context == &ends;
    pthread_mutex_unlock(&lock);
}

int main(void) {
    wasmelt_memory_type type = {.minimum = 2, .maximum = 2, .has_maximum = true, .shared = true, .page_size_log2 = 16};
    wasmelt_memory *memory = wasmelt_memory_new(&type);
    wasmelt_wasi *wasi = wasmelt_wasi_new();
    wasmelt_import imports[] = {
        {"wasi_snapshot_preview1", "", {.kind = WASMELT_EXTERN_CONTEXT, .context = wasi}},
        {"wasi", "", {.kind = WASMELT_EXTERN_CONTEXT, .context = wasi}},
        {"env", "memory", {.kind = WASMELT_EXTERN_MEMORY, .memory = memory}},
    };
    wasmelt_instance *instance;
    wasmelt_extern start;
    wasmelt_trap trap;
    if (wasmelt_instantiate(&app_module, imports, 3, &instance, NULL) != WASMELT_OK) return 1;
    if (!wasmelt_export(instance, "_start", &start)) return 2;
    wasmelt_call(start.func, NULL, NULL, &trap); /* not allowed to have threads: $start finds a negative number */
    if (trap.code != WASMELT_TRAP_EXIT || trap.exit_status != 77) return 3;
    if (wasmelt_wasi_allow_threads(wasi, &app_module, imports, 3, NULL, on_end, &ends) != 0) return 4;
    wasmelt_wasi_limit_threads(wasi, 10);
    wasmelt_call(start.func, NULL, NULL, &trap);
    if (trap.code != WASMELT_TRAP_NONE) return 5;
    while (wasmelt_wasi_thread_count(wasi) > 0) usleep(1000);
    wasmelt_instance_free(instance);
    wasmelt_wasi_free(wasi);
    wasmelt_memory_free(memory);
    printf("%d\n", ends);
    return 0;
}
'''


@pytest.fixture
def compile_host(sanitized_archive, tmp_path):
    """compile_host(SOURCES, SANITIZER, FLAG, ...): a program with the runtime, all compiled with the sanitizer."""
    def make(sources, sanitizer, *flags):
        command = ['gcc', '-D_GNU_SOURCE', '-std=gnu11', '-g', '-O1', *SANITIZERS[sanitizer], '-pthread', f'-I{ROOT / "include"}']
        objects = compile_objects([*command, *flags], sources, tmp_path / 'objects')
        subprocess.run([*command, *objects, sanitized_archive('gcc', sanitizer), '-lm', '-o', tmp_path / 'host'], check=True)
        return tmp_path / 'host'
    return make


@pytest.mark.once
@pytest.mark.parametrize('sanitizer', ['address', 'thread'])
def test_a_host_decides_what_the_end_of_a_thread_means(assemble, run_wasmelt, compile_host, tmp_path, sanitizer):
    body = '''
      (func (export "wasi_thread_start") (param i32) (param $argument i32)
        (call $sleep (i64.const 20)) (call $arrive) (if (local.get $argument) (then (call $exit (i32.const 7)))))
      (func (export "_start") (local $k i32)
        (loop $more
          (call $start (i32.and (local.get $k) (i32.const 1)))
          (br_if $more (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 10))))
        (call $join (i32.const 10)))'''
    wasm = assemble(MODULE.replace('{memory}', '"env" "memory"').replace('{body}', body))
    made = run_wasmelt(wasm, '--emit=c', '--name=app', '-o', tmp_path / 'c')
    assert made.returncode == 0, made.stderr
    (tmp_path / 'host.c').write_text(HOST)
    host = compile_host([tmp_path / 'host.c', tmp_path / 'c' / 'app.c'], sanitizer, '-Ic', '-I.')
    done = subprocess.run([host], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, '5\n', '')


ENDING_HOST = r'''
#include <stdio.h>
#include <unistd.h>
#include <wasmelt/wasmelt.h>
#include <wasmelt/wasi.h>
#include "app.h"

static int ends;
static void on_end(void *context, wasmelt_trap trap) { (void)context, (void)trap; ends++; }
static wasmelt_trap_code code;
static void call(void *argument) { code = wasmelt_call(argument, NULL, NULL, NULL); }

int main(void) {
    wasmelt_memory_type type = {.minimum = 2, .maximum = 2, .has_maximum = true, .shared = true, .page_size_log2 = 16};
    wasmelt_memory *memory = wasmelt_memory_new(&type);
    wasmelt_wasi *wasi = wasmelt_wasi_new();
    wasmelt_import imports[] = {
        {"wasi_snapshot_preview1", "", {.kind = WASMELT_EXTERN_CONTEXT, .context = wasi}},
        {"wasi", "", {.kind = WASMELT_EXTERN_CONTEXT, .context = wasi}},
        {"env", "memory", {.kind = WASMELT_EXTERN_MEMORY, .memory = memory}},
    };
    wasmelt_instance *instance;
    wasmelt_extern start, again;
    wasmelt_trap trap;
    int pipe_[2];
    if (pipe(pipe_) != 0 || wasmelt_wasi_set_stdio(wasi, 0, pipe_[0]) != 0) return 1;
    if (wasmelt_wasi_end_threads(wasi, 0, 0) != true) return 2;
    if (wasmelt_wasi_allow_threads(wasi, &app_module, imports, 3, NULL, on_end, NULL) != 0) return 3;
    if (wasmelt_instantiate(&app_module, imports, 3, &instance, NULL) != WASMELT_OK) return 4;
    if (!wasmelt_export(instance, "_start", &start) || !wasmelt_export(instance, "again", &again)) return 5;
    for (int round = 0; round < 3; round++) {
        uint32_t arrived = 0;
        for (uint64_t time = 100000000; arrived < 7; time *= 2) { /* until there is enough for all to begin */
            wasmelt_memory_write(memory, 8, &(uint32_t){0}, 4);
            wasmelt_run_until(wasmelt_deadline_in(time), call, (void *)start.func, &trap);
            if (code != WASMELT_TRAP_INTERRUPTED) return 6;
            arrived = __atomic_load_n((uint32_t *)(memory->base + 8), __ATOMIC_SEQ_CST);
            if (arrived == 7 && wasmelt_wasi_thread_count(wasi) != 7) return 7;
            if (!wasmelt_wasi_end_threads(wasi, 9, wasmelt_deadline_in(60000000000))) return 8;
            if (wasmelt_wasi_thread_count(wasi) != 0 || ends != 0) return 9;
        }
        wasmelt_memory_write(memory, 8, &(uint32_t){0}, 4);
        wasmelt_run_until(wasmelt_deadline_in(60000000000), call, (void *)again.func, &trap); /* its threads begin and end by themselves */
        if (code != WASMELT_TRAP_NONE || !wasmelt_wasi_end_threads(wasi, 9, wasmelt_deadline_in(60000000000)) || ends != 0) return 11;
    }
    wasmelt_instance_free(instance);
    wasmelt_wasi_free(wasi);
    wasmelt_memory_free(memory);
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    printf("%d instances\n", (int)usage.instances);
    return 0;
}
'''


@pytest.mark.once
@pytest.mark.parametrize('sanitizer, interrupt', [('address', 'signal'), ('address', 'poll'), ('thread', 'poll')])
def test_a_host_ends_the_threads_of_a_run_that_it_has_ended(assemble, run_wasmelt, compile_host, tmp_path, sanitizer, interrupt):
    """Whatever they are doing, also those that threads have started; and the guest can run again."""
    states = ''.join(f'(if (i32.eq (local.get $state) (i32.const {k})) (then (call ${state})))' for k, state in enumerate(STATES))
    body = f'''
      (func (export "wasi_thread_start") (param i32) (param $state i32)
        (if (i32.eq (local.get $state) (i32.const 99)) (then (call $arrive) (return)))
        (if (i32.eq (local.get $state) (i32.const 5)) (then (call $start (i32.const 2))))
        (call $arrive)
        {states} (call $spin))
      (func (export "_start") (local $k i32)
        (loop $more
          (call $start (local.get $k))
          (br_if $more (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 6))))
        (call $join (i32.const 7))
        (call $spin))
      (func (export "again") (call $start (i32.const 99)) (call $start (i32.const 99)) (call $join (i32.const 2)))'''
    wasm = assemble(MODULE.replace('{memory}', '"env" "memory"').replace('{body}', body))
    made = run_wasmelt(wasm, '--emit=c', '--name=app', f'--interrupt={interrupt}', '-o', tmp_path / 'c')
    assert made.returncode == 0, made.stderr
    (tmp_path / 'host.c').write_text(ENDING_HOST)
    host = compile_host([tmp_path / 'host.c', *(tmp_path / 'c').glob('*.c')], sanitizer, '-Ic', '-I.')
    done = subprocess.run([host], capture_output=True, text=True, timeout=240)
    assert (done.returncode, done.stdout, done.stderr) == (0, '0 instances\n', '')


MAKES = '(type $s (struct)) (func (export "make") (result anyref) (struct.new $s))'


@pytest.mark.parametrize('imported, made, allowed', [
    ('', '', True),
    ('(import "h" "g" (global i32))', '', True),
    ('(import "h" "f" (func))', '', True),
    ('(import "h" "t" (table 1 funcref))', '', False),
    ('(import "h" "g" (global (mut i32)))', '', False),
    ('(import "h" "m" (memory 1))', '', False),
    ('(import "h" "g" (global externref))', '', True),
    ('(import "h" "g" (global i32))', MAKES, True),
    ('(import "h" "g" (global anyref))', MAKES, False),
    ('(import "h" "g" (global externref))', MAKES, False),
])
def test_only_one_thread_may_use_tables_globals_other_memories_and_objects(build, run_wasmelt, tmp_path, imported, made, allowed):
    """So a program that would share them with its threads cannot have any."""
    (tmp_path / 'app.wat').write_text(f'''(module (import "env" "memory" (memory 1 1 shared)) {imported} {made} (export "memory" (memory 0))
      (func (export "wasi_thread_start") (param i32 i32)))''')
    wasm = binaryen.assemble(tmp_path / 'app.wat', tmp_path / 'app.wasm')
    done = run_wasmelt(wasm, '--emit=c', '--name=app', '-o', tmp_path / 'c')
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text('''
        #include <errno.h>
        #include "app.h"
        #include <wasmelt/wasi.h>
        void WASMELT_IMPORT(app, h, f)(void *context) { (void)context; }
        int main(void) {
            wasmelt_wasi *wasi = wasmelt_wasi_new();
            int error = wasmelt_wasi_allow_threads(wasi, &app_module, NULL, 0, NULL, NULL, NULL);
            wasmelt_wasi_free(wasi);
            return error == EINVAL ? 1 : error;
        }''')
    subprocess.run(['gcc', '-w', f'-I{ROOT / "include"}', f'-I{tmp_path / "c"}', tmp_path / 'host.c', tmp_path / 'c' / 'app.c',
                    build / "lib" / "libwasmelt_rt.a", '-pthread', '-lm', '-o', tmp_path / 'host'], check=True)
    assert subprocess.run([tmp_path / 'host']).returncode == (0 if allowed else 1)


# ---- ThreadSanitizer ----

@pytest.mark.once
def test_the_functions_have_no_races(compile_host):
    """Host threads that call the functions with one context, in tests/wasi/functions_threads.c."""
    here = ROOT / 'tests' / 'wasi'
    host = compile_host([*here.glob('functions*.c'), here / 'guest.c'], 'thread')
    source = (here / 'functions_threads.c').read_text()
    cases = re.findall(r'CASE\((\w+), 0\)', source[source.index('threads_cases[]'):])
    done = subprocess.run([host, *cases], capture_output=True, text=True, timeout=300)
    assert len(cases) > 4 and f'{len(cases)} passed, 0 failed' in done.stdout and done.stderr == '', done.stdout + done.stderr


@pytest.mark.once
def test_a_program_may_end_while_its_threads_begin_and_end_runs(compile_host, tmp_path):
    (tmp_path / 'host.c').write_text('''
        #include <pthread.h>
        #include <stdatomic.h>
        #include <wasmelt/wasmelt.h>
        static atomic_int runs;
        static void run(void *argument) { (void)argument; atomic_fetch_add_explicit(&runs, 1, memory_order_relaxed); }
        static void *keep_running(void *argument) { for (;;) wasmelt_run(run, argument, NULL); }
        int main(void) {
            pthread_t threads[2];
            for (int k = 0; k < 2; k++)
                pthread_create(&threads[k], NULL, keep_running, NULL);
            while (atomic_load(&runs) < 1000) {}
            return 0;
        }''')
    host = compile_host([tmp_path / 'host.c'], 'thread')
    done = subprocess.run([host], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stderr == '', done.stderr


@pytest.mark.once
@pytest.mark.parametrize('add, racy', [
    ('(drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))', False),
    ('(i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1)))', True)], ids=['atomic', 'plain'])
def test_races_of_the_guest_are_reported_as_its_own(assemble, run_wasmelt, compile_host, tmp_path, add, racy):
    """So a program's own races can be found; and what is not reported is known to have been looked at."""
    body = f'''
      (func $add (param i32) (loop {add} (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "wasi_thread_start") (param i32 i32) (call $arrive) (call $join (i32.const 2)) (call $add (i32.const 999)))
      (func (export "_start") (call $start (i32.const 0)) (call $start (i32.const 0)) (call $join (i32.const 2))
        (call $add (i32.const 999)) (call $sleep (i64.const 100)))'''
    wasm = assemble(MODULE.replace('{memory}', '"env" "memory"').replace('{body}', body))
    made = run_wasmelt(wasm, '--emit=c', '--main', '--name=app', '-o', tmp_path / 'c')
    assert made.returncode == 0, made.stderr
    app = compile_host([tmp_path / 'c' / 'app.c'], 'thread')
    for suppressed in (False, True):
        options = f'suppressions={ROOT / "tests" / "support" / "guest-races.supp"}' if suppressed else ''
        done = subprocess.run([app], capture_output=True, text=True, timeout=60, env=dict(os.environ, TSAN_OPTIONS=options))
        reported = 'data race' in done.stderr
        assert reported == (racy and not suppressed), done.stderr
        assert done.returncode == (66 if reported else 0)
