"""Code shapes for which C compilers once took more than linear time: how long they take now. A size is chosen for which they took
tens of seconds; the limit is several times what they take now. bench/compile_time.py has all shapes."""
import os
import resource
import subprocess

import pytest

from support.shapes import make

SECONDS = 10
SIZES = {'owned': 400, 'owned stack': 400, 'legacy tries': 200, 'nested tries': 200, 'local loop': 2000, 'chain': 40000, 'divisions': 40000, 'exits with values': 700,
         'selects of selects': 4500, 'small calls': 5000, 'moved globals': 4500, 'numbers in arrays': 20000, 'loops that store': 1500, 'saturating': 8000, 'minima': 5000, 'shifts': 5000, 'vector minima': 3000, 'bits counted': 10000, 'unsigned conversions': 20000, 'rounding': 5000, 'ifs of one condition': 4500, 'nested counted loops': 130,
         'own chain': 5900, 'arrays of arrays': 1250, 'indices of indices': 2200, 'exits to locals': 300, 'exits of many': 400, 'ifs': 3000,
         'random tables': 4900, 'atomic exchanges': 3100, 'vector ceilings': 12000, 'external references': 6000, 'checked conversions': 6300,
         'repeats': 2300, 'repeats by constants': 1700, 'loops of steps': 99, 'vector shifts': 1200, 'bits of vectors counted': 1700, 'bounds by select': 1600, 'ifs of values': 2500, 'exits of a loop': 3800,
         'loops to a limit': 110, 'calls of loops': 800, 'nested loops of globals': 30,
         'loads of 64 bits in ifs': 1350, 'loads beyond the minimum in ifs': 1350, 'calls of divisions': 1000}


@pytest.mark.parametrize('shape', SIZES)
def test_shape(wasmelt, tmp_path, cc, shape):
    (tmp_path / 'm.wasm').write_bytes(make(shape, SIZES[shape]))

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    done = subprocess.run([wasmelt, 'm.wasm', '--emit=lib', '-o', 'm.a', '--cc', cc], cwd=tmp_path, capture_output=True, text=True,
                          preexec_fn=limit, env=dict(os.environ, CCACHE_DISABLE='1'))
    assert done.returncode == 0, done.stderr or f'more than {SECONDS} s'
