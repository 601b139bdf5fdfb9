"""Modules as CMake targets: from an installed package and as part of the project, rebuilt only where they changed."""
import pathlib
import re
import subprocess

import pytest

from support.adder import HOST, LIBRARY, PROGRAM

pytestmark = pytest.mark.once

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path, assemble, compile_wasi, monkeypatch):
    """project(HOW): a project with a library module, a program module and a host; HOW finds Wasmelt. The compiler cache knows its files again
    in another folder, which debug information may name."""
    monkeypatch.setenv('CCACHE_BASEDIR', str(tmp_path))
    monkeypatch.setenv('CCACHE_NOHASHDIR', '1')
    assemble(LIBRARY, 'adder')
    compile_wasi(PROGRAM)
    (tmp_path / 'host.c').write_text(HOST)

    def make(how):
        (tmp_path / 'CMakeLists.txt').write_text(f'''
cmake_minimum_required(VERSION 3.25)
project(user C)
{how}
wasmelt_add_library(adder adder.wasm)
add_executable(host host.c)
target_link_libraries(host PRIVATE adder)
wasmelt_add_executable(program program.wasm SPLIT 2)
''')
        return tmp_path
    return make


def configure(folder, *args, generator='Ninja'):
    subprocess.run(['cmake', '-S', folder, '-B', folder / 'out', '-G', generator, *args], check=True, stdout=subprocess.DEVNULL)


