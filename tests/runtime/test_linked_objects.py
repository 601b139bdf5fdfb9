"""Modules that share structs are linked through their headers: what one exports, as globals, tables and functions of types of their own, goes into
the members of the other's imports. The types are equal by structure, though their indices differ."""
import subprocess

from support import binaryen
from support.hosts import ROOT, compile_objects

MAKER = '''(module
  (type $node (struct (field i32) (field (ref null $node))))
  (global $last (export "last") (mut (ref null $node)) (ref.null $node))
  (global (export "first") (ref $node) (struct.new $node (i32.const 5) (ref.null $node)))
  (table $nodes (export "nodes") 4 (ref null $node))
  (func (export "make") (param i32)
    (global.set $last (struct.new $node (local.get 0) (global.get $last)))
    (table.set $nodes (i32.const 2) (global.get $last))))'''
READER = '''(module
  (type $other (struct (field i64)))
  (type $node (struct (field i32) (field (ref null $node))))
  (import "maker" "nodes" (table $nodes 1 (ref null $node)))
  (import "maker" "last" (global $last (mut (ref null $node))))
  (import "maker" "first" (global $first (ref $node)))
  (func (export "sum") (result i32) (local $n (ref null $node)) (local $sum i32)
    (local.set $n (global.get $last))
    (block $out (loop $l
      (br_if $out (ref.is_null (local.get $n)))
      (local.set $sum (i32.add (local.get $sum) (struct.get $node 0 (local.get $n))))
      (local.set $n (struct.get $node 1 (local.get $n)))
      (br $l)))
    (i32.add (local.get $sum) (struct.get $node 0 (global.get $first))))
  (func (export "reset") (result i32)
    (global.set $last (struct.new $node (i32.const 1000) (ref.null $node)))
    (struct.get $node 0 (table.get $nodes (i32.const 2)))))'''
HOST = '''
#include <stdio.h>
#include "maker.h"
#include "reader.h"
static int failed(const char *what, const wasmelt_error *error) { printf("%s: %s\\n", what, error->message); return 1; }
int main(void) {
    wasmelt_store *store = wasmelt_store_new(NULL);
    wasmelt_options options = {.store = store, .heap.round_bytes = 4096};
    wasmelt_error error;
    maker *m;
    reader *u;
    if (maker_instantiate_with(&options, &m, &error) != WASMELT_OK)
        return failed("maker", &error);
    reader_imports imports = {.global_maker_0last = maker_last(m), .global_maker_0first = (wasmelt_object **)maker_first(m), .table_maker_0nodes = maker_nodes(m)};
    if (reader_instantiate_with(&imports, &options, &u, &error) != WASMELT_OK)
        return failed("reader", &error);
    for (uint32_t k = 1; k <= 20000; k++)
        maker_make(m, k);
    wasmelt_collect(wasmelt_store_heap(store));
    printf("%u ", reader_sum(u));
    printf("%u ", reader_reset(u));
    wasmelt_collect(wasmelt_store_heap(store));
    maker_make(m, 1);
    printf("%u\\n", reader_sum(u));
    reader_instance_free(u);
    maker_instance_free(m);
    wasmelt_store_free(store);
    return 0;
}'''


def test_globals_and_tables_of_a_modules_own_types_are_given_through_headers(run_wasmelt, build, cc, tmp_path):
    for name, text in ('maker', MAKER), ('reader', READER):
        (tmp_path / f'{name}.wat').write_text(text)
        wasm = binaryen.assemble(tmp_path / f'{name}.wat', tmp_path / f'{name}.wasm')
        done = run_wasmelt(wasm, '--emit=lib', '--cc', cc, '-O1', '--cflags=-Wall -Wextra -Werror', '-o', tmp_path / f'lib{name}.a')
        assert done.returncode == 0, done.stderr
    (tmp_path / 'host.c').write_text(HOST)
    host, = compile_objects([cc, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', '-I.'], [tmp_path / 'host.c'], tmp_path)
    subprocess.run([cc, host, tmp_path / 'libreader.a', tmp_path / 'libmaker.a', build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread', '-o', tmp_path / 'host'],
                   check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.returncode) == (f'{20000 * 20001 // 2 + 5} 20000 1006\n', 0)


THROWS = '''(module (tag $t (param i32)) (memory (export "memory") 1)
  (func (export "_start") (block $h (result i32) (try_table (catch $t $h) (throw $t (i32.const 1))) (unreachable)) (drop)))'''


def test_a_program_without_objects_is_linked_without_the_collector(run_wasmelt, build, cc, tmp_path):
    """By any linker, however it is called: nothing in the runtime refers to the collector but descriptors of modules that have a heap."""
    (tmp_path / 'm.wat').write_text(THROWS)
    binaryen.assemble(tmp_path / 'm.wat', tmp_path / 'm.wasm')
    assert run_wasmelt(tmp_path / 'm.wasm', '--emit=c', '--main', '-o', tmp_path / 'c').returncode == 0
    subprocess.run([cc, f'-I{ROOT / "include"}', *(tmp_path / 'c').glob('*.c'), build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread', '-o', tmp_path / 'm'],
                   check=True)
    subprocess.run([tmp_path / 'm'], check=True, timeout=60)
    symbols = subprocess.run(['nm', tmp_path / 'm'], capture_output=True, text=True, check=True).stdout
    assert 'wasmelt_instantiate' in symbols and 'wasmelt_rt_heap_' not in symbols and 'wasmelt_collector' not in symbols
