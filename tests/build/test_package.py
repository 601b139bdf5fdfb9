"""The packages that cpack makes: their contents, where these are, and that they work from there."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support.adder import HOST, LIBRARY, PROGRAM

pytestmark = pytest.mark.once  # the files of the package

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope='module')
def packages(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp('packages')
    done = subprocess.run(['cpack', '--config', build / 'CPackConfig.cmake', '-G', 'DEB;TGZ', '-B', folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder / '_CPack_Packages')
    return {p.suffix: p for p in folder.iterdir()}


@pytest.fixture(scope='module')
def unpacked(packages, tmp_path_factory):
    """The .deb's files below a folder that is not the root."""
    folder = tmp_path_factory.mktemp('root')
    subprocess.run(['dpkg-deb', '-x', packages['.deb'], folder], check=True)
    return folder / 'usr'


def test_both_have_the_same_files(packages):
    def files(command):
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return sorted(line for line in lines if not line.endswith('/'))
    deb = [line.removeprefix('./usr/') for line in files(['sh', '-c', f'dpkg-deb --fsys-tarfile {packages[".deb"]} | tar t'])]
    tgz = [line.split('/', 1)[1] for line in files(['tar', 'tf', packages['.gz']])]
    assert deb == tgz


def test_files_are_where_they_belong(unpacked):
    for file in ('bin/wasmelt', 'include/wasmelt/wasmelt.h', 'include/wasmelt/code/core.h', 'share/man/man1/wasmelt.1', 'share/man/man3/wasmelt_rt.3',
                 'share/bash-completion/completions/wasmelt', 'share/fish/vendor_completions.d/wasmelt.fish',
                 'share/zsh/site-functions/_wasmelt', 'share/doc/wasmelt/README.md', 'share/doc/wasmelt/LICENSE',
                 'share/doc/wasmelt/docs/guide-compile.md', 'share/doc/wasmelt/examples/CMakeLists.txt'):
        assert (unpacked / file).is_file(), file
    assert list(unpacked.glob('lib*/**/libwasmelt_rt.a')) and list(unpacked.glob('lib*/**/pkgconfig/wasmelt.pc'))
    assert list(unpacked.glob('lib*/**/cmake/Wasmelt/WasmeltConfig.cmake'))
    assert not list(unpacked.glob('share/doc/wasmelt/docs/man'))
    assert not [p for p in unpacked.rglob('*') if p.suffix in ('.pyc', '.in') and p.name != 'WasmeltConfig.cmake.in']


def test_nothing_names_the_folders_of_the_build(unpacked, build):
    """Text, at least: the command knows its build folder, to be run from there."""
    for file in unpacked.rglob('*'):
        if file.is_file() and file.suffix != '.a' and file.parent.name != 'bin':
            content = file.read_bytes()
            for folder in (build, ROOT):
                assert str(folder).encode() + b'/' not in content, file


def test_links_between_the_documents_lead_somewhere(unpacked):
    folder = unpacked / 'share' / 'doc' / 'wasmelt'
    documents = list(folder.rglob('*.md'))
    assert len(documents) > 5
    broken, links = [], 0
    for document in documents:
        for target in re.findall(r'\]\(([^)\s]+)\)', document.read_text()):
            path, _, anchor = target.partition('#')
            file = document.parent / path if path else document
            if not re.match(r'[a-z]+:', target):
                links += 1
                if not file.exists() or (anchor and anchor not in anchors(file.read_text())):
                    broken.append((document.name, target))
    assert links > 50 and not broken


def anchors(text):
    """Of the headings, as GitHub makes them."""
    headings = (re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', h).lower() for h in re.findall(r'^#+ (.*)$', text, re.M))
    return {re.sub(r'[^\w\- ]', '', h).strip().replace(' ', '-') for h in headings}


def test_control_file(packages):
    control = subprocess.run(['dpkg-deb', '-f', packages['.deb']], capture_output=True, text=True, check=True).stdout
    assert re.search(r'^Package: wasmelt$', control, re.M) and re.search(r'^Depends: .*libc6', control, re.M)
    assert re.search(r'^Recommends: gcc \| clang, wabt$', control, re.M)


def test_works_where_it_was_unpacked(unpacked, compile_wasi, tmp_path):
    """In an empty folder, knowing nothing but PATH."""
    environment = {'PATH': f'{unpacked}/bin:{os.environ["PATH"]}', 'HOME': str(tmp_path)}

    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    compile_wasi(PROGRAM.replace('return 0', 'return 3'))
    done = run('wasmelt', 'program.wasm', '-v', '-O0', '-o', 'program')
    assert done.returncode == 0 and f'-I{unpacked}/include' in done.stderr and str(ROOT) not in done.stderr
    ran = run('./program', 'you')
    assert (ran.stdout, ran.returncode) == ('hello you\n', 3)
    (tmp_path / 'adder.wat').write_text(LIBRARY)
    (tmp_path / 'host.c').write_text(HOST)
    assert run('wasmelt', 'adder.wat', '--emit=lib', '-O0').returncode == 0
    pc, = unpacked.glob('lib*/**/wasmelt.pc')
    environment['PKG_CONFIG_PATH'] = str(pc.parent)
    flags = run('pkg-config', '--cflags', '--libs', 'wasmelt').stdout.split()
    done = run('cc', 'host.c', 'libadder.a', *flags, '-o', 'host')
    assert done.returncode == 0, done.stderr
    assert run('./host').stdout == '42\n'
