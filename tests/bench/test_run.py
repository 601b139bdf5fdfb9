"""The benchmark command with little work: checks that it builds, compares and reports, not what it measures."""
import json
import pathlib
import subprocess

import pytest

pytestmark = pytest.mark.once  # the benchmark names compilers

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_two_programs(wasmelt, tmp_path):
    command = [ROOT / 'bench' / 'run.py', 'run', '--quick', '--rounds', '1', '--programs', 'checksums,arrays', '--variants',
               'native-gcc,wasmelt-gcc,wasm2c-gcc', '--wasmelt', wasmelt, '--work', tmp_path / 'work', '--json',
               tmp_path / 'out.json', '--svg', tmp_path / 'out.svg']
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert 'geometric mean' in done.stdout
    run = json.loads((tmp_path / 'out.json').read_text())['run']
    assert sorted(run['programs']) == ['arrays', 'checksums']
    assert all(program['differs'] == [] for program in run['programs'].values())
    assert 0.1 < run['geomean']['wasmelt-gcc'] < 50
    assert (tmp_path / 'out.svg').read_text().startswith('<svg')


FIB = """#include <stdio.h>
int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
main(c, v) char **v; { printf("%d\\n", fib(30 + 0 * c)); return 0; }
"""
CLOCK = """#include <stdio.h>
#include <time.h>
int main(int c, char **v) { printf("done %d\\n%ld seconds\\n", c * 0 + !v, (long)clock()); return 0; }
"""


def test_programs_of_others(wasmelt, tmp_path):
    """From a folder in place of a clone: C from before the standard, and a program that says how long it took, which is not compared."""
    folder = tmp_path / 'sources' / 'llvm-test-suite' / 'SingleSource' / 'Benchmarks' / 'Shootout'
    folder.mkdir(parents=True)
    (folder / 'fib2.c').write_text(FIB)
    (folder / 'sieve.c').write_text(CLOCK)
    command = [ROOT / 'bench' / 'run.py', 'run', '--others', '--sources', tmp_path / 'sources', '--programs', 'shootout-fib2,shootout-sieve',
               '--rounds', '1', '--variants', 'native-gcc,wasmelt-gcc,wasm2c-gcc', '--wasmelt', wasmelt, '--work', tmp_path / 'work',
               '--json', tmp_path / 'out.json']
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    run = json.loads((tmp_path / 'out.json').read_text())['run']
    assert run['metric'] == 'user' and run['halves'] == {'shootout-fib2': 'judged', 'shootout-sieve': 'tuned'}
    assert all(len(program['fastest']) == 3 and not program['differs'] for program in run['programs'].values())
    assert 'wasmelt-gcc behind wasm2c-gcc by more than a tenth: ' in done.stdout
    only = subprocess.run([*command, '--half', 'judged'], capture_output=True, text=True, timeout=300)
    assert only.returncode == 0 and 'shootout-fib2' in only.stdout and 'shootout-sieve' not in only.stdout


def test_threads(wasmelt, tmp_path):
    """Every program once: natively and by wasi-threads to the same checksum."""
    command = [ROOT / 'bench' / 'run.py', 'threads', '--quick', '--rounds', '1', '--variants', 'native-gcc,wasmelt-gcc',
               '--wasmelt', wasmelt, '--work', tmp_path / 'work', '--json', tmp_path / 'out.json']
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    programs = json.loads((tmp_path / 'out.json').read_text())['threads']['programs']
    assert sorted(programs) == ['atomics', 'heat', 'locks', 'primes', 'relay', 'spawn']
    assert all(program['differs'] == [] for program in programs.values())


def test_memory(wasmelt, tmp_path):
    """That all could grow, and that idle instances do not have their images, of which a thousand are 16 GiB."""
    command = [ROOT / 'bench' / 'run.py', 'memory', '--quick', '--wasmelt', wasmelt, '--work', tmp_path / 'work',
               '--json', tmp_path / 'out.json']
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    memory = json.loads((tmp_path / 'out.json').read_text())['memory']
    assert len(memory['growth']) == 16 and len(memory['idle']) == 4
    assert all(row['own'] + row['tables'] < 64 << 10 for row in memory['idle'].values())


def test_wrong_part(wasmelt):
    done = subprocess.run([ROOT / 'bench' / 'run.py', 'jog', '--wasmelt', wasmelt], capture_output=True, text=True)
    assert done.returncode == 2 and "no part 'jog'" in done.stderr


def test_a_peer_that_is_not_there(wasmelt, tmp_path):
    done = subprocess.run([ROOT / 'bench' / 'run.py', 'compile', '--wasmelt', wasmelt, '--w2c2', tmp_path], capture_output=True, text=True)
    assert done.returncode == 2 and 'has no w2c2 and w2c2_base.h' in done.stderr
