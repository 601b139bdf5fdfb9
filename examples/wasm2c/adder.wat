(module
  (import "env" "report" (func $report (param i32 i32) (result i32)))
  (import "env" "table" (memory $given 1))
  (memory (export "memory") 1 3)
  (func (export "sum") (param $at i32) (param $count i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.load (memory $given) (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (i32.store (memory 1) (i32.const 16) (local.get $sum))
    (call $report (local.get $sum) (i32.const 16)))
  (func (export "grow") (param i32) (result i32) (memory.grow (memory 1) (local.get 0)))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))
