;; The call may lead back, and nothing follows it: a C compiler would make it a jump, and the recursion endless. A constant
;; that is stored behind the second one does as well.
(module
  (memory 1)
  (func $f (export "f") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (call $f (i32.sub (local.get 0) (i32.const 1))))
  (func $g (export "g") (param i32)
    (call $g (i32.sub (local.get 0) (i32.const 1)))
    (i32.store (i32.const 0) (i32.const 5))))

;; before:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, by value
;;   stack may end
;;   if i32.eqz(p0)
;;     return(7)
;;   t1 = call 0(i32.add(p0, -1))
;;   return(t1)
;;   function 1
;;     p0 i32: 1 read, 0 written
;;   pretend return
;;   call 1(i32.add(p0, -1))
;;   i32.store(0, 5)

;; behind:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, by value
;;   stack may end
;;   if i32.eqz(p0)
;;     return(7)
;;   t1 = call 0(i32.add(p0, -1))
;;   keep frame
;;   return(t1)
;;   function 1
;;     p0 i32: 1 read, 0 written
;;   pretend return
;;   call 1(i32.add(p0, -1))
;;   i32.store(0, 5)
