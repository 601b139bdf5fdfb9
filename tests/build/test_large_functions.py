"""Functions that are too large for the default level are in files of their own, compiled with -O1 and -O0, and a note says so."""
import os
import pathlib
import re
import subprocess

import pytest

from support.adder import HOST
from support.shapes import make
from support.shapes.parts import I64, get, only, put, type_of

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]

EXITS_HOST = '''
#include <stdio.h>
#include <stdlib.h>
#include "m.h"
uint32_t wasmelt_import_m_env_0g(void *context) { return context != NULL; }
void wasmelt_import_m_env_0h(void *context) { (void)context; }
int main(int argc, char **argv) {
    m_imports imports = {NULL};
    m *instance;
    wasmelt_error error;
    if (argc < 2 || m_instantiate(&imports, &instance, &error) != WASMELT_OK)
        return 1;
    uint32_t count = (uint32_t)atoi(argv[1]), starts[] = {0, 1, 77, count - 1};
    for (int k = 0; k < 4; k++)
        printf("%u ", m_f(instance, 1000, starts[k]));
    m_instance_free(instance);
    return 0;
}
'''

STATEMENT = '(local.set 1 (i32.add (local.get 1) (i32.load offset={} (local.get 0))))'
BRANCH = '(if (i32.eqz (local.get 1)) (then (local.set 1 (i32.const 5))))'
LARGE, HUGE = 20000, 48000  # statements, of about 12 bytes each
SPECIAL = ['_huge.c', '_large.c']


def code(statements, branches):
    return ''.join(STATEMENT.format(4 * (k + 1000)) + (BRANCH if branches and k % 1000 == 0 else '') for k in range(statements))


def module(statements, more=1, branches=True):
    body, other = code(statements, branches), code(more, branches)
    return f'''(module (memory 4)
      (func $small (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func $large (export "large") (param i32) (result i32) (local i32) {body} (local.get 1))
      (func (param i32) (result i32) (local i32) {other} (local.get 1))
      (func (export "other") (param i32) (result i32) (call 2 (local.get 0)))
      (func (export "add") (param i32 i32) (result i32)
        (i32.add (call $large (i32.const 0)) (i32.add (local.get 0) (local.get 1))))
      (func (export "twice") (param i32) (result i32 i32) (local.get 0) (local.get 0)))'''


def files(folder):
    return sorted(f.name for f in folder.iterdir())


