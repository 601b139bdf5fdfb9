;; option --strict-loads
;; call dead_local i32:1 -> trap "out of bounds memory access"
;; call overwritten -> trap "out of bounds memory access"
;; call multiplied_by_zero -> trap "out of bounds memory access"
;; call other_arm i32:1 -> trap "out of bounds memory access"
;; call other_arm i32:0 -> trap "out of bounds memory access"
;; call load_then_divide i32:0 -> trap "out of bounds memory access"
;; call load_then_unreachable -> trap "out of bounds memory access"
(module
  (memory 1)
  (func (export "dead_local") (param i32) (result i32)
    (local $x i32)
    (local.set $x (i32.load16_s (i32.const 65535)))
    (local.set $x (local.get 0))
    (local.get $x))
  (func (export "overwritten") (result f64)
    (local $x f64)
    (drop (local.tee $x (f64.load (i32.const 65536))))
    (local.set $x (f64.const 1))
    (local.get $x))
  (func (export "multiplied_by_zero") (result i32) (i32.mul (i32.load (i32.const 65536)) (i32.const 0)))
  (func (export "other_arm") (param i32) (result i32)
    (select (i32.const 2) (i32.load (i32.const 65536)) (local.get 0)))
  (func (export "load_then_divide") (param i32) (result i32)
    (i32.add (i32.load (i32.const -1)) (i32.div_u (i32.const 1) (local.get 0))))
  (func (export "load_then_unreachable") (result i32)
    (i32.load (i32.const 65536))
    unreachable))
