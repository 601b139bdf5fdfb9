"""Streams and futures between a component and its host, by the functions of its header."""
import pytest

from support.components import MEMORY

# `numbers` gives a stream of so many; `sum` adds those of a stream, and `later` returns before it has them; `fetch` has the host's stream of
# texts and the future beside it, and says how many bytes there were in all.
COUNTS = '''
(component
  (type $numbers (stream u32))
  (type $texts (stream string))
  (type $last (future string))
  (type $later (future u32))
  (import "log" (func $log (param "lines" $texts)))
''' + MEMORY + '''  (alias core export $memory "memory" (core memory $m))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $new (canon stream.new $numbers))
  (core func $write (canon stream.write $numbers (memory $m)))
  (core func $drop (canon stream.drop-writable $numbers))
  (core func $read (canon stream.read $numbers (memory $m)))
  (core func $close (canon stream.drop-readable $numbers))
  (core func $new-text (canon stream.new $texts))
  (core func $write-text (canon stream.write $texts (memory $m)))
  (core func $drop-text (canon stream.drop-writable $texts))
  (core func $read-text (canon stream.read $texts (memory $m) (realloc $realloc)))
  (core func $close-text (canon stream.drop-readable $texts))
  (core func $read-last (canon future.read $last (memory $m) (realloc $realloc)))
  (core func $close-last (canon future.drop-readable $last))
  (core func $log (canon lower (func $log)))
  (core func $return-numbers (canon task.return (result $numbers)))
  (core func $return-sum (canon task.return (result u32)))
  (core func $return-later (canon task.return (result $later)))
  (core func $new-later (canon future.new $later))
  (core func $write-later (canon future.write $later (memory $m)))
  (core func $drop-later (canon future.drop-writable $later))
  (core module $main
    (import "c" "new" (func $new (result i64)))
    (import "c" "write" (func $write (param i32 i32 i32) (result i32)))
    (import "c" "drop" (func $drop (param i32)))
    (import "c" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "c" "close" (func $close (param i32)))
    (import "c" "new-text" (func $new-text (result i64)))
    (import "c" "write-text" (func $write-text (param i32 i32 i32) (result i32)))
    (import "c" "drop-text" (func $drop-text (param i32)))
    (import "c" "read-text" (func $read-text (param i32 i32 i32) (result i32)))
    (import "c" "close-text" (func $close-text (param i32)))
    (import "c" "read-last" (func $read-last (param i32 i32) (result i32)))
    (import "c" "close-last" (func $close-last (param i32)))
    (import "c" "log" (func $log (param i32)))
    (import "c" "return-numbers" (func $return-numbers (param i32)))
    (import "c" "return-sum" (func $return-sum (param i32)))
    (import "c" "new-later" (func $new-later (result i64)))
    (import "c" "write-later" (func $write-later (param i32 i32) (result i32)))
    (import "c" "drop-later" (func $drop-later (param i32)))
    (import "c" "return-later" (func $return-later (param i32)))
    (import "m" "memory" (memory 1))
    (data (i32.const 64) "\\60\\00\\00\\00\\05\\00\\00\\00")
    (data (i32.const 96) "begun")
    (func (export "numbers") (param $count i32) (local $ends i64) (local $out i32) (local $k i32)
      (local.set $ends (call $new))
      (local.set $out (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      (call $return-numbers (i32.wrap_i64 (local.get $ends)))
      (loop $more
        (if (i32.lt_u (local.get $k) (local.get $count)) (then
          (i32.store (i32.const 16) (local.get $k))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $more (i32.eq (call $write (local.get $out) (i32.const 16) (i32.const 1)) (i32.const 16))))))
      (call $drop (local.get $out)))
    (func $total (param $in i32) (result i32) (local $sum i32) (local $got i32) (local $k i32)
      (loop $more
        (local.set $got (call $read (local.get $in) (i32.const 1024) (i32.const 3)))
        (local.set $k (i32.const 0))
        (loop $each
          (if (i32.lt_u (local.get $k) (i32.shr_u (local.get $got) (i32.const 4))) (then
            (local.set $sum (i32.add (local.get $sum) (i32.load (i32.add (i32.const 1024) (i32.mul (local.get $k) (i32.const 4))))))
            (local.set $k (i32.add (local.get $k) (i32.const 1)))
            (br $each))))
        (br_if $more (i32.eqz (i32.and (local.get $got) (i32.const 15)))))
      (call $close (local.get $in))
      (local.get $sum))
    (func (export "sum") (param i32) (call $return-sum (call $total (local.get 0))))
    (func (export "later") (param $in i32) (local $ends i64)
      (local.set $ends (call $new-later))
      (call $return-later (i32.wrap_i64 (local.get $ends)))
      (i32.store (i32.const 16) (call $total (local.get $in)))
      (drop (call $write-later (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))) (i32.const 16)))
      (call $drop-later (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32)))))
    (func (export "fetch") (param $in i32) (param $last i32) (local $ends i64) (local $bytes i32)
      (local.set $ends (call $new-text))
      (call $log (i32.wrap_i64 (local.get $ends)))
      (drop (call $write-text (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))) (i32.const 64) (i32.const 1)))
      (call $drop-text (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
      (loop $more
        (if (i32.eq (call $read-text (local.get $in) (i32.const 1024) (i32.const 1)) (i32.const 16)) (then
          (local.set $bytes (i32.add (local.get $bytes) (i32.load (i32.const 1028))))
          (br $more))))
      (call $close-text (local.get $in))
      (if (i32.eqz (call $read-last (local.get $last) (i32.const 1024)))
        (then (local.set $bytes (i32.add (local.get $bytes) (i32.mul (i32.load (i32.const 1028)) (i32.const 100))))))
      (call $close-last (local.get $last))
      (call $return-sum (local.get $bytes))))
  (core instance $main (instantiate $main (with "m" (instance $memory)) (with "c" (instance
    (export "new" (func $new)) (export "write" (func $write)) (export "drop" (func $drop)) (export "read" (func $read)) (export "close" (func $close))
    (export "new-text" (func $new-text)) (export "write-text" (func $write-text)) (export "drop-text" (func $drop-text))
    (export "read-text" (func $read-text)) (export "close-text" (func $close-text)) (export "read-last" (func $read-last))
    (export "close-last" (func $close-last)) (export "log" (func $log)) (export "return-numbers" (func $return-numbers))
    (export "return-sum" (func $return-sum)) (export "new-later" (func $new-later)) (export "write-later" (func $write-later))
    (export "drop-later" (func $drop-later)) (export "return-later" (func $return-later))))))
  (func (export "later") async (param "numbers" $numbers) (result $later) (canon lift (core func $main "later") async))
  (func (export "numbers") async (param "count" u32) (result $numbers) (canon lift (core func $main "numbers") async))
  (func (export "sum") async (param "numbers" $numbers) (result u32) (canon lift (core func $main "sum") async))
  (func (export "fetch") async (param "lines" $texts) (param "last" $last) (result u32) (canon lift (core func $main "fetch") async)))
'''

