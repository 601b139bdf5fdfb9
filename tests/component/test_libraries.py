"""Components as C libraries: `wasmelt NAME.wasm --emit=lib` makes NAME.h and libNAME.a, with typed functions, resources, and traps."""
import subprocess
import textwrap

import pytest

from support import components

COUNTER = '''
(component
  (import "host:env/log" (instance $log
    (export "sink" (type $sink (sub resource)))
    (export "[constructor]sink" (func (param "name" string) (result (own $sink))))
    (export "[method]sink.put" (func (param "self" (borrow $sink)) (param "text" string) (result (option u32))))))
  (alias export $log "sink" (type $sink))
  (alias export $log "[constructor]sink" (func $sink-new))
  (alias export $log "[method]sink.put" (func $sink-put))
  (core module $memory (memory (export "memory") 1)
    (global $end (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $end) (i32.const 7)) (i32.const -8)))
      (global.set $end (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    (data (i32.const 16) "new counter"))
  (core instance $memory (instantiate $memory))
  (core func $sink-new' (canon lower (func $sink-new) (memory (core memory $memory "memory"))))
  (core func $sink-put' (canon lower (func $sink-put) (memory (core memory $memory "memory"))))
  (core func $sink-drop (canon resource.drop $sink))
  (core module $destructor (import "" "memory" (memory 1)) (func (export "drop") (param i32) (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))))
  (core instance $destructor (instantiate $destructor (with "" (instance $memory))))
  (type $counter (resource (rep i32) (dtor (core func $destructor "drop"))))
  (core func $new (canon resource.new $counter))
  (core func $rep (canon resource.rep $counter))
  (core func $drop (canon resource.drop $counter))
  (core module $main
    (import "m" "memory" (memory 1))
    (import "c" "sink-new" (func $sink-new (param i32 i32) (result i32)))
    (import "c" "sink-put" (func $sink-put (param i32 i32 i32 i32)))
    (import "c" "sink-drop" (func $sink-drop (param i32)))
    (import "c" "new" (func $new (param i32) (result i32)))
    (import "c" "rep" (func $rep (param i32) (result i32)))
    (import "c" "drop" (func $drop (param i32)))
    (global $kept (mut i32) (i32.const 0))
    (func (export "new") (param $start i32) (result i32) (local $sink i32)
      (local.set $sink (call $sink-new (i32.const 16) (i32.const 3)))
      (call $sink-put (local.get $sink) (i32.const 16) (i32.const 11) (i32.const 64))
      (if (i32.load8_u (i32.const 64)) (then (local.set $start (i32.add (local.get $start) (i32.load (i32.const 68))))))
      (call $sink-drop (local.get $sink))
      (call $new (local.get $start)))
    (func (export "get") (param i32) (result i32) (local.get 0))
    (func (export "merge") (param i32 i32) (result i32) (local $sum i32)
      (local.set $sum (i32.add (call $rep (local.get 0)) (call $rep (local.get 1))))
      (call $drop (local.get 0)) (call $drop (local.get 1))
      (call $new (local.get $sum)))
    (func (export "dropped") (result i32) (i32.load (i32.const 0)))
    (func (export "keep") (param i32))
    (func (export "twice") (param i32) (call $drop (local.get 0)) (call $drop (local.get 0)))
    (func (export "text") (result i32) (i32.store (i32.const 80) (i32.const 16)) (i32.store (i32.const 84) (i32.const 11)) (i32.const 80))
    (func (export "post") (param i32) (i32.store (i32.const 0) (i32.const 100))))
  (core instance $main (instantiate $main (with "m" (instance $memory)) (with "c" (instance
    (export "sink-new" (func $sink-new')) (export "sink-put" (func $sink-put')) (export "sink-drop" (func $sink-drop))
    (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop))))))
  (func $new-f (param "start" u32) (result (own $counter)) (canon lift (core func $main "new")))
  (func $get-f (param "self" (borrow $counter)) (result u32) (canon lift (core func $main "get")))
  (func $merge-f (param "a" (own $counter)) (param "b" (own $counter)) (result (own $counter)) (canon lift (core func $main "merge")))
  (func $dropped-f (result u32) (canon lift (core func $main "dropped")))
  (func $twice-f (param "a" (own $counter)) (canon lift (core func $main "twice")))
  (func $text-f (result string) (canon lift (core func $main "text") (memory (core memory $memory "memory")) (post-return (core func $main "post"))))
  (component $api
    (import "counter" (type $counter (sub resource)))
    (import "new" (func $new (param "start" u32) (result (own $counter))))
    (import "get" (func $get (param "self" (borrow $counter)) (result u32)))
    (import "merge" (func $merge (param "a" (own $counter)) (param "b" (own $counter)) (result (own $counter))))
    (import "twice" (func $twice (param "a" (own $counter))))
    (export $counter' "counter" (type $counter))
    (export "[constructor]counter" (func $new) (func (param "start" u32) (result (own $counter'))))
    (export "[method]counter.get" (func $get) (func (param "self" (borrow $counter')) (result u32)))
    (export "[static]counter.merge" (func $merge) (func (param "a" (own $counter')) (param "b" (own $counter')) (result (own $counter'))))
    (export "twice" (func $twice) (func (param "a" (own $counter')))))
  (instance $api (instantiate $api (with "counter" (type $counter)) (with "new" (func $new-f)) (with "get" (func $get-f)) (with "merge" (func $merge-f)) (with "twice" (func $twice-f))))
  (export "test:counters/api@1.0.0" (instance $api))
  (export "dropped" (func $dropped-f))
  (export "text" (func $text-f)))
'''

