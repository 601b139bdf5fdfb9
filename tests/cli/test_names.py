"""Names that a module chooses do not collide with others: names that the emitted C uses itself, names of C and its library, and
names of other modules in the same program."""
import collections
import itertools
import os
import pathlib
import re
import subprocess

import pytest

from tests.support import c_names
from tests.support.binary import module, name, section, vector
from tests.support.hosts import run_host

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRICT = ['-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}']

# Exports called like the C's own functions, types and data; functions called like others' second entries.
MODULE = '''(module
  (type $pair (func (param i32) (result i32 i32)))
  (memory 1) (data (i32.const 0) "abc") (data "passive")
  (table 2 funcref) (elem (i32.const 0) $main $x)
  (func $main (export "f_main") (type $pair) (local.get 0) (local.get 0))
  (func (export "init")) (func (export "fini")) (func (export "start")) (func (export "data0")) (func (export "type0"))
  (func (export "type1")) (func (export "results")) (func (export "results_ii")) (func (export "module"))
  (func (export "instantiate")) (func (export "imports")) (func (export "self")) (func (export "mem"))
  (func (export "instance")) (func (export "t")) (func (export "2data0")) (func (export "2f_x"))
  (func (export "results_ii_DEFINED"))
  (func (export "f_other") (drop (drop (call_indirect (type $pair) (i32.const 1) (i32.const 0))))
    (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 1)))
  (func $other (export "func7"))
  (func $x (export "x") (param i32) (result i32) (return_call $y (local.get 0)))
  (func $x_tail (export "x_tail") (param i32) (result i32) (i32.add (call $x (local.get 0)) (i32.const 1)))
  (func $y (param i32) (result i32) (return_call $x (local.get 0)))
  (start $other))'''


@pytest.mark.parametrize('flags', [[], ['--split=2'], ['-g'], ['--emit=shared']], ids=' '.join)
def test_exports_may_have_any_name(run_wasmelt, tmp_path, cc, flags):
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-all', '--debug-names', tmp_path / 'm.wat', '-o', tmp_path / 'm.wasm'], check=True)
    done = run_wasmelt('--emit=lib', '-O0', '--cc', cc, '--name=m', '--cflags=-Wall -Wextra -Werror', *flags,
                       tmp_path / 'm.wasm', '-o', tmp_path / 'result')
    assert done.returncode == 0, done.stderr
    if '--emit=shared' not in flags:
        header = (tmp_path / 'm.h').read_text()
        for name in ('f_main', 'f_other', 'x', 'x_tail', 'init', 'start', 'fini', '1instantiate', '1results_5Fii'):
            assert f' m_{name}(m *' in header


# ---- Names of modules ----

FILES = '''instance options wasmelt wasmelt2 log read link module import types records imports tags command params0 invoke12 elem0 type3
    func1 caught init start f f32 p0 l3 self error args results mem clock timer std int new string stdio A x a_b a_ size_t'''.split()


