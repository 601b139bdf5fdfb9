;; call memory -> trap "call stack exhausted"
;; call through_local -> trap "call stack exhausted"
;; call global -> trap "call stack exhausted"
;; A compiler drops such stores, and then has a call that could become a jump.
(module
  (memory 1)
  (global $g (mut i32) (i32.const 7))
  (func $memory (export "memory")
    (call $memory)
    (i64.store (i32.const 8) (i64.load (i32.const 8))))
  (func $through_local (export "through_local") (local i64)
    (call $through_local)
    (local.set 0 (i64.load (i32.const 8)))
    (i64.store (i32.const 8) (local.get 0)))
  (func $global (export "global")
    (call $global)
    (global.set $g (global.get $g))))
