"""Shared objects that contain a runtime of their own, loaded and unloaded in a host in all orders: traps of modules stay traps,
faults of the host reach the host's handler, and nothing is left over."""
import itertools
import pathlib
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULE = '''(module
  (import "env" "call" (func $call (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $recurse (export "recurse") (param i32) (result i32)
    (i32.add (call $recurse (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $tail (export "tail") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $tail2 (i32.sub (local.get 0) (i32.const 1))))
  (func $tail2 (param i32) (result i32) (return_call $tail (local.get 0)))
  (func (export "spin") (loop $again (br $again)))
  (func (export "call") (param i32) (result i32) (call $call (local.get 0))))'''


# After so many rounds the C library has kept for itself what it will, up to 4 KiB: from then on not a byte of the heap and not a mapping is added.
WARM = 12


@pytest.fixture(scope='module')
def host(tmp_path_factory, run_wasmelt, runtime_archive):
    """host(*STEPS) runs unloading_host.c in a folder with the objects a.so, b.so, c.so, and d.so, which frees its
    instance in a destructor."""
    folder = tmp_path_factory.mktemp('unloading')
    (folder / 'plugin.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-tail-call', 'plugin.wat'], cwd=folder, check=True)
    done = run_wasmelt('plugin.wasm', '--emit=lib', '--interrupt=signal', '--cflags=-fPIC', cwd=folder)
    assert done.returncode == 0, done.stderr
    runtime = ['-Wl,--exclude-libs,ALL', folder / 'libplugin.a', runtime_archive, '-lpthread', '-lm']
    for name, flags in {'a': [], 'd': ['-DFREED_BY_DESTRUCTOR'], 'p': ['-DFREED_BY_DESTRUCTOR']}.items():
        export_all = name == 'p'
        subprocess.run(['gcc', '-shared', '-fPIC', '-Wall', '-Wextra', '-Werror', *flags,
                        f'-I{ROOT / "include"}', f'-I{folder}', HERE / 'unloading_plugin.c',
                        *(runtime[1:] if export_all else ['-fvisibility=hidden', *runtime]), '-o', f'{name}.so'],
                       cwd=folder, check=True)
    for name in 'bc':
        shutil.copy(folder / 'a.so', folder / f'{name}.so')
    subprocess.run(['gcc', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', HERE / 'unloading_host.c', '-ldl', '-lpthread', '-o', 'host'],
                   cwd=folder, check=True)

    def run(*steps):
        done = subprocess.run(['./host', *steps], cwd=folder, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, ''), steps
    return run


def test_a_fault_after_unloading_reaches_the_host(host):
    host('+a', 'a', '!', '-a', '!')


@pytest.mark.parametrize('order', [''.join(p) for p in itertools.permutations('abc')])
def test_three_copies_go_in_any_order(host, order):
    """Traps in the others' calls too, as they are nested in each other."""
    unload = [s for name in order for s in ('-' + name, '!', *(k + '*' for k in sorted('abc') if k not in order[:order.index(name) + 1]))]
    host('+a', 'a', '+b', 'b', '+c', 'c', 'a*', 'b*', 'c*', '!', *unload)


def test_loading_over_and_over_leaves_nothing(host):
    once = ['+a', 'a', '-a', '!']
    host(*once * WARM, 'm', *once * 60, 'M')


def test_the_next_is_loaded_before_the_last_is_unloaded(host):
    once = ['+b', 'b', '-a', 'b', '!', '+a', 'a', '-b', 'a', '!']
    host('+a', 'a', *once * 8, 'm', *once * 4, 'M', '-a', '!')


def test_a_thread_lives_on(host):
    once = ['+a', '/a', 'a', '-a', '!', '+b', 'b', '/b', '-b', '!']
    host('t', *once * WARM, 'm', *once * 10, 'M', 'T', '!')


def test_a_thread_ends_after_unloading(host):
    host('t', '+a', '/a', '-a', 'T', '!', '+a', 'a', '-a', '!')


def test_two_copies_in_one_thread_share_what_it_has(host):
    host('t', '+a', '+b', '/a', '/b', '-a', '/b', '!', '+a', '/a', '-b', '/a', '-a', 'T', '!')


def test_a_handler_of_the_hosts_that_has_ours(host):
    """It stays there, and calls what it found: our code must be there too."""
    host('+a', 'a', 'h', 'a', '!', '-a', '!', '+b', 'b', '!', '-b', '!')
    host('+a', 'a', 'h', '+b', 'b', 'a', '-b', '!', 'a', '-a', '!')


def test_a_handler_of_the_hosts_that_comes_and_goes(host):
    once = ['+a', 'a', 'h', 'a', 'H', '-a', '!']
    host(*once * WARM, 'm', *once * 10, 'M')


def test_instances_freed_by_destructors(host):
    host('+d', 'd', '-d', '!', '+a', 'a', '+d', 'd', '-a', 'd', '-d', '!')


def test_copies_whose_symbols_are_visible(host):
    host('+a', 'a', '+p', 'p', 'a*', '-a', 'p', '!', '-p', '!')


def test_unloaded_by_a_function_that_exit_calls_or_not_at_all(host):
    host('+a', 'a', 't', '/a', '+d', 'd')


def test_a_signal_that_ended_runs_is_given_back(host):
    host('+a', 'ia', 'a', 's1', '-a', 's0', '!')
    host('+a', 'ia', '+b', 'ib', 's2', '-a', 's1', 'ib', 'b', '!', '+a', 'ia', '-b', 'ia', '-a', 's0', '!')
    once = ['+a', 'ia', 'a', '-a', 's0']
    host(*once * WARM, 'm', *once * 20, 'M')
