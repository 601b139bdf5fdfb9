;; call locals i32:1 -> i32:12
;; call locals i32:0 -> i32:21
;; call memory i32:1 -> i32:5
;; call globals i32:1 -> i32:31
;; call the_result_is_not_assigned i32:1 -> i32:99
;; call a_trap_is_not_caught i32:1 -> trap "integer divide by zero"
;; call exhaustion_is_not_caught -> trap "call stack exhausted"
;; call after_exhaustion -> i32:4
;; call tail i32:100000 -> i32:3
;; call deep i32:10000 -> i32:10000
(module
  (memory 1)
  (global $g (mut i32) (i32.const 30))
  (tag $a (param i32))
  (func $throw (param $n i32) (result i32)
    (if (local.get $n) (then (throw $a (local.get $n))))
    (i32.const 1))

  ;; An assignment before the throw holds, one after it never happens.
  (func (export "locals") (param $n i32) (result i32)
    (local $x i32)
    (local.set $x (i32.const 10))
    (try
      (do
        (local.set $x (i32.const 12))
        (drop (call $throw (local.get $n)))
        (local.set $x (i32.const 21)))
      (catch_all))
    (local.get $x))

  (func (export "memory") (param $n i32) (result i32)
    (try
      (do
        (i32.store (i32.const 8) (i32.const 5))
        (i32.store (i32.const 8) (i32.add (call $throw (local.get $n)) (i32.const 6))))
      (catch_all))
    (i32.load (i32.const 8)))

  (func (export "globals") (param $n i32) (result i32)
    (try
      (do
        (global.set $g (i32.add (global.get $g) (i32.const 1)))
        (global.set $g (call $throw (local.get $n))))
      (catch_all))
    (global.get $g))

  (func (export "the_result_is_not_assigned") (param $n i32) (result i32)
    (local $x i32)
    (local.set $x (i32.const 99))
    (try (do (local.set $x (call $throw (local.get $n)))) (catch_all))
    (local.get $x))

  (func (export "a_trap_is_not_caught") (param $n i32) (result i32)
    (try (result i32)
      (do (i32.div_u (local.get $n) (i32.sub (call $throw (i32.const 0)) (i32.const 1))))
      (catch_all (i32.const -1))))

  (func $forever (result i32)
    (try (result i32)
      (do (i32.add (call $forever) (i32.const 1)))
      (catch_all (i32.const -1))))
  (func (export "exhaustion_is_not_caught") (result i32) (call $forever))
  (func (export "after_exhaustion") (result i32)
    (try (result i32) (do (call $throw (i32.const 4))) (catch $a)))

  ;; A tail call leaves the try, and a chain of them its caller's is still there.
  (func $count (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (throw $a (i32.const 3))))
    (return_call $count_on (i32.sub (local.get $n) (i32.const 1))))
  (func $count_on (param $n i32) (result i32)
    (try (do (return_call $count (local.get $n))) (catch_all))
    (i32.const -1))
  (func (export "tail") (param $n i32) (result i32)
    (try (result i32) (do (call $count_on (local.get $n))) (catch $a)))

  ;; Many frames are left at once.
  (func $down (param $n i32) (param $left i32) (result i32)
    (if (i32.eqz (local.get $left)) (then (throw $a (local.get $n))))
    (i32.add (call $down (local.get $n) (i32.sub (local.get $left) (i32.const 1))) (i32.const 1)))
  (func (export "deep") (param $n i32) (result i32)
    (try (result i32) (do (call $down (local.get $n) (local.get $n))) (catch $a)))
)
