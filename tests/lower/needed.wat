;; What C compilers would leave out, put off or make narrower is performed, or used where it is passed on: the first load, of which one way
;; needs nothing; four bytes of eight; a load that is put back; but not a load of which each way needs something, one that a store follows,
;; and one that cannot lie beyond the memory.
(module
  (memory 1)
  (func (export "one_way") (param $p i32) (param $c i32) (result i32) (local $x i32)
    (local.set $x (i32.load (local.get $p)))
    (if (local.get $c) (then (i32.store (i32.const 8) (i32.mul (local.get $x) (i32.const 5)))))
    (i32.const 3))
  (func (export "both_ways") (param $p i32) (param $c i32) (local $x i32)
    (local.set $x (i32.load (local.get $p)))
    (if (local.get $c) (then (i32.store (i32.const 8) (local.get $x))) (else (i32.store (local.get $x) (i32.const 4)))))
  (func (export "a_part") (param $p i32) (i32.store (i32.const 16) (i32.wrap_i64 (i64.load (local.get $p)))))
  (func (export "put_back") (param $p i32) (i32.store (local.get $p) (i32.load (local.get $p))))
  (func (export "before_a_store") (param $p i32) (param $c i32) (result i32) (local $x i32)
    (local.set $x (i32.load (local.get $p)))
    (i32.store (i32.const 8) (i32.const 1))
    (if (result i32) (local.get $c) (then (local.get $x)) (else (i32.const 3))))
  (func (export "within") (param $p i32) (result i32) (i32.load (i32.and (local.get $p) (i32.const 255)))))

;; before:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;   block 1
;;     l2 = i32.load(p0)
;;     if 2(p1)
;;       i32.store(8, i32.mul(l2, 5))
;;     end 2
;;   end 1
;;   return(3)
;;   function 1
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;   block 1
;;     l2 = i32.load(p0)
;;     if 2(p1)
;;       i32.store(8, l2)
;;     else 2
;;       i32.store(l2, 4)
;;     end 2
;;   end 1
;;   return
;;   function 2
;;     p0 i32: 0 read, 0 written
;;   block 1
;;     i32.store(16, i32.wrap_i64(i64.load(p0)))
;;   end 1
;;   return
;;   function 3
;;     p0 i32: 0 read, 0 written
;;   block 1
;;     i32.store(p0, i32.load(p0))
;;   end 1
;;   return
;;   function 4
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;     r3 i32: 0 read, 0 written
;;   block 1
;;     l2 = i32.load(p0)
;;     i32.store(8, 1)
;;     if 2(p1)
;;       r3 = l2
;;     else 2
;;       r3 = 3
;;     end 2
;;   end 1
;;   return(r3)
;;   function 5
;;     p0 i32: 0 read, 0 written
;;   block 1
;;   end 1
;;   return(i32.load(i32.and(p0, 255)))

;; behind:
;;   function 0
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;   block 1
;;     l2 = forced i32.load(p0)
;;     if 2(p1)
;;       i32.store(8, i32.mul(l2, 5))
;;     end 2
;;   end 1
;;   return(3)
;;   function 1
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;   block 1
;;     l2 = i32.load(p0)
;;     if 2(p1)
;;       i32.store(8, l2)
;;     else 2
;;       i32.store(l2, 4)
;;     end 2
;;   end 1
;;   return
;;   function 2
;;     p0 i32: 0 read, 0 written
;;   block 1
;;     i32.store(16, i32.wrap_i64(forced i64.load(p0)))
;;   end 1
;;   return
;;   function 3
;;     p0 i32: 0 read, 0 written
;;   block 1
;;     i32.store(p0, forced i32.load(p0))
;;   end 1
;;   return
;;   function 4
;;     p0 i32: 0 read, 0 written
;;     p1 i32: 0 read, 0 written
;;     l2 i32: 0 read, 0 written
;;     r3 i32: 0 read, 0 written
;;   block 1
;;     l2 = i32.load(p0)
;;     i32.store(8, 1)
;;     if 2(p1)
;;       r3 = l2
;;     else 2
;;       r3 = 3
;;     end 2
;;   end 1
;;   return(r3)
;;   function 5
;;     p0 i32: 0 read, 0 written
;;   block 1
;;   end 1
;;   return(i32.load(i32.and(p0, 255)))
