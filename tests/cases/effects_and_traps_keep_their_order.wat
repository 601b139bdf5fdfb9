;; call divide_then_load i32:0 -> trap "integer divide by zero"
;; call store_then_divide i32:0 -> trap "integer divide by zero"
;; read 0 "\x01"
;; call divide_then_store i32:0 -> trap "integer divide by zero"
;; read 0 "\x01"
;; call log_then_trap -> trap "unreachable"
;; log 1 2
;; call trap_between -> trap "invalid conversion to integer"
;; log 1
;; call order -> i32:4321
;; log 1 2 3 4
;; call address_first i32:0 -> trap "integer divide by zero"
;; log
;; call overflow_then_invalid -> trap "integer overflow"
;; call invalid_then_overflow -> trap "invalid conversion to integer"
;; call remainder_then_grow i32:0 -> trap "integer divide by zero"
;; call size -> i32:1
(module
  (import "host" "log" (func $log (param i32)))
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "divide_then_load") (param i32) (result i32)
    (i32.add (i32.div_u (i32.const 1) (local.get 0)) (i32.load (i32.const -1))))
  (func (export "store_then_divide") (param i32) (result i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "divide_then_store") (param i32) (result i32)
    (i32.div_s (i32.const 1) (local.get 0))
    (i32.store8 (i32.const 0) (i32.const 2)))
  (func (export "log_then_trap") (result i32)
    (call $log (i32.const 1))
    (call $log (i32.const 2))
    (i32.add (i32.const 1) (unreachable)))
  (func (export "trap_between") (result i32)
    (call $log (i32.const 1))
    (drop (i32.trunc_f32_s (f32.const nan)))
    (call $log (i32.const 2))
    (i32.const 0))
  (func $digit (param $k i32) (param $weight i32) (result i32)
    (call $log (local.get $k))
    (i32.mul (local.get $k) (local.get $weight)))
  (func (export "order") (result i32)
    (i32.add
      (i32.add (call $digit (i32.const 1) (i32.const 1)) (call $digit (i32.const 2) (i32.const 10)))
      (i32.add (call $digit (i32.const 3) (i32.const 100)) (call $digit (i32.const 4) (i32.const 1000)))))
  (func (export "address_first") (param i32) (result i32)
    (i32.store (i32.rem_u (i32.const 1) (local.get 0)) (call $twice (i32.const 4)))
    (i32.const 0))
  (func (export "overflow_then_invalid") (result i32)
    (i32.add (i32.div_s (i32.const 0x80000000) (i32.const -1)) (i32.trunc_f64_s (f64.const nan))))
  (func (export "invalid_then_overflow") (result i32)
    (i32.add (i32.trunc_f64_s (f64.const nan)) (i32.div_s (i32.const 0x80000000) (i32.const -1))))
  (func (export "remainder_then_grow") (param i32) (result i32)
    (i32.sub (i32.rem_s (i32.const 1) (local.get 0)) (memory.grow (i32.const 1))))
  (func (export "size") (result i32) (memory.size)))
