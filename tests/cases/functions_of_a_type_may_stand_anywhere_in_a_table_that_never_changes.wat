;; call far i32:1 -> i32:10
;; call far i32:150 -> i32:20
;; call far i32:0 -> trap "uninitialized element"
;; call far i32:2 -> trap "uninitialized element"
;; call far i32:101 -> trap "indirect call type mismatch"
;; call far i32:199 -> trap "uninitialized element"
;; call far i32:200 -> trap "undefined element"
;; call near i32:100 -> i64:30
;; call near i32:101 -> i64:40
;; call near i32:103 -> i64:30
;; call near i32:102 -> trap "uninitialized element"
;; call near i32:99 -> trap "uninitialized element"
;; call near i32:104 -> trap "uninitialized element"
;; call near i32:105 -> trap "indirect call type mismatch"
;; call near i32:1 -> trap "indirect call type mismatch"
;; call near i32:-1 -> trap "undefined element"
;; call twice i32:105 -> f32:5
;; call twice i32:106 -> f32:5
;; call twice i32:107 -> trap "uninitialized element"
;; call twice i32:150 -> trap "indirect call type mismatch"
;; call twice i32:200 -> trap "undefined element"
;; call twice_far i32:5 -> f64:6
;; call twice_far i32:180 -> f64:6
;; call twice_far i32:6 -> trap "uninitialized element"
;; call twice_far i32:1 -> trap "indirect call type mismatch"
;; call twice_far i32:4096 -> trap "undefined element"
(module
  (type $far (func (result i32)))
  (type $near (func (result i64)))
  (type $twice (func (result f32)))
  (type $twice_far (func (result f64)))
  (table $t 200 funcref)
  (elem (table $t) (i32.const 1) func $ten)
  (elem (table $t) (i32.const 150) func $twenty)
  (elem (table $t) (i32.const 100) func $thirty $forty)
  (elem (table $t) (i32.const 103) func $thirty)
  (elem (table $t) (i32.const 105) func $five $five)
  (elem (table $t) (i32.const 5) func $six)
  (elem (table $t) (i32.const 180) func $six)
  ;; fills the table enough to be worth an array of constants
  (elem (table $t) (i32.const 20) func $void $void $void $void $void $void $void $void $void $void $void $void $void $void
    $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void
    $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void
    $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void $void)
  (func $void)
  (func $ten (type $far) (i32.const 10))
  (func $twenty (type $far) (i32.const 20))
  (func $thirty (type $near) (i64.const 30))
  (func $forty (type $near) (i64.const 40))
  (func $five (type $twice) (f32.const 5))
  (func $six (type $twice_far) (f64.const 6))
  (func (export "far") (param i32) (result i32) (call_indirect $t (type $far) (local.get 0)))
  (func (export "near") (param i32) (result i64) (call_indirect $t (type $near) (local.get 0)))
  (func (export "twice") (param i32) (result f32) (call_indirect $t (type $twice) (local.get 0)))
  (func (export "twice_far") (param i32) (result f64) (call_indirect $t (type $twice_far) (local.get 0))))
