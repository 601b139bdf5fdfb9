"""Functions are called through pointers of their own type: emitted code and the runtime, under Clang's checks for that."""
import pathlib
import re
import shutil
import subprocess

import pytest

from support.hosts import WITHOUT_COMPONENTS, compile_objects

pytestmark = pytest.mark.once  # the settings name compilers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FIRST = '''(module
  (type $f (func (param i32) (result i32)))
  (type $pair (func (param i32) (result i32 i32)))
  (import "env" "add" (func $add (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "said\\0a\\00\\00\\00\\10\\00\\00\\00\\05\\00\\00\\00")
  (table (export "table") 6 funcref)
  (table $constant 2 funcref)
  (global $started (mut i32) (i32.const 0))
  (elem (table 0) (i32.const 0) func $same $more $imported)
  (elem (table 0) (i32.const 4) func $two)
  (elem (table $constant) (i32.const 0) func $same $more)
  (func $same (type $f) (local.get 0))
  (func $more (type $f) (i32.add (local.get 0) (i32.const 1)))
  (func $imported (type $f) (i32.add (local.get 0) (call $add (i32.const 3) (i32.const 3))))
  (func $two (type $pair) (local.get 0) (i32.add (local.get 0) (i32.const 1)))
  (func $start (global.set $started (i32.add (global.get $started) (i32.const 1))))
  (start $start)
  (func (export "started") (result i32) (global.get $started))
  (func (export "indirect") (param i32 i32) (result i32) (call_indirect (type $f) (local.get 1) (local.get 0)))
  (func (export "fixed") (param i32 i32) (result i32) (call_indirect $constant (type $f) (local.get 1) (local.get 0)))
  (func $tail (export "tail") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 42))))
    (return_call $other (i32.sub (local.get 0) (i32.const 1))))
  (func $other (param i32) (result i32) (return_call $tail (local.get 0)))
  (func (export "say") (drop (call $write (i32.const 1) (i32.const 24) (i32.const 1) (i32.const 8)))))'''
SECOND = '''(module
  (type $f (func (param i32) (result i32)))
  (type $pair (func (param i32) (result i32 i32)))
  (import "first" "table" (table 1 funcref))
  (func (export "single") (param i32 i32) (result i32) (call_indirect (type $f) (local.get 1) (local.get 0)))
  (func (export "pair") (param i32) (result i32)
    (call_indirect (type $pair) (local.get 0) (i32.const 4)) (i32.add)))'''
# At -O0 each call through a pointer is one.
CFI = ['-O0', '-flto', '-fvisibility=hidden', '-fsanitize=cfi-icall', '-fno-sanitize-trap=cfi-icall', '-fno-sanitize-recover=cfi-icall']
FUNCTION = ['-O1', '-fsanitize=function', '-fno-sanitize-recover=function']


def links(cc, flags):
    return subprocess.run([cc, *flags, '-fuse-ld=lld', '-x', 'c', '-', '-o', '/dev/null'], input=b'int main(void) { return 0; }',
                          capture_output=True).returncode == 0


def compiler(least, flags):
    """A Clang of at least this version that has the linker and the libraries for the flags, or None."""
    for name in 'clang', 'clang-19', 'clang-18', 'clang-17':
        if shutil.which(name):
            version = int(re.search(r'version (\d+)', subprocess.run([name, '--version'], capture_output=True, text=True).stdout)[1])
            if version >= least and links(name, flags):
                return name
    return None


@pytest.fixture(scope='module')
def emitted(tmp_path_factory, run_wasmelt):
    folder = tmp_path_factory.mktemp('integrity')
    for name, text in {'first': FIRST, 'second': SECOND}.items():
        (folder / f'{name}.wat').write_text(text)
        subprocess.run(['wat2wasm', '--enable-tail-call', f'{name}.wat'], cwd=folder, check=True)
        for split in '1', '2':
            done = run_wasmelt(f'{name}.wasm', '--emit=c', f'--split={split}', '-o', f'{name}{split}', cwd=folder)
            assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope='module')
def compiled(emitted):
    """compiled(CC, FLAGS, NAME, SOURCES): the objects, compiled once for each name and compiler."""
    def compile_there(cc, flags, name, sources, include=()):
        out = emitted / f'{cc}-{name}'
        if not out.exists():
            compile_objects([cc, *flags, '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', *(f'-I{i}' for i in include)],
                            sources, out)
        return sorted(out.glob('*.o'))
    return compile_there


def build_and_run(emitted, compiled, cc, flags, split):
    folders = [emitted / f'first{split}', emitted / f'second{split}']
    objects = [*compiled(cc, flags, 'runtime', WITHOUT_COMPONENTS),
               *compiled(cc, flags, f'modules{split}', [HERE / 'cfi_host.c', *(f for d in folders for f in sorted(d.glob('*.c')))], folders)]
    subprocess.run([cc, *flags, '-fuse-ld=lld', *objects, '-lpthread', '-lm', '-o', 'host'], cwd=emitted, check=True)
    done = subprocess.run([emitted / 'host'], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, 'said\nok\n', '')


@pytest.mark.parametrize('split', ['1', '2'], ids=['one file', 'several files'])
def test_clangs_control_flow_integrity(emitted, compiled, split):
    build_and_run(emitted, compiled, 'clang', CFI, split)


def test_clangs_function_sanitizer(emitted, compiled):
    cc = compiler(17, FUNCTION) or pytest.skip('it checks C since Clang 17, and needs lld and the libraries of its version')
    build_and_run(emitted, compiled, cc, FUNCTION, '1')
