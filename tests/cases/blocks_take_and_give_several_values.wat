;; call block i32:3 i64:4 -> i64:4 i32:3 f32:1.5
;; call both i32:1 -> i32:11 i32:20
;; call both i32:0 -> i32:10 i32:21
;; call one_armed i32:1 i32:5 -> i32:6
;; call one_armed i32:0 i32:5 -> i32:5
;; call out_of_depth i32:0 -> i32:1 i32:2
;; call out_of_depth i32:1 -> i32:8 i32:9
;; call host i32:7 -> i32:8 i64:0x700000000
;; call dropped i32:7 -> i64:0x700000000
;; call many -> i32:1 i64:2 f32:3.0 f64:4.0 i32:5 i64:6
(module
  (import "host" "pair" (func $pair (param i32) (result i32 i64)))
  (func (export "block") (param i32 i64) (result i64 i32 f32)
    (local $a i32) (local $b i64)
    (local.get 0) (local.get 1)
    (block (param i32 i64) (result i64 i32 f32)
      (local.set $b) (local.set $a)
      (local.get $b) (local.get $a) (f32.const 1.5)
      (br 0)))
  (func (export "both") (param i32) (result i32 i32)
    (i32.const 10) (i32.const 20)
    (if (param i32 i32) (result i32 i32) (local.get 0)
      (then (call $bump_first))
      (else (i32.add (i32.const 1)))))
  (func $bump_first (param i32 i32) (result i32 i32) (i32.add (local.get 0) (i32.const 1)) (local.get 1))
  (func (export "one_armed") (param i32 i32) (result i32)
    (local.get 1)
    (if (param i32) (result i32) (local.get 0) (then (i32.add (i32.const 1)))))
  (func (export "out_of_depth") (param i32) (result i32 i32)
    (block $out (result i32 i32)
      (i32.const 100)
      (block (result i32 i32)
        (i32.const 8) (i32.const 9)
        (br_if $out (local.get 0))
        (drop) (drop)
        (i32.const 1) (i32.const 2))
      (br $out)))
  (func (export "host") (param i32) (result i32 i64) (call $pair (local.get 0)))
  (func (export "dropped") (param i32) (result i64) (local $keep i64)
    (call $pair (local.get 0)) (local.set $keep) (drop) (local.get $keep))
  (func $six (result i32 i64 f32 f64 i32 i64)
    (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4) (i32.const 5) (i64.const 6))
  (func (export "many") (result i32 i64 f32 f64 i32 i64) (return (call $six))))
