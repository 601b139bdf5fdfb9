"""Limits that an operator sets on an executable's command line, and what happens if the system sets them."""
import resource
import subprocess

import pytest

pytestmark = pytest.mark.once

MODULE = r'''(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (table $t 10 funcref)
  (func $deep (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
      (else (i32.const 0))))
  (func (export "pages") (result i32)
    (loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (memory.size))
  (func (export "elements") (result i32)
    (loop $again (br_if $again (i32.ne (table.grow $t (ref.null func) (i32.const 1)) (i32.const -1))))
    (table.size $t))
  (func (export "deep") (param i32) (result i32) (call $deep (local.get 0)))
  (func (export "_start") (call $exit (i32.const 7))))'''


@pytest.fixture(scope='module')
def app(run_wasmelt, tmp_path_factory):
    folder = tmp_path_factory.mktemp('limits')
    (folder / 'app.wat').write_text(MODULE)
    done = run_wasmelt(folder / 'app.wat', '-o', folder / 'app', '-O1')
    assert done.returncode == 0, done.stderr
    return folder / 'app'


def run(app, *arguments, **more):
    return subprocess.run([app, *arguments], capture_output=True, text=True, timeout=60, **more)


@pytest.mark.parametrize('option, result', [('--max-memory=1M', 16), ('--max-memory=1048575', 15), ('--max-memory=128K', 2)])
def test_memory(app, option, result):
    done = run(app, option, '--invoke', 'pages')
    assert (done.returncode, done.stdout, done.stderr) == (0, f'{result}\n', '')


def test_table(app):
    done = run(app, '--max-table', '1000', '--invoke', 'elements')
    assert (done.returncode, done.stdout, done.stderr) == (0, '1000\n', '')


def test_stack(app):
    enough = run(app, '--max-stack=1M', '--invoke', 'deep', '100')
    assert (enough.returncode, enough.stdout) == (0, '100\n')
    assert run(app, '--invoke', 'deep', '20000').stdout == '20000\n'
    beyond = run(app, '--max-stack=64K', '--invoke', 'deep', '20000')
    assert beyond.returncode == 134 and beyond.stderr.startswith('wasmelt: trap: call stack exhausted\n')
    assert run(app, '--max-stack=256K').returncode == 7


@pytest.mark.parametrize('option, message', [
    ('--max-memory=64K', 'a memory begins with 131072 bytes, the host allows 65536'),
    ('--max-memory=64k', 'a memory begins with 131072 bytes, the host allows 65536'),
    ('--max-table=9', 'a table begins with 10 elements, the host allows 9'),
])
def test_a_module_that_begins_larger(app, option, message):
    done = run(app, option)
    assert (done.returncode, done.stderr) == (125, f'wasmelt: error: {message}\n')


@pytest.mark.parametrize('option', ['--max-memory=-1', '--max-memory=1X', '--max-memory=', '--max-table=1K', '--max-table=99999999999999999999',
                                    '--max-stack=x'])
def test_no_size(app, option):
    done = run(app, option)
    assert done.returncode == 2 and done.stderr.count('\n') == 1 and 'as ' in done.stderr


@pytest.mark.parametrize('option', ['--max-memory=0', '--max-table=0', '--max-stack=0K', '--heap=0', '--timeout=0', '--timeout=0.0000000001', '--fuel=0'])
def test_no_limit(app, option):
    done = run(app, option)
    assert (done.returncode, done.stderr) == (2, f'wasmelt: {option.split("=")[1]}: a limit is more than 0\n')


@pytest.mark.parametrize('option', ['--max-memory', '--max-stack', '--max-table', '--heap', '--timeout', '--fuel', '--dir', '--env', '--argv0', '--invoke'])
def test_an_option_without_its_value_is_not_the_programs(app, option):
    done = run(app, '--max-memory=1M', option)
    assert (done.returncode, done.stderr) == (2, f'wasmelt: {option}: needs a value\n')
    assert run(app, '--', option).returncode == 7


def test_a_size_is_written_as_when_translating(app):
    for option in '--max-memory=1T', '--max-memory=256k', '--heap=1g':
        done = run(app, option, '--invoke', 'deep', '1')
        assert (done.returncode, done.stdout, done.stderr) == (0, '1\n', '')


