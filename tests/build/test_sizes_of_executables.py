"""What an executable is made of: an empty program's is the runtime that every program gets. Parts that a module does not need are not linked."""
import pathlib
import platform
import re
import subprocess

import pytest

from support import binaryen

EMPTY = '(module (memory (export "memory") 1) (func (export "_start")))'
MOST_BYTES = {'gcc': 53_000, 'clang': 57_000}  # by the compiler of the runtime; some more than it is
# Parts of the runtime by a symbol of each, and modules that need them.
PARTS = {
    'wasmelt_main_invoke': '(module (func (export "_start")) (func (export "f")))',
    'wasmelt_type_groups': '(module (type (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32))) (func (export "_start")))',
    'wasmelt_link_imports': '(module (import "env" "memory" (memory 1 1 shared)) (func (export "_start")))',
    'wasmelt_rt_exceptions': '(module (tag $e) (func (export "_start")) (func (export "f") (throw $e)))',
    'wasmelt_wasi_allow_threads': '''(module (import "wasi" "thread-spawn" (func (param i32) (result i32))) (import "env" "memory" (memory 1 1 shared))
        (export "memory" (memory 0)) (func (export "wasi_thread_start") (param i32 i32)) (func (export "_start")))''',
}
NEVER = ['wasmelt_rt_dwarf_', 'wasmelt_rt_heap_', 'wasmelt_stack_name', 'wasmelt_rt_system_set_timer', 'wasmelt_run_until', 'wasmelt_memory_grow',
         'wasmelt_wasi_fd_', 'wasmelt_wasi2_', 'wasmelt_rt_socket']


@pytest.fixture
def executable(assemble, run_wasmelt, tmp_path):
    def make(*options, module=EMPTY):
        path = tmp_path / 'program'
        done = run_wasmelt(assemble(module) if isinstance(module, str) else module, *options, '-o', path)
        assert done.returncode == 0, done.stderr
        assert subprocess.run([path]).returncode == 0
        return path
    return make


def names(path):
    return subprocess.run(['nm', path], capture_output=True, text=True, check=True).stdout


def test_only_an_executable_made_with_g_contains_what_reads_lines(executable):
    assert 'wasmelt_rt_dwarf_' not in names(executable('--cflags=-w'))  # with flags, all symbols are there
    assert 'wasmelt_rt_dwarf_' in names(executable('-g'))


@pytest.mark.parametrize('part', PARTS)
def test_a_part_is_only_in_programs_that_need_it(executable, part):
    assert part not in names(executable('--cflags=-w'))
    assert part in names(executable('--cflags=-w', module=PARTS[part]))


def test_an_empty_program_has_nothing_that_only_other_programs_need(executable):
    found = names(executable('--cflags=-w'))
    assert [part for part in NEVER if part in found] == []


def test_a_program_without_exceptions_may_have_what_could_hold_one(executable, tmp_path):
    """A table and a tag, which nothing throws; and it traps, which drops whatever frames there are."""
    holds = '''(module (tag) (table 2 exnref) (func (export "_start") (table.set (i32.const 1) (ref.null exn))
        (drop (table.grow (ref.null exn) (i32.const 1))) (table.copy (i32.const 0) (i32.const 1) (i32.const 1)))
        (func (export "trap") unreachable))'''
    (tmp_path / 'holds.wat').write_text(holds)
    path = executable('--cflags=-w', module=binaryen.assemble(tmp_path / 'holds.wat', tmp_path / 'holds.wasm'))
    assert 'wasmelt_rt_exceptions' not in names(path)
    done = subprocess.run([path, '--invoke', 'trap'], capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[0]) == (134, 'wasmelt: trap: unreachable')


def test_small_is_not_at_the_expense_of_protection(executable):
    """Its addresses are random, no memory can be written and run, constants cannot be run, and what is relocated is read-only afterwards."""
    lines = subprocess.run(['readelf', '-hlW', executable()], capture_output=True, text=True, check=True).stdout.splitlines()
    segments = [line.split() for line in lines if line.startswith('  LOAD') or line.startswith('  GNU_')]
    flags = {(words[0], ''.join(words[6:-1])) for words in segments}
    assert any('DYN' in line for line in lines)
    assert {access for kind, access in flags if kind == 'LOAD'} == {'R', 'RE', 'RW'}
    assert ('GNU_STACK', 'RW') in flags and ('GNU_RELRO', 'R') in flags


def test_an_empty_program_is_small(executable, build):
    cache = pathlib.Path(build, 'CMakeCache.txt').read_text()
    if platform.machine() != 'x86_64' or 'CMAKE_BUILD_TYPE:STRING=Debug' in cache or 'WASMELT_SANITIZE:STRING=OFF' not in cache:
        pytest.skip('the size is that of an optimised build for x86-64')
    compiler = 'clang' if re.search(r'^CMAKE_C_COMPILER:.*clang', cache, re.M) else 'gcc'
    assert executable().stat().st_size <= MOST_BYTES[compiler]


def test_an_executable_keeps_the_names_of_the_modules_functions_only(executable):
    assert [line.split()[-1] for line in names(executable()).splitlines()] == ['f__start']
    assert 'wasmelt_rt_' in names(executable('-g'))


def test_without_strip_an_executable_keeps_all_names(executable, monkeypatch):
    monkeypatch.setenv('STRIP', 'no-such-program')
    assert 'wasmelt_rt_' in names(executable())
