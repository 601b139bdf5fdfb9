"""Heaps at their limits: memory runs out in each instruction that allocates and the instance goes on; deep recursion, long lists, large
arrays, and signals of the host while objects are made."""
import pytest

from support import binaryen
from support.hosts import run_host

FORMS = {
    'struct_new': '(call $keep (struct.new $pair (i64.const 1) (i64.const 2)))',
    'struct_new_default': '(call $keep (struct.new_default $pair))',
    'array_new': '(call $keep (array.new $refs (global.get $kept) (i32.const 100)))',
    'array_new_default': '(call $keep (array.new_default $bytes (i32.const 1000)))',
    'array_new_default_large': '(call $keep (array.new_default $bytes (i32.const 300000)))',
    'array_new_fixed': '(call $keep (array.new_fixed $refs 3 (ref.null any) (global.get $kept) (ref.null any)))',
    'array_new_data': '(call $keep (array.new_data $bytes $hello (i32.const 1) (i32.const 4)))',
    'array_new_elem': '(call $keep (array.new_elem $refs $numbers (i32.const 0) (i32.const 2)))',
    'array_new_large': '(call $keep (array.new $refs (global.get $kept) (i32.const 20000)))',
    'array_new_vectors': '(call $keep (array.new $vectors (v128.const i64x2 1 2) (i32.const 50)))',
    'array_new_fixed_long': f'(call $keep (array.new_fixed $refs 200 {"(global.get $kept) " * 200}))',
    'array_new_data_long': '(call $keep (array.new_data $bytes $long (i32.const 1) (i32.const 19999)))',
    'array_new_elem_long': '(call $keep (array.new_elem $refs $many (i32.const 1) (i32.const 499)))',
    'any_of_extern': '(call $keep (any.convert_extern (global.get $pointer)))',
    'extern_of_i31': '(call $keep (struct.new $extern (extern.convert_any (ref.i31 (i32.const 5)))))',
    'exception': '''(global.set $caught (struct.new $holder (global.get $caught)
                      (block $out (result exnref) (try_table (catch_all_ref $out) (throw $e (i32.const 5))) (unreachable))))''',
}

MODULE = f'''(module
  (rec (type $node (struct (field (ref null $node)) (field anyref))))
  (rec (type $holder (struct (field (ref null $holder)) (field exnref))))
  (type $pair (struct (field (mut i64)) (field i64)))
  (type $bytes (array (mut i8)))
  (type $refs (array (mut anyref)))
  (type $vectors (array v128))
  (type $extern (struct (field externref)))
  (type $tag (func (param i32)))
  (data $long "{"long" * 5000}")
  (elem $many anyref {"(item (ref.i31 (i32.const 1)))" * 500})
  (global $pointer (mut externref) (ref.null extern))
  (func (export "point") (param externref) (global.set $pointer (local.get 0)))
  (tag $e (type $tag))
  (data $hello "hello")
  (elem $numbers anyref (item (ref.i31 (i32.const 1))) (item (ref.i31 (i32.const 2))))
  (global $kept (mut (ref null $node)) (ref.null $node))
  (global $caught (mut (ref null $holder)) (ref.null $holder))
  (func $keep (param anyref) (global.set $kept (struct.new $node (global.get $kept) (local.get 0))))
  (func (export "forget") (global.set $kept (ref.null $node)) (global.set $caught (ref.null $holder)))
  {"".join(f'(func (export "{name}") (loop $more {text} (br $more)))' for name, text in FORMS.items())}
  (func (export "list") (param $n i32) (result i32) (local $k i32) (local $at (ref null $node))
    (loop $more
      (local.set $at (struct.new $node (local.get $at) (ref.i31 (local.get $k))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $k) (local.get $n))))
    (local.set $k (i32.const 0))
    (block $end (loop $more
      (br_if $end (ref.is_null (local.get $at)))
      (local.set $k (i32.add (local.get $k) (i32.eq (i31.get_u (ref.cast (ref i31) (struct.get $node 1 (local.get $at))))
                                                    (i32.sub (i32.sub (local.get $n) (local.get $k)) (i32.const 1)))))
      (local.set $at (struct.get $node 0 (local.get $at)))
      (br $more)))
    (local.get $k))
  (func $deep (export "deep") (param $n i32) (result i64) (local $own (ref null $pair))
    (if (i32.eqz (local.get $n)) (then (return (i64.const 0))))
    (local.set $own (struct.new $pair (i64.extend_i32_u (local.get $n)) (i64.const 7)))
    (i64.add (call $deep (i32.sub (local.get $n) (i32.const 1))) (struct.get $pair 0 (local.get $own))))
  (func (export "large") (param $n i32) (result i32) (local $a (ref null $bytes)) (local $b (ref null $bytes))
    (local.set $a (array.new $bytes (i32.const 7) (local.get $n)))
    (local.set $b (array.new_default $bytes (local.get $n)))
    (array.set $bytes (local.get $a) (i32.sub (local.get $n) (i32.const 1)) (i32.const 9))
    (array.copy $bytes $bytes (local.get $b) (i32.const 1) (local.get $a) (i32.const 0) (i32.sub (local.get $n) (i32.const 1)))
    (i32.add (array.get_u $bytes (local.get $a) (i32.sub (local.get $n) (i32.const 1)))
      (i32.add (array.get_u $bytes (local.get $b) (i32.const 0)) (array.get_u $bytes (local.get $b) (i32.sub (local.get $n) (i32.const 1)))))))
'''