def test_address_space_that_is_limited_has_a_status_of_its_own(app):
    limit = 1 << 30
    done = run(app, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    assert (done.returncode, done.stderr) == (125, 'wasmelt: error: no linear memory: address space is limited to 1024 MiB (ulimit -v), and '
                                                   'this one reserves 6 GiB; --bounds=explicit reserves less\n')


def test_shared_memory_that_begins_larger(run_wasmelt, tmp_path):
    (tmp_path / 'app.wat').write_text('(module (memory (import "env" "memory") 2 4 shared) (func (export "_start")))')
    assert run_wasmelt(tmp_path / 'app.wat', '-o', tmp_path / 'app').returncode == 0
    assert run(tmp_path / 'app', '--max-memory=128K').returncode == 0
    done = run(tmp_path / 'app', '--max-memory=64K')
    assert (done.returncode, done.stderr) == (125, 'wasmelt: error: a memory begins with more bytes than --max-memory allows\n')


def test_run_passes_them_on(app, run_wasmelt):
    done = run_wasmelt('run', '--max-memory=1M', '--max-table=20', '--max-stack=1M', '--invoke', 'pages', app.parent / 'app.wat')
    assert (done.returncode, done.stdout) == (0, '16\n')


# ---- Limits with which an executable is made ----

@pytest.fixture(scope='module')
def limited(run_wasmelt, app):
    """limited(OPTION, ...): an executable of the same module, made with these."""
    def make(*options):
        goal = app.parent / '-'.join(['app', *options]).replace('=', '').replace('--', '')
        if not goal.exists():
            done = run_wasmelt(app.parent / 'app.wat', '-o', goal, '-O1', *options)
            assert done.returncode == 0, done.stderr
        return goal
    return make


@pytest.mark.parametrize('made, given, result', [
    ('--max-memory=1M', [], 16), ('--max-memory=1M', ['--max-memory=128K'], 2), ('--max-memory=1M', ['--max-memory=1M'], 16),
    ('--max-memory=1048576', ['--max-table=20'], 16)])
def test_memory_is_fixed(limited, made, given, result):
    done = run(limited(made), *given, '--invoke', 'pages')
    assert (done.returncode, done.stdout, done.stderr) == (0, f'{result}\n', '')


@pytest.mark.parametrize('made, given, message', [
    ('--max-memory=1M', '--max-memory=2M', '--max-memory: the executable was made with a limit of 1048576 bytes'),
    ('--max-stack=1M', '--max-stack=1G', '--max-stack: the executable was made with a limit of 1048576 bytes'),
    ('--max-table=100', '--max-table=101', '--max-table: the executable was made with a limit of 100 elements'),
    ('--heap=1M', '--heap=2M', '--heap: the executable was made with a limit of 1048576 bytes'),
    ('--timeout=2.5', '--timeout=3', '--timeout: the executable was made with a limit of 2500000000 nanoseconds'),
    ('--max-fuel=1000', '--fuel=1001', '--fuel: the executable was made with a limit of 1000 units'),
])
def test_the_command_line_cannot_raise_a_limit(limited, made, given, message):
    done = run(limited(made), given)
    assert (done.returncode, done.stderr) == (2, f'wasmelt: {message}\n')
    assert run(limited(made)).returncode == 7


def test_fixed_limits_hold(limited):
    assert run(limited('--max-table=100'), '--invoke', 'elements').stdout == '100\n'
    assert run(limited('--max-stack=64K'), '--invoke', 'deep', '20000').returncode == 134
    assert run(limited('--max-fuel=1000'), '--invoke', 'deep', '20').returncode == 0
    over = run(limited('--max-fuel=1000'), '--invoke', 'deep', '2000')
    assert (over.returncode, over.stderr) == (124, 'wasmelt: the program has used as much fuel as --fuel allows\n')
    assert run(limited('--timeout=100'), '--invoke', 'deep', '2').returncode == 0
    assert run(limited('--timeout=0.000001'), '--invoke', 'deep', '2').returncode == 124


def test_fixed_limits_with_a_fixed_command_line(limited):
    app = limited('--wasi-fixed', '--max-memory=64K')
    done = run(app, '--max-memory=1M')  # an argument of the program's
    assert (done.returncode, done.stderr) == (125, 'wasmelt: error: a memory begins with 131072 bytes, the host allows 65536\n')


@pytest.mark.parametrize('option', ['--max-memory=0', '--max-memory=x', '--max-stack=', '--max-table=-1', '--max-table=1K', '--timeout=0', '--timeout=1e3',
                                    '--timeout=nan', '--timeout=1.2.3', '--max-fuel=0', '--max-fuel=18446744073709551616', '--heap=1X'])
def test_no_limit_to_fix(run_wasmelt, app, option):
    done = run_wasmelt(app.parent / 'app.wat', '-o', app.parent / 'none', option)
    name, value = option.split('=')
    assert done.returncode == 2
    assert done.stderr.startswith(f'wasmelt: error: {name} takes ') and f"not '{value}'\n" in done.stderr


def test_limits_are_for_executables(run_wasmelt, app):
    done = run_wasmelt(app.parent / 'app.wat', '--emit=c', '-o', app.parent / 'c', '--max-memory=1M')
    assert done.returncode == 2 and '--emit=exe' in done.stderr
