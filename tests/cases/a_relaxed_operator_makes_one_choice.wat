;; A relaxed operator makes one choice for constants and for what only a run knows.
(module (global $n (mut v128) (v128.const f32x4 nan nan nan nan)) (global $b (mut v128) (v128.const f32x4 3e9 3e9 -3e9 inf)) (global $d (mut v128) (v128.const f64x2 nan 1e300)) (global $m (mut v128) (v128.const f32x4 nan -0 0 1)) (global $o (mut v128) (v128.const f32x4 1 0 -0 nan)) (global $s (mut v128) (v128.const i8x16 16 17 31 32 127 128 129 143 144 200 255 0 1 2 3 4))
 (func $same (param v128 v128) (result i32) (i8x16.all_true (i8x16.eq (local.get 0) (local.get 1))))
 (func (export "truncnan") (result i32) (call $same (i32x4.relaxed_trunc_f32x4_s (v128.const f32x4 nan nan nan nan)) (i32x4.relaxed_trunc_f32x4_s (global.get $n))))
 (func (export "truncbig") (result i32) (call $same (i32x4.relaxed_trunc_f32x4_s (v128.const f32x4 3e9 3e9 -3e9 inf)) (i32x4.relaxed_trunc_f32x4_s (global.get $b))))
 (func (export "truncu") (result i32) (call $same (i32x4.relaxed_trunc_f32x4_u (v128.const f32x4 nan nan nan nan)) (i32x4.relaxed_trunc_f32x4_u (global.get $n))))
 (func (export "truncubig") (result i32) (call $same (i32x4.relaxed_trunc_f32x4_u (v128.const f32x4 3e9 3e9 -3e9 inf)) (i32x4.relaxed_trunc_f32x4_u (global.get $b))))
 (func (export "dtrunc") (result i32) (call $same (i32x4.relaxed_trunc_f64x2_s_zero (v128.const f64x2 nan 1e300)) (i32x4.relaxed_trunc_f64x2_s_zero (global.get $d))))
 (func (export "dtruncu") (result i32) (call $same (i32x4.relaxed_trunc_f64x2_u_zero (v128.const f64x2 nan 1e300)) (i32x4.relaxed_trunc_f64x2_u_zero (global.get $d))))
 (func (export "min") (result i32) (call $same (f32x4.relaxed_min (v128.const f32x4 nan -0 0 1) (v128.const f32x4 1 0 -0 nan)) (f32x4.relaxed_min (global.get $m) (global.get $o))))
 (func (export "max") (result i32) (call $same (f32x4.relaxed_max (v128.const f32x4 nan -0 0 1) (v128.const f32x4 1 0 -0 nan)) (f32x4.relaxed_max (global.get $m) (global.get $o))))
 (func (export "swz") (result i32) (call $same (i8x16.relaxed_swizzle (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16) (v128.const i8x16 16 17 31 32 127 128 129 143 144 200 255 0 1 2 3 4)) (i8x16.relaxed_swizzle (v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16) (global.get $s))))
 (func (export "sel") (result i32) (call $same (i8x16.relaxed_laneselect (v128.const i64x2 -1 -1) (v128.const i64x2 0 0) (v128.const i8x16 16 17 31 32 127 128 129 143 144 200 255 0 1 2 3 4)) (i8x16.relaxed_laneselect (v128.const i64x2 -1 -1) (v128.const i64x2 0 0) (global.get $s))))
)
;; call truncnan -> i32:1
;; call truncbig -> i32:1
;; call truncu -> i32:1
;; call truncubig -> i32:1
;; call dtrunc -> i32:1
;; call dtruncu -> i32:1
;; call min -> i32:1
;; call max -> i32:1
;; call swz -> i32:1
;; call sel -> i32:1
