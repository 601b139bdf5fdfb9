"""WASI: its functions, attacks on its sandbox, and what the command line of an executable gives its program."""
import functools
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import tempfile

import pytest

from support.hosts import SANITIZERS, compile_objects

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NOBODY = 65534


def make(folder, program):
    subprocess.run(['cmake', '--build', folder, '--target', program, '-j2'], check=True, stdout=subprocess.DEVNULL)
    found, = folder.rglob(program)
    return found


# ---- The functions, without a module ----

@pytest.fixture(scope='module')
def sanitized_programs(sanitized_archive, tmp_path_factory):
    """sanitized_programs(NAME): the program that CMakeLists.txt makes of these sources, and its runtime, with AddressSanitizer."""
    @functools.lru_cache(maxsize=None)
    def make_sanitized(name):
        sources = re.search(rf'add_executable\({name} ([^)]*)\)', (HERE / 'CMakeLists.txt').read_text())[1].split()
        command = ['gcc', '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', *SANITIZERS['address'], '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}']
        objects = compile_objects(command, [HERE / source for source in sources], tmp_path_factory.mktemp(name))
        program = objects[0].with_name(name)
        subprocess.run([*command, *objects, sanitized_archive('gcc', 'address'), '-lm', '-lpthread', '-o', program], check=True)
        return program
    return make_sanitized


PROGRAMS = pytest.mark.parametrize('program', ['wasi-functions', 'wasi-attacks'])


def passes(command, **kwargs):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, **kwargs)
    assert done.returncode == 0 and ', 0 failed' in done.stdout, done.stdout + done.stderr[-4000:]


@pytest.mark.once
@PROGRAMS
@pytest.mark.parametrize('how', [[], ['--walk']], ids=['openat2', 'walk'])
def test_cases_sanitized(sanitized_programs, program, how):
    passes([sanitized_programs(program), *how])


@pytest.mark.not_quick
@pytest.mark.skipif(os.geteuid() != 0, reason='only root can become another user')
@pytest.mark.once
@PROGRAMS
@pytest.mark.parametrize('how', [[], ['--walk']], ids=['openat2', 'walk'])
def test_cases_as_an_ordinary_user(build, program, how):
    copy = pathlib.Path('/tmp') / f'{program}-{os.getpid()}'
    shutil.copy(make(build, program), copy)
    copy.chmod(0o755)
    try:
        passes([copy, *how], user=NOBODY, group=NOBODY, extra_groups=[])
    finally:
        copy.unlink()


# ---- Executables ----

SHOW = r'''
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
extern char **environ;
static int show_file(const char *path) {
    char text[100];
    FILE *f = fopen(path, "r");
    if (!f) { printf("%s: %s\n", path, strerror(errno)); return 3; }
    size_t n = fread(text, 1, sizeof text, f);
    fwrite(text, 1, n, stdout);
    return 0;
}
int main(int argc, char **argv) {
    if (argc > 2 && !strcmp(argv[1], "read")) return show_file(argv[2]);
    if (argc > 2 && !strcmp(argv[1], "write")) { FILE *f = fopen(argv[2], "w"); return !f || fputs("written", f) < 0 || fclose(f); }
    if (argc > 2 && !strcmp(argv[1], "exit")) exit(atoi(argv[2]));
    if (argc > 1 && !strcmp(argv[1], "trap")) __builtin_trap();
    if (argc > 1 && !strcmp(argv[1], "tty")) { printf("%d%d%d\n", isatty(0), isatty(1), isatty(2)); return 0; }
    if (argc > 1 && !strcmp(argv[1], "flood")) { while (puts("flood") >= 0) {} return errno == EPIPE ? 9 : 1; }
    for (int k = 0; k < argc; k++) printf("%s|", argv[k]);
    for (char **e = environ; *e; e++) printf(" %s", *e);
    puts("");
    return 0;
}
'''


@pytest.fixture(scope='module')
def compiled(build, tmp_path_factory):
    """compiled(*FLAGS): an executable made of SHOW."""
    folder = tmp_path_factory.mktemp('wasi')
    (folder / 'show.c').write_text(SHOW)
    subprocess.run(['clang', '--target=wasm32-wasi', '-O1', 'show.c', '-o', 'show.wasm'], check=True, cwd=folder)
    made = {}

    def make_executable(*flags):
        if flags not in made:
            made[flags] = folder / f'show{len(made)}'
            subprocess.run([build / 'bin' / 'wasmelt', 'show.wasm', '-O0', '-o', made[flags], *flags], check=True, cwd=folder)
        return made[flags]
    return make_executable


