"""Whichever compiler Wasmelt itself was compiled with, it writes the same C: so what it writes need be tested in one of the runs only."""
import subprocess

import pytest

from support import npm
from support.cases import FILES, assemble


def written(command, module, folder, options):
    done = subprocess.run([command, module, '--emit=c', '--name=m', '-o', folder, *options], capture_output=True, text=True)
    return done.returncode, done.stderr, {file.name: file.read_bytes() for file in folder.glob('*')}


@pytest.mark.parametrize('options', [[], ['-g', '--split=3', '--bounds=explicit']], ids=['default', 'others'])
def test_the_same_c(wasmelt_by_gcc, wasmelt, tmp_path, options):
    modules = [npm.install('@sqlite.org/sqlite-wasm', '3.41.2') / 'sqlite-wasm' / 'jswasm' / 'sqlite3.wasm']
    for file in FILES:
        (tmp_path / file.stem).mkdir()
        modules.append(assemble(file, tmp_path / file.stem))
    for number, module in enumerate(modules):
        expected = written(wasmelt_by_gcc, module, tmp_path / f'{number}-gcc', options)
        assert written(wasmelt, module, tmp_path / str(number), options) == expected, module
