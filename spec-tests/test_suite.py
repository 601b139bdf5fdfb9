"""The official suite, with gcc at -O1. The other compilers and levels are a command: spec-tests/run.py --cc --opt."""
import pathlib
import re
import subprocess

import pytest

import run

HERE = pathlib.Path(__file__).resolve().parent


def test_official_suite(build):
    try:
        run.find_suite(None)
    except run.SuiteMissing as e:
        pytest.skip(str(e))
    done = subprocess.run([HERE / 'run.py', '--build', build, '--cc', 'gcc'], capture_output=True, text=True)
    print(done.stdout[-20000:])
    passed, failed = map(int, re.search(r'(\d+) passed, (\d+) failed', done.stdout).groups())
    assert failed == 0
    assert passed > 30000
    assert done.returncode == 0, 'something failed, or is not translated'
