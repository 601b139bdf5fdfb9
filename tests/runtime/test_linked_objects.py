"""Modules that share structs are linked through their headers: what one exports, as globals, tables and functions of types of their own, goes into
the members of the other's imports. The types are equal by structure, though their indices differ."""
import signal
import subprocess

import pytest

from support import binaryen
from support.hosts import ROOT, compile_objects, compile_with_macro

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
static __attribute__((unused)) wasmelt_heap *reader_is_in(reader *r, maker *m) { wasmelt_heap *heap = ((wasmelt_instance *)r)->heap; return heap == ((wasmelt_instance *)m)->heap ? heap : NULL; }
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




def link(run_wasmelt, build, cc, folder, modules, host, before=()):
    """A host linked with these modules, each made of text into lib{name}.a; with these objects before the runtime's library."""
    for name, text in modules.items():
        (folder / f'{name}.wat').write_text(text)
        wasm = binaryen.assemble(folder / f'{name}.wat', folder / f'{name}.wasm')
        done = run_wasmelt(wasm, '--emit=lib', '--cc', cc, '-O1', '--cflags=-Wall -Wextra -Werror', '-o', folder / f'lib{name}.a')
        assert done.returncode == 0, done.stderr
    (folder / 'host.c').write_text(host)
    compiled, = compile_objects([cc, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', '-I.'], [folder / 'host.c'], folder)
    libraries = [folder / f'lib{name}.a' for name in reversed(modules)]
    subprocess.run([cc, compiled, *libraries, *before, build / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread', '-o', folder / 'host'], check=True)
    return folder / 'host'


@pytest.mark.parametrize('named', ['in a store that is named', 'in a store that is found'])
def test_globals_and_tables_of_a_modules_own_types_are_given_through_headers(run_wasmelt, build, cc, tmp_path, named):
    """Without a name, the reader is in the maker's store because it imports the maker's table."""
    text = HOST if named.endswith('named') else HOST.replace('.store = store, ', '').replace('wasmelt_store_heap(store)', 'reader_is_in(u, m)')
    host = link(run_wasmelt, build, cc, tmp_path, {'maker': MAKER, 'reader': READER}, text)
    ran = subprocess.run([host], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.returncode) == (f'{20000 * 20001 // 2 + 5} 20000 1006\n', 0)


IN_TWO_STORES = """
#include <stdio.h>
#include "maker.h"
#include "reader.h"
int main(void) {
    wasmelt_store *stores[] = {wasmelt_store_new(NULL), wasmelt_store_new(NULL)};
    wasmelt_options options = {.store = stores[0]};
    wasmelt_error error;
    maker *m;
    reader *r;
    if (maker_instantiate_with(&options, &m, &error) != WASMELT_OK)
        return 1;
    options.store = stores[1];
    reader_imports imports = {.global_maker_0last = maker_last(m), .global_maker_0first = (wasmelt_object **)maker_first(m), .table_maker_0nodes = maker_nodes(m)};
    int status = reader_instantiate_with(&imports, &options, &r, &error);
    printf("%s\\n", status == WASMELT_UNLINKABLE && !r ? error.message : "linked");
    maker_instance_free(m);
    wasmelt_store_free(stores[0]);
    wasmelt_store_free(stores[1]);
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    return (int)usage.instances;
}"""


def test_instances_in_two_stores_are_not_linked_through_headers(run_wasmelt, build, cc, tmp_path):
    host = link(run_wasmelt, build, cc, tmp_path, {'maker': MAKER, 'reader': READER}, IN_TWO_STORES)
    ran = subprocess.run([host], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.returncode) == ('cannot link "maker" "nodes": it belongs to another store than the instance\n', 0)


# Two of a module that puts objects into a table and a global that the host has made.
PUTS = """(module
  (type $box (struct (field i32)))
  (import "host" "table" (table $t 2 2 anyref))
  (import "host" "global" (global $g (mut eqref)))
  (func (export "put") (param i32)
    (table.set $t (i32.const 0) (struct.new $box (local.get 0)))
    (global.set $g (struct.new $box (i32.add (local.get 0) (i32.const 1)))))
  (func (export "churn") (param i32) (local $o eqref)
    (loop $l
      (local.set $o (struct.new $box (i32.const 77)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "sum") (result i32)
    (i32.add (struct.get $box 0 (ref.cast (ref $box) (table.get $t (i32.const 0)))) (struct.get $box 0 (ref.cast (ref $box) (global.get $g))))))"""
PUTS_HOST = """
#include <stdio.h>
#include "puts.h"
int main(void) {
    wasmelt_table *t = wasmelt_table_new(&(wasmelt_table_type){.minimum = 2, .maximum = 2, .has_maximum = true, .element = WASMELT_ANYREF});
    wasmelt_object *g[2] = {0};
    putswasm *first, *second, *third;
    putswasm_imports imports = {.table_host_0table = t, .global_host_0global = &g[0]};
    if (!t || putswasm_instantiate(&imports, &first, NULL) != WASMELT_OK || putswasm_instantiate(&imports, &second, NULL) != WASMELT_OK)
        return 1;
    putswasm_put(first, 20);
    putswasm_churn(second, 1000000);
    putswasm_churn(first, 1000000);
    printf("%u ", putswasm_sum(second));
    wasmelt_table *other = wasmelt_table_new(&t->type);
    imports = (putswasm_imports){.table_host_0table = other, .global_host_0global = &g[1]};
    if (putswasm_instantiate(&imports, &third, NULL) != WASMELT_OK)
        return 1;
    wasmelt_instance *i[] = {(wasmelt_instance *)first, (wasmelt_instance *)second, (wasmelt_instance *)third};
    printf("%d %d\\n", i[0]->heap == i[1]->heap, i[0]->heap == i[2]->heap);
    putswasm_instance_free(first);
    putswasm_instance_free(second);
    putswasm_instance_free(third);
    wasmelt_table_free(t);
    wasmelt_table_free(other);
    return 0;
}"""


def test_instances_with_the_same_table_of_the_hosts_are_in_one_store(run_wasmelt, build, cc, tmp_path):
    host = link(run_wasmelt, build, cc, tmp_path, {'puts': PUTS}, PUTS_HOST)
    ran = subprocess.run([host], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.returncode) == ('41 1 0\n', 0)


# A host's function passes an object from one instance to another, which nothing but the objects themselves shows.
KEEPS = """(module
  (type $box (struct (field i32)))
  (type $holder (struct (field (mut anyref))))
  (global $kept (mut (ref null $holder)) (ref.null $holder))
  (func (export "make") (result anyref) (struct.new $box (i32.const 5)))
  (func (export "hold") (param anyref) (result anyref) (struct.new $holder (local.get 0)))
  (func (export "keep") (param anyref) (global.set $kept (struct.new $holder (local.get 0))))
  (func (export "churn") (param i32) (local $o eqref)
    (loop $l
      (local.set $o (struct.new $box (i32.const 77)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))"""
KEEPS_HOST = """
#include <stdio.h>
#include "keeps.h"
int main(void) {
    keeps *from, *to;
    wasmelt_value value;
    if (keeps_instantiate(&from, NULL) != WASMELT_OK || keeps_instantiate(&to, NULL) != WASMELT_OK)
        return 1;
    wasmelt_object *o = keeps_make(from);
    wasmelt_heap *heap = ((wasmelt_instance *)to)->heap;
    wasmelt_object *holder = keeps_hold(to, NULL);
    printf("%d%d%d%d%d\\n", wasmelt_reference_kind_of(heap, o) == WASMELT_REFERENCE_FOREIGN, !wasmelt_object_get(heap, o, 0, &value),
           !wasmelt_object_is(heap, o, wasmelt_heap_type_number((wasmelt_instance *)to, 0)), !wasmelt_ref_new(heap, o),
           !wasmelt_object_set(heap, holder, 0, &(wasmelt_value){.anyref = o}) && wasmelt_object_set(heap, holder, 0, &(wasmelt_value){.anyref = holder}));
    fflush(stdout);
    keeps_keep(to, o);
    keeps_churn(to, 100000);
    puts("not noticed");
    return 0;
}"""


def test_an_object_of_another_heap_is_refused_by_hosts_functions_and_found_by_torture(run_wasmelt, build, cc, tmp_path):
    command = [cc, '-std=c11', '-D_GNU_SOURCE', '-O1', f'-I{ROOT / "include"}']
    torture = compile_with_macro(command, 'WASMELT_HEAP_TORTURE=5', tmp_path / 'runtime')
    host = link(run_wasmelt, build, cc, tmp_path, {'keeps': KEEPS}, KEEPS_HOST, torture)
    ran = subprocess.run([host], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.returncode) == ('11111\n', -signal.SIGABRT)
    assert ran.stderr == 'wasmelt: an object refers to one of another heap: instances that share objects must be in one store\n'


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
