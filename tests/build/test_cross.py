"""Compiling for another machine, from the installed package: the result runs under qemu-user."""
import os
import pathlib
import shutil
import subprocess

import pytest

from support import stores

ROOT = pathlib.Path(__file__).resolve().parents[2]
CC = 'aarch64-linux-gnu-gcc'
SYSROOT = pathlib.Path('/usr/aarch64-linux-gnu')
MISSING = [name for name in (CC, 'qemu-aarch64') if not shutil.which(name)] + [str(SYSROOT)] * (not SYSROOT.exists())
pytestmark = [pytest.mark.skipif(bool(MISSING), reason=f'not installed: {", ".join(MISSING)}'), pytest.mark.once]

TOOLCHAIN = f'''
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER {CC})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
'''
PROGRAM = '''
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) {
    FILE *f = fopen("/files/text", "r");
    char line[80] = "";
    if (f && fgets(line, sizeof line, f))
        printf("%s: %s", argv[argc - 1], line);
    double x = 1;
    for (int k = 1; k < 30; k++)
        x = x * 1.1 + 1e-3 / k;
    printf("%.17g %d\\n", x, (int)strlen(line));
    return 3;
}
'''
SIMD = '''
#include <stdio.h>
#include <wasm_simd128.h>
int main(void) {
    v128_t a = wasm_i16x8_make(-300, 5, 32767, -1, 7, 100, -32768, 0), b = wasm_i16x8_splat(3);
    v128_t product = wasm_i16x8_q15mulr_sat(a, a), narrow = wasm_u8x16_narrow_i16x8(a, b);
    v128_t mixed = wasm_i8x16_swizzle(narrow, wasm_i8x16_make(15, 3, 2, 1, 0, 200, 7, 6, 5, 4, 8, 9, 10, 11, 12, 13));
    v128_t sums = wasm_i32x4_dot_i16x8(product, a);
    v128_t roots = wasm_f32x4_sqrt(wasm_f32x4_convert_i32x4(wasm_i32x4_abs(sums)));
    unsigned char bytes[16];
    wasm_v128_store(bytes, mixed);
    for (int k = 0; k < 16; k++)
        printf("%d ", bytes[k]);
    printf("%d %d %.9g %.9g %u\\n", wasm_i32x4_extract_lane(sums, 0), wasm_i32x4_extract_lane(sums, 3),
           wasm_f32x4_extract_lane(roots, 1), wasm_f32x4_extract_lane(roots, 2), wasm_i16x8_bitmask(a));
    return 0;
}
'''


@pytest.fixture(scope='module')
def wasmelt(installed):
    return installed / 'bin' / 'wasmelt'


@pytest.fixture(scope='module')
def environment(tmp_path_factory):
    return dict(os.environ, XDG_CACHE_HOME=str(tmp_path_factory.mktemp('cache')))