def check_name(run_wasmelt, tmp_path, wat, name, cc):
    """Emitted as C under this name, the module compiles, also in a host that includes everything."""
    done = run_wasmelt('--emit=c', f'--name={name}', wat, '-o', tmp_path / 'c')
    assert done.returncode == 0, done.stderr
    own = re.search(rf'#define WASMELT_NAME_{name} (\w+)', (tmp_path / 'c' / f'{name}.h').read_text())[1]
    assert (f'begin with {own}' in done.stderr) == (own != name.replace('_', '_0'))
    everything = ''.join(f'#include <{h}.h>\n' for h in 'math stdlib unistd errno signal time pthread semaphore sys/socket'.split())
    use = f'''WASMELT_TYPE({name}) *p; void use(void);
        void use(void) {{ WASMELT_EXPORT({name}, instantiate)(&p, 0); WASMELT_EXPORT({name}, x)(p, 1); WASMELT_EXPORT({name}, instance_free)(p); }}'''
    (tmp_path / 'before.c').write_text(f'{everything}#include "c/{name}.h"\n{use}')
    (tmp_path / 'after.c').write_text(f'#include "c/{name}.h"\n{everything}{use}')
    compiled = subprocess.run([cc, '-std=gnu11', '-D_GNU_SOURCE', *STRICT, '-fsyntax-only', tmp_path / 'before.c', tmp_path / 'after.c',
                               tmp_path / 'c' / f'{name}.c'], capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stderr
    return own


@pytest.mark.not_quick
@pytest.mark.once
def test_modules_may_have_any_name(run_wasmelt, tmp_path, assemble):
    """Those that are tried each time; all that mean something in C if the variable WASMELT_ALL_NAMES is set."""
    wat = assemble(MODULE)
    names = FILES if not os.environ.get('WASMELT_ALL_NAMES') else [*FILES, *c_names.listed(), *(n + 'wasm' for n in FILES)]
    owns = collections.Counter()
    for k, n in enumerate(names):
        cc = 'gcc' if k % 2 else 'clang'
        owns[check_name(run_wasmelt, tmp_path, wat, n, cc)] += 1
        for file in (tmp_path / 'c').iterdir():
            file.unlink()
    assert max(owns.values()) == 1


@pytest.mark.once
@pytest.mark.parametrize('name', ['types', 'log', 'read', 'a-b', 'string'])
def test_files_may_have_any_name(run_wasmelt, tmp_path, name):
    (tmp_path / f'{name}.wat').write_text(MODULE.replace('(start $other)', '(tag) (start $other)'))
    done = run_wasmelt('--emit=lib', '-O0', tmp_path / f'{name}.wat', '-o', tmp_path / 'result', '--cflags=-Wall -Wextra -Werror')
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f'{name.replace("-", "_")}.h').exists()


@pytest.mark.once
def test_headers_in_cplusplus(run_wasmelt, tmp_path, assemble):
    wat = assemble(MODULE)
    names = ['log', 'a_b', 'new', 'std', 'x']
    for n in names:
        done = run_wasmelt('--emit=c', f'--name={n}', wat, '-o', tmp_path / 'c')
        assert done.returncode == 0, done.stderr
    (tmp_path / 'host.cpp').write_text('#include <cmath>\n#include <string>\n' + ''.join(f'#include "c/{n}.h"\n' for n in names) +
                                       ''.join(f'WASMELT_TYPE({n}) *p{n};\n' for n in names))
    for cxx in 'g++', 'clang++':
        subprocess.run([cxx, '-std=c++17', *STRICT, '-fsyntax-only', tmp_path / 'host.cpp'], check=True)


@pytest.mark.not_quick
@pytest.mark.once
def test_names_that_mean_something_are_listed(wasmelt):
    """What the machine's C library, our own headers and the emitted C declare; see tests/support/c_names.py."""
    listed = c_names.listed()
    assert listed == sorted(set(listed))
    missing = c_names.all_words(wasmelt) - set(listed)
    assert not missing, f"python3 -m tests.support.c_names {wasmelt} > x && mv x {c_names.LIST}"


# ---- No two names are the same ----

PARTS = ['', *map(''.join, itertools.chain(itertools.product('a_01', repeat=1), itertools.product('a_0.1x', repeat=2), itertools.product('a_0', repeat=3)))]
API = ['instantiate', 'instantiate_with', 'instance_free', 'module', 'imports', 'results_ii', 'results_', 'type0', 'data0', '2f_a', '1a', '_1a', '0a',
       'a' * 99, 'a' * 100, 'a' * 101, 'a' * 102, 'a' * 100 + 'b', '\n' * 200, '\n' * 201]
MODULES = ['a', 'aa', 'a0', 'a_', 'a__', 'a_a', 'a_0', 'a0_', 'a_0a', 'a_1', 'A', 'log', 'logwasm', 'log_wasm', 'logwasmwasm', 'wasmelt', 'wasmelt_import',
           'wasmelt_import_a', 'f', 'pthread', 'clock']
