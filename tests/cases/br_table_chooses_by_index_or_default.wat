;; call simple i32:0 -> i32:10
;; call simple i32:1 -> i32:11
;; call simple i32:2 -> i32:12
;; call simple i32:3 -> i32:13
;; call simple i32:-1 -> i32:13
;; call fallthrough i32:0 -> i32:111
;; call fallthrough i32:1 -> i32:110
;; call fallthrough i32:2 -> i32:100
;; call default_in_the_middle i32:0 -> i32:1
;; call default_in_the_middle i32:1 -> i32:2
;; call default_in_the_middle i32:9 -> i32:2
;; call default_in_the_middle i32:2 -> i32:3
;; call duplicates i32:0 -> i32:1
;; call duplicates i32:1 -> i32:2
;; call duplicates i32:2 -> i32:1
;; call duplicates i32:3 -> i32:2
;; call duplicates i32:4 -> i32:1
;; call empty i32:0 -> i32:7
;; call empty i32:77 -> i32:7
;; call value i32:0 -> i32:42
;; call value i32:1 -> i32:1042
;; call value i32:5 -> i32:5042
;; call to_loop i32:5 -> i32:15
;; call to_function i32:0 -> i32:99
;; call to_function i32:1 -> i32:100
(module
  (func (export "simple") (param i32) (result i32)
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 11)))
      (return (i32.const 12)))
    (i32.const 13))
  (func (export "fallthrough") (param i32) (result i32) (local $r i32)
    (block $c (block $b (block $a
      (br_table $a $b $c (local.get 0)))
      (local.set $r (i32.const 1)))
      (local.set $r (i32.add (local.get $r) (i32.const 10))))
    (i32.add (local.get $r) (i32.const 100)))
  (func (export "default_in_the_middle") (param i32) (result i32)
    (block $c (block $b (block $a
      (br_table $a $b $c $b (local.get 0)))
      (return (i32.const 1)))
      (return (i32.const 2)))
    (i32.const 3))
  (func (export "duplicates") (param i32) (result i32)
    (block $b (block $a
      (br_table $a $b $a $b $a (local.get 0)))
      (return (i32.const 1)))
    (i32.const 2))
  (func (export "empty") (param i32) (result i32)
    (block $a (br_table $a (local.get 0)))
    (i32.const 7))
  (func (export "value") (param i32) (result i32)
    (block $outer (result i32)
      (i32.add (i32.const 1000)
        (block $middle (result i32)
          (i32.add (i32.const 4000)
            (block $inner (result i32)
              (br_table $outer $middle $inner (i32.const 42) (local.get 0))))))))
  (func (export "to_loop") (param i32) (result i32) (local $sum i32)
    (block $done
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (local.get 0)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_table $done $next (local.get 0))))
    (local.get $sum))
  (func (export "to_function") (param i32) (result i32)
    (block $a (result i32)
      (br_table 1 $a (i32.const 99) (local.get 0)))
    (i32.add (i32.const 1))))
