"""Fuel: every build of a module counts the same, and runs out at the same points."""
import pathlib
import subprocess

import pytest

from support import binaryen
from support.hosts import SANITIZERS

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COSTS = {  # (function, argument): result, how it ends, cost
    ('next', 4): (5, 'no trap', 3),
    ('sum', 40): (0, 'no trap', 10 * 10 + 1),
    ('even_only', 6): (3, 'no trap', 6 * 4 + 3 * 4 + 6 * 5 + 1),
    ('fib', 10): (55, 'no trap', 89 * 5 + 88 * 13),
    ('switch', 0): (1, 'no trap', 3),
    ('switch', 7): (2, 'no trap', 3),
    ('indirect', 5): (12, 'no trap', 5 + 3 + 3),
    ('tails', 10): (5, 'no trap', 10 * 7 + 4),
    ('self', 10): (7, 'no trap', 10 * 7 + 4),
    ('dead', 0): (3, 'no trap', 2),
    ('calls', 3): (0, 'no trap', 3 * (8 + 3) + 1),
    ('works', 20): (20, 'no trap', 2 + 20),
    ('calls_back', 8): (0, 'no trap', 2 + 21),
    ('stores', 0): (0, 'no trap', 3 + 2 + 5),
    ('stores', 1): (2, 'no trap', 3 + 2 + 3 + 5),
    ('divides', 3): (3, 'no trap', 6),
    ('divides', 0): (0, 'integer divide by zero', 6),
    ('outside', 0): (0, 'out of bounds memory access', 17 * 8),
    ('catches', 0): (1, 'no trap', 3 + 2),
    ('catches', 5): (15, 'no trap', 3 + 2 + 2 + 2),
    ('cleans_up', 0): (2, 'no trap', 2 + 2 + 1),
    ('cleans_up', 9): (9, 'no trap', 2 + 2 + 2 + 4),
    ('fills', 100): (0, 'no trap', 5 + 6),
    ('copies', 100): (0, 'no trap', 4 + 6 + 4 + 2 + 1),
    ('inits', 33): (ord('0'), 'no trap', 6 + 2),
    ('inits', 41): (0, 'out of bounds memory access', 6 + 2),  # what is paid before the bounds are checked
    ('grows', 3): (1, 'no trap', 2 + 3),
    ('grows', 20): (0xffffffff, 'no trap', 2 + 20),
    ('table_grows', 9): (4, 'no trap', 3 + 9),
    ('tables', 2): (4, 'no trap', 4 + 2 + 4 + 2 + 4 + 2 + 1),
}
SETTINGS = {  # compiler, options of the translation, flags
    'gcc-O0': ('gcc', ['-j1'], ['-O0']),
    'gcc-O2': ('gcc', [], ['-O2']),
    'gcc-O3-link-time': ('gcc', ['--interrupt=signal'], ['-O3', '-flto=auto']),
    'clang-O0': ('clang', ['--interrupt=poll'], ['-O0']),
    'clang-O2': ('clang', ['--imports-never-throw'], ['-O2']),
    'split': ('gcc', ['--split=3', '-j3'], ['-O2']),
    'explicit': ('clang', ['--bounds=explicit', '--strict-loads'], ['-O2']),
    'debug': ('gcc', ['-g', '--split=2'], ['-O1']),
    'sanitized': ('gcc', [], ['-O1', *SANITIZERS['address']]),
}


