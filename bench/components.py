#!/usr/bin/env python3
"""What a call of a component's function costs: a C program that calls the library made by Wasmelt, and what jco makes of the same component,
under Node, in turns. Prints medians of user time for each call, and what a program of WASI 0.2 that prints a line takes from exec to its
end, beside a native one, of which nothing is subtracted."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
from support import components  # noqa: E402

# Realloc takes from the end of what is used, and the end of each call gives all back.
COMPONENT = '''(component
  (core module $m (memory (export "memory") 4) (global $end (mut i32) (i32.const 1024))
    (func $realloc (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $end) (i32.const 7)) (i32.const -8)))
      (global.set $end (i32.add (local.get $at) (local.get 3))) (local.get $at))
    (func (export "done") (param i32) (global.set $end (i32.const 1024)))
    (func $pair (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "length") (param i32 i32) (result i32) (global.set $end (i32.const 1024)) (local.get 1))
    (func (export "echo") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1)))
    (func (export "sum") (param $at i32) (param $count i32) (result i32) (local $sum i32)
      (global.set $end (i32.const 1024))
      (block $end (loop $next (br_if $end (i32.eqz (local.get $count)))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 4))) (local.set $count (i32.sub (local.get $count) (i32.const 1))) (br $next)))
      (local.get $sum))
    (func (export "same") (param i32 i32) (result i32) (call $pair (local.get 0) (local.get 1))))
  (core instance $i (instantiate $m))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func (export "length") (param "s" string) (result u32)
    (canon lift (core func $i "length") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (func (export "echo") (param "s" string) (result string) (canon lift (core func $i "echo")
    (memory (core memory $i "memory")) (realloc (core func $i "realloc")) (post-return (core func $i "done"))))
  (func (export "sum") (param "l" (list u32)) (result u32)
    (canon lift (core func $i "sum") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (func (export "same") (param "l" (list u32)) (result (list u32)) (canon lift (core func $i "same")
    (memory (core memory $i "memory")) (realloc (core func $i "realloc")) (post-return (core func $i "done")))))'''

# name: (what it is, the argument's size, how often it is called)
CALLS = {
    'add': ('two u32, a u32', 0, 20000000),
    'length': ('a string of 16 bytes, a u32', 16, 5000000),
    'length-long': ('a string of 1000 bytes, a u32', 1000, 1000000),
    'length-greek': ('a string of 1000 bytes, Greek', 1000, 500000),
    'echo': ('a string of 16 bytes there and back', 16, 3000000),
    'echo-long': ('a string of 1000 bytes there and back', 1000, 500000),
    'sum': ('a list of 16 u32, a u32', 16, 3000000),
    'same-long': ('a list of 1000 u32 there and back', 1000, 200000),
}

HOST = r'''
#include "cost.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
typedef struct work { cost *self; const char *name; unsigned size, count; uint64_t sum; double seconds; } work;
static void call(void *argument) {
    work *w = argument;
    static uint8_t text[1000];
    static uint32_t numbers[1000];
    for (unsigned k = 0; k < 1000; k++) {
        text[k] = strstr(w->name, "greek") ? (k % 2 ? 0xB1 : 0xCE) : 'a';
        numbers[k] = k;
    }
    const wasmelt_string s = {text, w->size};
    const cost_list_u32_t l = {numbers, w->size};
    const clock_t start = clock();
    for (unsigned k = 0; k < w->count; k++) {
        switch (*w->name) {
        case 'a': w->sum += cost_add(w->self, k, 1); break;
        case 'l': w->sum += cost_length(w->self, s); break;
        case 'e': w->sum += cost_echo(w->self, s).len; break;
        default: w->sum += w->name[1] == 'u' ? cost_sum(w->self, l) : cost_same(w->self, l).len;
        }
    }
    w->seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
}
int main(int argc, char **argv) {
    work w = {.name = argv[1], .size = (unsigned)atoi(argv[2]), .count = (unsigned)atoi(argv[argc - 1])};
    if (cost_instantiate(&w.self, NULL) != WASMELT_OK || wasmelt_run(call, &w, NULL) != WASMELT_TRAP_NONE)
        return 1;
    printf("{\"seconds\": %f, \"sum\": %llu}\n", w.seconds, (unsigned long long)(w.sum % 1000000007));
    cost_instance_free(w.self);
    return 0;
}
'''
SCRIPT = '''
import * as it from './jco/component.js';
const [name, size, count] = [process.argv[2], +process.argv[3], +process.argv[4]];
const text = name.includes('greek') ? 'α'.repeat(size / 2) : 'a'.repeat(size), list = Uint32Array.from({length: size}, (_, k) => k);
const call = {a: k => it.add(k, 1), l: () => it.length(text), e: () => it.echo(text).length,
              s: name[1] == 'u' ? () => it.sum(list) : () => it.same(list).length}[name[0]];
for (let k = 0; k < count / 10; k++)
    call(k);
const start = process.cpuUsage();
let sum = 0;
for (let k = 0; k < count; k++)
    sum += call(k);
const used = process.cpuUsage(start);
console.log(JSON.stringify({seconds: used.user / 1e6, sum: sum % 1000000007}));
'''
HELLO = '''#include <stdio.h>
int main(void) { puts("hello"); return 0; }
'''


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    build = pathlib.Path(os.environ.get('WASMELT_BUILD', ROOT / 'build'))
    parser.add_argument('--wasmelt', type=pathlib.Path, default=build / 'bin' / 'wasmelt', metavar='FILE')
    parser.add_argument('--cc', default='gcc', metavar='COMMAND')
    parser.add_argument('--rounds', type=int, default=5, metavar='N', help='runs of each (5)')
    parser.add_argument('--work', type=float, default=1, metavar='X', help='so many times as many calls (1)')
    parser.add_argument('--callgrind', action='store_true', help='instructions of the C program for each call, without Node (valgrind)')
    return parser.parse_args()


def output_of(command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)


def instructions(command):
    done = output_of(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', *command])
    return int(done.stderr.split('Collected : ')[1].split()[0])


def make(config, work):
    components.assemble({'cost': COMPONENT}, work)
    subprocess.run([config.wasmelt, 'cost.wasm', '--emit=lib', '--cc', config.cc, '--progress=never'], cwd=work, check=True)
    (work / 'host.c').write_text(HOST)
    subprocess.run([config.cc, '-O2', '-I', ROOT / 'include', 'host.c', 'libcost.a', config.wasmelt.parents[1] / 'lib' / 'libwasmelt_rt.a', '-lm', '-lpthread',
                    '-o', 'host'], cwd=work, check=True)
    if not config.callgrind:
        components.run_well([['transpile', work / 'cost.wasm', work / 'jco', None]])
        (work / 'package.json').write_text('{"type": "module"}')
        (work / 'script.js').write_text(SCRIPT)


def measure_calls(config, work):
    for name, (title, size, count) in CALLS.items():
        if config.callgrind:
            few, many = (instructions([work / 'host', name, size, n]) for n in (1000, 2000))
            print(f'{title:40} {(many - few) / 1000:10.0f} instructions')
            continue
        counts = {'wasmelt': int(count * config.work), 'jco': int(count * config.work / 40)}
        programs = {'wasmelt': [work / 'host', name, size], 'jco': ['node', work / 'script.js', name, size]}
        sums = {json.loads(output_of([*command, 1000]).stdout)['sum'] for command in programs.values()}
        if len(sums) != 1:
            sys.exit(f'{name}: the results differ: {sums}')
        times = {p: [] for p in programs}
        for _ in range(config.rounds):
            for program, command in programs.items():
                answer = json.loads(output_of([*command, counts[program]]).stdout)
                times[program].append(answer['seconds'] / counts[program] * 1e9)
        ours, theirs = (statistics.median(times[p]) for p in programs)
        print(f'{title:40} {ours:10.1f} {theirs:10.1f} {ours / theirs:8.3f}', flush=True)


def measure_start(config, work):
    """A native program, a program for preview 1, that program with its adapter, peeled, and with the adapter kept; in turns."""
    (work / 'hello.c').write_text(HELLO)
    subprocess.run(['clang', '--target=wasm32-wasi', '-O2', 'hello.c', '-o', 'hello.module'], cwd=work, check=True)
    components.run_well([['module', work / 'hello.module', work / 'hello.wasm', components.adapter()]])
    programs = {'native': 'native', 'module of preview 1 (peeled)': 'peeled', 'component of WASI 0.2': 'kept'}
    subprocess.run([config.cc, '-O2', 'hello.c', '-o', 'native'], cwd=work, check=True)
    for name, options in ('peeled', []), ('kept', ['--keep-adapter']):
        subprocess.run([config.wasmelt, 'hello.wasm', *options, '--cc', config.cc, '--progress=never', '-o', name], cwd=work, check=True)
    if config.callgrind:
        for title, name in programs.items():
            print(f'start, {title:33} {instructions([work / name]):10} instructions')
        return
    costs = {name: [] for name in programs.values()}
    for _ in range(40 * config.rounds):
        for name, those in costs.items():
            those.append(start_of(work / name))
    print(f'{"ms from exec to the end":40} {"fastest":>10} {"median":>10} {"user+sys":>10}   (fastest and median of {40 * config.rounds})')
    for title, name in programs.items():
        walls, cpus = ([cost[k] * 1000 for cost in costs[name]] for k in range(2))
        print(f'start, {title:33} {min(walls):10.2f} {statistics.median(walls):10.2f} {min(cpus):10.2f} {statistics.median(cpus):10.2f}')


def start_of(program):
    """Seconds elapsed and of processor time, from exec to the end as its parent sees them."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)]
    start = time.monotonic()
    child = os.posix_spawn(program, [program], os.environ, file_actions=silent)
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f'{program} failed')
    return wall, usage.ru_utime + usage.ru_stime


def main():
    config = arguments()
    with tempfile.TemporaryDirectory(prefix='wasmelt-components-') as work:
        work = pathlib.Path(work)
        make(config, work)
        if not config.callgrind:
            print(f'{"ns for a call":40} {"wasmelt":>10} {"jco":>10} {"ratio":>8}   (user time, median of {config.rounds})')
        measure_calls(config, work)
        measure_start(config, work)


if __name__ == '__main__':
    main()
