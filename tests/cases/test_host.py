"""Small modules whose answers are known: through the typed header, in a C host."""
import textwrap

import pytest

from support.hosts import run_host

PRELUDE = '''
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include "m.h"

static m *make(void) {
    m *instance;
    wasmelt_error error;
    if (m_instantiate(&instance, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\\n", error.message);
        return NULL;
    }
    return instance;
}
'''


@pytest.fixture
def host(run_wasmelt, build, assemble, tmp_path, cc):
    """host(WAT, C_BODY): compiles the module as a library and a program around it; its standard output."""
    def run(wat, body, level='1', flags=(), prelude=PRELUDE):
        return run_host(run_wasmelt, build, cc, assemble(wat), prelude + textwrap.dedent(body), tmp_path, level, flags)
    return run


def test_add_and_store(host):
    host('(module (memory (export "memory") 1) (func (export "run") (i32.store (i32.const 0) (i32.add (i32.const 12) (i32.const 7)))))', '''
        int main(void) {
            m *i = make();
            m_run(i);
            assert(*(int *)m_memory(i)->base == 19);
            m_instance_free(i);
        }''')


def test_clamp_by_br_if_out_of_a_block(host):
    host('''(module (func (export "clamp") (param $x i32) (param $low i32) (param $high i32) (result i32)
      (block $done (result i32)
        (drop (br_if $done (local.get $low) (i32.lt_s (local.get $x) (local.get $low))))
        (drop (br_if $done (local.get $high) (i32.gt_s (local.get $x) (local.get $high))))
        (local.get $x))))''', '''
        int main(void) {
            m *i = make();
            assert(m_clamp(i, 5, 1, 10) == 5);
            assert(m_clamp(i, (unsigned)-5, 1, 10) == 1);
            assert(m_clamp(i, 50, 1, 10) == 10);
            m_instance_free(i);
        }''')


def test_arithmetic_on_the_value_stack(host):
    host('''(module (func (export "f") (param i32 i32) (result i32)
      local.get 0 local.get 1 i32.add i32.const 2 i32.mul))''', '''
        int main(void) {
            m *i = make();
            assert(m_f(i, 3, 4) == 14);
            m_instance_free(i);
        }''')


def test_sum_of_bytes_the_host_wrote(host):
    host('''(module (memory (export "memory") 1) (func (export "sum") (param $p i32) (param $n i32) (result i32) (local $s i32)
      (block $end (loop $next
        (br_if $end (i32.eqz (local.get $n)))
        (local.set $s (i32.add (local.get $s) (i32.load8_u (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
      (local.get $s)))''', '''
        int main(void) {
            m *i = make();
            memcpy(wasmelt_memory_at(m_memory(i), 100, 4), "wasm", 4);
            assert(m_sum(i, 100, 4) == 119 + 97 + 115 + 109);
            m_instance_free(i);
        }''')


def test_memory_grows_to_its_maximum(host):
    host('''(module (memory (export "memory") 2 64)
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
      (func (export "size") (result i32) (memory.size)))''', '''
        int main(void) {
            m *i = make();
            unsigned char *before = m_memory(i)->base;
            before[0] = 42;
            assert(m_grow(i, 3) == 2 && m_size(i) == 5);
            assert(m_grow(i, 59) == 5 && m_size(i) == 64);
            assert(m_grow(i, 1) == 0xffffffffu && m_size(i) == 64);
            assert(m_grow(i, 0xffffffffu) == 0xffffffffu && m_size(i) == 64);
            assert(m_memory(i)->base == before && before[0] == 42 && before[64 * 65536 - 1] == 0);
            m_instance_free(i);
        }''')


def test_allocator_does_not_leak(host):
    host('''(module (memory (export "memory") 1)
      (global $top (mut i32) (i32.const 1024))
      (func (export "alloc") (param $n i32) (result i32)
        (global.get $top)
        (global.set $top (i32.add (global.get $top) (local.get $n)))
        (block $fits
          (br_if $fits (i32.le_u (global.get $top) (i32.shl (memory.size) (i32.const 16))))
          (drop (memory.grow (i32.const 1)))))
      (func (export "free_all") (global.set $top (i32.const 1024))))''', '''
        int main(void) {
            m *i = make();
            for (int round = 0; round < 1000; round++) {
                for (int k = 0; k < 10; k++) {
                    unsigned p = m_alloc(i, 5000);
                    memset(wasmelt_memory_at(m_memory(i), p, 5000), k, 5000);
                }
                m_free_all(i);
            }
            assert(m_memory(i)->pages == 1);
            m_instance_free(i);
        }''')


