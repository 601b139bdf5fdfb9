;; call init i32:1 -> i32:2
;; call start -> i32:3
;; call fini -> i32:4
;; call data0 -> i32:120
;; call type0 -> i32:6
;; call table0 i32:0 -> i32:3
;; call f_start -> i32:7
(module
  (memory 1)
  (table 2 funcref)
  (type $nullary (func (result i32)))
  (data (i32.const 0) "x")
  (elem (i32.const 0) $start $fini)
  (func (export "init") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $start (export "start") (type $nullary) (i32.const 3))
  (func $fini (export "fini") (type $nullary) (i32.const 4))
  (func (export "data0") (result i32) (i32.load8_u (i32.const 0)))
  (func (export "type0") (result i32) (i32.const 6))
  (func (export "table0") (param i32) (result i32) (call_indirect (type $nullary) (local.get 0)))
  (func (export "f_start") (result i32) (i32.const 7))
  (func $begin)
  (start $begin))
