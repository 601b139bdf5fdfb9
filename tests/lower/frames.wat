;; The call may lead back, and nothing follows it: a C compiler would make it a jump, and the recursion endless. A constant
;; that is stored behind the second one does as well. The first one only computes, so its result keeps the frame; in the third, at the end
;; of the arm that calls.
(module
  (memory 1)
  (func $f (export "f") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
    (call $f (i32.sub (local.get 0) (i32.const 1))))
  (func $g (export "g") (param i32)
    (call $g (i32.sub (local.get 0) (i32.const 1)))
    (i32.store (i32.const 0) (i32.const 5)))
  (func $h (export "h") (param i32) (result i32)
    (if (local.get 0) (then (local.set 0 (i32.add (i32.const 1) (call $h (i32.sub (local.get 0) (i32.const 1)))))))
    (local.get 0))
  (func $i (export "i") (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (i32.load (i32.const 0)))))
    (call $i (i32.sub (local.get 0) (i32.const 1)))))

;; before:
;;   function 0, apart
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, by value
;;   if i32.eqz(p0)
;;     return(7)
;;   t1 = call 0(i32.add(p0, -1))
;;   return(t1)
;;   function 1
;;     p0 i32: 1 read, 0 written
;;   pretend return
;;   call 1(i32.add(p0, -1))
;;   i32.store(0, 5)
;;   function 2, apart
;;     p0 i32: 3 read, 1 written
;;     t1 i32: 1 read, 1 written, where it is read
;;   if p0
;;     operand t1 = call 2(i32.add(p0, -1))
;;     p0 = i32.add(1, t1)
;;   return(p0)
;;   function 3
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, by value
;;   stack may end
;;   if i32.eqz(p0)
;;     return(i32.load(0))
;;   t1 = call 3(i32.add(p0, -1))
;;   return(t1)

;; behind:
;;   function 0, apart
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, by value
;;   if i32.eqz(p0)
;;     return(7)
;;   t1 = call 0(i32.add(p0, -1))
;;   return framed(t1)
;;   function 1
;;     p0 i32: 1 read, 0 written
;;   pretend return
;;   call 1(i32.add(p0, -1))
;;   i32.store(0, 5)
;;   function 2, apart
;;     p0 i32: 3 read, 2 written
;;     t1 i32: 1 read, 1 written, where it is read
;;   if p0
;;     operand t1 = call 2(i32.add(p0, -1))
;;     p0 = i32.add(1, t1)
;;     p0 = framed p0
;;   return(p0)
;;   function 3
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, by value
;;   stack may end
;;   if i32.eqz(p0)
;;     return(i32.load(0))
;;   t1 = call 3(i32.add(p0, -1))
;;   keep frame
;;   return(t1)
