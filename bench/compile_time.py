#!/usr/bin/env python3
"""User seconds, and megabytes of the largest process, that C compilers take, translation included, for code of one shape in two sizes of
WebAssembly, the second twice the first. The last column is the exponent: 1 if the time is linear, 2 if it is quadratic.

    bench/compile_time.py [--cc gcc] [--kib 50] [--option=-O0] [--limit SECONDS] [--worst] [SHAPE ...]
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


def row_of(shape, cc, args):
    results = []
    for factor in 1, 2:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / 'm.wasm'
            file.write_bytes(of_size(shape, factor * args.kib * 1024))
            results.append((file.stat().st_size, measure([args.wasmelt, file, '--emit=lib', '-o', f'{folder}/m.a', '--cc', cc, '-j1', *args.option],
                                                         args.limit)))
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
    parser.add_argument('--kib', type=float, default=50, help='the first size (50)')
    parser.add_argument('--worst', action='store_true', help='print the slowest again at the end')
    parser.add_argument('shape', nargs='*')
    args = parser.parse_args()
    rows = []
    for cc in args.cc or ['gcc', 'clang']:
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
