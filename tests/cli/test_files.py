"""Which files may be replaced, and through which links: a file under a name that the user did not give must not be replaced."""
import os
import pathlib
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.once

PROGRAM = '(module (func (export "_start")))'
DEFAULTS = {'exe': 'loop', 'obj': 'loop.o', 'lib': 'libloop.a', 'shared': 'loop.so'}
OTHERS = {
    'text': lambda path: path.write_text('mine\n'),
    'script': lambda path: path.write_text('#!/bin/sh\n# runs wasmelt exe: wasmelt exe 0\nwasmelt exe\n'),
    'program': lambda path: subprocess.run(['gcc', '-x', 'c', '-', '-o', path], input='int main(void) { return 0; }', text=True, check=True),
    'object': lambda path: subprocess.run(['gcc', '-c', '-x', 'c', '-', '-o', path], input='int mine;', text=True, check=True),
    'start of an archive': lambda path: path.write_bytes(b'!<arch>\n'),
    'start of an object': lambda path: path.write_bytes(b'\x7fELF\2\1\1' + bytes(100)),
    'link to nothing': lambda path: path.symlink_to('nowhere'),
    'link': lambda path: path.symlink_to('loop.wat'),
    'pipe': os.mkfifo,
}


def content(path):
    return os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else path.stat().st_ino


@pytest.mark.parametrize('kind', DEFAULTS)
@pytest.mark.parametrize('other', OTHERS)
def test_a_file_of_the_default_name_stays(run_wasmelt, assemble, tmp_path, kind, other):
    module, file = assemble(PROGRAM, 'loop'), tmp_path / DEFAULTS[kind]
    OTHERS[other](file)
    before, names = content(file), sorted(tmp_path.iterdir())
    done = run_wasmelt(module, f'--emit={kind}', '--cc=false', cwd=tmp_path)
    assert done.returncode == 1 and f'wasmelt: {file.name}: error: exists and was not made by wasmelt' in done.stderr
    assert '-o' in done.stderr
    assert content(file) == before and sorted(tmp_path.iterdir()) == names