@pytest.fixture
def run(compiled, tmp_path):
    (tmp_path / 'file').write_text('contents\n')

    def run_it(*args, flags=(), env=None, **kwargs):
        return subprocess.run([compiled(*flags), *args], capture_output=True, text=True, cwd=tmp_path, timeout=60,
                              env={'HOST': 'variable'} if env is None else env, **kwargs)
    return run_it


def test_nothing_is_given_by_default(run, compiled):
    assert run().stdout == f'{compiled()}|\n'
    assert run('read', 'file').returncode == 3
    assert run('read', '/etc/passwd').returncode == 3


@pytest.mark.parametrize('options, path, found', [
    (['--dir', '.'], 'file', True),
    (['--dir=.'], './file', True),
    (['--dir', '.::/data'], '/data/file', True),
    (['--dir', '.::/data:ro'], '/data/file', True),
    (['--dir', '.::/'], '/file', True),
    (['--dir', '.'], '/etc/passwd', False),
    (['--dir', '.::/data'], '/data/../../../etc/passwd', False),
    (['--confine', '--dir', '.'], 'file', True),
])
def test_dir_gives_a_directory(run, options, path, found):
    done = run(*options, 'read', path)
    if '--confine' in options and 'Landlock' in done.stderr:
        pytest.skip('no Landlock')
    assert (done.stdout == 'contents\n' and done.returncode == 0) == found, done


def test_read_only_directories_are_not_written(run, tmp_path):
    assert run('--dir', '.:ro', 'write', 'file').returncode != 0
    assert run('--dir', '.:ro', 'write', 'new').returncode != 0
    assert (tmp_path / 'file').read_text() == 'contents\n' and not (tmp_path / 'new').exists()
    assert run('--dir', '.', 'write', 'file').returncode == 0
    assert (tmp_path / 'file').read_text() == 'written'


def test_env_gives_variables(run, compiled):
    assert run('--env', 'A=1', '--env=B=x=y', '--env', 'HOST').stdout == f'{compiled()}| A=1 B=x=y HOST=variable\n'


def test_argv0_and_the_end_of_options(run):
    assert run('--argv0', 'prog', '--', '--dir', 'x').stdout == 'prog|--dir|x|\n'
    assert run('--argv0=prog', '-i', '12', '--dir', 'x').stdout == 'prog|-i|12|--dir|x|\n'
    assert run('--argv0=prog', 'word', '--env', 'A=1').stdout == 'prog|word|--env|A=1|\n'
    assert run('--argv0=prog', '--directory', '--help').stdout == 'prog|--directory|--help|\n'


@pytest.mark.parametrize('options, message', [
    (['--dir', 'nowhere'], 'nowhere: No such file or directory'),
    (['--dir', 'file'], 'file: Not a directory'),
    (['--dir', '/proc'], '/proc: Permission denied'),
    (['--env', 'MISSING'], 'MISSING: not in the environment'),
])
def test_wrong_options_are_status_2(run, options, message):
    done = run(*options)
    assert (done.returncode, done.stdout) == (2, '') and message in done.stderr


@pytest.mark.parametrize('status', [0, 1, 33, 125, 255])
def test_exit_status_is_the_program_s(run, status):
    assert run('exit', str(status)).returncode == status


def test_trap_is_status_134_with_a_message(run):
    done = run('trap')
    assert done.returncode == 134 and 'wasmelt: trap: unreachable' in done.stderr


def test_fixed_when_made(run, compiled):
    flags = ('--wasi-dir=.::/here', '--wasi-env=A=a "quoted" \\ text', '--wasi-inherit-env')
    assert run('read', '/here/file', flags=flags).stdout == 'contents\n'
    assert run('--dir', '.', flags=flags).stdout == f'{compiled(*flags)}|--dir|.| HOST=variable A=a "quoted" \\ text\n'
    fixed = ('--wasi-fixed',)
    assert run('--env', 'A=1', flags=fixed).stdout == f'{compiled(*fixed)}|--env|A=1|\n'


def test_fixing_goes_with_executables_only(run_wasmelt, compile_wasi):
    done = run_wasmelt(compile_wasi('int main() { return 0; }'), '--emit=c', '--wasi-dir=.')
    assert done.returncode == 2 and '--emit=exe only' in done.stderr


def test_terminals_are_told_from_files(compiled):
    parent, child = pty.openpty()
    done = subprocess.run([compiled(), 'tty'], stdin=child, stderr=child, stdout=subprocess.PIPE, text=True)
    os.close(parent)
    os.close(child)
    assert done.stdout == '101\n'


