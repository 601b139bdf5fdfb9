;; Compilers warn of conditions that have only one outcome, such as (x | 9) != 0.
;; call chosen i32:0 i32:7 -> i32:7
;; call zero i32:0 -> i32:0
;; call when i32:0 -> i32:5
;; call jumped i32:0 -> i32:3
;; call wide i64:0 -> i32:0
;; call narrowed i64:0 -> i32:5
;; call upper i64:0 -> i32:6
;; call upper i64:1 -> i32:5
;; call equal i64:0 -> i32:0
;; call divided i32:0 i32:1 -> trap "integer divide by zero"
;; call divided i32:1 i32:0 -> i32:7
;; call divided_to_zero i32:0 -> trap "integer divide by zero"
;; call divided_to_zero i32:1 -> i32:0
;; call divided_wide i64:0 -> trap "integer divide by zero"
;; call divided_wide i64:2 -> i32:5
(module
  (func (export "chosen") (param i32 i32) (result i32)
    (select (local.get 1) (i32.const 1) (i32.or (local.get 0) (i32.const 9))))
  (func (export "zero") (param i32) (result i32)
    (i32.eqz (i32.or (local.get 0) (i32.const 9))))
  (func (export "when") (param i32) (result i32)
    (if (result i32) (i32.or (i32.const 9) (local.get 0)) (then (i32.const 5)) (else (i32.const 6))))
  (func (export "jumped") (param i32) (result i32)
    (block (br_if 0 (i32.eqz (i32.or (i32.const 9) (local.get 0)))) (return (i32.const 3)))
    (i32.const 4))
  (func (export "wide") (param i64) (result i32)
    (i64.eqz (i64.or (i64.const 8) (local.get 0))))
  (func (export "narrowed") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (i64.or (local.get 0) (i64.const 9))) (then (i32.const 5)) (else (i32.const 6))))
  (func (export "upper") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (i64.or (local.get 0) (i64.const 0x100000000))) (then (i32.const 5)) (else (i32.const 6))))
  (func (export "equal") (param i64) (result i32)
    (i32.eq (i32.wrap_i64 (i64.and (local.get 0) (i64.const 9))) (i32.const 4)))
  (func (export "divided") (param i32 i32) (result i32)
    (select (i32.const 7) (i32.const 8) (i32.or (i32.const 9) (i32.div_u (local.get 1) (local.get 0)))))
  (func (export "divided_to_zero") (param i32) (result i32)
    (i32.eqz (i32.or (i32.div_s (i32.const 1) (local.get 0)) (i32.const 9))))
  (func (export "divided_wide") (param i64) (result i32)
    (if (result i32) (i32.wrap_i64 (i64.or (i64.div_s (i64.const 1) (local.get 0)) (i64.const 9))) (then (i32.const 5)) (else (i32.const 6)))))
