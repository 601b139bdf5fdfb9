;; call stores i32:5 -> i32:15
;; call calls_what_stores i32:5 -> i32:15
;; call calls_what_catches i32:5 -> i32:125
;; call grows i32:5 -> i32:25
;; call may_swallow i32:5 -> i32:1005
;; call may_swallow i32:0 -> i32:0
;; call may_return i32:5 -> i32:2005
;; call may_return i32:0 -> i32:0
;; call chooses i32:5 -> i32:45
;; call chooses i32:0 -> i32:80
;; call loops i32:5 -> i32:55
;; call stops i32:5 -> trap "unreachable"
;; call stops i32:0 -> i32:1
;; call stores i32:6 -> i32:16
;; call throws_again_within i32:5 -> i32:555
;; call catches_and_throws_each_time i32:5 -> i32:15
;; call after_a_tag i32:5 -> i32:105
;; call after_a_tag i32:0 -> i32:10
(module
  (memory 1)
  (tag $a (param i32))
  (tag $b)
  (global $done (mut i32) (i32.const 0))
  (func $throw (param i32) (throw $a (local.get 0)))
  (func $throw_b (throw $b))
  (func $add (param i32) (global.set $done (i32.add (global.get $done) (local.get 0))))
  ;; Throws and catches within: what is pending outside must not be mixed up with that.
  (func $add_by_throwing (param i32)
    (try
      (do (call $throw (local.get 0)))
      (catch $a (call $add))))

  ;; What was thrown, and what had been done by the time it was caught.
  (func $stores (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all (global.set $done (i32.const 10)) (rethrow 0))))
  (func (export "stores") (param i32) (result i32)
    (try (result i32) (do (call $stores (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  (func $calls_what_stores (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all (global.set $done (i32.const 0)) (call $add (i32.const 10)) (rethrow 0))))
  (func (export "calls_what_stores") (param i32) (result i32)
    (try (result i32) (do (call $calls_what_stores (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  (func $calls_what_catches (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all
        (global.set $done (i32.const 0))
        (call $add (i32.const 20))
        (call $add_by_throwing (i32.const 100))
        (rethrow 0))))
  (func (export "calls_what_catches") (param i32) (result i32)
    (try (result i32) (do (call $calls_what_catches (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  (func $grows (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all (global.set $done (i32.mul (memory.grow (i32.const 1)) (i32.const 20))) (rethrow 0))))
  (func (export "grows") (param i32) (result i32)
    (try (result i32) (do (call $grows (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  ;; A branch or a return out of the catch ends the exception: later calls do not find it.
  (func $may_swallow (param i32) (result i32)
    (try (result i32) (do (call $throw (local.get 0)) (i32.const 1))
      (catch_all
        (br_if 0 (i32.const 0) (i32.eqz (local.get 0)))
        (drop)
        (rethrow 0))))
  (func (export "may_swallow") (param i32) (result i32)
    (try (result i32) (do (call $may_swallow (local.get 0)))
      (catch $a (i32.add (i32.const 1000)))))

  (func $may_return (param i32) (result i32)
    (try (do (call $throw (local.get 0)))
      (catch_all
        (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
        (rethrow 0)))
    (i32.const 1))
  (func (export "may_return") (param i32) (result i32)
    (try (result i32) (do (call $may_return (local.get 0)))
      (catch $a (i32.add (i32.const 2000)))))

  (func $chooses (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all
        (if (local.get 0)
          (then (global.set $done (i32.const 40)) (rethrow 1))
          (else (global.set $done (i32.const 80)) (rethrow 1)))
        (global.set $done (i32.const -1))
        (rethrow 0))))
  (func (export "chooses") (param i32) (result i32)
    (try (result i32) (do (call $chooses (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  (func $loops (param i32) (local $k i32)
    (try (do (call $throw (local.get 0)))
      (catch_all
        (global.set $done (i32.const 0))
        (loop $again
          (call $add (i32.const 10))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $k) (i32.const 5))))
        (rethrow 0))))
  (func (export "loops") (param i32) (result i32)
    (try (result i32) (do (call $loops (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  ;; A trap while an exception is pending leaves nothing behind for the next call.
  (func (export "stops") (param i32) (result i32)
    (try (do (if (local.get 0) (then (call $throw (local.get 0)))))
      (catch_all (unreachable)))
    (i32.const 1))

  ;; Rethrown three times, twice to handlers within the catch.
  (func $throws_again_within (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all
        (global.set $done (i32.const 0))
        (try (do (rethrow 1)) (catch $a (i32.mul (i32.const 10)) (call $add)))
        (try (do (rethrow 1)) (catch $a (i32.mul (i32.const 100)) (call $add)))
        (rethrow 0))))
  (func (export "throws_again_within") (param i32) (result i32)
    (try (result i32) (do (call $throws_again_within (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))))

  ;; The variable that holds what is caught is given away in each round.
  (func (export "catches_and_throws_each_time") (param $n i32) (result i32) (local $sum i32)
    (loop $again
      (try
        (do
          (try (do (call $throw (local.get $n)))
            (catch $a (drop) (call $add_by_throwing (i32.const 1)) (rethrow 0))))
        (catch $a (local.set $sum (i32.add (local.get $sum)))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (local.get $n)))
    (local.get $sum))

  (func $after_a_tag (param i32)
    (try (do (if (local.get 0) (then (call $throw (local.get 0)))) (call $throw_b))
      (catch $a (global.set $done (i32.const 100)) (drop) (rethrow 0))
      (catch_all (global.set $done (i32.const 10)) (rethrow 0))))
  (func (export "after_a_tag") (param i32) (result i32)
    (try (result i32) (do (call $after_a_tag (local.get 0)) (i32.const 0))
      (catch $a (i32.add (global.get $done)))
      (catch $b (global.get $done)))))
