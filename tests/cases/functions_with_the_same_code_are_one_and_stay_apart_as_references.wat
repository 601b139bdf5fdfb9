;; call direct -> i32:1111
;; call by_table i32:0 -> i32:11
;; call by_table i32:1 -> i32:11
;; call by_table i32:2 -> i32:12
;; call by_reference i32:0 -> i32:1
;; call by_reference i32:1 -> i32:1
;; call down i32:100000 -> i32:7
;; call up i32:100000 -> i32:7
;; call first i32:3 -> i32:4
;; call second i32:3 -> i32:4
;; call other_type i64:3 -> i64:4
;; call endless -> trap "call stack exhausted"
;; call down i32:10 -> i32:7
(module
  ;; Their code is emitted once; each call still does what it says, and each reference is its function's own.
  (type $made (func (result i32)))
  (table 3 3 funcref)
  (elem (i32.const 0) $eleven $also_eleven $twelve)
  (func $eleven (result i32) (i32.const 11))
  (func $twelve (result i32) (i32.const 12))
  (func $also_eleven (result i32) (i32.const 11))
  (func (export "direct") (result i32)
    (i32.add (i32.mul (call $also_eleven) (i32.const 100)) (call $eleven)))
  (func (export "by_table") (param i32) (result i32) (call_indirect (type $made) (local.get 0)))

  (table $references 2 2 funcref)
  (func (export "by_reference") (param i32) (result i32)
    (table.set $references (i32.const 0) (ref.func $eleven))
    (table.set $references (i32.const 1) (ref.func $also_eleven))
    (i32.eqz (ref.is_null (table.get $references (local.get 0)))))

  ;; tail calls: to itself, and to what is the same
  (func $down (export "down") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $down (i32.sub (local.get 0) (i32.const 1))))
  (func $up (export "up") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call $down (i32.sub (local.get 0) (i32.const 1))))

  (func (export "first") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "second") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "other_type") (param i64) (result i64) (i64.add (local.get 0) (i64.const 1)))

  ;; endless only because both are the same: $b calls $a, whose code is that of $b
  (func $a (call $b))
  (func $b (export "endless") (call $b)))
