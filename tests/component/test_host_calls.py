"""Calls that do not keep the host of a library waiting: of functions that it only starts, and of its own functions that return later."""
import pytest

from support.components import MEMORY

# `twice` asks the host for a text, twice at once, and returns both texts in one; `patient` does that in the middle of calls, one after the
# other; `number` asks for a number. `hasty` gives the first question up. `stop` keeps later calls of `twice` from beginning.
ASKING = '''
(component
  (import "fetch" (func $fetch async (param "url" string) (result string)))
  (import "count" (func $count async (param "done" u32) (result u64)))
''' + MEMORY + '''  (alias core export $memory "memory" (core memory $m))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $fetch (canon lower (func $fetch) async (memory $m) (realloc $realloc)))
  (core func $fetch-now (canon lower (func $fetch) (memory $m) (realloc $realloc)))
  (core func $count-now (canon lower (func $count)))
  (core func $set (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core func $drop (canon subtask.drop))
  (core func $cancel (canon subtask.cancel))
  (core func $return (canon task.return (result string) (memory $m)))
  (core func $task-cancel (canon task.cancel))
  (core func $more (canon backpressure.inc))
  (core func $less (canon backpressure.dec))
  (core func $get (canon context.get i32 0))
  (core func $put (canon context.set i32 0))
  (core module $main
    (import "m" "memory" (memory 1))
    (import "c" "fetch" (func $fetch (param i32 i32 i32) (result i32)))
    (import "c" "fetch-now" (func $fetch-now (param i32 i32 i32)))
    (import "c" "count-now" (func $count-now (param i32) (result i64)))
    (import "c" "set" (func $set (result i32)))
    (import "c" "join" (func $join (param i32 i32)))
    (import "c" "drop" (func $drop (param i32)))
    (import "c" "cancel" (func $cancel (param i32) (result i32)))
    (import "c" "return" (func $return (param i32 i32)))
    (import "c" "task-cancel" (func $task-cancel))
    (import "c" "more" (func $more))
    (import "c" "less" (func $less))
    (import "c" "get" (func $get (result i32)))
    (import "c" "put" (func $put (param i32)))
    (global $room (mut i32) (i32.const 32768))
    ;; A call of `twice`: its set, how many answers are missing, where the two answers are.
    (func $new (result i32)
      (global.set $room (i32.add (global.get $room) (i32.const 32)))
      (global.get $room))
    (func $ask (param $self i32) (param $url i32) (param $length i32) (param $answer i32) (result i32) (local $state i32)
      (local.set $state (call $fetch (local.get $url) (local.get $length) (i32.add (local.get $self) (local.get $answer))))
      (if (i32.ne (i32.and (local.get $state) (i32.const 15)) (i32.const 2)) (then
        (i32.store offset=4 (local.get $self) (i32.add (i32.load offset=4 (local.get $self)) (i32.const 1)))
        (call $join (i32.shr_u (local.get $state) (i32.const 4)) (i32.load (local.get $self)))))
      (i32.shr_u (local.get $state) (i32.const 4)))
    (func $go-on (param $self i32) (result i32) (local $to i32)
      (if (i32.gt_u (i32.load offset=4 (local.get $self)) (i32.const 0))
        (then (return (i32.or (i32.const 2) (i32.shl (i32.load (local.get $self)) (i32.const 4))))))
      (local.set $to (i32.const 60000))
      (memory.copy (local.get $to) (i32.load offset=8 (local.get $self)) (i32.load offset=12 (local.get $self)))
      (memory.copy (i32.add (local.get $to) (i32.load offset=12 (local.get $self)))
        (i32.load offset=16 (local.get $self)) (i32.load offset=20 (local.get $self)))
      (call $return (local.get $to) (i32.add (i32.load offset=12 (local.get $self)) (i32.load offset=20 (local.get $self))))
      (i32.const 0))
    (func (export "twice") (param $url i32) (param $length i32) (result i32) (local $self i32)
      (local.set $self (call $new))
      (i32.store (local.get $self) (call $set))
      (call $put (local.get $self))
      (drop (call $ask (local.get $self) (local.get $url) (local.get $length) (i32.const 8)))
      (drop (call $ask (local.get $self) (local.get $url) (local.get $length) (i32.const 16)))
      (call $go-on (local.get $self)))
    (func (export "event") (param $event i32) (param $call i32) (param $state i32) (result i32) (local $self i32)
      (local.set $self (call $get))
      (if (i32.eq (local.get $event) (i32.const 6)) (then (call $task-cancel) (return (i32.const 0))))
      (if (i32.eq (local.get $state) (i32.const 2)) (then
        (call $drop (local.get $call))
        (i32.store offset=4 (local.get $self) (i32.sub (i32.load offset=4 (local.get $self)) (i32.const 1)))))
      (call $go-on (local.get $self)))
    (func (export "hasty") (param $url i32) (param $length i32) (result i32) (local $call i32)
      (local.set $call (i32.shr_u (call $fetch (local.get $url) (local.get $length) (i32.const 64)) (i32.const 4)))
      (if (i32.ne (call $cancel (local.get $call)) (i32.const 4)) (then unreachable))
      (call $drop (local.get $call))
      (call $return (local.get $url) (local.get $length))
      (i32.const 0))
    (func (export "patient") (param $url i32) (param $length i32) (result i32)
      (call $fetch-now (local.get $url) (local.get $length) (i32.const 64))
      (call $fetch-now (i32.load (i32.const 64)) (i32.load (i32.const 68)) (i32.const 64))
      (i32.const 64))
    (func (export "number") (param i32) (result i64) (i64.add (call $count-now (local.get 0)) (i64.const 1)))
    (func (export "stop") (param i32) (if (local.get 0) (then (call $more)) (else (call $less)))))
  (core instance $main (instantiate $main (with "m" (instance $memory)) (with "c" (instance
    (export "fetch" (func $fetch)) (export "fetch-now" (func $fetch-now)) (export "count-now" (func $count-now)) (export "set" (func $set))
    (export "join" (func $join)) (export "drop" (func $drop)) (export "cancel" (func $cancel)) (export "return" (func $return))
    (export "task-cancel" (func $task-cancel)) (export "more" (func $more)) (export "less" (func $less)) (export "get" (func $get)) (export "put" (func $put))))))
  (func (export "twice") async (param "url" string) (result string)
    (canon lift (core func $main "twice") async (callback (core func $main "event")) (memory $m) (realloc $realloc)))
  (func (export "hasty") async (param "url" string) (result string)
    (canon lift (core func $main "hasty") async (callback (core func $main "event")) (memory $m) (realloc $realloc)))
  (func (export "patient") async (param "url" string) (result string)
    (canon lift (core func $main "patient") (memory $m) (realloc $realloc)))
  (func (export "number") async (param "own" u32) (result u64) (canon lift (core func $main "number")))
  (func (export "stop") (param "it" bool) (canon lift (core func $main "stop"))))
'''

