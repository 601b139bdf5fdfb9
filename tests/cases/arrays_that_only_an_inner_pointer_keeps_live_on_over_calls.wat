;; assembler binaryen
;; call up i32:10 -> i32:145
;; call down i32:10 -> i32:145
;; call stride i32:12 -> i32:88
;; call last i32:10 -> i32:109
;; call two i32:10 -> i32:290
;; call bytes i32:10 -> i32:145
;; call nested i32:5 -> i32:60
;; call passed i32:10 -> i32:145
;; call before i32:16 -> i32:170
;; call field i32:10 -> i32:55
;; call moved i32:64 -> i32:6112
;;
;; Each loop calls something that allocates, and so collects, while the array is referred to by nothing but what a C compiler
;; makes of the loop's variables: an address in the middle, behind the end or before the element.
(module
  (type $ints (array (mut i32)))
  (type $bytes (array (mut i8)))
  (type $box (struct (field $v (mut i32)) (field $pad i64) (field $w (mut i32))))
  (type $boxes (array (mut (ref null $box))))
  (global $sum (mut i32) (i32.const 0))

  ;; Garbage, and a little of it kept for a while.
  (func $churn (param $v i32)
    (global.set $sum (i32.add (global.get $sum) (local.get $v)))
    (drop (array.new $ints (i32.const -1) (i32.const 40)))
    (drop (struct.new $box (local.get $v) (i64.const -1) (i32.const -1))))
  (func $make (param $n i32) (result (ref $ints)) (local $a (ref $ints)) (local $i i32)
    (local.set $a (array.new_default $ints (local.get $n)))
    (loop $l
      (array.set $ints (local.get $a) (local.get $i) (i32.add (local.get $i) (i32.const 10)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $a))
  (func $done (result i32) (local $s i32)
    (local.set $s (global.get $sum)) (global.set $sum (i32.const 0)) (local.get $s))

  (func (export "up") (param $n i32) (result i32) (local $a (ref $ints)) (local $i i32) (local $end i32)
    (local.set $a (call $make (local.get $n)))
    (local.set $end (array.len (local.get $a)))
    (loop $l
      (call $churn (array.get $ints (local.get $a) (local.get $i)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $end))))
    (call $done))
  (func (export "down") (param $n i32) (result i32) (local $a (ref $ints)) (local $i i32)
    (local.set $a (call $make (local.get $n)))
    (local.set $i (array.len (local.get $a)))
    (loop $l
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (call $churn (array.get $ints (local.get $a) (local.get $i)))
      (br_if $l (local.get $i)))
    (call $done))
  (func (export "stride") (param $n i32) (result i32) (local $a (ref $ints)) (local $i i32)
    (local.set $a (call $make (local.get $n)))
    (local.set $i (i32.const 3))
    (loop $l
      (call $churn (array.get $ints (local.get $a) (local.get $i)))
      (call $churn (array.get $ints (local.get $a) (i32.sub (local.get $i) (i32.const 3))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 3))) (local.get $n))))
    (i32.sub (call $done) (i32.const -1)))
  (func (export "last") (param $n i32) (result i32) (local $a (ref $ints))
    (local.set $a (call $make (local.get $n)))
    (call $churn (i32.const 90))
    (call $churn (array.get $ints (local.get $a) (i32.sub (local.get $n) (i32.const 1))))
    (call $done))
  (func (export "two") (param $n i32) (result i32) (local $a (ref $ints)) (local $b (ref $ints)) (local $i i32)
    (local.set $a (call $make (local.get $n)))
    (local.set $b (call $make (local.get $n)))
    (loop $l
      (call $churn (i32.add (array.get $ints (local.get $a) (local.get $i)) (array.get $ints (local.get $b) (i32.sub (i32.sub (local.get $n) (i32.const 1)) (local.get $i)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (call $done))
  (func (export "bytes") (param $n i32) (result i32) (local $a (ref $bytes)) (local $i i32)
    (local.set $a (array.new $bytes (i32.const 0) (local.get $n)))
    (loop $l
      (array.set $bytes (local.get $a) (local.get $i) (i32.add (local.get $i) (i32.const 10)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (loop $m
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (call $churn (array.get_u $bytes (local.get $a) (local.get $i)))
      (br_if $m (local.get $i)))
    (call $done))
  (func (export "nested") (param $n i32) (result i32) (local $a (ref $ints)) (local $i i32)
    (loop $outer
      (local.set $a (call $make (local.get $n)))
      (call $churn (array.get $ints (local.get $a) (local.get $i)))
      (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (call $done))
  (func $walk (param $a (ref $ints)) (param $i i32)
    (loop $l
      (call $churn (array.get $ints (local.get $a) (local.get $i)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (array.len (local.get $a))))))
  (func (export "passed") (param $n i32) (result i32)
    (call $walk (call $make (local.get $n)) (i32.const 0))
    (call $done))
  (func (export "before") (param $n i32) (result i32) (local $a (ref $ints)) (local $i i32)
    (local.set $a (call $make (local.get $n)))
    (local.set $i (i32.const 7))
    (loop $l
      (call $churn (array.get $ints (local.get $a) (i32.sub (local.get $i) (i32.const 7))))
      (call $churn (array.get $ints (local.get $a) (i32.xor (local.get $i) (i32.const 1))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 2))) (local.get $n))))
    (call $done))
  (func (export "field") (param $n i32) (result i32) (local $b (ref $box)) (local $i i32)
    (local.set $b (struct.new $box (i32.const 0) (i64.const 0) (i32.const 0)))
    (loop $l
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (call $churn (i32.const 0))
      (struct.set $box $w (local.get $b) (i32.add (struct.get $box $w (local.get $b)) (local.get $i)))
      (br_if $l (i32.lt_u (local.get $i) (local.get $n))))
    (drop (call $done))
    (struct.get $box $w (local.get $b)))
  ;; What an old array refers to is new, and moves.
  (func (export "moved") (param $n i32) (result i32) (local $a (ref $boxes)) (local $i i32) (local $j i32)
    (local.set $a (array.new_default $boxes (local.get $n)))
    (loop $round
      (local.set $i (i32.const 0))
      (loop $l
        (array.set $boxes (local.get $a) (local.get $i) (struct.new $box (local.get $i) (i64.const 0) (local.get $j)))
        (call $churn (i32.const 0))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      (br_if $round (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 4))))
    (drop (call $done))
    (local.set $i (i32.const 0))
    (loop $l
      (call $churn (i32.add (i32.mul (struct.get $box $w (array.get $boxes (local.get $a) (local.get $i))) (i32.const 21))
                            (struct.get $box $v (array.get $boxes (local.get $a) (local.get $i)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (i32.add (call $done) (i32.const 64))))
