"""The built-ins of async components, called in random orders by two components that call each other, with sanitizers in the runtime's part for
components: every run ends, by itself or by a trap, and leaves nothing behind. SEEDS=N runs more; seeds begin at FIRST."""
import os
import pathlib
import re
import subprocess

import pytest

from support import components, kept
from support.hosts import compile_objects

HERE = pathlib.Path(__file__).parent / 'random_async'
ROOT = HERE.parents[2]
SANITIZED = '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined'

MEMORY = '(memory (core memory $memory "memory"))'
STRINGS = f'{MEMORY} (realloc (core func $memory "realloc"))'
# By the names that the guest gives to what it imports. Those of streams and futures are made of a type here and the verb: `definition`.
TYPES = {'stream': '$bytes', 'text': '$texts', 'future': '$number'}
DEFINITIONS = {
    'error_new': f'error-context.new {MEMORY}', 'error_message': f'error-context.debug-message {STRINGS}', 'error_drop': 'error-context.drop',
    'set_new': 'waitable-set.new', 'set_wait': f'waitable-set.wait {MEMORY}', 'set_poll': f'waitable-set.poll {MEMORY}', 'set_drop': 'waitable-set.drop',
    'join': 'waitable.join', 'subtask_cancel': 'subtask.cancel', 'subtask_cancel_async': 'subtask.cancel async', 'subtask_drop': 'subtask.drop',
    'backpressure_inc': 'backpressure.inc', 'backpressure_dec': 'backpressure.dec', 'return_number': 'task.return (result u32)',
    'return_future': 'task.return (result $number)', 'task_cancel': 'task.cancel', 'yield': 'thread.yield', 'thread_index': 'thread.index',
    'thread_new': 'thread.new-indirect $thread (core table $memory "table")', 'thread_later': 'thread.resume-later',
    'thread_yield_then_resume': 'thread.yield-then-resume', 'thread_suspend_then_resume': 'thread.suspend-then-resume',
    'thread_yield_then_promote': 'thread.yield-then-promote', 'context_get': 'context.get i32 0', 'context_set': 'context.set i32 0',
    'number': f'lower (func $number-f) async {MEMORY}', 'number_sync': f'lower (func $number-f) {MEMORY}',
    'stackful': f'lower (func $stackful-f) async {MEMORY}', 'future': f'lower (func $future-f) async {MEMORY}', 'plain': 'lower (func $plain-f)',
}
PART = '''
  (core module $memory (memory (export "memory") 2) (table (export "table") 4 funcref)
    (global $end (mut i32) (i32.const 65536))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (if (i32.gt_u (i32.add (global.get $end) (local.get 3)) (i32.const 131064)) (then (global.set $end (i32.const 65536))))
      (local.set $at (global.get $end))
      (global.set $end (i32.and (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 7)) (i32.const -8)))
      (local.get $at)))
  (core instance $memory (instantiate $memory))
  (type $bytes (stream u8)) (type $texts (stream string)) (type $number (future u32))
  (core type $thread (func (param i32)))
'''
INNER = '''
  (func (export "seed") (param "seed" u32) (param "steps" u32) (canon lift (core func $main "seed")))
  (func (export "number") async (param "x" u32) (param "stream" $bytes) (result u32)
    (canon lift (core func $main "number") async (callback (core func $main "callback"))))
  (func (export "stackful") async (param "steps" u32) (result u32) (canon lift (core func $main "stackful") async))
  (func (export "future") async (param "texts" $texts) (result $number)
    (canon lift (core func $main "future") async (callback (core func $main "callback"))))
  (func (export "plain") (param "steps" u32) (result u32) (canon lift (core func $main "plain")))
'''
IMPORTS = '''
  (import "number" (func $number-f async (param "x" u32) (param "stream" (stream u8)) (result u32)))
  (import "stackful" (func $stackful-f async (param "steps" u32) (result u32)))
  (import "future" (func $future-f async (param "texts" (stream string)) (result (future u32))))
  (import "plain" (func $plain-f (param "steps" u32) (result u32)))
'''
OUTER = '''
  (func (export "seed") (param "seed" u32) (param "steps" u32) (canon lift (core func $main "seed")))
  (func (export "run") async (result u32) (canon lift (core func $main "run") async))
  (func (export "run-callback") async (result u32) (canon lift (core func $main "run_callback") async (callback (core func $main "callback"))))
'''


