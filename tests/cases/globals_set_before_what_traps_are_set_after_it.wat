;; option --strict-loads
;; call store i32:65536 -> trap "out of bounds memory access"
;; call get -> i32:1 i64:2 f32:3.5 f64:4.5
;; call vector -> i32:5
;; call load i32:65533 -> trap "out of bounds memory access"
;; call get -> i32:11 i64:12 f32:13.5 f64:14.5
;; call vector -> i32:15
;; call behind i32:65533 -> trap "out of bounds memory access"
;; call get -> i32:11 i64:12 f32:13.5 f64:14.5
;; call loop i32:65500 -> trap "out of bounds memory access"
;; call get -> i32:65536 i64:12 f32:13.5 f64:14.5
;; C compilers leave out what is set again, and set globals before or behind accesses of memory.
(module
  (memory 1)
  (global $i (mut i32) (i32.const 0))
  (global $I (mut i64) (i64.const 0))
  (global $f (mut f32) (f32.const 0))
  (global $F (mut f64) (f64.const 0))
  (global $v (mut v128) (v128.const i32x4 0 0 0 0))
  (func (export "get") (result i32 i64 f32 f64)
    (global.get $i) (global.get $I) (global.get $f) (global.get $F))
  (func (export "vector") (result i32)
    (i32x4.extract_lane 3 (global.get $v)))
  (func (export "store") (param i32)
    (global.set $i (i32.const 1))
    (global.set $I (i64.const 2))
    (global.set $f (f32.const 3.5))
    (global.set $F (f64.const 4.5))
    (global.set $v (v128.const i32x4 0 0 0 5))
    (i32.store (local.get 0) (i32.const 6))
    (global.set $i (i32.const -1))
    (global.set $I (i64.const -1))
    (global.set $f (f32.const -1))
    (global.set $F (f64.const -1))
    (global.set $v (v128.const i32x4 0 0 0 -1)))
  (func (export "load") (param i32)
    (global.set $i (i32.const 11))
    (global.set $I (i64.const 12))
    (global.set $f (f32.const 13.5))
    (global.set $F (f64.const 14.5))
    (global.set $v (v128.const i32x4 0 0 0 15))
    (local.set 0 (i32.load (local.get 0)))
    (global.set $i (local.get 0))
    (global.set $I (i64.const -1))
    (global.set $f (f32.const -1))
    (global.set $F (f64.const -1))
    (global.set $v (v128.const i32x4 0 0 0 -1)))
  (func (export "behind") (param i32) (local i32)
    (local.set 1 (i32.load (local.get 0)))
    (global.set $i (i32.const 21))
    (global.set $I (i64.extend_i32_u (local.get 1)))
    (global.set $f (f32.const 23.5))
    (global.set $F (f64.const 24.5))
    (global.set $v (v128.const i32x4 0 0 0 25)))
  (func (export "loop") (param i32)
    (loop $l
      (global.set $i (local.get 0))
      (i32.store8 (local.get 0) (i32.const 7))
      (local.set 0 (i32.add (local.get 0) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get 0) (i32.const 70000))))))