def test_initial_above_maximum_is_rejected(run_wasmelt, tmp_path):
    file = tmp_path / 'm.wasm'
    file.write_bytes(b'\0asm\1\0\0\0\5\4\1\1\3\2')
    done = run_wasmelt('validate', file)
    assert done.returncode == 1 and 'size minimum must not be greater than maximum' in done.stderr


CALL = '''
static m *the;
static unsigned result;
static void call(void *argument) {
    result = m_f(the, *(unsigned *)argument);
}
static wasmelt_trap_code try_f(unsigned n) {
    return wasmelt_run(call, &n, NULL);
}
'''


def test_endless_recursion_exhausts_the_stack(host):
    host('''(module (func $f (export "f") (param i32) (result i32)
      (i32.add (call $f (i32.add (local.get 0) (i32.const 1))) (i32.const 1))))''', '''
        int main(void) {
            the = make();
            assert(try_f(0) == WASMELT_TRAP_STACK_EXHAUSTED);
            assert(try_f(0) == WASMELT_TRAP_STACK_EXHAUSTED);
            m_instance_free(the);
        }''', prelude=PRELUDE + CALL)


def test_out_of_bounds_leaves_the_instance_usable(host):
    host('''(module (memory 1) (func (export "f") (param i32) (result i32) (i32.load offset=16 (local.get 0))))''', '''
        int main(void) {
            the = make();
            assert(try_f(0) == WASMELT_TRAP_NONE && result == 0);
            assert(try_f(65536 - 19) == WASMELT_TRAP_MEMORY_BOUNDS);
            assert(try_f(0xffffffff) == WASMELT_TRAP_MEMORY_BOUNDS);
            assert(try_f(65536 - 20) == WASMELT_TRAP_NONE);
            m_instance_free(the);
        }''', prelude=PRELUDE + CALL)


def test_tail_calls_do_not_grow_the_stack(host):
    """Ten million, between functions of different types, direct and through a table."""
    host('''(module
      (type $t (func (param i32 i64) (result i32)))
      (table funcref (elem $even $odd))
      (func $f (export "f") (param i32) (result i32) (return_call $even (local.get 0) (i64.const 0)))
      (func $even (param i32 i64) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
        (return_call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (local.get 1) (i32.const 1)))
      (func $odd (param i32 i64) (result i32)
        (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
        (return_call $third (f64.const 1) (i32.sub (local.get 0) (i32.const 1))))
      (func $third (param f64 i32) (result i32) (return_call $even (local.get 1) (i64.const 3))))''', '''
        int main(void) {
            the = make();
            assert(try_f(10000000) == WASMELT_TRAP_NONE && result == 1);
            assert(try_f(9999999) == WASMELT_TRAP_NONE && result == 0);
            m_instance_free(the);
        }''', prelude=PRELUDE + CALL, level='0')


def test_jump_between_cases_of_a_table(host):
    """Code after a block that cases of a br_table leave for, and that no case label names."""
    host('''(module (func (export "f") (param i32) (result i32) (local $r i32)
      (block $end
        (block $shared
          (block $c (block $b (block $a
            (br_table $a $b $c (local.get 0)))
            (local.set $r (i32.const 10)) (br $shared))
            (local.set $r (i32.const 20))
            (br_if $shared (i32.eq (local.get 0) (i32.const 1)))
            (br $end))
          (local.set $r (i32.const 30)))
        (local.set $r (i32.add (local.get $r) (i32.const 1))))
      (local.get $r)))''', '''
        int main(void) {
            the = make();
            assert(try_f(0) == 0 && result == 11);
            assert(try_f(1) == 0 && result == 21);
            assert(try_f(2) == 0 && result == 31);
            m_instance_free(the);
        }''', prelude=PRELUDE + CALL)


