"""The guide shows code of the examples; the reference has everything that the headers have; README's host works."""
import pathlib
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = (ROOT / 'docs' / 'guide-embed.md').read_text()
REFERENCE = ''.join((ROOT / 'docs' / f'reference-{name}.md').read_text() for name in ('embedding', 'process'))
README = (ROOT / 'README.md').read_text()
INCLUDE = ROOT / 'include' / 'wasmelt'
# All but those for emitted code, those without functions that hosts would call, and the one with names of wasm2c's.
HEADERS = sorted({path.stem for path in INCLUDE.glob('*.h') if not path.stem.startswith('simd')} -
                 {'atomics', 'code', 'debug', 'names', 'quiet', 'support', 'target', 'unwind', 'valtype', 'version', 'wasm2c', 'wasmelt'})


def blocks(text, *languages):
    return re.findall(rf'```(?:{"|".join(languages)})\n(.*?)```', text, re.DOTALL)


def normal(code):
    """C without comments, spaces where they do not matter."""
    code = re.sub(r'/\*.*?\*/', ' ', code, flags=re.DOTALL)
    return re.sub(r' ?([(),;*{}]) ?', r'\1', re.sub(r'\s+', ' ', code)).strip()


def declared(header):
    """The prototypes of a header, without bodies."""
    text = re.sub(r'/\*.*?\*/', ' ', (ROOT / 'include' / 'wasmelt' / f'{header}.h').read_text(), flags=re.DOTALL)
    text = re.sub(r'^#.*(\\\n.*)*$', '', text, flags=re.MULTILINE)
    text = re.sub(r'__attribute__\(\(.*?\)\)', '', text)
    found = re.findall(r'^((?:static inline )?(?:const )?\w+ \*?(wasmelt_\w+)\([^;{]*\))\s*[;{]', text, re.MULTILINE)
    return {name: normal(prototype) for prototype, name in found}


@pytest.mark.parametrize('snippet', blocks(GUIDE, 'c', 'cpp'), ids=lambda s: s.strip().splitlines()[0][:40])
def test_guide_shows_an_example(snippet):
    sources = [path.read_text() for path in (ROOT / 'examples').glob('*/*.c*')]
    unindented = [re.sub(r'^ +', '', source, flags=re.MULTILINE) for source in sources]
    assert any(re.sub(r'^ +', '', snippet, flags=re.MULTILINE) in source for source in unindented)


def test_links_lead_somewhere():
    for text in (GUIDE, REFERENCE):
        for target in re.findall(r'\]\(([\w./-]+)\)', text):
            assert (ROOT / 'docs' / target).exists(), target


@pytest.mark.parametrize('header', HEADERS)
def test_reference_has_each_function(header):
    text = normal(''.join(blocks(REFERENCE, 'c')))
    functions = declared(header)
    assert functions
    missing = [prototype for prototype in functions.values() if prototype + ';' not in text]
    assert not missing, f'docs/reference-*.md lack, or has otherwise: {missing}'


def test_the_page_about_wasm2c_has_its_names_that_there_are():
    page = (ROOT / 'docs' / 'from-wasm2c.md').read_text()
    names = re.findall(r'^(?:static inline|#define|typedef) .*?\b(wasm2c_try|wasm2c_memory_view|wasm_rt_\w+|WASM2C_(?!MORE)\w+)',
                       (INCLUDE / 'wasm2c.h').read_text(), re.MULTILINE)
    assert len(names) > 15 and not [name for name in names if name not in page]


def test_reference_has_nothing_else():
    known = ' '.join((ROOT / 'include' / 'wasmelt' / name).read_text() for name in
                     [*(f'{header}.h' for header in [*HEADERS, 'names', 'valtype', 'wasmelt']), 'traps.def'])
    names = set(re.findall(r'\b(?:wasmelt|WASMELT)_\w+', REFERENCE))
    traps = {name for name in names if name.startswith('WASMELT_TRAP_')}
    lacking = {name for name in names - traps if not re.search(rf'\b{name}\b', known)}
    lacking |= {name for name in traps if f'TRAP({name[13:]},' not in known and name not in known}
    imported = {name for name in lacking if name.startswith('wasmelt_import_app_')}  # of an imaginary module
    assert not lacking - imported - {'wasmelt_add_library', 'wasmelt_rt', 'wasmelt_rt_'}


@pytest.mark.parametrize('name', ['wasmelt_memory_options', 'wasmelt_memory_statistics', 'wasmelt_usage', 'wasmelt_options',
                                  'wasmelt_memory_hooks'])
def test_reference_has_structs_as_they_are(name):
    pattern = rf'typedef struct {name} \{{.*?\}} {name};'
    headers = ''.join((ROOT / 'include' / 'wasmelt' / f'{header}.h').read_text() for header in HEADERS)
    in_header, in_reference = (normal(re.search(pattern, text, re.DOTALL).group()) for text in (headers, REFERENCE))
    assert in_header == in_reference


def test_readme_host(run_wasmelt, build, tmp_path, cc):
    host, = (block for block in blocks(README, 'c') if 'bytes.h' in block)
    shutil.copy(ROOT / 'examples' / 'bytes' / 'bytes.wat', tmp_path)
    (tmp_path / 'host.c').write_text(host)
    done = run_wasmelt('bytes.wat', '--emit=lib', '-o', 'libbytes.a', '--cc', cc, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, '')
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', 'host.c', 'libbytes.a',
                    build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, 'the module says 440\nout of bounds memory access\n')
