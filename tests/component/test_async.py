"""Components whose functions are async: tasks that wait, streams, futures and error contexts between components, and how calls by the host end."""
import pytest

from support.components import MEMORY

# `words` returns a stream, then writes three strings into it, as often as the reader takes some. It waits without a stack.
PRODUCER = '''
(component $producer ''' + MEMORY + '''
  (type $words (stream string))
  (core func $new (canon stream.new $words))
  (core func $write (canon stream.write $words async (memory (core memory $memory "memory"))))
  (core func $drop (canon stream.drop-writable $words))
  (core func $set (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $return (canon task.return (result $words)))
  (core func $return-error (canon task.return (result error-context)))
  (core func $error (canon error-context.new (memory (core memory $memory "memory"))))
  (core func $context-get (canon context.get i32 0))
  (core func $context-set (canon context.set i32 0))
  (core module $main
    (import "m" "memory" (memory 1))
    (import "c" "new" (func $new (result i64)))
    (import "c" "write" (func $write (param i32 i32 i32) (result i32)))
    (import "c" "drop" (func $drop (param i32)))
    (import "c" "set" (func $set (result i32)))
    (import "c" "join" (func $join (param i32 i32)))
    (import "c" "return" (func $return (param i32)))
    (import "c" "return-error" (func $return-error (param i32)))
    (import "c" "error" (func $error (param i32 i32) (result i32)))
    (import "c" "context-get" (func $context-get (result i32)))
    (import "c" "context-set" (func $context-set (param i32)))
    (data (i32.const 16) "one, three, nothing")
    (data (i32.const 64) "\\10\\00\\00\\00\\03\\00\\00\\00\\15\\00\\00\\00\\05\\00\\00\\00\\1c\\00\\00\\00\\07\\00\\00\\00")
    (func (export "words") (result i32) (local $ends i64) (local $set i32)
      (local.set $ends (call $new))
      (local.set $set (call $set))
      (call $return (i32.wrap_i64 (local.get $ends)))
      (call $context-set (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      (call $join (call $context-get) (local.get $set))
      (if (i32.ne (call $write (call $context-get) (i32.const 64) (i32.const 3)) (i32.const -1)) (then unreachable))
      (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))
    (func (export "go-on") (param $event i32) (param $end i32) (param $result i32) (result i32)
      (if (i32.ne (local.get $event) (i32.const 3)) (then unreachable))
      (if (i32.ne (local.get $end) (call $context-get)) (then unreachable))
      (if (i32.ne (local.get $result) (i32.const 0x30)) (then unreachable))
      (call $drop (local.get $end))
      (i32.const 0))
    (func (export "error") (result i32)
      (call $return-error (call $error (i32.const 16) (i32.const 10)))
      (i32.const 0))
    (func (export "never") (param i32 i32 i32) (result i32) unreachable))
  (core instance $main (instantiate $main (with "m" (instance $memory)) (with "c" (instance
    (export "new" (func $new)) (export "write" (func $write)) (export "drop" (func $drop)) (export "set" (func $set))
    (export "join" (func $join)) (export "return" (func $return)) (export "return-error" (func $return-error))
    (export "error" (func $error)) (export "context-get" (func $context-get)) (export "context-set" (func $context-set))))))
  (func (export "words") async (result $words)
    (canon lift (core func $main "words") async (callback (core func $main "go-on")) (memory (core memory $memory "memory"))))
  (func (export "error") async (result error-context)
    (canon lift (core func $main "error") async (callback (core func $main "never")) (memory (core memory $memory "memory")))))
'''

