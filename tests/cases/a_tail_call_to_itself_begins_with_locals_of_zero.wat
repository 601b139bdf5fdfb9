;; call sum i32:0 -> i32:0
;; call sum i32:3 -> i32:6
(module
  (func (export "sum") (param $n i32) (result i32)
    (call $sum (local.get $n) (i32.const 0)))
  ;; Each round finds 0 in its locals, whatever the one before left there.
  (func $sum (param $n i32) (param $total i32) (result i32)
    (local $i i32) (local $l i64) (local $f f32) (local $d f64) (local $v v128) (local $r funcref)
    (local.set $total
      (i32.add (local.get $total)
        (i32.add (local.get $i)
          (i32.add (i32.wrap_i64 (local.get $l))
            (i32.add (i32.trunc_f32_s (local.get $f))
              (i32.add (i32.trunc_f64_s (local.get $d))
                (i32.add (i32x4.extract_lane 2 (local.get $v))
                  (i32.mul (i32.const 1000) (i32.eqz (ref.is_null (local.get $r)))))))))))
    (if (i32.eqz (local.get $n)) (then (return (local.get $total))))
    (local.set $i (i32.const 10))
    (local.set $l (i64.const 10))
    (local.set $f (f32.const 10))
    (local.set $d (f64.const 10))
    (local.set $v (i32x4.splat (i32.const 10)))
    (local.set $r (ref.func $sum))
    (return_call $sum
      (i32.sub (local.get $n) (i32.const 1)) (i32.add (local.get $total) (local.get $n))))
  (elem declare func $sum))
