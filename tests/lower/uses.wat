;; Nothing reads what the first assignment gives, so it goes; of the second only the trap is left. Reads and writes are
;; counted.
(module
  (func (export "f") (param i32 i32) (result i32)
    (local i32 i32)
    (local.set 2 (i32.add (local.get 0) (local.get 1)))
    (local.set 3 (i32.div_u (local.get 0) (local.get 1)))
    (i32.xor (local.get 0) (local.get 1))))

;; before:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;     l3 i32: 0 read, 0 written
;;   block 1
;;     l2 = i32.add(p0, p1)
;;     l3 = i32.div_u(p0, p1)
;;   end 1
;;   return(i32.xor(p0, p1))

;; behind:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     p1 i32: 2 read, 0 written
;;     l2 i32: 0 read, 0 written
;;     l3 i32: 0 read, 0 written
;;   block 1
;;     eval(i32.div_u(p0, p1))
;;   end 1
;;   return(i32.xor(p0, p1))
