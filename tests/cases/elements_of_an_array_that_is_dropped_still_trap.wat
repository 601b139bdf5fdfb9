;; assembler binaryen
;; call divide i32:2 -> i32:1
;; call divide i32:0 -> trap "integer divide by zero"
;; call load i32:0 -> i32:1
;; call load i32:65536 -> trap "out of bounds memory access"
;; call calls i32:5 -> i32:11
;; call churn i32:300 -> i32:300
(module
  (type $numbers (array i32))
  (type $objects (array anyref))
  (type $box (struct (field i32)))
  (memory 1)
  (global $count (mut i32) (i32.const 0))
  (func $next (param i32) (result anyref)
    (global.set $count (i32.add (global.get $count) (local.get 0)))
    (struct.new $box (global.get $count)))
  (func (export "divide") (param $by i32) (result i32)
    (drop (array.new_fixed $numbers 2 (i32.const 1) (i32.div_u (i32.const 6) (local.get $by))))
    (i32.const 1))
  (func (export "load") (param $at i32) (result i32)
    (drop (array.new_fixed $numbers 2 (i32.load (local.get $at)) (i32.const 1)))
    (i32.const 1))
  (func (export "calls") (param $n i32) (result i32)
    (drop (array.new_fixed $objects 3 (call $next (local.get $n)) (call $next (i32.const 2)) (call $next (i32.const 4))))
    (global.get $count))
  ;; Memory that was freed is not looked at as if it were the elements.
  (func (export "churn") (param $n i32) (result i32) (local $k i32)
    (loop $more
      (drop (array.new_fixed $objects 4 (call $next (i32.const 0)) (call $next (i32.const 0)) (call $next (i32.const 0)) (call $next (i32.const 0))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $k) (local.get $n))))
    (local.get $k)))
