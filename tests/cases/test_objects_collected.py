"""The cases with structs and arrays, with a runtime that collects at every allocation and overwrites what it has freed. This
would show a C compiler that kept no pointer to an object in use."""
import pathlib
import subprocess

import pytest

from support.cases import FILES, Case, assemble, run_native
from support.hosts import compile_objects, compile_with_macro

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

OBJECTS = [f for f in FILES if Case(f.read_text()).assembler == 'binaryen']


@pytest.fixture(scope='session')
def tortured(runtime_archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp('tortured')
    command = ['gcc', '-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}']
    objects = compile_objects(command, [HERE / 'case_runner.c'], folder) + compile_with_macro(command, 'WASMELT_HEAP_TORTURE=1', folder / 'heap')
    # All of the runtime, as the module that is loaded may call any of it; what is there already stays.
    subprocess.run([*command, *objects, '-Wl,--allow-multiple-definition', '-Wl,--whole-archive', runtime_archive, '-Wl,--no-whole-archive',
                    '-rdynamic', '-lm', '-lpthread', '-ldl', '-o', folder / 'case-runner'], check=True)
    return folder / 'case-runner'


LEVELS = [('-O0',), ('-O3',), ('--split=3', '-O1')]
# What a compiler keeps of a pointer depends on its level.
ALL_LEVELS = {'arrays_that_only_an_inner_pointer_keeps_live_on_over_calls': [*LEVELS, ('-O2',)]}


@pytest.mark.parametrize('file, flags', [pytest.param(f, flags, id=f'{f.stem}-{" ".join(flags)}')
                                         for f in OBJECTS for flags in ALL_LEVELS.get(f.stem, LEVELS)])
def test_at_every_allocation(file, flags, wasmelt, tortured, tmp_path, cc):
    assert run_native(wasmelt, tortured, assemble(file, tmp_path), Case(file.read_text()), tmp_path, cc, flags) == []
