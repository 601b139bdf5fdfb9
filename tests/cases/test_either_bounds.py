"""--bounds=either: the code of a module is there in two forms, one for memories with guard pages and one that compares addresses. Each
instance has the form that fits its memory, and whatever a host can call calls that."""
import resource
import subprocess

import pytest

from support.hosts import run_host

MODULE = '''(module
  (type $unary (func (param i32) (result i32)))
  (import "env" "given" (func $given (type $unary)))
  (memory (export "memory") 1 4)
  (table (export "table") 3 funcref)
  (elem (i32.const 0) $load $given $twice)
  (tag $tag (export "tag") (param i32))
  (global $seven (export "seven") i32 (i32.const 7))
  (data (i32.const 100) "\\2a")
  (data $passive "\\05\\06")
  (export "given_again" (func $given))
  (func $load (export "load") (type $unary) (i32.load8_u (local.get 0)))
  (func $twice (type $unary) (i32.mul (i32.const 2) (call $load (local.get 0))))
  (func (export "store 2") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "call") (param i32 i32) (result i32) (call_indirect (type $unary) (local.get 0) (local.get 1)))
  (func (export "tail") (param i32) (result i32) (return_call $load (local.get 0)))
  (func (export "pair") (param i32) (result i32 i32) (call $load (local.get 0)) (call $given (local.get 0)))
  (func (export "init") (memory.init $passive (i32.const 200) (i32.const 0) (i32.const 2)))
  (func (export "throw") (param i32) (throw $tag (i32.load8_u (local.get 0))))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func $start (i32.store8 (i32.const 101) (i32.load8_u (i32.const 100))))
  (start $start))'''

HOST = r'''
#include <assert.h>
#include <string.h>
#include "m.h"

static m *made;
static uint32_t address;

uint32_t WASMELT_IMPORT(m, env, given)(void *context, uint32_t p) { return p + *(uint32_t *)context; }

static void load(void *unused) { (void)unused; m_load(made, address); }
static void store(void *unused) { (void)unused; m_1store_202(made, address, 1); }
static void tail(void *unused) { (void)unused; m_tail(made, address); }
static void call(void *unused) { (void)unused; m_call(made, address, 0); }
static void throws(void *unused) { (void)unused; m_throw(made, address); }

static void check(bool without_guard, wasmelt_memory_space *space) {
    uint32_t more = 1000;
    wasmelt_options options = {.without_guard = without_guard, .memory.space = space};
    wasmelt_error error;
    assert(m_instantiate_with(&(m_imports){&more}, &options, &made, &error) == WASMELT_OK);
    wasmelt_memory *memory = m_memory(made);
    bool checked = without_guard || space;
    assert(memory->type.checked == checked && memory->reserved < (checked ? 1u << 20 : UINT64_MAX));
    assert(m_load(made, 100) == 42 && m_load(made, 101) == 42 && m_tail(made, 100) == 42 && *m_seven(made) == 7);
    assert(m_call(made, 100, 0) == 42 && m_call(made, 5, 1) == 1005 && m_call(made, 101, 2) == 84 && m_given_again(made, 3) == 1003);
    m_results_ii both = m_pair(made, 100);
    assert(both.v0 == 42 && both.v1 == 1100);
    m_init(made);
    assert(memory->base[200] == 5 && memory->base[201] == 6);
    wasmelt_extern found;
    wasmelt_value value = {.i32 = 101};
    assert(wasmelt_export((wasmelt_instance *)made, "load", &found) && wasmelt_call(found.func, &value, &value, NULL) == WASMELT_TRAP_NONE);
    assert(value.i32 == 42);
    const void *element;
    assert(wasmelt_table_get(m_table(made), 0, &element) && element == found.func);
    for (int pages = 1; pages <= 2; pages++) {
        for (address = pages * 65536; address; address = address > 70000 ? (address == UINT32_MAX ? 0 : UINT32_MAX) : 1 << 20) {
            assert(wasmelt_run(load, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
            assert(wasmelt_run(store, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
            assert(wasmelt_run(tail, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
            assert(wasmelt_run(call, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        }
        assert(m_load(made, pages * 65536 - 1) == 0);
        address = 100;
        assert(wasmelt_run(throws, NULL, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
        assert(m_grow(made) == (uint32_t)pages);
    }
    m_instance_free(made);
}

static void *refuse_much(void *context, uint64_t bytes, uint64_t alignment) {
    static _Alignas(65536) char room[512 << 10];
    (void)context, (void)alignment;
    memset(room, 0, sizeof room);
    return bytes <= sizeof room ? room : NULL;
}

static void release(void *context, void *base, uint64_t bytes) { (void)context, (void)base, (void)bytes; }

int main(void) {
    wasmelt_memory_space space = {refuse_much, release};
    check(false, NULL);
    check(true, NULL);
    check(false, &space);
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    assert(usage.instances == 0 && usage.reserved_bytes == 0);
}
'''


@pytest.mark.parametrize('flags', [(), ('--split=2',), ('-g',), ('--interrupt=signal', '--fuel'), ('--imports=named',)], ids=''.join)
def test_every_way_into_an_instance_leads_to_its_own_form(run_wasmelt, build, assemble, tmp_path, cc, flags):
    host = HOST
    if '--imports=named' in flags:
        host = NAMED
    run_host(run_wasmelt, build, cc, assemble(MODULE), host, tmp_path, '1', ('--bounds=either', *flags))


