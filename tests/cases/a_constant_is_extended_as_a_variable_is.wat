;; Sign extension, narrowing and what is printed as signed, of constants at the edges; beside each the same of a parameter.
(module
  (func (export "i32.extend8_s") (result i32) (i32.extend8_s (i32.const 0x180)))
  (func (export "i32.extend16_s") (result i32) (i32.extend16_s (i32.const 0x18001)))
  (func (export "i64.extend8_s") (result i64) (i64.extend8_s (i64.const 0x1_0000_0081)))
  (func (export "i64.extend16_s") (result i64) (i64.extend16_s (i64.const 0x1_0000_8001)))
  (func (export "i64.extend32_s") (result i64) (i64.extend32_s (i64.const 0x80000000)))
  (func (export "i64.extend32_s above") (result i64) (i64.extend32_s (i64.const 0x1_0000_0001)))
  (func (export "i64.extend32_s parameter") (param i64) (result i64) (i64.extend32_s (local.get 0)))
  (func (export "decides") (result i32) (i64.lt_s (i64.extend32_s (i64.const 0xfffffffe)) (i64.const 0)))
  (func (export "adds") (param i64) (result i64) (i64.add (local.get 0) (i64.extend32_s (i64.const 0xffffffff))))
  (func (export "i64.extend_i32_s") (result i64) (i64.extend_i32_s (i32.const 0x80000000)))
  (func (export "i64.extend_i32_u") (result i64) (i64.extend_i32_u (i32.const 0x80000000)))
  (func (export "i32.wrap_i64") (result i32) (i32.wrap_i64 (i64.const 0x1_8000_0000)))
  (func (export "i32.shr_s") (result i32) (i32.shr_s (i32.const 0x80000000) (i32.const 33)))
  (func (export "i64.shr_s") (result i64) (i64.shr_s (i64.const 0x8000_0000_0000_0000) (i64.const 65)))
  (func (export "f64.convert_i32_s") (result f64) (f64.convert_i32_s (i32.const 0x80000000)))
  (func (export "f64.convert_i32_u") (result f64) (f64.convert_i32_u (i32.const 0x80000000)))
  (func (export "f64.convert_i64_s") (result f64) (f64.convert_i64_s (i64.const 0x8000_0000_0000_0000)))
  (func (export "f32.convert_i64_u") (result f32) (f32.convert_i64_u (i64.const 0x8000_0000_0000_0000))))
;; call i32.extend8_s -> i32:-128
;; call i32.extend16_s -> i32:-32767
;; call i64.extend8_s -> i64:-127
;; call i64.extend16_s -> i64:-32767
;; call i64.extend32_s -> i64:-2147483648
;; call "i64.extend32_s above" -> i64:1
;; call "i64.extend32_s parameter" i64:0x80000000 -> i64:-2147483648
;; call "i64.extend32_s parameter" i64:0x100000001 -> i64:1
;; call decides -> i32:1
;; call adds i64:5 -> i64:4
;; call i64.extend_i32_s -> i64:-2147483648
;; call i64.extend_i32_u -> i64:0x80000000
;; call i32.wrap_i64 -> i32:0x80000000
;; call i32.shr_s -> i32:0xc0000000
;; call i64.shr_s -> i64:0xc000000000000000
;; call f64.convert_i32_s -> f64:-2147483648
;; call f64.convert_i32_u -> f64:2147483648
;; call f64.convert_i64_s -> f64:-9223372036854775808
;; call f32.convert_i64_u -> f32:0x5f000000
