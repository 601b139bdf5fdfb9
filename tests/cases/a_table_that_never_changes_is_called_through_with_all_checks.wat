;; call unary i32:1 i32:5 -> i32:6
;; call unary i32:2 i32:5 -> i32:25
;; call unary i32:4 i32:5 -> i32:6
;; call unary i32:3 i32:5 -> trap "indirect call type mismatch"
;; call unary i32:0 i32:5 -> trap "uninitialized element"
;; call unary i32:5 i32:5 -> trap "uninitialized element"
;; call unary i32:6 i32:5 -> trap "undefined element"
;; call unary i32:-1 i32:5 -> trap "undefined element"
;; call only i32:3 -> i64:77
;; call only i32:1 -> trap "indirect call type mismatch"
;; call only i32:5 -> trap "uninitialized element"
;; call only i32:6 -> trap "undefined element"
;; call none i32:1 -> trap "indirect call type mismatch"
;; call none i32:7 -> trap "undefined element"
;; call constant -> i32:100
;; call many i32:4 -> trap "indirect call type mismatch"
;; call tail i32:2 i32:9 -> i32:81
;; call read i32:3 -> i32:0
;; call read i32:5 -> i32:1
(module
  (type $unary (func (param i32) (result i32)))
  (type $only (func (result i64)))
  (type $none (func (param f32)))
  (type $many (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (table $t 6 funcref)
  ;; the second segment overwrites part of the first
  (elem (table $t) (i32.const 1) func $increment $increment $seventy_seven)
  (elem (table $t) (i32.const 2) func $square $seventy_seven $increment)
  (func $increment (type $unary) (i32.add (local.get 0) (i32.const 1)))
  (func $square (type $unary) (i32.mul (local.get 0) (local.get 0)))
  (func $seventy_seven (type $only) (i64.const 77))
  (func (export "unary") (param i32 i32) (result i32) (call_indirect $t (type $unary) (local.get 1) (local.get 0)))
  (func (export "only") (param i32) (result i64) (call_indirect $t (type $only) (local.get 0)))
  (func (export "none") (param i32) (call_indirect $t (type $none) (f32.const 1) (local.get 0)))
  (func (export "constant") (result i32) (call_indirect $t (type $unary) (i32.const 10) (i32.const 2)))
  (func (export "many") (param i32) (result i32)
    (call_indirect $t (type $many) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (local.get 0)))
  (func (export "tail") (param i32 i32) (result i32)
    (return_call_indirect $t (type $unary) (local.get 1) (local.get 0)))
  (func (export "read") (param i32) (result i32) (ref.is_null (table.get $t (local.get 0)))))
