;; option --deterministic
;; ours call sum -> f64:0x7ff8000000000000
;; ours call quiet_sum -> f64:0x7ff8000000000000
;; ours call negated_sum -> f64:0xfff8000000000000
;; ours call stored -> i64:0x7ff8000000000000
;; ours call sign_of f64:1 -> f64:1
;; call loaded -> i64:0xfff0000000000001
;; call passed f32:0xffc12345 -> f32:0xffc12345
;; call negated f32:0xffc12345 -> f32:0x7fc12345
;; ours call demoted f64:0xfff8000012345678 -> i32:0x7fc00000
;; ours call promoted f32:0xffc12345 -> i64:0x7ff8000000000000
;; ours call either i32:1 f64:0xfff8000000000001 -> f64:0xfff8000000000001
;; ours call either i32:0 f64:0xfff8000000000001 -> f64:0x7ff8000000000000
;; ours call copied i32:3 -> f64:0x7ff8000000000000
;; ours call lanes -> i64:0x7fc000007fc00000
;; ours call halves -> i64:0x7ff8000000000000
;; ours call other_lanes -> i64:0x7fc000007fc00000
;; ours call selected i32:1 -> i64:0x7ff8000000000000
(module
  (memory 1)
  (data (i32.const 8) "\01\00\00\00\00\00\f0\ff\00\00\00\00\00\00\f0\7f\00\00\00\00\00\00\f0\ff")
  ;; a signalling NaN at 8, infinities at 16 and 24
  (func (export "sum") (result f64) (local $s f64) (local $i i32)
    (loop $again
      (local.set $s (f64.add (local.get $s) (f64.load (i32.add (local.get $i) (i32.const 16)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 16))))
    (local.get $s))
  (func (export "quiet_sum") (result f64) (f64.add (f64.load (i32.const 8)) (f64.const 0)))
  (func (export "negated_sum") (result f64) (local $s f64)
    (local.set $s (f64.add (f64.load (i32.const 16)) (f64.load (i32.const 24))))
    (if (f64.lt (local.get $s) (f64.const 1)) (then (unreachable)))
    (f64.neg (local.get $s)))
  (func (export "stored") (result i64)
    (f64.store (i32.const 64) (f64.mul (f64.sub (f64.load (i32.const 16)) (f64.load (i32.const 16))) (f64.const -1)))
    (i64.load (i32.const 64)))
  (func (export "sign_of") (param f64) (result f64)
    (f64.copysign (local.get 0) (f64.add (f64.load (i32.const 16)) (f64.load (i32.const 24)))))
  (func (export "loaded") (result i64)
    (f64.store (i32.const 64) (f64.load (i32.const 8)))
    (i64.load (i32.const 64)))
  (func (export "passed") (param f32) (result f32) (local.get 0))
  (func (export "negated") (param f32) (result f32) (f32.neg (local.get 0)))
  (func (export "demoted") (param f64) (result i32) (i32.reinterpret_f32 (f32.demote_f64 (local.get 0))))
  (func (export "promoted") (param f32) (result i64) (i64.reinterpret_f64 (f64.promote_f32 (local.get 0))))
  (func (export "either") (param i32 f64) (result f64) (local f64)
    (local.set 2 (f64.sqrt (f64.const -1)))
    (if (f64.lt (local.get 2) (f64.const 0)) (then (unreachable)))
    (if (local.get 0) (then (local.set 2 (local.get 1))))
    (local.get 2))
  (func (export "copied") (param i32) (result f64) (local $a f64) (local $b f64) (local $c f64)
    (local.set $a (f64.div (f64.const 0) (f64.load (i32.const 128))))
    (loop $again
      (local.set $c (local.get $b))
      (local.set $b (local.get $a))
      (local.set $a (f64.add (local.get $c) (local.get $b)))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (f64.max (local.get $b) (local.get $c))
    (f64.min (local.get $a))
    drop
    (local.get $c))
  (func (export "lanes") (result i64) (local v128)
    (local.set 0 (f32x4.sqrt (f32x4.splat (f32.const -1))))
    (local.set 0 (f32x4.add (local.get 0) (local.get 0)))
    (i64x2.extract_lane 1 (local.get 0)))
  (func (export "halves") (result i64)
    (i64x2.extract_lane 1 (f64x2.min (f64x2.splat (f64.load (i32.const 8))) (v128.const i64x2 0 0))))
  (func (export "other_lanes") (result i64) (local v128)
    (local.set 0 (f32x4.sqrt (f32x4.splat (f32.const -1))))
    (i64x2.extract_lane 0 (f64x2.add (f32x4.mul (local.get 0) (local.get 0)) (v128.const i64x2 0 0))))
  (func (export "selected") (param i32) (result i64) (local f64)
    (local.set 1 (f64.sub (f64.load (i32.const 16)) (f64.load (i32.const 16))))
    (i64.reinterpret_f64 (select (f64.add (local.get 1) (local.get 1)) (f64.const 3) (local.get 0)))))
