"""Attacks on the files of the host by programs of WASI 0.2 and 0.3: paths, links, races, what is for reading only. The program is one of
preview 1 in its adapter, which calls the functions of 0.2; what it asks for are preview 1's own functions, so that no library looks at the
paths. For 0.3 it has those functions made of 0.3's, and only its arguments and output are the adapter's."""
import os
import pathlib
import re
import subprocess
import threading
import time

import pytest

from support import components

SOURCE = pathlib.Path(__file__).with_name('attacks.c')


def component_0_2(folder):
    module, made = folder / 'attacks.module', folder / 'attacks.wasm'
    subprocess.run(['clang', '--target=wasm32-wasi', '-O2', SOURCE, '-o', module], check=True)
    components.run_well([['module', module, made, components.adapter()]])


@pytest.fixture(scope='module', params=['0.2', '0.3'])
def program(wasmelt, tmp_path_factory, request):
    folder = tmp_path_factory.mktemp('attacks')
    if request.param == '0.2':
        component_0_2(folder)
    else:
        components.program_0_3(SOURCE, ['wasi:filesystem/types', 'wasi:filesystem/preopens'], folder, '-DWASI_0_3')
    subprocess.run([wasmelt, 'attacks.wasm', '--keep-adapter', '-O1', '-o', 'attacks'], cwd=folder, check=True)
    return folder / 'attacks'


def fill(folder):
    """A directory of the program with links of all kinds that lead out of it."""
    (folder / 'in' / 'deep').mkdir(parents=True)
    (folder / 'hard').mkdir()
    (folder / 'file').write_text('inside')
    root = folder.parent
    for name, goal in {'to-secret': '../secret', 'to-outside': '../outside', 'to-up': '..', 'absolute': root / 'secret', 'absolute-folder': root / 'outside',
                       'loop': 'loop', 'chain': 'in/deep/up', 'in/deep/up': '../../../outside', 'to-proc': '/proc/self'}.items():
        (folder / name).symlink_to(goal)


@pytest.fixture
def tree(tmp_path):
    (tmp_path / 'outside' / 'dir').mkdir(parents=True)
    for file in 'secret', 'outside/secret', 'outside/victim', 'outside/dir/secret':
        (tmp_path / file).write_text('SECRET')
    for name in 'box', 'ro':
        (tmp_path / name).mkdir()
        fill(tmp_path / name)
    return tmp_path


def seen(folder, *but):
    """All that can be seen of what is beneath the folder: names, contents, times, links."""
    found = {}
    for path in sorted(folder.rglob('*')):
        if any(path == b or b in path.parents for b in but):
            continue
        st = path.lstat()
        contents = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        found[str(path)] = (st.st_mode, st.st_nlink, st.st_mtime_ns, st.st_size if path.is_file() else 0, contents)
    return found


def run(program, tree, *args):
    done = subprocess.run([program, '--dir', f'{tree / "box"}::box', '--dir', f'{tree / "ro"}::ro:ro', *args], capture_output=True, text=True, timeout=300,
                          errors='replace')
    assert done.returncode == 0, done
    operations, succeeded = map(int, re.search(r'operations: (\d+), succeeded: (\d+)', done.stdout).groups())
    assert 'SECRET' not in done.stdout and 'root:' not in done.stdout
    return operations, succeeded


@pytest.mark.once
def test_no_path_leads_out(program, tree):
    before = seen(tree, tree / 'box')
    operations, succeeded = run(program, tree, 'paths')
    assert seen(tree, tree / 'box') == before
    assert operations > 5000 and succeeded > 100  # what stays inside works: the program does try


@pytest.mark.once
def test_what_is_for_reading_is_not_changed(program, tree):
    before = seen(tree)
    operations, succeeded = run(program, tree, 'readonly')
    assert seen(tree) == before
    assert operations > 5000 and succeeded > 0


@pytest.mark.once
def test_a_directory_that_becomes_a_link(program, tree):
    swapped, aside = tree / 'box' / 'swapped', tree / 'box' / 'aside'
    swapped.mkdir()
    (swapped / 'secret').write_text('inside')
    (tree / 'box' / 'link').symlink_to('../outside')
    before, stop, swaps = seen(tree, tree / 'box'), threading.Event(), [0]

    def swap():
        """A directory, and for a moment a link to what is outside in its place."""
        while not stop.is_set():
            os.rename(swapped, aside)
            os.rename(tree / 'box' / 'link', swapped)
            os.rename(swapped, tree / 'box' / 'link')
            os.rename(aside, swapped)
            swaps[0] += 1
            time.sleep(0)
    thread = threading.Thread(target=swap)
    thread.start()
    try:
        operations, succeeded = run(program, tree, 'race', '3')
    finally:
        stop.set()
        thread.join()
    assert seen(tree, tree / 'box') == before
    assert operations > 100 and succeeded > 0 and swaps[0] > 10
