;; The operand stack becomes trees. The load is computed before the store, which could change what it reads; what the call
;; gives is a variable; the sum stays a tree.
(module
  (import "env" "next" (func $next (result i32)))
  (memory 1)
  (func (export "f") (param i32) (result i32)
    (i32.load offset=4 (local.get 0))
    (i32.store (local.get 0) (i32.const 7))
    (i32.add (call $next) (i32.const 1))
    i32.add))

;; behind:
;;   function 1
;;     p0 i32: 0 read, 0 written
;;     t1 i32: 0 read, 0 written
;;     t2 i32: 0 read, 0 written
;;   block 1
;;     t1 = i32.load(p0 + 4)
;;     i32.store(p0, 7)
;;     t2 = call 0()
;;   end 1
;;   return(i32.add(t1, i32.add(t2, 1)))
