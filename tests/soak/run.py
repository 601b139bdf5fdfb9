#!/usr/bin/env python3
"""Soak: for an hour, eight threads make, run, interrupt, starve of fuel, trap, throw into, grow and free instances at random (host.c).

    tests/soak/run.py [--seconds N] [--rounds N] [--cc CC] [--sanitize KINDS] [--build DIR]

After each round everything is freed, and a line says what the process has: its mappings, descriptors, threads and resident memory. Exit
status 1 if any of these has grown since the first rounds, or if something went otherwise than it should."""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COLUMNS = ['round', 'actions', 'mappings', 'descriptors', 'threads', 'resident KiB']
# The C library keeps arenas and stacks of threads; how many depends on which ran at a time.
LIMITS = {'mappings': 24, 'descriptors': 0, 'threads': 0, 'resident KiB': 4096}


def build(config, folder):
    wasm, host = folder / 'guest.wasm', folder / 'host'
    subprocess.run(['wat2wasm', '--enable-all', HERE / 'guest.wat', '-o', wasm], check=True)
    subprocess.run([config.build / 'bin' / 'wasmelt', wasm, '--emit=c', '--imports=named', '--interrupt=signal', '--fuel', '-o', folder],
                   check=True)
    checks = [f'-fsanitize={config.sanitize}', '-fno-sanitize-recover=all'] if config.sanitize else []
    runtime = sorted((ROOT / 'runtime').rglob('*.c')) if checks else [config.build / 'lib' / 'libwasmelt_rt.a']
    subprocess.run([*config.cc.split(), '-std=c11', '-D_GNU_SOURCE', '-O2', '-g', *checks, '-Wall', '-Wextra', '-Werror', '-pthread',
                    f'-I{ROOT / "include"}', f'-I{folder}', HERE / 'host.c', folder / 'guest.c', *runtime, '-lm', '-o', host], check=True)
    return host


def verdict(rounds):
    """What has grown since the first quarter of the rounds; an empty list if nothing has."""
    first, last = rounds[:max(1, len(rounds) // 4)], rounds[-max(1, len(rounds) // 4):]
    grown = []
    for k, name in enumerate(COLUMNS):
        if name not in LIMITS:
            continue
        before, after = max(r[k] for r in first), min(r[k] for r in last)
        if after > before + LIMITS[name]:
            grown.append(f'{name}: {before} at most at first, {after} at least in the end')
    return grown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seconds', type=int, default=3600)
    parser.add_argument('--rounds', type=int, default=60, metavar='N')
    parser.add_argument('--cc', default=os.environ.get('CC', 'gcc'))
    parser.add_argument('--sanitize', metavar='KINDS', help='such as address,undefined; memory is not compared then')
    parser.add_argument('--build', type=pathlib.Path, default=os.environ.get('WASMELT_BUILD', ROOT / 'build'), metavar='DIR')
    config = parser.parse_args()
    config.build = pathlib.Path(config.build).resolve()
    if config.sanitize:
        LIMITS.pop('mappings'), LIMITS.pop('resident KiB')
    with tempfile.TemporaryDirectory() as scratch:
        print(*COLUMNS, sep='  ', flush=True)
        process = subprocess.Popen([build(config, pathlib.Path(scratch)), str(config.seconds), str(config.rounds)], stdout=subprocess.PIPE,
                                   text=True)
        rounds = []
        for line in process.stdout:
            print(line, end='', flush=True)
            words = line.split()
            if len(words) == len(COLUMNS) and all(word.isdigit() for word in words):
                rounds.append([int(word) for word in words])
        if process.wait() != 0 or len(rounds) != config.rounds:
            print(f'the program ended with status {process.returncode}')
            return 1
    grown = verdict(rounds)
    print('\n'.join(grown) or 'flat')
    return 1 if grown else 0


if __name__ == '__main__':
    sys.exit(main())