# Types: () -> (), () -> i32, i32 -> (), i32 -> i32 i32
TYPES = section(1, vector([b'\x60\0\0', b'\x60\0\1\x7f', b'\x60\1\x7f\0', b'\x60\1\x7f\2\x7f\x7f']))


def all_names(imports, exports):
    """A module that exports all these functions, and imports these: (MODULE, NAME, type)."""
    wants = section(2, vector([name(m) + name(n) + bytes([0, t]) for m, n, t in imports]))
    gives = section(7, vector([name(e) + b'\0' + (len(imports)).to_bytes(1, 'little') if len(imports) < 128 else
                               name(e) + b'\0' + bytes([len(imports) & 127 | 128, len(imports) >> 7 & 127 | 128, len(imports) >> 14]) for e in exports]))
    return module(TYPES, wants, section(3, vector([b'\3'])), gives, section(10, vector([b'\6\0\x20\0\x20\0\x0b'])))


def declared_in(header):
    """What it declares and defines, but for members, parameters and structs of several results, which modules share."""
    text = re.sub(r'/\*.*?\*/', '', header, flags=re.S)
    functions = re.findall(r'^[\w *]*?\b(\w+)\(.*\);$', text, re.M)
    types = re.findall(r'^(?:typedef struct \w+|\}) (\w+);$', text, re.M)
    return functions + types + re.findall(r'^extern const wasmelt_module (\w+);$', text, re.M) + re.findall(r'#define (?!WASMELT_results_)(\w+)', text)


@pytest.mark.once
def test_no_two_names_are_the_same(run_wasmelt, tmp_path):
    """Every name of a small alphabet, in modules whose names are prefixes of each other: as an export, and as an import."""
    imports = [(m, n, 0) for m in PARTS[:30] + API[-4:] for n in PARTS + API]
    imports += [(m, n, t) for m in ('a_', 'a') for n in ('a', '_', '2_0_a', '_0a') for t in (1, 2, 2, 3)]
    exports = [*dict.fromkeys(PARTS + API)]
    (tmp_path / 'm.wasm').write_bytes(all_names(imports, exports))
    seen = collections.Counter()
    for n in MODULES:
        done = run_wasmelt('--emit=c', f'--name={n}', tmp_path / 'm.wasm', '-o', tmp_path / 'c')
        assert done.returncode == 0, done.stderr
        names = declared_in((tmp_path / 'c' / f'{n}.h').read_text())
        assert len(names) == len(exports) + len({*imports}) + 6 + 4  # with the API's own, types and macros
        assert max(map(len, names)) < 400
        seen.update(names)
        for file in (tmp_path / 'c').iterdir():
            file.unlink()
    assert [n for n, count in seen.items() if count > 1] == []
    words = set(c_names.listed())
    assert not words & set(seen)
    for library in 'libc.so.6', 'libm.so.6':
        path = subprocess.run(['gcc', f'-print-file-name={library}'], capture_output=True, text=True, check=True).stdout.strip()
        symbols = subprocess.run(['nm', '-D', '--defined-only', path], capture_output=True, text=True, check=True).stdout
        assert not {line.split()[-1].split('@')[0] for line in symbols.splitlines()} & set(seen)


