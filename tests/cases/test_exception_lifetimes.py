"""Exceptions that hosts hold, pass and limit: who owns what, and for how long. All under AddressSanitizer, which also finds what is
never freed."""
import os
import pathlib
import subprocess
import textwrap

import pytest

from support import binaryen
from support.hosts import SANITIZERS, compile_objects

ROOT = pathlib.Path(__file__).resolve().parents[2]
SANITIZED = SANITIZERS['address']

# Functions that make, keep and lose exceptions with one number each, that trap, and that call the host.
MODULE = '''(module
  (import "host" "see" (func $see (param exnref)))
  (import "host" "call" (func $call (param i32)))
  (tag $e (export "e") (param i32))
  (tag $chain (param exnref))
  (global $g (export "g") (mut exnref) (ref.null exn))
  (table $t (export "t") 4 exnref)
  (memory 1)
  (func $make (export "make") (param i32) (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (throw $e (local.get 0)))
      (unreachable)))
  (func (export "make_two") (param i32) (result exnref i32 exnref)
    (call $make (local.get 0)) (i32.load (local.get 0)) (call $make (local.get 0)))
  (func (export "rethrow") (param exnref) (throw_ref (local.get 0)))
  (func (export "throw") (param i32) (throw $e (local.get 0)))
  (func (export "trap") (param i32) (local $x exnref)
    (local.set $x (call $make (local.get 0)))
    (unreachable))
  ;; The exception was in a global and is in a variable only, when the trap comes.
  (func (export "leave") (param i32) (local $x exnref)
    (local.set $x (call $make (local.get 0)))
    (global.set $g (local.get $x))
    (global.set $g (ref.null exn))
    (table.set $t (i32.const 1) (local.get $x))
    (table.set $t (i32.const 1) (ref.null exn))
    (unreachable))
  ;; The host is shown what only the global, or the table, holds.
  (func (export "show") (param i32)
    (global.set $g (call $make (local.get 0)))
    (call $see (global.get $g))
    (table.set $t (i32.const 2) (call $make (local.get 0)))
    (call $see (table.get $t (i32.const 2))))
  (func (export "forget")
    (global.set $g (ref.null exn))
    (table.fill $t (i32.const 0) (ref.null exn) (i32.const 4)))
  ;; What the outer run has made, the host's inner runs lose and trap.
  (func (export "outer") (param i32) (local $x exnref)
    (loop $l
      (local.set $x (call $make (local.get 0)))
      (global.set $g (local.get $x))
      (local.set $x (ref.null exn))
      (call $call (i32.const 1))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "lose") (local $x exnref)
    (local.set $x (global.get $g))
    (global.set $g (ref.null exn))
    (unreachable))
  ;; Suspended with an exception in a variable; 0: lets it go then, else traps.
  (func (export "hold") (param i32) (local $x exnref)
    (local.set $x (call $make (local.get 0)))
    (call $call (local.get 0))
    (if (local.get 0) (then (unreachable)))
    (throw_ref (local.get $x)))
  (func $deep (export "deep") (param i32) (param exnref) (result exnref)
    (return_call $deeper (i32.add (local.get 0) (i32.const 1)) (local.get 1)))
  (func $deeper (param i32) (param exnref) (result exnref)
    (drop (call $deep (local.get 0) (call $make (local.get 0))))
    (return_call $deep (local.get 0) (call $make (local.get 0))))
  (func (export "hog") (param i32)
    (loop $l
      (global.set $g
        (block $h (result exnref)
          (try_table (catch_all_ref $h) (throw $chain (global.get $g)))
          (unreachable)))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))'''

PRELUDE = '''
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "x.h"

static x *instance;
static void (*see)(wasmelt_exception *e);
static void (*callback)(uint32_t n);

void WASMELT_IMPORT(x, host, see)(void *context, wasmelt_exception *e) {
    (void)context;
    see(e);
}

void WASMELT_IMPORT(x, host, call)(void *context, uint32_t n) {
    (void)context;
    callback(n);
}

static const wasmelt_func *export_of(const char *name) {
    wasmelt_extern e;
    assert(wasmelt_export((wasmelt_instance *)instance, name, &e));
    return e.func;
}

/* Calls an export with one number at the most; its results go into `results`. */
static wasmelt_trap run(const char *name, uint32_t n, wasmelt_value *results) {
    wasmelt_value args[1] = {{.i32 = n}};
    wasmelt_trap trap;
    wasmelt_call(export_of(name), args, results, &trap);
    return trap;
}

static int number_in(const wasmelt_exception *e) {
    return (int)wasmelt_exception_payload(e)[0].i32;
}

static uint64_t bytes(void) {
    wasmelt_store_statistics s;
    wasmelt_store_get_statistics(((wasmelt_instance *)instance)->store, &s);
    return s.exception_bytes;
}

static void begin(const wasmelt_options *options) {
    x_imports imports = {0};
    assert(x_instantiate_with(&imports, options, &instance, NULL) == WASMELT_OK);
}

static void end(void) {
    x_instance_free(instance);
}
'''