NAMED = r'''
#include <assert.h>
#include "m.h"

static uint32_t given(void *context, uint32_t p) { (void)context; return p; }
static const wasmelt_valtype i32[] = {WASMELT_I32};
static const wasmelt_type unary = {.kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1,
                                   .params = i32, .param_count = 1, .results = i32, .result_count = 1};

int main(void) {
    wasmelt_func func;
    assert(wasmelt_func_init(&func, (wasmelt_code)given, NULL, &unary));
    for (int checked = 0; checked <= 1; checked++) {
        wasmelt_import import = {"env", "given", {.kind = WASMELT_EXTERN_FUNC, .func = &func}};
        wasmelt_options options = {.without_guard = checked};
        wasmelt_instance *i;
        wasmelt_error error;
        wasmelt_extern memory, pair;
        wasmelt_value values[2] = {{.i32 = 100}};
        assert(wasmelt_instantiate_with(&m_module, &import, 1, &options, &i, &error) == WASMELT_OK);
        assert(wasmelt_export(i, "memory", &memory) && memory.memory->type.checked == checked);
        assert(wasmelt_export(i, "pair", &pair) && wasmelt_call(pair.func, values, values, NULL) == WASMELT_TRAP_NONE);
        assert(values[0].i32 == 42 && values[1].i32 == 100);
        wasmelt_instance_free(i);
    }
    wasmelt_instance *i = NULL;
    wasmelt_error error;
    assert(wasmelt_instantiate(&m_module, NULL, 0, &i, &error) == WASMELT_UNLINKABLE && !i);
}
'''

IMPORTING = '(module (memory (import "env" "memory") 1) (func (export "load") (param i32) (result i32) (i32.load (local.get 0))))'

SHARING = r'''
#include <assert.h>
#include "m.h"

static m *made;

static void outside(void *unused) { (void)unused; m_load(made, 65533); }

int main(void) {
    for (int checked = 0; checked <= 1; checked++) {
        wasmelt_memory_type type = {.minimum = 1, .page_size_log2 = 16, .checked = checked};
        wasmelt_memory *memory = wasmelt_memory_new(&type);
        wasmelt_error error;
        assert(m_instantiate(&(m_imports){memory}, &made, &error) == WASMELT_OK);
        memory->base[65532] = 9;
        assert(m_load(made, 65532) == 9 && wasmelt_run(outside, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        m_instance_free(made);
        wasmelt_memory_free(memory);
    }
}
'''


def test_an_imported_memory_decides(run_wasmelt, build, assemble, tmp_path, cc):
    run_host(run_wasmelt, build, cc, assemble(IMPORTING), SHARING, tmp_path, '1', ('--bounds=either',))


PROGRAM = '''(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (i32.store (i32.const 65532) (i32.const 5)) (call $exit (i32.load (i32.const 65532)))))'''


@pytest.mark.parametrize('bounds, little, status', [('guard', True, 125), ('either', True, 5), ('either', False, 5)])
def test_an_executable_runs_where_address_space_is_short(run_wasmelt, assemble, tmp_path, bounds, little, status):
    done = run_wasmelt(assemble(PROGRAM), f'--bounds={bounds}', '-o', tmp_path / 'app')
    assert done.returncode == 0, done.stderr

    def limit():
        if little:
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    assert subprocess.run([tmp_path / 'app'], preexec_fn=limit).returncode == status


MANY = r'''
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include "m.h"

enum { COUNT = 100000 };
static m *all[COUNT];

int main(void) {
    uint32_t guarded = 0;
    wasmelt_error error;
    for (int k = 0; k < COUNT; k++) {
        if (m_instantiate(&all[k], &error) != WASMELT_OK) {
            fprintf(stderr, "%d: %s\n", k, error.message);
            return 1;
        }
        guarded += !m_memory(all[k])->type.checked;
    }
    void *other = malloc((size_t)1 << 40 >> 10); /* there is room for others */
    assert(other && guarded > 9000 && guarded < 11000);
    for (int k = 0; k < COUNT; k += 999)
        assert(m_next(all[k]) == 1 && m_next(all[k]) == 2);
    for (int k = 0; k < COUNT; k++)
        m_instance_free(all[(k * 7919ull) % COUNT]);
    free(other);
    m *last;
    assert(m_instantiate(&last, &error) == WASMELT_OK && !m_memory(last)->type.checked);
    m_instance_free(last);
}
'''

SMALL = '''(module (memory (export "memory") 1 4)
  (func (export "next") (result i32) (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))) (i32.load (i32.const 8))))'''


def test_a_hundred_thousand_small_instances_fit_in_a_process(run_wasmelt, build, assemble, tmp_path):
    run_host(run_wasmelt, build, 'gcc', assemble(SMALL), MANY, tmp_path, '1', ('--bounds=either',))


def test_the_first_form_is_the_code_of_a_module_with_guard_pages(run_wasmelt, assemble, tmp_path):
    wasm = assemble(SMALL)
    for bounds in ('guard', 'explicit', 'either'):
        done = run_wasmelt(wasm, '--emit=c', f'--bounds={bounds}', '-o', tmp_path / bounds)
        assert (done.returncode, done.stderr) == (0, '')

    def function(folder, file):
        return (tmp_path / folder / file).read_text().split('/* function 0', 1)[1].split('\n}\n')[0].replace('m_2checked', 'm')
    assert function('either', 'm.c') == function('guard', 'm.c')
    assert function('either', 'm_checked.c') == function('explicit', 'm.c')
    # The other way round, what is no longer needed goes.
    assert run_wasmelt(wasm, '--emit=c', '-o', tmp_path / 'either').returncode == 0
    assert sorted(p.name for p in (tmp_path / 'either').iterdir()) == ['m.c', 'm.h']
