;; call dropped_load -> trap "out of bounds memory access"
;; call dropped_sum -> trap "out of bounds memory access"
;; call dropped_by_set -> trap "out of bounds memory access"
;; call dropped_divide i32:0 -> trap "integer divide by zero"
;; call dropped_remainder i64:0 -> trap "integer divide by zero"
;; call dropped_truncation f32:0x7fc00000 -> trap "invalid conversion to integer"
;; call left_behind i32:1 -> trap "out of bounds memory access"
;; call in_loop -> trap "out of bounds memory access"
;; call dropped_table_get -> trap "out of bounds table access"
;; call dropped_byte -> trap "out of bounds memory access"
;; call tested -> trap "out of bounds memory access"
(module
  (memory 1)
  (table 2 funcref)
  (func (export "dropped_load") (drop (i32.load (i32.const 65536))))
  (func (export "dropped_sum") (drop (i32.add (i32.const 1) (i32.load (i32.const 65533)))))
  (func (export "dropped_by_set") (local i64) (local.set 0 (i64.load (i32.const 65529))))
  (func (export "dropped_divide") (param i32) (drop (i32.div_u (i32.const 1) (local.get 0))))
  (func (export "dropped_remainder") (param i64) (drop (i64.rem_s (i64.const 1) (local.get 0))))
  (func (export "dropped_truncation") (param f32) (drop (i64.trunc_f32_u (local.get 0))))
  (func (export "left_behind") (param i32) (result i32)
    (block (result i32)
      (i32.load (i32.const 65536))
      (i32.const 5)
      (br 0)))
  (func (export "in_loop")
    (local $k i32)
    (loop $next
      (drop (f32.load (i32.mul (local.get $k) (i32.const 4096))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $k) (i32.const 17)))))
  (func (export "dropped_table_get") (drop (table.get 0 (i32.const 2))))
  (func (export "dropped_byte") (drop (i32.load8_u offset=65535 (i32.const 1))))
  (func (export "tested") (if (i32.load (i32.const 65536)) (then))))