@pytest.fixture
def levels(cc, run_wasmelt, tmp_path):
    """levels(WASM, OPTION...): the optimisation of each C file that is compiled, and what is said. By a compiler that does
    nothing: a real one takes long."""
    compiler = tmp_path / cc
    compiler.write_text('#!/bin/sh\nfor last; do :; done\n: >"$last"\n')
    compiler.chmod(0o755)

    def run(*options):
        done = run_wasmelt(*options, '--emit=lib', '-v', '--cc', compiler, '-o', 'lib.a', cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        commands = [line.split() for line in done.stderr.splitlines() if ' -c ' in line]
        return ({command[command.index('-c') + 1]: [word for word in command if word.startswith('-O')] for command in commands},
                [line for line in done.stderr.splitlines() if 'note:' in line])
    return run


def test_they_are_compiled_with_less_optimisation_and_it_is_said(levels, assemble):
    compiled, notes = levels(assemble(module(LARGE, HUGE), 'm'))
    assert compiled == {'m_0.c': ['-O2'], 'm_large.c': ['-O1'], 'm_huge.c': ['-O0'], 'm_data.c': ['-O2']}
    large, huge = notes
    assert 'note: function 1 (2' in large and 'compiled with -O1: m_large.c' in large
    assert 'note: function 2 (5' in huge and 'compiled with -O0: m_huge.c' in huge


def test_much_code_without_a_branch_is_too_large_too(levels, assemble):
    compiled, notes = levels(assemble(module(6000, branches=False), 'm'))
    assert compiled['m_huge.c'] == ['-O0'] and len(notes) == 1
    assert 'm_huge.c' not in levels(assemble(module(6000), 'n'))[0]


def test_many_locals_are_too_many_for_the_default_level(levels, assemble):
    text = f'(module (func (export "f") (local {"i32 " * 1600})))'
    assert levels(assemble(text, 'm'))[0]['m_huge.c'] == ['-O0']


@pytest.mark.parametrize('shape, few, many', [
    ('calls', 500, 3000), ('divisions', 500, 3000), ('exits of one', 400, 2000), ('indirect calls', 300, 1500), ('tries', 200, 1000),
    ('legacy tries', 100, 1000), ('loops', 100, 200), ('other tail calls', 200, 1000), ('same targets', 1000, 4000), ('switch', 300, 2000),
    ('nested ifs', 500, 2000), ('own chain', 4000, 7000), ('new wide structs', 300, 3000), ('element sets', 300, 4500),
    ('catches', 600, 3000), ('exits with values', 100, 250), ('casts to blocks', 60, 250), ('selects of selects', 600, 1700), ('small calls', 1500, 2200),
    ('ref casts', 400, 2500), ('moved globals', 700, 800), ('numbers in arrays', 1400, 1600), ('loops that store', 150, 250), ('calls of loops', 190, 210), ('calls of divisions', 190, 210),
    ('saturating', 900, 1100), ('memory sizes', 700, 1200), ('minima', 200, 400), ('zeros counted', 400, 600), ('shifts', 290, 310), ('bits counted', 1000, 1300), ('rounding', 250, 400),
    ('vector minima', 100, 150), ('wide products', 850, 950), ('wide sums', 1400, 1600), ('swizzles', 150, 220), ('array lengths', 1200, 1400), ('exits to locals', 70, 110),
    ('atomic loads', 1000, 1250), ('atomic exchanges', 500, 620), ('vector ceilings', 850, 950), ('external references', 250, 300),
    ('repeats by constants', 200, 500), ('repeats by tables', 330, 450), ('loops of steps', 5, 20),
    ('exits of many', 120, 190), ('nested counted loops', 18, 19), ('ifs of values', 200, 300), ('exits of a loop', 400, 1400), ('exits on null', 400, 1700), ('rotations', 20, 30), ('local loop', 150, 190)])
def test_code_denser_than_programs_is_too_much_at_any_size(levels, tmp_path, shape, few, many):
    for n, special in (few, False), (many, True):
        (tmp_path / 'm.wasm').write_bytes(make(shape, n))
        compiled, notes = levels(tmp_path / 'm.wasm')
        assert ('m_huge.c' in compiled) == special == (len(notes) == 1), n
        assert not special or compiled['m_huge.c'] == ['-O0']


@pytest.mark.parametrize('shape, count, special', [
    ('arrays of arrays', 300, None), ('arrays of arrays', 500, '-O1'), ('indices of indices', 300, None), ('indices of indices', 500, '-O1'),
    ('bounds by select', 700, None), ('bounds by select', 900, '-O1')])
def test_what_is_denser_than_in_programs_is_compiled_with_less(levels, tmp_path, shape, count, special):
    (tmp_path / 'm.wasm').write_bytes(make(shape, count))
    compiled = levels(tmp_path / 'm.wasm')[0]
    assert {file: level for file, level in compiled.items() if 'large' in file or 'huge' in file} == ({'m_large.c': [special]} if special else {})


@pytest.mark.parametrize('count, file', [(100, 'm.c'), (350, 'm_large.c')])
def test_branches_back_to_a_loop_and_tests_of_locals_are_compiled_with_less(levels, tmp_path, count, file):
    """GCC's -O2 takes their product: 24 KB over 17 s."""
    (tmp_path / 'm.wasm').write_bytes(make('repeats', count))
    assert file in levels(tmp_path / 'm.wasm')[0]


def test_branches_back_to_the_one_loop_of_a_function_are_not_too_many_where_code_is_between_them(levels, assemble, tmp_path):
    """As in what Go's compiler makes."""
    one = '(br_if 0 (local.get 0))' + '(local.set 1 (i32.load offset=8 (local.get 1)))' * 7
    wasm = assemble(f'(module (memory 1) (func (export "f") (param i32 i32) (loop {one * 400})))', 'm')
    assert 'm_huge.c' not in levels(wasm)[0]


@pytest.mark.parametrize('loops, special', [('(loop ' * 18 + ')' * 18, False), ('(loop ' * 19 + ')' * 19, True), (('(loop ' * 14 + ')' * 14) * 2, False)],
                         ids=['18', '19', 'twice 14'])
def test_loops_count_only_those_around_them(levels, assemble, loops, special):
    """In one function after the other: what one has had around it is not around the next."""
    wasm = assemble(f'(module (func (export "f") {loops}) (func (export "g") (loop)))', 'm')
    assert ('m_huge.c' in levels(wasm)[0]) == special


@pytest.mark.parametrize('module', ['--bounds=explicit', 'memory of 64 bits', 'far'])
@pytest.mark.parametrize('count, level', [(1200, None), (1400, '-O0')])
def test_accesses_whose_bounds_code_checks_are_branches(levels, assemble, tmp_path, module, count, level):
    """From each check on GCC knows more of the index: it takes the square of their number."""
    text = f'(module (memory i64 1) (func (export "f") (param i64) {"(drop (i32.load (local.get 0)))" * count}))'
    (tmp_path / 'm.wasm').write_bytes(make('far loads' if module == 'far' else 'stores', count))
    wasm = assemble(text, 'm') if module == 'memory of 64 bits' else tmp_path / 'm.wasm'
    compiled = levels(wasm, *[module] * module.startswith('--'))[0]
    assert {k: v for k, v in compiled.items() if 'large' in k or 'huge' in k} == ({'m_huge.c': [level]} if level else {})
    if module.startswith('--'):
        assert set(levels(wasm)[0]) == {'m.c'}


@pytest.mark.parametrize('count, special', [(1900, None), (2200, 'm_large.c')])
def test_checks_are_many_where_a_branch_comes_now_and_then(levels, assemble, count, special):
    load, branch = '(drop (i32.load (local.get 0)))', '(if (i32.const 0) (then))'
    text = f'(module (memory i64 1) (func (export "f") (param i64) {(load * 100 + branch) * (count // 100)}))'
    assert {file for file in levels(assemble(text, 'm'))[0] if 'large' in file or 'huge' in file} == ({special} if special else set())


@pytest.mark.parametrize('count, special', [(1900, 'm_large.c'), (2100, 'm_huge.c')])
def test_checks_between_branches_are_too_many_earlier(levels, tmp_path, count, special):
    """The branches alone, all of which test one local, are for -O1."""
    (tmp_path / 'm.wasm').write_bytes(make('loads in ifs', count))
    compiled = levels(tmp_path / 'm.wasm', '--bounds=explicit')[0]
    assert {file for file in compiled if 'large' in file or 'huge' in file} == {special}
    assert {file for file in levels(tmp_path / 'm.wasm')[0] if 'large' in file or 'huge' in file} == {'m_large.c'}


@pytest.mark.parametrize('locals_, special', [(1, True), (7, True), (20, False)])
def test_tests_of_one_local_count_if_few_others_are_tested_between_them(levels, assemble, locals_, special):
    """GCC makes a way around each that an earlier one decides: two minutes for 99 KB."""
    ifs = ''.join(f'(if (local.get {k % locals_}) (then (local.set {k % locals_} (i32.const 7))))' for k in range(3000))
    wasm = assemble(f'(module (func (export "f") (param {"i32 " * 20}) {ifs}))', 'm')
    assert ('m_large.c' in levels(wasm)[0]) == special


@pytest.mark.parametrize('count', [800, 2500])
def test_lowering_decides_which_variables_stay_in_memory(run_wasmelt, tmp_path, count):
    (tmp_path / 'm.wasm').write_bytes(make('counted exits', count))
    dumped = run_wasmelt('m.wasm', '--dump=declare', cwd=tmp_path).stdout
    variables = re.findall(r'^  (\w+) \w+: \d+ read, (\d+) written(.*)$', dumped, re.MULTILINE)
    on_top = {name for name, written, where in variables if ', on top' in where or ', unset' in where or (name[0] == 'p' and written != '0')}
    assert len(on_top) >= count
    assert {name for name, _, where in variables if where.endswith(', in memory')} == (on_top if count == 2500 else set())


@pytest.mark.parametrize('count, expected', [(1200, False), (4900, True)])
def test_variables_of_one_large_switch_stay_in_memory(run_wasmelt, tmp_path, count, expected):
    """At any level: 20 KB took clang over 38 s, a function of resvg GCC over three minutes."""
    (tmp_path / 'm.wasm').write_bytes(make('random tables', count))
    dumped = run_wasmelt('m.wasm', '--dump=declare', cwd=tmp_path).stdout
    assert (', in memory' in dumped) == expected


@pytest.mark.each_run
@pytest.mark.parametrize('count', [800, 2500])
@pytest.mark.parametrize('options', [[], ['--split=1']], ids=['default', 'one file'])
def test_many_variables_that_many_branches_bring_along_stay_in_memory(run_wasmelt, runtime_archive, tmp_path, cc, count, options):
    """GCC has the square of time and memory for variables that it follows to where branches meet, even at -O0."""
    (tmp_path / 'm.wasm').write_bytes(make('counted exits', count))
    done = run_wasmelt('m.wasm', '--emit=lib', '--cc', cc, *options, '--keep', 'c', '-o', 'libm.a', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = ''.join(f.read_text() for f in (tmp_path / 'c').glob('*.c'))
    assert ('\tvolatile u32 ' in text) == (count == 2500)
    (tmp_path / 'host.c').write_text(EXITS_HOST)
    subprocess.run([cc, f'-I{ROOT}/include', 'host.c', 'libm.a', runtime_archive, '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
    expected = ''.join(f'{1000 + count - b} ' for b in (0, 1, 77, count - 1))
    assert subprocess.run(['./host', str(count)], cwd=tmp_path, capture_output=True, text=True).stdout == expected


@pytest.mark.each_run
@pytest.mark.parametrize('more', ['', '(local.set 0 (i32x4.extract_lane 1 (v128.const i32x4 1 2 3 4)))'], ids=['numbers', 'vectors'])
def test_in_their_file_inline_functions_stay_calls(run_wasmelt, assemble, cc, tmp_path, more):
    chain = '(local.set 0 (i32.div_s (i32.const 7) (local.get 0)))' * 3500
    wasm = assemble(f'(module (func (export "f") (param i32) {more} {chain}))')
    assert run_wasmelt(wasm, '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    assert '#define WASMELT_OUTLINED' in (tmp_path / 'm_huge.c').read_text()
    subprocess.run([cc, '-std=gnu11', '-O0', '-I', ROOT / 'include', '-Wall', '-Wextra', '-Werror', '-c', 'm_huge.c'], cwd=tmp_path, check=True)


@pytest.mark.parametrize('count', [100, 2000])
def test_there_conversions_of_32_bits_are_calls_too(run_wasmelt, tmp_path, count):
    """At -O0 GCC converts them as numbers of 64 bits: 24 KB of them took it 16 s."""
    (tmp_path / 'm.wasm').write_bytes(make('checked conversions', count))
    assert run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    text = ''.join(f.read_text() for f in tmp_path.glob('*.c'))
    assert ('(f64_of_u64(' in text) == (count == 2000) and ('(f64)i32_trunc_f64_u(' in text) == (count == 100)


@pytest.mark.each_run
@pytest.mark.parametrize('count', [100, 4000])
def test_there_unsigned_conversions_are_calls_of_the_same_result(run_wasmelt, assemble, cc, tmp_path, count):
    """Their code has branches, of whose number GCC takes the square even at -O0."""
    step = '(f64.convert_i64_u (i64.trunc_f64_u (local.get 1)))'
    half = '(f64.promote_f32 (f32.convert_i64_u (i64.const -1)))'
    wasm = assemble(f'''(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32))) (memory (export "memory") 1)
      (func $f (param i32 f64) (result f64) {f"(local.set 1 {step})" * count} (f64.add (local.get 1) {half}))
      (func (export "_start") (call $exit (f64.eq (call $f (i32.const 0) (f64.const 0x1.8p63)) (f64.const 0x1.cp64)))))''')
    assert run_wasmelt(wasm, '-o', 'app', '--cc', cc, '--keep', 'c', cwd=tmp_path).returncode == 0
    text = ''.join(f.read_text() for f in (tmp_path / 'c').glob('*.c'))
    assert ('f64_of_u64(' in text) == ('f32_of_u64(' in text) == (count == 4000)
    assert subprocess.run([tmp_path / 'app']).returncode == 1


@pytest.mark.each_run
@pytest.mark.parametrize('count', [100, 2000])
def test_there_numbers_of_128_bits_are_structs_with_the_same_values(run_wasmelt, tmp_path, cc, count):
    """Clang took 20 s for 29 KB of products, as it has no short way to compile calls that give a number of 128 bits."""
    unsigned, signed, added, subtracted = [b'\xfc' + op for op in (b'\x16', b'\x15', b'\x13', b'\x14')]
    code = b''.join(get(0) + get(1) + product + get(k) + get(1 - k) + sum_ + put(1) + put(0)
                    for product, k, sum_ in ((unsigned, 1, added), (signed, 0, subtracted))) * count
    pair = type_of([I64, I64], [I64, I64])
    (tmp_path / 'm.wasm').write_bytes(only([pair], [(0, code + get(0) + get(1))]))
    low, high, mask = 0x123456789ABCDEF1, -0x2F2F2F2F2F2F2F3, (1 << 64) - 1
    a, b = low, high & mask
    for _ in range(count):
        total = (a * b + (a << 64) + b) % (1 << 128)
        a, b = total & mask, total >> 64
        total = ((a - (a >> 63 << 64)) * (b - (b >> 63 << 64)) - (b << 64) - a) % (1 << 128)
        a, b = total & mask, total >> 64
    done = run_wasmelt('run', '--cc', cc, '--invoke', 'f', 'm.wasm', str(low), str(high), cwd=tmp_path,
                       env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path)))
    assert [int(word) & mask for word in done.stdout.split()] == [a, b], done.stderr


def test_the_default_level_of_run_is_not_for_them(run_wasmelt, assemble, tmp_path):
    chain = '(local.set 0 (i32.const 1))' + '(local.set 0 (i32.div_s (i32.const 7) (local.get 0)))' * 3500
    wasm = assemble(f'(module (func (export "_start") (local i32) {chain}))')
    done = run_wasmelt('run', '-v', wasm, cwd=tmp_path, env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path / 'cache')))
    levels_ = {word for line in done.stderr.splitlines() if '_huge.c' in line and ' -c ' in line for word in line.split() if word.startswith('-O')}
    assert done.returncode == 0 and levels_ == {'-O0'} and 'note:' not in done.stderr


@pytest.mark.parametrize('sizes, kind', [((LARGE + 1, LARGE), 'large'), ((HUGE, 10), 'huge')])
def test_there_is_no_file_more_than_needed(levels, assemble, sizes, kind):
    compiled, notes = levels(assemble(module(*sizes), 'm'))
    assert set(compiled) == {'m_0.c', f'm_{kind}.c', 'm_data.c'} and len(notes) == 1
    assert (') and 1 more, ' in notes[0]) == (kind == 'large')


@pytest.mark.parametrize('level, large, huge', [('-O3', '-O1', '-O0'), ('-Os', '-O1', '-O0'), ('-O1', '-O1', '-O0'), ('-Og', '-Og', '-O0'),
                                                ('-O0', '-O0', '-O0')])
def test_a_level_that_was_asked_for_is_given_to_the_others(levels, assemble, level, large, huge):
    compiled, notes = levels(assemble(module(LARGE, HUGE), 'm'), level)
    assert compiled == {'m_0.c': [level], 'm_large.c': [large], 'm_huge.c': [huge], 'm_data.c': [level]}
    assert [note.split()[-1] for note in notes] == ['m_large.c'] * (large != level) + ['m_huge.c'] * (huge != level)


def test_flags_of_the_user_are_for_all_files(levels, assemble):
    compiled, _ = levels(assemble(module(LARGE, HUGE), 'm'), '--cflags=-O3')
    assert {options[-1] for options in compiled.values()} == {'-O3'}


@pytest.mark.parametrize('options, statements, expected', [
    ([], 10, ['.c', '.h']),
    ([], LARGE, ['.h', '_0.c', '_data.c', '_internal.h', '_large.c']),
    (['--split=1'], LARGE, ['.c', '.h']),
    (['--split=2'], 10, ['.h', '_0.c', '_1.c', '_data.c', '_internal.h', *SPECIAL]),
    (['--split=2'], LARGE, ['.h', '_0.c', '_1.c', '_data.c', '_internal.h', *SPECIAL]),
], ids=['none', 'large', 'one file', 'none in files', 'large in files'])
def test_the_number_of_files_that_was_given_says_which_there_are(run_wasmelt, assemble, tmp_path, options, statements, expected):
    done = run_wasmelt(assemble(module(statements), 'm'), '--emit=c', *options, '-o', 'out', cwd=tmp_path)
    assert done.returncode == 0 and files(tmp_path / 'out') == sorted('m' + name for name in expected)
    assert ('to be compiled with -O1: m_large.c' in done.stderr) == (statements == LARGE and options != ['--split=1'])


def test_what_an_earlier_translation_left_is_removed(run_wasmelt, assemble, tmp_path):
    for statements in LARGE, 10:
        assert run_wasmelt(assemble(module(statements), 'm'), '--emit=c', '-o', 'out', cwd=tmp_path).returncode == 0
    assert files(tmp_path / 'out') == ['m.c', 'm.h']


@pytest.mark.each_run
@pytest.mark.slow
@pytest.mark.parametrize('options', [[], ['-g'], ['--split=3']], ids=['default', '-g', 'split'])
def test_the_result_works(run_wasmelt, assemble, build, cc, tmp_path, options):
    done = run_wasmelt(assemble(module(LARGE, HUGE), 'adder'), '--emit=lib', '--cc', cc, '-O0', *options, '-o', 'libadder.a', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text(HOST)
    subprocess.run([cc, f'-I{ROOT}/include', 'host.c', 'libadder.a', f'{build}/lib/libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'],
                   cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / 'host'], capture_output=True, text=True).stdout == '42\n'


@pytest.mark.each_run
@pytest.mark.parametrize('shape, size', [('calls', 3000), ('other tail calls', 1000), ('vector chain', 12000)])
def test_in_a_single_file_their_declarations_say_it(run_wasmelt, cc, tmp_path, shape, size):
    (tmp_path / 'm.wasm').write_bytes(make(shape, size))
    done = run_wasmelt('m.wasm', '--emit=c', '--split=1', '-o', '.', cwd=tmp_path)
    assert done.returncode == 0 and 'not optimized' in done.stderr and files(tmp_path) == ['m.c', 'm.h', 'm.wasm']
    text = (tmp_path / 'm.c').read_text()
    assert 'UNOPTIMIZED static ' in text and '#define WASMELT_OUTLINED' in text
    subprocess.run([cc, '-std=gnu11', '-O2', '-I', ROOT / 'include', '-Wall', '-Wextra', '-Werror', '-c', 'm.c'], cwd=tmp_path, check=True)
    done = run_wasmelt('m.wasm', '--emit=c', '--split=1', '-O2', '-o', '.', cwd=tmp_path)
    assert done.returncode == 0 and 'not optimized' in done.stderr and (tmp_path / 'm.c').read_text() == text
    done = run_wasmelt('m.wasm', '--emit=c', '--split=1', '-O0', '-o', '.', cwd=tmp_path)
    assert done.returncode == 0 and not done.stderr and 'OPTIMIZED' not in (tmp_path / 'm.c').read_text()
