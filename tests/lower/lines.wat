;; What is short stands behind its condition; a jump whose end is far away says which construct it leaves.
(module
  (memory 1)
  (func (export "f") (param i32) (result i32)
    (if (local.get 0) (then (i32.store (i32.const 8) (local.get 0))))
    (if (i32.load (i32.const 16)) (then
      (i32.store (i32.const 0) (i32.const 1))
      (i32.store (i32.const 4) (i32.const 1))))
    (local.get 0)))

;; before:
;;   function 0
;;     p0 i32: 3 read, 0 written
;;   if p0
;;     i32.store(8, p0)
;;   if i32.load(16)
;;     i32.store(0, 1)
;;     i32.store(4, 1)
;;   return(p0)

;; behind:
;;   function 0
;;     p0 i32: 3 read, 0 written
;;   if p0, on one line
;;     i32.store(8, p0)
;;   if i32.load(16)
;;     i32.store(0, 1)
;;     i32.store(4, 1)
;;   return(p0)
