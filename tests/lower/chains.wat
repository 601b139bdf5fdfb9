;; What is known of a parameter has come through sixteen loops: those of a function that compilers may put in the place of its calls. So the
;; next loop, or the next call of it, gets another value, which they cannot know. Behind a load nothing is known.
(module
  (memory 1)
  (func $run (param i32 i32) (result i32)
    (loop $l
      (i32.store (local.get 0) (local.get 1))
      (br_if $l (i32.lt_s (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (local.get 1))))
    (local.get 0))
  (func (export "calls") (param i32 i32) (result i32)
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (call $run (local.get 0) (local.get 1)))
  (func (export "loop") (param i32 i32) (result i32)
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (loop $l
      (br_if $l (i32.lt_s (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (local.get 1))))
    (local.get 0))
  (func (export "load") (param i32 i32) (result i32)
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (call $run (local.get 0) (local.get 1)))
    (local.set 0 (i32.load (local.get 0)))
    (call $run (local.get 0) (local.get 1))))

;; before:
;;   function 0
;;     p0 i32: 3 read, 1 written
;;     p1 i32: 2 read, 0 written
;;   loop
;;     i32.store(p0, p1)
;;     p0 = i32.add(p0, 1)
;;     if not i32.lt_s(p0, p1)
;;       break
;;   return(p0)
;;   function 1
;;     p0 i32: 17 read, 16 written
;;     p1 i32: 17 read, 0 written
;;     t2 i32: 0 read, 0 written
;;     t3 i32: 0 read, 0 written
;;     t4 i32: 0 read, 0 written
;;     t5 i32: 0 read, 0 written
;;     t6 i32: 0 read, 0 written
;;     t7 i32: 0 read, 0 written
;;     t8 i32: 0 read, 0 written
;;     t9 i32: 0 read, 0 written
;;     t10 i32: 0 read, 0 written
;;     t11 i32: 0 read, 0 written
;;     t12 i32: 0 read, 0 written
;;     t13 i32: 0 read, 0 written
;;     t14 i32: 0 read, 0 written
;;     t15 i32: 0 read, 0 written
;;     t16 i32: 0 read, 0 written
;;     t17 i32: 0 read, 0 written
;;     t18 i32: 1 read, 1 written
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   t18 = call 0(p0, p1)
;;   return(t18)
;;   function 2
;;     p0 i32: 18 read, 17 written
;;     p1 i32: 17 read, 0 written
;;     t2 i32: 0 read, 0 written
;;     t3 i32: 0 read, 0 written
;;     t4 i32: 0 read, 0 written
;;     t5 i32: 0 read, 0 written
;;     t6 i32: 0 read, 0 written
;;     t7 i32: 0 read, 0 written
;;     t8 i32: 0 read, 0 written
;;     t9 i32: 0 read, 0 written
;;     t10 i32: 0 read, 0 written
;;     t11 i32: 0 read, 0 written
;;     t12 i32: 0 read, 0 written
;;     t13 i32: 0 read, 0 written
;;     t14 i32: 0 read, 0 written
;;     t15 i32: 0 read, 0 written
;;     t16 i32: 0 read, 0 written
;;     t17 i32: 0 read, 0 written
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   loop
;;     p0 = i32.add(p0, 1)
;;     if not i32.lt_s(p0, p1)
;;       break
;;   return(p0)
;;   function 3
;;     p0 i32: 17 read, 17 written
;;     p1 i32: 17 read, 0 written
;;     t2 i32: 0 read, 0 written
;;     t3 i32: 0 read, 0 written
;;     t4 i32: 0 read, 0 written
;;     t5 i32: 0 read, 0 written
;;     t6 i32: 0 read, 0 written
;;     t7 i32: 0 read, 0 written
;;     t8 i32: 0 read, 0 written
;;     t9 i32: 0 read, 0 written
;;     t10 i32: 0 read, 0 written
;;     t11 i32: 0 read, 0 written
;;     t12 i32: 0 read, 0 written
;;     t13 i32: 0 read, 0 written
;;     t14 i32: 0 read, 0 written
;;     t15 i32: 0 read, 0 written
;;     t16 i32: 0 read, 0 written
;;     t17 i32: 0 read, 0 written
;;     t18 i32: 1 read, 1 written
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = i32.load(p0)
;;   t18 = call 0(used(p0), p1)
;;   return(t18)

;; behind:
;;   function 0
;;     p0 i32: 3 read, 1 written
;;     p1 i32: 2 read, 0 written
;;   loop
;;     i32.store(p0, p1)
;;     p0 = i32.add(p0, 1)
;;     if not i32.lt_s(p0, p1)
;;       break
;;   return(p0)
;;   function 1
;;     p0 i32: 17 read, 16 written
;;     p1 i32: 17 read, 0 written
;;     t2 i32: 0 read, 0 written
;;     t3 i32: 0 read, 0 written
;;     t4 i32: 0 read, 0 written
;;     t5 i32: 0 read, 0 written
;;     t6 i32: 0 read, 0 written
;;     t7 i32: 0 read, 0 written
;;     t8 i32: 0 read, 0 written
;;     t9 i32: 0 read, 0 written
;;     t10 i32: 0 read, 0 written
;;     t11 i32: 0 read, 0 written
;;     t12 i32: 0 read, 0 written
;;     t13 i32: 0 read, 0 written
;;     t14 i32: 0 read, 0 written
;;     t15 i32: 0 read, 0 written
;;     t16 i32: 0 read, 0 written
;;     t17 i32: 0 read, 0 written
;;     t18 i32: 1 read, 1 written
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   t18 = call 0(opaque(p0), p1)
;;   return(t18)
;;   function 2
;;     p0 i32: 18 read, 18 written
;;     p1 i32: 17 read, 0 written
;;     t2 i32: 0 read, 0 written
;;     t3 i32: 0 read, 0 written
;;     t4 i32: 0 read, 0 written
;;     t5 i32: 0 read, 0 written
;;     t6 i32: 0 read, 0 written
;;     t7 i32: 0 read, 0 written
;;     t8 i32: 0 read, 0 written
;;     t9 i32: 0 read, 0 written
;;     t10 i32: 0 read, 0 written
;;     t11 i32: 0 read, 0 written
;;     t12 i32: 0 read, 0 written
;;     t13 i32: 0 read, 0 written
;;     t14 i32: 0 read, 0 written
;;     t15 i32: 0 read, 0 written
;;     t16 i32: 0 read, 0 written
;;     t17 i32: 0 read, 0 written
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = call 0(p0, p1)
;;   p0 = opaque(p0)
;;   loop
;;     p0 = i32.add(p0, 1)
;;     if not i32.lt_s(p0, p1)
;;       break
;;   return(p0)
;;   function 3
;;     p0 i32: 17 read, 17 written
;;     p1 i32: 17 read, 0 written
;;     t2 i32: 0 read, 0 written
;;     t3 i32: 0 read, 0 written
;;     t4 i32: 0 read, 0 written
;;     t5 i32: 0 read, 0 written
;;     t6 i32: 0 read, 0 written
;;     t7 i32: 0 read, 0 written
;;     t8 i32: 0 read, 0 written
;;     t9 i32: 0 read, 0 written
;;     t10 i32: 0 read, 0 written
;;     t11 i32: 0 read, 0 written
;;     t12 i32: 0 read, 0 written
;;     t13 i32: 0 read, 0 written
;;     t14 i32: 0 read, 0 written
;;     t15 i32: 0 read, 0 written
;;     t16 i32: 0 read, 0 written
;;     t17 i32: 0 read, 0 written
;;     t18 i32: 1 read, 1 written
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = call 0(used(p0), p1)
;;   p0 = i32.load(p0)
;;   t18 = call 0(used(p0), p1)
;;   return(t18)
