;; Each way through $f leads back into it, which C compilers would make use of. Of $g and $h, which call each other, only one has to seem
;; to end. $t may be called by itself through the table, but not directly.
(module
  (global $count (mut i32) (i32.const 0))
  (func $f (export "f") (param i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (call $f (local.get 0)))
  (func $g (export "g") (global.set $count (i32.const 1)) (call $h))
  (func $h (global.set $count (i32.const 2)) (call $g))
  (func $t (export "t") (call $u))
  (func $u (call_indirect (type $none) (global.get $count)))
  (type $none (func))
  (table 1 funcref)
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
;;   call_only 0(global 0)
