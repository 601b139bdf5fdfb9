"""What a trap reports with -g, to people and to hosts; core dumps."""
import os
import pathlib
import re
import resource
import subprocess

import pytest

from support.debugging import ROOT, build_wasm

HERE = pathlib.Path(__file__).resolve().parent
MESSAGE = 'wasmelt: trap: integer divide by zero'


@pytest.fixture
def build_app(tmp_path, run_wasmelt, cc):
    def build(module, *flags):
        done = run_wasmelt('--cc', cc, module, '-o', tmp_path / 'app', *flags)
        assert done.returncode == 0 and done.stderr == '', done.stderr
        return tmp_path / 'app'
    return build


def run(app, *arguments, cwd=None, **environment):
    """Standard error of a program that traps."""
    done = subprocess.run([app, *arguments], capture_output=True, text=True, timeout=60, cwd=cwd,
                          env={**os.environ, **environment})
    assert done.returncode in (134, -6), done
    return done.stderr.splitlines()


@pytest.mark.parametrize('version, level', [(4, '-O0'), (5, '-O1'), (4, '-O2'), (5, '-O3')])
def test_lines_of_the_source_with_inlined_calls(build_app, small, tmp_path, version, level):
    lines = run(build_app(small(f'-gdwarf-{version}', '-O0'), '-g', level))
    assert lines[:3] == [MESSAGE, f'   0: divide at {tmp_path}/small.c:2', f'   1: main at {tmp_path}/small.c:9']
    # Of the C library some functions have lines and some have not.
    assert re.fullmatch(r'   2: __main_void at byte 0x[0-9a-f]+', lines[3])
    assert re.fullmatch(r'   4: _start at .*crt1-command\.c:12', lines[5])


@pytest.mark.parametrize('flags', [['--split=2'], ['--keep=kept'], ['--split=2', '--keep=kept'], ['--cflags=-gdwarf-4'],
                                   ['--cflags=-O2 -flto', '--split=2'],
                                   ['--cflags=-O2 -ffunction-sections -fdata-sections'], ['--debug-prefix-map={}=/src']],
                         ids=lambda flags: ' '.join(flags))
def test_lines_however_it_is_compiled(build_app, small, tmp_path, flags, cc):
    if cc == 'clang' and '-flto' in flags[0]:
        pytest.skip('the linker may lack the plugin')
    mapped = any('prefix' in flag for flag in flags)
    flags = [flag.replace('kept', f'{tmp_path}/kept').format(tmp_path) for flag in flags]
    lines = run(build_app(small(), '-g', *flags))
    folder = '/src' if mapped else tmp_path
    assert lines[:3] == [MESSAGE, f'   0: divide at {folder}/small.c:2', f'   1: main at {folder}/small.c:9']
    assert ' at byte 0x' in lines[3]


WAT = '''(module
  (import "env" "host" (func $host (param i32)))
  (memory 1)
  (global $g (mut i32) (i32.const 0))
  (func $inner (param i32) (result i32)
    (i32.store (i32.const 8) (i32.const 1))
    (i32.div_u (i32.const 100) (local.get 0)))
  (func $middle (param i32) (result i32)
    (global.set $g (i32.const 2))
    (call $inner (local.get 0)))
  (func $outer (export "outer") (param i32) (result i32)
    (call $host (local.get 0))
    (if (i32.eq (local.get 0) (i32.const 5)) (then unreachable))
    (i32.add (call $middle (local.get 0)) (global.get $g)))
)'''


def instructions(module, name):
    """Offset and name of each instruction of a function, from wasm-objdump."""
    text = subprocess.run(['wasm-objdump', '-d', module], capture_output=True, text=True, check=True).stdout
    body = re.search(rf'^ ?([0-9a-f]+) func\[\d+\] <{name}>:\n((?: .*\n)*)', text, re.MULTILINE)
    return [(int(at, 16), what) for at, what in re.findall(r'^ ([0-9a-f]+): .*\| +(\S+)', body.group(2), re.MULTILINE)]


