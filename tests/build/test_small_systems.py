"""Systems without virtual memory, signals, threads and files: firmware with modules for Cortex-M, which QEMU runs, and the same runtime
compiled for this machine."""
import functools
import pathlib
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / 'examples' / 'microcontroller'
DOCUMENT = (ROOT / 'docs' / 'small-systems.md').read_text()
ARM = 'arm-none-eabi-gcc'
M3 = f'{ARM} -mcpu=cortex-m3 -mthumb'
QEMU = ['qemu-system-arm', '-M', 'mps2-an385', '-display', 'none', '-serial', 'stdio', '-monitor', 'none', '-semihosting-config',
        'enable=on,target=native', '-kernel']


def lacks(*tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    if shutil.which(ARM) and not pathlib.Path('/usr/lib/arm-none-eabi/include/stdio.h').exists():
        missing.append('libnewlib-arm-none-eabi')
    return pytest.mark.skipif(bool(missing), reason=f'not installed: {", ".join(missing)}')


needs_compiler = lacks(ARM)
needs_board = lacks(ARM, 'qemu-system-arm')


def here(cc):
    return f'{cc} -DWASMELT_SMALL_SYSTEM'


# ---- What the runtime needs ----

# Other names by which C libraries have what the document names.
SAME = {'__errno': 'errno', '__errno_location': 'errno', '_setjmp': 'setjmp', '__aeabi_memcpy': 'memcpy', '__aeabi_memset': 'memset'}

OF_THE_COMPILER = '__aeabi_l', '__aeabi_u', '__clz', '__gnu_thumb1_case_'


def symbols(archive, *options):
    text = subprocess.run(['nm', '-P', *options, archive], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {line.split()[0] for line in text.splitlines() if len(line.split()) > 1}


@pytest.mark.parametrize('compiler', [here('gcc'), *(pytest.param(f'{ARM} -mcpu=cortex-{name} -mthumb', marks=needs_compiler)
                                                     for name in ('m0', 'm3', 'm4'))])
def test_the_runtime_needs_what_the_document_lists(compiler, runtime_of):
    runtime = runtime_of(compiler)
    needed = symbols(runtime, '-u') - symbols(runtime, '--defined-only')
    needed = {SAME.get(name, name) for name in needed if not name.startswith(OF_THE_COMPILER)}
    sentence = re.search(r'The runtime needs these functions of the C library: (.*?)\. ', DOCUMENT, re.DOTALL)[1]
    listed = set(re.findall(r'`(\w+)`', sentence)) | set(re.findall(r'(wasmelt_host_\w+)\(', DOCUMENT))
    assert needed == listed


@pytest.fixture
def native(cc):
    return here(cc)


@pytest.fixture(scope='module')
def runtime_of(wasmelt, tmp_path_factory):
    """runtime_of(COMPILER): the runtime's library."""
    @functools.lru_cache(maxsize=None)
    def make(cc):
        folder = tmp_path_factory.mktemp('runtime')
        done = subprocess.run([wasmelt, 'runtime', '-o', 'runtime.a', f'--cc={cc}'], cwd=folder, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, '')
        return folder / 'runtime.a'
    return make


# ---- A module on a board and on this machine ----

MODULE = '''(module
  (memory (export "memory") 1 3)
  (tag $e (param i32))
  (type $one (func (param i32) (result i32)))
  (table 2 2 funcref)
  (elem (i32.const 0) $twice)
  (func $twice (type $one) (i32.mul (local.get 0) (i32.const 2)))
  (func $deep (export "deep") (type $one) (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))
  (func $throw (param i32) (throw $e (local.get 0)))
  (func (export "caught") (type $one)
    (try (result i32) (do (call $throw (local.get 0)) (i32.const 0)) (catch $e)))
  (func (export "uncaught") (type $one) (call $throw (local.get 0)) (i32.const 0))
  (func (export "load") (type $one) (i32.load (local.get 0)))
  (func (export "store") (type $one) (i64.store (local.get 0) (i64.const 0x1122334455667788)) (i32.load16_u (local.get 0)))
  (func (export "grow") (type $one) (memory.grow (local.get 0)))
  (func (export "fill") (type $one) (memory.fill (local.get 0) (i32.const 7) (i32.const 100)) (i32.load (local.get 0)))
  (func (export "div") (type $one) (i32.div_s (i32.const 7) (local.get 0)))
  (func (export "floats") (type $one)
    (i32.trunc_f64_s (f64.mul (f64.convert_i32_s (local.get 0)) (f64.promote_f32 (f32.sqrt (f32.convert_i32_u (local.get 0)))))))
  (func (export "indirect") (type $one) (call_indirect (type $one) (i32.const 21) (local.get 0)))
  (func $down (export "tail") (type $one)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 9))))
    (return_call $down (i32.sub (local.get 0) (i32.const 1))))
  (func (export "atomic") (type $one)
    (drop (i64.atomic.rmw.add (i32.const 512) (i64.extend_i32_u (local.get 0))))
    (i32.wrap_i64 (i64.atomic.rmw.cmpxchg (i32.const 512) (i64.const 5) (i64.const 6))))
  (func (export "wait") (type $one) (memory.atomic.wait32 (local.get 0) (i32.const 1) (i64.const -1)))
  (func (export "vector") (type $one)
    (i32x4.extract_lane 3 (i32x4.add (v128.const i32x4 1 2 3 4) (i32x4.splat (local.get 0))))))'''
CALLS = [('load', 0), ('load', 65533), ('load', 65536), ('load', 4294967292), ('store', 3), ('store', 65529), ('grow', 1), ('load', 65536),
         ('grow', 5), ('fill', 131000), ('fill', 10), ('div', 0), ('deep', 0), ('caught', 42), ('deep', 0), ('uncaught', 3), ('div', 7),
         ('floats', 100), ('indirect', 0), ('indirect', 1), ('indirect', 2), ('tail', 100000), ('atomic', 5), ('atomic', 5), ('wait', 4),
         ('vector', 7)]
EXPECTED = '''load: no trap 0
load: out of bounds memory access 0
load: out of bounds memory access 0
load: out of bounds memory access 0
store: no trap 30600
store: out of bounds memory access 0
grow: no trap 1
load: no trap 0
grow: no trap -1
fill: out of bounds memory access 0
fill: no trap 117901063
div: integer divide by zero 0
deep: call stack exhausted 0
caught: no trap 42
deep: call stack exhausted 0
uncaught: uncaught exception 0
div: no trap 1
floats: no trap 1000
indirect: no trap 42
indirect: uninitialized element 0
indirect: undefined element 0
tail: no trap 9
atomic: no trap 5
atomic: no trap 11
wait: expected shared memory 0
vector: no trap 11
'''
HOST = '''
#include <stdio.h>
#include <string.h>
#include <wasmelt/small.h>
#include <wasmelt/wasmelt.h>
#include "m.h"
#include "put.h"

void wasmelt_host_panic(const char *what, const char *why) {
    put_text(what);
    put_text(why);
    put_end(99);
}
static const struct { const char *name; unsigned argument; } calls[] = {%s};
int main(void) {
    m *i;
    wasmelt_error e;
    if (m_instantiate(&i, &e) != WASMELT_OK)
        wasmelt_host_panic("instance: ", e.message);
    for (unsigned k = 0; k < sizeof calls / sizeof *calls; k++) {
        char line[100];
        wasmelt_extern f;
        wasmelt_value argument = {.i32 = calls[k].argument}, result = {.i32 = 0};
        wasmelt_export((wasmelt_instance *)i, calls[k].name, &f);
        wasmelt_trap_code code = wasmelt_call(f.func, &argument, &result, NULL);
        snprintf(line, sizeof line, "%%s: %%s %%d\\n", calls[k].name, wasmelt_trap_message(code), code ? 0 : (int)result.i32);
        put_text(line);
    }
    m_instance_free(i);
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    put_end((int)usage.memories + (int)usage.instances);
}
''' % ', '.join(f'{{"{name}", {argument}u}}' for name, argument in CALLS)
ON_BOARD = '''
#include "board.h"
static void put_text(const char *text) { board_write(text, strlen(text)); }
static _Noreturn void put_end(int status) { board_stop(status); }
void wasmelt_host_stack(uintptr_t *low, uintptr_t *high) {
    *low = (uintptr_t)board_stack_low + 1024;
    *high = (uintptr_t)board_stack_high;
}
'''
# A part of the stack, so that what is below it may be used for nothing: the 4 KiB after it stay as they are.
HERE = '''
#include <stdlib.h>
static void put_text(const char *text) { fputs(text, stdout); }
static _Noreturn void put_end(int status) { exit(status); }
void wasmelt_host_stack(uintptr_t *low, uintptr_t *high) {
    *high = (uintptr_t)__builtin_frame_address(0) + 65536;
    *low = *high - 65536 - 16384;
}
'''


@pytest.fixture
def module(tmp_path):
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-exceptions', '--enable-tail-call', '--enable-threads', 'm.wat'], cwd=tmp_path, check=True)
    (tmp_path / 'host.c').write_text(HOST)
    return tmp_path


def make(run_wasmelt, folder, cc, *options):
    done = run_wasmelt('m.wasm', '--emit=lib', *options, f'--cc={cc}', cwd=folder)
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.each_run
@pytest.mark.parametrize('options', [[], ['-Os'], ['-O0']], ids=' '.join)
def test_a_module_on_this_machine(module, options, native, run_wasmelt, runtime_of):
    make(run_wasmelt, module, native, *options)
    (module / 'put.h').write_text(HERE)
    subprocess.run([*native.split(), '-O1', '-Wall', '-Wextra', '-Werror', '-no-pie', f'-I{ROOT / "include"}', 'host.c', 'libm.a',
                    runtime_of(native), '-lm', '-o', 'host'], cwd=module, check=True)
    run = subprocess.run(['./host'], cwd=module, stdout=subprocess.PIPE, text=True, timeout=60)
    assert run.stdout == EXPECTED
    assert run.returncode == 0


@needs_board
@pytest.mark.parametrize('options', [[], ['-Os']], ids=' '.join)
def test_a_module_on_a_board(module, options, run_wasmelt, runtime_of):
    make(run_wasmelt, module, M3, *options)
    (module / 'put.h').write_text(ON_BOARD)
    subprocess.run([*M3.split(), '-Os', '-ffunction-sections', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', f'-I{EXAMPLE}', 'host.c',
                    EXAMPLE / 'board.c', 'libm.a', runtime_of(M3), '-T', EXAMPLE / 'board.ld', '-nostartfiles', '--specs=nano.specs',
                    '--specs=nosys.specs', '-Wl,--gc-sections', '-lm', '-o', 'firmware'], cwd=module, check=True)
    run = subprocess.run([*QEMU, 'firmware'], cwd=module, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=300)
    assert run.stdout == EXPECTED
    assert run.returncode == 0


@needs_board
def test_the_example(wasmelt, tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / 'example')
    run = subprocess.run(['make', '-s', 'run', f'WASMELT={wasmelt}', f'INCLUDE={ROOT / "include"}'], cwd=tmp_path / 'example',
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=300)
    assert run.stdout == '''squares: no trap, 338350
load: out of bounds memory access, 4294967280
depth: no trap, 11
depth: call stack exhausted, 1000000
hello from app: 15 blocks of 16 KiB
start: the program called exit, 7
squares: no trap, 385
'''
    assert run.returncode == 0


# ---- What there is not ----

START = '0061736d01000000'
GAPS = {
    'structs and arrays': START + '0108025f017f00600000' '03020101' '0a08010600fb01001a0b',  # (drop (struct.new_default 0))
    'shared memories': START + '050401030101',
}


@pytest.mark.parametrize('what', GAPS)
def test_what_is_refused(what, run_wasmelt, tmp_path):
    (tmp_path / 'm.wasm').write_bytes(bytes.fromhex(GAPS[what]))
    done = run_wasmelt('m.wasm', '--system=small', '--emit=c', cwd=tmp_path)
    assert done.returncode == 1
    assert f'error: not supported: on small systems: {what}' in done.stderr


@pytest.mark.parametrize('options, what', [(['-o', 'm.out'], 'executables'), (['--emit=shared'], 'shared objects'),
                                           (['--emit=ffi'], 'shared objects')])
def test_only_libraries(options, what, native, assemble, run_wasmelt, tmp_path):
    done = run_wasmelt(assemble('(module (func (export "_start")))'), f'--cc={native}', *options, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == f'wasmelt: error: not supported: {what} for small systems; --emit=lib and --emit=obj are, for a host of C\n'


@pytest.mark.parametrize('option', ['--interrupt=poll', '--bounds=either', '--main'])
def test_options_that_do_not_fit(option, assemble, run_wasmelt):
    done = run_wasmelt(assemble('(module (func (export "_start")))'), '--system=small', '--emit=c', option)
    assert done.returncode == 2
    assert f'--system=small does not go with {option.split("=")[0]}' in done.stderr


def test_interrupts_where_the_compiler_decides(native, assemble, run_wasmelt, tmp_path):
    done = run_wasmelt(assemble('(module)'), '--emit=lib', '--interrupt=poll', f'--cc={native}', cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == 'wasmelt: error: not supported: --interrupt on small systems; --fuel is\n'


@pytest.mark.parametrize('options, compiles', [(['--bounds=explicit'], False), (['--system=small'], True), (['--c=plain'], True)])
def test_c_for_other_systems_does_not_compile(options, compiles, native, assemble, run_wasmelt, tmp_path):
    """Nothing would notice that its stack ends."""
    run_wasmelt(assemble('(module (memory 1) (func (export "f")))'), '--emit=c', '--name=m', *options, '-o', tmp_path)
    done = subprocess.run([*native.split(), f'-I{ROOT / "include"}', '-c', 'm.c'], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert (done.returncode == 0) == compiles
    assert compiles or 'translate with --system=small' in done.stderr