def translate(wasmelt, environment, *args):
    done = subprocess.run([wasmelt, '-O1', *args], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stderr


def run(*command):
    machine = subprocess.run(['file', '-b', command[0]], capture_output=True, text=True).stdout if shutil.which('file') else ''
    assert not machine or 'aarch64' in machine
    return subprocess.run(['qemu-aarch64', '-L', SYSROOT, *command], capture_output=True, text=True)


@pytest.mark.parametrize('compiler, options', [(CC, []), ('clang --target=aarch64-linux-gnu', ['--cflags=-O0'])], ids=['gcc', 'clang'])
def test_executables(wasmelt, environment, compile_wasi, tmp_path, compiler, options):
    (tmp_path / 'text').write_text('a line\n')
    for module in compile_wasi(PROGRAM), compile_wasi(SIMD, 'simd', ['-O2', '-msimd128']):
        here, there = tmp_path / f'{module.stem}.here', tmp_path / f'{module.stem}.there'
        translate(wasmelt, environment, module, '-o', here)
        assert translate(wasmelt, environment, module, '-o', there, '--cc', compiler, *options) == ''
        args = '--dir', f'{tmp_path}::/files', 'reader'
        theirs, ours = run(there, *args), subprocess.run([here, *args], capture_output=True, text=True)
        assert (theirs.returncode, theirs.stdout, theirs.stderr) == (ours.returncode, ours.stdout, ours.stderr)
        assert len(ours.stdout) > 20


def test_traps(wasmelt, environment, assemble, tmp_path):
    for body, reason in [('(drop (i32.load (i32.const 65536)))', 'out of bounds memory access'),
                         ('(call $deep)', 'call stack exhausted')]:
        module = assemble(f'(module (memory 1) (func $deep (call $deep)) (func (export "_start") {body}))')
        translate(wasmelt, environment, module, '-o', tmp_path / 'm', '--cc', CC)
        done = run(tmp_path / 'm')
        assert done.returncode == 134 and reason in done.stderr


def test_the_runtime_is_compiled_once(wasmelt, assemble, tmp_path):
    """By a compiler that makes empty files: it is about which commands there are."""
    cc = tmp_path / 'cc'
    cc.write_text(f'''#!/bin/sh
case " $* " in
*" -o "*) while [ "$1" != -o ]; do shift; done; exec touch "$2" ;;
esac
exec {CC} "$@"
''')
    cc.chmod(0o755)
    module = assemble('(module (func (export "_start")))')
    env = dict(os.environ, XDG_CACHE_HOME=str(tmp_path / 'cache'))
    args = module, '-v', '-o', tmp_path / 'm', '--cc', cc
    assert 'memory.c -o' in translate(wasmelt, env, *args)
    assert 'memory.c -o' not in translate(wasmelt, env, *args)
    assert 'memory.c -o' in translate(wasmelt, dict(env, WASMELT_CACHE_SIZE='0'), *args)


def test_runtime_and_a_library_for_ones_own_build(wasmelt, installed, environment, assemble, tmp_path):
    module = assemble('(module (func (export "twice") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 2))))')
    subprocess.run([wasmelt, 'runtime', '--cc', CC], cwd=tmp_path, env=environment, check=True)
    translate(wasmelt, environment, module, '--emit=lib', '-o', tmp_path / 'libm.a', '--cc', CC)
    (tmp_path / 'host.c').write_text('#include <stdio.h>\n#include "m.h"\nint main(void) { m *i; if (m_instantiate(&i, NULL) != 0)'
                                     ' return 1; printf("%lu\\n", (unsigned long)m_twice(i, 21)); return 0; }')
    subprocess.run([CC, 'host.c', 'libm.a', 'libwasmelt_rt.a', f'-I{installed}/include', '-lpthread', '-lm', '-o', 'host'],
                   cwd=tmp_path, check=True)
    assert run(tmp_path / 'host').stdout == '42\n'


def test_a_store_across_the_end_writes_nothing(wasmelt, environment, assemble, tmp_path):
    subprocess.run([wasmelt, 'runtime', '--cc', CC], cwd=tmp_path, env=environment, check=True)
    stores.check(wasmelt, CC, ['qemu-aarch64', '-L', SYSROOT], 'libwasmelt_rt.a', assemble(stores.MODULE), 'guard', tmp_path)


def test_cmake_toolchain_file(installed, assemble, compile_wasi, tmp_path):
    assemble('(module (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))', 'lib')
    compile_wasi('#include <stdio.h>\nint main(void) { puts("hello"); return 0; }')
    (tmp_path / 'host.c').write_text('#include <stdio.h>\n#include "twice.h"\nint main(void) { twice *i; '
                                     'if (twice_instantiate(&i, NULL) != 0) return 1; printf("%u\\n", twice_twice(i, 21)); return 0; }')
    (tmp_path / 'toolchain.cmake').write_text(TOOLCHAIN)
    (tmp_path / 'CMakeLists.txt').write_text('''
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package(Wasmelt REQUIRED)
wasmelt_add_library(twice lib.wasm)
add_executable(host host.c)
target_link_libraries(host PRIVATE twice)
wasmelt_add_executable(program program.wasm)
''')
    for command in (['cmake', '-S', tmp_path, '-B', tmp_path / 'out', '-G', 'Ninja', f'-DCMAKE_PREFIX_PATH={installed}',
                     f'-DCMAKE_TOOLCHAIN_FILE={tmp_path}/toolchain.cmake'], ['cmake', '--build', tmp_path / 'out']):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert run(tmp_path / 'out' / 'host').stdout == '42\n'
    assert run(tmp_path / 'out' / 'program').stdout == 'hello\n'


def test_as_part_of_a_project_and_the_same_c_on_both_machines(wasmelt, compile_wasi, tmp_path):
    """The translator itself, compiled for the other machine, writes the same bytes."""
    modules = compile_wasi(PROGRAM), compile_wasi(SIMD, 'simd', ['-O2', '-msimd128'])
    (tmp_path / 'toolchain.cmake').write_text(TOOLCHAIN)
    (tmp_path / 'CMakeLists.txt').write_text(f'''
cmake_minimum_required(VERSION 3.25)
project(user C)
add_subdirectory({ROOT} wasmelt)
wasmelt_add_executable(simd simd.wasm)
''')
    out = tmp_path / 'out'
    subprocess.run(['cmake', '-S', tmp_path, '-B', out, '-G', 'Ninja', f'-DCMAKE_TOOLCHAIN_FILE={tmp_path}/toolchain.cmake',
                    '-DCMAKE_C_FLAGS_DEBUG=-O0', '-DCMAKE_BUILD_TYPE=Debug', '-DWASMELT_SODIUM_LIBRARY=',
                    f'-DWASMELT_COMMAND={wasmelt}'], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(['cmake', '--build', out], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    assert run(out / 'simd').returncode == 0
    for module in modules:
        for split in '1', '3':
            subprocess.run([wasmelt, module, '--emit=c', '--split', split, '-o', tmp_path / 'here'], check=True)
            done = run(out / 'wasmelt' / 'bin' / 'wasmelt', module, '--emit=c', '--split', split, '-o', tmp_path / 'there')
            assert done.returncode == 0, done.stderr
    here = {path.name: path.read_bytes() for path in (tmp_path / 'here').iterdir()}
    assert here == {path.name: path.read_bytes() for path in (tmp_path / 'there').iterdir()} and len(here) > 8


# ---- Another C library on this machine ----

@pytest.mark.skipif(not shutil.which('musl-gcc'), reason='no musl-gcc')
@pytest.mark.parametrize('options', [[], ['--ldflags=-static', '-g'], ['--ldflags=-Wl,--no-eh-frame-hdr']], ids=['dynamic', 'static', 'no unwind tables'])
def test_musl(wasmelt, compile_wasi, tmp_path, options):
    """Its wrapper says that it is for the same machine, has no headers of the kernel, and an unwinder made for glibc."""
    compile_wasi('#include <stdio.h>\n#include <stdlib.h>\nint main(int argc, char **argv) { printf("%s\\n", argv[1]); fflush(stdout);'
                 ' return 100 / atoi(argv[1]); }')
    environment = dict(os.environ, XDG_CACHE_HOME=str(tmp_path.parent / 'musl-cache'))
    subprocess.run([wasmelt, 'program.wasm', '--cc', 'musl-gcc', '-O0', *options, '-o', 'app'], check=True, cwd=tmp_path, env=environment)
    assert b'ld-musl' in (tmp_path / 'app').read_bytes() or '-static' in options[0]
    ran = subprocess.run([tmp_path / 'app', '5'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (20, '5\n')
    ran = subprocess.run([tmp_path / 'app', '0'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (134, '0\n')
    message, *frames = ran.stderr.splitlines()
    assert message == 'wasmelt: trap: integer divide by zero'
    assert 'eh-frame' in str(options) or any('_start' in frame for frame in frames)


@pytest.mark.skipif(not shutil.which('musl-gcc') or os.geteuid() != 0, reason='no musl-gcc, or not root, who alone may change the root')
def test_a_small_static_executable_runs_where_there_is_nothing_else(wasmelt, compile_wasi, tmp_path):
    """As in a container FROM scratch: no libraries, no /proc, no /dev."""
    compile_wasi('#include <stdio.h>\nint main(int argc, char **argv) { puts("Hello"); fflush(stdout); return argc > 1 ? *(volatile int *)-4 : 0; }',
                 flags=('-O2',))
    root = tmp_path / 'root'
    root.mkdir()
    flags = ['--cflags=-Os -DWASMELT_NO_BACKTRACES -fno-asynchronous-unwind-tables', '--ldflags=-static -s -Wl,-z,noseparate-code']
    subprocess.run([wasmelt, 'program.wasm', '--cc', 'musl-gcc', *flags, '-o', root / 'app'], check=True, cwd=tmp_path,
                   env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path.parent / 'musl-cache')))
    assert (root / 'app').stat().st_size < 120_000  # a tenth more than it is
    ran = subprocess.run(['chroot', root, '/app'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, 'Hello\n', '')
    ran = subprocess.run(['chroot', root, '/app', 'trap'], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (134, 'wasmelt: trap: out of bounds memory access\n')
