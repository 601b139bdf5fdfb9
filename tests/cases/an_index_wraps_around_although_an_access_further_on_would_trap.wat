;; Each function loads at an index plus 8, which wraps around to address 4, where 7 is, and has an access at the index itself
;; further on, which would trap. What lies between tells whether the first was made.
;; call not_reached i32:-4 i32:1 -> i32:7
;; call not_reached i32:-4 i32:0 -> trap "out of bounds memory access"
;; call not_reached i32:16 i32:0 -> i32:0
;; call other_value i32:-4 i32:16 -> i32:7
;; call of_a_changed_copy i32:-4 i32:16 -> i32:7
;; call after_division i32:-4 i32:0 -> trap "integer divide by zero"
;; call after_division i32:-4 i32:1 -> trap "out of bounds memory access"
;; call after_division i32:8 i32:1 -> i32:0
;; call after_store i32:-4 -> trap "out of bounds memory access"
;; call stored -> i32:7
;; call after_global i32:-4 -> trap "out of bounds memory access"
;; call global -> i32:7
;; call after_call i32:-4 -> trap "out of bounds memory access"
;; call global -> i32:8
;; call in_a_loop i32:-8 -> i32:14
;; call next_round i32:-8 i32:12 -> i32:7
;; Where nothing lies between, the trap is the same.
;; call descending i32:-4 -> trap "out of bounds memory access"
;; call descending i32:-8 -> trap "out of bounds memory access"
;; call descending i32:65520 -> trap "out of bounds memory access"
;; call descending i32:65504 -> i32:31
;; call descending i32:-65536 -> trap "out of bounds memory access"
;; call followed i32:65496 -> i32:45
;; call followed i32:-24 -> trap "out of bounds memory access"
(module
  (memory 1)
  (global $g (mut i32) (i32.const 0))
  (data (i32.const 4) "\07")
  (data (i32.const 65504) "\01\00\00\00\02\00\00\00\04\00\00\00\08\00\00\00\10\00\00\00\20")
  (func (export "not_reached") (param i32 i32) (result i32) (local i32)
    (local.set 2 (i32.load (i32.add (local.get 0) (i32.const 8))))
    (block
      (br_if 0 (local.get 1))
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0)))))
    (local.get 2))
  (func (export "other_value") (param i32 i32) (result i32) (local i32)
    (local.set 2 (i32.load (i32.add (local.get 0) (i32.const 8))))
    (local.set 0 (local.get 1))
    (i32.add (local.get 2) (i32.load (local.get 0))))
  (func (export "of_a_changed_copy") (param i32 i32) (result i32) (local i32 i32)
    (local.set 2 (i32.sub (local.get 0) (i32.const -4)))
    (local.set 3 (i32.load (i32.add (local.get 2) (i32.const 4))))
    (local.set 2 (i32.add (local.get 1) (i32.const 4)))
    (i32.add (local.get 3) (i32.load (i32.sub (local.get 2) (i32.const 4)))))
  (func (export "after_division") (param i32 i32) (result i32) (local i32)
    (local.set 2 (i32.load (i32.add (local.get 0) (i32.const 8))))
    (local.set 2 (i32.div_u (local.get 2) (local.get 1)))
    (i32.add (local.get 2) (i32.load (local.get 0))))
  (func (export "after_store") (param i32) (result i32) (local i32)
    (local.set 1 (i32.load (i32.add (local.get 0) (i32.const 8))))
    (i32.store (i32.const 32) (local.get 1))
    (i32.load (local.get 0)))
  (func (export "stored") (result i32) (i32.load (i32.const 32)))
  (func (export "after_global") (param i32) (result i32)
    (global.set $g (i32.load (i32.add (local.get 0) (i32.const 8))))
    (i32.load (local.get 0)))
  (func $count (param i32) (global.set $g (i32.add (local.get 0) (i32.const 1))))
  (func (export "after_call") (param i32) (result i32)
    (call $count (i32.load (i32.add (local.get 0) (i32.const 8))))
    (i32.load (local.get 0)))
  (func (export "global") (result i32) (global.get $g))
  ;; At -4, at 0 and at 4: the last two rounds have an access at the index; the first one goes on instead.
  (func (export "in_a_loop") (param i32) (result i32) (local i32)
    (loop
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (local.set 1 (i32.add (local.get 1) (i32.load (i32.add (local.get 0) (i32.const 8)))))
      (br_if 0 (i32.lt_s (local.get 0) (i32.const 0)))
      (local.set 1 (i32.add (local.get 1) (i32.load (i32.add (local.get 0) (i32.const 4)))))
      (br_if 0 (i32.lt_s (local.get 0) (i32.const 4))))
    (local.get 1))
  ;; The access further on comes first, in a round before.
  (func (export "next_round") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load (i32.add (local.get 0) (i32.const 12)))))
      (if (i32.ge_s (local.get 0) (i32.const 0))
        (then (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))))
      (local.set 0 (i32.add (local.get 0) (local.get 1)))
      (br_if 0 (i32.lt_s (local.get 0) (i32.const 4))))
    (local.get 2))
  (func (export "descending") (param i32) (result i32)
    (i32.load (i32.sub (local.get 0) (i32.const -16)))
    (i32.load (i32.add (local.get 0) (i32.const 12)))
    i32.add
    (i32.load (i32.add (local.get 0) (i32.const 8)))
    i32.add
    (i32.load (i32.add (local.get 0) (i32.const 4)))
    i32.add
    (i32.load (local.get 0))
    i32.add)
  (func (export "followed") (param i32) (result i32) (local i32 i32)
    (local.set 1 (i32.add (local.get 0) (i32.const 16)))
    (local.set 2 (i32.load (local.get 1)))
    (local.set 2 (i32.add (local.get 2) (i32.load (i32.add (local.get 1) (i32.const 4)))))
    (local.set 2 (i32.add (local.get 2) (i32.load (i32.add (local.get 1) (i32.const 12)))))
    (local.set 2 (i32.add (local.get 2) (i32.load (i32.sub (local.get 1) (i32.const 8)))))
    (local.get 2)))