# `run` reads the words, two, one, and the end, in the middle of a call; and the error's message.
CONSUMER = '''
(component $consumer
  (type $words (stream string))
  (import "words" (func $words-f async (result $words)))
  (import "error" (func $error-f async (result error-context))) ''' + MEMORY + '''
  (core func $words (canon lower (func $words-f) (memory (core memory $memory "memory"))))
  (core func $error (canon lower (func $error-f)))
  (core func $read (canon stream.read $words (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (core func $drop (canon stream.drop-readable $words))
  (core func $message (canon error-context.debug-message (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (core func $drop-error (canon error-context.drop))
  (core func $set (canon waitable-set.new))
  (core func $wait (canon waitable-set.wait (memory (core memory $memory "memory"))))
  (core func $yield (canon thread.yield))
  (core module $main
    (import "m" "memory" (memory 1))
    (import "c" "words" (func $words (result i32)))
    (import "c" "error" (func $error (result i32)))
    (import "c" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "c" "drop" (func $drop (param i32)))
    (import "c" "message" (func $message (param i32 i32)))
    (import "c" "drop-error" (func $drop-error (param i32)))
    (import "c" "set" (func $set (result i32)))
    (import "c" "wait" (func $wait (param i32 i32) (result i32)))
    (import "c" "yield" (func $yield (result i32)))
    (func (export "run") (result i32) (local $words i32) (local $error i32)
      (local.set $words (call $words))
      (if (i32.ne (call $read (local.get $words) (i32.const 16) (i32.const 2)) (i32.const 0x20)) (then unreachable))
      (if (i32.ne (call $read (local.get $words) (i32.const 32) (i32.const 5)) (i32.const 0x10)) (then unreachable))
      (if (i32.ne (call $read (local.get $words) (i32.const 48) (i32.const 5)) (i32.const 1)) (then unreachable))
      (call $drop (local.get $words))
      (local.set $error (call $error))
      (call $message (local.get $error) (i32.const 64))
      (call $drop-error (local.get $error))
      (drop (call $yield))
      ;; lengths of the words and of the message; a letter of "three", which was the second
      (i32.add (i32.mul (i32.const 1000) (i32.load8_u (i32.load (i32.const 24))))
        (i32.add (i32.add (i32.load (i32.const 20)) (i32.load (i32.const 28))) (i32.add (i32.load (i32.const 36)) (i32.load (i32.const 68))))))
    (func (export "fail") (drop (call $yield)) unreachable)
    (func (export "stuck") (drop (call $wait (call $set) (i32.const 0)))))
  (core instance $main (instantiate $main (with "m" (instance $memory)) (with "c" (instance
    (export "words" (func $words)) (export "error" (func $error)) (export "read" (func $read)) (export "drop" (func $drop))
    (export "message" (func $message)) (export "drop-error" (func $drop-error)) (export "set" (func $set)) (export "wait" (func $wait))
    (export "yield" (func $yield))))))
  (func (export "run") async (result u32) (canon lift (core func $main "run")))
  (func (export "fail") async (canon lift (core func $main "fail")))
  (func (export "stuck") async (canon lift (core func $main "stuck")))
  (func (export "stuck-at-once") (canon lift (core func $main "stuck"))))
'''

WORDS = '(component ' + PRODUCER + CONSUMER + '''
  (instance $p (instantiate $producer))
  (instance $c (instantiate $consumer (with "words" (func $p "words")) (with "error" (func $p "error"))))
  (export "run" (func $c "run")) (export "fail" (func $c "fail")) (export "stuck" (func $c "stuck"))
  (export "stuck-at-once" (func $c "stuck-at-once")))
'''

HOST = '''
#include <stdio.h>
#include "words.h"
static void run(void *self) { printf("%u\\n", (unsigned)words_run((words *)self)); }
static void fail(void *self) { words_fail((words *)self); }
static void stuck(void *self) { words_stuck((words *)self); }
static void stuck_at_once(void *self) { words_stuck_at_once((words *)self); }
int main(void) {
    void (*const calls[])(void *) = {fail, stuck, stuck_at_once};
    for (int k = 0; k < 3; k++) {
        words *self;
        if (words_instantiate(&self, NULL) != WASMELT_OK)
            return 1;
        for (int n = 0; n < 20; n++)
            if (wasmelt_run(run, self, NULL) != WASMELT_TRAP_NONE)
                return 1;
        printf("%s\\n", wasmelt_trap_message(wasmelt_run(calls[k], self, NULL)));
        printf("%s\\n", wasmelt_trap_message(wasmelt_run(run, self, NULL)));
        words_instance_free(self);
    }
    return 0;
}
'''