HOST = '''
#include "counter.h"
#include <stdio.h>
#include <string.h>

typedef counter_test_counters_api_own_counter_t own;
typedef struct host { int puts, drops; char text[100]; } host;

counter_host_env_log_own_sink_t wasmelt_import_counter_host_env_log_constructor_sink(void *context, wasmelt_string name) {
    counter_host_env_log_own_sink_t made = {(uint32_t)name.len + 4};
    (void)context;
    return made;
}

counter_option_u32_t wasmelt_import_counter_host_env_log_method_sink_put(void *context, counter_host_env_log_borrow_sink_t sink, wasmelt_string text) {
    host *h = (host *)context;
    snprintf(h->text, sizeof h->text, "%u %.*s", (unsigned)sink.rep, (int)text.len, (const char *)text.ptr);
    counter_option_u32_t given = {h->puts++ > 0, 1000};
    return given;
}

void wasmelt_import_counter_host_env_log_drop_sink(void *context, uint32_t rep) {
    ((host *)context)->drops += rep == 7;
}

static void use(void *instance) {
    counter *self = (counter *)instance;
    own a = counter_test_counters_api_constructor_counter(self, 5), b = counter_test_counters_api_constructor_counter(self, 6);
    counter_test_counters_api_borrow_counter_t seen = {b.rep};
    printf("%u\\n", (unsigned)counter_test_counters_api_method_counter_get(self, seen));
    own both = counter_test_counters_api_static_counter_merge(self, a, b);
    seen.rep = both.rep;
    printf("%u %u\\n", (unsigned)counter_test_counters_api_method_counter_get(self, seen), (unsigned)counter_dropped(self));
    counter_test_counters_api_drop_counter(self, both);
    printf("%u\\n", (unsigned)counter_dropped(self));
    wasmelt_string text = counter_text(self);
    printf("%.*s %u\\n", (int)text.len, (const char *)text.ptr, (unsigned)counter_dropped(self));
}

static void twice(void *instance) {
    counter *self = (counter *)instance;
    counter_test_counters_api_twice(self, counter_test_counters_api_constructor_counter(self, 1));
}

static void again(void *instance) {
    counter_dropped((counter *)instance);
}

int main(void) {
    host h = {0, 0, ""};
    counter_imports imports = {&h};
    counter *self;
    wasmelt_error error;
    if (counter_instantiate(&imports, &self, &error) != WASMELT_OK) {
        printf("%s\\n", error.message);
        return 1;
    }
    void (*const calls[])(void *) = {use, twice, again};
    for (int k = 0; k < 3; k++) {
        wasmelt_trap_code trap = wasmelt_run(calls[k], self, NULL);
        printf("%s\\n", trap ? wasmelt_trap_message(trap) : "returned");
    }
    printf("%s, %d puts, %d drops\\n", h.text, h.puts, h.drops);
    counter_instance_free(self);
    return 0;
}
'''
PRINTED = ['1006', '1011 2', '3', 'new counter 100', 'returned', 'unknown handle index', 'cannot enter component instance', '7 new counter, 3 puts, 3 drops']


