;; call fibonacci i32:10 -> i64:55
;; call fibonacci i32:90 -> i64:2880067194370816120
;; call swap i32:7 i32:1 i32:2 -> i32:2 i32:1
;; call swap i32:8 i32:1 i32:2 -> i32:1 i32:2
;; call gcd i32:48 i32:36 -> i32:12
;; call rotate i32:4 -> i32:2 i32:3 i32:1
(module
  (func (export "fibonacci") (param $n i32) (result i64)
    (i64.const 0) (i64.const 1)
    (loop $next (param i64 i64) (result i64)
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (call $step)
      (br_if $next (local.get $n))
      (drop)))
  (func $step (param $a i64) (param $b i64) (result i64 i64)
    (local.get $b) (i64.add (local.get $a) (local.get $b)))
  (func (export "swap") (param $n i32) (param $a i32) (param $b i32) (result i32 i32)
    (local $t i32)
    (local.get $a) (local.get $b)
    (loop $again (param i32 i32) (result i32 i32)
      (local.set $t)
      (local.set $a)
      (local.get $t)
      (local.get $a)
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "gcd") (param $a i32) (param $b i32) (result i32)
    (local.get $a) (local.get $b)
    (loop $next (param i32 i32) (result i32)
      (local.set $b)
      (local.set $a)
      (if (result i32) (i32.eqz (local.get $b))
        (then (local.get $a))
        (else
          (local.get $b)
          (i32.rem_u (local.get $a) (local.get $b))
          (br $next)))))
  (func (export "rotate") (param $n i32) (result i32 i32 i32)
    (local $x i32) (local $y i32) (local $z i32)
    (i32.const 1) (i32.const 2) (i32.const 3)
    (loop $again (param i32 i32 i32) (result i32 i32 i32)
      (local.set $z) (local.set $y) (local.set $x)
      (local.get $y) (local.get $z) (local.get $x)
      (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))
