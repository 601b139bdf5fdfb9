;; call down i32:1000 -> i32:1000
;; call down i32:-1 -> trap "call stack exhausted"
;; call down i32:1000 -> i32:1000
;; call mutual i64:-1 -> trap "call stack exhausted"
;; call down i32:7 -> i32:7
(module
  (func $down (export "down") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (call $down (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
      (else (i32.const 0))))
  (func $mutual (export "mutual") (param i64) (result i64)
    (i64.add (call $other (local.get 0) (f64.const 1)) (i64.const 1)))
  (func $other (param i64 f64) (result i64)
    (i64.mul (call $mutual (i64.add (local.get 0) (i64.const 3))) (i64.const 3))))
