;; Each function loads at an index plus a constant that wraps around to address 4, where 7 is.
;; call alone i32:-4 -> i32:7
;; call after_other_value i32:16 i32:-4 -> i32:7
;; call after_one_arm i32:-4 i32:0 -> i32:7
;; call after_one_arm i32:16 i32:1 -> i32:0
;; call after_a_block_left i32:-4 i32:1 -> i32:7
;; call next_round i32:16 -> i32:7
;; call after_a_loop i32:16 -> i32:7
;; call of_a_changed_copy i32:16 i32:-8 -> i32:7
;; call below i32:12 -> i32:7
;; call below i32:-4 -> trap "out of bounds memory access"
;; Here an access at the index itself comes first, and traps.
;; call after_access i32:-4 -> trap "out of bounds memory access"
;; call after_access i32:-8 -> trap "out of bounds memory access"
;; call after_unused i32:-4 -> trap "out of bounds memory access"
;; call after_access i32:65528 -> trap "out of bounds memory access"
;; call after_access i32:65524 -> i32:9
;; call after_access i32:16 -> i32:0
;; What that relies on: the last page is never had.
;; ours call grow i32:65535 -> i32:-1
;; call grow i32:1 -> i32:1
(module
  (memory 1)
  (data (i32.const 4) "\07")
  (data (i32.const 65532) "\09")
  (func (export "alone") (param i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (export "after_other_value") (param i32 i32) (result i32)
    (drop (i32.load (local.get 0)))
    (local.set 0 (local.get 1))
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (export "after_one_arm") (param i32 i32) (result i32)
    (if (local.get 1) (then (drop (i32.load (local.get 0)))))
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (export "after_a_block_left") (param i32 i32) (result i32)
    (block
      (br_if 0 (local.get 1))
      (drop (i32.load (local.get 0))))
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (export "next_round") (param i32) (result i32) (local i32)
    (drop (i32.load (local.get 0)))
    (loop
      (local.set 1 (i32.load (i32.add (local.get 0) (i32.const 8))))
      (if (i32.eqz (local.get 1))
        (then
          (i32.store (local.get 0) (i32.const 0))
          (local.set 0 (i32.const -4))
          (br 1))))
    (local.get 1))
  (func (export "after_a_loop") (param i32) (result i32) (local i32)
    (drop (i32.load (local.get 0)))
    (loop
      (local.set 0 (i32.sub (local.get 0) (i32.const 20)))
      (br_if 0 (i32.gt_s (local.get 0) (i32.const 0))))
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (export "of_a_changed_copy") (param i32 i32) (result i32) (local i32)
    (local.set 2 (i32.add (local.get 0) (i32.const 4)))
    (drop (i32.load (local.get 0)))
    (local.set 2 (i32.add (local.get 1) (i32.const 4)))
    (i32.load (i32.add (local.get 2) (i32.const 8))))
  (func (export "below") (param i32) (result i32)
    (drop (i32.load (local.get 0)))
    (i32.load (i32.sub (local.get 0) (i32.const 8))))
  (func (export "after_access") (param i32) (result i32) (local i32)
    (local.set 1 (i32.add (local.get 0) (i32.const 8)))
    (i32.store (local.get 0) (i32.const 0))
    (i32.load (local.get 1)))
  (func (export "after_unused") (param i32) (result i32)
    (drop (i32.load (local.get 0)))
    (i32.load (i32.add (local.get 0) (i32.const 8))))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
