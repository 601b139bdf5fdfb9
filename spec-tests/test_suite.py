"""The official suite, with gcc at -O1; in runs with another compiler a part of it. The other compilers and levels are a command:
spec-tests/run.py --cc --opt."""
import os
import pathlib
import re
import subprocess

import pytest

import run

HERE = pathlib.Path(__file__).resolve().parent
OWN = os.environ.get('CC', 'gcc')
# Numbers, control, calls, memory and objects, from few modules with many assertions.
PART = ['@gc', '@exceptions', *(f'core/{name}' for name in (
    'i32 i64 f32 f64 f32_cmp f64_cmp f32_bitwise f64_bitwise conversions float_misc int_exprs block loop if br_if br_table call call_indirect return_call '
    'return_call_indirect left-to-right nop select unwind traps memory_trap memory_grow endianness address stack fac').split())]


def test_official_suite(build):
    try:
        run.find_suite(None)
    except run.SuiteMissing as e:
        pytest.skip(str(e))
    done = subprocess.run([HERE / 'run.py', '--build', build, '--cc', OWN, *([] if OWN == 'gcc' else PART)], capture_output=True, text=True)
    print(done.stdout[-20000:])
    passed, failed = map(int, re.search(r'(\d+) passed, (\d+) failed', done.stdout).groups())
    assert failed == 0
    assert passed > (30000 if OWN == 'gcc' else 14000)
    assert done.returncode == 0, 'something failed, or is not translated'
