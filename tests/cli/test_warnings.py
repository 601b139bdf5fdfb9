"""Emitted C compiles without warnings under -Wall -Wextra, whatever a module compares, computes from constants, and stores."""
import os
import pathlib
import random
import subprocess

import pytest

from tests.support import binary, edges

INCLUDE = pathlib.Path(__file__).resolve().parents[2] / 'include'
SEEDS = range(int(os.environ.get('WASMELT_WARNING_SEEDS', '2')))
# What wasm programs do that people do not: each was warned of by one of the compilers.
CASES = '''(module (memory 1) (global $g (mut i32) (i32.const 0))
  (func $myself (export "two") (result i32 i32) (i32.const 1) (i32.const 2))
  (func (export "itself") (param i32) (result i32) (i32.const 0))
  (func (export "switch") (param i32) (result i32)
    (block $a (block $b (br_table $a $b (i32.eqz (global.get $g)))) (return (i32.const 1)))
    (i32.const 2))
  (func (export "all_ones") (param i32) (i32.store8 (local.get 0) (i32.or (global.get $g) (i32.const -1))))
  (func (export "nothing") (param i32) (i32.store16 (local.get 0) (i32.or (i32.sub (local.get 0) (local.get 0)) (i32.const 65536))))
  (func (export "shifted") (i64.store16 (i32.const 0) (i64.extend_i32_u (i32.shl (i32.const 2147483647) (i32.const 31)))))
  (func (export "or_itself") (param i32) (result i32) (block (local.set 0 (i32.or (local.get 0) (local.get 0))) (br_if 0 (local.get 0))) (local.get 0))
  (func (export "chosen") (param i32) (i32.store8 (local.get 0) (select (i32.const 65536) (local.get 0) (i32.const 7))))
  (func $endless (export "endless") (param i32) (result i32) (call $endless (local.get 0)))
  (func (export "power") (result i32) (i32.xor (i32.const 2) (i32.const 2)))
  (func (export "self") (param i32) (result i32) (i32.gt_u (local.get 0) (local.get 0)))
  (func (export "unsigned") (param i32) (result i32) (i32.ge_u (local.get 0) (i32.const 0)))
  (func (export "narrow") (param i32) (result i32) (i32.gt_u (i32.load8_u (local.get 0)) (i32.const 255)))
  (func (export "extended") (param i32) (result i32) (i64.ge_u (i64.extend_i32_u (local.get 0)) (i64.const -1)))
  (func (export "truth") (param i32) (result i32) (i32.le_s (i32.eqz (local.get 0)) (i32.const -2))))'''


def check(run_wasmelt, folder, cc, wasm, flags):
    done = run_wasmelt('--emit=c', *flags, wasm, '-o', folder)
    assert done.returncode == 0, done.stderr
    for file in sorted(folder.glob('*.c')):
        for how in [['-fsyntax-only'], *([['-O2', '-c', '-o', os.devnull]] if cc == 'gcc' else [])]:  # clang says nothing later
            compiled = subprocess.run([cc, '-std=gnu11', '-Wall', '-Wextra', '-Werror', f'-I{INCLUDE}', *how, file], capture_output=True, text=True)
            assert compiled.returncode == 0, compiled.stderr


@pytest.mark.not_quick
@pytest.mark.parametrize('flags', [[], ['--strict-loads', '--split=2'], ['--bounds=explicit', '-g']], ids=' '.join)
def test_what_people_do_not_write(run_wasmelt, assemble, cc, tmp_path, flags):
    check(run_wasmelt, tmp_path / 'c', cc, assemble(CASES), flags)


@pytest.mark.parametrize('flags', [[], ['--c=plain']], ids=' '.join)
def test_addresses_that_no_memory_has(run_wasmelt, assemble, cc, tmp_path, flags):
    """GCC warned behind checks that always trap: of pointers so far from an object that it computes with signed numbers."""
    funcs = [f'(func (export "{what[0]} {k}") {what[1].replace("ADDRESS", f"(i64.const {address})")})'
             for k, address in enumerate([2**63 - 1, 2**63, 2**63 + 1]) for what in [
                 ('load8', '(result i32) (i32.load8_u ADDRESS)'), ('load', '(result i64) (i64.load ADDRESS)'), ('store', '(i64.store ADDRESS (i64.const 1))'),
                 *([] if flags else [('add', '(result i32) (i32.atomic.rmw.add ADDRESS (i32.const 8))'),
                                     ('vector', '(v128.store ADDRESS (v128.const i64x2 1 1))')])]]
    check(run_wasmelt, tmp_path / 'c', cc, assemble(f'(module (memory i64 1) {" ".join(funcs)})'), flags)


def test_a_recursion_that_returns_an_exception(run_wasmelt, cc, tmp_path):
    """GCC took its frame, which a cleanup removes from a list, for one that stays there."""
    body = b'\0\x23\0\x45\x04\x40\0\x0b\x23\0\x41\1\x6b\x24\0\x10\0\x0b'  # a trap if the global is 0; global - 1; the call
    (tmp_path / 'm.wasm').write_bytes(binary.module(
        binary.section(1, binary.vector([b'\x60\0\1\x69', b'\x60\0\0'])), binary.section(3, b'\1\0'), binary.section(13, b'\1\0\1'),
        binary.section(6, binary.vector([b'\x7f\1\x41\0\x0b'])), binary.section(7, binary.vector([binary.name('f') + b'\0\0'])),
        binary.section(10, binary.vector([binary.name(body)]))))
    check(run_wasmelt, tmp_path / 'c', cc, tmp_path / 'm.wasm', [])


@pytest.mark.not_quick
@pytest.mark.parametrize('seed', SEEDS)
def test_operands_that_a_compiler_knows_something_about(run_wasmelt, assemble, cc, tmp_path, seed):
    rng = random.Random(seed)
    check(run_wasmelt, tmp_path / 'c', cc, assemble(edges.module(rng)), rng.choice([[], ['--strict-loads'], ['--bounds=explicit'], ['-g']]))
