;; repeat 3 call many i32:0 -> i32:63
;; repeat 3 call many i32:4 -> trap "uncaught exception"
;; call many i32:32 -> trap "uncaught exception"
;; call last i32:9 -> i32:63
;; call last i32:16 -> i32:16
(module
  (tag $t (param i32))
  (func $throw (param i32) (throw $t (local.get 0)))
  ;; Rethrows what it has caught if that is the argument.
  (func $many (export "many") (param $which i32) (result i32) (local $sum i32)
    (try (do (call $throw (i32.const 1)))
      (catch $t (local.get $sum) (i32.add) (local.set $sum)
        (if (i32.eq (local.get $which) (i32.const 1)) (then (rethrow 1)))))
    (try (do (call $throw (i32.const 2)))
      (catch $t (local.get $sum) (i32.add) (local.set $sum)
        (if (i32.eq (local.get $which) (i32.const 2)) (then (rethrow 1)))))
    (try (do (call $throw (i32.const 4)))
      (catch $t (local.get $sum) (i32.add) (local.set $sum)
        (if (i32.eq (local.get $which) (i32.const 4)) (then (rethrow 1)))))
    (try (do (call $throw (i32.const 8)))
      (catch $t (local.get $sum) (i32.add) (local.set $sum)
        (if (i32.eq (local.get $which) (i32.const 8)) (then (rethrow 1)))))
    (try (do (call $throw (i32.const 16)))
      (catch $t (local.get $sum) (i32.add) (local.set $sum)
        (if (i32.eq (local.get $which) (i32.const 16)) (then (rethrow 1)))))
    (try (do (call $throw (i32.const 32)))
      (catch $t (local.get $sum) (i32.add) (local.set $sum)
        (if (i32.eq (local.get $which) (i32.const 32)) (then (rethrow 1)))))
    (local.get $sum))
  (func (export "last") (param i32) (result i32)
    (try (result i32) (do (call $many (local.get 0))) (catch $t))))
