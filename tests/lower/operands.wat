;; What the call gives is read once, by what follows: it is printed there. That of the second is read behind a load, which must
;; not come first; that of the third is stored in several bytes, and some machines look whether the last one is there before C
;; evaluates what is stored. A store of one byte does not.
(module
  (memory 1)
  (func $g (param i32) (result i32) (i32.store (local.get 0) (i32.const 1)) (local.get 0))
  (func (export "f") (param i32) (result i32)
    (if (i32.eq (call $g (local.get 0)) (i32.const 8)) (then (return (i32.const 0))))
    (i32.add (call $g (i32.const 1)) (i32.load (local.get 0))))
  (func (export "stores") (param i32)
    (i32.store (local.get 0) (call $g (i32.const 1)))
    (i32.store8 (local.get 0) (call $g (i32.const 2)))
    (i32.store (call $g (i32.const 3)) (local.get 0))))

;; before:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;   i32.store(p0, 1)
;;   return(p0)
;;   function 1
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     t2 i32: 1 read, 1 written
;;   t1 = call 0(p0)
;;   if i32.eq(t1, 8)
;;     return(0)
;;   t2 = call 0(1)
;;   return(i32.add(t2, i32.load(p0)))
;;   function 2
;;     p0 i32: 3 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     t2 i32: 1 read, 1 written
;;     t3 i32: 1 read, 1 written
;;   t1 = call 0(1)
;;   i32.store(p0, t1)
;;   t2 = call 0(2)
;;   i32.store8(p0, t2)
;;   t3 = call 0(3)
;;   i32.store(t3, p0)

;; behind:
;;   function 0
;;     p0 i32: 2 read, 0 written
;;   i32.store(p0, 1)
;;   return(p0)
;;   function 1
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written, where it is read
;;     t2 i32: 1 read, 1 written
;;   operand t1 = call 0(p0)
;;   if i32.eq(t1, 8)
;;     return(0)
;;   t2 = call 0(1)
;;   return(i32.add(t2, i32.load(p0)))
;;   function 2
;;     p0 i32: 3 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     t2 i32: 1 read, 1 written, where it is read
;;     t3 i32: 1 read, 1 written, where it is read
;;   t1 = call 0(1)
;;   i32.store(p0, t1)
;;   operand t2 = call 0(2)
;;   i32.store8(p0, t2)
;;   operand t3 = call 0(3)
;;   i32.store(t3, p0)