def test_order_of_traps_and_effects(host):
    """A load before a store, a division before a load, a global read before a call that sets it."""
    host('''(module (memory 1) (global $g (mut i32) (i32.const 5))
      (func $set (result i32) (global.set $g (i32.const 100)) (i32.const 1))
      (func (export "f") (param i32) (result i32)
        (i32.store (i32.const 0) (i32.const 1))
        (i32.load (i32.const 0))
        (i32.store (i32.const 0) (i32.const 50))
        (i32.add (i32.add (global.get $g) (call $set)))
        (i32.add (i32.div_u (i32.const 10) (local.get 0)))))''', '''
        int main(void) {
            the = make();
            assert(try_f(5) == 0 && result == 1 + 5 + 1 + 2);
            assert(try_f(0) == WASMELT_TRAP_DIVIDE_BY_ZERO);
            m_instance_free(the);
        }''', prelude=PRELUDE + CALL)


def test_dropped_load_still_traps(host):
    host('''(module (memory 1) (func (export "f") (param i32) (result i32)
      (drop (i32.load (local.get 0)))
      (drop (i32.mul (i32.load (local.get 0)) (i32.const 0)))
      (i32.const 1)))''', '''
        int main(void) {
            the = make();
            assert(try_f(0) == 0 && try_f(65536) == WASMELT_TRAP_MEMORY_BOUNDS);
            m_instance_free(the);
        }''', level='2', prelude=PRELUDE + CALL)


def test_names_that_are_no_identifiers(host):
    """Keywords, other scripts, ends of comments, duplicates: exports get clean, distinct C names."""
    out = host('''(module
      (func $int (export "int") (result i32) (i32.const 1))
      (func $x*/ (export "a*/b") (result i32) (i32.const 2))
      (func (export "a.b") (result i32) (i32.const 3))
      (func (export "") (result i32) (i32.const 4))
      (func (export "na\\c3\\afve\\00") (result i32) (i32.const 5)))''', '''
        int main(void) {
            m *i = make();
            wasmelt_extern e;
            wasmelt_value v;
            static const struct { const char *name; size_t length; } names[] = {
                {"int", 3}, {"a*/b", 4}, {"a.b", 3}, {"", 0}, {"na\\xc3\\xafve", 7}};
            for (int k = 0; k < 5; k++) {
                assert(wasmelt_export_n(&((wasmelt_instance *)i)[0], names[k].name, names[k].length, &e));
                assert(wasmelt_call(e.func, NULL, &v, NULL) == 0);
                printf("%u", v.i32);
            }
            assert(m_int(i) == 1);
            m_instance_free(i);
        }''')
    assert out == '12345'


@pytest.mark.parametrize('kind', ['block', 'loop', 'if'])
def test_five_thousand_nested(host, kind):
    condition = '(local.get 0)' if kind == 'if' else ''
    opened = f'{condition} {kind} ' * 5000
    host(f'''(module (func (export "f") (param i32) (result i32)
      {opened} (local.set 0 (i32.add (local.get 0) (i32.const 1))) {'end ' * 5000} (local.get 0)))''', '''
        int main(void) {
            the = make();
            assert(try_f(1) == 0 && result == 2);
            m_instance_free(the);
        }''', prelude=PRELUDE + CALL, level='0')


EXCEPTIONS = '''(module
  (import "env" "a" (tag $a (param i32 i64)))
  (import "env" "callback" (func $callback (param i32)))
  (tag $b (export "b") (param f64))
  (func $throw (export "throw_b") (param $x f64) (throw $b (local.get $x)))
  ;; What the callback throws: its payload, 1000 for another tag; -1 if it throws nothing.
  (func (export "catch") (param $n i32) (result i64) (local $x i64)
    (block $caught (result i32 i64)
      (try $t
        (do
          (try (do (call $callback (local.get $n))) (delegate $t)))
        (catch $a (br $caught))
        (catch_all (return (i64.const 1000))))
      (return (i64.const -1)))
    (local.set $x)
    (i64.add (i64.extend_i32_u) (local.get $x)))
  (func (export "rethrow_often") (param $n i32) (result i32)
    (local $count i32)
    (loop $next
      (try
        (do (try (do (throw $b (f64.const 1))) (catch $b (drop) (rethrow 0))))
        (catch_all (local.set $count (i32.add (local.get $count) (i32.const 1)))))
      (br_if $next (i32.lt_u (local.get $count) (local.get $n))))
    (local.get $count)))'''


