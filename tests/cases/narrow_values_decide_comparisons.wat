;; Compilers warn of comparisons that the types of their operands decide, or that compare something with itself.
;; call byte_below i32:255 -> i32:1
;; call byte_above i32:127 -> i32:0
;; call byte_equal i32:128 -> i32:0
;; call byte_equals_least i32:128 -> i32:1
;; call short_at_most i64:65535 -> i32:1
;; call word_unsigned i32:-1 -> i32:0
;; call word_unsigned_greatest i32:-1 -> i32:1
;; call word_signed i32:-2147483648 -> i32:1
;; call through_wrap i64:128 -> i32:1
;; call byte_unsigned i32:127 -> i32:0
;; call byte_unsigned i32:128 -> i32:1
;; call truth_above i32:3 i32:3 -> i32:0
;; call truth_equal i32:3 i32:3 -> i32:1
;; call truth_negative i32:3 i32:4 -> i32:0
;; call null_is -> i32:1
;; call global_itself -> i32:1
;; call sum_itself i32:1 i32:2 -> i32:0
;; call quotient_itself i32:1 i32:0 -> trap "integer divide by zero"
;; call quotient_itself i32:1 i32:1 -> i32:1
(module
  (global $g (mut i64) (i64.const 5))
  (func (export "byte_below") (param i32) (result i32)
    (i32.lt_s (i32.extend8_s (local.get 0)) (i32.const 128)))
  (func (export "byte_above") (param i32) (result i32)
    (i32.gt_s (i32.extend8_s (local.get 0)) (i32.const 127)))
  (func (export "byte_equal") (param i32) (result i32)
    (i32.eq (i32.extend8_s (local.get 0)) (i32.const 128)))
  (func (export "byte_equals_least") (param i32) (result i32)
    (i32.eq (i32.extend8_s (local.get 0)) (i32.const -128)))
  (func (export "short_at_most") (param i64) (result i32)
    (i64.le_s (i64.const -32768) (i64.extend16_s (local.get 0))))
  (func (export "word_unsigned") (param i32) (result i32)
    (i64.gt_u (i64.extend_i32_u (local.get 0)) (i64.const 4294967295)))
  (func (export "word_unsigned_greatest") (param i32) (result i32)
    (i64.ge_u (i64.extend_i32_u (local.get 0)) (i64.const 4294967295)))
  (func (export "word_signed") (param i32) (result i32)
    (i64.ge_s (i64.extend_i32_s (local.get 0)) (i64.const -2147483648)))
  (func (export "through_wrap") (param i64) (result i32)
    (i32.lt_s (i32.wrap_i64 (i64.extend8_s (local.get 0))) (i32.const 200)))
  (func (export "byte_unsigned") (param i32) (result i32)
    (i32.gt_u (i32.extend8_s (local.get 0)) (i32.const 128)))
  (func (export "truth_above") (param i32 i32) (result i32)
    (i32.gt_u (i32.eq (local.get 0) (local.get 1)) (i32.const 1)))
  (func (export "truth_equal") (param i32 i32) (result i32)
    (i32.ne (i32.eq (local.get 0) (local.get 1)) (i32.const 5)))
  (func (export "truth_negative") (param i32 i32) (result i32)
    (i32.lt_s (f64.eq (f64.convert_i32_s (local.get 0)) (f64.convert_i32_s (local.get 1))) (i32.const 0)))
  (func (export "null_is") (result i32) (local externref)
    (i32.le_u (ref.is_null (local.get 0)) (i32.const 1)))
  (func (export "global_itself") (result i32)
    (i64.ge_u (global.get $g) (global.get $g)))
  (func (export "sum_itself") (param i32 i32) (result i32)
    (i32.ne (i32.add (local.get 0) (local.get 1)) (i32.add (local.get 0) (local.get 1))))
  (func (export "quotient_itself") (param i32 i32) (result i32)
    (i32.eq (i32.div_u (local.get 0) (local.get 1)) (i32.div_u (local.get 0) (local.get 1)))))
