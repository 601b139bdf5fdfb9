#!/usr/bin/env python3
"""User seconds that C compilers take, translation included, for code of one shape in sizes n, 2n and 4n. For shapes whose size is
linear in WebAssembly, the time should be about linear, too: the last column is the exponent of the last step, 1 for linear, 2 for
quadratic.

    bench/compile_time.py [--cc gcc] [--limit SECONDS] [SHAPE ...]
"""
import argparse
import math
import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
from support.hostile_shapes import SHAPES, make  # noqa: E402


def user_seconds():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


def measure(command, limit):
    """User seconds, or None when they are more than the limit."""
    before = user_seconds()

    def bound():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    done = subprocess.run(command, capture_output=True, text=True, errors='replace', preexec_fn=bound)
    if done.returncode == 1 and 'not supported' in done.stderr:
        return 'refused'
    seconds = user_seconds() - before
    if done.returncode != 0 and seconds < limit - 1:
        sys.exit(done.stderr)
    return seconds if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cc', action='append', help='C compiler (default: gcc and clang)')
    parser.add_argument('--limit', type=int, default=60, help='seconds for each (60)')
    parser.add_argument('--wasmelt', default=ROOT / 'build' / 'bin' / 'wasmelt')
    parser.add_argument('--option', action='append', default=[], help='of wasmelt, such as -O2')
    parser.add_argument('--scale', type=float, default=1, help='times as large')
    parser.add_argument('shape', nargs='*')
    args = parser.parse_args()
    print(f'{"shape":20} {"n":>6} {"wasm":>8}  ' + '  '.join(f'{cc:>8} {"2n":>7} {"4n":>7}  exp' for cc in args.cc or ['gcc', 'clang']))
    for shape in args.shape or SHAPES:
        n = int(SHAPES[shape][1] * args.scale)
        row = ''
        for cc in args.cc or ['gcc', 'clang']:
            times = []
            for size in (n, 2 * n, 4 * n):
                with tempfile.TemporaryDirectory() as folder:
                    file = pathlib.Path(folder) / 'm.wasm'
                    file.write_bytes(make(shape, size))
                    command = [args.wasmelt, file, '--emit=lib', '-o', f'{folder}/m.a', '--cc', cc, '-j1', *args.option]
                    times.append(measure(command, args.limit) if None not in times else None)
            shown = [f'{t:.2f}' if isinstance(t, float) else t or f'>{args.limit}' for t in times]
            numbers = isinstance(times[1], float) and isinstance(times[2], float)
            exponent = f'{math.log2(max(times[2], .01) / max(times[1], .01)):.1f}' if numbers else '-'
            row += f'  {shown[0]:>8} {shown[1]:>7} {shown[2]:>7}  {exponent:>3}'
        print(f'{shape:20} {n:6} {len(make(shape, n)):8}{row}', flush=True)


if __name__ == '__main__':
    main()
