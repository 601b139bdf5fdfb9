;; call unary i32:0 i32:5 -> i32:6
;; call unary i32:1 i32:5 -> i32:10
;; log 5
;; call unary i32:2 i32:5 -> trap "indirect call type mismatch"
;; call unary i32:3 i32:5 -> trap "uninitialized element"
;; call unary i32:8 i32:5 -> trap "undefined element"
;; call unary i32:-1 i32:5 -> trap "undefined element"
;; call same_shape i32:0 i32:1 -> i32:2
;; call nullary i32:2 -> i64:77
;; call set_from i32:3 i32:0 ->
;; call unary i32:3 i32:41 -> i32:42
;; call set_func ->
;; call unary i32:4 i32:7 -> i32:49
;; call arguments_first -> trap "undefined element"
;; log 1 2
;; call other_table i32:0 -> i32:101
(module
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (import "host" "log" (func $log (param i32)))
  (type $unary (func (param i32) (result i32)))
  (type $again (func (param i32) (result i32)))
  (type $nullary (func (result i64)))
  (table $t 8 funcref)
  (table $other 1 funcref)
  (elem (table $t) (i32.const 0) func $increment $twice $seventy_seven)
  (elem (table $other) (i32.const 0) func $increment)
  (elem declare func $square)
  (func $increment (type $unary) (i32.add (local.get 0) (i32.const 1)))
  (func $square (type $again) (i32.mul (local.get 0) (local.get 0)))
  (func $seventy_seven (type $nullary) (i64.const 77))
  (func (export "unary") (param i32 i32) (result i32) (call_indirect $t (type $unary) (local.get 1) (local.get 0)))
  (func (export "same_shape") (param i32 i32) (result i32) (call_indirect $t (type $again) (local.get 1) (local.get 0)))
  (func (export "nullary") (param i32) (result i64) (call_indirect $t (type $nullary) (local.get 0)))
  (func (export "set_from") (param i32 i32) (table.set $t (local.get 0) (table.get $t (local.get 1))))
  (func (export "set_func") (table.set $t (i32.const 4) (ref.func $square)))
  (func $one (result i32) (call $log (i32.const 1)) (i32.const 1))
  (func $hundred (result i32) (call $log (i32.const 2)) (i32.const 100))
  (func (export "arguments_first") (result i32) (call_indirect $t (type $unary) (call $one) (call $hundred)))
  (func (export "other_table") (param i32) (result i32)
    (call_indirect $other (type $unary) (i32.const 100) (local.get 0))))
