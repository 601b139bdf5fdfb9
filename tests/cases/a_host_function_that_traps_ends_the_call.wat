;; call run i32:1 -> trap "the host ended the call"
;; call count -> i32:1
;; call run i32:0 -> i32:5
;; call count -> i32:3
(module
  (import "host" "fail" (func $fail))
  (global $count (mut i32) (i32.const 0))
  (func $bump (global.set $count (i32.add (global.get $count) (i32.const 1))))
  (func (export "run") (param i32) (result i32)
    (call $bump)
    (if (local.get 0) (then (call $fail)))
    (call $bump)
    (i32.const 5))
  (func (export "count") (result i32) (global.get $count)))