def offset_of(module, name, instruction):
    return next(at for at, what in instructions(module, name) if what == instruction)


def assemble_named(folder, text, name):
    (folder / f'{name}.wat').write_text(text)
    subprocess.run(['wat2wasm', '--debug-names', folder / f'{name}.wat', '-o', folder / f'{name}.wasm'], check=True)
    return folder / f'{name}.wasm'


@pytest.mark.parametrize('level', ['-O0', '-O2'])
def test_bytes_of_the_module_without_dwarf(build_app, tmp_path, level):
    text = WAT.replace('(import "env" "host" (func $host (param i32)))', '(func $host (param i32))')
    text = text.replace('\n)', '\n  (func $_start (export "_start") (drop (call $outer (i32.const 0)))))')
    module = assemble_named(tmp_path, text, 'm')
    places = [offset_of(module, 'inner', 'i32.div_u'), offset_of(module, 'middle', 'call'),
              [at for at, what in instructions(module, 'outer') if what == 'call'][1], offset_of(module, '_start', 'call')]
    lines = run(build_app(module, '-g', level))
    assert lines == [MESSAGE, *(f'  {k:2d}: {name} at byte 0x{at:x}' for k, (name, at) in
                                enumerate(zip(['inner', 'middle', 'outer', '_start'], places)))]


def test_names_alone_without_g(build_app, small):
    lines = run(build_app(small(), '-O0'))
    assert lines[:3] == [MESSAGE, '   0: divide', '   1: main']


def test_nothing_but_the_reason_when_stripped_or_switched_off(build_app, small):
    app = build_app(small(), '-g')
    assert run(app, WASMELT_BACKTRACE='0') == [MESSAGE]
    subprocess.run(['strip', app], check=True)
    assert run(app) == [MESSAGE]


def test_names_with_any_characters_are_printed_as_they_are(build_app, tmp_path):
    module = assemble_named(tmp_path, '(module (func $f (export "_start") unreachable))', 'm')
    # The name of the function in the name section, in place of "f".
    name = 'std::vector<int, A>::at(unsigned) "é"'.encode()
    data = module.read_bytes()
    head, tail = data.split(b'\4name', 1)
    content = b'\1' + bytes([len(name) + 3]) + b'\1\0' + bytes([len(name)]) + name
    module.write_bytes(head[:-1] + bytes([len(content) + 5]) + b'\4name' + content)
    assert run(build_app(module, '-g'))[1].startswith(f'   0: {name.decode()} at byte 0x')


def test_a_confined_program_still_knows_its_lines(build_app, small, tmp_path):
    app = build_app(small(), '-g', '-O0')
    if subprocess.run([app, '--confine', 'x'], capture_output=True).returncode == 1:
        pytest.skip('the kernel has no Landlock')
    assert run(app, '--confine')[1] == f'   0: divide at {tmp_path}/small.c:2'


# ---- Hosts ----

@pytest.fixture
def host(tmp_path, run_wasmelt, build, cc):
    """host(FLAG, ...): host.c with the library of WAT."""
    def make(*flags, compile_flags=()):
        module = assemble_named(tmp_path, WAT, 'lib')
        done = run_wasmelt('--emit=obj', '--cc', cc, *flags, module, '-o', tmp_path / 'lib.o')
        assert done.returncode == 0 and done.stderr == '', done.stderr
        subprocess.run([cc, '-g', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', f'-I{tmp_path}', *compile_flags,
                        HERE / 'host.c', tmp_path / 'lib.o', build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm',
                        '-o', tmp_path / 'host'], check=True)
        return tmp_path / 'host', module
    return make


