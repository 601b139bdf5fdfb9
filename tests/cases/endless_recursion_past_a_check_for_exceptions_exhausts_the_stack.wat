;; call last i32:1 -> trap "call stack exhausted"
;; call value i32:1 -> trap "call stack exhausted"
;; call around i32:1 -> trap "call stack exhausted"
;; call kept i32:1 -> trap "call stack exhausted"
;; call last i32:0 -> trap "uncaught exception"
;; Behind a call that may throw stands a test; where both of its ways lead out of the function a compiler could drop it, and
;; would have a call that could become a jump.
(module
  (memory 1)
  (tag $t)
  (func $last (export "last") (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $t)))
    (call $last (local.get 0)))
  (func $value (export "value") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (throw $t)))
    (drop (call $value (local.get 0)))
    (i32.const 0))
  (func $around (export "around") (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $t)))
    (call $around_2 (local.get 0)))
  (func $around_2 (param i32)
    (if (i32.eqz (i32.load (i32.const 8))) (then (call $around (local.get 0)))))
  (func $kept (export "kept") (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $t)))
    (call $kept (local.get 0))
    (i64.store (i32.const 8) (i64.load (i32.const 8)))))
