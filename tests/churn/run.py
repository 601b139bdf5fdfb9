#!/usr/bin/env python3
"""Leaks: makes and drops all that a heap holds for an hour, and looks whether the process has grown (host.c).

    tests/churn/run.py [--seconds N] [--samples N] [--cc CC] [--opt LEVEL] [--build DIR]

Prints what the process has, once a minute, and a verdict. Exit status 1 if anything has grown. Needs npm's binaryen, which
it installs into .cache, and node."""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
from support import binaryen  # noqa: E402


def build(config, folder):
    wasm, host = folder / 'churn.wasm', folder / 'host'
    binaryen.assemble(HERE / 'churn.wat', wasm, '-g')
    subprocess.run([config.build / 'bin' / 'wasmelt', wasm, '--emit=lib', '--name=churn', '--cc', config.cc, f'-O{config.opt}',
                    '-o', folder / 'libchurn.a'], check=True)
    subprocess.run([*config.cc.split(), '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread',
                    f'-I{ROOT / "include"}', f'-I{folder}', HERE / 'host.c', folder / 'libchurn.a',
                    config.build / 'lib' / 'libwasmelt_rt.a', '-lm', '-o', host], check=True)
    return host


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seconds', type=float, default=3600)
    parser.add_argument('--samples', type=int, default=60, metavar='N', help='lines that are printed, at equal intervals')
    parser.add_argument('--cc', default=os.environ.get('CC', 'gcc'))
    parser.add_argument('--opt', default='2', metavar='LEVEL')
    parser.add_argument('--build', type=pathlib.Path, default=os.environ.get('WASMELT_BUILD', ROOT / 'build'), metavar='DIR')
    config = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        host = build(config, pathlib.Path(scratch))
        return subprocess.run([host, str(config.seconds), str(config.samples)]).returncode


if __name__ == '__main__':
    sys.exit(main())
