"""Hostile input gets an answer and exit status 1, never a crash, a hang or much memory. The translator runs under
AddressSanitizer and UndefinedBehaviorSanitizer."""
import random
import resource
import subprocess

import pytest

from support.binary import HEADER, leb, name, section, vector
from support.verdicts import verdicts

pytestmark = pytest.mark.once  # nothing is compiled

# A bit of everything, so that a change anywhere has something to break.
MODULE = '''
(module $name
  (type $t (func (param i32 i64) (result f64)))
  (import "env" "f" (func $imported (param i32)))
  (memory (export "memory") 1 4)
  (table (export "t") 4 8 funcref)
  (global $g (mut i32) (i32.const 7))
  (func $a (export "a") (type $t) (local f32 f64)
    (block $out (result i32)
      (loop $again
        (br_if $again (i32.load offset=4 (local.get 0)))
        (block $in
          (br_table $in $again $in (local.get 0)))
        (br_if $out (i32.const 1) (local.get 0))
        (drop))
      (i32.const 3))
    (call $imported)
    (if (result f64) (global.get $g)
      (then (f64.const 1.5))
      (else (f64.convert_i64_s (local.get 1)))))
  (func $b (call_indirect (type $t) (i32.const 1) (i64.const -5) (i32.const 0)) drop)
  (func $s (nop))
  (start $s)
  (elem (i32.const 0) $a $b)
  (data (i32.const 16) "hello, world")
  (data "passive"))
'''


@pytest.fixture
def module(assemble):
    return assemble(MODULE).read_bytes()


def test_truncated_at_every_byte(sanitized, tmp_path, module):
    # A prefix that ends between sections may be a module of its own, with less in it.
    answers = verdicts(sanitized, tmp_path, [module[:n] for n in range(len(module))])
    assert sum(a == 'valid' for a in answers) < 8
    assert all(a.startswith(('valid', 'malformed', 'invalid')) for a in answers)
    assert all('at byte' in a for a in answers if a != 'valid')


def test_bit_flips(sanitized, tmp_path, module):
    flipped = []
    for bit in range(len(module) * 8):
        data = bytearray(module)
        data[bit // 8] ^= 1 << (bit % 8)
        flipped.append(bytes(data))
    answers = verdicts(sanitized, tmp_path, flipped)
    assert any(a != 'valid' for a in answers)


def test_whole_translation_of_flipped_modules(sanitized, tmp_path, module):
    """What is still valid after a few random changes must be translated or refused by name."""
    rng = random.Random(1)
    for number in range(60):
        data = bytearray(module)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(8, len(data))] = rng.randrange(256)
        file = tmp_path / 'x.wasm'
        file.write_bytes(bytes(data))
        done = subprocess.run([sanitized, file, '--emit=c', '-o', tmp_path / 'out'], capture_output=True, text=True,
                              errors='replace', timeout=60)
        assert done.returncode in (0, 1), f'{number}: {done.stderr[-2000:]}'
        assert 'Sanitizer' not in done.stderr and 'runtime error' not in done.stderr, done.stderr[-2000:]
        if done.returncode == 1:
            assert done.stderr.startswith('wasmelt: ') and len(done.stderr.splitlines()) == 1


EMPTY_TYPE = section(1, b'\1\x60\0\0')


