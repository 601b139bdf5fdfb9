"""Programs of WASI 0.3: streams and futures between a component and the runtime, calls that wait, and what is done meanwhile."""
import os
import pathlib
import subprocess
import time

import pytest

from support import components
from support.components import MEMORY

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What it does its first argument's first letter says. It waits in the middle of calls.
PROGRAM = '''
(component
  (import "wasi:cli/types@0.3.0" (instance $types
    (type $e (enum "io" "illegal-byte-sequence" "pipe")) (export "error-code" (type (eq $e)))))
  (alias export $types "error-code" (type $error))
  (import "wasi:cli/environment@0.3.0" (instance $environment (export "get-arguments" (func (result (list string))))))
  (import "wasi:cli/stdin@0.3.0" (instance $stdin
    (alias outer 1 $error (type $e)) (export "error-code" (type $e' (eq $e)))
    (export "read-via-stream" (func (result (tuple (stream u8) (future (result (error $e')))))))))
  (import "wasi:cli/stdout@0.3.0" (instance $stdout
    (alias outer 1 $error (type $e)) (export "error-code" (type $e' (eq $e)))
    (export "write-via-stream" (func (param "data" (stream u8)) (result (future (result (error $e'))))))))
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock (export "wait-for" (func async (param "how-long" u64)))))
''' + MEMORY + '''  (alias core export $memory "memory" (core memory $m))
  (alias core export $memory "realloc" (core func $realloc))
  (type $bytes (stream u8))
  (type $done (future (result (error $error))))
  (core func $arguments (canon lower (func $environment "get-arguments") (memory $m) (realloc $realloc)))
  (core func $stdin (canon lower (func $stdin "read-via-stream") (memory $m)))
  (core func $stdout (canon lower (func $stdout "write-via-stream") (memory $m)))
  (core func $wait (canon lower (func $clock "wait-for")))
  (core func $begin-wait (canon lower (func $clock "wait-for") async))
  (core func $cancel (canon subtask.cancel))
  (core func $drop-call (canon subtask.drop))
  (core func $new (canon stream.new $bytes))
  (core func $read (canon stream.read $bytes (memory $m)))
  (core func $begin-read (canon stream.read $bytes async (memory $m)))
  (core func $cancel-read (canon stream.cancel-read $bytes))
  (core func $new-set (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $write (canon stream.write $bytes (memory $m)))
  (core func $drop-readable (canon stream.drop-readable $bytes))
  (core func $drop-writable (canon stream.drop-writable $bytes))
  (core func $result (canon future.read $done (memory $m)))
  (core module $main
    (import "c" "arguments" (func $arguments (param i32)))
    (import "c" "stdin" (func $stdin (param i32)))
    (import "c" "stdout" (func $stdout (param i32) (result i32)))
    (import "c" "wait" (func $wait (param i64)))
    (import "c" "begin-wait" (func $begin-wait (param i64) (result i32)))
    (import "c" "cancel" (func $cancel (param i32) (result i32)))
    (import "c" "drop-call" (func $drop-call (param i32)))
    (import "c" "new" (func $new (result i64)))
    (import "c" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "c" "begin-read" (func $begin-read (param i32 i32 i32) (result i32)))
    (import "c" "cancel-read" (func $cancel-read (param i32) (result i32)))
    (import "c" "new-set" (func $new-set (result i32)))
    (import "c" "join" (func $join (param i32 i32)))
    (import "c" "write" (func $write (param i32 i32 i32) (result i32)))
    (import "c" "drop-readable" (func $drop-readable (param i32)))
    (import "c" "drop-writable" (func $drop-writable (param i32)))
    (import "c" "result" (func $result (param i32 i32) (result i32)))
    (import "m" "memory" (memory 1))
    (data (i32.const 256) "hello\\n")
    ;; What the future is: 0 for ok, else 16 and the error's code.
    (func $outcome (param $future i32) (result i32)
      (if (i32.ne (call $result (local.get $future) (i32.const 32)) (i32.const 0)) (then unreachable))
      (i32.add (i32.mul (i32.load8_u (i32.const 32)) (i32.const 16)) (i32.load8_u (i32.const 33))))
    (func $hello (result i32) (local $ends i64) (local $out i32) (local $future i32)
      (local.set $ends (call $new))
      (local.set $out (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      (local.set $future (call $stdout (i32.wrap_i64 (local.get $ends))))
      (drop (call $write (local.get $out) (i32.const 256) (i32.const 6)))
      (call $drop-writable (local.get $out))
      (call $outcome (local.get $future)))
    ;; Copies by itself, at most 100 bytes at a time, until the end.
    (func $echo (result i32) (local $in i32) (local $ends i64) (local $out i32) (local $future i32) (local $got i32)
      (call $stdin (i32.const 16))
      (local.set $in (i32.load (i32.const 16)))
      (local.set $ends (call $new))
      (local.set $out (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      (local.set $future (call $stdout (i32.wrap_i64 (local.get $ends))))
      (loop $more
        (local.set $got (call $read (local.get $in) (i32.const 1024) (i32.const 100)))
        (if (i32.eqz (i32.and (local.get $got) (i32.const 15))) (then
          (if (i32.ne (call $write (local.get $out) (i32.const 1024) (i32.shr_u (local.get $got) (i32.const 4))) (local.get $got)) (then unreachable))
          (br $more))))
      (call $drop-writable (local.get $out))
      (i32.or (call $outcome (i32.load (i32.const 20))) (call $outcome (local.get $future))))
    (func $pass (result i32)
      (call $stdin (i32.const 16))
      (call $outcome (call $stdout (i32.load (i32.const 16)))))
    ;; A call that waits is given up.
    (func $give-up (result i32) (local $call i32)
      (local.set $call (call $begin-wait (i64.const 100000000000)))
      (if (i32.ne (i32.and (local.get $call) (i32.const 15)) (i32.const 1)) (then unreachable))
      (local.set $call (i32.shr_u (local.get $call) (i32.const 4)))
      (if (i32.ne (call $cancel (local.get $call)) (i32.const 4)) (then unreachable))
      (call $drop-call (local.get $call))
      (i32.const 0))
    ;; What has been begun and not finished is freed.
    (func $leave (result i32)
      (call $stdin (i32.const 16))
      (drop (call $begin-read (i32.load (i32.const 16)) (i32.const 1024) (i32.const 100)))
      (drop (call $begin-wait (i64.const 100000000000)))
      (drop (call $begin-wait (i64.const 100000000001)))
      (i32.const 0))
    (func $stuck (result i32)
      (drop (call $read (i32.wrap_i64 (call $new)) (i32.const 1024) (i32.const 100)))
      (i32.const 1))
    ;; Cancels a copy that waits, which is in a set or, if it is `alone`, not any more.
    (func $cancel-in-set (param $alone i32) (result i32) (local $end i32)
      (local.set $end (i32.wrap_i64 (call $new)))
      (drop (call $begin-read (local.get $end) (i32.const 1024) (i32.const 100)))
      (call $join (local.get $end) (call $new-set))
      (if (local.get $alone) (then (call $join (local.get $end) (i32.const 0))))
      (i32.ne (call $cancel-read (local.get $end)) (i32.const 2)))
    ;; An address outside of memory.
    (func $wild (result i32)
      (call $stdin (i32.const 65532))
      (i32.const 0))
    (func (export "run") (result i32) (local $letter i32)
      (call $arguments (i32.const 0))
      (local.set $letter (i32.load8_u (i32.load (i32.add (i32.load (i32.const 0)) (i32.const 8)))))
      (if (i32.eq (local.get $letter) (i32.const 104)) (then (return (call $hello)))) ;; h
      (if (i32.eq (local.get $letter) (i32.const 101)) (then (return (call $echo)))) ;; e
      (if (i32.eq (local.get $letter) (i32.const 112)) (then (return (call $pass)))) ;; p
      (if (i32.eq (local.get $letter) (i32.const 103)) (then (return (call $give-up)))) ;; g
      (if (i32.eq (local.get $letter) (i32.const 108)) (then (return (call $leave)))) ;; l
      (if (i32.eq (local.get $letter) (i32.const 115)) (then (return (call $stuck)))) ;; s
      (if (i32.eq (local.get $letter) (i32.const 119)) (then (return (call $wild)))) ;; w
      (if (i32.eq (local.get $letter) (i32.const 105)) (then (return (call $cancel-in-set (i32.const 0))))) ;; i
      (if (i32.eq (local.get $letter) (i32.const 97)) (then (return (call $cancel-in-set (i32.const 1))))) ;; a
      (call $wait (i64.const 100000000))
      (i32.const 0))
    (func (export "run-result") (result i32) (i32.ne (call 17) (i32.const 0))))
  (core instance $main (instantiate $main (with "m" (instance $memory)) (with "c" (instance
    (export "arguments" (func $arguments)) (export "stdin" (func $stdin)) (export "stdout" (func $stdout)) (export "wait" (func $wait))
    (export "begin-wait" (func $begin-wait)) (export "cancel" (func $cancel)) (export "drop-call" (func $drop-call)) (export "new" (func $new))
    (export "read" (func $read)) (export "begin-read" (func $begin-read)) (export "cancel-read" (func $cancel-read))
    (export "new-set" (func $new-set)) (export "join" (func $join)) (export "write" (func $write)) (export "drop-readable" (func $drop-readable))
    (export "drop-writable" (func $drop-writable)) (export "result" (func $result))))))
  (func $run async (result (result)) (canon lift (core func $main "run-result")))
  (instance $exported (export "run" (func $run)))
  (export "wasi:cli/run@0.3.0" (instance $exported)))
'''.replace('(func (export "run") (result i32)', '(func $run (result i32)').replace('(call 17)', '(call $run)')