def test_closed_pipe_is_an_error_not_a_signal(compiled):
    ours, its = os.pipe()
    running = subprocess.Popen([compiled(), 'flood'], stdout=its, preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
    os.close(its)
    os.read(ours, 100)
    os.close(ours)
    assert running.wait(60) == 9


def test_closed_standard_streams_are_not_opened(compiled):
    done = subprocess.run(f'{compiled()} >&- <&-; echo $?', shell=True, capture_output=True, text=True)
    assert done.stdout == '0\n'


# Seeks in its standard input, in the older order of `whence` (0: from here), and exits with the new offset.
UNSTABLE = '''
(module
  (import "wasi_unstable" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $newer (param i32 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $newer (i32.const 0) (i64.const 5) (i32.const 0) (i32.const 8)))
    (drop (call $seek (i32.const 0) (i64.const 2) (i32.const 0) (i32.const 8)))
    (call $exit (i32.load (i32.const 8)))))
'''


def test_both_versions_in_one_module(run_wasmelt, assemble, tmp_path):
    assert run_wasmelt(assemble(UNSTABLE), '-O0', '-o', tmp_path / 'app').returncode == 0
    (tmp_path / 'input').write_text('0123456789')
    with open(tmp_path / 'input') as stdin:
        assert subprocess.run([tmp_path / 'app'], stdin=stdin).returncode == 7


SEEKDIR = r'''
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
enum { MOST = 3000 };
static char names[MOST][32];
static long places[MOST];
int main(void) {
    DIR *d = opendir("many");
    int count = 0, wrong = 0;
    for (struct dirent *e; places[count] = telldir(d), (e = readdir(d)); count++)
        strcpy(names[count], e->d_name);
    for (int k = count; k-- > 0;) { /* back to each, in any order */
        int at = (int)((k * 7919u) % (unsigned)count);
        seekdir(d, places[at]);
        struct dirent *e = readdir(d);
        wrong += !e || strcmp(e->d_name, names[at]) != 0;
    }
    for (int k = 0; k < count; k += 2) { /* those that stay are where they were */
        char path[64];
        snprintf(path, sizeof path, "many/%s", names[k]);
        unlink(path);
    }
    for (int k = 1; k < count; k += 2) {
        seekdir(d, places[k]);
        struct dirent *e = readdir(d);
        wrong += !e || strcmp(e->d_name, names[k]) != 0;
    }
    rewinddir(d);
    int again = 0;
    while (readdir(d))
        again++;
    printf("%d %d %d\n", count, again, wrong);
    return 0;
}
'''


@pytest.mark.parametrize('where', ['here', '/dev/shm'])
def test_seekdir_goes_where_telldir_was(run_wasmelt, compile_wasi, tmp_path, where):
    """On a file system that counts names and on one that orders them by hashes of 63 bits, as ext4 does."""
    if where != 'here' and not os.access(where, os.W_OK):
        pytest.skip(f'no {where}')
    assert run_wasmelt(compile_wasi(SEEKDIR), '-O0', '-o', tmp_path / 'app').returncode == 0
    with tempfile.TemporaryDirectory(dir=tmp_path if where == 'here' else where) as folder:
        many = pathlib.Path(folder, 'many')
        many.mkdir()
        for k in range(2000):
            (many / f'name{k}').touch()
        (many / 'folder').mkdir()  # like . and .., not removed by unlink
        done = subprocess.run([tmp_path / 'app', '--dir', '.'], cwd=folder, capture_output=True, text=True)
        count, again, wrong = map(int, done.stdout.split())
        left = len(list(many.iterdir())) + 2
    assert (count, again, wrong) == (2003, left, 0) and left < 1100


READ_AND_EXIT = '''
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) { int n = -1; scanf("%d", &n); printf("%s of %d\\n", argv[argc - 1], n); exit(n); }
'''


def test_embedder_runs_two_contexts_with_streams_in_memory(run_wasmelt, build, compile_wasi, tmp_path):
    compile_wasi(READ_AND_EXIT, 'app')
    assert run_wasmelt('app.wasm', '--emit=lib', '-O0', '-o', 'libapp.a', cwd=tmp_path).returncode == 0
    subprocess.run(['g++', '-Wall', '-Wextra', '-Werror', '-I.', '-I', ROOT / 'include', ROOT / 'tests/wasi/embedder.cpp',
                    'libapp.a', build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'], check=True, cwd=tmp_path)
    assert subprocess.run([tmp_path / 'host'], capture_output=True, text=True).stdout == '7 first of 7\n5 second of 5\n'


# ---- The official suite ----

@pytest.mark.slow
@pytest.mark.skipif('WASI_TESTSUITE' not in os.environ, reason='$WASI_TESTSUITE names no checkout of wasi-testsuite')
@pytest.mark.parametrize('options', [[], ['rust/', '--env', 'ERRNO_MODE_UNIX=1']], ids=['all', 'rust-unix'])
def test_official_suite(wasmelt, options):
    done = subprocess.run([ROOT / 'tests/wasi/run-testsuite', os.environ['WASI_TESTSUITE'], *options, '--wasmelt', wasmelt],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
