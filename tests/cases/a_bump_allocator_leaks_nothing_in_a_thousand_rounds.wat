;; call size -> i32:1
;; repeat 1000 call round -> i32:2016
;; call size -> i32:1
;; call allocate i32:10 -> i32:1024
;; call allocate i32:1 -> i32:1040
;; call allocate i32:64469 -> i32:1048
;; call allocate i32:1 -> i32:65520
;; call allocate i32:100 -> i32:65528
;; call size -> i32:2
(module
  (memory (export "memory") 1 4)
  (global $top (mut i32) (i32.const 1024))
  (func (export "size") (result i32) (memory.size))
  (func $allocate (export "allocate") (param $bytes i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $top))
    (global.set $top (i32.and (i32.add (i32.add (local.get $at) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
    (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536)))
      (then (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))))
    (local.get $at))
  (func (export "round") (result i32)
    (local $mark i32) (local $at i32) (local $k i32) (local $sum i32)
    (local.set $mark (global.get $top))
    (local.set $at (call $allocate (i32.const 256)))
    (loop $fill
      (i32.store (i32.add (local.get $at) (i32.shl (local.get $k) (i32.const 2))) (local.get $k))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $fill (i32.lt_u (local.get $k) (i32.const 64))))
    (loop $add
      (local.set $k (i32.sub (local.get $k) (i32.const 1)))
      (local.set $sum (i32.add (local.get $sum) (i32.load (i32.add (local.get $at) (i32.shl (local.get $k) (i32.const 2))))))
      (br_if $add (local.get $k)))
    (global.set $top (local.get $mark))
    (local.get $sum)))
