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


@pytest.mark.parametrize('flags', [('-O0',), ('-O3',), ('--split=3', '-O1')], ids=' '.join)
@pytest.mark.parametrize('file', OBJECTS, ids=lambda f: f.stem)
def test_at_every_allocation(file, flags, wasmelt, tortured, tmp_path, cc):
    assert run_native(wasmelt, tortured, assemble(file, tmp_path), Case(file.read_text()), tmp_path, cc, flags) == []
