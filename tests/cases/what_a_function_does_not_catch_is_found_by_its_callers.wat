;; call everything i32:5 -> i32:1
;; call by_tag_only i32:5 -> i32:105
;; call rethrows i32:5 -> i32:105
;; call rethrows_from_within i32:5 -> i32:105
;; call throws_while_catching i32:5 -> i32:107
;; call tail_call_in_a_try i32:5 -> i32:105
;; call tail_call_by_table_in_a_try i32:5 -> i32:105
;; call delegates_past_a_catch_all i32:5 -> i32:105
;; call catches_what_is_called_by_table i32:5 -> i32:1
;; call around_what_catches i32:5 -> i32:106
;; call deep i32:5 -> i32:1
;; call everything i32:6 -> i32:1
;; call uncaught i32:1 -> trap "uncaught exception"
;; call everything i32:7 -> i32:1
(module
  (type $t (func (param i32)))
  (tag $a (param i32))
  (tag $b)
  (table funcref (elem $throw))
  (global $notes (mut i32) (i32.const 0))
  (func $note (param i32) (global.set $notes (i32.add (global.get $notes) (local.get 0))))
  (func $throw (param i32) (throw $a (local.get 0)))

  ;; Each is called in a try that tells by its result what came: 1 nothing, 100 and the payload an exception.
  (func $everything (param i32)
    (try (do (call $throw (local.get 0))) (catch_all)))
  (func (export "everything") (param i32) (result i32)
    (try (result i32) (do (call $everything (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  (func $by_tag_only (param i32)
    (try (do (call $throw (local.get 0))) (catch $b)))
  (func (export "by_tag_only") (param i32) (result i32)
    (try (result i32) (do (call $by_tag_only (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  (func $rethrows (param i32)
    (try (do (call $throw (local.get 0))) (catch_all (rethrow 0))))
  (func (export "rethrows") (param i32) (result i32)
    (try (result i32) (do (call $rethrows (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  ;; Of two catches that are open, the outer one's exception.
  (func $rethrows_from_within (param i32)
    (try (do (call $throw (local.get 0)))
      (catch_all
        (try (do (throw $b)) (catch_all (block (rethrow 2)))))))
  (func (export "rethrows_from_within") (param i32) (result i32)
    (try (result i32) (do (call $rethrows_from_within (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  (func $throws_while_catching (param i32)
    (try (do (call $throw (local.get 0))) (catch_all (call $throw (i32.add (local.get 0) (i32.const 2))))))
  (func (export "throws_while_catching") (param i32) (result i32)
    (try (result i32) (do (call $throws_while_catching (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  ;; A tail call leaves the try first.
  (func $tail_call_in_a_try (param i32)
    (try (do (return_call $throw (local.get 0))) (catch_all)))
  (func (export "tail_call_in_a_try") (param i32) (result i32)
    (try (result i32) (do (call $tail_call_in_a_try (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))
  (func $tail_call_by_table (param i32)
    (try (do (return_call_indirect (type $t) (local.get 0) (i32.const 0))) (catch_all)))
  (func (export "tail_call_by_table_in_a_try") (param i32) (result i32)
    (try (result i32) (do (call $tail_call_by_table (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  (func $delegates (param i32)
    (try
      (do
        (try
          (do (try (do (call $throw (local.get 0))) (delegate 1)))
          (catch_all)))
      (catch $b)))
  (func (export "delegates_past_a_catch_all") (param i32) (result i32)
    (try (result i32) (do (call $delegates (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  (func $by_table (param i32)
    (try (do (call_indirect (type $t) (local.get 0) (i32.const 0))) (catch_all)))
  (func (export "catches_what_is_called_by_table") (param i32) (result i32)
    (try (result i32) (do (call $by_table (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  ;; Before, after and around a try that catches everything.
  (func $around_what_catches (param i32)
    (try (do (call $throw (local.get 0))) (catch_all))
    (try
      (do
        (try (do (call $throw (local.get 0))) (catch_all))
        (call $throw (i32.add (local.get 0) (i32.const 1))))
      (catch $b)))
  (func (export "around_what_catches") (param i32) (result i32)
    (try (result i32) (do (call $around_what_catches (local.get 0)) (i32.const 1))
      (catch $a (i32.add (i32.const 100)))))

  ;; The first of twenty catches it, and only that.
  (func $deep (param i32)
    (global.set $notes (i32.const 0))
    (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (try (do (call $throw (local.get 0))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1))))) (catch_all (call $note (i32.const 1)))))
  (func (export "deep") (param i32) (result i32)
    (try (result i32) (do (call $deep (local.get 0)) (global.get $notes))
      (catch $a (i32.add (i32.const 100)))))

  (func (export "uncaught") (param i32)
    (call $around_what_catches (local.get 0))))
