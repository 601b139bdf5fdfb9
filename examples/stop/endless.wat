;; Looks for a number whose square ends in the digits of `end`: for some there is none, and it never ends.
(module
  (memory (export "memory") 1)
  (func (export "search") (param $end i64) (result i64) (local $n i64)
    (loop $next
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br_if $next
        (i64.ne (i64.rem_u (i64.mul (local.get $n) (local.get $n)) (i64.const 1000)) (local.get $end))))
    (local.get $n)))