def put(texts, folder):
    return components.assemble({name: textwrap.dedent(text) for name, text in texts.items()}, folder)


@pytest.mark.parametrize('standard', ['c11', 'c++17'])
def test_resources_of_both_sides(library, standard):
    assert library('counter', COUNTER, HOST, standard) == PRINTED


HOARD = '''
(component
  (component $part
    (type $r (resource (rep i32)))
    (core func $handle (canon resource.new $r))
    (core module $memory (memory (export "memory") 1))
    (core instance $memory (instantiate $memory))
    (core func $message (canon error-context.new (memory (core memory $memory "memory"))))
    (core module $m
      (import "" "handle" (func $handle (param i32) (result i32)))
      (import "" "message" (func $message (param i32 i32) (result i32)))
      (func (export "handles") (param $count i32)
        (loop (drop (call $handle (i32.const 1))) (br_if 0 (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
      (func (export "messages") (param $count i32)
        (loop (drop (call $message (i32.const 0) (i32.const 65536))) (br_if 0 (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
    (core instance $m (instantiate $m (with "" (instance (export "handle" (func $handle)) (export "message" (func $message))))))
    (func (export "handles") (param "count" u32) (canon lift (core func $m "handles")))
    (func (export "messages") (param "count" u32) (canon lift (core func $m "messages"))))
  (instance $a (instantiate $part))
  (instance $b (instantiate $part))
  (export "a-handles" (func $a "handles"))
  (export "b-handles" (func $b "handles"))
  (export "a-messages" (func $a "messages"))
  (export "b-messages" (func $b "messages")))
'''

HOARD_HOST = '''
#include "hoard.h"
#include <stdio.h>
#include <sys/resource.h>

static void a_handles(void *self) { hoard_a_handles((hoard *)self, 1000000); }
static void b_handles(void *self) { hoard_b_handles((hoard *)self, 1200000); }
static void a_messages(void *self) { hoard_a_messages((hoard *)self, 1024); }
static void b_messages(void *self) { hoard_b_messages((hoard *)self, 1); }

int main(void) {
    void (*const calls[2][2])(void *) = {{a_handles, b_handles}, {a_messages, b_messages}};
    for (int k = 0; k < 2; k++) {
        hoard *self;
        if (hoard_instantiate(&self, NULL) != WASMELT_OK)
            return 1;
        for (int part = 0; part < 2; part++)
            puts(wasmelt_trap_message(wasmelt_run(calls[k][part], self, NULL)));
        hoard_instance_free(self);
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    puts(used.ru_maxrss < 400 * 1024 ? "little" : "much");
    return 0;
}
'''


def test_what_a_component_may_hold_of_the_hosts_memory_is_limited_in_all_parts_together(library):
    assert library('hoard', HOARD, HOARD_HOST, 'c11') == ['no trap', 'out of memory or other host resources'] * 2 + ['little']


# ---- What is not supported ----