@pytest.mark.parametrize('standard', ['c11', 'c++17'])
def test_two_components_and_a_host_that_waits_for_them(library, standard):
    printed = library('words', WORDS, HOST, standard)
    ends = ['unreachable', 'deadlock detected: event loop cannot make further progress', 'cannot block a synchronous task before returning']
    number = str(1000 * ord('t') + 3 + 5 + 7 + 10)
    assert printed == [line for end in ends for line in [number] * 20 + [end, 'cannot enter component instance']]


# Each waits once, so that what follows runs on a stack of its own.
ENDLESS = '''
(component
  (core func $yield (canon thread.yield))
  (core module $main
    (import "c" "yield" (func $yield (result i32)))
    (func (export "loops") (drop (call $yield)) (loop $more (br $more)))
    (func (export "calls") (drop (call $yield)) (call $endless))
    (func $endless (loop $more (call $leaf) (br $more)))
    (func $leaf)
    (func (export "yields") (loop $more (drop (call $yield)) (br $more)))
    (func (export "ends") (result i32) (drop (call $yield)) (i32.const 10)))
  (core instance $main (instantiate $main (with "c" (instance (export "yield" (func $yield))))))
  (func (export "loops") async (canon lift (core func $main "loops")))
  (func (export "calls") async (canon lift (core func $main "calls")))
  (func (export "yields") async (canon lift (core func $main "yields")))
  (func (export "ends") async (result u32) (canon lift (core func $main "ends"))))
'''

ENDING_HOST = '''
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include "endless.h"
static endless *self;
static wasmelt_interrupter *interrupter;
static void loops(void *unused) { (void)unused; endless_loops(self); }
static void calls_leaf(void *unused) { (void)unused; endless_calls(self); }
static void yields(void *unused) { (void)unused; endless_yields(self); }
static uint32_t ten;
static void ends(void *unused) { (void)unused; ten = endless_ends(self); }
static void *ask(void *unused) {
    nanosleep(&(struct timespec){0, 20000000}, NULL);
    wasmelt_interrupt(interrupter, 7);
    return unused;
}
int main(void) {
    void (*const calls[])(void *) = {loops, calls_leaf, yields};
    interrupter = wasmelt_interrupter_new();
    for (int k = 0; k < 6; k++) {
        if (endless_instantiate(&self, NULL) != WASMELT_OK)
            return 1;
        for (int n = 0; n < 20; n++) { /* fibers are used again, by runs that may be ended and others */
            ten = 0;
            wasmelt_trap_code code = n % 2 ? wasmelt_run(ends, NULL, NULL)
                                           : wasmelt_run_until(wasmelt_deadline_in(UINT64_C(3600000000000)), ends, NULL, NULL);
            if (code != WASMELT_TRAP_NONE || ten != 10)
                return 2;
        }
        wasmelt_trap trap;
        if (k % 2) {
            pthread_t asker;
            if (pthread_create(&asker, NULL, ask, NULL) != 0)
                return 3;
            wasmelt_run_interruptible(interrupter, calls[k / 2], NULL, &trap);
            pthread_join(asker, NULL);
            wasmelt_interrupter_reset(interrupter);
        } else
            wasmelt_run_until(wasmelt_deadline_in(20000000), calls[k / 2], NULL, &trap);
        printf("%s %d\\n", wasmelt_trap_message(trap.code), (int)trap.exit_status);
        endless_instance_free(self);
    }
    wasmelt_interrupter_free(interrupter);
    return 0;
}
'''


@pytest.mark.parametrize('how', ['signal', 'poll'])
def test_code_on_a_stack_of_its_own_is_ended_from_outside(library, how):
    assert library('endless', ENDLESS, ENDING_HOST, 'gnu11', f'--interrupt={how}') == ['interrupted 0', 'interrupted 7'] * 3