def expected_frames(module):
    begin = {name: instructions(module, name)[0][0] - 1 for name in ('inner', 'middle', 'outer')}
    calls = [at for at, what in instructions(module, 'outer') if what == 'call']
    def frame(index, name, at):
        return f'  lib#{index} {name} {begin[name]:x}+{at:x} -:0'
    return {'zero': [frame(1, 'inner', offset_of(module, 'inner', 'i32.div_u')),
                     frame(2, 'middle', offset_of(module, 'middle', 'call')), frame(3, 'outer', calls[1])],
            'thread': [frame(3, 'outer', offset_of(module, 'outer', 'unreachable'))],
            'host': [frame(3, 'outer', calls[0])]}


@pytest.mark.parametrize('level', ['-O0', '-O2'])
def test_a_host_gets_the_frames_of_each_thread(host, level):
    program, module = host('-g', level)
    done = subprocess.run([program], capture_output=True, text=True, timeout=60)
    frames = expected_frames(module)
    assert done.stdout.splitlines() == [
        'off: integer divide by zero', 'zero: integer divide by zero', *frames['zero'], 'thread: unreachable',
        *frames['thread'], 'host: the host ended the call', *frames['host'], 'off: integer divide by zero']
    assert done.returncode == 0 and done.stderr == ''


def test_the_environment_keeps_a_host_from_tracing(host):
    program, _ = host('-g')
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, env={**os.environ, 'WASMELT_BACKTRACE': '0'})
    assert '#' not in done.stdout


def test_a_host_can_end_at_a_trap(host):
    program, _ = host('-g')
    done = subprocess.run([program, 'abort'], capture_output=True, text=True, timeout=60)
    assert done.returncode == -6
    assert done.stdout == 'off: integer divide by zero\n'
    assert done.stderr.splitlines()[:2] == [MESSAGE, done.stderr.splitlines()[1]]
    assert done.stderr.splitlines()[1].startswith('   0: inner at byte 0x')


