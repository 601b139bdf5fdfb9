;; call to_the_next i32:1 -> i32:11
;; call to_the_next i32:0 -> i32:0
;; call past_one i32:1 -> i32:101
;; call to_the_caller i32:1 -> trap "uncaught exception"
;; call to_the_caller i32:0 -> i32:0
;; call caught_by_the_caller i32:1 -> i32:7
;; call to_a_block i32:1 -> i32:51
;; call from_a_catch_to_its_try i32:1 -> i32:9
;; call with_values i32:1 -> i32:3
;; call with_values i32:0 -> i32:42
(module
  (tag $a (param i32))
  (tag $b)
  (func $throw (param $n i32) (result i32)
    (if (local.get $n) (then (throw $a (local.get $n))))
    (i32.const 0))

  (func (export "to_the_next") (param $n i32) (result i32)
    (try $outer (result i32)
      (do (try (result i32) (do (call $throw (local.get $n))) (delegate $outer)))
      (catch $a (i32.add (i32.const 10)))))

  ;; The try between has a catch that would take it.
  (func (export "past_one") (param $n i32) (result i32)
    (try $outer (result i32)
      (do
        (try (result i32)
          (do (try (result i32) (do (call $throw (local.get $n))) (delegate $outer)))
          (catch_all (i32.const -1))))
      (catch $a (i32.add (i32.const 100)))))

  (func $to_the_caller (export "to_the_caller") (param $n i32) (result i32)
    (try (result i32)
      (do (try (result i32) (do (call $throw (local.get $n))) (delegate 1)))
      (catch_all (i32.const -1))))

  (func (export "caught_by_the_caller") (param $n i32) (result i32)
    (try (result i32)
      (do (call $to_the_caller (local.get $n)))
      (catch $a (drop) (i32.const 7))))

  ;; A label that is no try: the try around it.
  (func (export "to_a_block") (param $n i32) (result i32)
    (try (result i32)
      (do
        (block $block (result i32)
          (try (result i32)
            (do (try (result i32) (do (call $throw (local.get $n))) (delegate $block)))
            (catch_all (i32.const -1)))))
      (catch $a (i32.add (i32.const 50)))))

  ;; In a catch the try's own label covers nothing any more.
  (func (export "from_a_catch_to_its_try") (param $n i32) (result i32)
    (try (result i32)
      (do
        (try $inner (result i32)
          (do (throw $b))
          (catch $b (try (result i32) (do (call $throw (local.get $n))) (delegate $inner)))
          (catch_all (i32.const -1))))
      (catch $a (drop) (i32.const 9))
      (catch_all (i32.const -2))))

  (func (export "with_values") (param $n i32) (result i32)
    (try $outer (result i32)
      (do
        (i32.const 42)
        (try (param i32) (result i32)
          (do (i32.add (call $throw (local.get $n))))
          (delegate $outer)))
      (catch $a (i32.add (i32.const 2)))))
)
