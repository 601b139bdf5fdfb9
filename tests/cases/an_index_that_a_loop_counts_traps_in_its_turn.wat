;; assembler binaryen
;; call sum i32:0 i32:8 -> i32:36
;; call sum i32:3 i32:5 -> i32:9
;; call sum i32:0 i32:9 -> trap "out of bounds array access"
;; call sum i32:9 i32:9 -> i32:0
;; call sum i32:-1 i32:8 -> i32:0
;; call sum_signed i32:-1 i32:8 -> trap "out of bounds array access"
;; call sum_signed i32:-1 i32:-1 -> i32:0
;; call sum_signed i32:0 i32:-5 -> i32:0
;; call through i32:0 i32:7 -> i32:36
;; call through i32:0 i32:-1 -> trap "out of bounds array access"
;; call null i32:0 i32:0 -> i32:0
;; call null i32:0 i32:1 -> trap "null reference"
;; call null i32:-1 i32:1 -> i32:0
;; call short_before_null i32:4 -> trap "out of bounds array access"
;; call short_before_null i32:3 -> trap "null reference"
;; call store i32:6 i32:9 -> trap "out of bounds array access"
;; call element i32:6 -> i32:600
;; call element i32:7 -> i32:700
;; call store_behind i32:6 -> trap "out of bounds array access"
;; call element i32:2 -> i32:1
;; call element i32:3 -> i32:4
;; call found i32:3 -> i32:2
;; call found i32:77 -> trap "out of bounds array access"
;; call first_turn i32:20 -> trap "out of bounds array access"
;; call first_turn i32:7 -> i32:107
;;
;; What a turn has done before the one that traps has been done, and nothing of the one that traps; null and bounds come in their order.
(module
  (type $ints (array (mut i32)))
  (global $eight (mut (ref null $ints)) (ref.null $ints))
  (func $fresh (result (ref $ints))
    (global.set $eight (array.new_fixed $ints 8 (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4) (i32.const 5) (i32.const 6) (i32.const 7)
      (i32.const 8)))
    (ref.as_non_null (global.get $eight)))
  (func $add (param $a (ref $ints)) (param $i i32) (param $n i32) (result i32) (local $s i32)
    (block $out (loop $l
      (br_if $out (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $s (i32.add (local.get $s) (array.get $ints (local.get $a) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $l)))
    (local.get $s))
  (func (export "sum") (param i32 i32) (result i32) (call $add (call $fresh) (local.get 0) (local.get 1)))
  (func (export "sum_signed") (param $i i32) (param $n i32) (result i32) (local $a (ref $ints)) (local $s i32)
    (local.set $a (call $fresh))
    (block $out (loop $l
      (br_if $out (i32.ge_s (local.get $i) (local.get $n)))
      (local.set $s (i32.add (local.get $s) (array.get $ints (local.get $a) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $l)))
    (local.get $s))
  (func (export "through") (param $i i32) (param $n i32) (result i32) (local $a (ref $ints)) (local $s i32)
    (local.set $a (call $fresh))
    (block $out (loop $l
      (br_if $out (i32.lt_u (local.get $n) (local.get $i)))
      (local.set $s (i32.add (local.get $s) (array.get $ints (local.get $a) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $l)))
    (local.get $s))
  (func $add_two (param $a (ref null $ints)) (param $b (ref null $ints)) (param $i i32) (param $n i32) (result i32) (local $s i32)
    (block $out (loop $l
      (br_if $out (i32.ge_u (local.get $i) (local.get $n)))
      (local.set $s (i32.add (local.get $s) (array.get $ints (local.get $a) (local.get $i))))
      (local.set $s (i32.add (local.get $s) (array.get $ints (local.get $b) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $l)))
    (local.get $s))
  (func (export "null") (param i32 i32) (result i32) (call $add_two (ref.null $ints) (call $fresh) (local.get 0) (local.get 1)))
  ;; The first array has four elements, the second is null.
  (func (export "short_before_null") (param i32) (result i32)
    (call $add_two (array.new_default $ints (i32.const 4)) (ref.null $ints) (local.get 0) (i32.const 100)))
  (func $write (param $a (ref $ints)) (param $i i32) (param $n i32)
    (block $out (loop $l
      (br_if $out (i32.ge_s (local.get $i) (local.get $n)))
      (array.set $ints (local.get $a) (local.get $i) (i32.mul (local.get $i) (i32.const 100)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $l))))
  (func (export "store") (param i32 i32) (call $write (call $fresh) (local.get 0) (local.get 1)))
  ;; The second store fails, when the first has been done.
  (func (export "store_behind") (param $n i32) (local $a (ref $ints)) (local $b (ref $ints)) (local $i i32)
    (local.set $a (call $fresh))
    (local.set $b (array.new_default $ints (i32.const 2)))
    (local.set $i (i32.const 0))
    (loop $l
      (array.set $ints (local.get $a) (local.get $i) (i32.const 1))
      (array.set $ints (local.get $b) (local.get $i) (i32.const 1))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n)))))
  (func (export "element") (param i32) (result i32) (array.get $ints (global.get $eight) (local.get 0)))
  (func (export "found") (param $wanted i32) (result i32) (local $a (ref $ints)) (local $i i32)
    (local.set $a (call $fresh))
    (block $out (loop $l
      (br_if $out (i32.ge_u (local.get $i) (i32.const 100)))
      (br_if $out (i32.eq (array.get $ints (local.get $a) (local.get $i)) (local.get $wanted)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $l)))
    (local.get $i))
  ;; The test comes behind the first turn.
  (func (export "first_turn") (param $i i32) (result i32) (local $a (ref $ints)) (local $s i32)
    (local.set $a (call $fresh))
    (local.set $s (i32.const 99))
    (loop $l
      (local.set $s (i32.add (local.get $s) (array.get $ints (local.get $a) (local.get $i))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))
    (local.get $s))
)
