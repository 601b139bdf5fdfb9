;; The table never changes. One function in it has the first type, so that only the check is left of the call; the second
;; type is that of several.
(module
  (type $one (func (param i32) (result i32)))
  (type $two (func (result i32)))
  (table 3 3 funcref)
  (elem (i32.const 0) $a $b $c)
  (func $a (type $one) (local.get 0))
  (func $b (type $two) (i32.const 1))
  (func $c (type $two) (i32.const 2))
  (func (export "f") (param i32) (result i32)
    (i32.add (call_indirect (type $one) (i32.const 5) (local.get 0)) (call_indirect (type $two) (local.get 0)))))

;; before:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;   block 1
;;   end 1
;;   return(p0)
;;   function 1
;;   block 1
;;   end 1
;;   return(1)
;;   function 2
;;   block 1
;;   end 1
;;   return(2)
;;   function 3
;;     p0 i32: 0 read, 0 written
;;     t1 i32: 0 read, 0 written
;;     t2 i32: 0 read, 0 written
;;   block 1
;;     t1 = call_indirect 0(5, p0)
;;     t2 = call_indirect 1(p0)
;;   end 1
;;   return(i32.add(t1, t2))

;; behind:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;   block 1
;;   end 1
;;   return(p0)
;;   function 1
;;   block 1
;;   end 1
;;   return(1)
;;   function 2
;;   block 1
;;   end 1
;;   return(2)
;;   function 3
;;     p0 i32: 0 read, 0 written
;;     t1 i32: 0 read, 0 written
;;     t2 i32: 0 read, 0 written
;;   block 1
;;     t1 = call_only 0(5, p0)
;;     t2 = call_fixed 1(p0)
;;   end 1
;;   return(i32.add(t1, t2))
