"""The example with components, from an installed package, in an empty folder."""
import pathlib
import subprocess

import pytest

from support import components
from support.package import installed

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'examples' / 'components'


@pytest.fixture(scope='module')
def programs(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp('example')
    prefix = installed(build, folder / 'package')
    made = components.assemble({name: (EXAMPLE / f'{name}.wat').read_text() for name in ('greeting', 'totals')}, folder)
    flags = '-Wall -Wextra -Werror'
    subprocess.run(['cmake', '-S', EXAMPLE, '-B', folder / 'out', '-G', 'Ninja', f'-DCMAKE_PREFIX_PATH={prefix}', f'-DGREETING={made["greeting"]}',
                    f'-DTOTALS={made["totals"]}', f'-DCMAKE_C_FLAGS={flags}', f'-DCMAKE_CXX_FLAGS={flags}'], check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(['cmake', '--build', folder / 'out'], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return folder / 'out'


@pytest.mark.parametrize('name, lines', [
    ('from_c', ['hello, world, größeres All, you', 'made by the host, and longer', '2 texts', '0 texts', 'trap: invalid characters in a string',
                'trap: cannot enter component instance']),
    ('streams', ['1, in all 1', '2, in all 3', '3, in all 6', '4, in all 10', '4 numbers', 'started', 'a sensor says 30', 'a sensor says 50', 'average 40']),
    ('from_cplusplus', ['hello, C++, vectors!', 'short-lived', '1 texts', '0 texts']),
])
def test_what_it_prints(programs, name, lines):
    done = subprocess.run([programs / name], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()) == (0, lines), done
