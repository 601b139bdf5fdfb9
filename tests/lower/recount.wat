;; Both ways of the branch lead to the same place, so that nesting has dropped its condition, and with it the only read of
;; the local.
(module
  (func (export "f") (param i32)
    (local i32)
    (local.set 1 (i32.mul (local.get 0) (i32.const 3)))
    (block (br_if 0 (local.get 1)))))

;; before:
;;   function 0
;;     p0 i32: 1 read, 0 written
;;     l1 i32: 1 read, 1 written
;;   l1 = i32.mul(p0, 3)

;; behind:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;     l1 i32: 0 read, 0 written
;;   nop
