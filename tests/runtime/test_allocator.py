"""An allocator of the host (wasmelt/allocator.h) that fails at each request in turn: an error, nothing left, and all works afterwards."""
import os
import pathlib
import subprocess

import pytest

from support import binaryen

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


@pytest.fixture(scope='module')
def host(run_wasmelt, runtime_archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp('allocator')
    subprocess.run(['wat2wasm', '--enable-all', HERE / 'allocator.wat', '-o', folder / 'app.wasm'], check=True)
    binaryen.assemble(HERE / 'allocator_objects.wat', folder / 'objects.wasm')
    for name in ['app', 'objects']:
        done = run_wasmelt(folder / f'{name}.wasm', '--emit=c', '-o', folder)
        assert done.returncode == 0, done.stderr
    subprocess.run([os.environ.get('CC', 'gcc'), '-std=c11', '-D_GNU_SOURCE', '-g', '-O1', '-Wall', '-Wextra', '-Werror', f'-I{folder}',
                    f'-I{ROOT / "include"}', folder / 'app.c', folder / 'objects.c', HERE / 'allocator_host.c', runtime_archive, '-pthread', '-lm',
                    '-o', folder / 'host'], check=True)
    (folder / 'directory').mkdir()
    return folder / 'host'


def run(host, first, request):
    """What it says that happened, and the number of allocations that stay."""
    done = subprocess.run([host, first, str(request)], capture_output=True, text=True, timeout=60, cwd=host.parent / 'directory')
    assert done.returncode == 0, (first, request, done.returncode, done.stderr)
    how, _, live = done.stdout.split()
    return how, int(live)


@pytest.mark.parametrize('first', ['cold', 'warm'])
def test_each_request_may_fail(host, first):
    stays = run(host, first, 0)[1]
    said = []
    while not said or said[-1] != 'done':
        how, live = run(host, first, len(said) + 1)
        assert live == stays, len(said) + 1
        said.append(how)
    assert len(said) > 40
    assert said.count('managed') <= 2, said  # a folder's positions are told as they are if none can be remembered
