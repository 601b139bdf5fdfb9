"""Modules for tests of things that should be true of all modules: those of the cases and of the official suite."""
import pathlib
import subprocess

import run

CASES = pathlib.Path(__file__).resolve().parents[1] / 'cases'


def of_cases(folder):
    """The cases' modules as binaries in the folder; a text that is no module is left out."""
    for source in sorted(CASES.glob('*.wat')):
        binary = folder / f'{source.stem}.wasm'
        made = subprocess.run(['wat2wasm', '--enable-all', '--no-check', source, '-o', binary], capture_output=True)
        if made.returncode == 0:
            yield binary


def of_suite():
    """All binaries of the official suite, the damaged ones too; none where there is no suite."""
    try:
        folder = run.unpack(run.find_suite(None))
    except run.SuiteMissing:
        return []
    return sorted(folder.rglob('*.wasm'))