def test_a_host_under_address_sanitizer(tmp_path, run_wasmelt, build, cc):
    """The host's side alone is instrumented; traps by signals, exhaustion and a host's own error all do what they do
    without."""
    module = assemble_named(tmp_path, '''(module
      (memory (export "memory") 1)
      (func $load (export "load") (param i32) (result i32) (i32.load (local.get 0)))
      (func $deep (export "deep") (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1))))''', 'guest')
    done = run_wasmelt('--emit=obj', '-g', '-O0', '--cc', cc, module, '-o', tmp_path / 'guest.o')
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text('''
#include <stdio.h>
#include <stdlib.h>
#include <wasmelt/wasmelt.h>
#include "guest.h"
static void load(void *g) { guest_load(g, 0x7fffffff); }
static void deep(void *g) { guest_deep(g, 0); }
static bool show(void *context, const wasmelt_frame *f) { (void)context; printf(" %s\\n", f->name); return false; }
int main(int argc, char **argv) {
    guest *g;
    wasmelt_error error;
    volatile int where = argc > 1 ? atoi(argv[1]) : 0;
    wasmelt_backtrace_enable(true);
    if (guest_instantiate(&g, &error) != WASMELT_OK)
        return 2;
    for (int k = 0; k < 3; k++) {
        printf("%s\\n", wasmelt_trap_message(wasmelt_run(load, g, NULL)));
        wasmelt_backtrace_visit(show, NULL);
        printf("%s\\n", wasmelt_trap_message(wasmelt_run(deep, g, NULL)));
        wasmelt_backtrace_visit(show, NULL);
    }
    fflush(stdout);
    char *own = malloc(4);
    own[where] = 1; /* 4: the host's own error, which is the sanitizer's to find */
    if (where == -1)
        *(volatile char *)8 = 1;
    free(own);
    guest_instance_free(g);
    return 0;
}
''')
    subprocess.run([cc, '-g', '-fsanitize=address,undefined', f'-I{ROOT / "include"}', f'-I{tmp_path}', tmp_path / 'host.c',
                    tmp_path / 'guest.o', build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', tmp_path / 'host'],
                   check=True)

    def go(*arguments):
        return subprocess.run([tmp_path / 'host', *arguments], capture_output=True, text=True, errors='replace', timeout=120)
    good = go()
    assert good.returncode == 0 and good.stderr == '', good.stderr
    assert good.stdout == 'out of bounds memory access\n load\ncall stack exhausted\n deep\n' * 3
    bad = go('4')
    assert bad.returncode == 1 and 'heap-buffer-overflow' in bad.stderr and 'host.c' in bad.stderr


SHARED_HOST = r'''
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <wasmelt/wasmelt.h>

static bool show(void *context, const wasmelt_frame *f) {
    (void)context;
    printf("%s %s %x\n", f->module, f->name, f->offset);
    return true;
}

static wasmelt_instance *load(const char *path, const char *symbol, wasmelt_instance *from) {
    wasmelt_import import = {"b", "divide", {0}};
    wasmelt_instance *made = NULL;
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const wasmelt_module *module = object ? dlsym(object, symbol) : NULL;
    if (from && !wasmelt_export(from, "divide", &import.value))
        exit(2);
    if (!module || wasmelt_instantiate(module, &import, from ? 1 : 0, &made, NULL) != WASMELT_OK)
        exit(2);
    return made;
}

int main(void) {
    wasmelt_extern run;
    wasmelt_trap trap;
    wasmelt_backtrace_enable(true);
    wasmelt_instance *b = load("./b.so", "b_module", NULL), *a = load("./a.so", "a_module", b);
    if (!wasmelt_export(a, "run", &run))
        return 2;
    wasmelt_call(run.func, NULL, NULL, &trap);
    wasmelt_backtrace_visit(show, NULL);
    wasmelt_instance_free(a);
    wasmelt_instance_free(b);
    return 0;
}
'''


def test_frames_of_modules_in_several_shared_objects(tmp_path, run_wasmelt, build, cc):
    a = assemble_named(tmp_path, '''(module
      (import "b" "divide" (func $divide (param i32) (result i32)))
      (func $run (export "run") (drop (call $divide (i32.const 0)))))''', 'a')
    b = assemble_named(tmp_path, '''(module
      (func $divide (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0))))''', 'b')
    for module in (a, b):
        done = run_wasmelt('-g', '-O0', '--emit=shared', '--cc', cc, module, '-o', module.with_suffix('.so'))
        assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text(SHARED_HOST)
    subprocess.run([cc, f'-I{ROOT / "include"}', tmp_path / 'host.c', '-Wl,--whole-archive', build / 'lib' / 'libwasmelt_rt.a',
                    '-Wl,--no-whole-archive', '-rdynamic', '-ldl', '-lpthread', '-lm', '-o', tmp_path / 'host'], check=True)
    done = subprocess.run([tmp_path / 'host'], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [f'b divide {offset_of(b, "divide", "i32.div_u"):x}',
                                        f'a run {offset_of(a, "run", "call"):x}'], done.stderr


# ---- Core dumps ----

def core_file(folder, app, *arguments):
    """Runs the program with core dumps allowed, in `folder`. The core, or a skipped test."""
    pattern = pathlib.Path('/proc/sys/kernel/core_pattern').read_text().strip()
    if pattern.startswith(('|', '/')) or '%' in pattern:
        pytest.skip(f'core dumps go elsewhere here: {pattern}')
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run([app, *arguments], cwd=folder, capture_output=True, text=True, timeout=60,
                          env={**os.environ, 'WASMELT_ABORT': '1'},
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)))
    assert done.returncode == -6
    found = [p for p in folder.iterdir() if p.name == pattern or p.name.startswith(f'{pattern}.')]
    if not found:
        pytest.skip('core dumps are not written here')
    return found[0], done.stderr.splitlines()


