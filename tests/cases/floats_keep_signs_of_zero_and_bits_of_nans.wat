;; call constant32 -> i32:0x7fa12345
;; call constant64 -> i64:0xfff0000000000001
;; call through_memory i32:0x7fa00001 -> i32:0x7fa00001
;; call through_local i32:0xffa00001 -> i32:0xffa00001
;; call through_global i64:0x7ff4000000000001 -> i64:0x7ff4000000000001
;; call through_call i32:0x7fa00001 -> i32:0x7fa00001
;; call through_select i32:0x7fa00001 -> i32:0x7fa00001
;; call negate i32:0x7fa00001 -> i32:0xffa00001
;; call absolute i32:0xffa00001 -> i32:0x7fa00001
;; call sign_of i32:0x7fa00001 i32:0x80000000 -> i32:0xffa00001
;; call quiet i32:0x7fa00001 -> i32:0x00400000
;; call times_one i32:0x7fa00001 -> i32:0x00400000
;; call minus_zero i32:0x80000000 -> i32:0x80000000
;; call plus_zero i32:0x80000000 -> i32:0
;; call zero_minus i32:0 -> i32:0
;; call min f64:0.0 f64:-0.0 -> f64:-0.0
;; call min f64:-0.0 f64:0.0 -> f64:-0.0
;; call max f64:-0.0 f64:0.0 -> f64:0.0
;; call max f64:1 f64:2 -> f64:2
;; call min_is_nan f64:1 f64:nan -> i32:1
;; call min_is_nan f64:nan f64:1 -> i32:1
;; call min_is_nan f64:1 f64:2 -> i32:0
;; call nearest f64:2.5 -> f64:2
;; call nearest f64:-0.4 -> f64:-0.0
;; call nearest f64:4503599627370497.5 -> f64:4503599627370498
;; call floor f64:-0.5 -> f64:-1
;; call ceil f64:-0.5 -> f64:-0.0
;; call trunc f64:-0.9 -> f64:-0.0
;; call compare f64:nan f64:nan -> i32:0 i32:1 i32:0 i32:0
;; call compare f64:-0.0 f64:0.0 -> i32:1 i32:0 i32:0 i32:1
;; call demote f64:1e-46 -> f32:0
;; call demote f64:1e39 -> f32:inf
;; call demote_promote i32:0x7fa00001 -> i32:0x00400000
;; call not_fused f64:134217729 f64:134217729 f64:-18014398777917440 -> f64:0
;; call sqrt f64:-0.0 -> f64:-0.0
(module
  (memory 1)
  (global $g (mut f64) (f64.const 0))
  (func (export "constant32") (result i32) (i32.reinterpret_f32 (f32.const nan:0x212345)))
  (func (export "constant64") (result i64) (i64.reinterpret_f64 (f64.const -nan:0x1)))
  (func (export "through_memory") (param i32) (result i32)
    (f32.store (i32.const 0) (f32.reinterpret_i32 (local.get 0)))
    (f32.store (i32.const 4) (f32.load (i32.const 0)))
    (i32.load (i32.const 4)))
  (func (export "through_local") (param i32) (result i32) (local f32 f32)
    (local.set 1 (f32.reinterpret_i32 (local.get 0)))
    (local.set 2 (local.get 1))
    (i32.reinterpret_f32 (local.get 2)))
  (func (export "through_global") (param i64) (result i64)
    (global.set $g (f64.reinterpret_i64 (local.get 0)))
    (i64.reinterpret_f64 (global.get $g)))
  (func $same (param f32) (result f32) (local.get 0))
  (func (export "through_call") (param i32) (result i32)
    (i32.reinterpret_f32 (call $same (f32.reinterpret_i32 (local.get 0)))))
  (func (export "through_select") (param i32) (result i32)
    (i32.reinterpret_f32 (select (f32.reinterpret_i32 (local.get 0)) (f32.const 1) (local.get 0))))
  (func (export "negate") (param i32) (result i32) (i32.reinterpret_f32 (f32.neg (f32.reinterpret_i32 (local.get 0)))))
  (func (export "absolute") (param i32) (result i32) (i32.reinterpret_f32 (f32.abs (f32.reinterpret_i32 (local.get 0)))))
  (func (export "sign_of") (param i32 i32) (result i32)
    (i32.reinterpret_f32 (f32.copysign (f32.reinterpret_i32 (local.get 0)) (f32.reinterpret_i32 (local.get 1)))))
  ;; An operation gives a quiet NaN, whatever its payload.
  (func (export "quiet") (param i32) (result i32)
    (i32.and (i32.const 0x00400000)
      (i32.reinterpret_f32 (f32.add (f32.reinterpret_i32 (local.get 0)) (f32.const 1)))))
  (func (export "times_one") (param i32) (result i32)
    (i32.and (i32.const 0x00400000)
      (i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (local.get 0)) (f32.const 1)))))
  (func (export "minus_zero") (param i32) (result i32)
    (i32.reinterpret_f32 (f32.sub (f32.reinterpret_i32 (local.get 0)) (f32.const 0))))
  (func (export "plus_zero") (param i32) (result i32)
    (i32.reinterpret_f32 (f32.add (f32.reinterpret_i32 (local.get 0)) (f32.const 0))))
  (func (export "zero_minus") (param i32) (result i32)
    (i32.reinterpret_f32 (f32.sub (f32.const 0) (f32.reinterpret_i32 (local.get 0)))))
  (func (export "min") (param f64 f64) (result f64) (f64.min (local.get 0) (local.get 1)))
  (func (export "max") (param f64 f64) (result f64) (f64.max (local.get 0) (local.get 1)))
  (func (export "min_is_nan") (param f64 f64) (result i32) (local f64)
    (local.set 2 (f64.min (local.get 0) (local.get 1)))
    (f64.ne (local.get 2) (local.get 2)))
  (func (export "nearest") (param f64) (result f64) (f64.nearest (local.get 0)))
  (func (export "floor") (param f64) (result f64) (f64.floor (local.get 0)))
  (func (export "ceil") (param f64) (result f64) (f64.ceil (local.get 0)))
  (func (export "trunc") (param f64) (result f64) (f64.trunc (local.get 0)))
  (func (export "sqrt") (param f64) (result f64) (f64.sqrt (local.get 0)))
  (func (export "compare") (param f64 f64) (result i32 i32 i32 i32)
    (f64.eq (local.get 0) (local.get 1))
    (f64.ne (local.get 0) (local.get 1))
    (f64.lt (local.get 0) (local.get 1))
    (f64.ge (local.get 0) (local.get 1)))
  (func (export "demote") (param f64) (result f32) (f32.demote_f64 (local.get 0)))
  (func (export "demote_promote") (param i32) (result i32)
    (i32.and (i32.const 0x00400000)
      (i32.reinterpret_f32 (f32.demote_f64 (f64.promote_f32 (f32.reinterpret_i32 (local.get 0)))))))
  (func (export "not_fused") (param f64 f64 f64) (result f64)
    (f64.add (f64.mul (local.get 0) (local.get 1)) (local.get 2))))
