"""What docs/guide-compile.md shows works as it says there."""
import pathlib
import re
import subprocess

GUIDE = pathlib.Path(__file__).resolve().parents[2] / 'docs' / 'guide-compile.md'
INCLUDE = GUIDE.parents[1] / 'include'


def block(language):
    found, = re.findall(f'```{language}\n(.*?)```', GUIDE.read_text(), re.DOTALL)
    return found


def test_library_in_a_c_program(run_wasmelt, build, tmp_path, cc):
    (tmp_path / 'adder.wat').write_text(block('wat'))
    (tmp_path / 'host.c').write_text(block('c'))
    done = run_wasmelt('adder.wat', '--emit=lib', '--cc', cc, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, '')
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{INCLUDE}', 'host.c', 'libadder.a', build / 'lib' / 'libwasmelt_rt.a',
                    '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True)
    assert ran.returncode == 0
    for line in ran.stdout.splitlines():
        assert f'`{line}`' in GUIDE.read_text()
    assert len(ran.stdout.splitlines()) == 2


def test_flags_for_ones_own_build(run_wasmelt, assemble, tmp_path):
    flags = re.search(r'^    (-std=gnu11 .*)$', GUIDE.read_text(), re.MULTILINE).group(1)
    done = run_wasmelt(assemble('(module)'), '--emit=obj', '-v', '-o', tmp_path / 'm.o')
    assert set(flags.split()) <= set(done.stderr.split())
