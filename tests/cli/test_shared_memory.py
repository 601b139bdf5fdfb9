"""C for shared memories, which other threads may change between two reads of the same place."""
import re
import subprocess

import pytest

SCALAR = ['i32.load', 'i64.load', 'f32.load', 'f64.load', 'i32.load8_s', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u',
          'i64.load8_s', 'i64.load8_u', 'i64.load16_s', 'i64.load16_u', 'i64.load32_s', 'i64.load32_u']
VECTOR = ['v128.load', *(f'v128.load{shape}_{sign}' for shape in ('8x8', '16x4', '32x2') for sign in 'su'),
          *(f'v128.load{bits}_splat' for bits in (8, 16, 32, 64)), 'v128.load32_zero', 'v128.load64_zero']
LANES = [f'v128.load{bits}_lane' for bits in (8, 16, 32, 64)]
BYTES = ''.join(f'\\{(37 * k + 129) % 256:02x}' for k in range(64))


def module(shared):
    maximum = '1 shared' if shared else '1'
    result = lambda name: name[:3] if name in SCALAR else 'v128'  # noqa: E731
    functions = [f'(func (export "f{k}") (param i32) (result {result(name)}) ({name} offset=3 (local.get 0)))'
                 for k, name in enumerate(SCALAR + VECTOR)]
    functions += [f'(func (export "l{k}") (param i32) (result v128) ({name} offset=3 1 (local.get 0) '
                  '(v128.const i32x4 1 2 3 4)))' for k, name in enumerate(LANES)]
    return f'(module (memory 1 {maximum}) {"".join(functions)})'


def test_each_load_is_one_read_that_happens(assemble, run_wasmelt, tmp_path):
    """As a value that was checked, the index of a table or of a switch, must be the value that is used."""
    made = run_wasmelt(assemble(module(True)), '--emit=c', '-o', tmp_path / 'c')
    assert made.returncode == 0, made.stderr
    loads = re.findall(r'\w+\(AT\(p0, 3\)', (tmp_path / 'c' / 'm.c').read_text())
    assert len(loads) == len(SCALAR + VECTOR + LANES)
    assert all(load.startswith('V_') for load in loads), loads


@pytest.mark.parametrize('level', ['0', '2'])
def test_loads_are_those_of_other_memories(assemble, run_wasmelt, tmp_path, cc, level):
    """The same bytes by each instruction, in a module with both kinds of memory."""
    checks = []
    for name in SCALAR + VECTOR + LANES:
        lane, operand = (' 1', ' (v128.const i32x4 1 2 3 4)') if name in LANES else ('', '')
        for at in (0, 5, 17):
            pair = [f'({name} {memory} offset=3{lane} (i32.const {at}){operand})' for memory in ('$shared', '$own')]
            kind = 'v128' if name not in SCALAR else name[:3]
            bits = [{'f32': f'(i32.reinterpret_f32 {p})', 'f64': f'(i64.reinterpret_f64 {p})'}.get(kind, p) for p in pair]
            equal = {'v128': 'i8x16.all_true (i8x16.eq', 'i64': 'i32.eqz (i64.ne', 'f64': 'i32.eqz (i64.ne'}.get(
                kind, 'i32.eqz (i32.ne')
            checks.append(f'(if (i32.eqz ({equal} {bits[0]} {bits[1]}))) (then (unreachable)))')
    wasm = assemble(f'''(module
      (memory $shared 1 1 shared) (memory $own (export "memory") 1 1)
      (data (memory $shared) (i32.const 0) "{BYTES}") (data (memory $own) (i32.const 0) "{BYTES}")
      (func (export "_start") {" ".join(checks)}))''')
    made = run_wasmelt(wasm, '-o', tmp_path / 'app', f'-O{level}', '--cc', cc, '--cflags=-Wall -Wextra -Werror')
    assert made.returncode == 0, made.stderr
    done = subprocess.run([tmp_path / 'app'], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.not_quick
@pytest.mark.parametrize('name, width', [('v128.load', 16), ('v128.load8x8_s', 8), ('v128.load32_zero', 4),
                                         ('v128.load16_splat', 2), ('i64.load', 8), ('i32.load8_u', 1)])
def test_loads_past_the_end_trap_even_unused(assemble, run_wasmelt, tmp_path, name, width):
    for at, status in ((65536 - width, 0), (65536 - width + 1, 134)):
        wasm = assemble(f'''(module (memory (export "memory") 1 1 shared)
          (func (export "_start") (drop ({name} (i32.const {at})))))''')
        assert run_wasmelt(wasm, '-o', tmp_path / 'app', '-O2').returncode == 0
        assert subprocess.run([tmp_path / 'app'], capture_output=True).returncode == status
