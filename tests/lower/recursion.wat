;; Each way through the function leads back into it, which C compilers would make use of.
(module
  (global $count (mut i32) (i32.const 0))
  (func $f (export "f") (param i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (call $f (local.get 0))))

;; before:
;;   function 0
;;     p0 i32: 1 read, 0 written
;;   global.set 0(i32.add(global 0, 1))
;;   call 0(p0)

;; behind:
;;   function 0
;;     p0 i32: 1 read, 0 written
;;   pretend return
;;   global.set 0(i32.add(global 0, 1))
;;   call 0(p0)