@pytest.fixture(scope='module')
def outputs(run_wasmelt, runtime_archive, sanitized_archive, tmp_path_factory):
    """outputs(SETTING): what the host prints."""
    folder, known = tmp_path_factory.mktemp('fuel'), {}
    for name in ['guest', 'other']:
        subprocess.run(['wat2wasm', '--enable-all', '--no-check', HERE / f'{name}.wat', '-o', folder / f'{name}.wasm'], check=True)

    def make(setting):
        if setting in known:
            return known[setting]
        cc, options, flags = SETTINGS[setting]
        out = folder / setting
        out.mkdir()
        for name in ['guest', 'other']:
            done = run_wasmelt(folder / f'{name}.wasm', '--emit=c', '--imports=named', '--fuel', *options, '-o', out)
            assert done.returncode == 0, done.stderr
        runtime = sanitized_archive(cc, 'address') if setting == 'sanitized' else runtime_archive
        subprocess.run([cc, '-std=c11', '-D_GNU_SOURCE', *flags, '-Wall', '-Wextra', '-Werror', f'-I{out}', f'-I{ROOT / "include"}',
                        *out.glob('*.c'), HERE / 'host.c', runtime, '-pthread', '-lm',
                        '-o', out / 'host'], check=True)
        arguments = [str(part) for case in COSTS for part in case]
        done = subprocess.run([out / 'host', *arguments], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        known[setting] = done.stdout.splitlines()
        return known[setting]
    return make


@pytest.mark.once
@pytest.mark.parametrize('setting', SETTINGS)
def test_costs(outputs, setting):
    told = outputs(setting)[:-1]
    assert told == [f'{name} {argument}: {result}, {end}, {cost}' for (name, argument), (result, end, cost) in COSTS.items()]


@pytest.mark.once
@pytest.mark.parametrize('setting', list(SETTINGS)[1:])
def test_it_runs_out_at_the_same_points(outputs, setting):
    """The last line is a hash of memory and fuel after each run with too little."""
    assert outputs(setting)[-1] == outputs('gcc-O0')[-1]


LOOP = r'''(module
  (memory 1)
  (func (export "f") (param i32 i32) (result i32)
    (loop $again
      (local.set 1 (i32.xor (local.get 1) (i32.load (local.get 0))))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 4)))))
    (local.get 1)))'''


def test_nobody_else_pays(assemble, run_wasmelt, tmp_path):
    wasm = assemble(LOOP)
    for options in [[], ['--fuel']]:
        done = run_wasmelt(wasm, '--emit=c', '--name=app', *options, '-o', tmp_path)
        assert done.returncode == 0, done.stderr
        assert ('fuel' in (tmp_path / 'app.c').read_text()) == bool(options)


def test_a_loop_counts_in_a_register(assemble, run_wasmelt, tmp_path, cc):
    """One subtraction and one branch for an iteration, and a store for whoever reads it after a fault."""
    assert run_wasmelt(assemble(LOOP), '--emit=c', '--name=app', '--fuel', '-o', tmp_path).returncode == 0
    subprocess.run([cc, '-O2', f'-I{ROOT / "include"}', '-c', tmp_path / 'app.c', '-o', tmp_path / 'app.o'], check=True)
    listing = subprocess.run(['objdump', '-d', '--no-show-raw-insn', tmp_path / 'app.o'], capture_output=True, text=True,
                             check=True).stdout
    code = [line.split(':', 1)[1].strip() for line in listing[listing.index('_f>:'):].split('\n\n')[0].splitlines()[1:]]
    stores = [k for k, line in enumerate(code) if line.startswith('mov') and ',%fs:' in line]
    ends = next(k for k, line in enumerate(code) if line.startswith('jne'))
    assert len(stores) == 2 and sum('%fs:' in line for line in code[:ends]) == 2  # the load before the loop, the store in it


# ---- Structs and arrays ----

HEAP = r'''(module
  (func (export "_start"))
  (type $array (array (mut i32)))
  (type $struct (struct (field i32) (field i64) (field (mut i32))))
  (func (export "new") (param i32) (result i32) (array.len (array.new $array (i32.const 1) (local.get 0))))
  (func (export "default") (param i32) (result i32) (array.len (array.new_default $array (local.get 0))))
  (func (export "fill") (param i32) (result i32) (local $a (ref null $array))
    (local.set $a (array.new_fixed $array 2 (i32.const 1) (i32.const 2)))
    (array.fill $array (local.get $a) (i32.const 0) (i32.const 5) (local.get 0))
    (array.copy $array $array (local.get $a) (i32.const 0) (local.get $a) (i32.const 0) (local.get 0))
    (array.get $array (local.get $a) (i32.const 0)))
  (func (export "struct") (param i32) (result i32) (struct.get $struct 2 (struct.new_default $struct)))
  (func (export "cast") (param i32) (result i32)
    (block $no (result anyref)
      (drop (br_on_cast_fail $no anyref (ref i31) (ref.i31 (local.get 0))))
      (return (i32.const 1)))
    (drop)
    (i32.const 2)))'''


@pytest.mark.parametrize('level', ['-O0', '-O2'])
def test_heap(run_wasmelt, tmp_path, cc, level):
    (tmp_path / 'heap.wat').write_text(HEAP)
    wasm = binaryen.assemble(tmp_path / 'heap.wat', tmp_path / 'heap.wasm')
    done = run_wasmelt(wasm, '--fuel', '--cc', cc, level, '-o', tmp_path / 'app')
    assert done.returncode == 0, done.stderr
    for name, argument, result, cost in [('new', 100, 100, 4 + 100), ('default', 100, 100, 3 + 100), ('fill', 2, 5, 4 + 5 + 2 + 6 + 2 + 3),
                                         ('struct', 0, 0, 1 + 3 + 1), ('cast', 0, 1, 5)]:
        for units in [cost, cost - 1]:
            ran = subprocess.run([tmp_path / 'app', f'--fuel={units}', '--invoke', name, str(argument)], capture_output=True, text=True)
            assert (ran.returncode, ran.stdout) == ((0, f'{result}\n') if units == cost else (124, '')), (name, units, ran.stderr)


# ---- Executables ----

PROGRAM = '''(module
  (memory (export "memory") 1)
  (func (export "_start") (local i32)
    (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 100))))))'''
COST = 100 * 7
MESSAGE = 'wasmelt: the program has used as much fuel as --fuel allows\n'


@pytest.mark.once
@pytest.mark.parametrize('units, status', [(COST, 0), (COST - 1, 124), (1, 124), (2**64 - 1, 0)])
def test_executable(assemble, run_wasmelt, tmp_path, units, status):
    wasm = assemble(PROGRAM)
    assert run_wasmelt(wasm, '--fuel', '-O1', '-o', tmp_path / 'app').returncode == 0
    for done in [subprocess.run([tmp_path / 'app', f'--fuel={units}'], capture_output=True, text=True), run_wasmelt('run', '--fuel', str(units), wasm)]:
        assert (done.returncode, done.stderr) == (status, MESSAGE if status else '')
    assert subprocess.run([tmp_path / 'app']).returncode == 0  # without a limit


@pytest.mark.once
@pytest.mark.parametrize('value', ['-1', '', '1K', '1e9', '18446744073709551616'])
def test_no_number(assemble, run_wasmelt, tmp_path, value):
    assert run_wasmelt(assemble(PROGRAM), '--fuel', '-O1', '-o', tmp_path / 'app').returncode == 0
    done = subprocess.run([tmp_path / 'app', f'--fuel={value}'], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, f'wasmelt: {value}: not a number, as 1000\n')


@pytest.mark.once
def test_executable_that_does_not_count(assemble, run_wasmelt, tmp_path):
    assert run_wasmelt(assemble(PROGRAM), '-O1', '-o', tmp_path / 'app').returncode == 0
    done = subprocess.run([tmp_path / 'app', '--fuel=5'], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, 'wasmelt: --fuel: the program counts none: it was translated without --fuel\n')


THREADS = r'''(module
  (memory (export "memory") (import "env" "memory") 1 1 shared)
  (func $spawn (import "wasi" "thread-spawn") (param i32) (result i32))
  (func (export "wasi_thread_start") (param i32 i32) (loop (br 0)))
  (func (export "_start")
    (drop (call $spawn (i32.const 0)))
    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))'''


@pytest.mark.once
def test_threads_have_a_half(assemble, run_wasmelt):
    """A thread does not begin without a limit: one that only spins ends."""
    done = run_wasmelt('run', '--fuel=100000', assemble(THREADS), timeout=60)
    assert (done.returncode, done.stderr) == (124, MESSAGE)
