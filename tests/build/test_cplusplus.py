"""C++ hosts can include every header that is meant for hosts, each alone, and the header of a module. None of them includes the
headers for emitted C."""
import pathlib
import shutil
import subprocess

import pytest

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / 'include'
HEADERS = sorted(path.name for path in (INCLUDE / 'wasmelt').glob('*.h'))
STRICT = ['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Werror']

# An import and an export of every kind and type, names that mean something in C++ and names that are no identifiers.
MODULE = '''(module
  (import "host" "class" (func (param i32 i64 f32 f64 funcref externref v128) (result i32 f64)))
  (import "host" "new" (memory 1))
  (import "host" "delete" (table 1 funcref))
  (import "a b" "\\c3\\bcber" (global i32))
  (import "host" "g" (global (mut f64)))
  (func (export "template") (param i32) (result i32) (local.get 0))
  (func (export "namespace") (param v128 externref) (result v128 externref) (local.get 0) (local.get 1))
  (memory (export "virtual") 1)
  (table (export "operator") 1 funcref)
  (global (export "this") (mut i64) (i64.const 0))
  (global (export "constexpr") i32 (i32.const 0)))'''


@pytest.fixture
def check(cc, tmp_path):
    """check(TEXT): that the compiler takes it without a warning."""
    cxx = {'gcc': 'g++', 'clang': 'clang++'}[cc]
    if not shutil.which(cxx):
        pytest.skip(f'{cxx} is not installed')

    def compile_text(text):
        (tmp_path / 'host.cpp').write_text(text)
        done = subprocess.run([cxx, '-std=c++17', *STRICT, f'-I{tmp_path}', f'-I{INCLUDE}', '-fsyntax-only',
                               tmp_path / 'host.cpp'], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[:2000]
    return compile_text


@pytest.mark.parametrize('header', HEADERS)
def test_header_for_hosts_includes_none_for_emitted_code(cc, header):
    done = subprocess.run([cc, f'-I{INCLUDE}', '-M', '-x', 'c', '-'], input=f'#include <wasmelt/{header}>\n', capture_output=True, text=True, check=True)
    assert f'/{header}' in done.stdout and '/wasmelt/code/' not in done.stdout


@pytest.mark.parametrize('header', HEADERS)
def test_header_alone(check, header):
    check(f'#include <wasmelt/{header}>\n#include <wasmelt/{header}>\n')


def test_header_of_a_module(check, run_wasmelt, assemble, tmp_path):
    done = run_wasmelt(assemble(MODULE), '--emit=c', '-o', tmp_path)
    assert done.returncode == 0, done.stderr
    check('#include "m.h"\nuint32_t call(m *i) { return m_template(i, 1); }\n')