def test_exceptions_of_the_host_and_for_it(host):
    host(EXCEPTIONS, '''
        #include <malloc.h>

        static const wasmelt_valtype params[] = {WASMELT_I32, WASMELT_I64};
        static const wasmelt_type type = {.kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE,
                                          .group_size = 1, .params = params, .param_count = 2};
        static wasmelt_tag a;
        static m *instance;

        static void throw_a(uint32_t n) {
            wasmelt_value payload[2] = {{.i32 = n}, {.i64 = 100}};
            wasmelt_exception *e = wasmelt_exception_new(&a, payload);
            assert(e);
            wasmelt_throw(e);
            wasmelt_exception_release(e);
        }

        static void call_throw_b(void *unused) {
            (void)unused;
            m_throw_b(instance, 2.5);
        }

        /* 1: nothing; 2: an exception of the host's; 3: passes on one of the module's. */
        void WASMELT_IMPORT(m, env, callback)(void *context, uint32_t n) {
            assert(context == &instance);
            if (n == 2)
                throw_a(n);
            if (n == 3) {
                wasmelt_trap trap;
                assert(wasmelt_run(call_throw_b, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
                wasmelt_throw(trap.exception);
            }
        }

        static void rethrow(void *unused) {
            (void)unused;
            assert(m_rethrow_often(instance, 100000) == 100000);
        }

        int main(void) {
            assert(wasmelt_tag_init(&a, &type));
            m_imports imports = {.context_env = &instance, .tag_env_0a = &a};
            assert(m_instantiate(&imports, &instance, NULL) == WASMELT_OK);
            assert(m_catch(instance, 1) == (uint64_t)-1);
            assert(m_catch(instance, 2) == 102);
            assert(m_catch(instance, 3) == 1000);
            wasmelt_trap trap;
            assert(wasmelt_run(call_throw_b, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
            assert(wasmelt_exception_tag(trap.exception) == m_b(instance));
            assert(wasmelt_exception_payload(trap.exception)[0].f64 == 2.5);
            assert(wasmelt_run(rethrow, NULL, NULL) == WASMELT_TRAP_NONE);
            size_t before = mallinfo2().uordblks;
            assert(wasmelt_run(rethrow, NULL, NULL) == WASMELT_TRAP_NONE);
            assert(mallinfo2().uordblks == before);
            m_instance_free(instance);
        }''', prelude=PRELUDE.split('static m')[0])


CLAMPS = {  # name: constant, which of the two is the operand of the other kind
    'zero': '0 0 0 0', 'negative_zero': '-0 -0 -0 -0', 'two_zeros': '0 -0 0 -0', 'number': '255 -1 0x1.fffffep127 0x1p-149',
    'mixed': '1 0 -0 2', 'infinity': 'inf -inf inf -inf', 'nan': 'nan nan:0x200001 1 0'}


def test_vector_minimum_and_maximum_with_a_constant(host):
    """Have the bits that they have with the same operand unknown: what compilers see must not change results."""
    functions, checks = '', ''
    for name, value in CLAMPS.items():
        for shape, constant in (('f32x4', value), ('f64x2', ' '.join(value.replace('0x200001', '0x4000000000001').split()[:2]))):
            for operation in ('min', 'max'):
                known = f'(v128.const {shape} {constant})'
                for side, operands in (('left', f'{known} (local.get 0)'), ('right', f'(local.get 0) {known}')):
                    unknown = operands.replace(known, '(local.get 1)')
                    export = f'{shape}_{operation}_{name}_{side}'
                    functions += f'(func (export "{export}_k") (param v128) (result v128) ({shape}.{operation} {operands}))\n'
                    functions += f'(func (export "{export}_u") (param v128 v128) (result v128) ({shape}.{operation} {unknown}))\n'
                    functions += f'(func (export "{export}_c") (result v128) {known})\n'
                    checks += f'any_payload = {name == "nan":d};\ncheck(m_{export}_k(i, x), m_{export}_u(i, x, m_{export}_c(i)), {shape == "f64x2":d}, "{export}");\n'
    host(f'(module {functions})', r'''
        /* Equal, or both a NaN that is quiet, and a canonical one where b is, unless an operand is none. */
        static int any_payload;
        static int same(uint64_t a, uint64_t b, uint64_t canonical, uint64_t sign) {
            return a == b || ((a & canonical) == canonical && (b & canonical) == canonical &&
                              (any_payload || (b & ~sign) != canonical || (a & ~sign) == canonical));
        }
        static int numbers_equal(wasmelt_v128 a, wasmelt_v128 b, int wide) {
            uint32_t s[4], t[4];
            memcpy(s, &a, 16), memcpy(t, &b, 16);
            for (int k = 0; k < 4; k++)
                if (wide ? !same(a[k / 2], b[k / 2], 0x7ff8000000000000, 1ull << 63) : !same(s[k], t[k], 0x7fc00000, 1u << 31))
                    return 0;
            return 1;
        }
        static int failed;
        static void check(wasmelt_v128 a, wasmelt_v128 b, int wide, const char *name) {
            if (!numbers_equal(a, b, wide)) {
                printf("%s\n", name);
                failed = 1;
            }
        }
        int main(void) {
            m *i = make();
            uint32_t narrow[] = {0, 0x80000000, 1, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00001, 0x7f800001, 0x437f0000, 0xff7fffff};
            uint64_t wide[] = {0, 1ull << 63, 1, 0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
                               0x7ff8000000000000, 0xfff8000000000001, 0x7ff0000000000001, 0x406fe00000000000};
            for (unsigned k = 0; k < sizeof narrow / 4 + sizeof wide / 8; k++) {
                wasmelt_v128 x;
                if (k < sizeof narrow / 4)
                    x = (wasmelt_v128){narrow[k] * 0x100000001ull, narrow[k] * 0x100000001ull};
                else
                    x = (wasmelt_v128){wide[k - sizeof narrow / 4], wide[k - sizeof narrow / 4]};
                ''' + checks + '''
            }
            m_instance_free(i);
            return failed;
        }''', level='2')