@pytest.mark.parametrize('number', range(1, 14))
@pytest.mark.parametrize('count', [0xFFFFFFFF, 0x7FFFFFFF, 1000000])
def test_huge_counts_take_no_memory(wasmelt, tmp_path, number, count):
    file = tmp_path / 'huge.wasm'
    file.write_bytes(HEADER + section(number, leb(count)))
    limit = 256 << 20
    done = subprocess.run([wasmelt, 'validate', file], capture_output=True, text=True, timeout=20,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    assert done.returncode == 1
    assert done.stderr.startswith(f'wasmelt: {file}: error: ')
    assert 'out of memory' not in done.stderr


def body_module(code, locals_=b'\0'):
    return HEADER + EMPTY_TYPE + section(3, b'\1\0') + section(10, vector([name(locals_ + code)]))


@pytest.mark.parametrize('opcode', [b'\x02\x40', b'\x03\x40', b'\x41\0\x04\x40'], ids=['block', 'loop', 'if'])
def test_deep_nesting(run_wasmelt, tmp_path, opcode):
    """A million nested constructs: validated, and translated, without recursion on the input's depth."""
    depth = 1000000
    file = tmp_path / 'deep.wasm'
    file.write_bytes(body_module(opcode * depth + b'\x0b' * depth + b'\x0b'))
    assert run_wasmelt('validate', file).returncode == 0
    done = run_wasmelt(file, '--emit=c', '-o', tmp_path / 'out')
    assert done.returncode == 0, done.stderr


def test_too_many_locals(run_wasmelt, tmp_path):
    file = tmp_path / 'locals.wasm'
    file.write_bytes(body_module(b'\x0b', b'\2' + leb(0xFFFFFFFF) + b'\x7f' + leb(5) + b'\x7f'))
    done = run_wasmelt('validate', file)
    assert done.returncode == 1 and 'too many locals' in done.stderr


def test_message_names_function_and_offset(run_wasmelt, assemble):
    data = assemble('(module (func $ok) (func $broken (export "x") (drop (i32.const 0))))').read_bytes()
    broken = data.replace(b'\x41\x00\x1a', b'\x01\x01\x1a')
    file = assemble('(module)', 'broken')
    file.write_bytes(broken)
    done = run_wasmelt('validate', file)
    assert done.returncode == 1
    assert 'type mismatch' in done.stderr and 'in function 1' in done.stderr and 'at byte 0x' in done.stderr


def refusal(wasmelt, file):
    """The one line that refuses the module, for which half a gigabyte must do."""
    limit = 512 << 20
    done = subprocess.run([wasmelt, file, '--emit=c', '-o', file.with_suffix('')], capture_output=True, text=True, timeout=60,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr[-500:]
    return done.stderr


# Types 0, 1 and 2: nothing; a thousand results; a thousand parameters.
WIDE_TYPES = section(1, b'\3' + b'\x60\0\0' + b'\x60\0' + leb(1000) + b'\x7f' * 1000 + b'\x60' + leb(1000) + b'\x7f' * 1000 + b'\0')
TWO_FUNCS = section(2, b'\1\1a\1b\0\1') + section(3, b'\1\0')
ONE_TAG = section(13, b'\1\0\2')


@pytest.mark.parametrize('code', [
    b'\x10\0' * 10000 + b'\0',                                          # call
    b'\x02\1\x1f\x40' + leb(10000) + b'\0\0\0' * 10000 + b'\x10\0\0\x0b\0\x0b\0',   # try_table: clauses
    b'\x06\x40\x10\0\0' + b'\x07\0\0' * 10000 + b'\x0b',              # try: catches
], ids=['calls', 'clauses', 'catches'])
def test_instructions_that_move_a_thousand_values(wasmelt, tmp_path, code):
    """The body is refused before its variables, ten million, take gigabytes."""
    file = tmp_path / 'wide.wasm'
    file.write_bytes(HEADER + WIDE_TYPES + TWO_FUNCS + ONE_TAG + section(7, b'\1\1f\0\1') +
                     section(10, vector([name(b'\0' + code + b'\x0b')])))
    assert subprocess.run([wasmelt, 'validate', file]).returncode == 0
    assert 'not supported: a function that moves so many values' in refusal(wasmelt, file)


def test_signatures_of_a_thousand_values(wasmelt, tmp_path):
    file = tmp_path / 'signatures.wasm'
    file.write_bytes(HEADER + WIDE_TYPES + section(2, leb(100000) + b'\1a\1b\0\2' * 100000))
    assert subprocess.run([wasmelt, 'validate', file]).returncode == 0
    assert 'not supported: functions that have so many parameters' in refusal(wasmelt, file)
