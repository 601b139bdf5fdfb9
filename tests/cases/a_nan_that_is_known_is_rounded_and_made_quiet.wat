;; What compilers know of NaNs is not what the machine does: they convert one to 0, or leave it signalling.
(module
  (func (export "floor") (result i32) (i32.reinterpret_f32 (f32x4.extract_lane 0 (f32x4.floor (f32x4.splat (f32.const nan))))))
  (func (export "ceil") (result i32) (i32.reinterpret_f32 (f32x4.extract_lane 1 (f32x4.ceil (f32x4.splat (f32.const nan))))))
  (func (export "trunc") (result i32) (i32.reinterpret_f32 (f32x4.extract_lane 2 (f32x4.trunc (f32x4.splat (f32.const nan))))))
  (func (export "nearest") (result i32) (i32.reinterpret_f32 (f32x4.extract_lane 3 (f32x4.nearest (f32x4.splat (f32.const nan))))))
  (func (export "large") (result i32) (i32.reinterpret_f32 (f32x4.extract_lane 0 (f32x4.trunc (f32x4.splat (f32.const 3e9))))))
  (func (export "saturates") (result i32) (i32x4.extract_lane 0 (i32x4.trunc_sat_f32x4_s (f32x4.splat (f32.const 3e9)))))

  (func (export "add") (param f32) (result i32) (i32.reinterpret_f32 (f32.add (f32.const nan:0x200000) (local.get 0))))
  (func (export "sub") (param f32) (result i32) (i32.reinterpret_f32 (f32.sub (local.get 0) (f32.const nan:0x200000))))
  (func (export "mul") (param f64) (result i64) (i64.reinterpret_f64 (f64.mul (f64.const nan:0x4000000000000) (local.get 0))))
  (func (export "div") (param f64) (result i64) (i64.reinterpret_f64 (f64.div (f64.const nan:0x4000000000000) (local.get 0))))
  (func (export "min") (param f32) (result i32) (local $n f32) (local.set $n (f32.const nan:0x200000))
    (i32.and (i32.reinterpret_f32 (f32.min (local.get $n) (local.get 0))) (i32.const 0x7fc00000)))
  (func (export "sqrt") (result i32) (i32.reinterpret_f32 (f32.sqrt (f32.const nan:0x200000))))
  (func (export "promote") (result i64) (i64.reinterpret_f64 (f64.promote_f32 (f32.const nan:0x200000))))
  (func (export "vector add") (param f32) (result i32)
    (i32.reinterpret_f32 (f32x4.extract_lane 0 (f32x4.add (v128.const i32x4 0x7fa00000 0 0 0) (f32x4.splat (local.get 0))))))
  (func (export "vector mul by one") (param i32) (result i32)
    (i32.reinterpret_f32 (f32x4.extract_lane 2 (f32x4.mul (i32x4.splat (local.get 0)) (f32x4.splat (f32.const 1))))))
  (func (export "mul by minus one") (param i32) (result i32)
    (i32.and (i32.reinterpret_f32 (f32.mul (f32.reinterpret_i32 (local.get 0)) (f32.reinterpret_i32 (i32.const 0xbf800000)))) (i32.const 0x7fffffff)))
  ;; bits that are only passed on stay
  (func (export "neg") (result i32) (i32.reinterpret_f32 (f32.neg (f32.const nan:0x200000))))
  (func (export "abs") (result i32) (i32.reinterpret_f32 (f32.abs (f32.const -nan:0x200000))))
  (func (export "copysign") (param f32) (result i32) (i32.reinterpret_f32 (f32.copysign (f32.const nan:0x200000) (local.get 0))))
  (func (export "pmin") (param f32) (result i32)
    (i32.reinterpret_f32 (f32x4.extract_lane 0 (f32x4.pmin (v128.const i32x4 0x7fa00000 0 0 0) (f32x4.splat (local.get 0)))))))
;; call floor -> i32:0x7fc00000
;; call ceil -> i32:0x7fc00000
;; call trunc -> i32:0x7fc00000
;; call nearest -> i32:0x7fc00000
;; call large -> i32:0x4f32d05e
;; call saturates -> i32:0x7fffffff
;; call add f32:1 -> i32:0x7fe00000
;; call sub f32:1 -> i32:0x7fe00000
;; call mul f64:1 -> i64:0x7ffc000000000000
;; call div f64:1 -> i64:0x7ffc000000000000
;; call min f32:1 -> i32:0x7fc00000
;; call sqrt -> i32:0x7fe00000
;; call promote -> i64:0x7ffc000000000000
;; call "vector add" f32:1 -> i32:0x7fe00000
;; call "vector mul by one" i32:0x7fa00000 -> i32:0x7fe00000
;; call "mul by minus one" i32:0x7fa00000 -> i32:0x7fe00000
;; call neg -> i32:0xffa00000
;; call abs -> i32:0x7fa00000
;; call copysign f32:-1 -> i32:0xffa00000
;; call pmin f32:1 -> i32:0x7fa00000
