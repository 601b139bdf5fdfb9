"""Which names the runtime and emitted libraries define in a host's program and in its shared objects."""
import pathlib
import re
import subprocess

import pytest

pytestmark = pytest.mark.once  # the symbols are those of the sources

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULE = '''(module
  (import "env" "log" (func $log (param i32)))
  (memory (export "memory") 10)
  (global $count (export "count") (mut i32) (i32.const 0))
  (table (export "table") 2 funcref)
  (func $table_new (export "run") (param i32) (result i32) (call $log (local.get 0)) (call $stack_probe (local.get 0)))
  (func $stack_probe (param i32) (result i32) (call $main (i32.add (local.get 0) (i32.load (local.get 0)))))
  (func $main (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
  (elem (i32.const 0) $main $stack_probe)
  (table $constant 2 funcref)
  (elem (table $constant) (i32.const 0) func $main $table_new)
  (func (export "constant") (param i32) (result i32) (call_indirect $constant (param i32) (result i32) (local.get 0) (local.get 0)))
  (data (i32.const 0) "some bytes")
  (data (i32.const 65536) "IMAGE")
  (data $passive "other bytes")
  (func (export "init") (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 5)))
  (func (export "again") (param i32) (result i32) (return_call $table_new (local.get 0))))'''.replace('IMAGE', 'some more bytes ' * 20000)


def symbols(file, *flags):
    """{name: (type, binding, visibility)} of what a file defines for others."""
    text = subprocess.run(['readelf', '--symbols', '--wide', *flags, file], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r'^ *\d+: [0-9a-f]+ +\S+ (\w+) +(GLOBAL|WEAK) +(\w+) +(?!UND)\S+ (\S+)$', text, re.M)
    return {name.split('@')[0]: row for *row, name in rows}


def declared():
    """The functions of the public headers, and of those for emitted code."""
    names = set()
    for header in (ROOT / 'include' / 'wasmelt').rglob('*.h'):
        text = re.sub(r'/\*.*?\*/', '', header.read_text(), flags=re.S)
        names |= set(re.findall(r'\b(wasmelt_\w+)\(', text)) | set(re.findall(r'^extern .*\b(wasmelt_\w+)', text, re.M))
    for family, file in {'wasi': 'wasi_preview1', 'wasi0': 'wasi_unstable', 'emscripten': 'emscripten'}.items():
        text = (ROOT / 'include' / 'wasmelt' / f'{file}.def').read_text()
        names |= {f'wasmelt_{family}_{name}' for name in re.findall(r'^\w+\((\w+)', text, re.M)}
    text = (ROOT / 'include' / 'wasmelt' / 'wasi_0_2.def').read_text()
    names |= {f'wasmelt_wasi2_{name}' for name in re.findall(r'^WASI2_FUNC\([^,]*, *[^,]*, *(\w+),', text, re.M)}
    text = (ROOT / 'include' / 'wasmelt' / 'wasi_0_3.def').read_text()
    names |= {f'wasmelt_wasi3_{name}' for name in re.findall(r'^WASI3_FUNC\([^,]*, *[^,]*, *(\w+),', text, re.M)}
    return names | {'wasmelt_wasi_thread_spawn'}


def test_the_runtime_defines_what_its_headers_declare(runtime_archive):
    defined = symbols(runtime_archive)
    hidden = {name for name, (_, _, visibility) in defined.items() if visibility == 'HIDDEN'}
    assert {name for name in hidden if not name.startswith('wasmelt_rt_')} == set()
    assert set(defined) - hidden - declared() == set()
    assert {n: d for n, d in defined.items() if n not in hidden and d[2] != 'PROTECTED'} == {}


def test_a_shared_object_with_the_runtime_inside_exports_no_internal_names(tmp_path, runtime_archive):
    subprocess.run(['gcc', '-shared', '-Wl,--whole-archive', runtime_archive, '-Wl,--no-whole-archive', '-lpthread', '-lm', '-o', 'all.so'],
                   cwd=tmp_path, check=True)
    exported = set(symbols(tmp_path / 'all.so', '--dyn-syms'))
    assert 'wasmelt_run' in exported and exported - declared() == set()