@pytest.mark.not_quick
def test_an_import_is_bound_to_nothing_by_chance(run_wasmelt, build, tmp_path, assemble):
    """To no function of the library, of the runtime, of the module or of the host, whatever it is called."""
    pairs = [('m', 'instance', 'free'), ('m', 'results', 'ii'), ('m', 'module', ''), ('m', 'type', '0'), ('wasmelt', 'trap', 'exit'),
             ('pthread', 'mutex', 'lock'), ('m', 'imports', ''), ('m', 'instantiate', 'with'), ('app', 'admin', 'grant'), ('clock', '', 'gettime'),
             ('m', 'f', 'main'), ('m', 'x', ''), ('m', '', 'x')]
    for k, (n, m, f) in enumerate(pairs):
        wasm = assemble(f'(module (import "{m}" "{f}" (func)) (func (export "x") (call 0)))')
        done = run_wasmelt('--emit=lib', '-O0', f'--name={n}', wasm, '-o', tmp_path / f'{k}.a', '--cflags=-Wall -Wextra -Werror')
        assert done.returncode == 0, done.stderr
        symbols = subprocess.run(['nm', '--undefined-only', tmp_path / f'{k}.a'], capture_output=True, text=True, check=True).stdout
        own = [line.split()[-1] for line in symbols.splitlines() if 'import' in line]
        assert len(own) == 1 and own[0].startswith('wasmelt_import_')


def test_two_modules_with_names_that_run_into_each_other(run_wasmelt, build, tmp_path, assemble, cc):
    a = assemble('(module (import "b" "c" (func $f (result i32))) (func (export "b_c") (result i32) (call $f)) (memory (export "b_memory") 1))', 'a')
    b = assemble('(module (import "" "c" (func $f (result i32))) (func (export "c") (result i32) (call $f)) (memory (export "memory") 1))', 'a_b')
    for wasm, split in (a, '--split=1'), (b, '--split=2'):
        done = run_wasmelt(wasm, '--emit=lib', '--cc', cc, '-O0', split, '-o', tmp_path / f'{wasm.stem}.a')
        assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text('''
        #include <stdio.h>
        #include "a.h"
        #include "a_b.h"
        uint32_t WASMELT_IMPORT(a, b, c)(void *context) { (void)context; return 1; }
        uint32_t wasmelt_import_a_0b_1_xc(void *context) { (void)context; return 2; }
        int main(void) {
            WASMELT_TYPE(a) *x;
            WASMELT_TYPE(a_b) *y;
            a_imports none = {0};
            if (a_instantiate(&none, &x, NULL) != WASMELT_OK || WASMELT_EXPORT(a_b, instantiate)(&(WASMELT_EXPORT(a_b, imports)){0}, &y, NULL) != WASMELT_OK)
                return 1;
            printf("%u %u %d\\n", WASMELT_EXPORT(a, b_c)(x), WASMELT_EXPORT(a_b, c)(y), a_b_memory(x) == a_0b_memory(y));
            a_instance_free(x);
            a_0b_instance_free(y);
            return 0;
        }''')
    subprocess.run([cc, *STRICT, f'-I{tmp_path}', tmp_path / 'host.c', tmp_path / 'a.a', tmp_path / 'a_b.a', build / 'lib' / 'libwasmelt_rt.a', '-lm',
                    '-lpthread', '-o', tmp_path / 'host'], check=True)
    assert subprocess.run([tmp_path / 'host'], capture_output=True, text=True).stdout == '1 2 0\n'


@pytest.mark.once
def test_what_files_of_a_module_share_is_its_own(run_wasmelt, tmp_path):
    """In several files, too: what is global carries the module's name, and is hidden unless a host may use it."""
    (tmp_path / 'm.wat').write_text(MODULE)
    subprocess.run(['wat2wasm', '--enable-all', '--debug-names', tmp_path / 'm.wat', '-o', tmp_path / 'm.wasm'], check=True)
    for split in '--split=1', '--split=3':
        for debug in [], ['-g']:
            done = run_wasmelt('--emit=obj', '-O0', '--name=m_n', split, *debug, tmp_path / 'm.wasm', '-o', tmp_path / 'm.o')
            assert done.returncode == 0, done.stderr
            symbols = subprocess.run(['readelf', '-sW', tmp_path / 'm.o'], capture_output=True, text=True, check=True).stdout
            found = re.findall(r' GLOBAL +(\w+) +\d+ (\S+)$', symbols, re.M)
            assert found
            for visibility, symbol in found:
                assert symbol.startswith('m_0n_')
                assert (visibility == 'HIDDEN') == symbol.startswith('m_0n_2')


