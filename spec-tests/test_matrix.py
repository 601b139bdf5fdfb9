"""matrix.sh where nothing is installed: each machine has a row that says what is missing."""
import pathlib
import shutil
import subprocess

import pytest

MATRIX = pathlib.Path(__file__).with_name('matrix.sh')
pytestmark = pytest.mark.once


def run(folder, *machines):
    for tool in 'sh', 'dirname', 'grep', 'sed', 'cut':
        (folder / tool).symlink_to(shutil.which(tool))
    return subprocess.run([MATRIX, *machines], env={'PATH': str(folder)}, capture_output=True, text=True)


def test_what_is_missing_is_named(tmp_path):
    done = run(tmp_path)
    head, line, *rows = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, '')
    assert [len(row.split('|')) for row in (head, line, *rows)] == [7] * 9
    assert rows[-1] == '| windows | | not run: needs gcc-mingw-w64-x86-64, wine64 | | |'


def test_an_unknown_machine_is_refused(tmp_path):
    done = run(tmp_path, 's390x', 'x')
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == "matrix.sh: no machine 'x'; there are i686 arm aarch64 riscv64 s390x ppc64le windows\n"
