;; The first local gets a value on each run before it is read; the second does on one way only, so that it begins as zero.
(module
  (func (export "f") (param i32) (result i32)
    (local i32 i32)
    (local.set 1 (i32.mul (local.get 0) (local.get 0)))
    (if (local.get 0) (then (local.set 2 (i32.const 5))))
    (i32.add (local.get 1) (i32.add (local.get 1) (local.get 2)))))

;; before:
;;   function 0
;;     p0 i32: 3 read, 0 written
;;     l1 i32: 2 read, 1 written
;;     l2 i32: 1 read, 1 written
;;   l1 = i32.mul(p0, p0)
;;   if p0
;;     l2 = 5
;;   return(i32.add(l1, i32.add(l1, l2)))

;; behind:
;;   function 0
;;     p0 i32: 3 read, 0 written
;;     l1 i32: 2 read, 1 written, by value
;;     l2 i32: 1 read, 1 written, on top
;;   l1 = i32.mul(p0, p0)
;;   if p0
;;     l2 = 5
;;   return(i32.add(l1, i32.add(l1, l2)))
