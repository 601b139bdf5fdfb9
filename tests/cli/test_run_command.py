"""`wasmelt run` and `wasmelt cache`: a program is compiled once, run as if the executable had been called, and never confused
with another one."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = '''
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "trap") == 0)
        __builtin_trap();
    if (argc > 1 && strcmp(argv[1], "wait") == 0) {
        printf("waiting\\n");
        fflush(stdout);
        getchar();
    }
    for (int k = 1; k < argc; k++)
        printf("%s|", argv[k]);
    printf("%s\\n", getenv("COLOUR") ? getenv("COLOUR") : "none");
    return 7;
}
'''
ADD = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'


class Runner:
    """Runs with a cache and a C compiler of its own that counts how often it is called."""

    def __init__(self, folder, wasmelt, program):
        self.folder, self.wasmelt, self.program = folder, wasmelt, program
        self.cache = folder / 'cache' / 'wasmelt'
        self.log, self.cc = folder / 'cc.log', folder / 'cc'
        self.cc.write_text(f'#!/bin/sh\ncase " $* " in *" -c "*) echo compiled >>{self.log};; esac\nexec gcc "$@"\n')
        self.cc.chmod(0o755)
        self.env = dict(os.environ, XDG_CACHE_HOME=str(folder / 'cache'), CC=str(self.cc))
        self.env.pop('WASMELT_CACHE_SIZE', None)

    def command(self, *args):
        return [self.wasmelt, 'run', '-O0', *args]

    def __call__(self, *args, **kwargs):
        env = kwargs.pop('env', self.env)
        return subprocess.run(self.command(*args), capture_output=True, text=True, env=env, timeout=100, **kwargs)

    def ok(self, *args, **kwargs):
        """Runs the program, which must do what it does, and returns how often that took the compiler."""
        before = self.compiled
        done = self(*args, self.program, 'x', **kwargs)
        assert (done.returncode, done.stdout) == (7, 'x|none\n'), done.stderr
        return self.compiled - before

    @property
    def compiled(self):
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    @property
    def entries(self):
        return [entry for entry in self.cache.iterdir() if len(entry.name) == 64]

    @property
    def leftovers(self):
        return [path for path in self.cache.iterdir() if len(path.name) != 64 and path.suffix != '.key']

    def start_waiting(self, *args):
        process = subprocess.Popen(self.command(*args, self.program, 'wait'), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env=self.env)
        assert process.stdout.readline() == b'waiting\n'
        return process


@pytest.fixture
def runner(tmp_path, wasmelt, compile_wasi):
    return Runner(tmp_path, wasmelt, compile_wasi(PROGRAM))


# ---- What the program gets, and what becomes of it ----

def test_arguments_environment_and_status(runner):
    done = runner('--env', 'COLOUR=red', runner.program, '--env', 'a', '-O2', '--', '')
    assert (done.returncode, done.stdout, done.stderr) == (7, '--env|a|-O2|--||red\n', '')
    done = runner('--', runner.program)
    assert (done.returncode, done.stdout) == (7, 'none\n')


def test_trap_and_signal_pass_through(runner):
    done = runner(runner.program, 'trap')
    assert done.returncode == 134 and 'trap: unreachable' in done.stderr
    process = runner.start_waiting()
    os.kill(process.pid, signal.SIGUSR1)  # the process that was started is the program itself
    assert process.wait() == -signal.SIGUSR1


def test_directory_and_the_name_it_sees(runner, compile_wasi, tmp_path):
    program = compile_wasi('#include <stdio.h>\nint main(int argc, char **argv) { FILE *f = fopen("/d/t", "r");'
                           'printf("%s %d\\n", argv[0], f ? getc(f) : -1); return 0; }', 'reader')
    (tmp_path / 't').write_text('A')
    assert runner('--dir', f'{tmp_path}::/d:ro', program).stdout == f'{program} 65\n'
    assert runner('--argv0=cat', program).stdout == 'cat -1\n'


def test_closed_standard_streams_stay_closed(runner):
    runner.ok()
    done = subprocess.run(['sh', '-c', 'exec "$@" <&-', 'sh', *runner.command(runner.program, 'wait')], env=runner.env,
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, 'waiting\nwait|none\n')


def test_standard_input_can_be_the_module(runner):
    done = subprocess.run(runner.command('-', 'y'), env=runner.env, input=runner.program.read_bytes(), capture_output=True)
    assert (done.returncode, done.stdout) == (7, b'y|none\n')


def test_invoke(runner, assemble):
    module = assemble(ADD)
    done = runner('--invoke', 'add', module, '-3', '0x10')
    assert (done.returncode, done.stdout, done.stderr) == (0, '13\n', '')
    for args, message in [(['1'], 'takes 2 arguments, not 1'), (['1', '4294967296'], "'4294967296': is to be an i32"),
                          (['1', ''], 'is to be an i32')]:
        done = runner('--invoke', 'add', module, *args)
        assert done.returncode == 2 and message in done.stderr
    for flags in [], ['--cc=false']:  # before it is compiled, and by what has been compiled
        done = runner(*flags, '--invoke', 'sub', module)
        assert (done.returncode, done.stderr) == (2, 'wasmelt: sub: the module does not export a function of this name\n')
    assert '--invoke' in runner(module).stderr
    kinds = assemble('(module (func (export "f") (param i64 f32 f64) (result f64 f32 i64)'
                     '(local.get 2) (local.get 1) (local.get 0)))', 'kinds')
    assert runner('--invoke', 'f', kinds, '0xffffffffffffffff', '0.1', '1e300').stdout == '1e+300\n0.1\n-1\n'


def test_invoke_of_a_reactor_initializes_it_first(runner, assemble):
    module = assemble('(module (global $g (mut i32) (i32.const 1)) (func (export "_initialize") (global.set $g (i32.const 5)))'
                      '(func (export "get") (result i32) (global.get $g)))')
    assert runner('--invoke', 'get', module).stdout == '5\n'


@pytest.mark.parametrize('args, message', [
    (['run'], 'no input file'),
    (['run', '-o', 'x', 'a.wasm'], "--output is no option of 'wasmelt run'"),
    (['run', '--wasi-fixed', 'a.wasm'], '--wasi-fixed is no option'),
    (['run', '--cache-size=many', 'a.wasm'], 'takes a number of bytes'),
    (['run', '--cache-size=5 ', 'a.wasm'], 'takes a number of bytes'),
    (['--dir', '.', 'a.wasm'], '--dir is no option of translation'),
    (['cache', 'burn'], "'show' or 'clear'"),
])
def test_wrong_usage(run_wasmelt, args, message):
    done = run_wasmelt(*args)
    assert done.returncode == 2 and message in done.stderr


def test_bad_module_is_status_1_and_leaves_nothing(runner, tmp_path):
    (tmp_path / 'bad.wasm').write_bytes(b'\0asm\1\0\0\0\1')
    done = runner(tmp_path / 'bad.wasm')
    assert done.returncode == 1 and 'bad.wasm: error' in done.stderr
    assert list(runner.cache.iterdir()) == []


# ---- What is compiled again, and what is not ----

def test_compiles_once(runner, tmp_path):
    assert runner.ok() == 1
    assert runner.ok() == 0
    assert runner.ok('--env', 'A=1', '-j3') == 0
    shutil.copy(runner.program, tmp_path / 'other.wasm')
    assert runner(tmp_path / 'other.wasm').returncode == 7 and runner.compiled == 1
    assert len(runner.entries) == 1 and runner.leftovers == []
    assert runner.cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.not_quick
def test_whatever_changes_the_executable_compiles_again(runner, compile_wasi):
    assert runner.ok() == 1
    assert runner.ok('-O1') == 1
    assert runner.ok('--bounds=explicit') == 1
    assert runner.ok('--cflags=-DX') == 1
    assert runner.ok(env=dict(runner.env, CPATH='/nowhere')) == 1
    os.utime(runner.cc, (1, 1))  # another compiler under the same name
    assert runner.ok() == 1
    compile_wasi(PROGRAM.replace('return 7', 'return 8'))
    assert runner(runner.program).returncode == 8


@pytest.mark.parametrize('header', ['module.h', 'code/core.h'])
def test_so_does_a_header(runner, build, tmp_path, header):
    home = tmp_path / 'home'
    shutil.copytree(ROOT / 'include', home / 'include')
    (home / 'lib').mkdir()
    shutil.copy(build / 'lib' / 'libwasmelt_rt.a', home / 'lib')
    env = dict(runner.env, WASMELT_HOME=str(home))
    assert (runner.ok(env=env), runner.ok(env=env)) == (1, 0)
    os.utime(home / 'include' / 'wasmelt' / header, (1, 1))
    assert runner.ok(env=env) == 1


def test_a_file_that_is_known_is_not_read_again(runner, tmp_path):
    """Whatever its name; but one that changed is, even if size and time of modification are as before."""
    runner.ok()
    time.sleep(3.1)  # until then it might still change within the tick of its times
    runner.ok()
    keys = [path for path in runner.cache.iterdir() if path.suffix == '.key']
    assert len(keys) == 1 and keys[0].read_text() == runner.entries[0].name
    trace = tmp_path / 'trace'
    if shutil.which('strace') and subprocess.run(['strace', '-e', 'trace=openat', '-o', trace, *runner.command(runner.program)],
                                                 env=runner.env, capture_output=True).returncode == 7:
        assert 'program.wasm' not in trace.read_text()
    st = os.stat(runner.program)
    content = runner.program.read_bytes()
    runner.program.write_bytes(content.replace(b'none\0', b'nine\0'))
    os.utime(runner.program, ns=(st.st_atime_ns, st.st_mtime_ns))
    assert runner(runner.program).stdout == 'nine\n'
    keys[0].write_text('f' * 64)  # stands for nothing
    runner.program.write_bytes(content)
    assert runner.ok() == 0
    subprocess.run([runner.wasmelt, 'cache', 'clear'], env=runner.env, check=True)
    assert list(runner.cache.iterdir()) == []


# ---- Several processes ----

def test_many_at_once_compile_once(runner):
    slow = runner.cc.read_text().replace('exec gcc', 'sleep 1; exec gcc')
    runner.cc.write_text(slow)
    processes = [subprocess.Popen(runner.command(runner.program), env=runner.env) for _ in range(6)]
    assert [process.wait(100) for process in processes] == [7] * 6
    assert runner.compiled == 1 and len(runner.entries) == 1 and runner.leftovers == []


def test_whoever_dies_while_compiling_holds_nobody_up(runner):
    working = runner.cc.read_text()
    runner.cc.write_text('#!/bin/sh\necho $$ >"$0.pid"\nexec sleep 600\n')
    os.utime(runner.cc, (1, 1))
    process = subprocess.Popen(runner.command(runner.program), env=runner.env)
    pid = runner.cc.with_name('cc.pid')
    while not pid.exists() or not pid.read_text():
        time.sleep(0.01)
    process.kill()
    process.wait()
    try:
        runner.cc.write_text(working.replace('exec gcc', '\n\n\nexec gcc'))
        runner.cc.write_text(working + '#' * (runner.cc.stat().st_size - len(working)))
        os.utime(runner.cc, (1, 1))
        assert runner.ok() == 1  # long before the compiler that was left alone has slept
    finally:
        os.kill(int(pid.read_text()), signal.SIGKILL)


def test_an_interrupted_run_ends_by_the_signal_and_cleans_up(runner, tmp_path):
    runner.cc.write_text('#!/bin/sh\necho >"$0.started"\nexec sleep 60\n')
    scratch = tmp_path / 'scratch'
    scratch.mkdir()
    process = subprocess.Popen(runner.command(runner.program), env=dict(runner.env, TMPDIR=str(scratch)),
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))  # which tests in the background ignore
    while not runner.cc.with_name('cc.started').exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == -signal.SIGINT
    assert list(scratch.iterdir()) == [] and list(runner.cache.iterdir()) == []


# ---- What is kept ----

@pytest.mark.not_quick
def test_damaged_entries_are_made_again(runner, tmp_path):
    def truncate(entry):
        os.truncate(entry / 'program', 1000)

    def flip(entry):
        st = os.stat(entry / 'program')
        with open(entry / 'program', 'r+b') as file:
            file.seek(5000)
            file.write(b'\xff')
        os.utime(entry / 'program', ns=(st.st_atime_ns, st.st_mtime_ns))

    def no_program(entry):
        (entry / 'program').unlink()

    def no_info(entry):
        (entry / 'info').unlink()

    def empty_info(entry):
        (entry / 'info').write_bytes(b'')

    def link(entry):
        (entry / 'program').unlink()
        (entry / 'program').symlink_to('/bin/true')

    def replace_by(make, name):
        def damage(entry):
            path = entry / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            make(path)
        return damage

    def folder(path):
        (path / 'in' / 'it').mkdir(parents=True)
        (path / 'in' / 'it' / 'file').write_text('x')

    other = tmp_path / 'other'
    other.mkdir()
    (other / 'program').write_text('not of the cache')
    others = [replace_by(make, name) for name in ('program', 'info', '') for make in (
        folder, os.mkfifo, lambda path: path.symlink_to(other), lambda path: path.symlink_to(tmp_path / 'nothing'),
        lambda path: path.write_bytes(b'\0' * 5000))]
    runner.ok()
    for damage in truncate, flip, no_program, no_info, empty_info, link, *others:
        damage(runner.entries[0])
        assert runner.ok() == 1, damage
        assert runner.ok() == 0, damage
        assert len(runner.entries) == 1 and runner.leftovers == []
    assert (other / 'program').read_text() == 'not of the cache'


def test_what_is_no_key_is_replaced(runner, tmp_path):
    """A .key file says which executable an unchanged file stands for."""
    os.utime(runner.program, (1, 1))
    time.sleep(3.1)  # a file that was changed just now is looked at each time
    runner.ok()
    assert runner.ok() == 0
    key, = runner.cache.glob('*.key')
    good = key.read_text()
    for make in (lambda: key.write_text(''), lambda: key.write_text(good[:-1]), lambda: key.write_text(good[:-1] + '/'),
                 lambda: key.write_text('f' * 64), lambda: key.write_text(good[:-3] + '..\0'), key.mkdir,
                 lambda: os.mkfifo(key), lambda: key.symlink_to('/dev/zero')):
        key.unlink()
        make()
        assert runner.ok() == 0 and key.is_file() and not key.is_symlink() and key.read_text() == good


@pytest.mark.not_quick
def test_many_at_once_after_damage_and_while_others_clear(runner):
    """Everybody gets the program, whatever the cache was like before and whoever empties it meanwhile."""
    chance = random.Random(1)
    runner.ok()
    for number in range(4):
        victim = chance.choice([path for entry in runner.entries for path in (entry, *entry.iterdir())] or [runner.cache / 'x'])
        if victim.is_dir():
            victim.rename(victim.with_name(f'tmp-{number}'))
        elif victim.exists():
            os.truncate(victim, 100)
        levels = ['-O0', '-O0', '-O1', '-O0']
        processes = [subprocess.Popen(runner.command(level, runner.program, 'x'), env=runner.env, stdout=subprocess.PIPE)
                     for level in levels]
        for _ in range(5):
            time.sleep(chance.random() / 30)
            subprocess.run([runner.wasmelt, 'cache', 'clear'], env=runner.env, check=True)
        assert [(p.communicate(timeout=60)[0], p.returncode) for p in processes] == [(b'x|none\n', 7)] * len(levels)
    runner.ok()
    assert runner.ok() == 0


@pytest.mark.not_quick
def test_the_least_recently_used_goes_first(runner):
    for level in '-O0', '-O1', '-Os':
        runner.ok(level)
    size = sum((entry / 'program').stat().st_size for entry in runner.entries) + 40000  # less than one more
    runner.ok('-O0')  # now -O1 is the one that was not used for the longest time
    runner.ok('-O2', f'--cache-size={size}')
    assert runner.ok('-O0') == runner.ok('-Os') == runner.ok('-O2') == 0
    assert runner.ok('-O1', env=dict(runner.env, WASMELT_CACHE_SIZE='1')) == 1
    assert len(runner.entries) == 1  # itself, which was in use


@pytest.mark.not_quick
def test_an_entry_in_use_stays(runner):
    process = runner.start_waiting()
    first, = runner.entries
    runner.ok('-O1', '--cache-size=1')
    assert first.exists()
    process.communicate(b'x')
    assert process.returncode == 7
    runner.ok('-Os', '--cache-size=1')
    assert not first.exists() and len(runner.entries) == 1


def test_leftovers_of_dead_processes_go(runner):
    runner.ok()
    for name in 'tmp-abcdef', 'tmp-ghijkl':
        (runner.cache / name).mkdir()
        (runner.cache / name / 'program').write_text('half')
    lock = runner.cache / ('0' * 64 + '.lock')
    lock.touch()
    for path in lock, runner.cache / 'tmp-abcdef':
        os.utime(path, (1, 1))
    runner.ok('-O1')
    assert not lock.exists() and not (runner.cache / 'tmp-abcdef').exists()
    assert (runner.cache / 'tmp-ghijkl').exists()  # young: somebody may be about to fill it


def test_show_and_clear(runner):
    def cache(*args):
        return subprocess.run([runner.wasmelt, 'cache', *args], env=runner.env, capture_output=True, text=True, check=True).stdout

    assert '0 executables' in cache()
    runner.ok()
    runner.ok('-O1')
    (runner.entries[0] / 'program').write_text('broken')
    shown = cache('show')
    assert str(runner.program) in shown and '(damaged)' in shown and f'2 executables in {runner.cache}' in shown
    process = runner.start_waiting('-Os')
    cache('clear')
    assert len(runner.entries) == 1
    process.communicate(b'x')
    cache('clear')
    assert list(runner.cache.iterdir()) == []


# ---- Without a cache ----

def not_kept(runner, env, reason, tmp_path):
    scratch = tmp_path / 'scratch'
    scratch.mkdir(exist_ok=True)
    done = runner(runner.program, 'x', env=dict(env, TMPDIR=str(scratch)))
    assert (done.returncode, done.stdout) == (7, 'x|none\n')
    assert 'note: the executable is not kept' in done.stderr and reason in done.stderr
    assert list(scratch.iterdir()) == []


def test_a_cache_that_others_could_write_to_is_not_used(runner, tmp_path):
    runner.ok()
    runner.cache.chmod(0o770)
    not_kept(runner, runner.env, 'others may write to it', tmp_path)
    runner.cache.chmod(0o700)
    assert runner.ok() == 0
    if os.geteuid() == 0:
        os.chown(runner.cache, 65534, -1)
        not_kept(runner, runner.env, 'belongs to another user', tmp_path)


@pytest.mark.parametrize('known', [True, False], ids=['found', 'made'])
def test_a_folder_exchanged_behind_the_check_runs_and_gets_nothing(runner, tmp_path, known):
    """By whoever may write to a folder above: what was checked is what is used. The pipe says when it has been checked."""
    pipe, foreign = tmp_path / 'pipe', tmp_path / 'foreign'
    runner.ok()
    shutil.copytree(runner.cache, foreign)
    for entry in foreign.glob('*/program'):
        entry.write_text('#!/bin/sh\necho attacked\n')
    before = sorted(foreign.rglob('*'))
    os.mkfifo(pipe)
    process = subprocess.Popen(runner.command('--cflags=-DX' if not known else '--', pipe, 'x'), env=runner.env, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(pipe, 'wb') as f:  # once it is being read the cache has been opened
        runner.cache.rename(tmp_path / 'gone')
        foreign.rename(runner.cache)
        f.write(runner.program.read_bytes())
    out, err = process.communicate(timeout=100)
    assert (process.returncode, out, err) == (7, 'x|none\n', '')
    assert sorted(p.relative_to(runner.cache) for p in runner.cache.rglob('*')) == [p.relative_to(foreign) for p in before]
    assert runner.compiled == (1 if known else 2)


def test_the_process_is_called_after_the_program(runner):
    """Not after a descriptor: for ps, perf and core files."""
    process = runner.start_waiting()
    with open(f'/proc/{process.pid}/comm') as f:
        assert f.read() == 'program\n'
    assert os.readlink(f'/proc/{process.pid}/exe').endswith('/program')
    process.communicate(b'\n')


def test_no_place_for_a_cache(runner, tmp_path):
    (tmp_path / 'file').touch()
    not_kept(runner, dict(runner.env, XDG_CACHE_HOME=str(tmp_path / 'file')), 'Not a directory', tmp_path)
    bare = {name: value for name, value in runner.env.items() if name not in ('XDG_CACHE_HOME', 'HOME')}
    not_kept(runner, dict(bare, XDG_CACHE_HOME='relative'), 'neither XDG_CACHE_HOME nor HOME', tmp_path)


def test_size_0_keeps_nothing_and_says_nothing(runner):
    done = runner('--cache-size=0', runner.program)
    assert (done.returncode, done.stderr) == (7, '') and not runner.cache.exists()


@pytest.mark.parametrize('options', ['size=40k', 'ro'])
def test_a_full_or_read_only_file_system(runner, tmp_path, options):
    """In a mount namespace of its own."""
    place = tmp_path / 'cache'
    (place / 'wasmelt').mkdir(parents=True, mode=0o700)
    mount = f'mount -t tmpfs -o mode=700,size=40k none {place} && mkdir -m 700 {place}/wasmelt'
    if options == 'ro':
        mount += f' && mount -o remount,ro {place}'
    inside = ['unshare', '-Urm', 'sh', '-c', f'({mount}) || exit 99; exec "$@"', 'sh']
    done = subprocess.run([*inside, *runner.command(runner.program, 'x')], env=runner.env, capture_output=True, text=True)
    if done.returncode in (1, 99) and 'x|' not in done.stdout:
        pytest.skip('no mount namespaces here')
    assert (done.returncode, done.stdout) == (7, 'x|none\n')
    assert 'not kept' in done.stderr and ('Read-only' if options == 'ro' else 'No space') in done.stderr
