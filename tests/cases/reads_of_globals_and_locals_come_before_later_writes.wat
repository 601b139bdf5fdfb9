;; call global -> i32:10
;; call across_call -> i32:15
;; call local i32:3 -> i32:33
;; call tee i32:3 -> i32:72
;; call tee_twice i32:1 -> i32:111
;; call exchange i32:1 i32:2 -> i32:2 i32:1
;; call rotate i32:1 i32:2 i32:3 -> i32:2 i32:3 i32:1
;; call in_arms i32:1 -> i32:60
;; call in_arms i32:0 -> i32:50
;; call through_loop -> i32:18
(module
  (global $g (mut i32) (i32.const 5))
  (func (export "global") (result i32)
    (global.get $g)
    (global.set $g (i32.const 5))
    (i32.add (global.get $g)))
  (func $change (result i32) (global.set $g (i32.const 10)) (i32.const 0))
  (func (export "across_call") (result i32)
    (global.get $g)
    (drop (call $change))
    (i32.add (global.get $g))
    (global.set $g (i32.const 5)))
  (func (export "local") (param i32) (result i32)
    (local.get 0)
    (local.set 0 (i32.const 30))
    (i32.add (local.get 0)))
  (func (export "tee") (param i32) (result i32)
    (local.get 0)
    (local.tee 0 (i32.const 4))
    i32.mul
    (local.tee 0 (i32.const 6))
    i32.mul)
  (func (export "tee_twice") (param i32) (result i32)
    (i32.add (i32.add (local.get 0) (local.tee 0 (i32.mul (local.get 0) (i32.const 10))))
             (local.tee 0 (i32.mul (local.get 0) (i32.const 10)))))
  (func (export "exchange") (param i32 i32) (result i32 i32)
    (local.get 0)
    (local.set 0 (local.get 1))
    (local.set 1)
    (local.get 0)
    (local.get 1))
  (func (export "rotate") (param i32 i32 i32) (result i32 i32 i32)
    (local.get 1) (local.get 2) (local.get 0)
    (local.set 2) (local.set 1) (local.set 0)
    (local.get 0) (local.get 1) (local.get 2))
  (func (export "in_arms") (param i32) (result i32)
    (local $x i32)
    (local.set $x (i32.const 10))
    (local.get $x)
    (if (local.get 0)
      (then (local.set $x (i32.const 50)))
      (else (local.set $x (i32.const 40))))
    (i32.add (local.get $x)))
  (func (export "through_loop") (result i32)
    (local $x i32)
    (local.set $x (i32.const 1))
    (local.get $x)
    (loop $again
      (local.set $x (i32.add (local.get $x) (local.get $x)))
      (br_if $again (i32.lt_u (local.get $x) (i32.const 9))))
    (i32.sub (i32.const 0))
    (i32.add (local.get $x))
    (i32.add (i32.const 1))))
