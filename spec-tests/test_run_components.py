"""The runner of the component model's scripts: what is right is counted, what is not is reported, values of all kinds are passed and compared."""
import pathlib
import subprocess
import sys

import pytest

pytestmark = pytest.mark.once  # about the runner of scripts, not about what it compiles

RUNNER = pathlib.Path(__file__).resolve().parent / 'run_components.py'

ECHO = r'''
(component definition $Echo
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 256))
    (func (export "first") (param i32 i32) (result i32) (i32.load (local.get 0)))
    (func (export "case") (param i32 i64) (result i64) (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1)))
    (func (export "text") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
    (func (export "fail") unreachable))
  (core instance $i (instantiate $m))
  (type $v (variant (case "none") (case "some-number" u64)))
  (export $v' "v" (type $v))
  (func (export "first") (param "l" (list u32)) (result u32)
    (canon lift (core func $i "first") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (func (export "case") (param "v" $v') (result u64) (canon lift (core func $i "case")))
  (func (export "text") (param "s" string) (result string)
    (canon lift (core func $i "text") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (func (export "fail") (canon lift (core func $i "fail"))))
(component instance $a $Echo)
(assert_return (invoke "first" (list.const (u32.const 7) (u32.const 8))) (u32.const 7))
(assert_return (invoke "case" (variant.const "some-number" (u64.const 5))) (u64.const 6))
(assert_return (invoke "text" (str.const "h\\c3\\a9")) (str.const "h\\c3\\a9"))
(component instance $b $Echo)
(assert_trap (invoke "fail") "unreachable")
(assert_trap (invoke "fail") "cannot enter component instance")
(assert_return (invoke $a "case" (variant.const "none")) (u64.const 0))
'''
WRONG = r'''
(component instance $c $Echo)
(assert_return (invoke "first" (list.const (u32.const 7))) (u32.const 8))
(assert_return (invoke "text" (str.const "a")) (str.const "b"))
(assert_trap (invoke "case" (variant.const "none")) "none")
(component
  (import "f" (func $f))
  (export "g" (func $f)))
(assert_return (invoke "g"))
(component (core module $m (func (export "f") (result i32) (i32.const 0))) (core instance $i (instantiate $m))
  (func (export "f") (result error-context) (canon lift (core func $i "f"))))
(assert_return (invoke "f"))
'''


def run(folder, wasmelt, text):
    (folder / 'script.wast').write_text(text)
    return subprocess.run([sys.executable, RUNNER, folder, '--list', '--wasmelt', wasmelt], capture_output=True, text=True)


def test_what_a_script_asserts_is_counted(tmp_path, wasmelt):
    done = run(tmp_path, wasmelt, ECHO)
    assert (done.returncode, done.stdout.splitlines()) == (0, ['assert_return: 4 right', 'assert_trap: 2 right']), done.stderr


def test_what_is_wrong_is_listed_and_what_was_not_run_is_counted_apart(tmp_path, wasmelt):
    done = run(tmp_path, wasmelt, ECHO + WRONG)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-6:] == ['assert_return: 1 not run', 'assert_return: 1 not supported', 'assert_return: 4 right', 'assert_return: 2 wrong',
                                             'assert_trap: 2 right', 'assert_trap: 1 wrong']
    assert done.stdout.count('wrong: other value') == 2 and 'assert_trap: wrong: returned' in done.stdout