HOST = '''
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include "m.h"
__attribute__((unused)) static m *make(uint64_t maximum) {
    m *i;
    wasmelt_options options = {.heap = {.maximum_bytes = maximum}};
    assert(m_instantiate_with(&options, &i, NULL) == WASMELT_OK);
    return i;
}
'''


@pytest.fixture
def host(run_wasmelt, build, tmp_path, cc):
    """host(C_BODY, MODULE): runs a program around the module; fails unless it succeeds."""
    def run(body, text=MODULE):
        (tmp_path / 'm.wat').write_text(text)
        wasm = binaryen.assemble(tmp_path / 'm.wat', tmp_path / 'm.wasm')
        run_host(run_wasmelt, build, cc, wasm, HOST + body, tmp_path, timeout=300)
    return run


def test_memory_runs_out_in_each_form_of_allocation(host):
    bodies = ''.join(f'static void run_{name}(void *i) {{ m_{name}(i); }}\n' for name in FORMS)
    host(f'''
        {bodies}
        static void forget(void *i) {{ m_forget(i); }}
        static uint32_t counted;
        static void count(void *i) {{ counted = m_list(i, 1000); }}
        int main(void) {{
            static void (*const forms[])(void *) = {{{', '.join('run_' + name for name in FORMS)}}};
            m *i = make(4 << 20);
            m_point(i, &counted);
            for (int round = 0; round < 2; round++)
                for (unsigned k = 0; k < sizeof forms / sizeof *forms; k++) {{
                    wasmelt_trap trap;
                    printf("%u\\n", k);
                    assert(wasmelt_run(forms[k], i, &trap) == WASMELT_TRAP_OUT_OF_RESOURCES);
                    assert(wasmelt_run(forget, i, &trap) == WASMELT_TRAP_NONE);
                    assert(wasmelt_run(count, i, &trap) == WASMELT_TRAP_NONE && counted == 1000);
                }}
            m_instance_free(i);
        }}''')


def test_memory_runs_out_in_a_constant_expression(host):
    host('''
        int main(void) {
            m *i = NULL;
            wasmelt_options options = {.heap = {.maximum_bytes = 4 << 20}};
            assert(m_instantiate_with(&options, &i, NULL) != WASMELT_OK);
            assert(m_instantiate(&i, NULL) == WASMELT_OK);
            m_instance_free(i);
        }''', '''(module (type $bytes (array (mut i8)))
          (global (ref $bytes) (array.new_default $bytes (i32.const 8000000))) (func (export "run")))''')


def test_long_lists_deep_recursion_and_large_arrays(host):
    host('''
        static uint32_t listed, last;
        static uint64_t sum;
        static void run(void *i) {
            listed = m_list(i, 3000000);
            sum = m_deep(i, 100000);
            last = m_large(i, 100000000);
        }
        int main(void) {
            m *i = make(0);
            wasmelt_trap trap;
            assert(wasmelt_run(run, i, &trap) == WASMELT_TRAP_NONE);
            assert(listed == 3000000 && sum == 5000050000u && last == 9 + 0 + 7);
            m_instance_free(i);
        }''')


def test_signals_come_while_objects_are_made(host):
    host('''
        static volatile sig_atomic_t signals;
        static void on_signal(int n) { (void)n; signals++; }
        static uint32_t listed;
        static void run(void *i) { listed = m_list(i, 200000); }
        int main(void) {
            m *i = make(32 << 20);
            struct sigaction action = {.sa_handler = on_signal};
            assert(sigaction(SIGALRM, &action, NULL) == 0);
            struct itimerval often = {{0, 150}, {0, 150}};
            assert(setitimer(ITIMER_REAL, &often, NULL) == 0);
            for (int k = 0; k < 40 || signals < 100; k++) {
                wasmelt_trap trap;
                assert(wasmelt_run(run, i, &trap) == WASMELT_TRAP_NONE && listed == 200000);
            }
            m_instance_free(i);
        }''')
