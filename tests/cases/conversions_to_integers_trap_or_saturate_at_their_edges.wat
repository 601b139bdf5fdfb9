;; call s32 f64:2147483647.9 -> i32:0x7fffffff
;; call s32 f64:2147483648 -> trap "integer overflow"
;; call s32 f64:-2147483648.9 -> i32:0x80000000
;; call s32 f64:-2147483649 -> trap "integer overflow"
;; call s32 f64:nan -> trap "invalid conversion to integer"
;; call s32 f64:inf -> trap "integer overflow"
;; call u32 f64:-0.9 -> i32:0
;; call u32 f64:-1 -> trap "integer overflow"
;; call u32 f64:4294967295.9 -> i32:-1
;; call u32 f64:4294967296 -> trap "integer overflow"
;; call s32f f32:2147483520 -> i32:2147483520
;; call s32f f32:2147483648 -> trap "integer overflow"
;; call s32f f32:-2147483648 -> i32:0x80000000
;; call s32f f32:-2147483904 -> trap "integer overflow"
;; call s64 f64:9223372036854774784 -> i64:9223372036854774784
;; call s64 f64:9223372036854775808 -> trap "integer overflow"
;; call s64 f64:-9223372036854775808 -> i64:0x8000000000000000
;; call u64 f64:18446744073709549568 -> i64:18446744073709549568
;; call u64 f64:18446744073709551616 -> trap "integer overflow"
;; call u64 f64:9223372036854775808 -> i64:0x8000000000000000
;; call sat_s32 f64:1e300 -> i32:0x7fffffff
;; call sat_s32 f64:-1e300 -> i32:0x80000000
;; call sat_s32 f64:nan -> i32:0
;; call sat_s32 f64:-1.9 -> i32:-1
;; call sat_u32 f64:-5 -> i32:0
;; call sat_u32 f64:inf -> i32:-1
;; call sat_u32 f64:4294967295.5 -> i32:-1
;; call sat_s64 f32:inf -> i64:0x7fffffffffffffff
;; call sat_s64 f32:-inf -> i64:0x8000000000000000
;; call sat_u64 f32:nan -> i64:0
;; call sat_u64 f32:-1 -> i64:0
;; call sat_u64 f32:1e30 -> i64:-1
;; call from_u64 i64:-1 -> f32:18446744073709551616
;; call from_u64 i64:0x8000008000000001 -> f32:0x5f000001
;; call from_s64 i64:0x7fffffffffffffff -> f64:9223372036854775808
;; call from_u32 i32:-1 -> f32:4294967296
(module
  (func (export "s32") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "u32") (param f64) (result i32) (i32.trunc_f64_u (local.get 0)))
  (func (export "s32f") (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
  (func (export "s64") (param f64) (result i64) (i64.trunc_f64_s (local.get 0)))
  (func (export "u64") (param f64) (result i64) (i64.trunc_f64_u (local.get 0)))
  (func (export "sat_s32") (param f64) (result i32) (i32.trunc_sat_f64_s (local.get 0)))
  (func (export "sat_u32") (param f64) (result i32) (i32.trunc_sat_f64_u (local.get 0)))
  (func (export "sat_s64") (param f32) (result i64) (i64.trunc_sat_f32_s (local.get 0)))
  (func (export "sat_u64") (param f32) (result i64) (i64.trunc_sat_f32_u (local.get 0)))
  (func (export "from_u64") (param i64) (result f32) (f32.convert_i64_u (local.get 0)))
  (func (export "from_s64") (param i64) (result f64) (f64.convert_i64_s (local.get 0)))
  (func (export "from_u32") (param i32) (result f32) (f32.convert_i32_u (local.get 0))))