def definition(name):
    """Of a built-in, or of a function of the inner component."""
    if name in DEFINITIONS:
        return DEFINITIONS[name]
    kind, what = name.split('_', 1)
    what, *waits = re.split('_(?=a?sync)', what)
    copies = what in ('read', 'write')
    return ' '.join([f'{"future" if kind == "future" else "stream"}.{what.replace("_", "-")} {TYPES[kind]}',
                     *(['async'] if waits == ['async'] or copies and not waits else []),
                     *([STRINGS if (kind, what) == ('text', 'read') else MEMORY] if copies else [])])


def part(folder, flags, before, after):
    """A component around the guest, with everything that this imports."""
    module = folder / 'guest.wasm'
    kept.keep(module, [HERE.joinpath(f).read_text() for f in ('guest.c', 'built_ins.def')] + [flags, kept.versions('clang', 'wasm-ld')],
              lambda made: subprocess.run(
                  ['clang', '--target=wasm32-unknown-unknown', '-O1', '-ffreestanding', '-nostdlib', '-Wall', '-Wextra', '-Werror', *flags,
                   HERE / 'guest.c', '-Wl,--no-entry,--import-memory,--import-table', '-o', made],
                  check=True))
    text = subprocess.run(['wasm2wat', module], capture_output=True, text=True, check=True).stdout
    names = re.findall(r'\(import "c" "(\w+)"', text)
    return '\n'.join([
        before, PART, *(f'  (core func ${name} (canon {definition(name)}))' for name in names),
        text.replace('(module', '(core module $main', 1),
        '''(core instance $main (instantiate $main
             (with "env" (instance (export "memory" (memory $memory "memory")) (export "__indirect_function_table" (table $memory "table"))))
             (with "c" (instance''', *(f'(export "{name}" (func ${name}))' for name in names), '))))', after])


@pytest.mark.once
def test_built_ins_in_any_order_end_and_leave_nothing_behind(tmp_path, run_wasmelt, runtime_archive):
    given = ' '.join(f'(with "{name}" (func $inner "{name}"))' for name in ('number', 'stackful', 'future', 'plain'))
    text = f'''(component (component $inner {part(tmp_path, [], '', INNER)}) (component $outer {part(tmp_path, ['-DOUTER'], IMPORTS, OUTER)})
        (instance $inner (instantiate $inner)) (instance $outer (instantiate $outer {given}))
        (export "seed-inner" (func $inner "seed")) (export "seed-outer" (func $outer "seed"))
        (export "run" (func $outer "run")) (export "run-callback" (func $outer "run-callback")))'''
    components.assemble({'randomly': text}, tmp_path)
    done = run_wasmelt('randomly.wasm', '--emit=lib', '-O0', f'--cc=gcc {" ".join(SANITIZED)}', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    command = ['gcc', '-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-g', *SANITIZED, f'-I{ROOT / "include"}']
    runtime = compile_objects([*command, '-fvisibility=protected'], sorted((ROOT / 'runtime' / 'component').glob('*.c')), tmp_path / 'runtime')
    host = compile_objects([*command, f'-I{tmp_path}'], [HERE / 'host.c'], tmp_path)
    subprocess.run(['gcc', *SANITIZED, *host, *runtime, 'librandomly.a', runtime_archive, '-lm', '-lpthread', '-o', 'host'], cwd=tmp_path, check=True)
    ran = subprocess.run([tmp_path / 'host', os.environ.get('FIRST', '1'), os.environ.get('SEEDS', '150'), '1000'], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ends = {end: int(count) for count, end in (line.split(' ', 1) for line in ran.stdout.splitlines())}
    assert ends['no trap'] > sum(ends.values()) / 10 and len(ends) > 3, ends  # else the guest does little
    print(ran.stdout)
