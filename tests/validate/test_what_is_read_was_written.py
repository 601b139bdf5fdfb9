"""No decision depends on memory that was never written: MemorySanitizer finds none, and the C of a module depends neither on the
number of threads nor on what stands before or after a function. Builds with sanitizers forget each instruction before the next is
read, so that an immediate which an instruction does not have counts as not written."""
import subprocess

import pytest

from support import modules

pytestmark = pytest.mark.once  # nothing is compiled

EXIT_OF_SANITIZER = 77
EACH = 17  # of the suite's modules, translated one by one; all with -m slow


def quiet(*command):
    done = subprocess.run(command, capture_output=True, text=True, errors='replace', timeout=600)
    assert 'Sanitizer' not in done.stderr and done.returncode in (0, 1), f'{command}\n{done.stderr[-4000:]}'


def portions(files, count=500):
    return [files[k:k + count] for k in range(0, len(files), count)]


def check_translations(wasmelt, files, folder):
    for file in files:
        quiet(wasmelt, file, '--emit=c', '--name=m', '-j2', '-o', folder / 'c')


def test_validation(memory_sanitized, tmp_path):
    for files in portions([*modules.of_cases(tmp_path), *modules.of_suite()]):
        quiet(memory_sanitized, 'validate', *files)


def test_translation_and_inspection(memory_sanitized, tmp_path):
    files = [*modules.of_cases(tmp_path), *modules.of_suite()[::EACH]]
    check_translations(memory_sanitized, files, tmp_path)
    for file in files[::4]:
        quiet(memory_sanitized, 'inspect', '--json', file)


@pytest.mark.slow
def test_translation_of_all(memory_sanitized, tmp_path):
    check_translations(memory_sanitized, modules.of_suite(), tmp_path)


# ---- The same C, whatever stood in memory before ----

def translated(wasmelt, file, folder, jobs):
    done = subprocess.run([wasmelt, file, '--emit=c', '--name=m', f'-j{jobs}', '-o', folder], capture_output=True, timeout=600)
    return done.returncode, done.stderr, [(c.name, c.read_bytes()) for c in sorted(folder.glob('*'))]


def check_jobs(wasmelt, files, folder):
    for k, file in enumerate(files):
        one, many = (translated(wasmelt, file, folder / f'{k}-{jobs}', jobs) for jobs in (1, 4))
        assert one == many, file


def test_threads_change_nothing(wasmelt, tmp_path):
    check_jobs(wasmelt, [*modules.of_cases(tmp_path), *modules.of_suite()[::EACH]], tmp_path)


@pytest.mark.slow
def test_threads_change_nothing_of_all(wasmelt, tmp_path):
    check_jobs(wasmelt, modules.of_suite(), tmp_path)


TABLES = '''(table $a 4 funcref) (table $b 4 funcref) (type $t (func (result i32)))
  (func $f (result i32) (i32.const 7)) (func $g (result i32) (i32.const 8))
  (elem (table $b) (i32.const 0) func $f $g $f $g)'''
CALL = '(func (export "call") (param i32) (result i32) (call_indirect $b (type $t) (local.get 0)))'
# What writes the first table, or reads the second.
OTHERS = {
    'table.set': '(func (export "o") (param i32) (table.set $a (local.get 0) (ref.null func)))',
    'table.fill': '(func (export "o") (param i32) (table.fill $a (local.get 0) (ref.null func) (i32.const 1)))',
    'table.grow': '(func (export "o") (param i32) (drop (table.grow $a (ref.null func) (local.get 0))))',
    'table.copy': '(func (export "o") (param i32) (table.copy $a $b (local.get 0) (i32.const 0) (i32.const 1)))',
    'table.init': '(elem $none func) (elem $e func $f) (func (export "o") (table.init $a $e (i32.const 0) (i32.const 0) (i32.const 1)))',
    'table.get': '(func (export "o") (param i32) (drop (table.get $b (local.get 0))))',
}


@pytest.mark.parametrize('name', OTHERS)
def test_a_table_counts_as_written_where_something_writes_it(name, assemble, run_wasmelt, tmp_path):
    """The call through the second table is one through constants, before and behind a function about the first."""
    for k, body in enumerate((CALL + OTHERS[name], OTHERS[name] + CALL, '(func (drop (i32.const 1)))' + OTHERS[name] + CALL)):
        folder = tmp_path / str(k)
        done = run_wasmelt(assemble(f'(module {TABLES} {body})'), '--emit=c', '--name=m', '-o', folder)
        assert (done.returncode, done.stderr) == (0, '')
        assert 'fixed_entry(' in (folder / 'm.c').read_text()


@pytest.mark.parametrize('writer', [
    '(table.set $b (local.get 0) (ref.null func))',
    '(table.fill $b (local.get 0) (ref.null func) (i32.const 1))',
    '(drop (table.grow $b (ref.null func) (local.get 0)))',
    '(table.copy $b $a (local.get 0) (i32.const 0) (i32.const 1))',
    '(table.init $b $e (i32.const 0) (i32.const 0) (i32.const 1))',
])
def test_what_writes_a_table_makes_calls_look_at_it(writer, assemble, run_wasmelt, tmp_path):
    module = assemble(f'(module {TABLES} (elem $e func $f) {CALL} (func (export "o") (param i32) {writer}))')
    done = run_wasmelt(module, '--emit=c', '--name=m', '-o', tmp_path / 'c')
    assert (done.returncode, done.stderr) == (0, '')
    assert 'fixed_entry(' not in (tmp_path / 'c/m.c').read_text()
