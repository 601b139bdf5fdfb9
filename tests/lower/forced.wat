;; The load comes before the division, whose check a C compiler could do first: it is performed where it stands.
(module
  (memory 1)
  (func (export "f") (param i32 i32) (result i32)
    (i32.add (i32.load (local.get 0)) (i32.div_u (i32.const 7) (local.get 1)))))

;; before:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     t2 i32: 0 read, 0 written
;;   block 1
;;     t2 = i32.load(p0)
;;   end 1
;;   return(i32.add(t2, i32.div_u(7, p1)))

;; behind:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     t2 i32: 0 read, 0 written
;;   block 1
;;     t2 = forced i32.load(p0)
;;   end 1
;;   return(i32.add(t2, i32.div_u(7, p1)))
