"""The cases with structs and arrays, with a runtime that collects at every allocation and overwrites what it has freed. This
would show a C compiler that kept no pointer to an object in use."""
import pytest

from conftest import bring_up_to_date
from support.cases import FILES, Case, assemble, run_native

OBJECTS = [f for f in FILES if Case(f.read_text()).assembler == 'binaryen']


@pytest.fixture(scope='session')
def tortured(build):
    folder = build.with_name(f'{build.name}-torture')
    bring_up_to_date(folder, '-DWASMELT_HEAP_TORTURE=1', target=['--target', 'case-runner'])
    return folder / 'bin' / 'case-runner'


LEVELS = [('-O0',), ('-O3',), ('--split=3', '-O1')]
# What a compiler keeps of a pointer depends on its level.
ALL_LEVELS = {'arrays_that_only_an_inner_pointer_keeps_live_on_over_calls': [*LEVELS, ('-O2',)]}


@pytest.mark.parametrize('file, flags', [pytest.param(f, flags, id=f'{f.stem}-{" ".join(flags)}')
                                         for f in OBJECTS for flags in ALL_LEVELS.get(f.stem, LEVELS)])
def test_at_every_allocation(file, flags, wasmelt, tortured, tmp_path, cc):
    assert run_native(wasmelt, tortured, assemble(file, tmp_path), Case(file.read_text()), tmp_path, cc, flags) == []
