"""Compiling for Windows by mingw-w64: a library in a host, executables, and the command itself, which run under wine."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import types

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CC = 'x86_64-w64-mingw32-gcc'
WINE = shutil.which('wine64') or shutil.which('wine64', path='/usr/lib/wine')
needs_compiler = pytest.mark.skipif(not shutil.which(CC), reason=f'not installed: {CC}')
needs_wine = pytest.mark.skipif(not WINE, reason='not installed: wine64')
pytestmark = [needs_compiler, pytest.mark.once]

MODULE = '''(module
  (func (export "_start"))
  (memory (export "memory") 1 3)
  (tag $e (param i32))
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $throw (param i32) (throw $e (local.get 0)))
  (func (export "caught") (param i32) (result i32)
    (try (result i32) (do (call $throw (local.get 0)) (i32.const 0)) (catch $e)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "div") (param i32) (result i32) (i32.div_s (i32.const 7) (local.get 0))))'''
# Twice what breaks: the stack must be whole after its end was met, and a host's own thread be like the first.
HOST = '''
#include <pthread.h>
#include <stdio.h>
#include <wasmelt/wasmelt.h>
#include "m.h"
typedef struct job { m *instance; char what; unsigned argument, result; } job;
static void go(void *argument) {
    job *j = argument;
    switch (j->what) {
    case 'd': j->result = WASMELT_EXPORT(m, deep)(j->instance, j->argument); break;
    case 'c': j->result = WASMELT_EXPORT(m, caught)(j->instance, j->argument); break;
    case 'l': j->result = WASMELT_EXPORT(m, load)(j->instance, j->argument); break;
    case 'g': j->result = WASMELT_EXPORT(m, grow)(j->instance, j->argument); break;
    case '/': j->result = WASMELT_EXPORT(m, div)(j->instance, j->argument); break;
    }
}
static void *all(void *instance) {
    static const job jobs[] = {{.what = 'l'}, {.what = 'l', .argument = 65536}, {.what = 'l', .argument = 0xfffffffc},
        {.what = 'g', .argument = 1}, {.what = 'l', .argument = 65536}, {.what = 'g', .argument = 5}, {.what = '/'},
        {.what = 'd'}, {.what = 'c', .argument = 42}, {.what = 'd'}, {.what = '/', .argument = 7}};
    for (unsigned k = 0; k < sizeof jobs / sizeof *jobs; k++) {
        job j = jobs[k];
        j.instance = instance;
        wasmelt_trap_code code = wasmelt_run(go, &j, NULL);
        printf("%c: %s %d\\n", j.what, wasmelt_trap_message(code), code ? 0 : (int)j.result);
    }
    return NULL;
}
int main(void) {
    m *instance;
    wasmelt_error e;
    if (m_instantiate(&instance, &e) != WASMELT_OK)
        return 1;
    all(instance);
    pthread_t thread;
    pthread_create(&thread, NULL, all, instance);
    pthread_join(thread, NULL);
    m_instance_free(instance);
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    printf("%d\\n", (int)usage.memories);
    return 0;
}
'''
EXPECTED = '''l: no trap 0
l: out of bounds memory access 0
l: out of bounds memory access 0
g: no trap {before}
l: {second}
g: no trap -1
/: integer divide by zero 0
d: call stack exhausted 0
c: no trap 42
d: call stack exhausted 0
/: no trap 1
'''


@pytest.fixture
def module(tmp_path):
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-exceptions', 'm.wat'], cwd=tmp_path, check=True)
    return tmp_path


GUESTS = pathlib.Path(__file__).parent / 'windows'


@pytest.fixture(scope='session')
def runtime(wasmelt, tmp_path_factory):
    """The runtime for Windows, made once."""
    home = tmp_path_factory.mktemp('windows')
    (home / 'lib').mkdir()
    (home / 'include').symlink_to(ROOT / 'include')
    subprocess.run([wasmelt, 'runtime', f'--cc={CC}', '-o', home / 'lib' / 'libwasmelt_rt.a'], check=True)
    return types.SimpleNamespace(archive=home / 'lib' / 'libwasmelt_rt.a', environment={**os.environ, 'WASMELT_HOME': str(home)})


@pytest.fixture(scope='session')
def wine(tmp_path_factory):
    """wine(COMMAND, ...): what it printed and returned."""
    environment = {**os.environ, 'WINEDEBUG': '-all', 'WINEPREFIX': str(tmp_path_factory.mktemp('wine') / 'prefix')}

    def run(*command, text=True, **options):
        # Into files: what wine starts beside the program keeps a pipe open for seconds.
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            done = subprocess.run([WINE, *command], **{'env': environment, 'timeout': 300, 'text': text, **options, 'stdout': out, 'stderr': err})
            for name, file in ('stdout', out), ('stderr', err):
                file.seek(0)
                said = file.read()
                setattr(done, name, said.decode().replace('\r\n', '\n') if text else said)
        return done
    run.environment = environment
    run('cmd.exe', '/c', 'exit')  # the first program makes the prefix, with messages
    return run


@needs_wine
@pytest.mark.parametrize('options', [[], ['--bounds=explicit']])
def test_a_library_traps_throws_and_grows(module, options, run_wasmelt, wine, runtime):
    done = run_wasmelt('m.wasm', '--emit=lib', f'--cc={CC}', *options, cwd=module)
    assert (done.returncode, done.stderr) == (0, '')
    (module / 'host.c').write_text(HOST)
    subprocess.run([CC, '-O1', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', 'host.c', 'libm.a', runtime.archive, '-static', '-lpthread',
                    '-o', 'host.exe'], cwd=module, check=True)
    run = wine('host.exe', cwd=module)
    first = EXPECTED.format(before=1, second='no trap 0')
    again = EXPECTED.format(before=2, second='no trap 0').replace('l: out of bounds memory access 0', 'l: no trap 0', 1)
    assert run.returncode == 0
    assert run.stdout == first + again + '0\n'


# ---- Executables ----

def compile_guest(name, folder):
    """A module of the C program, in the folder."""
    subprocess.run(['clang', '--target=wasm32-wasi', '-O1', '-Wall', '-Werror', GUESTS / f'{name}.c', '-o', f'{name}.wasm'], check=True, cwd=folder)
    return f'{name}.wasm'


def run_program(command, folder, environment):
    """What a program prints with arguments, variables, input, a directory, and one that is for reading only; what is left of these."""
    folder.mkdir()
    (folder / 'box').mkdir()
    (folder / 'ro').mkdir()
    (folder / 'ro' / 'given').write_text('given\n')
    options = ['--dir', 'box::.', '--dir=ro::ro:ro', '--env', 'NAME=v\u00e4lue', '--env', 'FROM_HOST', '--', 'plain', 'with "quotes" and \u20ac']
    run = subprocess.run([*command, *options], cwd=folder, env={**environment, 'FROM_HOST': '\u00e9'}, input='line\n', capture_output=True,
                         text=True, timeout=300)
    return run.returncode, run.stdout, run.stderr, sorted(str(path.relative_to(folder)) for path in folder.rglob('*'))


@needs_wine
def test_a_program_does_the_same_as_here(run_wasmelt, wine, runtime, tmp_path):
    module = compile_guest('program', tmp_path)
    for name, *flags in ('program.exe', f'--cc={CC}'), ('program',):
        done = run_wasmelt(module, '-O1', '-o', name, *flags, cwd=tmp_path, env=runtime.environment if flags else None)
        assert (done.returncode, done.stderr) == (0, '')
    here = run_program([tmp_path / 'program'], tmp_path / 'here', os.environ)
    assert here[0] == 7 and here[1].count('\n') > 30
    assert run_program([WINE, tmp_path / 'program.exe'], tmp_path / 'there', wine.environment) == here
    trapped = wine(tmp_path / 'program.exe', '--dir', 'box::.', '--', '1', '2', '3', cwd=tmp_path / 'there')
    assert (trapped.returncode, trapped.stderr) == (134, 'to the other stream\nwasmelt: trap: unreachable\n')
    late = wine(tmp_path / 'program.exe', '--timeout', '0.001', cwd=tmp_path / 'there')
    assert (late.returncode, late.stderr) == (124, 'wasmelt: the program has run as long as --timeout allows\n')


@needs_wine
def test_names_that_windows_takes_for_something_else_are_refused(run_wasmelt, wine, runtime, tmp_path):
    module = compile_guest('attacks', tmp_path)
    done = run_wasmelt(module, '-O1', '-o', 'attacks.exe', f'--cc={CC}', cwd=tmp_path, env=runtime.environment)
    assert (done.returncode, done.stderr) == (0, '')
    (tmp_path / 'secret').write_text('secret')
    box = tmp_path / 'box'
    (box / 'in').mkdir(parents=True)
    (box / 'file').write_text('file')
    (box / 'in' / 'file').write_text('inner')
    (box / 'a long name.txt').write_text('long')
    before = sorted(tmp_path.rglob('*'))
    run = wine('attacks.exe', '--dir', 'box', cwd=tmp_path)
    assert (run.returncode, run.stdout) == (0, '0 wrong\n')
    assert sorted(tmp_path.rglob('*')) == before
    assert [(box / name).read_text() for name in ('file', 'in/file')] == ['file', 'inner'] and (tmp_path / 'secret').read_text() == 'secret'


@pytest.mark.parametrize('emit', ['shared', 'ffi'])
def test_shared_objects_are_refused(module, emit, run_wasmelt):
    done = run_wasmelt('m.wasm', f'--emit={emit}', f'--cc={CC}', cwd=module)
    assert done.returncode == 1
    assert done.stderr == 'wasmelt: error: not supported: shared objects for Windows; --emit=lib and --emit=obj are\n'


# ---- The command itself ----

@pytest.fixture(scope='session')
def command(tmp_path_factory):
    """wasmelt.exe."""
    folder = tmp_path_factory.mktemp('windows-build')
    subprocess.run(['cmake', '-S', ROOT, '-B', folder, '-G', 'Ninja', '--toolchain', ROOT / 'cmake/windows.cmake', '-DWASMELT_WERROR=ON',
                    '-DCMAKE_BUILD_TYPE=Debug', '-DWASMELT_RUNTIME_WITH_COMMAND=OFF'], check=True, capture_output=True)
    subprocess.run(['cmake', '--build', folder, '--target', 'wasmelt'], check=True, capture_output=True)
    return folder / 'bin' / 'wasmelt.exe'


def test_the_command_is_built(command):
    assert command.read_bytes()[:2] == b'MZ'


NAME = 'with blank & %PATH% \u00fc'  # blanks, what command.com and batch files would replace, and more than ASCII


@needs_wine
@pytest.mark.parametrize('options', [['--split=3', '--main'], ['-g']])
def test_the_command_writes_the_same_c_as_here(options, command, run_wasmelt, wine, tmp_path):
    (tmp_path / compile_guest('program', tmp_path)).rename(tmp_path / f'{NAME}.wasm')
    here = run_wasmelt(f'{NAME}.wasm', '--emit=c', '-o', 'here', *options, cwd=tmp_path)
    there = wine(command, f'{NAME}.wasm', '--emit=c', '-o', 'there', *options, cwd=tmp_path)
    assert (there.returncode, there.stdout, there.stderr) == (0, here.stdout, here.stderr)
    # With -g the C names the module's file for debuggers.
    path, of_windows = f'"{tmp_path}/with', '"Z:' + str(tmp_path / 'with').replace('/', '\\\\')
    files = {file.name: file.read_text().replace(path, of_windows) for file in (tmp_path / 'here').iterdir()}
    assert any(of_windows in text for text in files.values()) == ('-g' in options)
    assert {file.name: file.read_bytes().decode() for file in (tmp_path / 'there').iterdir()} == files


@needs_wine
def test_the_command_says_the_same_as_here(command, run_wasmelt, wine, tmp_path):
    compile_guest('program', tmp_path)
    (tmp_path / 'bad.wasm').write_bytes(b'\0asm\1\0\0\0\1\2\1\x60')
    for arguments in [['--help'], ['inspect', '--json', 'program.wasm'], ['validate', '--list', 'bad.wasm', 'program.wasm'],
                      ['bad.wasm', '--emit=c'], ['not there.wasm', '--emit=c'], ['program.wasm', '--emit=c', '-o', 'program.wasm/x']]:
        here, there = run_wasmelt(*arguments, cwd=tmp_path), wine(command, *arguments, cwd=tmp_path)
        assert (there.returncode, there.stdout, there.stderr) == (here.returncode, here.stdout, here.stderr), arguments
    done = wine(command, 'validate', '--verbose', '-', input=(tmp_path / 'program.wasm').read_bytes(), text=False)
    assert (done.returncode, done.stdout) == (0, b'-: valid\n')


@needs_wine
def test_the_command_keeps_what_is_not_its_own(command, wine, tmp_path):
    compile_guest('program', tmp_path)
    (tmp_path / 'program.h').write_text('of somebody else')
    done = wine(command, 'program.wasm', '--emit=c', cwd=tmp_path)
    assert done.returncode == 1 and 'exists and was not made by wasmelt' in done.stderr
    for name in 'NUL.c', 'com1.c', 'a:b.c', 'end.c.', 'a?.c':  # a device, a stream, another name
        done = wine(command, 'program.wasm', '-o', name, cwd=tmp_path)
        assert done.returncode != 0 and done.stderr != ''
    assert sorted(path.name for path in tmp_path.iterdir()) == ['program.h', 'program.wasm']
    assert (tmp_path / 'program.h').read_text() == 'of somebody else'


@needs_wine
def test_the_command_calls_a_compiler(command, wine, tmp_path):
    """Whatever names and flags contain reaches the compiler as it was given; a batch file is no compiler."""
    home = tmp_path / 'home'
    (home / 'include/wasmelt/code').mkdir(parents=True)
    (home / 'lib').mkdir()
    (home / 'include/wasmelt/code/core.h').touch()
    (home / 'lib/libwasmelt_rt.a').touch()
    (tmp_path / 'batch.bat').write_text('@echo off')
    subprocess.run([CC, '-O1', '-municode', '-Wall', '-Wextra', '-Werror', '-static', GUESTS / 'compiler.c', '-o', 'gcc.exe'], cwd=tmp_path,
                   check=True)
    (tmp_path / 'p.wat').write_text('(module (func (export "_start")))')
    subprocess.run(['wat2wasm', 'p.wat', '-o', f'{NAME}.wasm'], cwd=tmp_path, check=True)
    environment = {**wine.environment, 'WINEPATH': f'Z:{tmp_path}', 'WASMELT_HOME': f'Z:{home}', 'LOG': f'Z:{tmp_path}/log', 'LC_ALL': 'C.UTF-8'}

    def run(*arguments):
        return wine(command, *arguments, cwd=tmp_path, env=environment)
    made = run(f'{NAME}.wasm', '-O1', '--cflags=-DX=a"b\\"c\\ -DY=\\\\', '--keep', f'{NAME} C', '-o', 'made \u00e9^&!.exe')
    assert (made.returncode, made.stderr) == (0, '')
    assert (tmp_path / 'made \u00e9^&!.exe').read_bytes() == (tmp_path / 'gcc.exe').read_bytes()
    words = (tmp_path / 'log').read_text().split('\n')
    assert {'-O1', '-DX=a"b\\"c\\', '-DY=\\\\', f'{NAME} C/with_blank____PATH____.c', '-static'} <= set(words)
    ran = run('run', f'{NAME}.wasm', '1', '', 'a"b\\', 'c\\\\d e\\\\')
    assert (ran.returncode, ran.stdout) == (7, f'{NAME}.wasm\n--\n1\n\na"b\\\nc\\\\d e\\\\\n')
    for name in 'batch', 'batch.bat':
        refused = run(f'{NAME}.wasm', '--cc', name, '-o', 'b.exe')
        assert (refused.returncode, refused.stderr) == (1, f"wasmelt: error: C compiler '{name}' not found\n")


class Forwarding:
    """Runs what forward.c asks for by the compiler of this machine, until the test ends."""

    def __init__(self, folder, prefix):
        self.folder, self.drives, self.calls, self.ended = folder, pathlib.Path(prefix) / 'dosdevices', [], threading.Event()
        self.thread = threading.Thread(target=self.answer_all)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def answer_all(self):
        while not self.ended.wait(0.05):
            for request in self.folder.glob('*.request'):
                where, *arguments = [self.here(word) for word in request.read_text().split('\0')[:-1]]
                request.unlink()
                self.calls.append(arguments)
                done = subprocess.run([CC, *arguments], cwd=where, capture_output=True)
                answer = request.with_suffix('.answer')
                answer.with_suffix('.made').write_bytes(b'%d\n' % done.returncode + done.stdout + done.stderr)
                answer.with_suffix('.made').rename(answer)

    def here(self, word):
        """A path of Windows as this machine spells it, also behind a flag."""
        word = re.sub(r'([A-Z]:)(?=/)', lambda drive: f'{self.drives}/{drive[1].lower()}', word.replace('\\', '/'))
        return '/dev/null' if word == 'NUL' else word


@needs_wine
def test_the_command_makes_an_executable(command, wine, runtime, tmp_path):
    """With mingw-w64's gcc, which runs on this machine."""
    compile_guest('program', tmp_path)
    subprocess.run([CC, '-O1', '-municode', '-Wall', '-Wextra', '-Werror', '-static', GUESTS / 'forward.c', '-o', 'gcc.exe'], cwd=tmp_path, check=True)
    forward = tmp_path / 'forward'
    forward.mkdir()
    home = runtime.environment['WASMELT_HOME']
    environment = {**wine.environment, 'WINEPATH': f'Z:{tmp_path}', 'WASMELT_HOME': f'Z:{home}', 'FORWARD': f'Z:{forward}', 'LC_ALL': 'C.UTF-8'}
    with Forwarding(forward, environment['WINEPREFIX']) as forwarding:
        done = wine(command, 'program.wasm', '-O1', '--split=3', '-o', 'made.exe', cwd=tmp_path, env=environment)
        assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
        assert sum('-c' in call for call in forwarding.calls) > 3
    (tmp_path / 'box').mkdir()
    ran = wine('made.exe', '--dir', 'box::.', '--', '1', '2', '3', cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (134, 'to the other stream\nwasmelt: trap: unreachable\n')
