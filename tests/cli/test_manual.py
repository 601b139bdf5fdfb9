"""Manual pages and shell completions: made from the tables of the command, without mistakes, installed where they belong."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

ROOT = pathlib.Path(__file__).resolve().parents[2]


def options_of(run_wasmelt, command):
    """The long options that --help tells of."""
    shown = run_wasmelt(*command.split(), '--help').stdout
    return re.findall(r'^  (?:-.,|   ) --([a-z0-9-]+)', shown, re.M)


@pytest.fixture(scope='session')
def commands(run_wasmelt):
    """Those that --help tells of, translation as ''."""
    listed = run_wasmelt('--help').stdout.split('--help\' says more:\n\n')[1].split('\n\n')[0]
    return ['', *(line.split()[0] for line in listed.splitlines())]


def needs(tool):
    if not shutil.which(tool):
        pytest.skip(f'{tool} is not installed')


@pytest.fixture(scope='module')
def installed(build, tmp_path_factory):
    prefix = tmp_path_factory.mktemp('prefix')
    subprocess.run(['cmake', '--install', build, '--prefix', prefix], check=True, stdout=subprocess.DEVNULL)
    return prefix / 'share'


# ---- Manual ----

PAGES = ['man1/wasmelt.1', 'man3/wasmelt_rt.3']


@pytest.mark.parametrize('page', PAGES)
def test_manual_has_no_mistakes(installed, page):
    file = installed / 'man' / page
    for command in (['mandoc', '-T', 'lint', '-W', 'warning'], ['groff', '-mandoc', '-Tutf8', '-ww', '-z']):
        done = subprocess.run([*command, file], capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, '', '')


def test_manual_has_every_option(run_wasmelt, installed, commands):
    shown = subprocess.run(['mandoc', '-T', 'ascii', installed / 'man' / PAGES[0]], capture_output=True, text=True, check=True)
    text = re.sub('.\b', '', shown.stdout)
    assert {'', 'run', 'cache', 'inspect', 'validate'} <= set(commands)
    for command in commands:
        assert f'wasmelt {command}'.strip() in text
        for option in options_of(run_wasmelt, command):
            assert f'--{option}' in text


def test_manual_names_headers_that_exist(installed):
    page = (installed / 'man' / PAGES[1]).read_text()
    headers = re.findall(r'^(?:\.It )?\.?In (wasmelt/\S+)', page, re.M)
    assert len(headers) > 8
    for header in headers:
        assert (ROOT / 'include' / header).exists()


def test_program_in_the_manual(installed, run_wasmelt, build, assemble, tmp_path):
    """The host in wasmelt_rt(3) compiles and runs."""
    page = (installed / 'man' / PAGES[1]).read_text()
    code = re.search(r'^\.Bd -literal\n(.*?)^\.Ed', page, re.M | re.S)[1].replace('\\e', '\\')
    module = assemble('(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))', 'app')
    assert run_wasmelt(module, '--emit=lib', '-O0', '-o', tmp_path / 'libapp.a').returncode == 0
    (tmp_path / 'host.c').write_text('#include <stdio.h>\n#include <wasmelt/wasmelt.h>\n#include "app.h"\n' + code)
    subprocess.run(['cc', '-Wall', '-Werror', f'-I{ROOT}/include', tmp_path / 'host.c', tmp_path / 'libapp.a',
                    build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', tmp_path / 'host'], check=True)
    assert subprocess.run([tmp_path / 'host'], capture_output=True, text=True).stdout.startswith('42\n')


# ---- Completion ----

@pytest.fixture
def bash(installed, tmp_path):
    """bash(WORD...): what is offered for the last word, in a directory with some files."""
    for name in ('app.wasm', 'b c.wasm', 'text.wat', 'other.txt'):
        (tmp_path / name).touch()
    (tmp_path / 'folder').mkdir()
    script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _wasmelt; printf "%s\\n" "${COMPREPLY[@]}"'

    def complete(*words):
        done = subprocess.run(['bash', '--norc', '-u', '-c', script, 'bash', installed / 'bash-completion' / 'completions' / 'wasmelt',
                               'wasmelt', *words], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0 and done.stderr == ''
        return sorted(filter(None, done.stdout.split('\n')))
    return complete


MODULES = ['app.wasm', 'b c.wasm', 'folder', 'text.wat']


def test_bash_commands_and_files(bash, commands):
    assert bash('') == sorted([*commands[1:], *MODULES])
    assert bash('ins') == ['inspect']
    assert bash('validate', '') == MODULES
    assert bash('validate', 'app.wasm', 'b') == ['b c.wasm']
    assert bash('cache', '') == ['clear', 'show']
    assert bash('run', '') == MODULES
    assert bash('run', 'app.wasm', 'o') == ['other.txt']
    assert bash('run', 'app.wasm', '--') == []


def test_bash_options(bash, run_wasmelt, commands):
    for command in commands:
        offered = bash(*command.split(), '--')
        assert sorted(o.strip('-=') for o in offered) == sorted(options_of(run_wasmelt, command))


def test_bash_values(bash):
    assert bash('--emit', '=', '') == ['c', 'exe', 'ffi', 'lib', 'obj', 'shared']
    assert bash('--emit', '=', 's') == ['shared']
    assert bash('--emit', '=') == ['c', 'exe', 'ffi', 'lib', 'obj', 'shared']
    assert bash('--bounds', 'ex') == ['explicit'] and bash('--bounds', 'e') == ['either', 'explicit']
    assert bash('app.wasm', '-O', '') == ['0', '1', '2', '3', 'g', 's']
    assert bash('run', '--dir', '=', 'f') == ['folder']
    assert bash('-o', 'o') == ['other.txt']
    assert 'bash' in bash('--cc', 'bas')
    assert bash('--name', '') == []
    assert '--json' not in bash('--') and '--json' in bash('inspect', '--')


def test_other_shells_accept_theirs(installed):
    checked = 0
    for shell, file in (('bash', 'bash-completion/completions/wasmelt'), ('zsh', 'zsh/site-functions/_wasmelt'),
                        ('fish', 'fish/vendor_completions.d/wasmelt.fish')):
        assert (installed / file).stat().st_size > 0
        if shutil.which(shell):
            done = subprocess.run([shell, '-n', installed / file], capture_output=True, text=True)
            assert (done.returncode, done.stdout, done.stderr) == (0, '', '')
            checked += 1
    assert checked > 0


def test_fish(installed, run_wasmelt, tmp_path):
    needs('fish')

    def complete(line):
        done = subprocess.run(['fish', '--no-config', '-c', f'source {installed}/fish/vendor_completions.d/wasmelt.fish; complete -C "{line}"'],
                              capture_output=True, text=True, cwd=tmp_path, env={**os.environ, 'HOME': str(tmp_path)})
        assert done.returncode == 0 and done.stderr == ''
        return sorted(offered.split('\t')[0] for offered in done.stdout.splitlines())
    assert complete('wasmelt --emit=') == [f'--emit={kind}' for kind in ('c', 'exe', 'lib', 'obj', 'shared')]
    assert complete('wasmelt ins') == ['inspect']
    assert complete('wasmelt cache ') == ['clear', 'show']
    assert sorted(o.strip('-=') for o in complete('wasmelt inspect --')) == sorted(options_of(run_wasmelt, 'inspect'))
