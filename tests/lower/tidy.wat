;; What follows an arm that ends in a jump need not be in an else; the last if of a loop leaves it instead of holding the rest.
(module
  (import "env" "log" (func $log (param i32)))
  (func (export "f") (param i32)
    (loop $again
      (if (i32.gt_u (local.get 0) (i32.const 10))
        (then (return))
        (else
          (call $log (local.get 0))
          (local.set 0 (i32.add (local.get 0) (i32.const 1)))
          (br $again))))))

;; before:
;;   function 1
;;     p0 i32: 2 read, 1 written
;;   loop
;;     if not i32.gt_u(p0, 10)
;;       call 0(p0)
;;       p0 = i32.add(p0, 1)
;;       continue
;;     break

;; behind:
;;   function 1
;;     p0 i32: 2 read, 1 written
;;   loop
;;     if i32.gt_u(p0, 10)
;;       break
;;     call 0(p0)
;;     p0 = i32.add(p0, 1)
