#!/usr/bin/env python3
"""The cost of C++ exceptions: never thrown, and thrown by one call in a hundred, one in ten, and every call.

    bench/exceptions.py [--wasmelt build/bin/wasmelt] [--node node] [--rounds 3] [--scale 1]

bench/exceptions/parse.cpp, native (g++ -O2) and by em++ -O2 -fwasm-exceptions (Debian: emscripten), translated by wasmelt
and run by V8 (without the engine's own start). Prints processor time: native in seconds, the others relative to it; the best of the rounds, which take turns.
"""
import argparse
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from harness.process import must  # noqa: E402

SOURCE = HERE / 'exceptions' / 'parse.cpp'
CASES = [('never thrown', 20_000_000, 0), ('1 in 100', 10_000_000, 1), ('1 in 10', 2_000_000, 10), ('always', 200_000, 100)]


def build(wasmelt, folder):
    must(['g++', '-O2', SOURCE, '-o', folder / 'native'])
    must(['em++', '-O2', '-fwasm-exceptions', '-sSTANDALONE_WASM', SOURCE, '-o', folder / 'parse.wasm'], cwd=folder)
    must([wasmelt, '-O2', folder / 'parse.wasm', '-o', folder / 'translated'])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--wasmelt', type=pathlib.Path, default=HERE.parent / 'build' / 'bin' / 'wasmelt')
    parser.add_argument('--node', default='node')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--scale', type=float, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        build(options.wasmelt.resolve(), folder)
        commands = {'native': [folder / 'native'], 'wasmelt': [folder / 'translated'],
                    'v8': [options.node, '--no-warnings', HERE / 'harness' / 'v8.mjs', folder / 'parse.wasm']}
        print(f'{"":14}{"native":>10}{"wasmelt":>10}{"v8":>10}')
        for what, count, percent in CASES:
            arguments = [max(1, int(count * options.scale)), percent]
            best, printed = {}, set()
            for _ in range(options.rounds):
                for variant, command in commands.items():
                    cost = must([*command, *arguments])
                    cpu = float(cost.errors.split()[-1]) if variant == 'v8' else cost.cpu  # without the engine's start
                    best[variant] = min(best.get(variant, cpu), cpu)
                    printed.add(cost.output)
            if len(printed) != 1:
                sys.exit(f'{what}: the results differ: {printed}')
            native = best['native']
            print(f'{what:14}{native:10.3f}{best["wasmelt"] / native:10.2f}{best["v8"] / native:10.2f}')


if __name__ == '__main__':
    main()
