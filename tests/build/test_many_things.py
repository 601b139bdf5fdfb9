"""Modules with many imports, globals or segments: these are put into tables, members of members, and functions of bounded length,
because C compilers take more than linear time for a struct with many members and for a function with many statements. The results
work: a host gives each import its own value, and finds everything in its place."""
import os
import pathlib
import re
import subprocess

import pytest

from support.shapes import make
from support.shapes.objects import sum_of_objects

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_LINES = 1500  # of one function
MANY = 3000


def functions(text):
    """Name and lines of each function; a table in it is not counted."""
    for name, body in re.findall(r'^[^\n=;]*?(\w+)\([^\n=;]*\) \{\n(.*?)^\}', text, re.M | re.S):
        yield name, re.sub(r'^\tstatic const u32 \w+\[\] = \{.*?^\t\};', '', body, flags=re.M | re.S).splitlines()


@pytest.mark.parametrize('shape', ['import modules', 'computed globals', 'reference globals', 'element expressions', 'element segments',
                                   'data segments', 'passive segments', 'memories', 'tables', 'tags', 'exported globals', 'exports'])
def test_no_function_is_long(run_wasmelt, tmp_path, shape):
    (tmp_path / 'm.wasm').write_bytes(make(shape, 50 if shape == 'memories' else MANY))
    done = run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for file in tmp_path.glob('*.c'):
        # The module's own function, f_f, has as many calls as there are.
        assert [(name, len(body)) for name, body in functions(file.read_text()) if len(body) > MOST_LINES and not name.endswith('f_f')] == []


def wat(count):
    """Imports, constants, elements and data, of each `count`."""
    numbers = range(count)
    return f'''(module
      {''.join(f'(import "m{k}" "f" (func (result i32)))' for k in numbers)}
      {''.join(f'(import "g" "g{k}" (global $in{k} i32))' for k in numbers)}
      (memory (export "memory") 64)
      {''.join(f'(global $out{k} i32 (global.get $in{k}))' for k in numbers)}
      (table $t {count} funcref)
      {''.join(f'(elem (table $t) (i32.const {k}) funcref (ref.func {k}))' for k in numbers)}
      {''.join(f'(data (i32.const {k * 2000 + 8}) "{chr(97 + k % 26)}")' for k in numbers)}
      (func (export "sum") (result i32) {'(i32.const 0)' + ''.join(f'(i32.add (global.get $out{k}))' for k in numbers)})
      (func (export "through") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))
      (func (export "data") (param i32) (result i32) (i32.load8_u offset=8 (i32.mul (local.get 0) (i32.const 2000)))))'''


def host(count):
    numbers = range(count)
    functions_ = ''.join(f'uint32_t wasmelt_import_m_m{k}_0f(void *context) {{ return *(uint32_t *)context * 2; }}\n' for k in numbers)
    given = ''.join(f'    imports.context_m{k} = &numbers[{k}];\n    imports.global_g_0g{k} = &numbers[{k}];\n' for k in numbers)
    return f'''
#include <stdio.h>
#include "m.h"
{functions_}
int main(void) {{
    static uint32_t numbers[{count}];
    m_imports imports;
    m *instance;
    wasmelt_error error;
    for (uint32_t k = 0; k < {count}; k++)
        numbers[k] = k + 7;
{given}
    if (m_instantiate(&imports, &instance, &error) != WASMELT_OK)
        return puts(error.message), 1;
    uint32_t wrong = 0;
    for (uint32_t k = 0; k < {count}; k++)
        wrong += m_through(instance, k) != 2 * (k + 7) || m_data(instance, k) != 'a' + k % 26;
    printf("%u %u\\n", m_sum(instance), wrong);
    m_instance_free(instance);
    return 0;
}}
'''


