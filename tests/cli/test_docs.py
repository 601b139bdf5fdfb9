"""The documents: links lead to files that exist, commands have options that exist, figures are those of the benchmarks."""
import pathlib
import re
import subprocess

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / 'README.md', *(ROOT / 'docs').glob('*.md'), ROOT / 'bench' / 'README.md',
                    ROOT / 'spec-tests' / 'README.md', *(ROOT / 'examples').glob('**/README.md')])


@pytest.mark.parametrize('document', DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    text = re.sub(r'```.*?```', '', document.read_text(), flags=re.S)
    for target in re.findall(r'\]\(([^)#]+)(?:#[^)]*)?\)', text):
        if '://' not in target:
            assert (document.parent / target).exists(), target


@pytest.fixture(scope='session')
def known_options(run_wasmelt):
    commands = ['', *re.findall(r'^  ([a-z]+) {3,}', run_wasmelt('--help').stdout.split('\nOptions:')[0], re.M)]
    assert 'validate' in commands
    return {c: set(re.findall(r'--([a-z][a-z0-9-]*)', run_wasmelt(*c.split(), '--help').stdout)) for c in commands}


@pytest.mark.parametrize('document', DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_commands_shown_have_options_that_exist(document, known_options):
    """Those in code that begins with "wasmelt"; what follows the input of run is its program's."""
    text = document.read_text()
    shown = re.findall(r'^ *(?:\$ )?(wasmelt .*)$', text, re.M) + re.findall(r'`(wasmelt [^`]*)`', text)
    for line in shown:
        words = line.split('#')[0].split('&&')[0].split('|')[0].split()
        command = words[1] if len(words) > 1 and words[1] in known_options else ''
        for word in words[1:]:
            if command == 'run' and word.endswith('.wasm'):
                break
            if option := re.match(r'--([a-z][a-z0-9-]*)', word):
                assert option[1] in known_options[command], line


def test_figures_of_the_comparison_are_those_of_the_benchmarks():
    header, means = re.search(r'^(program .*)\n(?:.*\n)*?(geometric mean .*)$', (ROOT / 'bench' / 'README.md').read_text(), re.M).groups()
    columns = [c for c in header.split()[1:] if not c.startswith('native')]
    measured = dict(zip(columns, (f'{float(m):.2f}' for m in means.split()[2:])))
    rows = re.findall(r'^\| (Wasmelt|wasm2c[^|]*|V8[^|]*) \| ([\d.]+) \| ([\d.]*) ?\|$', (ROOT / 'docs' / 'comparison.md').read_text(), re.M)
    told = {name: figures for name, *figures in rows}
    assert told == {'Wasmelt': [measured['wasmelt-gcc'], measured['wasmelt-clang']],
                    'wasm2c (wabt 1.0.32 of Debian)': [measured['wasm2c-gcc'], measured['wasm2c-clang']],
                    'wasm2c (wabt of August 2026)': [measured['wasm2c-new-gcc'], measured['wasm2c-new-clang']],
                    'V8 of Node': [measured['v8'], '']}


# Modules whose C the documents show.
SHOWN = {
    'README.md': ('bytes', (ROOT / 'examples' / 'bytes' / 'bytes.wat').read_text(), ()),
    'docs/architecture.md': ('app', '''(module
  (func $clamp (export "clamp") (param i32 i32) (result i32)
    (if (result i32) (i32.gt_s (local.get 0) (local.get 1))
      (then (local.get 1))
      (else (local.get 0)))))''', ('--debug-names',)),
}


@pytest.mark.parametrize('document', SHOWN)
def test_emitted_c_is_as_shown(document, run_wasmelt, tmp_path):
    name, text, flags = SHOWN[document]
    (tmp_path / 'm.wat').write_text(text)
    subprocess.run(['wat2wasm', *flags, 'm.wat', '-o', 'm.wasm'], cwd=tmp_path, check=True)
    assert run_wasmelt('m.wasm', '--emit=c', f'--name={name}', '-o', 'c', cwd=tmp_path).returncode == 0
    emitted = (tmp_path / 'c' / f'{name}.c').read_text()
    shown, = re.findall(r'```c\n(/\* function \d+.*?)```', (ROOT / document).read_text(), re.S)
    assert shown in emitted, f'{document} is to show:\n' + emitted[emitted.index(shown.split('\n')[0]):][:1000]


def test_files_named_in_the_architecture_exist():
    text = (ROOT / 'docs' / 'architecture.md').read_text()
    folders = [ROOT, *(ROOT / 'translator').glob('**/'), ROOT / 'runtime', ROOT / 'include', ROOT / 'include' / 'wasmelt', ROOT / 'include' / 'wasmelt' / 'code']
    named = {n for n in re.findall(r'`([\w/]+\.(?:c|h|def))`', text) if not n.startswith('NAME')}
    assert len(named) > 40
    assert [n for n in sorted(named) if not any((folder / n).exists() for folder in folders)] == []