@pytest.mark.parametrize('argument, reason', [('0', 'integer divide by zero'), ('-1', 'out of bounds memory access')])
def test_a_core_dump_has_the_frames_and_not_the_reservation(build_app, tmp_path, argument, reason):
    source = '''
#include <stdio.h>
#include <stdlib.h>
static volatile int numbers[4] = {11, 22, 33, 44};
__attribute__((noinline)) static int pick(int n) {
    return n < 0 ? numbers[n * 300000000] : 100 / n;
}
int main(int argc, char **argv) {
    return pick(atoi(argv[1]));
}
'''
    module = build_wasm(tmp_path, 'dump', {'dump.c': source}, ['-g', '-O0'])
    app = build_app(module, '-g', '-O1')
    folder = tmp_path / 'cores'
    folder.mkdir()
    core, lines = core_file(folder, app, argument)
    assert lines[:2] == [f'wasmelt: trap: {reason}', f'   0: pick at {tmp_path}/dump.c:6']
    # The memory has 128 KiB, its reservation more than 4 GiB.
    assert core.stat().st_size < 16 << 20
    out = subprocess.run(['gdb', '-q', '-nx', '-batch', '-ex', 'set debuginfod enabled off', '-ex', 'bt', app, core],
                         capture_output=True, text=True, errors='replace', timeout=60).stdout
    assert re.search(r'#\d+ .*f_pick .* at .*/dump\.c:6\n#\d+ .*f_main .* at .*/dump\.c:9\n', out), out


def test_reservations_are_not_dumped_and_memory_is(tmp_path, build, cc):
    """Also where memories lie side by side, have grown, have been asked for what they do not have, and after others
    were freed: of each 4 GiB only what is accessible."""
    (tmp_path / 'dump.c').write_text('''
#include <stdlib.h>
#include <string.h>
#include <wasmelt/wasmelt.h>
static wasmelt_memory *make(void) {
    wasmelt_memory_type type = {.page_size_log2 = 16};
    wasmelt_memory *m = wasmelt_memory_new(&type);
    if (!m || wasmelt_memory_grow(m, 1) != 0)
        exit(2);
    memset(m->base, 'x', 65536);
    if (wasmelt_memory_grow(m, 2) != 1)
        exit(2);
    memcpy(m->base + 2 * 65536 + 5, "this was grown", 14);
    return m;
}
static void beyond(void *m) {
    ((wasmelt_memory *)m)->base[3 * 65536 + 5000] = 1;
}
int main(void) {
    wasmelt_memory *all[8];
    for (int k = 0; k < 8; k++)
        all[k] = make();
    for (int k = 0; k < 8; k += 3) {
        wasmelt_memory_free(all[k]);
        all[k] = make();
    }
    for (int k = 0; k < 8; k++)
        if (wasmelt_run(beyond, all[k], NULL) != WASMELT_TRAP_MEMORY_BOUNDS)
            return 2;
    abort();
}
''')
    subprocess.run([cc, f'-I{ROOT / "include"}', tmp_path / 'dump.c', build / 'lib' / 'libwasmelt_rt.a', '-lpthread',
                    '-o', tmp_path / 'dump'], check=True)
    folder = tmp_path / 'cores'
    folder.mkdir()
    core, _ = core_file(folder, tmp_path / 'dump')
    assert core.stat().st_size < 16 << 20
    assert core.read_bytes().count(b'this was grown') >= 8


# ---- The code itself ----

@pytest.mark.parametrize('level', ['-O1', '-O2'])
def test_g_does_not_change_the_machine_code(run_wasmelt, small, tmp_path, cc, level):
    code = []
    module = small()
    for flags in ([], ['-g']):
        done = run_wasmelt('--emit=obj', '--cc', cc, level, *flags, module, '-o', tmp_path / 'm.o')
        assert done.returncode == 0, done.stderr
        subprocess.run(['objcopy', '-O', 'binary', '-j', '.text*', tmp_path / 'm.o', tmp_path / 'm.text'], check=True)
        code.append((tmp_path / 'm.text').read_bytes())
    assert len(code[0]) > 1000 and code[0] == code[1]
