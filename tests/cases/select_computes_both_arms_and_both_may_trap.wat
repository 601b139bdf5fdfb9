;; call plain i32:1 -> i32:10
;; call plain i32:0 -> i32:20
;; call first_traps i32:0 -> trap "integer divide by zero"
;; call second_traps i32:1 -> trap "integer divide by zero"
;; call logs i32:0 -> i32:8
;; log 3 4
;; call float i32:1 -> f64:-0.0
;; call reference i32:0 externref:5 -> externref:5
;; call reference i32:1 externref:5 -> externref:null
(module
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (memory 1)
  (func (export "plain") (param i32) (result i32) (select (i32.const 10) (i32.const 20) (local.get 0)))
  (func (export "first_traps") (param i32) (result i32)
    (select (i32.div_u (i32.const 1) (i32.const 0)) (i32.const 2) (local.get 0)))
  (func (export "second_traps") (param i32) (result i32)
    (select (i32.const 2) (i32.rem_s (i32.const 5) (i32.const 0)) (local.get 0)))
  (func (export "logs") (param i32) (result i32)
    (select (call $twice (i32.const 3)) (call $twice (i32.const 4)) (local.get 0)))
  (func (export "float") (param i32) (result f64) (select (f64.const -0) (f64.const nan) (local.get 0)))
  (func (export "reference") (param i32 externref) (result externref)
    (select (result externref) (ref.null extern) (local.get 1) (local.get 0))))
