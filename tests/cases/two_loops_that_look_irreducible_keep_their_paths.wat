;; call run i32:0 -> i32:1
;; call run i32:1 -> i32:21
;; call run i32:6 -> i32:2211121
;; call run i32:7 -> i32:22111211
(module
  ;; What relooped code of an irreducible graph looks like: a label variable and blocks that test it.
  (func (export "run") (param $n i32) (result i32)
    (local $label i32) (local $trace i32) (local $place i32)
    (local.set $place (i32.const 1))
    (block $exit
      (loop $dispatch
        (block $second
          (br_if $second (i32.eq (local.get $label) (i32.const 2)))
          (local.set $trace (i32.add (local.get $trace) (local.get $place)))
          (local.set $place (i32.mul (local.get $place) (i32.const 10)))
          (br_if $exit (i32.eqz (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (if (i32.and (local.get $n) (i32.const 2)) (then (local.set $label (i32.const 1)) (br $dispatch))))
        (loop $inner
          (local.set $trace (i32.add (local.get $trace) (i32.mul (local.get $place) (i32.const 2))))
          (local.set $place (i32.mul (local.get $place) (i32.const 10)))
          (br_if $exit (i32.eqz (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (local.set $label (i32.const 2))
          (br_if $dispatch (i32.and (local.get $n) (i32.const 1)))
          (local.set $label (i32.const 0))
          (br_if $inner (i32.lt_u (local.get $n) (i32.const 4)))
          (br $dispatch))))
    (local.get $trace)))
