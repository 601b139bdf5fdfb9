#!/usr/bin/env python3
"""Writes translator/component/adapters.def: the fingerprints of the adapters in the versions of npm's jco that have different ones.

    tests/component/adapters.py [--build DIR]      # the program adapter-fingerprints is built there

When there is a newer adapter, add a version of jco with it to VERSIONS. wit-component takes what a program does not use out of the
adapter, but leaves the functions as they are; what it adds, it adds to all: that is in ADDED."""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests'))

from support import npm  # noqa: E402

VERSIONS = ['1.0.0', '1.2.4', '1.4.4', '1.7.2', '1.8.1', '1.10.2', '1.35.0']
GOAL = ROOT / 'translator' / 'component' / 'adapters.def'
# A function that gets pages by memory.grow; the one that instantiation calls, which allocates a stack with it.
ADDED = ['ADAPTER("(realloc)", 0xFDA532220F0AFEEB)', 'ADAPTER("(start)", 0x5F4A4D3F16FEE983)']
HEADER = '''/* Functions of adapters from WASI preview 1 to 0.2, by what fingerprint_of (fingerprint.h) says of them: ADAPTER(name, fingerprint). Made by
 * tests/component/adapters.py of the adapters for commands that wasmtime has released, as these versions of jco have them:
 * {}.
 * "(start)" and "(realloc)" are what wit-component adds to each. */
'''


def fingerprints(program, adapter):
    return subprocess.run([program, adapter], check=True, capture_output=True, text=True).stdout.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', type=pathlib.Path, default=ROOT / 'build')
    build = parser.parse_args().build
    subprocess.run(['cmake', '--build', build, '--target', 'adapter-fingerprints'], check=True, stdout=subprocess.DEVNULL)
    program, = build.rglob('adapter-fingerprints')
    rows = set(ADDED)
    for version in VERSIONS:
        rows.update(fingerprints(program, npm.install('@bytecodealliance/jco', version) / 'lib' / 'wasi_snapshot_preview1.command.wasm'))
    GOAL.write_text(HEADER.format(', '.join(VERSIONS)) + ''.join(f'{row}\n' for row in sorted(rows)))


if __name__ == '__main__':
    main()
