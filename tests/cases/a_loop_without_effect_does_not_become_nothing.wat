;; call step i32:10 -> i32:10
;; call never_if_odd i32:4 -> i32:4
;; call search i32:5 -> i32:5
;; call search i32:100000 -> trap "out of bounds memory access"
(module
  (memory 1)
  ;; C may assume that a loop whose condition is no constant ends.
  (func (export "step") (param $n i32) (result i32) (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 2)))
      (br_if $next (i32.ne (local.get $i) (local.get $n))))
    (local.get $i))
  (func (export "never_if_odd") (param $n i32) (result i32) (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $n)))
        (local.set $i (i32.add (local.get $i) (i32.const 2)))
        (br $next)))
    (local.get $n))
  (func (export "search") (param $n i32) (result i32) (local $i i32)
    (loop $next
      (drop (i32.load8_u (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $i)))
