"""Checks that all emitted C has to pass."""
import re
import subprocess

WARNINGS = '--cflags=-Wall -Wextra -Werror'  # an option of wasmelt: a warning fails the compilation


def assert_no_goto(folder):
    """No statement in the C files is a goto; the word may stand in comments and strings, which hold names."""
    assert any(folder.glob('*.c'))
    found = subprocess.run(['grep', '-rwhn', 'goto', folder], capture_output=True, text=True, errors='replace')
    assert found.returncode in (0, 1), found.stderr
    for line in found.stdout.splitlines():
        code = re.sub(r'/\*.*?(\*/|$)|"(\\.|[^"\\])*"', '', line)
        assert not re.search(r'\bgoto\b', code), line
