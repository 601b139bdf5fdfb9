;; Branches become nesting: the one out of the loop a break, the one back to it a continue or its end.
(module
  (func (export "f") (param i32) (result i32)
    (local i32)
    (block $out
      (loop $again
        (br_if $out (i32.eqz (local.get 0)))
        (local.set 1 (i32.mul (local.get 1) (i32.const 3)))
        (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get 1) (i32.const 100)))
        (local.set 1 (i32.const 0))
        (br $again)))
    (local.get 1)))

;; before:
;;   function 0
;;     p0 i32: 1 read, 1 written
;;     l1 i32: 2 read, 2 written
;;   block 1
;;     block 2
;;       loop 3
;;         br_if 2(i32.eqz(p0))
;;         l1 = i32.mul(l1, 3)
;;         p0 = i32.add(p0, -1)
;;         br_if 3(i32.lt_u(l1, 100))
;;         l1 = 0
;;         br 3
;;       end 3
;;     end 2
;;   end 1
;;   return(l1)

;; behind:
;;   function 0
;;     p0 i32: 1 read, 1 written
;;     l1 i32: 2 read, 2 written
;;   loop
;;     if i32.eqz(p0)
;;       break
;;     l1 = i32.mul(l1, 3)
;;     p0 = i32.add(p0, -1)
;;     if i32.lt_u(l1, 100)
;;       continue
;;     l1 = 0
;;   return(l1)
