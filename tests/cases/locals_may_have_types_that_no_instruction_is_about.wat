;; assembler binaryen
;; call vectors i32:3 -> i32:0
;; call exceptions i32:3 -> i32:1
;; call null i32:5 -> i32:5
;; call null i32:0 -> i32:0
(module
  (func (export "vectors") (param i32) (result i32) (local v128 v128)
    (loop $again
      (local.set 1 (local.get 2))
      (local.set 2 (local.get 1))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 0))
  (func (export "exceptions") (param i32) (result i32) (local exnref exnref)
    (loop $again
      (local.set 1 (local.get 2))
      (local.set 2 (local.get 1))
      (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (ref.is_null (local.get 2)))
  (func (export "null") (param i32) (result i32)
    (if (ref.is_null (block $out (result exnref)
          (drop (br_if $out (ref.null exn) (local.get 0)))
          (ref.null exn)))
      (then (return (local.get 0))))
    (i32.const 9)))
