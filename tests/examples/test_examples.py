"""The examples, as a new user has them: built against a package installed into an empty folder, by CMake and by the
commands that stand in them, and run."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support.package import installed

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / 'examples'


@pytest.fixture(scope='module')
def package(build, tmp_path_factory):
    """The environment of a user who has Wasmelt installed in a folder of its own."""
    prefix = installed(build, tmp_path_factory.mktemp('package'))
    pkgconfig = next(prefix.glob('lib*/**/wasmelt.pc')).parent
    return {**os.environ, 'CMAKE_PREFIX_PATH': str(prefix), 'PKG_CONFIG_PATH': str(pkgconfig),
            'PATH': f'{prefix / "bin"}:{os.environ["PATH"]}'}


@pytest.fixture(scope='module')
def by_cmake(package, tmp_path_factory):
    """The folder that all examples are built in."""
    out = tmp_path_factory.mktemp('cmake')
    flags = '-Wall -Wextra -Werror'
    subprocess.run(['cmake', '-S', EXAMPLES, '-B', out, '-G', 'Ninja', f'-DCMAKE_C_FLAGS={flags}', f'-DCMAKE_CXX_FLAGS={flags}'],
                   check=True, env=package, stdout=subprocess.DEVNULL)
    done = subprocess.run(['cmake', '--build', out, '-j2'], env=package, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return out


# What each prints.
OUTPUTS = {
    'library': [
        '15 bytes, 8 packed, back: aaaaaaaabbbbccd',
        'trap: out of bounds memory access',
        '15 bytes, 8 packed, back: aaaaaaaabbbbccd',
    ],
    'program': [
        'run 1 ended with 0 and wrote 86 bytes:',
        'hello from WebAssembly, first',
        '/docs/text: cannot be opened from here',
        'the year is YEAR',
        'run 2 ended with 0 and wrote 91 bytes:',
        'hello from WebAssembly, second',
        'GREETING is hi',
        '/docs/text begins: line one',
        'the year is YEAR',
        'run 3 ended with 0 and wrote 110 bytes:',
        'hello from WebAssembly, third',
        'GREETING is hello again',
        '/docs/text: cannot be opened from here',
        'the year is YEAR',
    ],
    'text': [
        'grown: yes, in the same place: yes',
        'median 3, sorted -1 .. 40',
        'report: the median of nothing',
        'word for 42: strings',
        'word for 42: go',
        'word for 42: in',
        'word for 42: and',
        'word for 42: out',
        '5 words, the longest of 7 letters',
        'STRINGS GO IN AND OUT',
    ],
    'survive': [
        'division: integer divide by zero',
        'address: out of bounds memory access',
        'function pointer: undefined element',
        'unreachable: unreachable',
        'recursion: call stack exhausted',
        'host: the host ended the call',
        'memory: no trap with 1600 pages',
        'left over: 0 instances, 0 bytes of address space',
    ],
    'threads': [
        '100 instances at a time',
        '100 of 100 were right, 0 instances are left',
    ],
    'limits': [
        'without limit: 1600 pages',
        'within 8388608 bytes: 128 pages',
        'within 8589934592 bytes: 1600 pages',
        'within 1 bytes: a memory begins with 131072 bytes, the host allows 1',
        'within 64 KiB of stack, 100 calls deep: no trap',
        'within 64 KiB of stack, 20000 calls deep: call stack exhausted',
        'within 4096 KiB of stack, 20000 calls deep: no trap',
    ],
    'space': [
        'as a rule: guard pages, out of bounds memory access',
        'without_guard: comparisons, out of bounds memory access',
        'in 2 GiB of addresses: comparisons, out of bounds memory access',
        '1000 instances reserve less than 1 GiB: yes',
    ],
    'stop': [
        '444: the square of 38',
        '555: interrupted, 0',
        '555: interrupted, 7',
        '889: the square of 83',
    ],
    'fuel': [
        '444: the square of 38, for 457 units',
        '444: out of fuel',
        '555: out of fuel',
        '889: the square of 83, for 997 units',
    ],
    'handlers': [
        'address: out of bounds memory access',
        'recursion: call stack exhausted',
        "the host's own fault",
        "3 faults came to the host's handler",
    ],
    'leaks': [
        'with free: 10000 rounds, no trap; grown by 0 KiB in 0 steps, never refused',
        'without free: 10000 rounds, no trap; grown by 3968 KiB in 62 steps, then refused',
        'left over: 0 instances, 0 memories',
    ],
    'link': [
        'square 36, line 6, 2 calls, 2 counted',
    ],
    'raii': [
        '4 bytes, back: aaaaaaaaaaaaaabbb',
        'a small one: out of memory or other host resources',
        'goes on: aaaaaaaaaaaaaabbb',
    ],
    'wasm2c': [
        '15, 15 in 65536 bytes',
        'numbers: 0',
        'divide: 3',
        'overflow: 2',
        'outside: 1',
        '666, 154 in 65536 bytes',
        'own: 5',
        '1 pages of 65536, at most 3',
        'grown from 1 to 2 pages',
        '1, then 2, 131072 bytes',
        '4294967295',
        '1, 2 reports, No error',
    ],
    'plugins': [
        'shapes exports memory memory',
        'shapes exports table shapes',
        'shapes exports global count',
        'shapes exports function area',
        'painter imports memory shapes.memory',
        'painter imports table shapes.shapes',
        'painter imports global shapes.count',
        'painter imports function shapes.area',
        'painter exports function draw',
        'draw returned 2',
    ],
}


def check_output(app, name, folder):
    files = folder / 'files'
    files.mkdir(exist_ok=True)
    (files / 'text').write_text('line one\nline two\n')
    arguments = {'program': [files], 'plugins': ['./shapes.so', './painter.so', 'draw', '256', '6']}.get(name, [])
    done = subprocess.run([app, *arguments], cwd=folder, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, '')
    lines = [re.sub(r'is 2\d{3}$', 'is YEAR', line) for line in done.stdout.splitlines()]
    assert lines == OUTPUTS[name]


@pytest.mark.once
def test_every_example_is_tested():
    folders = {path.parent.name for path in EXAMPLES.glob('*/*')}
    # make, meson and microcontroller: tests/build; bytes: the README's, tests/examples/test_documents.py; objects and components: test_NAME.py
    assert folders == {*OUTPUTS, 'hello', 'make', 'meson', 'microcontroller', 'bytes', 'objects', 'components', 'python', 'go'}


@pytest.mark.once
@pytest.mark.parametrize('name', OUTPUTS)
def test_by_cmake(by_cmake, name):
    check_output(by_cmake / name, name, by_cmake)


def commands(source):
    """The shell commands in the comment at the start of a file, but for those that run what was made."""
    comment = re.match(r'/\*.*?\*/|(//.*\n)+', source.read_text(), re.DOTALL).group()
    joined = re.sub(r' \\\n \* +', ' ', comment)
    lines = re.findall(r'^(?: \*|//) {5}(\S.*?)(?: && ./host.*| \*/)?$', joined, re.MULTILINE)
    return [line for line in lines if not line.startswith('./host')]


@pytest.mark.parametrize('name', OUTPUTS)
def test_by_its_commands(package, name, tmp_path, cc):
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / name
    source, = folder.glob('host.c*')
    lines = commands(source)
    assert len(lines) >= 2
    for line in lines:
        line = re.sub(r'^cc ', f'{cc} -Wall -Wextra -Werror ', line)
        line = re.sub(r'^c\+\+ ', {'gcc': 'g++', 'clang': 'clang++'}[cc] + ' -Wall -Wextra -Werror ', line)
        done = subprocess.run(line, shell=True, cwd=folder, env={**package, 'CC': cc}, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ''), line
    check_output(folder / 'host', name, folder)


# The commands in an example's comment, and what the last one of them prints.
OTHER_LANGUAGES = {
    'python/codec.py': ("b'\\x08a\\x04b\\x02c\\x01d'", 'trap: out of bounds memory access', "b'\\x01g\\x01o\\x01e\\x01s\\x01 \\x01o\\x01n'"),
    'python/extension.c': ("b'\\x08a\\x04b\\x02c\\x01d'",),
    'python/setup.py': ("b'\\x08a\\x04b\\x02c\\x01d'",),
    'go/codec.go': ('[8 97 4 98 2 99 1 100] <nil>', '[] out of bounds memory access', '[1 103 1 111 1 101 1 115 1 32 1 111 1 110] <nil>',
                    "Go's own fault: runtime error: invalid memory address or nil pointer dereference"),
}


@pytest.mark.parametrize('name', OTHER_LANGUAGES)
def test_other_languages(package, name, tmp_path, cc):
    if name == 'go/codec.go' and not shutil.which('go'):
        pytest.skip('go is not installed')
    if name in ('python/extension.c', 'python/setup.py') and subprocess.run(['pkg-config', '--exists', 'python3']).returncode != 0:
        pytest.skip("Python's headers are not installed")
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    source = tmp_path / name
    comment = source.read_text().split('\n\n#' if name.endswith('.c') else '\nimport' if name.endswith('.py') else '\npackage')[0]
    lines = re.findall(r'^(?: \*|//|)(?: {4,}|\t)(\S.*?)(?: \*/)?$', comment.replace(' \\\n *', ''), re.MULTILINE)
    env = {**package, 'CC': cc, 'PATH': f'/usr/bin:{package["PATH"]}', 'GOCACHE': str(tmp_path / 'cache'), 'GOFLAGS': '-mod=mod', 'GO111MODULE': 'off',
           'PIP_ROOT_USER_ACTION': 'ignore'}
    assert len(lines) > 2
    for line in lines:
        line = re.sub(r'^cc ', f'{cc} -Wall -Wextra -Werror ', line)
        done = subprocess.run(line, shell=True, cwd=source.parent, env=env, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ''), line
    assert done.stdout.splitlines() == list(OTHER_LANGUAGES[name])


def test_hello(run_wasmelt, tmp_path, cc):
    wasm, app = tmp_path / 'hello.wasm', tmp_path / 'hello'
    subprocess.run(['clang', '--target=wasm32-wasi', '-O2', EXAMPLES / 'hello' / 'hello.c', '-o', wasm], check=True)
    done = run_wasmelt(wasm, '-o', app, '--cc', cc)
    assert done.returncode == 0, done.stderr
    (tmp_path / 'text').write_text('first line\nsecond line\n')
    command = [app, '--dir', f'{tmp_path}::/docs:ro', '--env', 'GREETING=hi', 'reader', '/docs/text']
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[:3] == ['hello from WebAssembly, reader', 'GREETING is hi', '/docs/text begins: first line']
    assert lines[3].startswith('the year is ')
    lines = subprocess.run([app, 'reader', '/docs/text'], capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[1] == '/docs/text: cannot be opened from here'
