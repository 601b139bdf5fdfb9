#!/usr/bin/env python3
"""What WASI costs: a program that opens, examines, reads and closes many small files, and one that copies a large
file, made native and by Wasmelt from the same C, run in turns. Prints medians and their ratio."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from harness import process  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    build = pathlib.Path(os.environ.get('WASMELT_BUILD', HERE.parent / 'build'))
    parser.add_argument('--wasmelt', type=pathlib.Path, default=build / 'bin' / 'wasmelt', metavar='FILE')
    parser.add_argument('--cc', default='gcc', metavar='COMMAND')
    parser.add_argument('--directory', metavar='DIR', help='where the files go: its file system is measured (the default for temporary files)')
    parser.add_argument('--rounds', type=int, default=5, metavar='N', help='runs of each (5)')
    parser.add_argument('--files', type=int, default=2000, metavar='N', help='small files (2000), each used 50 times')
    parser.add_argument('--megabytes', type=int, default=1024, metavar='N', help='to copy (1024)')
    return parser.parse_args()


def main():
    config = arguments()
    with tempfile.TemporaryDirectory(prefix='wasmelt-files-', dir=config.directory) as work:
        work = pathlib.Path(work)
        wasm = work / 'files.wasm'
        programs = {'native': [work / 'native'], 'wasmelt': [work / 'wasmelt', '--dir', f'{work}::{work}']}
        subprocess.run([config.cc, '-O2', HERE / 'files.c', '-o', work / 'native'], check=True)
        subprocess.run(['clang', '--target=wasm32-wasi', '-O2', HERE / 'files.c', '-o', wasm], check=True)
        subprocess.run([config.wasmelt, wasm, '-o', work / 'wasmelt', '--cc', config.cc, '--progress=never'], check=True)
        with open(work / 'large', 'wb') as f:
            for _ in range(config.megabytes):
                f.write(os.urandom(1 << 20))
        parts = {
            f'{config.files} small files, 50 times': ['small', work / 'small', str(config.files), '50'],
            f'copy of {config.megabytes} MiB': ['copy', work / 'large', work / 'copy'],
        }
        (work / 'small').mkdir()
        print(f'{"":32} {"native":>9} {"wasmelt":>9} {"ratio":>6}   (seconds of processor time, median of {config.rounds})')
        for title, command in parts.items():
            times = {name: [] for name in programs}
            outputs = set()
            for _ in range(config.rounds):
                for name, program in programs.items():
                    cost = process.run([*program, *command])
                    if cost.status != 0:
                        sys.exit(f'{name}: {cost.errors}')
                    outputs.add(cost.output)
                    times[name].append(cost.cpu)
            if len(outputs) != 1:
                sys.exit(f'{title}: the results differ: {outputs}')
            native, ours = (statistics.median(times[name]) for name in programs)
            print(f'{title:32} {native:9.3f} {ours:9.3f} {ours / native:6.2f}')


if __name__ == '__main__':
    main()
