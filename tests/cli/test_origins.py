"""If a module was made for JavaScript, or to be loaded by something else, wasmelt says so, and what the user can do."""
import os

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

EMSCRIPTEN = 'it is made by emscripten for JavaScript: link it again with -sSTANDALONE_WASM'
INVOKE = 'which catches its exceptions and jumps: build it again with -sSTANDALONE_WASM and -fwasm-exceptions'
DYNAMIC = 'it is a dynamic library, as emscripten makes them'
BINDGEN = 'it is made by wasm-bindgen for JavaScript: build the crate for wasm32-wasip1'
GO = 'it is made by Go for JavaScript: build it again with GOOS=wasip1'
ADDON = 'it is an addon for Node.js'
COMPONENT = 'it is part of a component for WASI 0.2 or newer'


def importing(*imports):
    return '(module {})'.format(' '.join(f'(import "{module}" "{name}" (func))' for module, name in imports))


@pytest.mark.parametrize('imports, said', [
    ([('env', 'emscripten_resize_heap')], EMSCRIPTEN),
    ([('env', 'emscripten_notify_memory_growth')], EMSCRIPTEN),  # of another type
    ([('wasi_snapshot_preview1', 'fd_write'), ('env', '__syscall_openat')], EMSCRIPTEN),
    ([('env', '_embind_register_void')], EMSCRIPTEN),
    ([('a', 'a'), ('a', 'b'), ('a', 'aa')], EMSCRIPTEN),
    ([('env', '_abort_js'), ('env', 'invoke_vii')], INVOKE),
    ([('env', 'emscripten_resize_heap'), ('GOT.func', 'f')], DYNAMIC),
    ([('wbg', '__wbg_log_1')], BINDGEN),
    ([('__wbindgen_placeholder__', '__wbindgen_throw')], BINDGEN),
    ([('./module_bg.js', '__wbg_log_1')], BINDGEN),
    ([('gojs', 'runtime.wasmExit')], GO),
    ([('go', 'syscall/js.valueGet')], GO),
    ([('napi', 'napi_create_object')], ADDON),
    ([('wasi:cli/stdout@0.2.0', 'get-stdout')], COMPONENT),
], ids=lambda x: '-'.join(x[-1]) if isinstance(x, list) else '')
def test_says_what_it_is(run_wasmelt, assemble, tmp_path, imports, said):
    module = assemble(importing(*imports))
    done = run_wasmelt(module, '-o', tmp_path / 'app')
    error, note = done.stderr.splitlines()
    assert done.returncode == 1 and 'an executable has no host to provide' in error
    assert note.startswith('wasmelt: note: it is ') and said in note
    assert said in run_wasmelt('inspect', module).stdout
    assert not (tmp_path / 'app').exists()


TEMP_RET = '''
(module
  (import "env" "getTempRet0" (func $get (result i32)))
  (import "env" "setTempRet0" (func $set (param i32)))
  (import "env" "emscripten_notify_memory_growth" (func $grown (param i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (call $set (i32.const 7))
    (drop (memory.grow (i32.const 1)))
    (call $grown (i32.const 0))
    (call $exit (call $get))))
'''


def test_programs_of_emscripten_have_what_they_import_besides_wasi(run_wasmelt, assemble, tmp_path):
    """What setjmp of 3.1.6 wants, and every program whose memory grows. In a library it is the host's."""
    module = assemble(TEMP_RET)
    done = run_wasmelt('run', '-O0', module, env=dict(os.environ, XDG_CACHE_HOME=str(tmp_path)))
    assert (done.returncode, done.stderr) == (7, '')
    assert 'translates it as a program' in run_wasmelt('inspect', module).stdout
    assert run_wasmelt(module, '--emit=c', '--name=m', '-o', tmp_path).returncode == 0
    assert 'getTempRet0(void *context' in (tmp_path / 'm.h').read_text()
    other = assemble(TEMP_RET.replace('(import "env" "getTempRet0"', '(import "env" "mine" (func))(import "env" "getTempRet0"'))
    done = run_wasmelt(other, '-o', tmp_path / 'app')  # nor is it called what it already is
    assert done.returncode == 1 and '"env" "mine"' in done.stderr and 'getTempRet0' not in done.stderr and 'note' not in done.stderr


@pytest.mark.parametrize('imports', [
    [('env', 'log')], [('env', 'invoke')], [('a', 'b')], [('a', 'a'), ('b', 'b')], [('a', 'a'), ('a', 'log')], [('./bg.js', 'f')],
    [('go', 'run')], [('_bg.js', 'f')],
], ids=lambda x: '-'.join('-'.join(i) for i in x))
def test_says_nothing_of_others(run_wasmelt, assemble, tmp_path, imports):
    module = assemble(importing(*imports))
    done = run_wasmelt(module, '-o', tmp_path / 'app')
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert '  it is ' not in run_wasmelt('inspect', module).stdout


def test_a_library_of_it_can_be_made(run_wasmelt, assemble, tmp_path):
    done = run_wasmelt(assemble(importing(('gojs', 'runtime.wasmExit'))), '--emit=lib', '-o', tmp_path / 'libapp.a')
    assert (done.returncode, done.stderr) == (0, '')
