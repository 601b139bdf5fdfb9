"""Programs for machines other than this one: under qemu-user they print what they print here."""
import os
import subprocess

import pytest

from support import machines
from support.machines import MACHINES

# _start stores what the expressions are, which compute with what is in memory so that the C compiler knows nothing of it, and prints it.
FIRST = 1024  # where the first result is; each has 16 bytes
PROGRAM = r'''
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2 2 shared)
  (data (i32.const 64)
    "\01\00\a0\7f\23\81\ff\7f" ;; two floats that are signalling NaNs
    "\88\99\aa\bb\cc\dd\ee\ff\01\02\03\04\05\06\07\f8")
  (func (export "_start")
    %s
    (i32.store (i32.const 0) (i32.const %d))
    (i32.store (i32.const 4) (i32.const %d))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))))
'''


def at(address):
    return f'(i32.const {address})'


def atomics():
    """Each atomic instruction with operands that have all their bits set, so that wrapping and extending show."""
    for kind, widths in ('i32', ('', '8', '16')), ('i64', ('', '8', '16', '32')):
        load, all_bits = f'{kind}.load offset=72', f'({kind}.const -1)'
        for width in widths:
            suffix = '_u' if width else ''
            above = f'({kind}.const {5 << int(width) if width else 0})'
            yield kind, f'({kind}.atomic.load{width}{suffix} {at(72)})'
            for name in 'add', 'sub', 'and', 'or', 'xor', 'xchg':
                yield kind, f'({kind}.atomic.rmw{width}.{name}{suffix} {at(80)} ({load} {at(0)}))'
            # One that finds what it expects, as only so many bits of that count, and one that does not.
            yield kind, f'({kind}.atomic.rmw.xchg {at(72)} ({kind}.const 0x89abcdef))'
            yield kind, f'({kind}.atomic.rmw{width}.cmpxchg{suffix} {at(72)} ({kind}.or ({load} {at(0)}) {above}) ({load} {at(8)}))'
            yield kind, f'({kind}.load {at(72)})'
            yield kind, f'({kind}.atomic.rmw{width}.cmpxchg{suffix} {at(80)} {all_bits} {all_bits})'
            yield kind, f'({kind}.load {at(80)})'


def promotions():
    """A NaN is quiet when it has been promoted, whatever else is in it."""
    for address in 64, 68:
        yield 'i64', f'(i64.and (i64.reinterpret_f64 (f64.promote_f32 (f32.load {at(address)}))) (i64.const 0x7ff8000000000000))'
    yield 'v128', f'(v128.and (f64x2.promote_low_f32x4 (v128.load {at(64)})) (v128.const i64x2 0x7ff8000000000000 0x7ff8000000000000))'


def program(results):
    """Of (type, expression) each."""
    stores = [f'({kind}.store (i32.const {FIRST + 16 * k}) {value})' for k, (kind, value) in enumerate(results)]
    return PROGRAM % ('\n    '.join(stores), FIRST, 16 * len(stores))


PROGRAMS = {'atomics': program(atomics()), 'promotions': program(promotions())}


@pytest.fixture(scope='module')
def environment(tmp_path_factory):
    """One cache, in which each machine's runtime is kept."""
    return dict(os.environ, XDG_CACHE_HOME=str(tmp_path_factory.mktemp('cache')))


@pytest.fixture(params=MACHINES, ids=lambda machine: machine.name)
def machine(request):
    if machines.missing(request.param):
        pytest.skip('not installed: ' + machines.missing(request.param))
    return request.param


@pytest.mark.parametrize('program', PROGRAMS)
def test_numbers(machine, program, wasmelt, environment, assemble, tmp_path):
    module = assemble(PROGRAMS[program])
    for options in ['-o', 'here'], ['--cc', machines.compiler(machine), '-o', 'there']:
        done = subprocess.run([wasmelt, module, '-O1', *options], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, '')
    here = subprocess.run([tmp_path / 'here'], capture_output=True)
    there = subprocess.run([*machines.emulation(machine), tmp_path / 'there'], capture_output=True)
    assert here.returncode == 0 and len(here.stdout) >= 48
    assert (there.returncode, there.stderr, there.stdout.hex(' ', 16)) == (0, b'', here.stdout.hex(' ', 16))