@pytest.mark.parametrize('count', [3, 1100])
def test_everything_is_in_its_place(run_wasmelt, assemble, runtime_archive, build, tmp_path, count):
    wasm = assemble(wat(count), 'm')
    done = run_wasmelt(wasm, '--emit=lib', '-O0', '-o', 'libm.a', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text(host(count))
    include = build.parent / 'include'
    subprocess.run(['gcc', 'host.c', '-I', include, '-I', '.', 'libm.a', runtime_archive, '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path,
                   check=True)
    assert subprocess.run(['./host'], cwd=tmp_path, capture_output=True, text=True).stdout == f'{sum(range(7, count + 7))} 0\n'


@pytest.mark.each_run
def test_temporaries_of_one_switch_have_no_value_elsewhere(run_wasmelt, tmp_path, cc):
    """C compilers take a variable that begins as zero through all cases: time that grows with cases times variables."""
    (tmp_path / 'm.wasm').write_bytes(make('exits of many', 300))
    assert run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    files = sorted(tmp_path.glob('*.c'))
    text = ''.join(file.read_text() for file in files)
    assert 'switch (br) {' in text and 't300' in text and not re.search(r'\bt\d+ = 0\b', text)
    subprocess.run([cc, '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-I', ROOT / 'include', '-c', *files], cwd=tmp_path, check=True)


@pytest.mark.parametrize('shape', ['array globals', 'array of objects', 'deep object global', 'object globals', 'long constants'])
def test_constants_that_make_objects_are_not_optimised(run_wasmelt, tmp_path, shape):
    """An array of ten thousand objects is one constant: code of as many statements, in a file where calls stay calls."""
    (tmp_path / 'm.wasm').write_bytes(make(shape, MANY))
    assert run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    is_long = shape != 'object globals'
    text = (tmp_path / ('m_data.c' if is_long else 'm.c')).read_text()
    assert ('#define WASMELT_OUTLINED' in text) == is_long
    assert not [name for name, body in functions(text) if len(body) > MOST_LINES and not name.startswith('init_instance_part')]
    heads = re.findall(r'^.*init_instance_part\d+\(struct.*$', text, re.M)
    assert heads and all(head.startswith('UNOPTIMIZED static') for head in heads)


@pytest.mark.each_run
@pytest.mark.parametrize('options', [[], ['--split=1'], ['--split=1', '-O2']], ids=['default', 'one file', 'one optimised file'])
def test_objects_of_a_long_constant_are_there(run_wasmelt, tmp_path, cc, options):
    count = 2000
    (tmp_path / 'm.wasm').write_bytes(sum_of_objects(count))
    done = run_wasmelt('m.wasm', '--emit=c', *options, '-o', '.', cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert ('UNOPTIMIZED' in ''.join(f.read_text() for f in tmp_path.glob('*.c')))
    done = run_wasmelt('run', '--cc', cc, *options, '--invoke', 'f', 'm.wasm', cwd=tmp_path, env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path)))
    assert (done.stdout, done.stderr) == (f'{sum(range(count))}\n', '')


@pytest.mark.parametrize('shape, expected', [('functions in a row', MANY // 64), ('functions that double', MANY // 64), ('functions', 0),
                                             ('functions in a cycle', MANY)])
def test_long_chains_of_small_functions_are_not_inlined_whole(run_wasmelt, tmp_path, shape, expected):
    (tmp_path / 'm.wasm').write_bytes(make(shape, MANY))
    assert run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    definitions = re.findall(r'^NOT_INLINED [^;]*\{$', ''.join(f.read_text() for f in tmp_path.glob('*.c')), re.M)
    assert abs(len(definitions) - expected) <= 1


def test_gcc_makes_no_clones_of_what_it_does_not_inline(run_wasmelt, tmp_path):
    """Whether parameters can be left out in a clone takes it the square of the time in a recursion of thousands of functions."""
    (tmp_path / 'm.wasm').write_bytes(make('meeting names', 500))
    assert run_wasmelt('m.wasm', '--emit=c', '-o', '.', cwd=tmp_path).returncode == 0
    seen = subprocess.run(['gcc', '-E', '-I', ROOT / 'include', 'm.c'], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert '__attribute__((noinline, noclone)) static void f_x_2(m *' in seen