HOSTS = {
    'a result survives every trap': '''
        int main(void) {
            begin(NULL);
            wasmelt_value r[3];
            assert(run("make", 42, r).code == WASMELT_TRAP_NONE);
            wasmelt_exception *kept = r[0].exnref;
            for (int k = 0; k < 3; k++) {
                assert(run("trap", 1, NULL).code == WASMELT_TRAP_UNREACHABLE && number_in(kept) == 42);
                wasmelt_value arg = {.exnref = kept};
                wasmelt_trap t;
                assert(wasmelt_call(export_of("rethrow"), &arg, NULL, &t) == WASMELT_TRAP_UNCAUGHT_EXCEPTION && t.exception == kept);
            }
            end();
            assert(number_in(kept) == 42);
            wasmelt_exception_release(kept);
        }''',
    'several results': '''
        int main(void) {
            begin(NULL);
            wasmelt_value r[3];
            for (int k = 0; k < 3; k++) {
                assert(run("make_two", 8, r).code == WASMELT_TRAP_NONE && number_in(r[0].exnref) == 8);
                wasmelt_exception_release(r[0].exnref);
                wasmelt_exception_release(r[2].exnref);
                assert(run("make_two", 1000000, r).code == WASMELT_TRAP_MEMORY_BOUNDS);
                assert(bytes() == 0);
            }
            end();
        }''',
    'what was in a global does not leak at a trap': '''
        int main(void) {
            begin(NULL);
            for (int k = 0; k < 1000; k++) {
                assert(run("leave", 1, NULL).code == WASMELT_TRAP_UNREACHABLE);
                assert(bytes() == 0);
            }
            end();
        }''',
    'inner runs that trap leave nothing to the outer one': '''
        static void lose(uint32_t n) {
            (void)n;
            assert(run("lose", 0, NULL).code == WASMELT_TRAP_UNREACHABLE);
            assert(bytes() == 0);
        }
        int main(void) {
            begin(NULL);
            callback = lose;
            assert(run("outer", 1000, NULL).code == WASMELT_TRAP_NONE);
            end();
        }''',
    'what a host function is passed lives while it runs': '''
        static void look(wasmelt_exception *e) {
            assert(run("forget", 0, NULL).code == WASMELT_TRAP_NONE);
            assert(run("trap", 0, NULL).code == WASMELT_TRAP_UNREACHABLE);
            assert(number_in(e) == 5);
        }
        int main(void) {
            begin(NULL);
            see = look;
            assert(run("show", 5, NULL).code == WASMELT_TRAP_NONE);
            assert(bytes() == 0);
            end();
        }''',
    'other threads retain and release': '''
        static wasmelt_exception *kept;
        static void *retain(void *unused) {
            wasmelt_exception_retain(kept);
            return unused;
        }
        static void *release(void *unused) {
            wasmelt_exception_release(kept);
            return unused;
        }
        static void on_thread(void *(*what)(void *)) {
            pthread_t thread;
            assert(pthread_create(&thread, NULL, what, NULL) == 0 && pthread_join(thread, NULL) == 0);
        }
        static void keep(wasmelt_exception *e) {
            if (kept)
                return;
            kept = e;
            on_thread(retain);
            on_thread(retain);
            assert(run("forget", 0, NULL).code == WASMELT_TRAP_NONE);
            on_thread(release);
        }
        int main(void) {
            begin(NULL);
            see = keep;
            assert(run("show", 6, NULL).code == WASMELT_TRAP_NONE && number_in(kept) == 6);
            end();
            on_thread(release);
        }''',
    'globals and tables of the host': '''
        int main(void) {
            begin(NULL);
            wasmelt_value r[3];
            assert(run("make", 9, r).code == WASMELT_TRAP_NONE);
            wasmelt_exception **global = x_g(instance);
            *global = wasmelt_exception_retain(r[0].exnref);
            assert(wasmelt_table_set(x_t(instance), 3, r[0].exnref));
            assert(wasmelt_table_grow(x_t(instance), 3, r[0].exnref) == 4);
            wasmelt_exception_release(r[0].exnref);
            assert(run("lose", 0, NULL).code == WASMELT_TRAP_UNREACHABLE);
            const void *ref;
            assert(wasmelt_table_get(x_t(instance), 6, &ref) && number_in(ref) == 9);
            end();
        }''',
    'uncaught ones of a failed start and of many runs': '''
        int main(void) {
            begin(NULL);
            wasmelt_trap first = run("throw", 3, NULL);
            assert(run("trap", 4, NULL).code == WASMELT_TRAP_UNREACHABLE);
            assert(first.code == WASMELT_TRAP_UNCAUGHT_EXCEPTION && number_in(first.exception) == 3);
            assert(wasmelt_exception_tag(first.exception) == x_e(instance));
            uint64_t one = bytes();
            for (int k = 0; k < 100; k++)
                assert(run("throw", 4, NULL).code == WASMELT_TRAP_UNCAUGHT_EXCEPTION && bytes() == one);
            end();
        }''',
    'a host throws with the tag of a module that has gone': '''
        static wasmelt_exception *made;
        static void throw(uint32_t n) {
            (void)n;
            wasmelt_throw(made);
        }
        int main(void) {
            begin(NULL);
            made = wasmelt_exception_new(x_e(instance), &(wasmelt_value){.i32 = 2});
            end();
            begin(NULL);
            callback = throw;
            wasmelt_trap t = run("outer", 1, NULL);
            assert(t.code == WASMELT_TRAP_UNCAUGHT_EXCEPTION && t.exception == made);
            wasmelt_exception_release(made);
            end();
        }''',
    'traps at the end of the stack, tail calls on their way': '''
        static void go(void *unused) {
            (void)unused;
            wasmelt_exception_release(x_deep(instance, 0, NULL));
        }
        int main(void) {
            begin(NULL);
            for (size_t k = 0; k < 40; k++) {
                assert(wasmelt_run_limited(300000 + 64 * k, go, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
                assert(bytes() == 0);
            }
            end();
        }''',
    'fibers that end in another order than they began': '''
        #include <ucontext.h>
        #include <sys/mman.h>
        #include <wasmelt/process.h>
        enum { FIBERS = 3, BYTES = 1 << 20 };
        static ucontext_t host, fiber[FIBERS];
        static x *own[FIBERS];
        static wasmelt_trap_code code[FIBERS];
        static int now;
        static void suspend(uint32_t n) {
            (void)n;
            swapcontext(&fiber[now], &host);
        }
        static void call(void *n) {
            x_hold(own[now], (uint32_t)(size_t)n);
        }
        static void in_fiber(void) {
            int k = now;
            code[k] = wasmelt_run(call, (void *)(size_t)k, NULL);
        }
        static void resume(int k) {
            now = k;
            swapcontext(&host, &fiber[k]);
            instance = own[k];
        }
        int main(void) {
            void *stack[FIBERS];
            callback = suspend;
            for (int k = 0; k < FIBERS; k++) {
                begin(NULL);
                own[k] = instance;
                stack[k] = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
                assert(wasmelt_stack_name(stack[k], BYTES, 0) == 0);
                getcontext(&fiber[k]);
                fiber[k].uc_stack = (stack_t){.ss_sp = stack[k], .ss_size = BYTES};
                fiber[k].uc_link = &host;
                makecontext(&fiber[k], in_fiber, 0);
                resume(k);
                assert(bytes() > 0);
            }
            resume(1);
            assert(code[1] == WASMELT_TRAP_UNREACHABLE && bytes() == 0);
            resume(0);
            assert(code[0] == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
            instance = own[2];
            assert(bytes() > 0);
            assert(wasmelt_stack_forget(stack[2]) && bytes() == 0); /* and so its run is given up */
            for (int k = 0; k < FIBERS; k++) {
                wasmelt_stack_forget(stack[k]);
                munmap(stack[k], BYTES);
                x_instance_free(own[k]);
            }
        }''',
    'a limit that follows from that of memories': '''
        int main(void) {
            wasmelt_options options = {.memory.maximum_bytes = 65536};
            begin(&options);
            for (int k = 0; k < 3; k++) {
                assert(run("hog", 100000000, NULL).code == WASMELT_TRAP_OUT_OF_RESOURCES);
                assert(bytes() > 65000 && bytes() <= 65536);
                assert(run("throw", 0, NULL).code == WASMELT_TRAP_OUT_OF_RESOURCES);
                assert(!wasmelt_exception_new(x_e(instance), &(wasmelt_value){.i32 = 2}));
                assert(run("forget", 0, NULL).code == WASMELT_TRAP_NONE && bytes() == 0);
            }
            assert(run("hog", 100000000, NULL).code == WASMELT_TRAP_OUT_OF_RESOURCES);
            end();
        }''',
}


