;; call direct i64:10000000 -> i64:10000000
;; call mutual i32:10000000 -> i32:1
;; call mutual i32:9999999 -> i32:0
;; call indirect i32:10000000 -> i32:7
;; call more_arguments i32:1000000 -> f64:3000000
;; call traps i32:1000000 -> trap "unreachable"
;; call results i32:1000000 -> i32:1 i64:2
;; call to_host i32:21 -> i32:42
;; log 21
;; call bad_type i32:3 -> trap "indirect call type mismatch"
;; call mixed i32:100000 -> i32:5
(module
  (import "host" "twice" (func $twice (param i32) (result i32)))
  (type $step (func (param i32) (result i32)))
  (type $other (func (param i64) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) func $bounce $odd64)
  (func (export "direct") (param i64) (result i64) (return_call $count (local.get 0) (i64.const 0)))
  (func $count (param i64 i64) (result i64)
    (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $count (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 1))))
  ;; Two functions of different signatures.
  (func $even (export "mutual") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))
    (return_call $odd (i64.extend_i32_u (i32.sub (local.get 0) (i32.const 1))) (f32.const 1)))
  (func $odd (param i64 f32) (result i32)
    (if (i64.eqz (local.get 0)) (then (return (i32.const 0))))
    (return_call $even (i32.wrap_i64 (i64.sub (local.get 0) (i64.const 1)))))
  (func $odd64 (type $other) (i32.const 1))
  (func $bounce (type $step)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (return_call_indirect (type $step) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))
  (func (export "indirect") (type $step) (return_call_indirect (type $step) (local.get 0) (i32.const 0)))
  ;; The callee takes more arguments than registers hold.
  (func (export "more_arguments") (param $n i32) (result f64)
    (return_call $wide (local.get $n) (i64.const 1) (f64.const 0) (i32.const 1) (i64.const 2) (i32.const 3) (i64.const 4)
      (i32.const 5) (f64.const 1) (f64.const 2) (f64.const 3) (f64.const 4) (f64.const 5) (f64.const 6) (f64.const 7) (f64.const 8)))
  (func $wide (param $n i32) (param i64) (param $sum f64) (param i32 i64 i32 i64 i32 f64 f64 f64 f64 f64 f64 f64 f64) (result f64)
    (if (i32.eqz (local.get $n)) (then (return (local.get $sum))))
    (return_call $narrow (i32.sub (local.get $n) (i32.const 1)) (f64.add (local.get $sum) (f64.add (local.get 8) (local.get 9)))))
  (func $narrow (param $n i32) (param $sum f64) (result f64)
    (return_call $wide (local.get $n) (i64.const 1) (local.get $sum) (i32.const 1) (i64.const 2) (i32.const 3) (i64.const 4)
      (i32.const 5) (f64.const 1) (f64.const 2) (f64.const 3) (f64.const 4) (f64.const 5) (f64.const 6) (f64.const 7) (f64.const 8)))
  (func $traps (export "traps") (param i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (return_call $traps (i32.sub (local.get 0) (i32.const 1))))
  (func $results (export "results") (param i32) (result i32 i64)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 1) (i64.const 2))))
    (return_call $results (i32.sub (local.get 0) (i32.const 1))))
  (func (export "to_host") (param i32) (result i32) (return_call $twice (local.get 0)))
  (func (export "bad_type") (param i32) (result i32) (return_call_indirect (type $step) (local.get 0) (i32.const 1)))
  ;; A plain call in between.
  (func $mixed (export "mixed") (param i32) (result i32)
    (if (i32.lt_u (local.get 0) (i32.const 2)) (then (return (i32.const 5))))
    (if (i32.eqz (i32.rem_u (local.get 0) (i32.const 1000)))
      (then (return (call $mixed (i32.sub (local.get 0) (i32.const 1))))))
    (return_call $mixed (i32.sub (local.get 0) (i32.const 1)))))