def test_a_host_may_use_any_other_name(tmp_path, runtime_archive):
    """Those that the runtime's names have behind their prefix, for instance."""
    names = {n.removeprefix('wasmelt_rt_') for n in symbols(runtime_archive) if n.startswith('wasmelt_rt_')}
    assert {'table_new', 'stack_probe', 'park_init', 'wasi_fd', 'trap_hook'} <= names
    (tmp_path / 'host.c').write_text('\n'.join(f'void {n}(void) {{}}' for n in sorted(names)) +
                                     '\nint wasmelt_run(void (*)(void *), void *, void *);\nstatic void body(void *x) { (void)x; }\n'
                                     'int main(void) { return wasmelt_run(body, 0, 0); }\n')
    subprocess.run(['gcc', '-Wall', '-Wextra', '-Werror', 'host.c', '-Wl,--whole-archive', runtime_archive, '-Wl,--no-whole-archive', '-lpthread', '-lm',
                    '-o', 'host'], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / 'host']).returncode == 0


@pytest.fixture
def module(tmp_path):
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--debug-names', '--enable-tail-call', 'm.wat', '-o', 'app.wasm'], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize('flags', [(), ('--split=1',), ('--split=4',), ('--split=4', '-g'), ('--imports=named',)], ids=' '.join)
def test_an_emitted_library_defines_names_of_its_module_only(module, run_wasmelt, flags):
    done = run_wasmelt('app.wasm', '--emit=lib', *flags, cwd=module)
    assert done.returncode == 0, done.stderr
    defined = symbols(module / 'libapp.a')
    header = (module / 'app.h').read_text()
    public = {n for n, (_, _, visibility) in defined.items() if visibility == 'DEFAULT'}
    assert public and {n for n in public if not re.search(rf'\b{n}\b', header)} == set()
    assert {n for n in defined if not n.startswith('app_')} == set()


def test_a_shared_module_exports_what_its_header_declares(module, run_wasmelt):
    assert run_wasmelt('app.wasm', '--emit=c', '-o', '.', cwd=module).returncode == 0
    for flags in (), ('--split=4',):
        done = run_wasmelt('app.wasm', '--emit=shared', *flags, cwd=module)
        assert done.returncode == 0, done.stderr
        exported = set(symbols(module / 'app.so', '--dyn-syms'))
        header = (module / 'app.h').read_text()
        assert 'app_module' in exported and {n for n in exported if not re.search(rf'\b{n}\b', header)} == set()


def test_public_headers_define_no_names_without_prefix(tmp_path):
    """Macros, types and functions: what including them adds, beside what the C library's headers do."""
    headers = ['wasmelt/wasmelt.h', 'wasmelt/wasi.h', 'wasmelt/process.h']
    library = '#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n#include <sys/types.h>\n'

    def preprocess(source, *flags):
        (tmp_path / 't.c').write_text(source)
        return subprocess.run(['gcc', '-std=c11', f'-I{ROOT / "include"}', '-E', *flags, 't.c'], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    ours = library + ''.join(f'#include <{h}>\n' for h in headers)
    macros = set(re.findall(r'#define (\w+)', preprocess(ours, '-dM'))) - set(re.findall(r'#define (\w+)', preprocess(library, '-dM')))
    assert {m for m in macros if not m.startswith('WASMELT_')} == set()
    text = preprocess(ours, '-P').removeprefix(preprocess(library, '-P'))
    names = set(re.findall(r'^typedef [^{};()]*?(\w+);', text, re.M)) | set(re.findall(r'^\} (\w+);', text, re.M)) | set(re.findall(r'\b(\w+)\((?:[^()]|\([^()]*\))*\);', text))
    constants = {c for body in re.findall(r'enum[ \w]*\{(.*?)\}', text, re.S) for c in re.findall(r'(\w+)(?: *=[^,]*)?(?:,|$)', body.strip())}
    assert 'wasmelt_run' in names and {n for n in names if not n.startswith(('wasmelt_', '__'))} == set()
    assert 'WASMELT_TRAP_NONE' in constants and {c for c in constants if not c.startswith('WASMELT_')} == set()


def test_a_static_program_links_without_a_word(module, run_wasmelt, runtime_archive):
    (module / 'host.c').write_text('#include <wasmelt/wasmelt.h>\nstatic void body(void *x) { (void)x; }\n'
                                   'int main(void) { return wasmelt_run(body, NULL, NULL); }\n')
    done = subprocess.run(['gcc', '-static', f'-I{ROOT / "include"}', 'host.c', '-Wl,--whole-archive', runtime_archive, '-Wl,--no-whole-archive',
                           '-lpthread', '-lm', '-o', 'host'], cwd=module, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, '')
    assert subprocess.run([module / 'host']).returncode == 0
