"""Hostile components with something async: damaged ones through the translator, with sanitizers; and ones that make as many tasks, streams,
threads and messages as they get."""
import pathlib
import random
import subprocess

import pytest

from support import components
from support.components import MEMORY
from support.verdicts import verdicts


TOTALS = pathlib.Path(__file__).resolve().parents[2] / 'examples' / 'components' / 'totals.wat'


@pytest.fixture(scope='module')
def seeds(tmp_path_factory):
    made = components.assemble({'totals': TOTALS.read_text(), 'greedy': GREEDY}, tmp_path_factory.mktemp('seeds'))
    return [path.read_bytes() for path in made.values()]


def damaged(data, rng):
    copy = bytearray(data)
    for _ in range(rng.randrange(1, 3)):
        at = rng.randrange(8, len(copy))
        how = rng.random()
        if how < 0.5:
            copy[at] = rng.choice([0, 1, 2, 3, 4, 5, 6, 0x7F, 0x80, 0xFF, rng.randrange(256)])
        elif how < 0.8:
            copy[at] = (copy[at] + rng.choice([1, -1])) % 256
        elif how < 0.9:
            del copy[at:at + rng.randrange(1, 4)]
        else:
            other = rng.randrange(8, len(copy))
            copy[at:at] = copy[other:other + rng.randrange(1, 8)]
    return bytes(copy)


@pytest.mark.once
def test_truncated_at_every_byte(sanitized, tmp_path, seeds):
    for data in seeds:
        answers = verdicts(sanitized, tmp_path, [data[:n] for n in range(0, len(data), 2)])
        assert sum(a == 'valid' for a in answers) < 100  # what ends between sections may be a component of its own


@pytest.mark.once
def test_damaged_ones_are_refused_or_translated(sanitized, tmp_path, seeds):
    rng = random.Random(11)
    inputs = [damaged(rng.choice(seeds), rng) for _ in range(700)]
    answers = verdicts(sanitized, tmp_path, inputs)
    assert {a.split(':')[0] for a in answers} == {'valid', 'malformed', 'invalid'}
    valid = [k for k, answer in enumerate(answers) if answer == 'valid' and inputs[k] not in seeds]
    assert len(valid) > 20
    for k in rng.sample(valid, 20):
        done = subprocess.run([sanitized, tmp_path / f'{k}.wasm', '--emit=c', '-o', tmp_path / 'out'], capture_output=True, text=True, errors='replace',
                              timeout=60)
        assert 'Sanitizer' not in done.stderr and 'runtime error' not in done.stderr, (k, done.stderr[-3000:])
        assert done.returncode == 0 or ('error: not supported: ' in done.stderr and len(done.stderr.splitlines()) == 1), (k, done)


# ---- As many as it gets ----

def repeats(name, body):
    return f'(func (export "{name}") (loop $again {body} (br $again)))'


NAMES = 'tasks', 'streams', 'threads', 'messages'
GREEDY = '''
(component
  (component $callee
    (core func $more (canon backpressure.inc))
    (core module $main (import "" "more" (func $more)) (func (export "shut") call $more) (func (export "wait") (result i32) i32.const 0)
      (func (export "event") (param i32 i32 i32) (result i32) i32.const 0))
    (core instance $main (instantiate $main (with "" (instance (export "more" (func $more))))))
    (func (export "shut") (canon lift (core func $main "shut")))
    (func (export "wait") async (canon lift (core func $main "wait") async (callback (core func $main "event")))))
  (component $caller
    (import "shut" (func $shut)) (import "wait" (func $wait async))
''' + MEMORY + '''
    (core module $table (table (export "t") 1 funcref) (func (export "f") (param i32)) (elem (i32.const 0) func 0))
    (core instance $table (instantiate $table))
    (type $bytes (stream u8)) (core type $entry (func (param i32)))
    (core func $shut (canon lower (func $shut)))
    (core func $wait (canon lower (func $wait) async))
    (core func $stream (canon stream.new $bytes))
    (core func $thread (canon thread.new-indirect $entry (core table $table "t")))
    (core func $later (canon thread.resume-later))
    (core func $message (canon error-context.new (memory (core memory $memory "memory"))))
    (core module $main
      (import "" "shut" (func $shut)) (import "" "wait" (func $wait (result i32)))
      (import "" "stream" (func $stream (result i64)))
      (import "" "thread" (func $thread (param i32 i32) (result i32))) (import "" "later" (func $later (param i32)))
      (import "" "message" (func $message (param i32 i32) (result i32)))
      (func (export "tasks") (call $shut) (loop $again (drop (call $wait)) (br $again)))
''' + repeats('streams', '(drop (call $stream))') \
  + repeats('threads', '(call $later (call $thread (i32.const 0) (i32.const 0)))') \
  + repeats('messages', '(drop (call $message (i32.const 0) (i32.const 65536)))') + ''')
    (core instance $main (instantiate $main (with "" (instance (export "shut" (func $shut)) (export "wait" (func $wait)) (export "stream" (func $stream))
      (export "thread" (func $thread)) (export "later" (func $later)) (export "message" (func $message))))))
''' + ''.join(f'(func (export "{name}") async (canon lift (core func $main "{name}")))' for name in NAMES) + ''')
  (instance $callee (instantiate $callee))
  (instance $caller (instantiate $caller (with "shut" (func $callee "shut")) (with "wait" (func $callee "wait"))))
''' + ''.join(f'(export "{name}" (func $caller "{name}"))' for name in NAMES) + ')'

GREEDY_HOST = '''
#include <stdio.h>
#include <sys/resource.h>
#include "greedy.h"
#define CALL(name) static void name(void *self) { greedy_##name((greedy *)self); }
CALL(tasks) CALL(streams) CALL(threads) CALL(messages)
int main(void) {
    void (*const calls[])(void *) = {tasks, streams, threads, messages};
    for (int k = 0; k < 4; k++) {
        greedy *self;
        if (greedy_instantiate(&self, NULL) != WASMELT_OK)
            return 1;
        printf("%s\\n", wasmelt_trap_message(wasmelt_run(calls[k], self, NULL)));
        greedy_instance_free(self);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    if (usage.ru_maxrss > 1500000)
        printf("%ld KB\\n", (long)usage.ru_maxrss);
    return 0;
}
'''


@pytest.mark.once
def test_what_a_component_can_make_is_bounded_and_freed(library):
    """Under AddressSanitizer, which finds what is left, and takes memory of its own for each object."""
    assert library('greedy', GREEDY, GREEDY_HOST, 'gnu11') == ['out of memory or other host resources'] * 4