# ---- Several imports of the same names ----

SAME = '''(module
  (import "env" "f" (func $a (param i32)))
  (import "env" "f" (func $b (result i64)))
  (import "env" "f" (func $c (param i32)))
  (import "env" "f" (global $g i32))
  (import "env" "f" (global $h (mut i64)))
  (import "env" "f" (memory 1))
  (import "env" "f" (table 1 funcref))
  (import "other" "f" (func $o (result i64)))
  (func (export "go") (result i64)
    (call $a (global.get $g)) (call $c (i32.const 20))
    (i32.store (i32.const 0) (i32.const 3))
    (global.set $h (i64.add (global.get $h) (i64.extend_i32_u (table.size 0))))
    (i64.add (call $b) (call $o))))'''
SAME_TYPED = '''
#include <stdio.h>
#include "m.h"
void WASMELT_IMPORT(m, env, f)(void *context, uint32_t a) { *(uint64_t *)context += a; }
uint64_t wasmelt_import_m_2_0I_env_0f(void *context) { return *(uint64_t *)context; }
uint64_t WASMELT_IMPORT(m, other, f)(void *context) { return *(uint64_t *)context; }
int main(void) {
    uint64_t sum = 0, other = 1000, counter = 5;
    uint32_t seven = 7;
    wasmelt_memory_type memory = {.minimum = 1, .page_size_log2 = 16};
    wasmelt_table_type table = {.minimum = 1, .element = WASMELT_FUNCREF};
    m_imports imports = {
        .context_env = &sum, .context_other = &other, .WASMELT_MEMBER(global, env, f) = &seven, .global_2I_env_0f = &counter,
        .memory_env_0f = wasmelt_memory_new(&memory), .table_env_0f = wasmelt_table_new(&table),
    };
    m *i;
    wasmelt_error error = {0};
    if (m_instantiate(&imports, &i, &error) != WASMELT_OK) return puts(error.message);
    uint64_t got = m_go(i);
    printf("%d %d %d\\n", (int)got, (int)counter, imports.memory_env_0f->base[0]);
    m_instance_free(i);
    wasmelt_memory_free(imports.memory_env_0f);
    wasmelt_table_free(imports.table_env_0f);
    return 0;
}'''
SAME_NAMED = '''
#include <stdio.h>
#include "m.h"
static void add(void *context, uint32_t a) { *(uint64_t *)context += a; }
static uint64_t get(void *context) { return *(uint64_t *)context; }
int main(void) {
    static const wasmelt_valtype i32 = WASMELT_I32, i64 = WASMELT_I64;
    static const wasmelt_type taker = {.params = &i32, .param_count = 1}, giver = {.results = &i64, .result_count = 1};
    uint64_t sum = 0, thousand = 1000, counter = 5;
    uint32_t seven = 7;
    wasmelt_memory_type memory_type = {.minimum = 1, .page_size_log2 = 16};
    wasmelt_table_type table_type = {.minimum = 1, .element = WASMELT_FUNCREF};
    wasmelt_memory *memory = wasmelt_memory_new(&memory_type);
    wasmelt_table *table = wasmelt_table_new(&table_type);
    wasmelt_func f[3];
    wasmelt_func_init(&f[0], (wasmelt_code)get, &sum, &giver);
    wasmelt_func_init(&f[1], (wasmelt_code)add, &sum, &taker);
    wasmelt_func_init(&f[2], (wasmelt_code)get, &thousand, &giver);
    wasmelt_import imports[] = {
        {"env", "f", {.kind = WASMELT_EXTERN_GLOBAL, .global = &counter, .global_type = {WASMELT_I64, true}}},
        {"env", "f", {.kind = WASMELT_EXTERN_GLOBAL, .global = &seven, .global_type = {WASMELT_I32, false}}},
        {"env", "f", {.kind = WASMELT_EXTERN_TABLE, .table = table}},
        {"env", "f", {.kind = WASMELT_EXTERN_FUNC, .func = &f[0]}},
        {"env", "f", {.kind = WASMELT_EXTERN_FUNC, .func = &f[1]}},
        {"env", "f", {.kind = WASMELT_EXTERN_MEMORY, .memory = memory}},
        {"other", "f", {.kind = WASMELT_EXTERN_FUNC, .func = &f[2]}},
    };
    wasmelt_instance *i;
    wasmelt_error error = {0};
    if (wasmelt_instantiate(&m_module, imports, 7, &i, &error) != WASMELT_OK) return puts(error.message);
    wasmelt_extern go;
    wasmelt_value got;
    wasmelt_export(i, "go", &go);
    wasmelt_call(go.func, NULL, &got, NULL);
    printf("%d %d %d\\n", (int)got.i64, (int)counter, memory->base[0]);
    wasmelt_instance_free(i);
    if (wasmelt_instantiate(&m_module, imports, 4, &i, &error) != WASMELT_OK) puts(error.message);
    if (wasmelt_instantiate(&m_module, imports, 2, &i, &error) != WASMELT_OK) puts(error.message);
    if (wasmelt_instantiate(&m_module, imports, 0, &i, &error) != WASMELT_OK) puts(error.message);
    wasmelt_memory_free(memory);
    wasmelt_table_free(table);
    return 0;
}'''
REASONS = '''incompatible import type for "env" "f": it is of another kind
incompatible import type for "env" "f": it is of another kind
unknown import "env" "f"
'''


