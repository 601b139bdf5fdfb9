"""The module's names of parameters and locals follow their numbers in the C, and can do no harm there."""
import re
import subprocess

import pytest

from tests.support.binary import custom, leb, module, name, section, vector

pytestmark = pytest.mark.once

I32 = b'\x7F'
# (param i32 i32) (result i32) (local i32): local 2 = local 0 + local 1; it is returned
CODE = b'\1' + leb(1) + I32 + bytes.fromhex('20 00 20 01 6A 21 02 20 02 0B')


def with_names(content):
    return module(section(1, vector([b'\x60' + vector([I32, I32]) + vector([I32])])), section(3, vector([leb(0)])),
                  section(7, vector([name('f') + b'\0\0'])), section(10, vector([name(CODE)])), custom('name', content))


def locals_named(*names, func=0):
    """The subsection: local k of the function has the name k."""
    return b'\2' + name(vector([leb(func) + vector([leb(k) + name(n) for k, n in enumerate(names)])]))


def signature(run_wasmelt, tmp_path, cc, binary, *options):
    (tmp_path / 'm.wasm').write_bytes(binary)
    done = run_wasmelt(tmp_path / 'm.wasm', '--emit=c', *options, '-o', tmp_path / 'c')
    assert done.returncode == 0, done.stderr
    include = __file__.replace('tests/cli/test_names_of_locals.py', 'include')
    for file in (tmp_path / 'c').glob('*.c'):
        subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{include}', '-fsyntax-only', file], check=True)
    text = ''.join(file.read_text() for file in sorted((tmp_path / 'c').glob('*.c')))
    parameters = re.search(r'u32 \w+\(void \*instance, u32 (\w+), u32 (\w+)\) \{', text)
    return [*parameters.groups(), re.search(r'\bl2\w*', text)[0]]


@pytest.mark.parametrize('options', [[], ['-g'], ['--split=2']], ids=['', '-g', '--split'])
def test_a_local_has_its_number_and_its_name(run_wasmelt, tmp_path, cc, options):
    assert signature(run_wasmelt, tmp_path, cc, with_names(locals_named('from', 'count', 'sum')), *options) == ['p0_from', 'p1_count', 'l2_sum']


@pytest.mark.parametrize('given, shown', [
    ('int', 'int'), ('self', 'self'), ('mem', 'mem'), ('NULL', 'NULL'), ('__attribute__', 'attribute'), ('$a.b-c', 'a_b_c'), ('a__b', 'a_b'),
    ('*/ #error "', 'error'), ('\n#error', 'error'), ('\\\n', None), ('größe', 'gr_e'), ('\U0001F600', None), ('', None), ('___', None),
    ('0', '0'), ('a' * 100000, 'a' * 24), ('a' * 23 + '-b', 'a' * 23), ('??/', None)])
def test_names_that_are_no_names_of_c(run_wasmelt, tmp_path, cc, given, shown):
    assert signature(run_wasmelt, tmp_path, cc, with_names(locals_named(given))) == [f'p0_{shown}' if shown else 'p0', 'p1', 'l2']


def test_equal_names_stay_apart(run_wasmelt, tmp_path, cc):
    assert signature(run_wasmelt, tmp_path, cc, with_names(locals_named('x', 'x', 'x'))) == ['p0_x', 'p1_x', 'l2_x']


@pytest.mark.parametrize('content', [
    locals_named('a', func=1), locals_named('a', func=0xFFFFFFFF), b'\2' + name(b'\xff\xff\xff\xff\x0f'), b'\2' + name(b'\1\0\xff\xff\xff\xff\x0f'),
    locals_named('a')[:-1], b'\2' + name(vector([leb(0) + vector([leb(3) + name('a')])])),
    b'\2' + name(vector([leb(0) + vector([leb(0) + name(b'\xff')])])), b'\2\x7f'],
    ids=['no such function', 'far function', 'many functions', 'many locals', 'cut off', 'no such local', 'no UTF-8', 'too long'])
def test_what_is_wrong_names_nothing(run_wasmelt, tmp_path, cc, content):
    assert signature(run_wasmelt, tmp_path, cc, with_names(content)) == ['p0', 'p1', 'l2']
