;; call find i32:17 -> i32:17
;; call find i32:0 -> i32:0
;; call find i32:999 -> i32:999
;; call find i32:1000 -> i32:-1
;; call continue_outer i32:4 -> i32:1110
;; call two_ways i32:0 -> i32:1
;; call two_ways i32:1 -> i32:12
;; call two_ways i32:2 -> i32:123
;; call two_ways i32:3 -> i32:1234
;; call back_edges i32:100 -> i32:203
;; call out_of_function i32:3 -> i32:3
;; call out_of_function i32:300 -> i32:-1
(module
  ;; Counts to n through three nested loops; leaves all of them when there.
  (func (export "find") (param $n i32) (result i32)
    (local $i i32) (local $j i32) (local $k i32)
    (block $found (result i32)
      (loop $a
        (local.set $j (i32.const 0))
        (loop $b
          (local.set $k (i32.const 0))
          (loop $c
            (drop (br_if $found
              (i32.add (i32.mul (local.get $i) (i32.const 100)) (i32.add (i32.mul (local.get $j) (i32.const 10)) (local.get $k)))
              (i32.eq (local.get $n)
                (i32.add (i32.mul (local.get $i) (i32.const 100)) (i32.add (i32.mul (local.get $j) (i32.const 10)) (local.get $k))))))
            (local.set $k (i32.add (local.get $k) (i32.const 1)))
            (br_if $c (i32.lt_u (local.get $k) (i32.const 10))))
          (local.set $j (i32.add (local.get $j) (i32.const 1)))
          (br_if $b (i32.lt_u (local.get $j) (i32.const 10))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $a (i32.lt_u (local.get $i) (i32.const 10))))
      (i32.const -1)))
  (func (export "continue_outer") (param $n i32) (result i32) (local $r i32)
    (block $stop
      (loop $outer
        (br_if $stop (i32.eqz (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
        (local.set $r (i32.mul (i32.add (local.get $r) (i32.const 1)) (i32.const 10)))
        (loop $inner
          (block $skip
            (br_if $skip (i32.and (local.get $n) (i32.const 1)))
            (br $outer))
          (br_if $outer (i32.eq (local.get $n) (i32.const 3)))
          (br_if $outer (i32.eq (local.get $n) (i32.const 1)))
          (local.set $r (i32.const -1))
          (br $inner))))
    (local.get $r))
  (func (export "two_ways") (param i32) (result i32) (local $r i32)
    (block $a
      (block $b
        (block $c
          (local.set $r (i32.const 1))
          (br_if $a (i32.eqz (local.get 0)))
          (local.set $r (i32.const 12))
          (if (i32.lt_u (local.get 0) (i32.const 2)) (then (br $b)))
          (local.set $r (i32.const 123))
          (if (i32.eq (local.get 0) (i32.const 2)) (then (br $c)) (else (local.set $r (i32.const 1234)) (br $a)))
          (local.set $r (i32.const 7)))
        (br $a))
      (br $a))
    (local.get $r))
  ;; Back edges to two loops from a nest of blocks.
  (func (export "back_edges") (param $n i32) (result i32) (local $r i32)
    (loop $a
      (local.set $r (i32.add (local.get $r) (i32.const 1)))
      (loop $b
        (local.set $r (i32.add (local.get $r) (i32.const 1)))
        (block
          (block
            (if (local.get $n)
              (then
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (br_if $b (i32.gt_u (local.get $n) (i32.const 99)))
                (br $a)))))))
    (i32.add (local.get $r) (i32.const 1)))
  (func (export "out_of_function") (param $n i32) (result i32) (local $k i32)
    (loop $next
      (block
        (loop
          (drop (br_if 3 (local.get $k) (i32.eq (local.get $k) (local.get $n))))))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $k) (i32.const 100))))
    (i32.const -1)))
