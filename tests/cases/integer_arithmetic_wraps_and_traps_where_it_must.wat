;; call div_s i32:0x80000000 i32:-1 -> trap "integer overflow"
;; call rem_s i32:0x80000000 i32:-1 -> i32:0
;; call div_s i32:-7 i32:2 -> i32:-3
;; call rem_s i32:-7 i32:2 -> i32:-1
;; call div_s i32:1 i32:0 -> trap "integer divide by zero"
;; call div_s i32:0x80000000 i32:0 -> trap "integer divide by zero"
;; call rem_s i32:1 i32:0 -> trap "integer divide by zero"
;; call div_u i32:-1 i32:2 -> i32:0x7fffffff
;; call div_s64 i64:0x8000000000000000 i64:-1 -> trap "integer overflow"
;; call rem_s64 i64:0x8000000000000000 i64:-1 -> i64:0
;; call rem_u64 i64:-1 i64:10 -> i64:5
;; call mul i32:0x80000000 i32:-1 -> i32:0x80000000
;; call mul i32:0xffff i32:0x10001 -> i32:-1
;; call add i32:0x7fffffff i32:1 -> i32:0x80000000
;; call shl i32:1 i32:32 -> i32:1
;; call shl i32:1 i32:-1 -> i32:0x80000000
;; call shr_s i32:-8 i32:33 -> i32:-4
;; call shr_u i32:-8 i32:33 -> i32:0x7ffffffc
;; call shl64 i64:1 i64:64 -> i64:1
;; call shr_s64 i64:-8 i64:129 -> i64:-4
;; call rotl i32:0x80000001 i32:1 -> i32:3
;; call rotl i32:0x12345678 i32:0 -> i32:0x12345678
;; call rotl i32:0x12345678 i32:36 -> i32:0x23456781
;; call rotr i32:0x12345678 i32:68 -> i32:0x81234567
;; call rotl64 i64:0x8000000000000001 i64:65 -> i64:3
;; call rotr64 i64:0x1 i64:0 -> i64:1
;; call rotr64 i64:0x1 i64:1 -> i64:0x8000000000000000
;; call clz i32:0 -> i32:32
;; call clz i32:1 -> i32:31
;; call ctz i32:0 -> i32:32
;; call ctz i32:0x80000000 -> i32:31
;; call clz64 i64:0 -> i64:64
;; call ctz64 i64:0 -> i64:64
;; call popcnt64 i64:-1 -> i64:64
;; call extend8 i32:0x180 -> i32:-128
;; call extend16 i32:0x17fff -> i32:0x7fff
;; call extend32 i64:0x180000000 -> i64:-2147483648
;; call compare i32:-1 i32:1 -> i32:1 i32:0
;; call negate i32:0x80000000 -> i32:0x80000000
;; call chained i32:0x7fffffff -> i32:0
(module
  (func (export "div_s") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "rem_s") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "div_u") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "div_s64") (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
  (func (export "rem_s64") (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1)))
  (func (export "rem_u64") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
  (func (export "mul") (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "shl") (param i32 i32) (result i32) (i32.shl (local.get 0) (local.get 1)))
  (func (export "shr_s") (param i32 i32) (result i32) (i32.shr_s (local.get 0) (local.get 1)))
  (func (export "shr_u") (param i32 i32) (result i32) (i32.shr_u (local.get 0) (local.get 1)))
  (func (export "shl64") (param i64 i64) (result i64) (i64.shl (local.get 0) (local.get 1)))
  (func (export "shr_s64") (param i64 i64) (result i64) (i64.shr_s (local.get 0) (local.get 1)))
  (func (export "rotl") (param i32 i32) (result i32) (i32.rotl (local.get 0) (local.get 1)))
  (func (export "rotr") (param i32 i32) (result i32) (i32.rotr (local.get 0) (local.get 1)))
  (func (export "rotl64") (param i64 i64) (result i64) (i64.rotl (local.get 0) (local.get 1)))
  (func (export "rotr64") (param i64 i64) (result i64) (i64.rotr (local.get 0) (local.get 1)))
  (func (export "clz") (param i32) (result i32) (i32.clz (local.get 0)))
  (func (export "ctz") (param i32) (result i32) (i32.ctz (local.get 0)))
  (func (export "clz64") (param i64) (result i64) (i64.clz (local.get 0)))
  (func (export "ctz64") (param i64) (result i64) (i64.ctz (local.get 0)))
  (func (export "popcnt64") (param i64) (result i64) (i64.popcnt (local.get 0)))
  (func (export "extend8") (param i32) (result i32) (i32.extend8_s (local.get 0)))
  (func (export "extend16") (param i32) (result i32) (i32.extend16_s (local.get 0)))
  (func (export "extend32") (param i64) (result i64) (i64.extend32_s (local.get 0)))
  (func (export "compare") (param i32 i32) (result i32 i32)
    (i32.lt_s (local.get 0) (local.get 1)) (i32.lt_u (local.get 0) (local.get 1)))
  (func (export "negate") (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
  ;; Signed overflow that C would call undefined, in one expression.
  (func (export "chained") (param i32) (result i32)
    (i32.shr_s (i32.add (i32.mul (local.get 0) (i32.const 2)) (i32.const 2)) (i32.const 1))))