def shuffles():
    """Lists of 16 lanes: windows, shuffles that keep wider lanes whole, and ones that only look like those."""
    lists = [[n + k for k in range(16)] for n in range(17)]
    for width in (8, 4, 2, 1):
        lanes = 32 // width
        for step in (1, 3, 5, 7):
            chosen = [(step * k + step) % lanes for k in range(16 // width)]
            lists.append([lane * width + k for lane in chosen for k in range(width)])
    almost = [list(each) for each in lists]
    for each in almost:
        each[5] = (each[5] + 1) % 32
    return lists + almost + short_shuffles()


def short_shuffles():
    """Bytes at equal distances with byte 0 in every lane behind them."""
    return [[*range(first, first + count * step, step), *[0] * (16 - count)]
            for step in (1, 2, 3, 4, 8, 16) for count in range(1, 10) for first in range(32)
            if first + (count - 1) * step < 32]


def test_shuffles_of_every_shape(host):
    lists = shuffles()
    stores = '\n'.join(f'(v128.store (i32.const {32 + 16 * k}) (i8x16.shuffle {" ".join(map(str, each))} '
                       '(v128.load (i32.const 0)) (v128.load (i32.const 16))))' for k, each in enumerate(lists))
    expected = ', '.join(str(100 + lane) for each in lists for lane in each)
    host(f'(module (memory (export "memory") 1) (func (export "run") {stores}))', f'''
        static const unsigned char expected[] = {{{expected}}};
        int main(void) {{
            m *i = make();
            for (int k = 0; k < 32; k++)
                m_memory(i)->base[k] = (unsigned char)(100 + k);
            m_run(i);
            for (unsigned k = 0; k < sizeof expected; k++)
                assert(m_memory(i)->base[32 + k] == expected[k]);
            m_instance_free(i);
        }}''')


def test_functions_of_an_instance_that_failed_see_its_tables_as_they_were_then(host):
    """A segment put a function into the host's table before the next one failed: its own table was never filled."""
    host('''(module
      (type $f (func (result i32)))
      (import "host" "table" (table $shared 2 funcref))
      (table $own 2 funcref)
      (elem (table $shared) (i32.const 0) func $ask)
      (elem (table $shared) (i32.const 9) func $ask)
      (elem (table $own) (i32.const 1) func $seven)
      (func $seven (type $f) (i32.const 7))
      (func $ask (type $f) (call_indirect $own (type $f) (i32.const 1))))''', '''
        int main(void) {
            wasmelt_table_type two = {.minimum = 2, .element = WASMELT_FUNCREF};
            m_imports imports = {wasmelt_table_new(&two)};
            m *instance;
            wasmelt_error error;
            assert(m_instantiate(&imports, &instance, &error) == WASMELT_TRAPPED);
            const void *ask;
            wasmelt_value result;
            assert(wasmelt_table_get(imports.table_host_0table, 0, &ask) && ask);
            assert(wasmelt_call(ask, NULL, &result, NULL) == WASMELT_TRAP_UNINITIALIZED_ELEMENT);
        }''', prelude=PRELUDE.split('static m *make')[0])
