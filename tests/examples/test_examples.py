"""The examples, as a new user has them: built against a package installed into an empty folder, by CMake and by the
commands that stand in them, and run."""
import pathlib
import re
import shutil
import subprocess

import pytest

from support.examples import by_hand, commands, installed_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / 'examples'


@pytest.fixture(scope='module')
def package(build, tmp_path_factory):
    return installed_environment(build, tmp_path_factory.mktemp('package'))


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
        '555: interrupted, 8',
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
        "address, with the runtime's handlers: out of bounds memory access",
        "the host's own fault, which the runtime's passed on",
        "4 faults came to the host's handler",
        "taken off: yes, the host's are back: yes",
    ],
    'placed': [
        "memory 0: in the host's range: yes, at a multiple of 4 GiB: yes",
        "memory 1: in the host's range: yes, at a multiple of 4 GiB: yes",
        "memory 2: in the host's range: yes, at a multiple of 4 GiB: yes",
        'one more: there is no place for it',
        'in the place of one that was freed: made',
        "blocks of the host's allocator: some",
        'afterwards: none',
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


def with_files(folder):
    """The folder, with what the example `program` gives its guest."""
    (folder / 'files').mkdir(exist_ok=True)
    (folder / 'files' / 'text').write_text('line one\nline two\n')
    return folder


def check_output(name, done):
    assert (done.returncode, done.stderr) == (0, '')
    assert [re.sub(r'is 2\d{3}$', 'is YEAR', line) for line in done.stdout.splitlines()] == OUTPUTS[name]


@pytest.mark.once
def test_every_example_is_tested_and_listed():
    folders = {path.parent.name for path in EXAMPLES.glob('*/*')}
    assert sorted(re.findall(r'\[\w+\]\((\w+)\)', (EXAMPLES / 'README.md').read_text())) == sorted(folders)
    # make, meson and microcontroller: tests/build; bytes: the README's, tests/examples/test_documents.py; objects, components, rlbox: test_NAME.py
    assert folders == {*OUTPUTS, *(name.split('/')[0] for name in OTHERS), 'hello', 'make', 'meson', 'microcontroller', 'bytes', 'objects', 'components',
                       'rlbox'}


@pytest.mark.once
@pytest.mark.parametrize('name', OUTPUTS)
def test_by_cmake(by_cmake, name):
    arguments = {'program': ['files'], 'plugins': ['./shapes.so', './painter.so', 'draw', '256', '6']}.get(name, [])
    check_output(name, subprocess.run([by_cmake / name, *arguments], cwd=with_files(by_cmake), capture_output=True, text=True, timeout=120))


@pytest.mark.parametrize('name', OUTPUTS)
def test_by_its_commands(package, name, tmp_path, cc):
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    source, = with_files(tmp_path / name).glob('host.c*')
    assert len(commands(source)) >= 2
    check_output(name, by_hand(source, package, cc))


# Other examples with commands in their comment, and what the last one of them prints.
OTHERS = {
    'python/codec.py': ("b'\\x08a\\x04b\\x02c\\x01d'", 'trap: out of bounds memory access', "b'\\x01g\\x01o\\x01e\\x01s\\x01 \\x01o\\x01n'"),
    'python/extension.c': ("b'\\x08a\\x04b\\x02c\\x01d'",),
    'python/setup.py': ("b'\\x08a\\x04b\\x02c\\x01d'",),
    'go/codec.go': ('[8 97 4 98 2 99 1 100] <nil>', '[] out of bounds memory access', '[1 103 1 111 1 101 1 115 1 32 1 111 1 110] <nil>',
                    "Go's own fault: runtime error: invalid memory address or nil pointer dereference"),
    'gdb/queue.c': ('Breakpoint 1, f_longest (self=0xADDRESS, p0=70264) at queue.c:25', '25\t    return most;', '#0  longest (first=0xADDRESS) at queue.c:25',
                    '#1  main () at queue.c:31', 'most = 45', '{name = 0xADDRESS "Edith", state = WAITING, minutes = {0, 30}, next = 0xADDRESS}',
                    '{name = 0xADDRESS "Grace", state = WAITING, minutes = {12, 45}, next = 0x0}', '35', 'type = enum state', '#1  main () at queue.c:31',
                    '0xADDRESS "Grace"', '$1 = 30', '45'),
    'inspect/check.py': ('a program: True', 'needs from elsewhere: nothing', 'its memory: 128 KiB, bounds by guard',
                         'an overflow of its stack: overwrites data', 'the page draws these facts: True'),
    'operator/greedy.c': (
        '$ ./greedy memory', '16 blocks of a megabyte', 'status 0', '$ ./greedy --max-memory=4M memory', '4 blocks of a megabyte', 'status 0',
        '$ ./greedy --max-memory=32M memory', 'wasmelt: --max-memory: the executable was made with a limit of 16777216 bytes', 'status 2',
        '$ ./greedy --max-memory=64K memory', 'wasmelt: error: a memory begins with 131072 bytes, the host allows 65536', 'status 125',
        '$ ./greedy stack', 'wasmelt: trap: call stack exhausted', 'status 134',
        '$ ./greedy --timeout=0.2 time', 'wasmelt: the program has run as long as --timeout allows', 'status 124',
        '$ ./greedy --fuel=1000000 time', 'wasmelt: the program has used as much fuel as --fuel allows', 'status 124',
        '$ sh -c ulimit -v 1000000 && exec ./greedy memory', 'wasmelt: error: no linear memory: address space is limited to 976 MiB (ulimit -v), and '
        'this one reserves 6 GiB; --bounds=explicit reserves less', 'status 125'),
}


@pytest.mark.parametrize('name', OTHERS)
def test_others(package, name, tmp_path, cc):
    for folder, program in ('go', 'go'), ('gdb', 'gdb'):
        if name.startswith(f'{folder}/') and not shutil.which(program):
            pytest.skip(f'{program} is not installed')
    if name in ('python/extension.c', 'python/setup.py') and subprocess.run(['pkg-config', '--exists', 'python3']).returncode != 0:
        pytest.skip("Python's headers are not installed")
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    env = {**package, 'PATH': f'/usr/bin:{package["PATH"]}', 'GOCACHE': str(tmp_path / 'cache'), 'GOFLAGS': '-mod=mod', 'GO111MODULE': 'off',
           'PIP_ROOT_USER_ACTION': 'ignore'}
    source = tmp_path / name
    assert len(commands(source)) > 2
    lines = by_hand(source, env, cc).stdout.splitlines()
    if name.startswith('gdb/'):  # but what it says of threads and processes, and frames of the guest's C library; addresses are the compiler's
        lines = [re.sub('0x[0-9a-f]{2,}', '0xADDRESS', line.replace(f'{source.parent}/', '')) for line in lines
                 if not re.match(r'$|\[|Using host|Breakpoint 1 at|#[2-9]', line)]
    assert lines == list(OTHERS[name])


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
