#!/usr/bin/env python3
"""Whether two builds of the translator make the same C: for moves of code that must not change what is emitted.

    tests/emitted/compare.py OLD NEW [MODULE|FOLDER ...]    # OLD, NEW: wasmelt commands

Modules are those given, folders with all .wasm below them; without any, the official suite's, the cases' and the npm packages' that
the tests have downloaded. Each is translated in several ways. Lists the modules that differ, and with --diff the first lines of
the first; the exit status is 1 if any does.
"""
import argparse
import concurrent.futures
import difflib
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WAYS = {
    'linked': [],
    'split': ['--split=3'],
    'named, explicit bounds': ['--imports=named', '--bounds=explicit', '--strict-loads'],
    'lines': ['-g'],
}
LARGE = 4 << 20  # bytes: from here on one way is enough


def modules(places):
    for place in map(pathlib.Path, places):
        yield from [place] if place.is_file() else sorted(p for p in place.rglob('*.wasm') if p.is_file())


def translate(command, module, way, folder):
    """What the translator says, and the text of each file that it wrote."""
    folder.mkdir()
    done = subprocess.run([command, module, '--emit=c', '--name=m', '-j1', *way, '-o', folder / 'm.c'], capture_output=True)
    return {'': done.stderr.replace(bytes(folder), b'')} | {p.name: p.read_bytes().replace(bytes(folder), b'') for p in sorted(folder.iterdir())}


def differences(old, new, module):
    """The ways in which the module's C differs, each with the two results."""
    found = []
    ways = WAYS if module.stat().st_size < LARGE else {'linked': WAYS['linked']}
    for name, way in ways.items():
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            before, after = translate(old, module, way, scratch / 'old'), translate(new, module, way, scratch / 'new')
        if before != after:
            found.append((name, before, after))
    return found


def show(before, after, lines):
    for name in before.keys() | after.keys():
        texts = [side.get(name, b'').decode(errors='replace').splitlines() for side in (before, after)]
        for line in list(difflib.unified_diff(*texts, name, name, lineterm='', n=1))[:lines]:
            print('   ', line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('old')
    parser.add_argument('new')
    parser.add_argument('places', nargs='*')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--every', type=int, default=1, help='only each so-many-th module')
    parser.add_argument('--diff', type=int, default=0, metavar='N', help='print N lines of the first difference')
    options = parser.parse_args()
    known = [ROOT / '.cache', ROOT / 'spec-tests' / 'suite', *sorted((ROOT / 'tests' / 'cases').glob('*.wat'))]
    places = options.places or [p for p in known if p.exists()]
    everything = list(modules(places))[::options.every]
    count = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for module, found in zip(everything, pool.map(lambda m: differences(options.old, options.new, m), everything)):
            if not found:
                continue
            print(f"{module}: {', '.join(name for name, _, _ in found)}")
            if options.diff and count == 0:
                show(found[0][1], found[0][2], options.diff)
            count += 1
    print(f'{len(everything)} modules, {count} differ')
    return 1 if count else 0


if __name__ == '__main__':
    sys.exit(main())