def build(folder):
    done = subprocess.run(['cmake', '--build', folder / 'out', '--verbose'], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_installed_package(installed, project):
    folder = project('find_package(Wasmelt REQUIRED)')
    configure(folder, f'-DCMAKE_PREFIX_PATH={installed}')
    build(folder)
    assert output(folder / 'out' / 'host') == '42\n'
    assert output(folder / 'out' / 'program', 'runs') == 'hello runs\n'


@pytest.mark.parametrize('how', [
    f'add_subdirectory({ROOT} wasmelt)',
    # With the folder and the build type of the other, so that the compiler cache has what that compiled.
    f'include(FetchContent)\nFetchContent_Declare(Wasmelt SOURCE_DIR {ROOT} BINARY_DIR ${{CMAKE_BINARY_DIR}}/wasmelt)\nFetchContent_MakeAvailable(Wasmelt)',
], ids=['add_subdirectory', 'FetchContent'])
def test_as_part_of_the_project(project, how):
    folder = project(how)
    configure(folder)
    assert '-Werror' not in build(folder)  # other compilers warn of other things
    assert output(folder / 'out' / 'host') == '42\n'


@pytest.mark.parametrize('how', ['find_package(Wasmelt REQUIRED)', f'add_subdirectory({ROOT} wasmelt)'], ids=['installed', 'add_subdirectory'])
def test_in_a_project_of_another_language_that_unites_its_files(installed, project, tmp_path, how):
    folder = project(how)
    lists = (folder / 'CMakeLists.txt').read_text().replace('project(user C)', 'project(user CXX)\nset(CMAKE_UNITY_BUILD ON)')
    (folder / 'CMakeLists.txt').write_text(lists.replace('host.c', 'host.cpp') + 'wasmelt_add_library(plugin adder.wasm MODULE SPLIT 3)\n')
    (folder / 'host.c').rename(folder / 'host.cpp')
    configure(folder, f'-DCMAKE_PREFIX_PATH={installed}')
    build(folder)
    assert output(folder / 'out' / 'host') == '42\n'
    assert output(folder / 'out' / 'program', 'runs') == 'hello runs\n'
    assert (folder / 'out' / 'plugin.so').exists()


def test_debug_builds_know_the_source(installed, project, tmp_path, monkeypatch):
    monkeypatch.setenv('CCACHE_DISABLE', '1')  # what lines it prints depends on the folder
    folder = project('find_package(Wasmelt REQUIRED)')
    (tmp_path / 'program.c').write_text('int main(int argc, char **argv) {\n    return 100 / (argc - 1);\n}\n')
    subprocess.run(['clang', '--target=wasm32-wasi', '-g', 'program.c', '-o', 'program.wasm'], cwd=tmp_path, check=True)
    for build_type in ('Debug', 'RelWithDebInfo'):
        configure(folder, f'-DCMAKE_PREFIX_PATH={installed}', f'-DCMAKE_BUILD_TYPE={build_type}')
        build(folder)
        lines = subprocess.run([folder / 'out' / 'program'], capture_output=True, text=True).stderr.splitlines()
        assert lines[:2] == ['wasmelt: trap: integer divide by zero', f'   0: main at {tmp_path}/program.c:2']
        c_files = set(re.findall(r'^#line \d+ "(.*program_\d\.c)"', (folder / 'out/program.wasmelt/program_1.c').read_text(), re.M))
        assert c_files == {f'{folder}/out/program.wasmelt/program_1.c'}
        script, = installed.glob('share/gdb/auto-load/wasmelt/wasmelt-gdb.py')
        assert str(script) in output('readelf', '-p', '.debug_gdb_scripts', folder / 'out' / 'program')


@pytest.mark.parametrize('build_type, given, level, leaves_out', [
    ('Release', [], '-O2', True),  # what wasmelt itself gives, in the place of CMake's -O3
    ('Release', ['-DWASMELT_OPTIMIZE_FLAGS=-O1'], '-O1', False),
    ('Release', ['-DWASMELT_OPTIMIZE_FLAGS='], '-O3', False),
    ('MinSizeRel', [], '-Os', False),
])
def test_optimisation_follows_the_build_type(installed, project, build_type, given, level, leaves_out):
    folder = project('find_package(Wasmelt REQUIRED)')
    configure(folder, f'-DCMAKE_PREFIX_PATH={installed}', f'-DCMAKE_BUILD_TYPE={build_type}', '-DCMAKE_C_COMPILER=gcc', *given)
    command = next(line for line in build(folder).splitlines() if re.search(r' -c \S*adder\.c', line)).split()
    assert [word for word in command if word.startswith('-O')][-1] == level
    assert ('-fno-tree-pta' in command) == leaves_out


def test_targets_may_have_the_names_of_libraries(installed, project, assemble):
    """For CMake such a name is the target wherever it links. What needs the mathematical library: an executable, a plugin, a host."""
    folder = project('find_package(Wasmelt REQUIRED)')
    names = ['m', 'c', 'dl', 'pthread', 'atomic']
    rounding = LIBRARY.replace('(memory', '(func (export "down") (param f64) (result f64) (f64.floor (local.get 0))) (memory', 1)
    assemble(rounding, 'adder')
    lists = (folder / 'CMakeLists.txt').read_text() + 'wasmelt_add_library(plugin adder.wasm MODULE)\n' + ''.join(
        f'wasmelt_add_library({name} adder.wasm SHARED)\nadd_executable(host_{name} host_{name}.c)\n'
        f'target_link_libraries(host_{name} PRIVATE {name})\n' for name in names)
    for name in names:
        (folder / f'host_{name}.c').write_text(HOST.replace('adder', name))
    (folder / 'CMakeLists.txt').write_text(lists)
    configure(folder, f'-DCMAKE_PREFIX_PATH={installed}')
    build(folder)
    assert [output(folder / 'out' / name) for name in ['host', *(f'host_{name}' for name in names)]] == ['42\n'] * (len(names) + 1)
    assert output(folder / 'out' / 'program', 'runs') == 'hello runs\n'
    assert 'libm.so\n' not in output('ldd', folder / 'out' / 'plugin.so')
    assert 'SYMBOLIC' in output('readelf', '-d', folder / 'out' / f'lib{names[0]}.so')  # another library may show the same names


def test_rebuilds_what_changed(installed, project, assemble):
    folder = project('find_package(Wasmelt REQUIRED)')
    configure(folder, f'-DCMAKE_PREFIX_PATH={installed}')
    build(folder)
    assert 'no work to do' in build(folder)
    assemble(LIBRARY.replace('i32.add', 'i32.mul'), 'adder')
    again = build(folder)
    assert 'adder.c' in again and 'program_0.c.o -c' not in again
    assert output(folder / 'out' / 'host') == '440\n'
    assemble(LIBRARY.replace('i32.add', 'i32.mul'), 'adder')  # newer, but the same
    assert 'adder.c.o -c' not in build(folder)


@pytest.mark.parametrize('generator', ['Ninja', 'Unix Makefiles'])
def test_an_edit_compiles_one_file_again(installed, project, assemble, generator):
    def module(edited=None):
        functions = [f'(func $f{k} (param i32) (result i32) (i32.add (call $f{(k + 7) % 600} (local.get 0)) (i32.const {k})))' for k in range(600)]
        if edited is not None:
            functions[edited] = functions[edited].replace('(local.get 0)', '(i32.div_u (local.get 0) (i32.const 1000000))')
        assemble(f'(module (export "f" (func $f0)) {" ".join(functions)})', 'many')
    module()
    folder = project('find_package(Wasmelt REQUIRED)\nwasmelt_add_library(many many.wasm SPLIT 6)')
    configure(folder, f'-DCMAKE_PREFIX_PATH={installed}', generator=generator)
    assert len(re.findall(r' -c \S*many_\w+\.c\b', build(folder))) == 9  # those for data and very large functions too
    for edited in 0, 310, 599:
        module(edited)
        compiled = re.findall(r' -c \S*many_\w+\.c\b', build(folder))
        assert 1 <= len(compiled) <= 2, compiled  # what was edited, and what was edited before and no longer is
        assert not re.findall(r' -c |--emit=c', build(folder))