HOST = r'''
#include "counts.h"
#include <stdio.h>

typedef struct host {
    counts *instance;
    counts_stream_string_t log;
} host;

void wasmelt_import_counts_log(void *context, counts_stream_string_t lines) {
    host *h = (host *)context;
    wasmelt_string line;
    printf("inside: %d\n", (int)counts_stream_string_read(h->instance, lines, &line, 1)); /* the component waits for this function */
    h->log = lines;
}

static void numbers(host *h) {
    uint32_t values[4];
    const counts_stream_u32_t s = counts_numbers(h->instance, 3);
    size_t count;
    while ((count = counts_stream_u32_read(h->instance, s, values, 4)) > 0)
        printf("%d: %u\n", (int)count, (unsigned)values[0]);
    printf("open: %d\n", counts_stream_u32_is_open(h->instance, s));
    counts_stream_u32_drop(h->instance, s);
    const counts_stream_u32_t other = counts_numbers(h->instance, 1000000);
    counts_stream_u32_read(h->instance, other, values, 1);
    counts_stream_u32_drop(h->instance, other);
    counts_go_on(h->instance);
}

/* A call waits until it has returned: what it reads has to be there, or it is stuck. */
static void sum(host *h) {
    const counts_stream_u32_t given = counts_stream_u32_new(h->instance);
    counts_stream_u32_drop(h->instance, given);
    printf("sum of nothing: %u\n", (unsigned)counts_sum(h->instance, given));
    printf("passed on: %u\n", (unsigned)counts_sum(h->instance, counts_numbers(h->instance, 5)));
}

static void later(host *h) {
    const uint32_t values[] = {1, 2, 3, 4, 5};
    uint32_t sum = 0;
    const counts_stream_u32_t given = counts_stream_u32_new(h->instance);
    const counts_future_u32_t f = counts_later(h->instance, given);
    printf("not yet: %d\n", counts_future_u32_read(h->instance, f, &sum));
    printf("written: %d\n", (int)counts_stream_u32_write(h->instance, given, values, 5));
    counts_stream_u32_drop(h->instance, given);
    const bool is_there = counts_future_u32_read(h->instance, f, &sum);
    printf("later: %d %u\n", is_there, (unsigned)sum);
    counts_future_u32_drop(h->instance, f);
}

static void fetch(host *h) {
    const counts_stream_string_t lines = counts_stream_string_new(h->instance);
    const counts_future_string_t last = counts_future_string_new(h->instance);
    counts_stream_string_drop(h->instance, lines);
    counts_future_string_drop(h->instance, last);
    printf("stuck: %u\n", (unsigned)counts_fetch(h->instance, lines, last));
}

static void call(void *context) {
    host *h = (host *)context;
    numbers(h);
    sum(h);
    later(h);
    fetch(h);
}

int main(void) {
    host h;
    counts_imports imports;
    imports.context = &h;
    wasmelt_trap trap;
    if (counts_instantiate(&imports, &h.instance, NULL) != WASMELT_OK)
        return 1;
    if (wasmelt_run(call, &h, &trap) != WASMELT_TRAP_NONE)
        printf("trap: %s\n", wasmelt_trap_message(trap.code));
    counts_instance_free(h.instance);
    return 0;
}
'''


@pytest.mark.parametrize('standard', ['c11', 'c++17'])
def test_a_host_reads_writes_and_drops(library, standard):
    printed = library('counts', COUNTS, HOST, standard)
    assert printed == ['1: 0', '1: 1', '1: 2', 'open: 0', 'sum of nothing: 0', 'passed on: 10', 'not yet: 0', 'written: 5', 'later: 1 15', 'inside: 0',
                       'trap: deadlock detected: event loop cannot make further progress']