@pytest.fixture(scope='module')
def made(run_wasmelt, tmp_path_factory):
    """made(CC): the folder with the module's library and header, sanitized; made once."""
    folder = tmp_path_factory.mktemp('exceptions')

    def make(cc):
        parts = folder / cc
        if parts.exists():
            return parts
        parts.mkdir()
        (parts / 'x.wat').write_text(MODULE)
        module = binaryen.assemble(parts / 'x.wat', parts / 'x.wasm')
        checks = '--cflags=-Wall -Wextra -Werror ' + ' '.join(SANITIZED)
        done = run_wasmelt(module, '--emit=lib', '--cc', cc, '-O1', '-g', '-o', parts / 'libx.a', checks)
        assert done.returncode == 0, done.stderr
        return parts
    return make


@pytest.fixture
def parts(made, cc):
    return made(cc)


@pytest.fixture
def runtime(sanitized_archive, cc):
    return sanitized_archive(cc, 'address')


def run_host(parts, tmp_path, cc, host, *libraries):
    (tmp_path / 'host.c').write_text(host)
    command = [cc, '-std=gnu11', '-Wall', '-Wextra', '-Wno-unused-function', '-g', *SANITIZED]
    includes = [f'-I{ROOT / "include"}', f'-I{os.path.relpath(parts, tmp_path)}']
    objects = compile_objects([*command, *includes], [tmp_path / 'host.c'], tmp_path)
    subprocess.run([*command, *objects, *libraries, '-rdynamic', '-lm', '-lpthread', '-ldl', '-o', tmp_path / 'host'], check=True)
    done = subprocess.run([tmp_path / 'host'], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize('host', HOSTS)
def test_host(parts, runtime, tmp_path, cc, host):
    run_host(parts, tmp_path, cc, PRELUDE + textwrap.dedent(HOSTS[host]), parts / 'libx.a', runtime)


UNLOADED = '''
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <wasmelt/wasmelt.h>

static wasmelt_exception *kept;

static void *load_run_and_unload(void *unused) {
    void *object = dlopen("./thrower.so", RTLD_NOW);
    assert(object);
    const wasmelt_module *module = dlsym(object, "thrower_module");
    wasmelt_instance *i;
    wasmelt_extern go;
    wasmelt_trap trap;
    assert(wasmelt_instantiate(module, NULL, 0, &i, NULL) == WASMELT_OK && wasmelt_export(i, "go", &go));
    assert(wasmelt_call(go.func, NULL, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    if (!kept)
        kept = wasmelt_exception_retain(trap.exception);
    wasmelt_instance_free(i);
    dlclose(object);
    return unused;
}

/* The threads end when the module is gone, and the exception outlives both. */
int main(void) {
    for (int k = 0; k < 2; k++) {
        pthread_t thread;
        assert(pthread_create(&thread, NULL, load_run_and_unload, NULL) == 0 && pthread_join(thread, NULL) == 0);
    }
    assert(wasmelt_exception_tag(kept)->type->param_count == 12 && wasmelt_exception_payload(kept)[11].i32 == 12);
    wasmelt_exception_release(kept);
    return 0;
}
'''


def test_exceptions_outlive_a_module_that_is_unloaded(parts, runtime, run_wasmelt, assemble, tmp_path, cc):
    numbers = ' '.join(f'(i32.const {k + 1})' for k in range(12))
    module = assemble(f'(module (tag $e (param {"i32 " * 12})) (func (export "go") (throw $e {numbers})))')
    done = run_wasmelt(module, '--emit=shared', '--name=thrower', '--cc', cc, '-o', tmp_path / 'thrower.so')
    assert done.returncode == 0, done.stderr
    run_host(parts, tmp_path, cc, UNLOADED, '-Wl,--whole-archive', runtime, '-Wl,--no-whole-archive')