HOST = r'''
#include <stdio.h>
#include <stdlib.h>
#include "asking.h"

static asking *self;
static wasmelt_pending_call *waiting[10];
static size_t count, given_up, done;
static int at_once;

static void forget(void *own) {
    (void)own;
    given_up++;
}

wasmelt_string wasmelt_import_asking_fetch(void *context, wasmelt_string url) {
    (void)context;
    printf("fetch %.*s\n", (int)url.len, (const char *)url.ptr);
    if (at_once)
        return wasmelt_string_of("now");
    waiting[count] = asking_fetch_later(self, forget, NULL);
    if (asking_fetch_later(self, NULL, NULL)) /* once is enough */
        abort();
    count += waiting[count] != NULL;
    return wasmelt_string_of("not this");
}

uint64_t wasmelt_import_asking_count(void *context, uint32_t number) {
    (void)context;
    printf("count %u\n", (unsigned)number);
    waiting[count] = asking_count_later(self, NULL, NULL);
    count += waiting[count] != NULL;
    return 0;
}

static void told(void *own) {
    done++;
    ++*(size_t *)own;
}

static void answer(const char *text) {
    printf("wanted: %d\n", asking_fetch_return(self, waiting[--count], wasmelt_string_of(text)));
    asking_go_on(self);
}

static void show(wasmelt_started_call *call, bool is_there) {
    wasmelt_string s = wasmelt_string_of("");
    if (asking_twice_result(call, &s) != is_there)
        abort();
    if (is_there)
        printf("result %.*s\n", (int)s.len, (const char *)s.ptr);
}

static void work(void *own) {
    (void)own;
    size_t mine = 0;
    if (asking_fetch_later(self, NULL, NULL)) /* outside of it */
        abort();
    /* Two at once; results stay until their calls are dropped, whatever else is called. */
    wasmelt_started_call *a = asking_twice_start(self, wasmelt_string_of("a"), told, &mine);
    wasmelt_started_call *b = asking_twice_start(self, wasmelt_string_of("b"), told, &mine);
    show(a, false);
    answer("4");
    answer("3");
    show(a, false);
    show(b, true);
    answer("2");
    answer("1");
    at_once = 1;
    wasmelt_string s = asking_twice(self, wasmelt_string_of("c"));
    printf("call %.*s\n", (int)s.len, (const char *)s.ptr);
    show(a, true);
    show(b, true);
    asking_drop_call(self, b);
    asking_drop_call(self, a);
    /* One that has returned before the host looks. */
    wasmelt_started_call *now = asking_twice_start(self, wasmelt_string_of("d"), told, &mine);
    show(now, true);
    printf("told %d", (int)mine);
    asking_go_on(self);
    printf(", %d\n", (int)mine);
    asking_drop_call(self, now);
    now = asking_twice_start(self, wasmelt_string_of("e"), told, &mine); /* nobody is told of one that is dropped before */
    asking_drop_call(self, now);
    asking_go_on(self);
    at_once = 0;
    /* Dropped while it waits: cancelled, and so are not its questions, as it has not given them up. */
    asking_drop_call(self, asking_twice_start(self, wasmelt_string_of("f"), told, &mine));
    asking_go_on(self);
    answer("unread");
    answer("unread");
    /* Dropped before it begins. */
    asking_stop(self, true);
    wasmelt_started_call *never = asking_twice_start(self, wasmelt_string_of("never"), told, &mine);
    asking_go_on(self);
    asking_drop_call(self, never);
    asking_stop(self, false);
    asking_go_on(self);
    /* The component gives up. */
    wasmelt_started_call *hasty = asking_hasty_start(self, wasmelt_string_of("g"), NULL, NULL);
    printf("given up %d\n", (int)given_up);
    answer("late");
    asking_drop_call(self, hasty);
    /* In the middle of calls. */
    wasmelt_started_call *patient = asking_patient_start(self, wasmelt_string_of("h"), told, &mine);
    answer("again");
    answer("end");
    asking_patient_result(patient, &s);
    printf("patient %.*s\n", (int)s.len, (const char *)s.ptr);
    wasmelt_started_call *number = asking_number_start(self, 7, NULL, NULL);
    uint64_t n = 0;
    asking_count_return(self, waiting[--count], UINT64_C(1) << 40);
    asking_go_on(self);
    printf("number %d", asking_number_result(number, &n));
    printf(" %d\n", n == (UINT64_C(1) << 40) + 1);
    printf("told %d of %d\n", (int)mine, (int)done);
    /* What is left is freed with the instance. */
    asking_twice_start(self, wasmelt_string_of("i"), told, &mine);
}

/* A call that waits cannot wait for the host. */
static void stuck(void *own) {
    (void)own;
    asking_twice(self, wasmelt_string_of("stuck"));
}

int main(void) {
    asking_imports imports = {NULL};
    if (asking_instantiate(&imports, &self, NULL) != WASMELT_OK)
        return 1;
    const wasmelt_trap_code code = wasmelt_run(work, NULL, NULL);
    printf("%s\n", code == WASMELT_TRAP_NONE ? "fine" : wasmelt_trap_message(code));
    count = 0;
    printf("%s\n", wasmelt_trap_message(wasmelt_run(stuck, NULL, NULL)));
    asking_instance_free(self);
    return 0;
}
'''


@pytest.mark.parametrize('standard', ['c11', 'c++17'])
def test_a_host_that_does_not_wait(library, standard):
    printed = library('asking', ASKING, HOST, standard)
    assert printed == [
        'fetch a', 'fetch a', 'fetch b', 'fetch b', 'wanted: 1', 'wanted: 1', 'result 34', 'wanted: 1', 'wanted: 1', 'fetch c', 'fetch c', 'call nownow',
        'result 12', 'result 34', 'fetch d', 'fetch d', 'result nownow', 'told 2, 3', 'fetch e', 'fetch e', 'fetch f', 'fetch f', 'wanted: 1', 'wanted: 1',
        'fetch g', 'given up 1', 'wanted: 0', 'fetch h', 'wanted: 1', 'fetch again', 'wanted: 1', 'patient end', 'count 7', 'number 1 1', 'told 4 of 4',
        'fetch i', 'fetch i', 'fine', 'fetch stuck', 'fetch stuck', 'deadlock detected: event loop cannot make further progress']
