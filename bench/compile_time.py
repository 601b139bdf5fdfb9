#!/usr/bin/env python3
"""User seconds, and megabytes of the largest process, that C compilers take, translation included, for code of one shape in two sizes of
WebAssembly, the second twice the first. The last column is the exponent: 1 if the time is linear, 2 if it is quadratic.

    bench/compile_time.py [--cc gcc] [--kib 50] [--option=-O0] [--limit SECONDS] [--worst] [SHAPE ...]
    bench/compile_time.py --random 300 [--seed 1] [--kib 4] [--slow 2] ...

With --random as many modules of random code that is repeated, of one size: those for which a compiler takes --slow seconds or more.
"""
import argparse
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
from support import repeated  # noqa: E402
from support.shapes import SHAPES, make  # noqa: E402

MOST_STEPS = 12
LITTLE = 0.3  # seconds below which an exponent says nothing


def of_size(shape, size):
    """A module of the shape with about as many bytes; smaller, if the shape does not grow that far."""
    n = SHAPES[shape][1]
    for _ in range(MOST_STEPS):
        module = make(shape, n)
        wanted = max(int(n * size / len(module)), 1)
        if abs(len(module) - size) < size / 50 or wanted == n:
            break
        n = wanted
    return module


def measure(command, limit):
    """(user seconds, MB), or what else happened."""
    def bound():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    with tempfile.TemporaryFile('w+', errors='replace') as said:
        child = subprocess.Popen(command, stdout=said, stderr=said, preexec_fn=bound)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if child.returncode == 0:
        return usage.ru_utime, usage.ru_maxrss // 1000
    if 'not supported' in text:
        return 'refused'
    return f'>{limit}' if usage.ru_utime > limit - 2 else 'failed'


def measure_module(module, cc, args):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / 'm.wasm'
        file.write_bytes(module)
        return measure([args.wasmelt, file, '--emit=lib', '-o', f'{folder}/m.a', '--cc', cc, '-j1', *args.option], args.limit)


def try_random(cc, args):
    slow = 0
    for seed in range(args.seed, args.seed + args.random):
        module = repeated.make(seed, int(args.kib * 1024))
        result = measure_module(module, cc, args)
        if isinstance(result, str) or result[0] >= args.slow:
            slow += 1
            print(f'seed {seed}: {len(module)} bytes, ' + (result if isinstance(result, str) else f'{result[0]:.2f} s, {result[1]} MB'), flush=True)
    print(f'{args.random} modules, {slow} slow or not compiled')


def row_of(shape, cc, args):
    results = []
    for factor in 1, 2:
        module = of_size(shape, factor * args.kib * 1024)
        results.append((len(module), measure_module(module, cc, args)))
        if isinstance(results[-1][1], str):
            break
    shown = ''.join(f'{size // 1024:6}{f"{r[0]:8.2f}{r[1]:7}" if isinstance(r, tuple) else f"{r:>8}       "}' for size, r in results)
    if len(results) < 2 or isinstance(results[1][1], str):
        return shown, math.inf
    (small, (first, _)), (large, (second, _)) = results
    if second < LITTLE or large < 1.2 * small:
        return shown, 0
    exponent = math.log(second / max(first, .01)) / math.log(large / small)
    return f'{shown} {exponent:5.1f}', second


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cc', action='append', help='C compiler (default: gcc and clang)')
    parser.add_argument('--limit', type=int, default=60, help='seconds for each process (60)')
    parser.add_argument('--wasmelt', default=ROOT / 'build' / 'bin' / 'wasmelt')
    parser.add_argument('--option', action='append', default=[], help='of wasmelt, such as -O2')
    parser.add_argument('--kib', type=float, help='the first size (50; of random modules 4)')
    parser.add_argument('--random', type=int, default=0, metavar='N', help='so many random modules instead of shapes')
    parser.add_argument('--seed', type=int, default=1, help='of the first random module (1)')
    parser.add_argument('--slow', type=float, default=2, help='seconds from which on a random module is listed (2)')
    parser.add_argument('--worst', action='store_true', help='print the slowest again at the end')
    parser.add_argument('shape', nargs='*')
    args = parser.parse_args()
    args.kib = args.kib or (4 if args.random else 50)
    rows = []
    for cc in args.cc or ['gcc', 'clang']:
        if args.random:
            print(f'{cc} {" ".join(args.option)}')
            try_random(cc, args)
            continue
        print(f'{cc} {" ".join(args.option)}\n{"shape":20}' + 2 * f'{"KiB":>6}{"s":>8}{"MB":>7}' + '   exp')
        for shape in args.shape or SHAPES:
            text, weight = row_of(shape, cc, args)
            rows.append((weight, f'{shape:20}{text}'))
            print(rows[-1][1], flush=True)
    if args.worst:
        print('\nslowest')
        print('\n'.join(text for _, text in sorted(rows, reverse=True)[:12]))


if __name__ == '__main__':
    main()
