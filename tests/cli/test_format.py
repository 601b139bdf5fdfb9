"""All C of the project is formatted as clang-format does it with .clang-format, and commands can be run."""
import os
import pathlib
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMATTER = shutil.which('clang-format-14')


def sources(pattern='*.[ch]'):
    listed = subprocess.run(['git', 'ls-files', pattern], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip('not a checkout: git knows no files here')
    return [file for file in listed.stdout.split() if (ROOT / file).exists()]


@pytest.mark.skipif(not FORMATTER, reason='clang-format 14 is not installed; others break lines elsewhere')
def test_every_file_is_formatted():
    done = subprocess.run([FORMATTER, '--dry-run', '-Werror', *sources()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[:2000] + '\ngit ls-files "*.[ch]" | xargs clang-format-14 -i'


def test_what_names_its_interpreter_is_executable():
    named = [file for file in sources('*') if (ROOT / file).is_file() and (ROOT / file).read_bytes()[:2] == b'#!']
    assert named and [file for file in named if not os.access(ROOT / file, os.X_OK)] == []
