"""Builds for one processor, and with a profile: --march, --pgo-generate, --pgo-use."""
import shutil
import subprocess

import pytest

PROGRAM = '''#include <stdio.h>
#include <stdlib.h>
static unsigned sum(unsigned n) { unsigned s = 0; for (unsigned k = 0; k < n; k++) s += k % 7 ? k : 2 * k; return s; }
int main(int argc, char **argv) { printf("%u\\n", sum((unsigned)atoi(argv[argc - 1]))); return 3; }
'''
UNUSED = 'profile count data file not found'


@pytest.mark.not_quick
def test_gcc_uses_the_profile_of_a_run(run_wasmelt, compile_wasi, tmp_path):
    wasm, app, folder = compile_wasi(PROGRAM), tmp_path / 'app', tmp_path / 'profile'
    flags = ('--cc', 'gcc', '-o', app)
    assert run_wasmelt(wasm, *flags, f'--pgo-generate={folder}').returncode == 0
    counting = subprocess.run([app, '1000'], capture_output=True, text=True)
    assert counting.returncode == 3
    assert list(folder.glob('*.gcda')) and list(folder.glob('*.c'))
    done = run_wasmelt(wasm, *flags, f'--pgo-use={folder}', '--cflags=-Wmissing-profile')
    assert done.returncode == 0 and UNUSED not in done.stderr
    assert 'out of date' not in done.stderr and 'note' not in done.stderr
    fast = subprocess.run([app, '1000'], capture_output=True, text=True)
    assert (fast.returncode, fast.stdout) == (3, counting.stdout)
    assert not list(folder.glob('*.o'))


@pytest.mark.not_quick
def test_gcc_says_where_no_profile_is(run_wasmelt, compile_wasi, tmp_path):
    """The counterpart to the above: the message that is looked for there exists."""
    done = run_wasmelt(compile_wasi(PROGRAM), '--cc', 'gcc', '-o', tmp_path / 'app', f'--pgo-use={tmp_path / "none"}',
                       '--cflags=-Wmissing-profile')
    assert done.returncode == 0 and UNUSED in done.stderr
    assert f'wasmelt: {tmp_path / "none"}: note: has no profile of this module' in done.stderr


@pytest.mark.not_quick
@pytest.mark.skipif(not shutil.which('clang') or not shutil.which('llvm-profdata'), reason='needs llvm-profdata')
def test_clang_uses_the_merged_profile(run_wasmelt, compile_wasi, tmp_path):
    wasm, app, folder = compile_wasi(PROGRAM), tmp_path / 'app', tmp_path / 'profile'
    flags = ('--cc', 'clang', '-o', app)
    assert run_wasmelt(wasm, *flags, f'--pgo-generate={folder}').returncode == 0
    assert subprocess.run([app, '1000'], capture_output=True).returncode == 3
    assert run_wasmelt(wasm, *flags, f'--pgo-use={folder}').returncode == 1  # not merged yet
    subprocess.run(['llvm-profdata', 'merge', '-o', folder / 'default.profdata', *folder.glob('*.profraw')], check=True)
    done = run_wasmelt(wasm, *flags, f'--pgo-use={folder}')
    assert (done.returncode, done.stderr) == (0, '')
    assert subprocess.run([app, '1000'], capture_output=True).returncode == 3


def test_march_is_passed_on(run_wasmelt, compile_wasi, tmp_path, cc):
    wasm, app = compile_wasi(PROGRAM), tmp_path / 'app'
    assert run_wasmelt(wasm, '--cc', cc, '-o', app, '--march=native').returncode == 0
    assert subprocess.run([app, '10'], capture_output=True, text=True).stdout == '52\n'
    done = run_wasmelt(wasm, '--cc', cc, '-o', app, '--march=no-such-processor')
    assert done.returncode == 1 and 'no-such-processor' in done.stderr


@pytest.mark.parametrize('args, message', [
    (['--pgo-generate=d', '--pgo-use=d'], 'only one of them'),
    (['--pgo-use=d', '--keep=e'], 'directory of the profile'),
    (['--keep=e', '--pgo-use=d'], 'directory of the profile'),
])
def test_what_does_not_go_together_is_refused(run_wasmelt, args, message):
    done = run_wasmelt(*args, 'a.wasm')
    assert done.returncode == 2 and message in done.stderr
