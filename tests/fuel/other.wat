;; A module that is linked to the other one.
(module
  (import "guest" "sum" (func $sum (param i32) (result i32)))
  (func (export "twice") (param i32) (result i32) (i32.add (call $sum (local.get 0)) (call $sum (local.get 0)))))
