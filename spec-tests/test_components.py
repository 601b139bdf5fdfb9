"""The runner for the component model's scripts: that it sees what they assert, and says when a valid component is refused."""
import pathlib
import subprocess
import sys

import pytest

pytestmark = pytest.mark.once  # about the runner of scripts, not about what it compiles

RUNNER = pathlib.Path(__file__).resolve().parent / 'components.py'

SCRIPT = r'''
;; (component "not a form")
(component $a (import "f" (func)))
(component definition $b (; (component) ;) (type u8))
(component instance $c $b)
(assert_invalid (component (type (own 0))) "out of bounds")
(assert_malformed (component binary
  "\00asm" "\0d\00\01\00" ;; the "preamble"
  "\63") "malformed section id")
(assert_return (invoke "f"))
'''


def run(folder, wasmelt):
    return subprocess.run([sys.executable, RUNNER, folder, '--list', '--wasmelt', wasmelt], capture_output=True, text=True)


def test_what_a_script_asserts_is_counted(tmp_path, wasmelt):
    (tmp_path / 'script.wast').write_text(SCRIPT)
    done = run(tmp_path, wasmelt)
    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()] == [
        ['invalid', 'invalid', '1'], ['malformed', 'malformed', '1'], ['valid', 'valid', '2']]


def test_wrong_answers_are_listed(tmp_path, wasmelt):
    (tmp_path / 'script.wast').write_text('(component (type (own 0)))\n(assert_invalid (component) "something")\n')
    done = run(tmp_path, wasmelt)
    assert done.returncode == 1
    assert 'script.wast:1: valid expected: invalid' in done.stdout and 'script.wast:2: invalid expected: valid' in done.stdout