@pytest.mark.parametrize('said, text', [
    ('passing to or from the host a value of type: error-context', '(component (core module $m (func (export "f") (param i32))) (core instance $i (instantiate $m))'
                                                                   ' (func (export "f") (param "x" error-context) (canon lift (core func $i "f"))))'),
    ('imported core modules', '(component (import "m" (core module)))'),
    ('imported components', '(component (import "c" (component)))'),
    ('garbage collection in components that wait within calls',
     '(component (core func $y (canon thread.yield)) (core module $m (import "" "y" (func (result i32))) (type $s (struct)) (func (result (ref $s)) (struct.new $s)))'
     ' (core instance (instantiate $m (with "" (instance (export "y" (func $y)))))))'),
    ('exported instances inside exported instances', '(component (instance $a) (instance $b (export "a" (instance $a))) (export "b" (instance $b)))'),
    ('passing to or from the host a value of type: error-context', '(component (import "f" (func $f (param "s" error-context))) (export "g" (func $f)))'),
])
def test_what_is_not_supported_is_named_with_its_place(run_wasmelt, tmp_path, said, text):
    made = put({'refused': text}, tmp_path)['refused']
    done = run_wasmelt(made, '--emit=lib', '-o', tmp_path / 'l.a')
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f'wasmelt: {made}: error: not supported: {said} (at byte 0x')
    assert not list(tmp_path.glob('*.[ah]'))


def test_other_kinds_of_results_are_refused(run_wasmelt, tmp_path):
    made = put({'counter': COUNTER}, tmp_path)['counter']
    for command in (['--emit=shared'], ['--emit=ffi'], ['--emit=exe'], ['--emit=c', '--main']):
        done = run_wasmelt(made, *command, '-o', tmp_path / 'out')
        assert done.returncode == 1 and 'error: not supported: ' in done.stderr, command
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith('counter')] == []


# ---- Hostile components ----

def doubled(levels):
    """A component that makes 2^levels instances of a module."""
    text = '(core module $m (func (export "f"))) (core instance (instantiate $m))'
    for level in range(levels):
        text = f'(component $c{level} {text}) (instance (instantiate $c{level})) (instance (instantiate $c{level}))'
    return f'(component {text})'


def wide(functions, lowerings, fields=60):
    """Imports with many parameters from versions of one interface, each lowered several times."""
    params = ' '.join(f'(param "p{k}" $r)' for k in range(fields))
    lower = '(core func (canon lower (func $f%u) (memory (core memory $m "memory"))))'
    parts = ''.join(f'(import "a:b/c@1.0.{k}" (instance $i{k} (alias outer 1 $r (type $r)) (export "f" (func {params})))) (alias export $i{k} "f" (func $f{k}))'
                    + lower % k * lowerings for k in range(functions))
    return f'''(component (core module $m (memory (export "memory") 1)) (core instance $m (instantiate $m))
        (type $r (tuple u8 u16 (list u8))) {parts})'''


@pytest.mark.parametrize('text, said', [
    (doubled(14), 'not supported: this many instances'),
    (wide(1, 5000), 'not supported: components that become this much C'),
    (wide(400, 1), None),
], ids=['instances', 'output', 'names'])
def test_hostile_components_take_little_time_and_memory(wasmelt, tmp_path, text, said):
    put({'hostile': text}, tmp_path)
    limit = 'ulimit -v 1500000; ulimit -t 20; exec "$0" hostile.wasm --emit=c -o out'
    done = subprocess.run(['bash', '-c', limit, wasmelt], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    if said:
        assert done.returncode == 1 and said in done.stderr and not (tmp_path / 'out').exists(), done.stderr
    else:
        assert done.returncode == 0, done.stderr
        header = (tmp_path / 'out' / 'hostile.h').read_text()
        assert header.count('\tvoid *context_a_b_c;') == 1 and 'void wasmelt_import_hostile_a_b_c_f_400(' in header
