"""Components as CMake targets."""
import subprocess

import pytest

from support import components

pytestmark = pytest.mark.once

ADDER = '''
(component
  (core module $m (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
  (core instance $i (instantiate $m))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add"))))
'''
HOST = '''
#include "adder.h"
#include <stdio.h>

static void call(void *instance) {
    printf("%u\\n", (unsigned)adder_add((adder *)instance, 40, 2));
}

int main(void) {
    adder *self;
    return adder_instantiate(&self, NULL) != WASMELT_OK || wasmelt_run(call, self, NULL) != WASMELT_TRAP_NONE;
}
'''


@pytest.mark.parametrize('kind', ['', 'SHARED'])
def test_a_component_is_a_library(installed, tmp_path, kind):
    components.assemble({'adder': ADDER}, tmp_path)
    (tmp_path / 'host.c').write_text(HOST)
    (tmp_path / 'CMakeLists.txt').write_text(f'''
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package(Wasmelt REQUIRED)
wasmelt_add_library(adder adder.wasm {kind})
add_executable(host host.c)
target_link_libraries(host PRIVATE adder)
''')
    subprocess.run(['cmake', '-S', tmp_path, '-B', tmp_path / 'out', f'-DCMAKE_PREFIX_PATH={installed}'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['cmake', '--build', tmp_path / 'out'], check=True, stdout=subprocess.DEVNULL)
    assert subprocess.run([tmp_path / 'out' / 'host'], capture_output=True, text=True, check=True).stdout == '42\n'
    assert (tmp_path / 'out' / ('libadder.so' if kind else 'libadder.a')).exists()
