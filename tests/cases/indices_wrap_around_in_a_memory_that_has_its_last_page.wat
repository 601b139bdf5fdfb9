;; 4 GiB from the beginning: an access at an index does not tell that a constant can be added to it.
;; call descending i32:-4 -> i32:10
;; call descending i32:0 -> i32:12
;; call ascending i32:-4 -> i32:10
;; call in_the_other i32:-4 -> trap "out of bounds memory access"
;; call in_the_other i32:0 -> i32:9
;; A loop over the end.
;; call sum i32:-8 i32:16 -> i32:12
;; call sum_down i32:8 i32:-8 -> i32:10
(module
  (memory $full 65536)
  (memory $other 1)
  (data (memory $full) (i32.const 0) "\02\00\00\00\07\00\00\00\05")
  (data (memory $full) (i32.const -4) "\03")
  (data (memory $other) (i32.const 0) "\04\00\00\00\05")
  (func (export "descending") (param i32) (result i32)
    (i32.load $full (i32.add (local.get 0) (i32.const 8)))
    (i32.load $full (local.get 0))
    i32.add
    (if (result i32) (local.get 0) (then (i32.const 0)) (else (i32.const 5)))
    i32.add)
  (func (export "ascending") (param i32) (result i32)
    (i32.load $full (local.get 0))
    (i32.load $full (i32.add (local.get 0) (i32.const 8)))
    i32.add)
  (func (export "in_the_other") (param i32) (result i32)
    (i32.load $full (i32.add (local.get 0) (i32.const 8)))
    (i32.load $other (i32.add (local.get 0) (i32.const 4)))
    i32.add
    (i32.load $other (local.get 0))
    i32.add
    (i32.const 5)
    i32.sub)
  (func (export "sum") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 2 (i32.add (local.get 2) (i32.load $full (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 4)))
      (local.set 1 (i32.sub (local.get 1) (i32.const 4)))
      (br_if 0 (local.get 1)))
    (local.get 2))
  (func (export "sum_down") (param i32 i32) (result i32) (local i32)
    (loop
      (local.set 0 (i32.sub (local.get 0) (i32.const 4)))
      (local.set 2 (i32.add (local.get 2) (i32.load $full (local.get 0))))
      (br_if 0 (i32.ne (local.get 0) (local.get 1))))
    (i32.sub (local.get 2) (i32.const 2))))
