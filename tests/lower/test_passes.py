"""What each pass of lowering does: PASS.wat has a module, and its functions before and after the pass. PASS.hex has the module as
bytes, if wat2wasm does not know the instructions that the pass is for. A line ";; options: ..." has options of the translation.

`tests/lower/test_passes.py --update` writes what the passes do now into the files: read the difference before keeping it."""
import pathlib
import re
import subprocess
import sys
import tempfile

import pytest

pytestmark = pytest.mark.once

HERE = pathlib.Path(__file__).resolve().parent
CASES = sorted([*HERE.glob('*.wat'), *HERE.glob('*.hex')])
BLOCK = re.compile(r'^;; (before|behind):\n((?:;;.*\n)*)', re.MULTILINE)


def pass_names(command):
    listed = subprocess.run([command, 'x', '--dump=?'], capture_output=True, text=True).stderr
    return re.search(r'must be one of (.*)', listed).group(1).split(', ')


def dumped(command, case, name):
    """The functions behind a pass, as comments."""
    options = re.findall(r'^;; options: (.*)', case.read_text(), re.MULTILINE)
    with tempfile.TemporaryDirectory() as scratch:
        if case.suffix == '.hex':
            module = pathlib.Path(scratch) / 'm.wasm'
            module.write_bytes(bytes.fromhex(re.sub(r';;.*', '', case.read_text())))
        else:
            module = case
        run = subprocess.run([command, module, f'--dump={name}', *options], capture_output=True, text=True, check=True)
    return ''.join(f';;   {line}\n' for line in run.stdout.splitlines())


def actual(command, case):
    names = pass_names(command)
    number = names.index(case.stem)
    before = {'before': dumped(command, case, names[number - 1])} if number else {}
    return before | {'behind': dumped(command, case, case.stem)}


@pytest.mark.parametrize('case', CASES, ids=lambda case: case.stem)
def test_a_pass_does_what_its_case_shows(wasmelt, case):
    shown = dict(BLOCK.findall(case.read_text()))
    assert shown == actual(wasmelt, case)


def test_each_pass_has_a_case_that_shows_it_do_something(wasmelt):
    assert {case.stem for case in CASES} == set(pass_names(wasmelt))
    for case in CASES:
        shown = dict(BLOCK.findall(case.read_text()))
        assert shown.get('before') != shown['behind'], case.name


def test_an_unknown_pass_is_refused_with_the_list_of_all(run_wasmelt):
    done = run_wasmelt('x.wasm', '--dump=bild')
    assert done.returncode == 2 and 'must be one of build, ' in done.stderr


if __name__ == '__main__':
    if sys.argv[1:2] != ['--update']:
        sys.exit(__doc__)
    for path in CASES:
        text = BLOCK.sub('', path.read_text()).rstrip('\n') + '\n\n'
        blocks = actual(HERE.parents[1] / 'build' / 'bin' / 'wasmelt', path)
        path.write_text(text + '\n'.join(f';; {when}:\n{what}' for when, what in blocks.items()))