@pytest.mark.parametrize('source, flags, says', [(SAME_TYPED, [], ''), (SAME_TYPED, ['--split=2'], ''), (SAME_NAMED, ['--imports=named'], REASONS)],
                         ids=['typed', 'split', 'named'])
def test_imports_of_one_name_and_several_kinds_and_types(run_wasmelt, build, tmp_path, assemble, cc, source, flags, says):
    done = run_wasmelt(assemble(SAME), '--emit=lib', '--cc', cc, '-O1', *flags, '--cflags=-Wall -Wextra -Werror', '-o', tmp_path / 'm.a')
    assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text(source)
    subprocess.run([cc, *STRICT, '-Wredundant-decls', f'-I{tmp_path}', tmp_path / 'host.c', tmp_path / 'm.a', build / 'lib' / 'libwasmelt_rt.a', '-lm',
                    '-lpthread', '-o', tmp_path / 'host'], check=True)
    assert subprocess.run([tmp_path / 'host'], capture_output=True, text=True).stdout == '1027 6 3\n' + says


@pytest.mark.once
def test_one_import_more_changes_no_other_names(run_wasmelt, tmp_path, assemble):
    def names(*imports):
        wasm = assemble('(module ' + ''.join(f'(import {i})' for i in imports) + ')')
        assert run_wasmelt('--emit=c', wasm, '-o', tmp_path / 'c').returncode == 0
        text = (tmp_path / 'c' / 'm.h').read_text()
        return set(declared_in(text)) | set(re.findall(r'^\t[\w ]*\*(\w+);', text, re.M))
    before = names('"env" "log" (func)', '"env" "heap" (memory 1)')
    after = names('"env" "heap" (global i32)', '"host" "log" (func)', '"env" "lo\\67" (global i32)', '"env" "log" (func)', '"env" "heap" (memory 1)')
    assert before < after and 'context_env' in before and 'memory_env_0heap' in before


