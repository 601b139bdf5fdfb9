"""Random modules with structs and arrays have the same results natively as in a JavaScript engine: a few of the campaign
(docs/testing.md)."""
import re
import subprocess
import sys

import pytest

from support.npm import ROOT

pytestmark = pytest.mark.once  # compilers are chosen at random


def test_a_dozen():
    command = [sys.executable, ROOT / 'tests/fuzz/run.py', '--gc', '--vary', '--count', '12', '--seed', '20001', '--jobs', '1']
    r = subprocess.run(command, capture_output=True, text=True)
    assert r.returncode == 0, r.stdout + r.stderr
    compared = re.match(r'12 modules, (\d+) with calls to compare', r.stdout)
    assert compared and int(compared[1]) > 7, r.stdout  # binaryen and the engine refuse a few


def test_loops_over_arrays():
    command = [sys.executable, ROOT / 'tests/fuzz/run.py', '--loops', '--vary', '--count', '2', '--seed', '20001', '--jobs', '1']
    r = subprocess.run(command, capture_output=True, text=True)
    assert r.returncode == 0 and r.stdout.startswith('2 modules, 2 with calls'), r.stdout + r.stderr


def test_loads_around_the_end_of_a_memory():
    command = [sys.executable, ROOT / 'tests/fuzz/run.py', '--edges', '--vary', '--count', '4', '--seed', '20001', '--jobs', '1']
    r = subprocess.run(command, capture_output=True, text=True)
    assert r.returncode == 0 and r.stdout.startswith('4 modules, 4 with calls'), r.stdout + r.stderr


def test_graphs_with_a_shadow():
    command = [sys.executable, ROOT / 'tests/fuzz/run.py', '--graphs', '--vary', '--count', '2', '--seed', '20001', '--jobs', '1']
    r = subprocess.run(command, capture_output=True, text=True)
    assert r.returncode == 0 and r.stdout.startswith('2 modules, 2 with calls'), r.stdout + r.stderr
