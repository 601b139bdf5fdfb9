;; call run i64:-1 -> trap "call stack exhausted"
;; call reached -> i32:1
;; read 0 "\x09"
(module
  (memory (export "memory") 1)
  (global $reached (mut i32) (i32.const 0))
  ;; Neither function ever returns, but what they did can be seen after the trap.
  (func $run (export "run") (param i64) (result i64)
    (global.set $reached (i32.const 1))
    (i64.add (call $other (local.get 0) (f64.const 1)) (i64.const 1)))
  (func $other (param i64 f64) (result i64)
    (i32.store8 (i32.const 0) (i32.const 9))
    (i64.mul (call $run (i64.add (local.get 0) (i64.const 3))) (i64.const 3)))
  (func (export "reached") (result i32) (global.get $reached)))
