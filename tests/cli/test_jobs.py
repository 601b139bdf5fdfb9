"""--jobs and --split: the C does not depend on the number of threads, and an edit changes as few files as possible."""
import os
import subprocess

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

FUNCTION = '''(func $f{0} (param i32) (result i32) (local i32 i64)
  (block (loop (br_if 1 (i32.eqz (local.get 0)))
    (local.set 1 (i32.add (local.get 1) (i32.load offset={0} (local.get 0))))
    (i32.store8 offset={0} (local.get 1) (i32.shl (local.get 0) (i32.const {0})))
    (local.set 0 (i32.sub (local.get 0) (call $f{1} (local.get 1)))) (br 0)))
  (i32.xor (local.get 1) (i32.const {0})))'''
COUNT = 3000  # some dozens of the runs of functions that threads work on


@pytest.fixture
def module(assemble):
    functions = '\n'.join(FUNCTION.format(k, (k + 1) % COUNT) for k in range(COUNT))
    return assemble(f'(module (memory 1) (export "f" (func $f0)) {functions})')


def translated(run_wasmelt, folder, *arguments):
    done = run_wasmelt(*arguments, '--emit=c', '--name=m', '-o', folder)
    assert (done.returncode, done.stderr) == (0, '')
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize('options', [[], ['--split=5']], ids=['one file', 'five files'])
def test_any_number_of_threads_writes_the_same_files(module, run_wasmelt, tmp_path, options):
    alone = translated(run_wasmelt, tmp_path / '1', module, '-j1', *options)
    assert sum(len(text) for text in alone.values()) > 500_000
    for jobs in '2', '3', '16', '400':
        assert translated(run_wasmelt, tmp_path / jobs, module, f'-j{jobs}', *options) == alone


def program(edits=()):
    functions = [FUNCTION.format(k, (k + 1) % COUNT) for k in range(COUNT)]
    for k in edits:
        functions[k] = functions[k].replace('(i32.xor (local.get 1)', '(i32.xor (i32.mul (local.get 1) (i32.const 77777))')
    return f'(module (memory 1) (export "f" (func $f0)) {" ".join(functions)})'


# Besides those with a number, what --split=N makes of a module called m.
OTHERS = ['m.h', 'm_data.c', 'm_huge.c', 'm_internal.h', 'm_large.c']


def changed(before, after):
    assert before.keys() == after.keys()
    return [name for name in before if before[name] != after[name]]


def test_an_edit_of_a_function_changes_one_of_the_files(assemble, run_wasmelt, tmp_path):
    """Whatever its size was and is: functions stay in their files, and files do not say what is in others."""
    before = translated(run_wasmelt, tmp_path / 'before', assemble(program()), '--split=8')
    assert len(before) == 8 + len(OTHERS)
    for k in range(0, COUNT, 313):
        after = translated(run_wasmelt, tmp_path / str(k), assemble(program([k])), '--split=8')
        assert len(changed(before, after)) == 1, k


def test_a_new_function_changes_its_file_and_its_callers(run_wasmelt, tmp_path):
    """In the middle, so that all behind it have other indices: names are what files refer to."""
    def translate(name, added):
        functions = [FUNCTION.format(k, (k + 1) % COUNT) for k in range(COUNT)]
        if added:
            functions.insert(COUNT // 2, '(func $new (param i32) (result i32) (i32.mul (local.get 0) (i32.const 9)))')
            functions[77] = functions[77].replace('(i32.xor (local.get 1)', '(i32.xor (call $new (local.get 1))')
        (tmp_path / 'm.wat').write_text(f'(module (memory 1) (export "f" (func $f0)) {" ".join(functions)})')
        subprocess.run(['wat2wasm', '--debug-names', 'm.wat', '-o', 'm.wasm'], cwd=tmp_path, check=True)
        return translated(run_wasmelt, tmp_path / name, tmp_path / 'm.wasm', '--split=8')
    assert sorted(changed(translate('before', False), translate('after', True))) in (['m_0.c', 'm_3.c'], ['m_0.c', 'm_4.c'])


def test_files_have_about_the_same_size(module, run_wasmelt, tmp_path):
    files = translated(run_wasmelt, tmp_path / 'c', module, '--split=8')
    sizes = [len(files[f'm_{k}.c']) for k in range(8)]
    assert max(sizes) < 1.3 * min(sizes)


def test_there_are_as_many_files_as_asked_for(assemble, run_wasmelt, tmp_path):
    """A build knows their names before the module is there."""
    large = '(func $large (result i32) ' + '(drop (i32.load8_u (i32.const 1)))' * 3000 + '(i32.const 1))'
    for code in '', '(func (export "f"))', f'(func (export "f")) {large} (func (export "g") (drop (call $large)))':
        files = translated(run_wasmelt, tmp_path / str(len(code)), assemble(f'(module (memory 1) {code})'), '--split=5')
        assert sorted(files) == sorted([*OTHERS, *(f'm_{k}.c' for k in range(5))])


def test_a_file_that_stays_as_it_is_keeps_its_time(assemble, run_wasmelt, tmp_path):
    folder = tmp_path / 'c'
    before = translated(run_wasmelt, folder, assemble(program()), '--split=8')
    for file in folder.iterdir():
        os.utime(file, (1_000_000_000, 1_000_000_000))
    after = translated(run_wasmelt, folder, assemble(program([COUNT // 2])), '--split=8')
    newer = [file.name for file in folder.iterdir() if file.stat().st_mtime != 1_000_000_000]
    assert newer == changed(before, after) and len(newer) == 1


def test_no_file_of_an_earlier_number_stays(assemble, run_wasmelt, tmp_path):
    folder, module = tmp_path / 'c', assemble('(module (func (export "f")))')
    folder.mkdir()
    (folder / 'm_9.c').write_text('int mine;\n')
    assert run_wasmelt(module, '--emit=c', '--name=m_8', '-o', folder).returncode == 0
    others = {'m_9.c', 'm_8.c', 'm_8.h'}  # the user's, and another module's
    split = {*OTHERS, 'm_0.c', 'm_1.c'}
    for number, names in (7, None), (2, split), (1, {'m.h', 'm.c'}), (2, split):
        assert run_wasmelt(module, '--emit=c', '--name=m', f'--split={number}', '-o', folder).returncode == 0
        assert not names or {file.name for file in folder.iterdir()} == others | names


def test_a_file_of_the_user_is_in_the_way_of_many(assemble, run_wasmelt, tmp_path):
    (tmp_path / 'm_9.c').write_text('int mine;\n')
    module = assemble('(module (func (export "f")))')
    before = sorted(tmp_path.iterdir())
    done = run_wasmelt(module, '--emit=c', '--name=m', '--split=10', '-o', tmp_path)
    assert done.returncode == 1 and 'm_9.c: error: exists and was not made by wasmelt' in done.stderr
    assert sorted(tmp_path.iterdir()) == before
