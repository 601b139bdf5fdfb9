;; call run i32:0 -> i64:0
;; call run i32:-1 -> trap "call stack exhausted"
;; call run i32:1 -> i64:5
(module
  (memory (export "memory") 1)
  (func $run (export "run") (param i32) (result i64)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64)
    (if (i32.eqz (local.get 0)) (then (return (i64.const 0))))
    (local.set $a (i64.load (i32.const 0)))
    (local.set $b (i64.load (i32.const 8)))
    (i64.store (i32.const 0) (i64.const 1))
    (local.set $c (call $run (i32.sub (local.get 0) (i32.const 1))))
    (i64.store (i32.const 8) (i64.const 1))
    (i64.add (i64.add (local.get $a) (local.get $b)) (i64.add (local.get $c) (i64.const 4)))))
