;; Each way through $f leads back into it, which C compilers would make use of. Of $g and $h, which call each other, only one has to seem
;; to end. $t calls itself through a table that never changes, by way of $u. $n ends by itself, but its callers must not do what precedes
;; the call after it. $c ends, too, and computes only: it is apart from the function that its callers call. $o calls itself only through a
;; table that changes.
(module
  (global $count (mut i32) (i32.const 0))
  (func $f (export "f") (param i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (call $f (local.get 0)))
  (func $g (export "g") (global.set $count (i32.const 1)) (call $h))
  (func $h (global.set $count (i32.const 2)) (call $g))
  (func $t (export "t") (call $u))
  (func $u (call_indirect (type $none) (global.get $count)))
  (func $n (export "n") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $n (i32.sub (local.get 0) (i32.const 1)))))
      (else (global.get $count))))
  (func $c (export "c") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $c (i32.sub (local.get 0) (i32.const 1)))))
      (else (i32.const 0))))
  (func $o (export "o") (call_indirect 1 (type $none) (global.get $count)))
  (type $none (func))
  (table 1 funcref)
  (table (export "changes") 1 funcref)
  (elem (i32.const 0) $t))

;; before:
;;   function 0
;;     p0 i32: 1 read, 0 written
;;   global.set 0(i32.add(global 0, 1))
;;   call 0(p0)
;;   function 1
;;   global.set 0(1)
;;   call 2()
;;   function 2
;;   global.set 0(2)
;;   call 1()
;;   function 3
;;   call 4()
;;   function 4
;;   call_only 0(global 0)
;;   function 5
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     r2 i32: 1 read, 2 written
;;   if p0
;;     t1 = call 5(i32.add(p0, -1))
;;     r2 = i32.add(1, t1)
;;   else
;;     r2 = global 0
;;   return(r2)
;;   function 6
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     r2 i32: 1 read, 2 written
;;   if p0
;;     t1 = call 6(i32.add(p0, -1))
;;     r2 = i32.add(1, t1)
;;   else
;;     r2 = 0
;;   return(r2)
;;   function 7
;;   call_element 0(global 0)

;; behind:
;;   function 0
;;     p0 i32: 1 read, 0 written
;;   pretend return
;;   global.set 0(i32.add(global 0, 1))
;;   call 0(p0)
;;   function 1
;;   pretend return
;;   global.set 0(1)
;;   call 2()
;;   function 2
;;   global.set 0(2)
;;   call 1()
;;   function 3
;;   call 4()
;;   function 4
;;   pretend return
;;   call_only 0(global 0)
;;   function 5
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     r2 i32: 1 read, 2 written
;;   stack may end
;;   if p0
;;     t1 = call 5(i32.add(p0, -1))
;;     r2 = i32.add(1, t1)
;;   else
;;     r2 = global 0
;;   return(r2)
;;   function 6, apart
;;     p0 i32: 2 read, 0 written
;;     t1 i32: 1 read, 1 written
;;     r2 i32: 1 read, 2 written
;;   if p0
;;     t1 = call 6(i32.add(p0, -1))
;;     r2 = i32.add(1, t1)
;;   else
;;     r2 = 0
;;   return(r2)
;;   function 7
;;   call_element 0(global 0)
