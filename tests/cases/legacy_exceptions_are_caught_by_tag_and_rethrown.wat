;; call by_tag i32:0 -> i32:1000
;; call by_tag i32:1 -> i32:11
;; call by_tag i32:2 -> i32:-3
;; call by_tag i32:3 -> i32:77
;; call rethrown i32:1 -> i32:21
;; call rethrown i32:3 -> i32:-1
;; call inner_only i32:1 -> i32:1
;; call inner_only i32:2 -> trap "uncaught exception"
;; call rethrow_of_the_outer i32:5 -> i32:5
;; call from_a_catch i32:1 -> i32:201
;; call leaves_a_loop i32:5 -> i32:15
;; call branches_out_of_a_catch i32:1 -> i32:6
;; call returns_from_a_catch i32:1 -> i32:4
;; call without_catch i32:1 -> trap "uncaught exception"
;; call without_catch i32:0 -> i32:1000
(module
  (tag $a (param i32))
  (tag $b (param i32 i64 f32 f64))
  (tag $c)
  (func $throw (param $which i32) (result i32)
    (if (i32.eq (local.get $which) (i32.const 1)) (then (throw $a (i32.const 1))))
    (if (i32.eq (local.get $which) (i32.const 2))
      (then (throw $b (i32.const 1) (i64.const -2) (f32.const -1.5) (f64.const -0.5))))
    (if (i32.eq (local.get $which) (i32.const 3)) (then (throw $c)))
    (i32.const 1000))

  (func (export "by_tag") (param $which i32) (result i32)
    (local $f64 f64) (local $f32 f32) (local $i64 i64)
    (try (result i32)
      (do (call $throw (local.get $which)))
      (catch $a (i32.add (i32.const 10)))
      (catch $b
        (local.set $f64) (local.set $f32) (local.set $i64)
        (i32.add (i32.wrap_i64 (local.get $i64)))
        (i32.add (i32.trunc_f64_s (f64.add (local.get $f64) (f64.promote_f32 (local.get $f32))))))
      (catch_all (i32.const 77))))

  ;; What no inner catch takes goes on; what one takes can be thrown again.
  (func (export "rethrown") (param $which i32) (result i32)
    (try (result i32)
      (do
        (try (result i32)
          (do (call $throw (local.get $which)))
          (catch $a (drop) (rethrow 0))))
      (catch $a (i32.add (i32.const 20)))
      (catch_all (i32.const -1))))

  (func (export "inner_only") (param $which i32) (result i32)
    (try (result i32)
      (do (call $throw (local.get $which)))
      (catch $a)))

  ;; rethrow names a try further out, from within another's catch.
  (func (export "rethrow_of_the_outer") (param $n i32) (result i32)
    (try (result i32)
      (do
        (try (result i32)
          (do (throw $a (local.get $n)))
          (catch $a
            (try (param i32) (result i32)
              (do (drop) (throw $c))
              (catch_all (rethrow 1))))))
      (catch $a)))

  ;; A catch is not covered by its own try.
  (func (export "from_a_catch") (param $n i32) (result i32)
    (try (result i32)
      (do
        (try (result i32)
          (do (throw $a (local.get $n)))
          (catch $a (i32.add (i32.const 100)) (throw $a))
          (catch_all (i32.const -5))))
      (catch $a (i32.add (i32.const 100)))))

  (func (export "leaves_a_loop") (param $n i32) (result i32)
    (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (try
        (do
          (if (i32.eqz (local.tee $n (i32.sub (local.get $n) (i32.const 1))))
            (then (drop (call $throw (i32.const 3)))))
          (br $next))
        (catch_all)))
    (local.get $sum))

  (func (export "branches_out_of_a_catch") (param $which i32) (result i32)
    (block $out (result i32)
      (drop
        (try (result i32)
          (do (call $throw (local.get $which)))
          (catch $a (br $out (i32.add (i32.const 5))))))
      (i32.const -1)))

  (func (export "returns_from_a_catch") (param $which i32) (result i32)
    (try
      (do (drop (call $throw (local.get $which))))
      (catch $a (return (i32.add (i32.const 3)))))
    (i32.const -1))

  (func (export "without_catch") (param $which i32) (result i32)
    (try (result i32) (do (call $throw (local.get $which)))))
)