@pytest.fixture(scope='module')
def program(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp('program')
    components.assemble({'program': PROGRAM}, folder)
    flags = '-fsanitize=address,undefined -fno-sanitize-recover=undefined'
    subprocess.run([build / 'bin' / 'wasmelt', 'program.wasm', '-O0', '-o', 'program', f'--cc=gcc {flags}'], check=True, cwd=folder)
    return folder / 'program'


def run(program, what, given='', **kwargs):
    return subprocess.run([program, what], text=True, timeout=60, **({'input': given, 'capture_output': True} | kwargs))


@pytest.mark.parametrize('what, given', [('hello', ''), ('echo', ''), ('echo', 'x' * 250), ('pass', ''), ('pass', 'y' * 10000)])
def test_streams_come_from_standard_input_and_go_to_standard_output(program, what, given):
    done = run(program, what, given)
    assert (done.returncode, done.stdout, done.stderr) == (0, 'hello\n' if what == 'hello' else given, '')


def test_what_comes_later_is_waited_for(program):
    with subprocess.Popen([program, 'echo'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        for _ in range(2):
            running.stdin.write(b'some')
            running.stdin.flush()
            assert running.stdout.read(4) == b'some'
        running.stdin.close()
        assert running.wait(60) == 0


def test_a_pipe_that_nobody_reads_is_an_error_in_the_future(program):
    read, write = os.pipe()
    os.close(read)
    assert run(program, 'hello', stdout=write, capture_output=False).returncode == 1
    os.close(write)


def test_a_call_waits_for_the_clock_or_is_given_up(program):
    began = time.monotonic()
    assert run(program, 'clock').returncode == 0 and time.monotonic() - began >= 0.1
    assert run(program, 'give-up').returncode == 0


def test_a_copy_that_is_not_in_a_set_can_be_cancelled_at_once(program):
    assert run(program, 'alone').returncode == 0


def test_what_is_left_when_a_program_ends_is_freed(program):
    read, write = os.pipe()
    done = run(program, 'leave', stdin=read, input=None)
    os.close(read)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.parametrize('what, why', [('stuck', 'deadlock detected'), ('wild', 'pointer'),
                                       ('in a set', 'waitable cannot be used synchronously while added to a waitable set')])
def test_what_cannot_go_on_or_is_wrong_traps(program, what, why):
    done = run(program, what)
    assert done.returncode == 134 and why in done.stderr


# ---- Programs of others ----

@pytest.mark.once
@pytest.mark.skipif('WASI_TESTSUITE' not in os.environ, reason='$WASI_TESTSUITE names no checkout of wasi-testsuite')
def test_official_suite(wasmelt):
    done = subprocess.run([ROOT / 'tests/wasi/run-testsuite', os.environ['WASI_TESTSUITE'], ' 0.3/', '--wasmelt', wasmelt], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.once
@pytest.mark.skipif('JCO' not in os.environ, reason='$JCO names no checkout of jco')
def test_components_of_jco(wasmelt):
    done = subprocess.run([ROOT / 'tests/component/run-jco', os.environ['JCO'], '--wasmelt', wasmelt], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
