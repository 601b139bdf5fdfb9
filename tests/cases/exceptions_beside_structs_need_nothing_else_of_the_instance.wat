;; assembler binaryen
;; Functions that only pass exceptions on, or drop them, which takes the instance's heap.
;; call given -> i32:0
;; call called -> i32:0
;; call several -> i32:7
;; call dropped i32:3 -> i32:3
(module
  (type $s (struct (field i32)))
  (type $pass (func (param exnref) (result exnref)))
  (func $identity (type $pass) (local.get 0))
  (func $is_null (param $e exnref) (result i32)
    (local.set $e (local.get $e))
    (ref.is_null (local.get $e)))
  (func $by_reference (param $f (ref $pass)) (result i32) (local $e exnref)
    (local.set $e (call_ref $pass (ref.null exn) (local.get $f)))
    (i32.sub (ref.is_null (local.get $e)) (ref.is_null (local.get $e))))
  (func $drop (param $e exnref) (param $n i32) (result i32)
    (return_call $drop_more (local.get $e) (local.get $n)))
  (func $drop_more (param $e exnref) (param $n i32) (result i32)
    (local.get $n)
    (if (i32.eqz (local.get $n)) (then (return_call $drop (ref.null exn) (i32.const 1)))))
  (func (export "dropped") (param i32) (result i32)
    (call $drop (ref.null exn) (local.get 0)))
  (type $both (func (result exnref i32)))
  (func $nothing_and_7 (type $both) (ref.null exn) (i32.const 7))
  (func $of_several (param $f (ref $both)) (result i32) (local $n i32)
    (local.set $n (call_ref $both (local.get $f)))
    (if (ref.is_null) (then (return (local.get $n))))
    (i32.const 0))
  (func (export "several") (result i32) (call $of_several (ref.func $nothing_and_7)))
  (elem declare func $identity $nothing_and_7)
  (func (export "given") (result i32)
    (drop (struct.new $s (i32.const 1)))
    (i32.eqz (call $is_null (ref.null exn))))
  (func (export "called") (result i32)
    (call $by_reference (ref.func $identity))))