@pytest.mark.not_quick
@pytest.mark.parametrize('kind', DEFAULTS)
@pytest.mark.parametrize('options', [['-O0'], ['-O0', '-g', '--split=2', '--cflags=-fno-ident']], ids=['one file', 'several'])
def test_what_wasmelt_made_is_made_again(run_wasmelt, assemble, tmp_path, cc, kind, options):
    module, file = assemble(PROGRAM, 'loop'), tmp_path / DEFAULTS[kind]
    for _ in range(2):
        done = run_wasmelt(module, f'--emit={kind}', '--cc', cc, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        subprocess.run(['strip', '-g', file], check=True)
    assert len(list(tmp_path.iterdir())) == (5 if kind in ('obj', 'lib') else 4) - 1


def test_a_host_with_a_module_in_it_is_the_users(run_wasmelt, assemble, tmp_path, build):
    """And so is an archive with an object of his, and a shared object made of ours."""
    module = assemble(PROGRAM, 'loop')
    (tmp_path / 'host.c').write_text('#include "loop.h"\nint main(void) { return loop_instantiate(0, 0) == 0; }\n')
    assert run_wasmelt(module, '--emit=obj', cwd=tmp_path).returncode == 0
    assert run_wasmelt(module, '--emit=lib', '--cflags=-fPIC', cwd=tmp_path).returncode == 0
    include = pathlib.Path(__file__).resolve().parents[2] / 'include'
    runtime = [build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread']
    subprocess.run(['gcc', f'-I{include}', 'host.c', 'loop.o', *runtime, '-o', 'loop'], cwd=tmp_path, check=True)
    subprocess.run(['gcc', '-shared', '-Wl,--whole-archive', 'libloop.a', '-Wl,--no-whole-archive', *runtime, '-o', 'loop.so'],
                   cwd=tmp_path, check=True)
    subprocess.run(['gcc', f'-I{include}', '-c', 'host.c'], cwd=tmp_path, check=True)
    subprocess.run(['ar', 'rs', 'libloop.a', 'host.o'], cwd=tmp_path, check=True, capture_output=True)
    for kind in ('exe', 'lib', 'shared'):
        before = (tmp_path / DEFAULTS[kind]).read_bytes()
        assert run_wasmelt(module, f'--emit={kind}', cwd=tmp_path).returncode == 1
        assert (tmp_path / DEFAULTS[kind]).read_bytes() == before


def test_a_named_output_is_replaced_but_for_the_input(run_wasmelt, assemble, tmp_path):
    module = assemble(PROGRAM, 'loop')
    for kind, name in DEFAULTS.items():
        (tmp_path / name).write_text('mine\n')
        assert run_wasmelt(module, f'--emit={kind}', '-O0', '-o', name, cwd=tmp_path).returncode == 0
    (tmp_path / 'loop.c').write_text('mine\n')
    (tmp_path / 'loop.h').unlink()
    assert run_wasmelt(module, '--emit=c', '-o', 'loop.c', cwd=tmp_path).returncode == 0
    assert '/* loop: made by wasmelt ' in (tmp_path / 'loop.c').read_text()
    source = tmp_path / 'input.c'
    shutil.copy(module, source)
    done = run_wasmelt(source, '--emit=c', '-o', source)
    assert done.returncode == 1 and 'is the input' in done.stderr and source.read_bytes() == module.read_bytes()


@pytest.mark.once
@pytest.mark.parametrize('name, message', [('-', 'does not go to standard output'), ('', 'the name is empty')])
def test_no_file_of_that_name(run_wasmelt, assemble, tmp_path, name, message):
    module = assemble(PROGRAM, 'loop')
    before = sorted(tmp_path.iterdir())
    for command in [module, '--emit=c'], [module], ['runtime']:
        done = run_wasmelt(*command, '-o', name, cwd=tmp_path)
        assert done.returncode == 2 and message in done.stderr
    assert sorted(tmp_path.iterdir()) == before
    assert run_wasmelt(module, '--emit=obj', '-O0', '-o', './-', cwd=tmp_path).returncode == 0 and (tmp_path / '-').exists()
    assert run_wasmelt('inspect', module, '-o', '-', cwd=tmp_path).stdout == run_wasmelt('inspect', module).stdout != ''


USES = '#include <wasmelt/wasmelt.h>\n/* wasmelt: what I do with loop_internal.h" */\n'


@pytest.mark.parametrize('name, options', [('loop.c', ['--emit=c']), ('loop.h', ['--emit=c']), ('loop.h', ['--emit=lib']),
                                           ('loop.h', ['--emit=obj', '-o', 'x.o']), ('loop_1.c', ['--emit=c', '--split=2']),
                                           ('loop_data.c', ['--emit=c', '--split=2', '-o', '.']), ('loop_internal.h', ['--split=2', '--keep=.']),
                                           ('loop.h', ['--emit=c', '-o', 'loop.c'])], ids=str)
def test_c_that_uses_wasmelt_is_the_users(run_wasmelt, assemble, tmp_path, name, options):
    module = assemble(PROGRAM, 'loop')
    (tmp_path / name).write_text(USES)
    names = sorted(tmp_path.iterdir())
    done = run_wasmelt(module, *options, cwd=tmp_path)
    assert done.returncode == 1 and f'{name}: error: exists and was not made by wasmelt' in done.stderr
    assert (tmp_path / name).read_text() == USES and sorted(tmp_path.iterdir()) == names


def test_kinds_of_the_same_name_replace_each_other(run_wasmelt, assemble, tmp_path):
    module = assemble(PROGRAM, 'loop')
    for kind, own in ('shared', False), ('ffi', True), ('shared', False):
        done = run_wasmelt(module, f'--emit={kind}', cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, '')
        assert (b'wasmelt_ffi_new' in (tmp_path / 'loop.so').read_bytes()) == own


def test_a_file_that_cannot_be_read_stays(wasmelt, assemble, tmp_path):
    module, file = assemble(PROGRAM, 'loop'), tmp_path / 'loop'
    file.write_text('mine\n')
    file.chmod(0)
    as_user = {'user': 65534, 'group': 65534, 'extra_groups': []} if os.geteuid() == 0 else {}
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(0o777)
    done = subprocess.run([wasmelt, module], cwd=tmp_path, capture_output=True, text=True, **as_user)
    assert done.returncode == 1 and 'was not made by wasmelt' in done.stderr
    file.chmod(0o600)
    assert file.read_text() == 'mine\n'


def test_a_runtime_is_not_replaced_unless_it_is_named(run_wasmelt, tmp_path):
    archive = tmp_path / 'libwasmelt_rt.a'
    archive.write_text('mine\n')
    done = run_wasmelt('runtime', '--cc=false', cwd=tmp_path)
    assert done.returncode == 1 and 'libwasmelt_rt.a: error: exists' in done.stderr and archive.read_text() == 'mine\n'


# ---- Links ----

@pytest.fixture
def shared_folder(tmp_path):
    """A folder like /tmp, and beside it a file of the user's."""
    if os.geteuid() != 0:
        pytest.skip('only the superuser can make files of somebody else')
    folder = tmp_path / 'shared'
    folder.mkdir()
    folder.chmod(0o1777)
    home = tmp_path / 'home'
    home.mkdir()
    (home / 'precious').write_text('mine\n')
    return folder


def link_of(user, path, target, directory=False):
    path.symlink_to(target, directory)
    os.lchown(path, user, user)


@pytest.mark.parametrize('owner', ['other', 'own'])
@pytest.mark.parametrize('options, link, target', [
    (['-o', 'shared/x'], 'x', 'precious'),
    (['-o', 'shared/x/precious'], 'x', ''),
    (['-o', 'shared/new/../x'], 'x', 'precious'),
    (['--emit=obj', '-o', 'shared/y.o'], 'loop.h', 'precious'),
    (['--emit=lib', '-o', 'shared/x/liby.a'], 'x', ''),
    (['--emit=c', '-o', 'shared/x.c'], 'x.c', 'precious'),
    (['--emit=c', '-o', 'shared'], 'loop.c', 'precious'),
    (['--emit=c', '-o', 'shared/x'], 'x', ''),
    (['--emit=c', '-o', 'shared/x/'], 'x', ''),
    (['--emit=c', '-o', 'shared/x/new'], 'x', ''),
    (['--keep', 'shared/x', '-o', 'app'], 'x', ''),
], ids=str)
def test_a_link_of_somebody_else_is_not_followed(shared_folder, run_wasmelt, assemble, tmp_path, options, link, target, owner):
    """Where everybody may make one."""
    module = assemble(PROGRAM, 'loop')
    (shared_folder / 'new').mkdir()
    home = tmp_path / 'home'
    link_of(65534 if owner == 'other' else 0, shared_folder / link, home / target)
    if owner == 'own' and target and link.startswith('loop'):
        (home / 'precious').write_text('')  # what we chose the name of
    done = run_wasmelt(module, *options, cwd=tmp_path)
    if owner == 'own':
        assert done.returncode == 0, done.stderr
        assert (shared_folder / link).is_symlink()
        assert (home / 'precious').read_bytes() != b'mine\n' or len(list(home.iterdir())) > 1
    else:
        assert done.returncode == 1 and 'of another user is in the way' in done.stderr, done.stderr
        assert [p.name for p in home.iterdir()] == ['precious'] and (home / 'precious').read_text() == 'mine\n'


def test_a_pipe_of_somebody_else_gets_nothing(shared_folder, run_wasmelt, assemble, tmp_path):
    os.mkfifo(shared_folder / 'x')
    os.chown(shared_folder / 'x', 65534, 65534)
    done = run_wasmelt(assemble(PROGRAM, 'loop'), '-o', 'shared/x', cwd=tmp_path)
    assert done.returncode == 1 and 'of another user is in the way' in done.stderr


def test_what_a_process_has_open_is_written_to(wasmelt, assemble, tmp_path):
    module = assemble(PROGRAM, 'loop')
    piped = subprocess.run([wasmelt, module, '-O0', '-o', '/dev/stdout'], capture_output=True, check=True).stdout
    with open(tmp_path / 'app', 'w+b') as file:
        file.write(b'before')
        file.flush()
        subprocess.run([wasmelt, module, '-O0', '-o', f'/proc/self/fd/{file.fileno()}'], pass_fds=[file.fileno()], check=True)
    assert piped.startswith(b'\x7fELF') and (tmp_path / 'app').read_bytes() == piped


def test_links_in_a_circle(run_wasmelt, assemble, tmp_path):
    (tmp_path / 'a').symlink_to('b')
    (tmp_path / 'b').symlink_to('a')
    done = run_wasmelt(assemble(PROGRAM, 'loop'), '-o', tmp_path / 'a')
    assert done.returncode == 1 and 'Too many levels of symbolic links' in done.stderr


def test_names_of_results_leave_out_what_says_that_it_is_a_component(run_wasmelt, assemble, tmp_path):
    module = assemble(PROGRAM, 'loop').rename(tmp_path / 'calc.component.wasm')
    assert run_wasmelt(module, '--emit=lib', cwd=tmp_path).returncode == 0
    assert {'libcalc.a', 'calc.h'} <= {path.name for path in tmp_path.iterdir()}
