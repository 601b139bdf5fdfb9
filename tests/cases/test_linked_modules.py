"""If another module's function, or the host's, throws into code, the code stops there, whether or not it uses exceptions itself."""
import pathlib
import re
import subprocess

import pytest

from support import binaryen
from support.hosts import compile_objects

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Throws what is not 7, by a function that others get as a reference.
THROWER = '''(module
  (type $t (func (param i32)))
  (tag $denied)
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $check)
  (global (export "reference") funcref (ref.func $check))
  (func $check (export "check") (type $t)
    (if (i32.ne (local.get 0) (i32.const 7)) (then (throw $denied))))
  (func (export "get") (result funcref) (ref.func $check)))'''

# Each has no exceptions, and calls what throws before it writes.
CALLERS = {
    'an imported table': '''
  (import "a" "table" (table 1 funcref))
  (func $call (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'a tail call through an imported table': '''
  (import "a" "table" (table 1 funcref))
  (func $call (param i32) (return_call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'an imported function': '''
  (import "a" "check" (func $check (type $t)))
  (func $call (param i32) (call $check (local.get 0)))''',
    'an imported function in a table of its own': '''
  (import "a" "check" (func $check (type $t)))
  (table 1 funcref)
  (elem (i32.const 0) $check)
  (func $call (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'an imported global': '''
  (import "a" "reference" (global $g funcref))
  (table 1 funcref)
  (func $call (param i32)
    (table.set 0 (i32.const 0) (global.get $g))
    (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'a result of an imported function': '''
  (import "a" "get" (func $get (result funcref)))
  (table 1 funcref)
  (func $call (param i32)
    (table.set 0 (i32.const 0) (call $get))
    (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'a table that it exports': '''
  (table (export "given") 1 funcref)
  (func $call (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'an argument': '''
  (table 1 funcref)
  (func (export "take") (param funcref) (table.set 0 (i32.const 0) (local.get 0)))
  (func $call (param i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'a global that it exports': '''
  (table 1 funcref)
  (global $g (export "cell") (mut funcref) (ref.null func))
  (func $call (param i32)
    (table.set 0 (i32.const 0) (global.get $g))
    (call_indirect (type $t) (local.get 0) (i32.const 0)))''',
    'a field of an object that it has handed out': '''
  (type $box (struct (field (mut funcref))))
  (global $box (ref $box) (struct.new_default $box))
  (func (export "box") (result (ref any)) (global.get $box))
  (func $call (param i32)
    (call_ref $t (local.get 0) (ref.cast (ref $t) (struct.get $box 0 (global.get $box)))))''',
}

CALLER = '''(module
  (type $t (func (param i32)))
%s
  (memory (export "memory") 1)
  (func $deeper (param i32) (call $call (local.get 0)))
  (func (export "go") (param i32)
    (call $deeper (local.get 0))
    (i32.store (i32.const 0) (i32.const 5))))'''

HOST = '''
#include <stdio.h>
#include <string.h>
#include <wasmelt/wasmelt.h>

extern const wasmelt_module a_module, b_module;

/* Hands the thrower over where the caller waits for it. */
static void give(wasmelt_instance *b, wasmelt_extern check) {
    wasmelt_extern e;
    if (wasmelt_export(b, "given", &e))
        wasmelt_table_set(e.table, 0, check.func);
    if (wasmelt_export(b, "cell", &e))
        *(const wasmelt_func **)e.global = check.func;
    if (wasmelt_export(b, "take", &e))
        wasmelt_call(e.func, &(wasmelt_value){.funcref = check.func}, NULL, NULL);
    if (wasmelt_export(b, "box", &e)) {
        wasmelt_value object;
        wasmelt_call(e.func, NULL, &object, NULL);
        wasmelt_object_set(b->heap, object.anyref, 0, &(wasmelt_value){.funcref = check.func});
    }
}

int main(void) {
    wasmelt_instance *a, *b;
    wasmelt_error error;
    wasmelt_import imports[8];
    wasmelt_extern check, go, memory;
    if (wasmelt_instantiate(&a_module, NULL, 0, &a, &error) != WASMELT_OK)
        return 1;
    size_t count = wasmelt_exports_as_imports(a, "a", imports, 8);
    if (wasmelt_instantiate(&b_module, imports, count, &b, &error) != WASMELT_OK) {
        puts(error.message);
        return 1;
    }
    if (!wasmelt_export(a, "check", &check) || !wasmelt_export(b, "go", &go) || !wasmelt_export(b, "memory", &memory))
        return 1;
    give(b, check);
    for (uint32_t k = 6; k < 8; k++) {
        uint32_t wrote;
        const char *how = wasmelt_trap_message(wasmelt_call(go.func, &(wasmelt_value){.i32 = k}, NULL, NULL));
        memcpy(&wrote, memory.memory->base, sizeof wrote);
        printf("%u: %s, wrote %u\\n", k, how, wrote);
    }
    wasmelt_instance_free(b);
    wasmelt_instance_free(a);
    return 0;
}
'''


@pytest.fixture
def link(run_wasmelt, build, tmp_path, cc):
    """link(MODULES, HOST, *FLAGS): what a host with the modules, given by name as text, prints."""
    def run(modules, host, *flags):
        for name, text in modules.items():
            source, module = tmp_path / f'{name}.wat', tmp_path / f'{name}.wasm'
            source.write_text(text)
            if '(struct' in text:
                binaryen.assemble(source, module)
            else:
                subprocess.run(['wat2wasm', '--enable-all', '--no-check', source, '-o', module], check=True)
            done = run_wasmelt(module, '--emit=lib', f'--name={name}', '--cc', cc, '-O1', '-o', tmp_path / f'lib{name}.a',
                               '--cflags=-Wall -Wextra -Werror', *flags)
            assert done.returncode == 0, done.stderr
        (tmp_path / 'host.c').write_text(host)
        objects = compile_objects([cc, '-Wall', '-Wextra', '-Werror', '-g', f'-I{ROOT / "include"}', '-I.'], [tmp_path / 'host.c'], tmp_path)
        subprocess.run([cc, *objects, *[tmp_path / f'lib{name}.a' for name in modules], build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread',
                        '-o', tmp_path / 'host'], check=True)
        return subprocess.run([tmp_path / 'host'], capture_output=True, text=True, timeout=60, check=True).stdout
    return run


# The C linker would bind an imported function to the export of its name, which ends the call itself.
WAYS = [(way, imports) for way, text in CALLERS.items() for imports in ('linked', 'named') if imports == 'named' or '(func $check' not in text
        and '(func $get' not in text]


@pytest.mark.parametrize('way, imports', WAYS)
def test_code_behind_a_throw_does_not_run(link, way, imports):
    assert link({'a': THROWER, 'b': CALLER % CALLERS[way]}, HOST, f'--imports={imports}') == (
        '6: uncaught exception, wrote 0\n7: no trap, wrote 5\n')


HOST_THROWS = '''(module
  (import "app" "may" (func $may (param i32)))
  (memory (export "memory") 1)
  (func $deeper (param i32) (call $may (local.get 0)))
  (func (export "go") (param i32)
    (call $deeper (local.get 0))
    (i32.store (i32.const 0) (i32.const 5))))'''

THROWING_HOST = '''
#include <stdio.h>
#include "b.h"

static wasmelt_tag tag;

void WASMELT_IMPORT(b, app, may)(void *context, uint32_t n) {
    (void)context;
    if (n == 7)
        return;
    wasmelt_exception *e = wasmelt_exception_new(&tag, NULL);
    wasmelt_throw(e);
    wasmelt_exception_release(e);
}

static void go(void *b) {
    b_go(b, 6);
}

static void go_on(void *b) {
    b_go(b, 7);
}

int main(void) {
    static const wasmelt_type type = {.kind = WASMELT_TYPE_FUNC};
    b *instance;
    b_imports imports = {0};
    if (!wasmelt_tag_init(&tag, &type) || b_instantiate(&imports, &instance, NULL) != WASMELT_OK)
        return 1;
    puts(wasmelt_trap_message(wasmelt_run(go, instance, NULL)));
    printf("%d\\n", b_memory(instance)->base[0]);
    puts(wasmelt_trap_message(wasmelt_run(go_on, instance, NULL)));
    printf("%d\\n", b_memory(instance)->base[0]);
    b_instance_free(instance);
    return 0;
}
'''


def test_a_host_function_throws_into_any_module(link):
    assert link({'b': HOST_THROWS}, THROWING_HOST) == 'uncaught exception\n0\nno trap\n5\n'


# Its own table, and WASI: nothing that could throw.
CLOSED = '''(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (type $t (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 0) $f)
  (func $f (type $t) (i32.add (local.get 0) (call $yield)))
  (func (export "go") (param i32) (result i32) (call_indirect (type $t) (local.get 0) (local.get 0)))
  (func (export "_start")))'''


@pytest.mark.parametrize('text, flags', [(CLOSED, []), (CLOSED, ['--main']), (CALLER % CALLERS['an imported table'], ['--imports-never-throw'])],
                         ids=['closed', 'program', 'promised'])
def test_a_module_that_nobody_can_throw_into_does_not_look(run_wasmelt, assemble, tmp_path, text, flags):
    done = run_wasmelt(assemble(text), '--emit=c', '--name=m', '-o', tmp_path / 'c', *flags)
    assert done.returncode == 0, done.stderr
    assert 'unwinding' not in ''.join(f.read_text() for f in (tmp_path / 'c').iterdir())


def test_a_program_whose_table_is_exported_does_not_look(run_wasmelt, assemble, tmp_path):
    text = CLOSED.replace('(table 1', '(table (export "table") 1')
    assert run_wasmelt(assemble(text), '--emit=c', '--main', '--name=m', '-o', tmp_path / 'c').returncode == 0
    assert 'unwinding' not in (tmp_path / 'c' / 'm.c').read_text()


# A method that calls a method; only objects of the module hold references to them.
OBJECTS = '''(module
  (rec
    (type $object (sub (struct (field $method (mut (ref $method))))))
    (type $method (func (param (ref $object)) (result i32))))
  %s
  (elem declare func $one $other)
  (func $one (type $method) (i32.const 1))
  (func $other (type $method) (call_ref $method (local.get 0) (struct.get $object 0 (local.get 0))))
  (func (export "go") (result i32)
    (call $other (struct.new $object (ref.func $one)))))'''
KEPT = {
    'nothing': '',
    'numbers of any kind': '(func (export "a") (param i32 i64 f32 f64 v128) (result f64) (local.get 3))',
    'exceptions without references': '(tag (export "t") (param i32)) (func (export "a") (param exnref) (result exnref) (local.get 0))',
    'a table of its own': '(table 2 funcref) (elem (i32.const 0) $one $other)',
    'a function that it imports from WASI': '(import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))',
}
CROSSING = {
    'an argument': '(func (export "a") (param funcref))',
    'an argument of a function type': '(func (export "a") (param (ref null $method)))',
    'an argument that is an object': '(func (export "a") (param (ref null $object)))',
    'an argument that may be converted': '(func (export "a") (param externref))',
    'a result whose argument others give': '(func (export "a") (result funcref) (ref.func $one))',
    'a result that is an object': '(func (export "a") (result anyref) (ref.null any))',
    'a global that is an object': '(global (export "a") (ref null $object) (ref.null $object))',
    'a global that others set': '(global (export "a") (mut funcref) (ref.null func))',
    'a global whose argument others give': '(global (export "a") funcref (ref.func $one))',
    'an imported global': '(import "wasi" "a" (global funcref))',
    'a table': '(table (export "a") 1 funcref)',
    'a table of objects': '(table (export "a") 1 eqref)',
    'an imported table': '(import "wasi" "a" (table 1 (ref null $method)))',
    'an exception': '(tag (export "a") (param funcref))',
    'an exception of its own': '(tag (param funcref))',
    'an exception with an object': '(tag (param (ref null $object)))',
    'a function that throws': '(tag $t) (table 1 funcref) (elem (i32.const 0) $thrower) (func $thrower (type $method) (throw $t))',
    'an import that is referred to': '(import "e" "f" (func $f (type $method))) (table 1 funcref) (elem (i32.const 0) $f)',
}


@pytest.mark.parametrize('what, looks', [*((text, False) for text in KEPT.values()), *((text, True) for text in CROSSING.values())],
                         ids=[*KEPT, *CROSSING])
def test_a_call_through_an_object_looks_if_functions_of_others_may_be_in_it(run_wasmelt, tmp_path, what, looks):
    source, module = tmp_path / 'm.wat', tmp_path / 'm.wasm'
    source.write_text(OBJECTS % what)
    binaryen.assemble(source, module, '-g')
    done = run_wasmelt(module, '--emit=c', '--name=m', '-o', tmp_path / 'c')
    assert done.returncode == 0, done.stderr
    body = re.search(r'^static u32 f_other\([^;]*?\{.*?^\}', (tmp_path / 'c' / 'm.c').read_text(), re.M | re.S)[0]
    assert ('->code)(' in body, 'if (unwinding()) return 0;' in body) == (True, looks)


# Objects do not lead to functions where no type of the module has a field for one.
def test_a_module_whose_objects_hold_no_functions_does_not_look(run_wasmelt, tmp_path):
    source, module = tmp_path / 'm.wat', tmp_path / 'm.wasm'
    source.write_text('''(module
  (type $list (struct (field (mut (ref null $list))) (field (mut anyref))))
  (type $next (func (param (ref null $list)) (result (ref null $list))))
  (table 1 funcref)
  (elem (i32.const 0) $f)
  (func $f (type $next) (struct.get $list 0 (local.get 0)))
  (func (export "go") (type $next) (call_indirect (type $next) (local.get 0) (i32.const 0))))''')
    binaryen.assemble(source, module)
    assert run_wasmelt(module, '--emit=c', '--name=m', '-o', tmp_path / 'c').returncode == 0
    assert 'unwinding' not in (tmp_path / 'c' / 'm.c').read_text()
