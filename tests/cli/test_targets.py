"""On machines for which there is no code, compiling the C fails, before it could run wrongly."""
import pathlib
import subprocess

import pytest

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / 'include'
HEADERS = sorted(str(path.relative_to(INCLUDE / 'wasmelt')) for path in (INCLUDE / 'wasmelt').rglob('*.h')
                 if path.name not in ('target.h', 'version.h', 'simd_shifts.h'))


def errors(*arguments, header='wasmelt.h'):
    done = subprocess.run([*arguments, '-nostdinc', '-fsyntax-only', f'-I{INCLUDE}', '-x', 'c', '-'], input=f'#include <wasmelt/{header}>\n',
                          capture_output=True, text=True)
    return [line.split('error: ')[1] for line in done.stderr.splitlines() if 'error: ' in line]


@pytest.mark.parametrize('machine, reason', [
    ('s390x-linux-gnu', 'use GCC'), ('powerpc64-linux-gnu', 'use GCC'), ('aarch64_be-linux-gnu', 'use GCC'),
    ('mips-linux-gnu', 'use GCC'), ('avr', '64-bit or 32-bit pointers'), ('msp430', '64-bit or 32-bit pointers'),
    ('i386-linux-gnu', '-msse2 -mfpmath=sse'),
])
@pytest.mark.once
def test_other_machines(machine, reason):
    first = errors('clang', f'--target={machine}')[0]
    assert 'Wasmelt' in first and reason in first


@pytest.mark.once
@pytest.mark.parametrize('machine', ['x86_64-linux-gnu', 'aarch64-linux-gnu', 'riscv64-linux-gnu', 'powerpc64le-linux-gnu',
                                     'armv7-linux-gnueabihf', 'x86_64-linux-gnux32', 'mipsel-linux-gnu', 'riscv32-linux-gnu'])
def test_supported_machines(machine):
    assert not [error for error in errors('clang', f'--target={machine}') if 'Wasmelt' in error]


@pytest.mark.parametrize('header', HEADERS)
def test_each_header_says_it_before_anything_else(header, cc):
    says = errors(cc, '-D__SIZEOF_POINTER__=2', '-w', header=header)
    assert 'Wasmelt does not support this machine' in says[0]


@pytest.mark.once
@pytest.mark.parametrize('machine, marked', [('x86_64-w64-windows-gnu', False), ('x86_64-linux-gnu', True)])
def test_results_are_marked_where_marks_are_found(machine, marked, run_wasmelt, assemble, tmp_path):
    """In ELF files. Clang's assembler does not know the directive for Windows."""
    run_wasmelt(assemble('(module)'), '--emit=lib', '--cc', f'clang --target={machine}', '--keep', 'c', '-o', 'l.a', cwd=tmp_path)
    [source] = (tmp_path / 'c').glob('*.c')
    assert ('.ident' in source.read_text()) == marked


@pytest.mark.once
def test_data_of_several_files_has_no_visibility_on_windows(run_wasmelt, assemble, tmp_path):
    """GCC warns of it there, and only there."""
    run_wasmelt(assemble('(module (memory 1) (data "x") (func (export "f") (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1))))'),
                '--emit=c', '--split=2', '-o', 'c', cwd=tmp_path)
    text = ''.join(file.read_text() for file in (tmp_path / 'c').iterdir())
    assert '\nWASMELT_HIDDEN const u8 ' in text and 'visibility("hidden")' not in text
    for machine, hidden in ('x86_64-w64-windows-gnu', False), ('x86_64-linux-gnu', True):
        done = subprocess.run(['clang', f'--target={machine}', '-E', '-dM', f'-I{INCLUDE}', INCLUDE / 'wasmelt/code/support.h'],
                              capture_output=True, text=True)
        [defined] = [line for line in done.stdout.splitlines() if line.startswith('#define WASMELT_HIDDEN')]
        assert ('visibility' in defined) == hidden