@pytest.mark.once
def test_names_are_as_the_reference_says(run_wasmelt, tmp_path, assemble):
    wasm = assemble('''(module (import "env" "log" (func)) (import "env" "log" (func (param i32) (result i64))) (import "env" "heap" (memory 1))
      (import "GOT.mem" "heap" (global i32)) (func (export "run")) (func (export "get-x")) (func (export "")))''', 'app')
    assert run_wasmelt('--emit=c', wasm, '-o', tmp_path / 'c').returncode == 0
    header, reference = (tmp_path / 'c' / 'app.h').read_text(), (ROOT / 'docs' / 'reference-embedding.md').read_text()
    for name in ('app_instantiate', 'app_run', 'wasmelt_import_app_env_0log', 'wasmelt_import_app_2i_0I_env_0log', 'context_env', 'memory_env_0heap',
                 'global_1GOT_2Emem_xheap', 'app_1get_2Dx', 'app_1'):
        assert re.search(rf'\b{name}\b', header) and f'`{name}`' in reference


ZERO_BYTES = """(module (import "env" "a\\00b" (global $ab i32)) (import "env" "a\\00c" (global $ac i32)) (import "env" "a" (global $a i32))
  (import "en\\00v" "f\\00" (func $f (param i32) (result i32)))
  (func (export "sum") (result i32) (call $f (i32.add (global.get $a) (i32.sub (global.get $ab) (global.get $ac))))))"""


def test_names_of_imports_may_contain_zero_bytes(run_wasmelt, build, tmp_path, assemble, cc):
    assert run_host(run_wasmelt, build, cc, assemble(ZERO_BYTES), r"""
#include <stdio.h>
#include "m.h"
uint32_t wasmelt_import_m_1en_00v_x1f_00(void *context, uint32_t x) { return x * *(uint32_t *)context; }
int main(void) {
    uint32_t a = 1000, ab = 70, ac = 9, factor = 2;
    m_imports imports = {.global_env_01a_00b = &ab, .global_env_01a_00c = &ac, .global_env_0a = &a, .context_1en_00v = &factor};
    m *instance;
    wasmelt_error error;
    if (m_instantiate(&imports, &instance, &error) != WASMELT_OK)
        return puts(error.message), 1;
    printf("%u\n", m_sum(instance));
    m_instance_free(instance);
    return 0;
}""", tmp_path) == '2122\n'


def test_a_name_with_a_zero_byte_is_given_by_the_pointer_in_the_description(run_wasmelt, build, tmp_path, assemble, cc):
    assert run_host(run_wasmelt, build, cc, assemble(ZERO_BYTES), r"""
#include <stdio.h>
#include <string.h>
#include "m.h"
static uint32_t twice(void *context, uint32_t x) { return (void)context, 2 * x; }
int main(void) {
    static const wasmelt_valtype types[] = {WASMELT_I32, WASMELT_I32};
    static const wasmelt_type type = {.kind = WASMELT_TYPE_FUNC, .params = types, .param_count = 1, .results = types + 1, .result_count = 1};
    wasmelt_func f;
    uint32_t globals[] = {70, 9, 1000};
    wasmelt_import imports[4];
    if (!wasmelt_func_init(&f, (wasmelt_code)twice, NULL, &type) || m_module.import_count != 4)
        return 2;
    for (int k = 0; k < 4; k++) {
        const wasmelt_import_desc *i = &m_module.imports[k];
        imports[k] = (wasmelt_import){i->module.bytes, i->name.bytes, {.kind = i->kind, .global_type = i->global}};
        if (k < 3)
            imports[k].value.global = &globals[k];
        else
            imports[k].value.func = &f;
    }
    wasmelt_instance *instance;
    wasmelt_error error;
    if (wasmelt_instantiate(&m_module, imports, 4, &instance, &error) != WASMELT_OK)
        return puts(error.message), 1;
    wasmelt_extern sum;
    wasmelt_value result;
    if (!wasmelt_export(instance, "sum", &sum) || wasmelt_call(sum.func, NULL, &result, NULL) != WASMELT_TRAP_NONE)
        return 3;
    printf("%u\n", result.i32);
    wasmelt_instance_free(instance);
    imports[0].name = "a"; /* a prefix is not the name */
    return wasmelt_instantiate(&m_module, imports, 4, &instance, &error) == WASMELT_OK;
}""", tmp_path, flags=['--imports=named']) == '2122\n'
