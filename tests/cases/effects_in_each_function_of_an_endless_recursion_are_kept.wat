;; call three -> trap "call stack exhausted"
;; read 0 "\x01\x02\x03"
;; call shared -> trap "call stack exhausted"
;; read 8 "\x01\x02\x03"
;; call looping -> trap "call stack exhausted"
;; read 16 "\x01\x02\x03"
;; call by_another -> trap "call stack exhausted"
;; read 24 "\x01\x02\x03"
;; Compilers may see that none of these functions ends, if none of a cycle seems to.
(module
  (memory (export "memory") 1)
  (func $three (export "three")
    (i32.store8 (i32.const 0) (i32.const 1))
    (call $three2))
  (func $three2
    (i32.store8 (i32.const 1) (i32.const 2))
    (call $three3))
  (func $three3
    (i32.store8 (i32.const 2) (i32.const 3))
    (call $three))

  ;; Two cycles that have a function in common.
  (func $shared (export "shared")
    (i32.store8 (i32.const 8) (i32.const 1))
    (if (i32.load8_u (i32.const 10)) (then (call $shared2)) (else (call $shared3))))
  (func $shared2
    (i32.store8 (i32.const 9) (i32.const 2))
    (call $shared))
  (func $shared3
    (i32.store8 (i32.const 10) (i32.const 3))
    (call $shared))

  ;; One of the cycle has no end at all.
  (func $looping (export "looping")
    (i32.store8 (i32.const 16) (i32.const 1))
    (call $looping2))
  (func $looping2
    (i32.store8 (i32.const 17) (i32.const 2))
    (loop $again (call $looping3) (br $again)))
  (func $looping3
    (i32.store8 (i32.const 18) (i32.const 3))
    (call $looping))

  ;; The cycle is reached through a function that is not part of it.
  (func $by_another (export "by_another")
    (i32.store8 (i32.const 24) (i32.const 1))
    (call $another2)
    (i32.store8 (i32.const 24) (i32.const 7)))
  (func $another2
    (i32.store8 (i32.const 25) (i32.const 2))
    (call $another3))
  (func $another3
    (i32.store8 (i32.const 26) (i32.const 3))
    (call $another2)))
